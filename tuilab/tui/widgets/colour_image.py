"""A picture with colours of its own, in half blocks: two rows of pixels in a row of cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tuilab.tui.tensors.picture import SIGNS
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS = 14
WIDEST = 100


class ColourImage(Rows):
    """An image of shape (height, width, 3) or with a fourth channel, in bytes or from 0 to 1."""

    def __init__(self, pixels: "NDArray[Any]") -> None:
        super().__init__()
        bytes_ = pixels if pixels.dtype.kind == "u" else (pixels * 255).round()
        self._pixels = bytes_[..., :3].astype("u1")
        self.styles.height = min(MOST_ROWS, -(-pixels.shape[0] // 2))

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        rows, columns, _ = self._pixels.shape
        scale = max(1.0, rows / max(1, 2 * height), columns / max(1, min(width, WIDEST)))
        down, across = max(1, int(rows / scale)), max(1, int(columns / scale))
        chosen = self._pixels[[int(i * scale) for i in range(down)]][
            :, [int(j * scale) for j in range(across)]
        ]
        drawn = self._in_signs(chosen) if self._without_colours() else self._half_blocks(chosen)
        lines = [list(Segment.adjust_line_length(line, width)) for line in drawn[:height]]
        return lines + [[Segment(" " * width)]] * (height - len(lines))

    def _without_colours(self) -> bool:
        few = self.app.no_color or self.app.console.color_system in (None, "standard")
        return few or glyphs_of(self) == "ascii"

    def _half_blocks(self, pixels: "NDArray[Any]") -> list[list[Segment]]:
        found: list[list[Segment]] = []
        for top in range(0, len(pixels), 2):
            above = pixels[top].tolist()
            below = pixels[top + 1].tolist() if top + 1 < len(pixels) else None
            line = []
            for column, pixel in enumerate(above):
                under = None if below is None else Color.from_rgb(*below[column])
                line.append(Segment("▀", Style(color=Color.from_rgb(*pixel), bgcolor=under)))
            found.append(line)
        return found

    def _in_signs(self, pixels: "NDArray[Any]") -> list[list[Segment]]:
        signs = SIGNS["ascii" if glyphs_of(self) == "ascii" else "shades"][0]
        bright = pixels[::2].mean(axis=2) / 256 * len(signs)
        return [[Segment("".join(signs[int(level)] for level in row))] for row in bright.tolist()]
