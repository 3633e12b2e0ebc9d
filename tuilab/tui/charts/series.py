"""What a chart is given: series, marks and options. Free of numpy at import, for a quick first frame."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tuilab.tui.glyphs import GlyphSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tuilab.logs.series import Axis, MetricSeries


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve. `x` and `y` are one-dimensional, of equal length, of any real dtype.

    Values may be NaN or infinite: the curve has a gap there. `x` should not decrease; where it does,
    the points are sorted.

    `kind`: a train series is noisy, a point a batch: its points are drawn faint, with a smoothed solid
    line over them. A validation series is drawn as it is, dashed. A ghost is the training of another run:
    its smoothed line alone, faint and dotted, beneath all others.
    """

    name: str
    x: "NDArray[Any]"
    y: "NDArray[Any]"
    kind: Literal["train", "validation", "ghost"] = "train"


@dataclass(frozen=True, slots=True, eq=False)
class RunSeries:
    """A metric of one of several runs: its points faint, a smoothed line over them.

    `place` is the run's own number: its hue, and where hues are used up or there are none, the way its line
    is broken, come from it. `part` is 0 for training, and another number for validation, test: lines broken
    in other ways. `axis` says what x is, `begin` the time that a relative axis counts from. A ghost
    is a run of earlier, drawn faint and without its points.
    """

    name: str
    """For the legend, which leaves out what has none."""
    metric: "MetricSeries"
    axis: "Axis" = "step"
    begin: float = 0.0
    place: int = 0
    part: int = 0
    ghost: bool = False


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
    (data beyond it is cut off); None follows the data in round steps. `window`: exactly what is shown on x,
    whatever there is beside it; y follows what is in it. `smoothing`: the span of the moving average in
    points; None chooses one from the points in a column, 0 draws the raw line. `smoothing_factor` makes the
    span chosen that many times as long. `cursor`: a place on x that is read. `hues`: whether runs are told
    apart by colour. `empty`: the words shown while there is no point.
    """

    title: str = ""
    y_scale: Literal["linear", "log"] = "linear"
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    glyphs: GlyphSet = "braille"
    window: tuple[float, float] | None = None
    smoothing: float | None = None
    smoothing_factor: float = 1.0
    cursor: float | None = None
    hues: bool = True
    empty: str = "no points yet"
