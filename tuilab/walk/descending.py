"""Gradient descent on a curve or on a plane, as a lesson walks it."""

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tuilab.autodiff.expression import array
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.walk.done import Array

CURVE, MAP = ("curve x", "curve f"), ("map x", "map y", "map f")
"""Names of the values that hold what a descent goes down: a curve's points, or heights over a plane."""
CURVE_POINTS = 241
MAP_SIZE = (41, 61)
MOST_STEPS = 500
DIFFERENCE = 1e-5
FARTHEST = 4.0
"""A descent that runs away is shown as far as this many times its first distance."""

Function = Callable[..., Any]


def descent(
    f: Function,
    start: Any,
    learning_rate: float = 0.1,
    steps: int = 20,
    momentum: float = 0.0,
    gradient: Function | None = None,
) -> Array:
    """Where gradient descent on f goes from `start`: steps + 1 places, fewer where it runs to infinity.

    f takes a number, or a place of two numbers (as f(x, y), or f(p) with p an array). Its gradient is a
    central difference, unless one is given.

    >>> descent(lambda x: x * x, 1.0, learning_rate=0.25, steps=2).round(6)
    array([1.  , 0.5 , 0.25])
    """
    places = _walked(f, start, learning_rate, steps, momentum, gradient)[0]
    path = np.array(places)
    return path[:, 0] if path.shape[1] == 1 else path


def descent_trace(
    f: Function,
    start: Any,
    learning_rate: float = 0.1,
    steps: int = 20,
    momentum: float = 0.0,
    gradient: Function | None = None,
) -> Trace:
    """The same as a trace of updates, and beside them the curve or the map that they go down."""
    places, slopes, velocities = _walked(f, start, learning_rate, steps, momentum, gradient)
    height = _of_place(f, len(places[0]))
    values = [Value(places[0], "given", "x0")]
    stops: list[Stop] = []
    at = 0
    velocity = 0
    if momentum:
        values.append(Value(velocities[0], "given", "v0"))
        velocity = 1
    for number, slope in enumerate(slopes):
        values.append(Value(slope, "given", f"f'(x{number})"))
        options: dict[str, Any] = {"learning_rate": float(learning_rate)}
        inputs: tuple[int, ...] = (at, len(values) - 1)
        outputs = [Value(places[number + 1], "computed", f"x{number + 1}")]
        if momentum:
            options["momentum"] = float(momentum)
            inputs = (*inputs, velocity)
            outputs.append(Value(velocities[number + 1], "computed", f"v{number + 1}"))
        at = len(values)
        velocity = at + 1
        numbers = tuple(range(at, at + len(outputs)))
        stops.append(Stop("forward", "momentum" if momentum else "sgd", inputs, numbers, options))
        values += outputs
    if not stops:
        raise TuilabError("The descent takes no step: its first slope is no number, or steps is 0.")
    values += _landscape(height, np.array(places))
    return Trace(tuple(values), tuple(stops), at)


def _walked(
    f: Function, start: Any, rate: float, steps: int, momentum: float, gradient: Function | None
) -> tuple[list[Array], list[Array], list[Array]]:
    """The places, the slope at each but the last, and the velocities."""
    place = np.atleast_1d(array("the start", start).astype(np.float64))
    if place.shape not in ((1,), (2,)) or not callable(f):
        raise TuilabError("descent goes down a function of one number or of two: descent(f, [3.0, 1.0]).")
    if not 0 <= int(steps) <= MOST_STEPS:
        raise TuilabError(f"descent: steps={steps}. Expected 0 to {MOST_STEPS}.")
    height = _of_place(f, len(place))
    slope_at = _of_place(gradient, len(place)) if gradient is not None else None
    places, slopes, velocities = [place], [], [np.zeros_like(place)]
    row = CATALOGUE["momentum" if momentum else "sgd"]
    for _ in range(int(steps)):
        with np.errstate(all="ignore"):
            slope = _difference(height, place) if slope_at is None else np.atleast_1d(slope_at(place))
            if momentum:
                moved = row.reference(place, slope, velocities[-1], float(rate), float(momentum))
            else:
                moved = (row.reference(place, slope, float(rate)),)
        if not np.isfinite(moved[0]).all():
            break
        place = moved[0]
        places.append(place)
        slopes.append(slope.astype(np.float64))
        velocities.append(moved[-1] if momentum else velocities[-1])
    return places, slopes, velocities


def _of_place(f: Function, size: int) -> Callable[[Array], Any]:
    """f as a function of a place: as f(x), f(x, y) or f(p); NaN where it overflows or divides by 0."""
    apart = False
    if size == 2:
        try:
            apart = len(inspect.signature(f).parameters) >= 2
        except (TypeError, ValueError):
            apart = False

    def height(place: Array) -> Any:
        numbers = place.tolist() if size == 1 or apart else [place]
        try:
            return np.asarray(f(*numbers), dtype=np.float64)
        except (ArithmeticError, ValueError):
            return np.asarray(math.nan)

    return height


def _difference(height: Callable[[Array], Any], place: Array) -> Array:
    slope = np.empty_like(place)
    for axis in range(len(place)):
        step = np.zeros_like(place)
        step[axis] = DIFFERENCE * max(1.0, abs(place[axis]))
        found = (float(height(place + step)) - float(height(place - step))) / (2 * step[axis])
        slope[axis] = float(f"{found:.8g}")  # what is beyond is the difference's own rounding
    return slope


def _landscape(height: Callable[[Array], Any], path: Array) -> list[Value]:
    """The curve, or the map, around a path."""
    ends = [_span(path[:, axis]) for axis in range(path.shape[1])]
    if len(ends) == 1:
        x = np.linspace(*ends[0], CURVE_POINTS)
        found = [x, _heights(height, [np.array([one]) for one in x])]
        return [Value(one, "given", name) for one, name in zip(found, CURVE, strict=True)]
    unit = max((right - left) / size for (left, right), size in zip(ends, (3, 2), strict=True))
    for axis, size in enumerate((3, 2)):  # a unit is as long on one axis as on the other
        middle = sum(ends[axis]) / 2
        ends[axis] = middle - unit * size / 2, middle + unit * size / 2
    x, y = np.linspace(*ends[0], MAP_SIZE[1]), np.linspace(*ends[1], MAP_SIZE[0])
    over = _heights(height, [np.array([a, b]) for b in y for a in x]).reshape(MAP_SIZE)
    return [Value(one, "given", name) for one, name in zip((x, y, over), MAP, strict=True)]


def _span(path: Array) -> tuple[float, float]:
    """The stretch of an axis that shows a path and its surroundings, even where it runs away."""
    middle = float(path[-1]) if abs(path[-1] - path[0]) <= 2 * max(abs(path[0]), 1.0) else 0.0
    reach = max(abs(float(path[0]) - middle), 0.5)
    far = min(float(np.abs(path - middle).max()), FARTHEST * reach)
    return middle - 1.25 * far, middle + 1.25 * far


def _heights(height: Callable[[Array], Any], places: Sequence[Array]) -> Array:
    with np.errstate(all="ignore"):
        return np.array([float(height(place)) for place in places])
