"""What is to be seen inside a run while it trains: gradients by layer, weights and gradients over time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from tuilab.text import number, safe
from tuilab.tui.glyphs import SIGNS, plain
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.style import Style

    from tuilab.tui.run_view import History

LEAST_SPARKS = 4
WIDEST = 60
"""A number stands no further from its name than this."""
SHADES = " .:-=+*#"


class Sights(Rows):
    """A line for what one can step back to; a line a layer with the length of its gradient over time; and
    where there is room, histograms of weights and gradients, time going right, zero in the middle."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sights--title",
        "sights--name",
        "sights--gradient",
        "sights--parameter",
    }
    DEFAULT_CSS = """
    Sights {
        height: 3;
        & > .sights--title { color: $quiet; }
        & > .sights--name { color: $foreground; }
        & > .sights--gradient { color: $gradient; }
        & > .sights--parameter { color: $parameter; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._history: History | None = None
        self._reach = ""

    def show(self, history: "History | None", reach: str) -> None:
        """Show what was gathered, and how far one can step back."""
        if history is not self._history or reach != self._reach:
            self._history, self._reach = history, reach
            self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        glyphs = glyphs_of(self)
        rows: list[list[Segment]] = []
        if self._reach:
            rows.append([Segment(f" {plain(self._reach, glyphs)}", styles["title"])])
        history = self._history
        if history is not None and len(rows) < height:
            if height > len(rows) + len(history.layers):
                rows.append([Segment(plain(" ◂ gradient norm by layer", glyphs), styles["title"])])
            rows += self._norms(width, styles)[: height - len(rows)]
            rows += self._histograms(width, height - len(rows), styles)
        elif history is None and height > len(rows) + 1:
            rows.append([Segment(" no gradients yet", styles["title"])])
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows[:height]]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _norms(self, width: int, styles: "dict[str, Style]") -> list[list[Segment]]:
        history, glyphs = self._history, glyphs_of(self)
        assert history is not None
        width = min(width, WIDEST)
        longest = max((cell_len(name) for name in history.layers), default=0)
        rows = []
        for layer, norms in zip(history.layers, history.norms, strict=True):
            value = plain(number(float(norms[-1])) if len(norms) else "", glyphs)
            name = set_cell_size(plain(safe(layer, limit=40), glyphs), min(longest, width // 2 - 3))
            room = width - cell_len(name) - cell_len(value) - 5
            sparks = spark(norms, room, SIGNS[glyphs].levels) if room >= LEAST_SPARKS else ""
            gap = " " * max(1, width - 2 - cell_len(name) - len(sparks) - cell_len(value) - 1)
            rows.append(
                [
                    Segment(f" {name} ", styles["name"]),
                    Segment(sparks, styles["gradient"]),
                    Segment(gap[:-1] + value, styles["gradient"]),
                ]
            )
        return rows

    def _histograms(self, width: int, height: int, styles: "dict[str, Style]") -> list[list[Segment]]:
        """As many as fit, each a title and four rows of shades or more: dark where many elements lie."""
        history, glyphs = self._history, glyphs_of(self)
        assert history is not None
        rows: list[list[Segment]] = []
        count = min(len(history.histograms), height // 5)
        for place, (name, (counts, reach)) in enumerate(history.histograms.items()):
            if place >= count:
                break
            kind, _, parameter = name.partition(" ")
            mark = "▪" if kind == "parameter" else "◂"
            title = f" {mark} {safe(parameter, limit=60)} ±{number(reach)}"
            rows.append(
                [
                    Segment(
                        plain(title, glyphs).replace("±", "+-" if glyphs == "ascii" else "±"), styles["title"]
                    )
                ]
            )
            high = max(4, min(8, height // count - 1))
            rows += [[Segment(" " + line, styles[kind])] for line in shaded(counts, width - 2, high)]
        return rows


def spark(values: "Sequence[float]", width: int, levels: str) -> str:
    """The last values as bars on a logarithmic scale: lengths of gradients differ by orders of magnitude."""
    import numpy as np

    found = np.asarray(values, np.float64)[-width:]
    good = np.isfinite(found) & (found > 0)
    if not good.any():
        return ""
    logs = np.log10(np.where(good, found, 1.0))
    low, high = float(logs[good].min()), float(logs[good].max())
    shares = (logs - low) / (high - low) if high > low else np.full(len(logs), 0.5)
    steps = len(levels) - 2
    return "".join(
        levels[1 + round(float(share) * steps)] if ok else "!" for share, ok in zip(shares, good, strict=True)
    )


def shaded(counts: "NDArray[Any]", width: int, height: int) -> list[str]:
    """Histograms side by side, the newest right, as signs that grow darker; the largest values on top."""
    import numpy as np

    table = np.asarray(counts, np.float64)[-width:]
    groups = np.array_split(np.arange(table.shape[1]), height)
    heights = np.stack([table[:, group].sum(1) for group in groups[::-1]])
    most = heights.max(initial=0.0)
    if most <= 0:
        return [""] * height
    shares = np.sqrt(heights / most)  # what is rare is to be seen too
    steps = np.ceil(shares * (len(SHADES) - 1)).astype(int)
    return ["".join(SHADES[step] for step in row) for row in steps.tolist()]
