"""What `lab:plot` draws: a value of the session, taken apart into lines, points, bars or a matrix.

Free of Textual, so that a page can be drawn from the same. NumPy is imported when there is something to draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuilab.session import values
from tuilab.text import number, safe

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LINES = 8
MOST_GROUPS = 10
MOST_POINTS = 4_000
"""Of more points every n-th is drawn, and that is said."""


class NoFigureError(ValueError):
    """A value that cannot be drawn in this way; its message says what can."""


@dataclass(frozen=True)
class Line:
    """Numbers over places, which go from left to right for a curve."""

    name: str
    x: "NDArray[Any]"
    y: "NDArray[Any]"


@dataclass(frozen=True)
class Curves:
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Points:
    """Groups of points, each with the name of its class where there are several."""

    groups: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """A histogram: `counts` between neighbouring `edges`."""

    edges: "NDArray[Any]"
    counts: "NDArray[Any]"
    note: str = ""


@dataclass(frozen=True)
class Matrix:
    """Numbers in rows and columns; an `image` is dark where they are low, not where they are near 0."""

    numbers: "NDArray[Any]"
    image: bool = False
    note: str = ""


Figure = Curves | Points | Bars | Matrix


def figure(value: values.Value, kind: str, bins: int = 30) -> Figure:
    """The figure of this kind that a value makes.

    kind: curve, points, contour, histogram, image or matrix, as `lab:plot` has them.

    Raises:
        NoFigureError: it makes none; the message says what would.
    """
    match kind:
        case "curve":
            return _curves(value)
        case "points":
            return _points(value)
        case "histogram":
            return _bars(value, bins)
    return _matrix(value, kind)


def _array(value: values.Value, what: str) -> "NDArray[Any]":
    import numpy as np

    if isinstance(value, values.Array):
        found = value.array()
        if found is not None and found.dtype.kind in "biuf":
            return found.astype(np.float64)
    if isinstance(value, values.Collection):
        numbers = [
            one.number
            for _, one in value.entries
            if isinstance(one, values.Number) and one.number is not None
        ]
        if len(numbers) == value.length and numbers:
            return np.array(numbers, np.float64)
        if len(numbers) == len(value.entries) and numbers:
            raise NoFigureError(
                f"{what} comes as an array. Write `np.array(…)` around this {value.type_name}."
            )
    raise NoFigureError(
        f"{what} is drawn from an array of numbers, and this is of type {safe(value.type_name, limit=60)}."
    )


def _note(*found: values.Value) -> str:
    taken = [one for one in found if isinstance(one, values.Array) and not one.whole]
    return f"every {max(max(one.steps) for one in taken):,}th of many" if taken else ""


def _curves(value: values.Value) -> Curves:
    import numpy as np

    if isinstance(value, values.Curves):
        lines = [
            Line(name, np.arange(1, len(points) + 1, dtype=np.float64), np.array(points))
            for name, points in value.curves.items()
        ]
        return Curves(tuple(lines[:MOST_LINES]), _left_out(len(lines), MOST_LINES, "curves"))
    parts = _parts(value)
    if parts is not None and len(parts) > 1:
        arrays = [_array(part, "a curve") for part in parts]
        if all(one.ndim == 1 and one.shape == arrays[0].shape for one in arrays):
            names = [""] if len(arrays) == 2 else [str(place) for place in range(1, len(arrays))]
            drawn = [Line(name, arrays[0], y) for name, y in zip(names, arrays[1:], strict=True)]
            return Curves(tuple(drawn[:MOST_LINES]), _note(*parts))
        shapes = ", ".join(str(one.shape) for one in arrays)
        raise NoFigureError(f"a curve is drawn from x and y of one length. These have the shapes {shapes}.")
    numbers = _array(value, "a curve")
    step = value.steps[0] if isinstance(value, values.Array) and value.steps else 1
    if numbers.ndim == 1:
        return Curves((Line("", np.arange(len(numbers)) * float(step), numbers),), _note(value))
    if numbers.ndim == 2 and numbers.shape[1] <= MOST_LINES:
        x = np.arange(len(numbers)) * float(step)
        return Curves(
            tuple(Line(f"column {at}", x, numbers[:, at]) for at in range(numbers.shape[1])), _note(value)
        )
    raise NoFigureError(
        f"a curve is drawn from an array of one axis, or of up to {MOST_LINES} columns. "
        f"This one has the shape {_shape(value)}."
    )


def _points(value: values.Value) -> Points:
    import numpy as np

    parts = _parts(value)
    arrays = (
        [_array(part, "a set of points") for part in parts] if parts else [_array(value, "a set of points")]
    )
    labels = None
    first = arrays[0]
    if first.ndim == 2 and first.shape[1] >= 2 and len(arrays) <= 2:
        x, y = first[:, 0], first[:, 1]
        labels = arrays[1] if len(arrays) == 2 else first[:, 2] if first.shape[1] == 3 else None
    elif 2 <= len(arrays) <= 3 and all(one.ndim == 1 for one in arrays):
        x, y = arrays[:2]
        labels = arrays[2] if len(arrays) == 3 else None
    else:
        raise NoFigureError(
            "points are drawn from an array of two columns, from `(x, y)`, or from `(points, labels)`. "
            f"This has the shape {' and '.join(str(one.shape) for one in arrays)}."
        )
    if len(x) != len(y) or (labels is not None and labels.shape != x.shape):
        raise NoFigureError("points are drawn from x, y and labels of one length, and these differ.")
    note = _note(*(parts or [value]))
    if len(x) > MOST_POINTS:
        step = -(-len(x) // MOST_POINTS)
        x, y, note = x[::step], y[::step], f"every {step}th of {len(x):,} points"
        labels = labels if labels is None else labels[::step]
    if labels is None:
        return Points((Line("", x, y),), note)
    classes = np.unique(labels)[:MOST_GROUPS]
    return Points(tuple(Line(number(one), x[labels == one], y[labels == one]) for one in classes), note)


def _bars(value: values.Value, bins: int) -> Bars:
    import numpy as np

    numbers = _array(value, "a histogram").reshape(-1)
    finite = numbers[np.isfinite(numbers)]
    if not finite.size:
        raise NoFigureError("a histogram needs numbers, and none here is finite.")
    counts, edges = np.histogram(finite, bins=bins)
    left_out = numbers.size - finite.size
    return Bars(
        edges, counts, _note(value) or (f"without {left_out:,} that are not finite" if left_out else "")
    )


def _matrix(value: values.Value, kind: str) -> Matrix:
    numbers = _array(value, f"a {kind}" if kind != "image" else "an image")
    if numbers.ndim == 3 and kind == "image" and numbers.shape[2] in (1, 3):
        numbers = numbers.mean(axis=2)
    if numbers.ndim == 1:
        numbers = numbers.reshape(1, -1)
    if numbers.ndim != 2 or not numbers.size:
        advice = (
            f" Name one of them, as in `…[0]`, for {len(numbers):,} there are."
            if numbers.ndim == 3 and len(numbers)
            else ""
        )
        raise NoFigureError(
            f"a {kind} has rows and columns, and this array has the shape {_shape(value)}.{advice}"
        )
    return Matrix(numbers, kind == "image", _note(value))


def _parts(value: values.Value) -> Sequence[values.Value] | None:
    """The arrays in a tuple or a list of arrays."""
    if isinstance(value, values.Collection) and value.length == len(value.entries):
        parts = [one for _, one in value.entries]
        if parts and all(isinstance(one, values.Array) for one in parts):
            return parts
    return None


def _shape(value: values.Value) -> str:
    return str(value.shape) if isinstance(value, values.Array) else "()"


def _left_out(count: int, most: int, what: str) -> str:
    return f"the first {most} of {count} {what}" if count > most else ""
