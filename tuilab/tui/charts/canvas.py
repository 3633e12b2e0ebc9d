"""A grid of signs that the parts of a chart are laid on, one over the other."""

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style

Row = list[Segment]

BRAILLE = frozenset(map(chr, range(0x2801, 0x2900)))
FAINT = ("raw", "ghost")
"""What the roles begin with of all that lies beneath the lines."""
RUN_ROLES = tuple(f"{kind}{hue}" for kind in ("run", "raw") for hue in range(8))
ROLES = (
    *("title", "axis", "train", "raw", "validation", "change", "nan", "empty", "cursor", "ghost"),
    *RUN_ROLES,
)
PLAIN: dict[str, Style] = {role: Style() for role in ROLES}


class Canvas:
    """A grid of signs, one a cell, each with the role that will give it its style."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.signs = [[" "] * width for _ in range(height)]
        self.roles = [[""] * width for _ in range(height)]

    def put(self, row: int, column: int, text: str, role: str) -> None:
        if 0 <= row < self.height:
            for offset, sign in enumerate(text):
                if 0 <= column + offset < self.width:
                    self.signs[row][column + offset] = sign
                    self.roles[row][column + offset] = role

    def lay(self, rows: Sequence[str], column: int, role: str, sign: str | None = None) -> None:
        """Lay a raster over what is there: its blanks leave what is below, `sign` replaces its signs.

        Where it meets another line in a cell of braille, the dots of both are seen.
        """
        for row, text in enumerate(rows):
            drawn_on = text.rstrip()
            first = len(drawn_on) - len(drawn_on.lstrip())
            for offset, drawn in enumerate(drawn_on[first:], first):
                if drawn != " ":
                    below = self._line_below(row, column + offset, role)
                    both = chr(ord(drawn) | ord(below)) if below and drawn in BRAILLE else drawn
                    self.put(row, column + offset, sign or both, role)

    def _line_below(self, row: int, column: int, role: str) -> str:
        """The braille of a line in a cell; empty where there is none, or one too faint to show through."""
        if not (0 <= row < self.height and 0 <= column < self.width):
            return ""
        sign, below = self.signs[row][column], self.roles[row][column]
        return sign if sign in BRAILLE and (not below.startswith(FAINT) or role.startswith(FAINT)) else ""

    def is_free(self, row: int, column: int, length: int, but: frozenset[str] = frozenset()) -> bool:
        roles = self.roles[row][max(column, 0) : column + length]
        return all(role == "" or role in but for role in roles)

    def row(self, index: int, styles: Mapping[str, Style]) -> Row:
        """One row in runs of equal style. A blank looks alike in all of them, so it joins the run before
        it: each change of style costs some thirty bytes on the way to the terminal."""
        signs, roles = self.signs[index], self.roles[index]
        row: Row = []
        start, role = 0, ""
        for column, sign in enumerate(signs):
            if sign != " " and roles[column] != role:
                if role:
                    row.append(Segment("".join(signs[start:column]), styles.get(role)))
                    start = column
                role = roles[column]
        return [*row, Segment("".join(signs[start:]), styles.get(role))]
