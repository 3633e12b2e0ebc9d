"""The bar under everything that can be walked: where it stands, and the way on and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message

from tuilab.text import safe
from tuilab.tui.glyphs import SIGNS, GlyphSet, plain
from tuilab.tui.widgets.rows import Rows

Button = Literal["previous_above", "previous", "next", "next_above"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What there is room for: the buttons, the cells of the bar, the text, the level."""

    buttons: bool
    bar: int
    text: str
    level: str


class Transport(Rows):
    """`◂◂  ◂  ▸  ▸▸  ━━━━●────  stop 23 of 41   level: op`: one row, at any width.

    A click on an arrow posts `Pressed`, a click on the bar posts `Sought`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transport--button",
        "transport--done",
        "transport--rest",
        "transport--text",
        "transport--level",
    }
    DEFAULT_CSS = """
    Transport {
        height: 1;
        & > .transport--button { color: $text-primary; }
        & > .transport--done { color: $text-primary; }
        & > .transport--rest { color: $text-disabled; }
        & > .transport--text { color: $foreground; }
        & > .transport--level { color: $text-muted; }
    }
    """

    @dataclass
    class Pressed(Message):
        """An arrow was clicked."""

        transport: "Transport"
        button: Button

        @property
        def control(self) -> "Transport":
            return self.transport

    @dataclass
    class Sought(Message):
        """The bar was clicked, at `position` from 0 to 1."""

        transport: "Transport"
        position: float

        @property
        def control(self) -> "Transport":
            return self.transport

    def __init__(
        self,
        *,
        glyphs: GlyphSet = "braille",
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._glyphs: GlyphSet = glyphs
        self._shown: tuple[float, str, str] = (0.0, "", "")
        self._places: list[tuple[range, Button]] = []
        self._bar = range(0)

    @property
    def glyphs(self) -> GlyphSet:
        """The set of signs to draw with."""
        return self._glyphs

    @glyphs.setter
    def glyphs(self, glyphs: GlyphSet) -> None:
        self._glyphs = glyphs
        self.redraw()

    def show(self, position: float, text: str, level: str = "") -> None:
        """Show where the walk stands, `position` from 0 to 1, in words, and the level that steps move on."""
        position = min(max(position, 0.0), 1.0) if position == position else 0.0
        shown = (position, safe(text), safe(level))
        if shown != self._shown:
            self._shown = shown
            self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        signs = SIGNS[self._glyphs]
        position, text, level = self._shown
        parts = arrange(width, plain(text, self._glyphs), plain(level, self._glyphs), signs.ellipsis)
        row: list[Segment] = []
        self._places, self._bar = [], range(0)
        if parts.buttons:
            column = 1
            row.append(Segment(" "))
            names: tuple[Button, ...] = ("previous_above", "previous", "next", "next_above")
            for name, arrow in zip(
                names, (signs.back * 2, signs.back, signs.forward, signs.forward * 2), strict=True
            ):
                row += [Segment(arrow, styles["button"]), Segment("  ")]
                self._places.append((range(column - 1, column + len(arrow) + 1), name))
                column += len(arrow) + 2
        if parts.bar:
            begin = _length(row)
            self._bar = range(begin, begin + parts.bar)
            knob = round(position * (parts.bar - 1))
            row += [
                Segment(signs.bar * knob + signs.knob, styles["done"]),
                Segment(signs.rest * (parts.bar - 1 - knob), styles["rest"]),
                Segment("  "),
            ]
        row.append(Segment(parts.text, styles["text"]))
        row.append(Segment(" " * (width - _length(row) - cell_len(parts.level))))
        row.append(Segment(parts.level, styles["level"]))
        return [row] + [[Segment(" " * width)] for _ in range(height - 1)]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for place, button in self._places:
            if offset.x in place:
                self.post_message(self.Pressed(self, button))
                return
        if offset.x in self._bar:
            self.post_message(self.Sought(self, (offset.x - self._bar.start) / max(1, len(self._bar) - 1)))


BUTTONS_WIDTH = 15
SHORTEST_BAR = 6


def arrange(width: int, text: str, level: str, ellipsis: str = "…") -> Parts:
    """What of the bar fits in `width` cells: the level goes first, then the bar, then the arrows; the text
    is cut last. The bar takes a third of the width where it can, so that it stays put while words change."""
    words = cell_len(text)
    level = f"  level: {level} " if level else ""
    for buttons, wanted, shown in (
        (True, True, level),
        (True, True, ""),
        (True, False, ""),
        (False, False, ""),
    ):
        left = width - BUTTONS_WIDTH * buttons - words - cell_len(shown)
        bar = min(max(SHORTEST_BAR, width // 3), left - 2) if wanted else 0
        if left >= 0 and (not wanted or bar >= SHORTEST_BAR):
            if wanted and not text:
                bar = left - 2
            return Parts(buttons, bar, text, shown)
    return Parts(False, 0, _cut(text, width, ellipsis), "")


def _cut(text: str, width: int, ellipsis: str) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + ellipsis if width > 0 else ""


def _length(row: list[Segment]) -> int:
    return sum(segment.cell_length for segment in row)
