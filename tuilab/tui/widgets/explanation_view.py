"""A page of an explanation under a cursor; draws only the lines that are visible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message

from tuilab.tui.explanations import Page, Question
from tuilab.tui.explanations.arithmetic import Piece
from tuilab.tui.glyphs import SIGNS
from tuilab.tui.tensors.axes import window
from tuilab.tui.widgets.frame import glyphs_of, in_plain
from tuilab.tui.widgets.rows import Rows


class ExplanationView(Rows):
    """The lines of a page. Its screen gives it pages, and moves the cursor among their entries."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"explanation-view--{name}"
        for name in (
            *("plain", "title", "quiet", "formula", "forward", "gradient", "parameter", "good", "bad"),
            "cursor",
        )
    }
    DEFAULT_CSS = """
    ExplanationView .explanation-view--plain { color: $foreground; }
    ExplanationView .explanation-view--title { color: $foreground; text-style: bold; }
    ExplanationView .explanation-view--quiet { color: $quiet; }
    ExplanationView .explanation-view--formula { color: $foreground; }
    ExplanationView .explanation-view--forward { color: $forward; }
    ExplanationView .explanation-view--gradient { color: $gradient; }
    ExplanationView .explanation-view--parameter { color: $parameter; }
    ExplanationView .explanation-view--good { color: $success; }
    ExplanationView .explanation-view--bad { color: $error; text-style: bold; }
    ExplanationView .explanation-view--cursor { color: $accent; text-style: bold reverse; }
    """

    @dataclass
    class Chosen(Message):
        """The number, or the fold, under the cursor was clicked."""

        entry: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._page: Page | None = None
        self._cursor = 0
        self._top = 0
        self._starts: list[list[tuple[range, int]]] = []

    @property
    def cursor(self) -> int:
        """The number of the entry under the cursor."""
        return self._cursor

    @property
    def question(self) -> Question | None:
        """What the entry under the cursor asks; None on a fold, or where there is no entry."""
        if self._page is None or self.entry is None:
            return None
        return self._page.entries[self.entry].question

    @property
    def entry(self) -> int | None:
        """The number of the entry under the cursor; None where there is none."""
        if self._page is None or not self._page.entries:
            return None
        return min(self._cursor, len(self._page.entries) - 1)

    def show(self, page: Page, cursor: int = 0) -> None:
        """Show a page, its cursor on an entry."""
        self._page = page
        self._put(cursor)

    def clear(self) -> None:
        """Show nothing."""
        self._page = None
        self.redraw()

    def put_on(self, question: Question) -> None:
        """Put the cursor on the first entry that asks this."""
        if self._page is not None:
            for number, entry in enumerate(self._page.entries):
                if entry.question == question:
                    self._put(number)
                    return

    def move(self, down: int = 0, right: int = 0) -> None:
        """To an entry so many lines with entries further down, or so many entries further on its line."""
        if self._page is None or not self._page.entries:
            return
        entries = self._page.entries
        here = min(self._cursor, len(entries) - 1)
        for _ in range(abs(down)):
            step = 1 if down > 0 else -1
            ahead = here
            while 0 <= ahead < len(entries) and entries[ahead].line == entries[here].line:
                ahead += step
            if not 0 <= ahead < len(entries):
                if down < 0:
                    self._top = 0
                break
            place = here - self._begin(here)
            begin = self._begin(ahead)
            here = begin
            line = entries[begin].line
            while here + 1 < len(entries) and here < begin + place and entries[here + 1].line == line:
                here += 1
        for _ in range(abs(right)):
            ahead = here + (1 if right > 0 else -1)
            if 0 <= ahead < len(entries) and entries[ahead].line == entries[here].line:
                here = ahead
        self._put(here)

    def _begin(self, entry: int) -> int:
        """The first entry on the line of one."""
        assert self._page is not None
        entries = self._page.entries
        while entry and entries[entry - 1].line == entries[entry].line:
            entry -= 1
        return entry

    def first(self) -> None:
        self._top = 0
        self._put(0)

    def last(self) -> None:
        self._put(len(self._page.entries) - 1 if self._page else 0)

    def page_height(self) -> int:
        return max(1, self.size.height - 2)

    def _put(self, cursor: int) -> None:
        count = len(self._page.entries) if self._page else 0
        self._cursor = max(0, min(cursor, count - 1))
        if self._cursor == 0:
            self._top = 0
        self.redraw()

    # Drawing --------------------------------------------------------------------------------------

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        rows: list[list[Segment]] = []
        self._starts = []
        if self._page is not None:
            count = len(self._page)
            entry = self.entry
            if entry is not None:
                line = self._page.entries[entry].line
                last = entry == len(self._page.entries) - 1
                self._top = window(count - 1 if last else line, self._top, height, count)
                if last:
                    self._top = min(self._top, line)
            self._top = max(0, min(self._top, count - height))
            visible = range(self._top, min(count, self._top + height))
            rows += [self._segments(self._page.line(place), entry, styles) for place in visible]
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _segments(self, line: list[Piece], cursor: int | None, styles: dict[str, Style]) -> list[Segment]:
        glyphs = glyphs_of(self)
        found: list[Segment] = []
        starts: list[tuple[range, int]] = []
        column = 0
        for piece in line:
            text = piece.text
            if piece.tone in ("good", "bad"):
                text = text.replace("✓", SIGNS[glyphs].right).replace("✗", SIGNS[glyphs].wrong)
            text = in_plain(text, glyphs)
            style = styles[piece.tone or "plain"]
            if piece.entry >= 0:
                starts.append((range(column, column + len(text)), piece.entry))
                if piece.entry == cursor:
                    style = styles["cursor"]
            found.append(Segment(text, style))
            column += found[-1].cell_length
        self._starts.append(starts)
        return found

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.move(down=3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.move(down=-3)

    def on_click(self, event: events.Click) -> None:
        if event.y >= len(self._starts):
            return
        for columns, entry in self._starts[event.y]:
            if event.x in columns:
                again = entry == self.entry
                self._put(entry)
                if again:
                    self.post_message(self.Chosen(entry))
                return
