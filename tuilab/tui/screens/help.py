"""Help: the keys of the screen one came from, and what the colours and marks mean."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tuilab.tui import bindings
from tuilab.tui.bindings import Place
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.widgets.frame import TopLine, glyphs_of, in_plain

MEANINGS = (
    ("▸ blue", "$forward", "a value that flows forward; the curve of the training batches, solid"),
    ("◂ orange", "$gradient", "a gradient that flows back"),
    ("▪ green", "$parameter", "a parameter, which training changes"),
    ("┄ dashed", "$foreground", "validation: images that the network never learns from"),
    ("╎ line", "$foreground", "where the learning rate was changed"),
    ("✓ ✗", "$foreground", "a right guess, a wrong one"),
)


class HelpScreen(LabScreen):
    """All keys that work on the screen behind it."""

    place: ClassVar[Place] = "help"
    BINDINGS: ClassVar = keys_of("help")

    def __init__(self, about: Place) -> None:
        super().__init__()
        self._about = about

    def top_line(self) -> TopLine:
        return TopLine("help", f"the keys of the {self._about}" if self._about != "help" else "")

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="help", can_focus=False):
            for group, rows in bindings.groups(self._about):
                yield Static(self._group(group, rows), classes="group")
            yield Static(self._meanings(), classes="group")

    def _group(self, group: str, rows: tuple[bindings.Row, ...]) -> Content:
        lines = [Content.styled(group, "$quiet bold")]
        lines += [self._line(bindings.shown_keys(row), "bold $foreground", row.says) for row in rows]
        return Content("\n").join(lines)

    def _meanings(self) -> Content:
        lines = [Content.styled("Colours and marks", "$quiet bold")]
        lines += [self._line(sign, f"bold {colour}", says) for sign, colour, says in MEANINGS]
        return Content("\n").join(lines)

    def _line(self, left: str, style: str, says: str) -> Content:
        glyphs = glyphs_of(self)
        return Content.assemble((f"  {in_plain(left, glyphs):<14}", style), in_plain(says, glyphs))

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.dismiss()

    def action_up(self) -> None:
        self.query_one("#help").scroll_up(animate=False)

    def action_down(self) -> None:
        self.query_one("#help").scroll_down(animate=False)

    def action_page_up(self) -> None:
        self.query_one("#help").scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        self.query_one("#help").scroll_page_down(animate=False)

    def action_first(self) -> None:
        self.query_one("#help").scroll_home(animate=False)

    def action_last(self) -> None:
        self.query_one("#help").scroll_end(animate=False)
