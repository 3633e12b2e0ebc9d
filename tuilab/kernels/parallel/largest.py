"""The largest number under a window, its place there, and the way back to it, a vector of channels at a time.

Numba's own loop over the channels is a short one for each place of each window, and the slices that it walks
cost more than the arithmetic: on 128 images of 26 x 26 x 32 this takes half the time.
"""

from collections.abc import Callable, Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from tuilab.kernels.parallel.vectors import VECTOR_BYTES, Vectors, i64


@intrinsic
def keep_largest(
    context: Any, x: Any, x0: Any, row: Any, rows: Any, columns: Any, place: Any, window: Any, channels: Any,
    best: Any, best0: Any, places: Any, places0: Any,
) -> Any:  # fmt: skip
    """best[best0 + c] = max x[x0 + i · row + j · channels + c] over i < rows, j < columns, for each channel,
    and places[places0 + c] = place + i · window + j of the first that is as large. All are flat. NaN counts
    as the largest."""
    signature = types.void(
        x, x0, row, rows, columns, place, window, channels, best, best0, places, places0
    )  # fmt: skip
    return signature, _write


def _write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    _, x0, row, rows, columns, first, window, channels, _, best0, _, places0 = arguments

    def memory(number: int, offset: Any) -> Any:
        array = context.make_array(signature.args[number])(context, builder, arguments[number])
        return builder.gep(array.data, [offset])

    x, best, places = memory(0, x0), memory(8, best0), memory(10, places0)
    number, whole = (context.get_value_type(signature.args[one].dtype) for one in (0, 10))
    lanes = VECTOR_BYTES * 8 // signature.args[0].dtype.bitwidth
    vectors = Vectors(builder, lanes)
    largest = cgutils.alloca_once(builder, ir.VectorType(number, lanes))
    where = cgutils.alloca_once(builder, ir.VectorType(whole, lanes))

    def vector(c: Any, mask: Any) -> None:
        under = builder.gep(x, [c])
        builder.store(vectors.load(under, number, mask), largest)
        builder.store(vectors.everywhere(builder.trunc(first, whole)), where)
        for offset, place in _window(builder, rows, columns, row, channels, first, window):
            one, known = vectors.load(builder.gep(under, [offset]), number, mask), builder.load(largest)
            larger = builder.and_(  # or NaN, where the largest so far is none
                builder.fcmp_unordered(">", one, known), builder.fcmp_ordered("ord", known, known)
            )
            builder.store(builder.select(larger, one, known), largest)
            here = vectors.everywhere(builder.trunc(place, whole))
            builder.store(builder.select(larger, here, builder.load(where)), where)
        vectors.store(builder.load(largest), builder.gep(best, [c]), mask)
        vectors.store(builder.load(where), builder.gep(places, [c]), mask)

    _by_vectors(vectors, channels, vector)
    return context.get_dummy_value()


@intrinsic
def give_back(
    context: Any, gradient: Any, places: Any, begin: Any, row: Any, rows: Any, columns: Any, place: Any,
    window: Any, channels: Any, add: Any, dx: Any, dx0: Any,
) -> Any:  # fmt: skip
    """dx[dx0 + i · row + j · channels + c] = gradient[begin + c] where places[begin + c] is place +
    i · window + j, and 0 elsewhere under the window; if `add`, that is added to what is there. All flat."""
    signature = types.void(
        gradient, places, begin, row, rows, columns, place, window, channels, add, dx, dx0
    )  # fmt: skip
    return signature, _write_back


def _write_back(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    _, _, begin, row, rows, columns, first, window, channels, add, _, dx0 = arguments

    def memory(number: int, offset: Any) -> Any:
        array = context.make_array(signature.args[number])(context, builder, arguments[number])
        return builder.gep(array.data, [offset])

    gradient, places, dx = memory(0, begin), memory(1, begin), memory(10, dx0)
    number, whole = (context.get_value_type(signature.args[one].dtype) for one in (0, 1))
    vectors = Vectors(builder, VECTOR_BYTES * 8 // signature.args[0].dtype.bitwidth)
    nothing = vectors.constant(number, 0.0)

    def vector(c: Any, mask: Any) -> None:
        flow = vectors.load(builder.gep(gradient, [c]), number, mask)
        where = vectors.load(builder.gep(places, [c]), whole, mask)
        for offset, place in _window(builder, rows, columns, row, channels, first, window):
            here = builder.icmp_signed("==", where, vectors.everywhere(builder.trunc(place, whole)))
            given, into = builder.select(here, flow, nothing), builder.gep(dx, [builder.add(offset, c)])
            with builder.if_else(add) as (more, new):
                with more:
                    vectors.store(builder.fadd(vectors.load(into, number, mask), given), into, mask)
                with new:
                    vectors.store(given, into, mask)

    _by_vectors(vectors, channels, vector)
    return context.get_dummy_value()


def _window(
    builder: Any, rows: Any, columns: Any, row: Any, channels: Any, first: Any, window: Any
) -> Iterator[tuple[Any, Any]]:
    """Writes the loop over a window's places: where each lies from the first, and its number."""
    with cgutils.for_range(builder, rows) as down, cgutils.for_range(builder, columns) as across:
        offset = builder.add(builder.mul(down.index, row), builder.mul(across.index, channels))
        yield offset, builder.add(first, builder.add(builder.mul(down.index, window), across.index))


def _by_vectors(vectors: Vectors, channels: Any, write: Callable[[Any, Any], None]) -> None:
    """Writes the loop over the channels: `write(first channel, mask)` for whole vectors and for the rest."""
    builder, lanes = vectors.builder, i64(vectors.lanes)
    whole = builder.mul(builder.sdiv(channels, lanes), lanes)
    with cgutils.for_range_slice(builder, i64(0), whole, lanes) as (c, _):
        write(c, None)
    rest = builder.sub(channels, whole)
    with builder.if_then(builder.icmp_signed(">", rest, i64(0))):
        write(whole, vectors.first_lanes(rest))
