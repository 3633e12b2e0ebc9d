"""What all screens share: the frame, the keys of their place, and a word for what just happened."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import Screen

from tuilab.tui import bindings
from tuilab.tui.bindings import Place, Row
from tuilab.tui.widgets.frame import KeyLine, Kind, MessageLine, TopLine


class LabScreen(Screen[None]):
    """A screen with a top line, a body, a message line and a bottom line.

    Subclasses name their `place`, compose `compose_body`, and implement `action_…` for the rows of the
    table that are theirs.
    """

    place: ClassVar[Place] = "library"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        # Kept, since a search through a long page for each key would be felt.
        self._message_line = MessageLine()
        self._key_line = KeyLine()

    def compose(self) -> ComposeResult:
        yield self.top_line()
        with Container(id="body"):
            yield from self.compose_body()
        yield self._message_line
        yield self._key_line

    def top_line(self) -> TopLine:
        return TopLine("tuilab")

    def compose_body(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        self.refresh_keys()

    def word(self, row: Row) -> str:
        """The footer's word for a row at this moment."""
        return row.label

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show what just happened."""
        if self._message_line.is_attached:
            self._message_line.say(text, kind)

    def refresh_keys(self) -> None:
        """Show in the bottom line what can be done now."""
        if self._key_line.is_attached:
            rows = [row for row in bindings.footer(self.place) if self.can(row)]
            self._key_line.offers = tuple((row, self.word(row)) for row in rows)

    def can(self, row: Row) -> bool:
        """Whether the action of a row is possible here and now."""
        owner = self if hasattr(self, f"action_{row.action}") else self.app
        return hasattr(owner, f"action_{row.action}") and bool(owner.check_action(row.action, ()))


def keys_of(place: Place) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Textual's bindings for the rows of a place, but for those of the app itself."""
    return [binding(row) for row in bindings.at(place) if row.action not in APP_ACTIONS]


def keys_of_app() -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Textual's bindings for the rows that the app answers on every screen."""
    return [binding(row) for row in bindings.TABLE if row.action in APP_ACTIONS]


def binding(row: Row) -> Binding:
    """One row as Textual's binding."""
    return Binding(
        row.keys,
        row.action,
        row.label,
        show=False,
        key_display=row.shown,
        priority=row.priority,
        id=row.action,
    )


APP_ACTIONS = frozenset(
    ("help", "command_palette", "theme", "leave", "leave_now", "redraw", "suspend"),
)
