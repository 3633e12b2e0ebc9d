"""A list under headings, with a cursor: the library's lessons and runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message

from tuilab.tui.glyphs import SIGNS
from tuilab.tui.widgets.frame import glyphs_of, in_plain
from tuilab.tui.widgets.rows import Rows


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. Without a `key` it is a heading or a remark, which the cursor passes over.

    `mark` stands before the title, `right` at the end of the line; `tone` is one of `heading`, `entry`,
    `quiet`, `live`, `bad`; the mark has the entry's tone unless it has one of its own.
    """

    title: str
    key: str = ""
    mark: str = ""
    right: str = ""
    tone: str = "entry"
    mark_tone: str = ""


class EntryList(Rows, can_focus=True):
    """Entries under headings. Moving posts `Moved`, a click or enter `Chosen`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "entry-list--heading",
        "entry-list--entry",
        "entry-list--quiet",
        "entry-list--live",
        "entry-list--bad",
        "entry-list--cursor",
        "entry-list--accent",
    }
    DEFAULT_CSS = """
    EntryList .entry-list--heading { color: $quiet; text-style: bold; }
    EntryList .entry-list--entry { color: $foreground; }
    EntryList .entry-list--quiet { color: $quiet; }
    EntryList .entry-list--live { color: $success; }
    EntryList .entry-list--bad { color: $error; }
    EntryList .entry-list--accent { color: $accent; text-style: bold; }
    EntryList .entry-list--cursor { background: $cursor-background; text-style: bold; }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another entry; None where there is none."""

        key: str | None

    @dataclass
    class Chosen(Message):
        """An entry was opened."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._entries: tuple[Entry, ...] = ()
        self._cursor: str | None = None
        self._top = 0

    @property
    def cursor(self) -> str | None:
        """The key of the entry under the cursor."""
        return self._cursor

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these entries; the cursor stays on its entry, or goes to the first."""
        if tuple(entries) == self._entries:
            return
        old_keys, self._entries = self._keys(), tuple(entries)
        keys = self._keys()
        if self._cursor not in keys:
            near = old_keys.index(self._cursor) if self._cursor in old_keys else 0
            self._put(keys[min(near, len(keys) - 1)] if keys else None)
        self._keep_in_view()
        self.redraw()

    def move(self, steps: int) -> None:
        """Move the cursor by so many entries, at most to the first or last."""
        keys = self._keys()
        if not keys:
            return
        here = keys.index(self._cursor) if self._cursor in keys else 0
        self.move_to(keys[max(0, min(len(keys) - 1, here + steps))])

    def move_to(self, key: str) -> None:
        """Put the cursor on an entry."""
        if key != self._cursor and key in self._keys():
            self._put(key)
            self._keep_in_view()
            self.redraw()

    def first_with(self, prefix: str) -> str | None:
        """The key of the first entry whose key begins so."""
        return next((key for key in self._keys() if key.startswith(prefix)), None)

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        self._keep_in_view()
        shown = self._entries[self._top : self._top + height]
        rows = [self._row(entry, width) for entry in shown]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _row(self, entry: Entry, width: int) -> list[Segment]:
        glyphs = glyphs_of(self)
        signs = SIGNS[glyphs]
        styles = self.role_styles()
        tone = styles[entry.tone]
        here = bool(entry.key) and entry.key == self._cursor
        pointer = f" {signs.forward} " if here else "   "
        if not entry.key and entry.tone == "heading":
            pointer = " "
        mark = f"{in_plain(entry.mark, glyphs)} " if entry.mark else ""
        right = f" {in_plain(entry.right, glyphs)} " if entry.right else " "
        room = width - len(pointer) - len(mark) - len(right)
        if room < 8:
            right = " "
            room = width - len(pointer) - len(mark) - len(right)
        title = _fitted(in_plain(entry.title, glyphs), room, signs.ellipsis)
        quiet = styles["quiet"] if entry.tone != "bad" else tone
        parts = [
            Segment(pointer, styles["accent"]),
            Segment(mark, styles[entry.mark_tone] if entry.mark_tone else tone),
            Segment(title, styles["entry"] if entry.tone == "live" else tone),
            Segment(right, quiet),
        ]
        if here:
            parts = list(Segment.apply_style(parts, post_style=styles["cursor"].without_color))
            background = styles["cursor"].background_style
            parts = list(Segment.apply_style(parts, post_style=background))
        return list(Segment.adjust_line_length(parts, width))

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y
        if index >= len(self._entries) or not (key := self._entries[index].key):
            return
        if key == self._cursor:
            self.post_message(self.Chosen(key))
        self.move_to(key)

    def on_mouse_scroll_down(self) -> None:
        self._scroll(3)

    def on_mouse_scroll_up(self) -> None:
        self._scroll(-3)

    def _scroll(self, lines: int) -> None:
        """Move the window, and the cursor with it where it would leave the window."""
        top = max(0, min(self._top + lines, len(self._entries) - self.size.height))
        visible = [entry.key for entry in self._entries[top : top + self.size.height] if entry.key]
        self._top = top
        if visible and self._cursor not in visible:
            self._put(visible[0] if lines > 0 else visible[-1])
        self.redraw()

    def _keys(self) -> list[str]:
        return [entry.key for entry in self._entries if entry.key]

    def _put(self, key: str | None) -> None:
        if key != self._cursor:
            self._cursor = key
            self.post_message(self.Moved(key))

    def _keep_in_view(self) -> None:
        height = max(1, self.size.height)
        index = next((i for i, entry in enumerate(self._entries) if entry.key == self._cursor), 0)
        # The heading above the cursor's entry is worth a line, and so is what comes after it.
        above = index - 1 if index and not self._entries[index - 1].key else index
        self._top = min(self._top, above if height > 1 else index)
        self._top = max(self._top, index - height + 1)
        self._top = max(0, min(self._top, len(self._entries) - height))


def _fitted(text: str, room: int, ellipsis: str) -> str:
    from rich.cells import cell_len, set_cell_size

    if room <= 0:
        return ""
    if cell_len(text) <= room:
        return set_cell_size(text, room)
    return set_cell_size(set_cell_size(text, room - 1).rstrip() + ellipsis, room)
