"""What a chart is given: series, marks and options. Free of numpy at import, for a quick first frame."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tuilab.tui.glyphs import GlyphSet

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve. `x` and `y` are one-dimensional, of equal length, of any real dtype.

    Values may be NaN or infinite: the curve has a gap there. `x` should not decrease; where it does,
    the points are sorted.

    `kind`: a train series is noisy, a point a batch: its points are drawn faint, with a smoothed solid
    line over them. A validation series is drawn as it is, dashed.
    """

    name: str
    x: "NDArray[Any]"
    y: "NDArray[Any]"
    kind: Literal["train", "validation"] = "train"


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at `x` with a label: something changed there, or the values ceased to be numbers."""

    x: float
    label: str
    kind: Literal["change", "nan"] = "change"


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """How a chart is drawn.

    `x_range`, `y_range`: what is shown at least on x (data beyond it widens the range), and exactly on y
    (data beyond it is cut off); None follows the data in round steps. `smoothing`: the span of the
    moving average in points; None chooses one from the points in a column, 0 draws the raw line.
    `empty`: the words shown while there is no point.
    """

    title: str = ""
    y_scale: Literal["linear", "log"] = "linear"
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    glyphs: GlyphSet = "braille"
    smoothing: float | None = None
    empty: str = "no points yet"
