"""A row of small handwritten digits with what the network takes them for."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style

from tuilab.tui.glyphs import SIGNS, GlyphSet
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDES = (28, 20, 14, 10)
"""Sides, in pixels, that a digit is drawn at: as many cells wide, half as many high."""

GREYS = 12
RAMP = " .:-=+*#%@"


class Digits(Rows):
    """As many of the digits as fit, at the largest of a few sizes, each with the guess under it.

    `7 ✓ 99%` is a right guess with its confidence; `9 ✗4 61%` is a guess of 9 for what is a 4.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"digits--right", "digits--wrong", "digits--ink", "digits--empty"}
    DEFAULT_CSS = """
    Digits {
        & > .digits--right { color: $text-muted; }
        & > .digits--wrong { color: $text-error; text-style: bold reverse; }
        & > .digits--ink { color: $foreground; }
        & > .digits--empty { color: $text-muted; }
    }
    """

    def __init__(
        self,
        *,
        glyphs: GlyphSet = "braille",
        empty: str = "digits appear here once training runs",
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._glyphs: GlyphSet = glyphs
        self._empty = empty
        self._images: NDArray[Any] | None = None
        self._labels: list[int] = []
        self._guesses: list[int] = []
        self._confidence: list[float] = []
        self._pictures: dict[tuple[object, ...], list[list[Segment]]] = {}

    @property
    def glyphs(self) -> GlyphSet:
        """The set of signs to draw with."""
        return self._glyphs

    @glyphs.setter
    def glyphs(self, glyphs: GlyphSet) -> None:
        self._glyphs = glyphs
        self.redraw()

    def show(
        self,
        images: "NDArray[Any]",
        labels: "Sequence[int] | NDArray[Any]",
        guesses: "Sequence[int] | NDArray[Any]",
        confidence: "Sequence[float] | NDArray[Any] | None" = None,
    ) -> None:
        """Show `images` (n, 28, 28) uint8, 0 for no ink, with `labels`, `guesses` and `confidence` (n,)."""
        count = min(len(images), len(labels), len(guesses))
        self._images = images[:count]
        self._labels = [int(label) for label in labels[:count]]
        self._guesses = [int(guess) for guess in guesses[:count]]
        self._confidence = [] if confidence is None else [float(value) for value in confidence[:count]]
        self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        count = len(self._labels)
        if count == 0 or self._images is None:
            return self._say(self._empty, width, height, styles)
        side, across, down = fit(width, height, count)
        if across == 0:
            return self._captions_only(width, height, styles)
        gap = Segment(" ")
        before = (width - across * (side + 1) + 1) // 2 if count >= across else 0
        rows: list[list[Segment]] = []
        for line in range(down):
            chosen = range(line * across, min(count, (line + 1) * across))
            if not chosen:
                break
            pictures = [self._picture(index, side, styles["ink"]) for index in chosen]
            captions = [self._caption(index, side, styles) for index in chosen]
            for parts in [*zip(*pictures, strict=True), captions]:
                row = [Segment(" " * before)] if before else []
                for position, part in enumerate(parts):
                    row += ([gap] if position else []) + list(part)
                rows.append(_padded(row, width))
        rows = rows[:height]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _say(self, words: str, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        lines = textwrap.wrap(words, width)[:height]
        above = (height - len(lines)) // 2
        lines = [""] * above + lines + [""] * (height - above - len(lines))
        return [[Segment(line.center(width), styles["empty"])] for line in lines]

    def _caption(self, index: int, width: int, styles: dict[str, Style]) -> list[Segment]:
        signs = SIGNS[self._glyphs]
        guess, label = self._guesses[index], self._labels[index]
        wrong = guess != label
        words = f"{guess} {signs.wrong}{label}" if wrong else f"{guess} {signs.right}"
        if self._confidence and width >= 9 and self._confidence[index] == self._confidence[index]:
            words += f" {min(max(self._confidence[index], 0.0), 1.0) * 100:.0f}%"
        words = words[:width]
        before = (width - len(words)) // 2
        return [
            Segment(" " * before),
            Segment(words, styles["wrong" if wrong else "right"]),
            Segment(" " * (width - before - len(words))),
        ]

    def _captions_only(self, width: int, height: int, styles: dict[str, Style]) -> list[list[Segment]]:
        """Where no picture fits: the guesses alone, five cells each."""
        row: list[Segment] = []
        for index in range(min(len(self._labels), width // 6)):
            row += [*self._caption(index, 5, styles), Segment(" ")]
        rows = [_padded(row, width)] if height else []
        return rows + [[Segment(" " * width)] for _ in range(height - 1)]

    def _picture(self, index: int, side: int, ink: Style) -> list[list[Segment]]:
        assert self._images is not None
        image = self._images[index]
        if self._glyphs == "ascii":
            way = "ramp"
        elif (
            self.app.no_color
            or self.app.console.color_system == "standard"
            or (ink.bgcolor is not None and ink.bgcolor.is_default)
        ):
            # No shades to mix: there are none, or the terminal's own paper could be of any colour.
            way = "mono"
        else:
            way = "greys"
        key = (image.tobytes(), side, way, ink)
        if key not in self._pictures:
            if len(self._pictures) > 256:
                self._pictures.clear()
            self._pictures[key] = picture(image, side, way, ink)
        return self._pictures[key]


def fit(width: int, height: int, count: int) -> tuple[int, int, int]:
    """The side in pixels, and how many digits across and down: all of them at the largest size that
    holds them; else as many as fit, at 14 pixels where that is five or more, else at the smallest."""
    room = [(side, (width + 1) // (side + 1), height // (side // 2 + 1)) for side in SIDES]
    for side, across, down in room:
        if across * down >= count:
            return side, across, min(down, -(-count // across))
    for side, across, down in room:
        if side == 14 and across * down >= 5:
            return side, across, down
    side, across, down = room[-1]
    return (side, across, down) if across * down else (side, 0, 0)


def picture(image: "NDArray[Any]", side: int, way: str, ink: Style) -> list[list[Segment]]:
    """A 28 x 28 image in `side` x `side / 2` cells, two pixels a cell.

    `way`: "greys" gives half blocks in `GREYS` shades from the background to the ink, "mono" half blocks
    that are there or not, "ramp" ASCII signs of growing darkness.
    """
    import numpy as np

    shrink = _shrinking(side)
    pixels = np.clip(shrink @ (np.asarray(image, np.float64) / 255.0) @ shrink.T, 0.0, 1.0)
    strongest = pixels.max()
    if strongest > 0:
        # Thin strokes pale when they shrink; the darkest pixel is drawn full.
        pixels = pixels / strongest
    upper, lower = pixels[0::2], pixels[1::2]
    if way == "ramp":
        levels = np.rint((upper + lower) / 2 * (len(RAMP) - 1)).astype(int)
        return [[Segment("".join(RAMP[level] for level in row), ink)] for row in levels.tolist()]
    if way == "mono":
        signs = (" ", "▄", "▀", "█")
        cells = (upper > 0.4) * 2 + (lower > 0.4)
        return [[Segment("".join(signs[cell] for cell in row), ink)] for row in cells.tolist()]
    shades = _shades(ink)
    top = np.rint(upper * (GREYS - 1)).astype(int).tolist()
    bottom = np.rint(lower * (GREYS - 1)).astype(int).tolist()
    return [_run_lengths(list(zip(*pair, strict=True)), shades) for pair in zip(top, bottom, strict=True)]


def _run_lengths(cells: list[tuple[int, int]], shades: list[RichColor]) -> list[Segment]:
    """One segment for each run of equal cells: fewer changes of colour, fewer bytes."""
    row: list[Segment] = []
    start = 0
    for end in range(1, len(cells) + 1):
        if end < len(cells) and cells[end] == cells[start]:
            continue
        top, bottom = cells[start]
        if top == bottom == 0:
            row.append(Segment(" " * (end - start)))
        elif bottom == 0:
            row.append(Segment("▀" * (end - start), Style(color=shades[top])))
        elif top == 0:
            row.append(Segment("▄" * (end - start), Style(color=shades[bottom])))
        elif top == bottom:
            row.append(Segment("█" * (end - start), Style(color=shades[top])))
        else:
            row.append(Segment("▀" * (end - start), Style(color=shades[top], bgcolor=shades[bottom])))
        start = end
    return row


def _shades(ink: Style) -> list[RichColor]:
    paper = ink.bgcolor.get_truecolor(foreground=False) if ink.bgcolor else (0, 0, 0)
    pen = ink.color.get_truecolor() if ink.color else (255, 255, 255)
    return [
        RichColor.from_rgb(
            *(low + (high - low) * level / (GREYS - 1) for low, high in zip(paper, pen, strict=True))
        )
        for level in range(GREYS)
    ]


def _shrinking(side: int) -> "NDArray[Any]":
    """The (side, 28) matrix that averages 28 pixels over `side` equal stretches."""
    import numpy as np

    edges = np.arange(side + 1) * (28 / side)
    begin = np.maximum(edges[:-1, None], np.arange(28))
    end = np.minimum(edges[1:, None], np.arange(1, 29))
    shares: NDArray[Any] = np.maximum(end - begin, 0.0) * (side / 28)
    return shares


def _padded(row: list[Segment], width: int) -> list[Segment]:
    used = sum(len(segment.text) for segment in row)
    return [*row, Segment(" " * (width - used))] if used < width else row
