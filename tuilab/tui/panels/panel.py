"""What every panel of a lesson's step is: a widget that answers the keys of the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.message import Message
from textual.widget import Widget

from tuilab.lesson.model import Block, Lesson
from tuilab.tui.bindings import Row
from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.widgets.frame import Kind

if TYPE_CHECKING:
    from tuilab.session import Failed, Value


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a walk stands, for the transport: from 0 to 1, in words, and the level that steps move on."""

    position: float
    text: str
    level: str = ""


class Host(Protocol):
    """What a panel may ask of the screen that shows it."""

    @property
    def lesson(self) -> Lesson: ...

    @property
    def step_number(self) -> int:
        """Which step of the lesson is shown, from 1."""

    @property
    def glyphs(self) -> GlyphSet: ...

    @property
    def trusted(self) -> bool:
        """Whether the lesson's code may run without a question. Nothing runs before a key asks for it, but
        for what a panel of a trusted lesson shows of itself."""

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show what just happened."""

    async def ask(self, expression: str, line: int) -> "Value | Failed":
        """The value of an expression in the lesson's session, once the cells above `line` have run.

        It may take as long as the cells do, so call it from a worker (`run_worker`). Never raises for what
        the code does: that is the `Failed`.
        """

    async def assign(self, values: Mapping[str, float], line: int, *, rerun: bool = True) -> "Failed | None":
        """Give names of the cells other values; with `rerun`, run the cells again that use one of them.

        The cells above `line` run first, as for `ask`. What was asked before is stale then: every panel hears
        of it by `values_changed`.
        """


class Panel(Widget):
    """Shows one block of a step and acts on it.

    The screen hands it the keys of `bindings.TABLE` while it is the active panel of the step: for the action
    `next_stop` it calls `action_next_stop`, where `can("next_stop")` says that this is possible now. A key
    that the active panel has no use for goes to the panel on the stage. `action_back` (escape) comes here
    first, too. While something of the panel has the focus that takes letters, they are letters.

    Subclasses implement the actions that are theirs, and call `changed()` when what is possible, or the
    stand, is another.

    `on_stage`: it takes the pane beside the text (a walk, a run), of at least `least_width` cells; other
    panels stand in the text, at their place.
    """

    on_stage: ClassVar[bool] = False
    least_width: ClassVar[int] = 40

    DEFAULT_CSS = """
    Panel { height: auto; }
    """

    class Changed(Message):
        """What the panel can do, or where it stands, is another now."""

        def __init__(self, panel: "Panel") -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, block: Block, host: Host, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.block = block
        self.host = host

    def can(self, action: str) -> bool:
        """Whether an action of the table is possible now."""
        return hasattr(self, f"action_{action}")

    def word(self, row: Row) -> str:
        """The footer's word for a row at this moment."""
        return row.label

    @property
    def stand(self) -> Stand | None:
        """Where the walk stands; None for a panel that is not walked."""
        return None

    @property
    def ticket(self) -> str:
        """A line for the place in the text of a panel that is on the stage: what it shows."""
        return ""

    def seek(self, position: float) -> None:
        """Go to a place of the walk, from 0 to 1: the transport's bar was clicked."""

    def active_changed(self, active: bool) -> None:
        """It has the keys from now on, or no longer; its class `-active` says so, too."""

    def values_changed(self, names: frozenset[str]) -> None:
        """Cells, or a slider, gave these names other values: what was asked before may be stale."""

    def changed(self) -> None:
        """Tell the screen that keys or stand are to be shown anew."""
        self.post_message(self.Changed(self))
