"""What every panel of a lesson's step is: a widget that answers the keys of the one table."""

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
    def glyphs(self) -> GlyphSet: ...

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show what just happened."""

    async def ask(self, expression: str, line: int) -> "Value | Failed":
        """The value of an expression in the lesson's session, once the cells above `line` have run."""


class Panel(Widget):
    """Shows one block of a step and acts on it.

    The screen hands it the keys of `bindings.TABLE` while it is the active panel of the step: for the action
    `next_stop` it calls `action_next_stop`, where `can("next_stop")` says that this is possible now.
    Subclasses implement the actions that are theirs, and call `changed()` when what is possible, or the
    stand, is another.

    `on_stage`: it takes the pane beside the text (a walk, a run), of at least `least_width` cells; other
    panels stand in the text, at their place.
    """

    on_stage: ClassVar[bool] = False
    least_width: ClassVar[int] = 40

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

    def seek(self, position: float) -> None:
        """Go to a place of the walk, from 0 to 1: the transport's bar was clicked."""

    def changed(self) -> None:
        """Tell the screen that keys or stand are to be shown anew."""
        self.post_message(self.Changed(self))
