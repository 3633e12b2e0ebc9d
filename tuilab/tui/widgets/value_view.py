"""What a cell's last expression came to, shown as what it is: an array, an image, curves, a number."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tuilab.session import values
from tuilab.text import number, safe
from tuilab.tui.charts.chart import Chart
from tuilab.tui.charts.series import ChartOptions, Series
from tuilab.tui.tensors.facts import Facts
from tuilab.tui.tensors.whole import Whole
from tuilab.tui.widgets.colour_image import ColourImage
from tuilab.tui.widgets.frame import glyphs_of, in_signs
from tuilab.tui.widgets.tensor_view import TensorView

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LINES = 12
"""Lines of text that a value may take."""
GRID_ROWS = 9
PICTURE_ROWS = 14
CHART_ROWS = 10
LONGEST_EXPRESSION = 40


class ValueView(Vertical):
    """A value below its cell. `view` says which of an array's views comes next."""

    DEFAULT_CSS = """
    ValueView { height: auto; }
    ValueView > Static { height: auto; }
    ValueView > Chart { margin-top: 1; }
    """

    def __init__(self, value: values.Value, expression: str) -> None:
        super().__init__()
        self._value = value
        short = len(expression) <= LONGEST_EXPRESSION and "\n" not in expression
        self._expression = expression if short else ""
        self.grid: ArrayGrid | None = None
        """The array that is shown, if one is."""

    def compose(self) -> ComposeResult:
        value = self._value
        if isinstance(value, values.Array) and (array := elements(value)) is not None:
            yield Static(self._signed(self._named(array_in_words(value))))
            yield Static(self._signed(Content.styled(figures(value), "$quiet")))
            if value.image == "rgb":
                yield ColourImage(array)
            elif array.size > 1:
                self.grid = ArrayGrid(value, array)
                yield self.grid
        elif isinstance(value, values.Curves):
            yield Static(self._signed(self._named(f"{safe(value.type_name)}, {len(value.curves)} curves")))
            yield from self._charts(value)
        elif isinstance(value, values.Collection):
            yield Static(self._signed(self._collection(value)))
        else:
            yield Static(self._signed(self._named(lines_of(value.text))))

    def _signed(self, content: Content) -> Content:
        return in_signs(content, glyphs_of(self))

    def _named(self, text: str) -> Content:
        """Text after the expression that gave it, on a line of its own where there are more lines."""
        if not self._expression:
            return Content(text)
        between = "\n" if "\n" in text else " "
        return Content.assemble((f"{self._expression} =", "$quiet"), between, text)

    def _charts(self, value: values.Curves) -> Iterator[Widget]:
        """The curves by what they measure, training and validation in one chart."""
        import numpy as np

        glyphs = glyphs_of(self)
        groups: dict[str, list[Series]] = {}
        for name, points in value.curves.items():
            kind = "validation" if name.startswith(("val_", "validation")) else "train"
            what = name.removeprefix("val_").removeprefix("validation_").removeprefix("train_")
            y = np.array(points, np.float64)
            x = np.arange(1, len(y) + 1, dtype=np.float64)
            groups.setdefault(what, []).append(Series(name, x, y, kind=kind))  # type: ignore[arg-type]
        for what, series in groups.items():
            chart = Chart(ChartOptions(title=what, glyphs=glyphs, smoothing=0))
            chart.styles.height = CHART_ROWS
            chart.show(series)
            yield chart

    def _collection(self, value: values.Collection) -> Content:
        head = f"{value.type_name} of {value.length:,}"
        shown = value.entries[: MOST_LINES - 1]
        width = max((len(key) for key, _ in shown), default=0)
        parts: list[Content | str | tuple[str, str]] = [self._named(head)]
        for key, entry in shown:
            parts += ["\n", (f"  {key:<{width}}  ", "$quiet"), entry_in_words(entry)]
        if value.length > len(shown):
            parts += ["\n", (f"  … {value.length - len(shown):,} more", "$quiet")]
        return Content.assemble(*parts)


class ArrayGrid(TensorView):
    """An array's numbers, picture or histogram in the text: a few rows, without a cursor."""

    DEFAULT_CSS = """
    ArrayGrid .tensor-view--cursor { color: $foreground; text-style: none; }
    """

    def __init__(self, value: values.Array, array: "NDArray[Any]") -> None:
        super().__init__()
        self.show(array, value.name, whole=whole(value))
        if value.image:
            self._view = "images" if value.image == "stack" and "images" in self.views else "picture"
        self.styles.height = self._rows()

    def next_view(self) -> object:  # type: ignore[override]
        """The next view, in as many rows as it needs."""
        found = super().next_view()
        self.styles.height = self._rows()
        return found

    def _rows(self) -> int:
        named = 1 if self.place.others else 0
        if self.view == "numbers":
            return min(GRID_ROWS, self.place.rows + 1) + named
        if self.view == "picture":
            return min(PICTURE_ROWS, self.place.rows) + named
        return GRID_ROWS if self.view == "histogram" else PICTURE_ROWS

    def _head(self, width: int, styles: dict[str, Style]) -> list[list[Segment]]:
        """Which matrix it is, of an array that has several."""
        if not self.place.others or self.view not in ("numbers", "picture"):
            return []
        return [[Segment(self._slice_name(), styles["quiet"])]]


def elements(value: values.Array) -> "NDArray[Any] | None":
    """The elements of an array that can be shown as a grid; None where they are no real numbers."""
    array = value.array()
    if array is None or array.dtype.kind not in "biuf":
        return None
    return array.astype("u1") if array.dtype.kind == "b" else array


def whole(value: values.Array) -> Whole:
    """What a cell's array is, of which only a sample may be here."""
    found = None
    if value.minimum is not None and value.maximum is not None and value.mean is not None:
        found = Facts(value.minimum, value.maximum, value.mean, value.nan_count, value.infinite_count)
    size = math.prod(value.shape) * int(value.dtype.lstrip("<>|=")[1:] or 1)
    return Whole(value.shape, dtype_in_words(value), value.strides, size, found, value.steps)


def dtype_in_words(value: values.Array) -> str:
    """The type of an array's numbers, as NumPy calls it."""
    dtype = value.dtype.lstrip("<>|=")
    words = {"f8": "float64", "f4": "float32", "f2": "float16", "i8": "int64", "i4": "int32", "u1": "uint8"}
    return words.get(dtype, "bool" if dtype == "b1" else dtype)


def array_in_words(value: values.Array) -> str:
    """What an array is: its type, shape and dtype, and which part of it is here."""
    said = f"{value.type_name}  {value.shape}  {dtype_in_words(value)}"
    if set(value.steps) - {1}:
        said += f"  {' x '.join(map(str, value.sample_shape))} of it shown"
    return said


def figures(value: values.Array) -> str:
    """The least, the greatest and the mean, and what is no number."""
    if value.minimum is None or value.maximum is None or value.mean is None:
        return f"NaN {value.nan_count:,}" if value.nan_count else "no elements"
    facts = Facts(value.minimum, value.maximum, value.mean, value.nan_count, value.infinite_count)
    return facts.words(200)


def entry_in_words(value: values.Value) -> str:
    """An entry of a collection in a line."""
    if isinstance(value, values.Array):
        ends = (
            f"  {number(value.minimum)} to {number(value.maximum)}"
            if value.minimum is not None and value.maximum is not None
            else ""
        )
        return array_in_words(value) + ends
    text = repr(value.text) if isinstance(value, values.Text) else value.text
    return safe(text, limit=60)


def lines_of(text: str, most: int = MOST_LINES) -> str:
    """The first lines of a text, and how many more there are."""
    lines = text.split("\n")
    if len(lines) <= most:
        return text
    return "\n".join([*lines[: most - 1], f"… {len(lines) - most + 1:,} more lines"])
