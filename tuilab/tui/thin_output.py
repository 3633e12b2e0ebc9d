"""Writes to the terminal only what is not there already, cell by cell.

Textual writes a changed row whole, each stretch of it with all its colours. Over a slow line that is most
of what a live curve costs. A `Thinner` keeps what the terminal shows and passes on the difference.
"""

import contextlib
import io
import re
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size

_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<line>\r?\n)"
    r"|(?P<text>[^\x1b\x00-\x1f\x7f]+)"
    r"|(?P<mode>\x1b\[[?<=>][\d;]*\$?[a-zA-Z]|\x1b\]22;[^\x07\x1b]*(?:\x07|\x1b\\)|\x07)"
    r"|(?P<other>\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[\[][0-?]*[ -/]*[@-~]|.)?|[\x00-\x1f\x7f])",
    re.DOTALL,
)
_SCREEN = re.compile(r"\x1b\[\?(?:1049|47|1047)[hl]")
_CELL = tuple[str, str]
_NOTHING: _CELL = ("", "?")


class Style(NamedTuple):
    """A style's parameters: attributes such as bold, then the colours."""

    attributes: str
    foreground: str
    background: str


class ThinFile(io.TextIOWrapper):
    """The terminal as a text file, written to through a `Thinner`.

    A terminal that is gone (EIO after a hangup) takes what is written to it in silence: the lab then still
    leaves in good order.
    """

    def __init__(self, descriptor: int, encoding: str) -> None:
        super().__init__(io.FileIO(descriptor, "w"), encoding=encoding, errors="replace", write_through=True)
        self._thinner = Thinner()
        self._must_forget = False

    def write(self, text: str) -> int:
        if self._must_forget:
            self._must_forget = False
            self._thinner.forget()
        with contextlib.suppress(OSError):
            super().write(self._thinner.feed(text))
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()

    def forget(self) -> None:
        """Write everything anew from the next frame on; may be called from any thread."""
        self._must_forget = True


class Thinner:
    """What a terminal shows, as far as it is known, and how to get from there to what is wanted."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], _CELL] = {}
        self._at: tuple[int, int] | None = None
        self._style: str | None = None
        self._wanted_at: tuple[int, int] | None = None
        self._wanted_style = ""

    def forget(self) -> None:
        """Know nothing any more of what the terminal shows: it was resized, or was somebody else's."""
        self._cells.clear()
        self._at = self._style = self._wanted_at = None

    def feed(self, data: str) -> str:
        """What to write so that the terminal shows what `data` would make it show."""
        out: list[str] = []
        position = 0
        while match := _TOKEN.match(data, position):
            position = match.end()
            kind = match.lastgroup
            if kind == "column":
                self._wanted_at = (int(match["row"]) - 1, int(match["column"]) - 1)
            elif kind == "style":
                self._wanted_style = "" if match["style"] in ("", "0") else match["style"]
            elif kind == "line":
                if self._wanted_at is None:
                    out.append(match["line"])
                else:
                    # Textual always says where it goes on; until it does, this is only a place.
                    self._wanted_at = (self._wanted_at[0] + 1, 0)
            elif kind == "text":
                self._text(match["text"], out)
            elif kind == "mode":
                out.append(match["mode"])
                if _SCREEN.fullmatch(match["mode"]):
                    self.forget()
            else:
                self._settle(out)
                out.append(match["other"])
                self.forget()
        self._settle(out)
        return "".join(out)

    def _text(self, text: str, out: list[str]) -> None:
        if self._wanted_at is None:
            self._switch(self._wanted_style, out)
            out.append(text)
            self._cells.clear()
            self._at = None
            return
        row, column = self._wanted_at
        style = self._wanted_style
        blank = (" ", seen_in_a_space(style))
        cells = self._cells
        for sign in text:
            if sign == " " and cells.get((row, column)) == blank:
                column += 1
                continue
            width = 1 if sign < "\u0300" else get_character_cell_size(sign)
            if width == 0:
                # It joins the sign before it: write both again.
                before, _ = cells.get((row, column - 1), _NOTHING)
                if column > 0:
                    self._put(row, column - 1, before + sign, style, 1, out)
                continue
            if sign == " " or cells.get((row, column)) != (sign, style):
                self._put(row, column, sign, style, width, out)
            column += width
        self._wanted_at = (row, column)

    def _put(self, row: int, column: int, sign: str, style: str, width: int, out: list[str]) -> None:
        cells = self._cells
        if self._at != (row, column):
            if self._at is not None and self._at[0] == row and (gap := column - self._at[1]) > 0:
                out.append(f"\x1b[{gap}C" if gap > 1 else "\x1b[C")
            else:
                out.append(f"\x1b[{row + 1};{column + 1}H")
        self._switch(style, out)
        out.append(sign)
        # Half of a wide sign that is written over leaves its other half in no known state.
        if column > 0 and cells.get((row, column), _NOTHING)[0] == "" and (row, column) in cells:
            cells.pop((row, column - 1), None)
        if cells.get((row, column + width), _NOTHING)[0] == "" and (row, column + width) in cells:
            cells.pop((row, column + width), None)
        cells[row, column] = (sign, style if sign != " " else seen_in_a_space(style))
        if width == 2:
            cells[row, column + 1] = ("", style)
        # After a sign of disputed width, or a joined one, say anew where the next one goes.
        self._at = (row, column + 1) if len(sign) == 1 and width == 1 and sign < "\u2e80" else None

    def _switch(self, style: str, out: list[str]) -> None:
        if style != self._style:
            out.append(change(self._style, style))
            self._style = style

    def _settle(self, out: list[str]) -> None:
        """Leave plain style, and the cursor where it is wanted."""
        if out and self._style:
            out.append("\x1b[0m")
            self._style = ""
        if self._wanted_at is not None and self._wanted_at != self._at and (out or self._at is not None):
            out.append(f"\x1b[{self._wanted_at[0] + 1};{self._wanted_at[1] + 1}H")
            self._at = self._wanted_at


@lru_cache(4096)
def change(before: str | None, after: str) -> str:
    """The shortest sequence from one style to another; None stands for a style that is not known."""
    if not after:
        return "\x1b[0m"
    whole = f"\x1b[0;{after}m" if before != "" else f"\x1b[{after}m"
    if not before:
        return whole
    old, new = parsed(before), parsed(after)
    if old is None or new is None or old.attributes != new.attributes:
        return whole
    parts = [
        value or default
        for kept, value, default in (
            (old.foreground, new.foreground, "39"),
            (old.background, new.background, "49"),
        )
        if kept != value
    ]
    return f"\x1b[{';'.join(parts)}m"


@lru_cache(4096)
def seen_in_a_space(style: str) -> str:
    """What of a style a space shows: its background, unless there is a line through it or it is reversed."""
    parts = parsed(style) if style else None
    if parts is None or any(number in "4579" for number in parts.attributes.split(";") if number):
        return style
    return parts.background


@lru_cache(4096)
def parsed(style: str) -> Style | None:
    """The parts of a style's parameters, or None where there are such as Textual never writes."""
    attributes: list[str] = []
    colours = {"3": "", "4": ""}
    numbers = iter(style.split(";"))
    for number in numbers:
        if number in ("38", "48"):
            kind = next(numbers, "")
            rest = [next(numbers, "") for _ in range({"5": 1, "2": 3}.get(kind, 0))]
            if not rest:
                return None
            colours[number[0]] = ";".join([number, kind, *rest])
        elif re.fullmatch(r"[34][0-79]|9[0-7]|10[0-7]", number):
            foreground = number[0] == "3" or number.startswith("9")
            colours["3" if foreground else "4"] = number
        elif number.isdecimal() and 0 < int(number) < 10:
            attributes.append(number)
        else:
            return None
    return Style(";".join(attributes), colours["3"], colours["4"])
