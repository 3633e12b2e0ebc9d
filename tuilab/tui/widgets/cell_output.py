"""What a cell came to: what it printed, its last expression's value, what went wrong, and how it stands."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tuilab.text import duration, safe
from tuilab.tui.widgets.frame import glyphs_of, in_signs
from tuilab.tui.widgets.lesson_step import Sideways

if TYPE_CHECKING:
    from tuilab.session import Failed
    from tuilab.tui.widgets.value_view import ValueView
    from tuilab.tui.workbook import Work

PRINTED_LINES = 12
"""Printed lines that are seen, the last ones."""
FRAMES_SHOWN = 3
MARKS = {
    "waiting": ("…", "$quiet", "waits for other cells"),
    "running": ("…", "$accent", "running; x stops it"),
    "ran": ("✓", "$success", ""),
    "changed": ("~", "$warning", "changed since it ran"),
    "failed": ("✗", "$error", ""),
}
"""By how a cell stands: its mark, its colour, and words."""


class CellOutput(Vertical):
    """The room below a cell; nothing where nothing came of it yet."""

    DEFAULT_CSS = """
    CellOutput { height: auto; padding: 0 0 0 2; }
    CellOutput > Static { height: auto; display: none; }
    CellOutput > Sideways { display: none; }
    CellOutput > .there { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._printed = Sideways(Content(""), "printed")
        self._failure = Static()
        self._mark = Static()
        self._value: object = None
        self.view: ValueView | None = None
        """The value that is shown, if one is."""
        self._last = ""

    def compose(self) -> ComposeResult:
        yield self._printed
        yield self._failure
        yield self._mark

    async def show(self, work: "Work") -> None:
        """Show what a cell came to, as far as that is another now."""
        if work.printed != self._last:
            self._last = work.printed
            self._printed.update(in_signs(_printed(work), glyphs_of(self)))
        self._printed.set_class(bool(work.printed), "there")
        self._put(self._failure, _failure(work))
        self._put(self._mark, mark(work))
        if work.value is not self._value:
            self._value = work.value
            if self.view is not None:
                await self.view.remove()
                self.view = None
            if work.value is not None:
                from tuilab.tui.widgets.value_view import ValueView

                self.view = ValueView(work.value, work.expression)
                await self.mount(self.view, after=self._printed)

    def _put(self, part: Static, content: Content) -> None:
        part.set_class(bool(content), "there")
        content = in_signs(content, glyphs_of(self))
        if content != part.content:
            part.update(content)


def mark(work: "Work") -> Content:
    """How a cell stands, with a mark."""
    if work.mark == "new" or (work.mark == "failed" and work.error is not None and not work.message):
        return Content.styled(safe(work.message, limit=400), "$warning")
    sign, colour, words = MARKS[work.mark]
    parts = [words] if words else []
    if work.mark in ("ran", "failed") and work.seconds >= 0.1:
        parts.append(duration(work.seconds))
    if work.message:
        parts.append(safe(work.message, limit=400))
    return Content.assemble((sign, colour), (f" {' · '.join(parts)}" if parts else "", "$quiet"))


def _printed(work: "Work") -> Content:
    lines = work.printed.removesuffix("\n").split("\n")
    gone = len(lines) - PRINTED_LINES
    if gone <= 0 and not work.left_out:
        return Content("\n".join(lines))
    more = f"… {gone:,} lines above" if not work.left_out else "… much more above"
    return Content.assemble((more, "$quiet"), "\n", "\n".join(lines[-PRINTED_LINES + 1 :]))


def _failure(work: "Work") -> Content:
    if work.error is None:
        return Content("")
    return failure(work.error)


def failure(error: "Failed") -> Content:
    """An error as a sentence, and the lines of the lesson that led to it."""
    said = f"{error.type_name}: {error.message}" if error.message else error.type_name
    said = said if said.endswith((".", "?", "!")) else f"{said}."
    parts: list[Content | str | tuple[str, str]] = [("✗ ", "$error"), (said, "$error")]
    if error.hint:
        parts.append(f" {error.hint}")
    for frame in error.frames[-FRAMES_SHOWN:]:
        where = "".join(
            (f"   in {frame.function}" if frame.function else "", f"   {frame.file}" * bool(frame.file))
        )
        parts += ["\n", ("  │ ", "$error"), frame.code, (where, "$quiet")]
    return Content.assemble(*parts)
