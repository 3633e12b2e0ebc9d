"""Products of derivatives in three rows, as one writes them on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tuilab.tui.explanations.arithmetic import Piece
from tuilab.tui.explanations.names import Tone

Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Fraction:
    """∂upper over ∂lower."""

    upper: str
    lower: str
    tone: Tone | str = ""


def in_rows(parts: Sequence[Fraction | str], bar: str = "─") -> tuple[Line, Line, Line]:
    """Fractions and signs beside each other; a sign stands on the row of the bars."""
    above, middle, below = Line(), Line(), Line()
    for part in parts:
        if isinstance(part, str):
            middle.append(Piece(part))
            for line in (above, below):
                line.append(Piece(" " * cell_len(part)))
            continue
        upper, lower = f"∂{part.upper}", f"∂{part.lower}"
        width = max(cell_len(upper), cell_len(lower))
        above.append(Piece(_centred(upper, width), part.tone))
        middle.append(Piece(bar * width, part.tone))
        below.append(Piece(_centred(lower, width), part.tone))
    return above, middle, below


def width_of(line: Line) -> int:
    return sum(cell_len(piece.text) for piece in line)


def _centred(text: str, width: int) -> str:
    spare = width - cell_len(text)
    return " " * (spare // 2) + text + " " * (spare - spare // 2)
