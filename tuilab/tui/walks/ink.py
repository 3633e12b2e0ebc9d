"""What the drawn parts of a walk share: their styles by name, and words in the signs of the terminal."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.widgets.frame import in_plain

Line = list[Segment]
Styles = Mapping[str, Style]

_IN_ASCII = str.maketrans(
    {
        "·": "*", "√": "sqrt ", "²": "^2", "Σ": "sum", "≠": "!=", "≤": "<=", "≥": ">=", "→": "->", "←": "<-",
        "σ": "s", "μ": "m", "│": "|", "─": "-", "┌": "+", "└": "+", "⁻": "-", "¹": "1",
    }
)  # fmt: skip


def words(text: str, glyphs: GlyphSet) -> str:
    """Text in the signs that the terminal has."""
    if glyphs == "braille" or text.isascii():
        return text
    return in_plain(text.translate(_IN_ASCII) if glyphs == "ascii" else text, glyphs)


def length(line: Sequence[Segment]) -> int:
    """The cells of a line."""
    return sum(segment.cell_length for segment in line)


def fit(line: Line, width: int) -> Line:
    """A line of exactly so many cells."""
    return list(Segment.adjust_line_length(line, width))


def centred(line: Line, width: int) -> Line:
    """A line in the middle of so many cells."""
    return fit([Segment(" " * max(0, (width - length(line)) // 2)), *line], width)


def beside(blocks: Sequence[Sequence[Line]], widths: Sequence[int], gap: int) -> list[Line]:
    """Blocks of lines from left to right, their tops on one line."""
    rows = max(map(len, blocks), default=0)
    lines: list[Line] = []
    for row in range(rows):
        line: Line = []
        for block, width in zip(blocks, widths, strict=True):
            line += fit(list(block[row]) if row < len(block) else [], width)
            line.append(Segment(" " * gap))
        lines.append(line[:-1])
    return lines


def cut(text: str, width: int, ellipsis: str) -> str:
    """Text of at most so many cells."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - len(ellipsis))) + ellipsis if width > 0 else ""


class Runs:
    """Pieces of text as segments, those of one style together: a row has few of them however wide it is."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._pieces: list[tuple[list[str], str]] = []

    def add(self, text: str, style: str) -> None:
        """Text at the end, in a style by its name."""
        if not self._pieces or self._pieces[-1][1] != style:
            self._pieces.append(([], style))
        self._pieces[-1][0].append(text)

    def segments(self) -> Line:
        return [Segment("".join(texts), self._styles[style]) for texts, style in self._pieces]


def in_the_middle(lines: list[Line], width: int) -> list[Line]:
    """Lines as they stand to each other, together in the middle of so many cells."""
    margin = max(0, (width - max(map(length, lines), default=0)) // 2)
    return [[Segment(" " * margin), *line] for line in lines]
