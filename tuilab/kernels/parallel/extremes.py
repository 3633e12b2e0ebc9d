"""The largest and the smallest of lines of numbers, where they are, and whether any or all are true."""

from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, contiguous, floating, numeric, real, result
from tuilab.kernels.parallel.lines import ALONE, Axis, Lines, flat, lines, piece, pieces
from tuilab.kernels.parallel.order import furthest, furthest_lines
from tuilab.kernels.parallel.repetition import back_along_lines


@device
def _extreme_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, up: Any, found: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, found.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        if inner == 1:
            found[block, o] = furthest(x[o * n + begin : o * n + end], up)
        else:
            into = found[block, o * inner + left : o * inner + right]
            furthest_lines(x[(o * n + begin) * inner + left :], end - begin, inner, up, into)


@kernel
def _extreme(x: Any, n: Any, inner: Any, blocks: Any, group: Any, up: Any, out: Any) -> None:
    found = np.empty((blocks, out.size), x.dtype) if blocks > 1 else out.reshape(1, out.size)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _extreme_piece(number, x, n, inner, blocks, group, up, found)
    else:
        for number in prange(count):
            _extreme_piece(number, x, n, inner, blocks, group, up, found)
    if blocks > 1:
        furthest_lines(found.reshape(-1), blocks, out.size, up, out)


@device
def _beyond(value: Any, best: Any, up: Any) -> Any:
    """Whether `value` lies further than the best until now: an equal one does not, a NaN beyond numbers."""
    return (value > best if up else value < best) or (value != value and best == best)


@device
def _first_equal(x: Any, best: Any) -> Any:
    """The first place of `best`: a stretch is looked at as a whole, with vectors, before its places are."""
    for begin in range(0, x.size, 256):
        part, here = x[begin : begin + 256], False
        for i in range(part.size):
            here |= part[i] == best
        if here:
            for i in range(part.size):
                if part[i] == best:
                    return begin + i
    return 0


@device
def _place_in_line(x: Any, up: Any) -> Any:
    """The first place of what lies furthest."""
    best = furthest(x, up)
    if best == best:
        return _first_equal(x, best)
    for i in range(x.size):
        if x[i] != x[i]:
            return i
    return 0


@device
def _places_of_lines(x: Any, n: Any, inner: Any, begin: Any, up: Any, best: Any, into: Any) -> None:
    best[:] = x[: into.size]
    into[:] = begin
    for i in range(1, n):
        row = x[i * inner :][: into.size]
        place = begin + i
        if up:
            for k in range(into.size):
                value, most = row[k], best[k]
                better = value > most or (value != value and most == most)
                best[k] = value if better else most
                into[k] = place if better else into[k]
        else:
            for k in range(into.size):
                value, most = row[k], best[k]
                better = value < most or (value != value and most == most)
                best[k] = value if better else most
                into[k] = place if better else into[k]


@device
def _place_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, up: Any, places: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, places.shape[1], n, inner, blocks, group)
    best = np.empty(right - left, x.dtype)
    for o in range(first, last):
        if inner == 1:
            places[block, o] = begin + _place_in_line(x[o * n + begin : o * n + end], up)
        else:
            into = places[block, o * inner + left : o * inner + right]
            start = (o * n + begin) * inner + left
            _places_of_lines(x[start:], end - begin, inner, begin, up, best, into)


@device
def _first_places(x: Any, places: Any, n: Any, inner: Any, up: Any, out: Any) -> None:
    """Of the places that the blocks of each line found the one that lies furthest, the first of equals."""
    for line in range(out.size):
        o, k = line // inner, line % inner
        best = places[0, line]
        for block in range(1, len(places)):
            place = places[block, line]
            if _beyond(x[(o * n + place) * inner + k], x[(o * n + best) * inner + k], up):
                best = place
        out[line] = best


@kernel
def _place(x: Any, n: Any, inner: Any, blocks: Any, group: Any, up: Any, out: Any) -> None:
    places = np.empty((blocks, out.size), np.int64) if blocks > 1 else out.reshape(1, out.size)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _place_piece(number, x, n, inner, blocks, group, up, places)
    else:
        for number in prange(count):
            _place_piece(number, x, n, inner, blocks, group, up, places)
    if blocks > 1:
        _first_places(x, places, n, inner, up, out)


@kernel
def _extreme_gradient(gradient: Any, output: Any, x: Any, n: Any, out: Any) -> None:
    outer, inner = gradient.shape
    for o in prange(outer):
        share = np.empty(inner, x.dtype)
        best, flow = output[o], gradient[o]
        for k in range(inner):
            share[k] = 0
        for i in range(n):
            row = x[(o * n + i) * inner :][:inner]
            for k in range(inner):
                share[k] += row[k] == best[k]
        for i in range(n):  # a product, so that NaN, which equals nothing, gives 0 / 0
            row, place = x[(o * n + i) * inner :][:inner], out[(o * n + i) * inner :][:inner]
            for k in range(inner):
                place[k] = flow[k] * (row[k] == best[k]) / share[k]


@device
def _truth_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, truth: Any, found: Any
) -> None:
    """Whether any number of a line is true, that is not 0; where not `truth`, whether any is false."""
    first, last, block, begin, end, left, right = piece(number, found.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        if inner == 1:
            found[block, o] = _any_in_line(x[o * n + begin : o * n + end], truth)
        else:
            into = found[block, o * inner + left : o * inner + right]
            start = (o * n + begin) * inner + left
            into[:] = False
            for i in range(end - begin):
                row = x[start + i * inner :][: into.size]
                for k in range(into.size):
                    into[k] |= (row[k] != 0) == truth


@device
def _any_in_line(x: Any, truth: Any) -> Any:
    for begin in range(0, x.size, 1024):
        part, here = x[begin : begin + 1024], False
        for i in range(part.size):
            here |= (part[i] != 0) == truth
        if here:
            return True
    return False


@device
def _finish_truth(found: Any, truth: Any, out: Any) -> None:
    """out = what the blocks found; where falsehood was looked for, whether they found none."""
    for k in range(out.size):
        any_of_them = found[0, k]
        for block in range(1, len(found)):
            any_of_them |= found[block, k]
        out[k] = any_of_them == truth


@kernel
def _truth(x: Any, n: Any, inner: Any, blocks: Any, group: Any, truth: Any, out: Any) -> None:
    found = np.empty((blocks, out.size), np.bool_) if blocks > 1 else out.reshape(1, out.size)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _truth_piece(number, x, n, inner, blocks, group, truth, found)
    else:
        for number in prange(count):
            _truth_piece(number, x, n, inner, blocks, group, truth, found)
    _finish_truth(found, truth, out)


def _comparable(name: str, x: Any) -> Array:
    """Booleans as they are, other numbers as kernels take them."""
    (found,) = real(name, (x,))
    return contiguous(found, np.bool_) if found.dtype.kind == "b" else numeric(name, found)[0]


def _bytes(x: Array) -> Array:
    """Booleans as the bytes that they are, to be compared as whole numbers."""
    return x.view(np.uint8) if x.dtype.kind == "b" else x


def _must_have_one(name: str, what: str, x: Array, axis: Axis, plan: Lines) -> None:
    if plan.n == 0:
        raise ShapeError(f"{name}: an array of shape {x.shape} has no {what} element along axis {axis}.")


def _furthest(name: str, what: str, x: Any, axis: Axis, keepdims: bool, up: bool, out: Array | None) -> Array:
    x = _comparable(name, x)
    plan = lines(name, x.shape, axis, keepdims)
    _must_have_one(name, what, x, axis, plan)
    out = result(name, out, plan.shape, x.dtype)
    flat_out = _bytes(out.reshape(-1))
    _extreme(_bytes(flat(x, plan)), plan.n, plan.inner, plan.blocks, plan.group, up, flat_out)
    return out


def max(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _furthest("max", "largest", x, axis, keepdims, True, out)


def min(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _furthest("min", "smallest", x, axis, keepdims, False, out)


def _place_of(
    name: str, what: str, x: Any, axis: int | None, keepdims: bool, up: bool, out: Array | None
) -> Array:
    x = _comparable(name, x)
    if isinstance(axis, tuple):
        raise ShapeError(f"{name} looks along one axis, or with None in all of x. It was given axis={axis}.")
    plan = lines(name, x.shape, axis, keepdims)
    _must_have_one(name, what, x, axis, plan)
    out = result(name, out, plan.shape, np.int64)
    _place(_bytes(flat(x, plan)), plan.n, plan.inner, plan.blocks, plan.group, up, out.reshape(-1))
    return out


def argmax(x: Any, axis: int | None = -1, keepdims: bool = False, out: Array | None = None) -> Array:
    return _place_of("argmax", "largest", x, axis, keepdims, True, out)


def argmin(x: Any, axis: int | None = -1, keepdims: bool = False, out: Array | None = None) -> Array:
    return _place_of("argmin", "smallest", x, axis, keepdims, False, out)


def _shared(
    name: str, gradient: Any, output: Any, x: Any, axis: Axis, keepdims: bool, out: Array | None
) -> Array:
    gradient, output, x = floating(name, gradient, output, x)
    return back_along_lines(name, _extreme_gradient, (gradient, output), x, axis, keepdims, out)


def max_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    return _shared("max_gradient", gradient, max(x, axis, keepdims), x, axis, keepdims, out)


def min_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    return _shared("min_gradient", gradient, min(x, axis, keepdims), x, axis, keepdims, out)


def _any_of(name: str, x: Any, axis: Axis, keepdims: bool, truth: bool, out: Array | None) -> Array:
    x = _comparable(name, x)
    plan = lines(name, x.shape, axis, keepdims)
    out = result(name, out, plan.shape, np.bool_)
    _truth(_bytes(flat(x, plan)), plan.n, plan.inner, plan.blocks, plan.group, truth, out.reshape(-1))
    return out


def any(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _any_of("any", x, axis, keepdims, True, out)


def all(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _any_of("all", x, axis, keepdims, False, out)
