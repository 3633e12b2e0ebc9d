"""The matrix product in tiles that stay in the processor's registers: for dense, recurrent and convolutional
layers.

A convolution is a product with a matrix that nobody need write down: row p of it is what lies under window
p, and its element (p, k) lies in the image at `rows[p] + columns[k]`, as soon as both offsets are known. The
BLAS wants such a matrix copied out in full (im2col), and packs it once more; a loop that looks up the
offsets needs neither. Turned, the same matrix gives the gradient of the weights; and where the sums go may
be scattered too, which gives the gradient of the image. On 128 images of 13 x 13 x 32, 3 x 3 windows and 64
filters that is 107 GFLOP/s a core, where the BLAS reaches 101 on large squares.

The inner loop is written for LLVM itself, as Numba's loops leave the sums in memory: a tile of up to 24
vectors of sums, to which each step adds (a number of a) x (vectors of a row of b). After K. Goto and R. van
de Geijn, "Anatomy of high-performance matrix multiplication", 2008. Sums run over k in order, whatever the
tiles, so results do not depend on where a tile begins.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from tuilab.kernels.jit import device
from tuilab.kernels.parallel.vectors import AVX512, VECTOR_BYTES, Vectors, i64

# Tiles are (rows, vectors): as many sums as there are registers for, beside a row of b and a number of each
# row of a. LLVM fetches those all at once; with (12, 2) it kept sums in memory, and took twice as long.
WIDE, MIDDLE, NARROW = ((6, 4), (9, 2), (8, 1)) if AVX512 else ((4, 2), (6, 1), (6, 1))
DEPTH = 256  # so many rows of b at a time: they stay in the second cache, while tiles pass over them
OFTEN = 2  # tiles from which on it pays to put b's rows together, where they lie apart


def _tiles(height: int, vectors: int, masked: bool) -> Callable[..., Any]:
    """A function for kernels: all tiles of `height` rows in `vectors` vectors of columns.

    Rows beyond the last are done as the last one is, once more. If `masked`, only the first `width` columns
    of the one vector are read and written.
    """

    @intrinsic
    def tiles(
        context: Any, a: Any, a0: Any, rows: Any, m: Any, columns: Any, k0: Any, k1: Any, b: Any, b0: Any,
        b_step: Any, c: Any, c0: Any, places: Any, start: Any, s0: Any, more: Any, relu: Any, width: Any,
    ) -> Any:  # fmt: skip
        signature = types.void(
            a, a0, rows, m, columns, k0, k1, b, b0, b_step, c, c0, places, start, s0, more, relu, width
        )
        return signature, _Builder(height, vectors, masked)

    return tiles  # type: ignore[no-any-return]


class _Builder:
    """Writes the tiles' code: a function of its own, so that it has all registers wherever it is called."""

    def __init__(self, height: int, vectors: int, masked: bool) -> None:
        self.height, self.vectors, self.masked = height, vectors, masked

    def __call__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def memory(place: int, offset: Any = None) -> Any:
            array = context.make_array(signature.args[place])(context, builder, arguments[place])
            return array.data if offset is None else builder.gep(array.data, [offset])

        _, a0, _, m, _, k0, k1, _, b0, b_step, _, c0, _, _, s0, more, relu, width = arguments
        self.number = context.get_value_type(signature.args[0].dtype)
        self.lanes = VECTOR_BYTES * 8 // signature.args[0].dtype.bitwidth
        given = [
            *(memory(0, a0), memory(2), m, memory(4), k0, k1, memory(7, b0), b_step),
            *(memory(10, c0), memory(12), memory(13, s0), more, relu, width),
        ]
        kind = ir.FunctionType(ir.VoidType(), [one.type for one in given])
        name = f"tuilab_tiles_{self.height}_{self.vectors}_{self.masked}_{self.number}"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        if function.is_declaration:
            function.linkage = "internal"
            function.attributes.add("noinline")
            function.attributes.add("nounwind")
            inside = ir.IRBuilder(function.append_basic_block("entry"))
            self._write(inside, *function.args)
            inside.ret_void()
        builder.call(function, given)
        return context.get_dummy_value()

    def _write(
        self, builder: Any, a: Any, rows: Any, m: Any, columns: Any, k0: Any, k1: Any, b: Any, b_step: Any,
        c: Any, places: Any, start: Any, more: Any, relu: Any, width: Any,
    ) -> None:  # fmt: skip
        height, across = i64(self.height), self.vectors * self.lanes
        common = a, rows, m, columns, k0, k1, c, places, start, more, relu, width
        begin, source, step = (cgutils.alloca_once(builder, one.type) for one in (k0, b, b_step))
        for variable, value in ((begin, i64(0)), (source, b), (step, b_step)):
            builder.store(value, variable)
        if not self.masked:
            spread = builder.icmp_signed(">", b_step, i64(across))
            often = builder.icmp_signed(">", m, i64(OFTEN * self.height))
            with builder.if_then(builder.and_(spread, often)):
                kind = ir.ArrayType(ir.VectorType(self.number, self.lanes), DEPTH * self.vectors)
                with builder.goto_entry_block():
                    room = builder.alloca(kind)
                room.align = VECTOR_BYTES
                near = builder.bitcast(room, b.type)
                self._tile(builder, *common, i64(0), b, b_step, near)
                for variable, value in ((begin, height), (source, near), (step, i64(across))):
                    builder.store(value, variable)
        source, step = builder.load(source), builder.load(step)
        with cgutils.for_range_slice(builder, builder.load(begin), m, height) as (first, _):
            self._tile(builder, *common, first, source, step)

    def _tile(
        self, builder: Any, a: Any, rows: Any, m: Any, columns: Any, k0: Any, k1: Any, c: Any, places: Any,
        start: Any, more: Any, relu: Any, width: Any, first: Any, b: Any, b_step: Any, near: Any = None,
    ) -> None:  # fmt: skip
        """The tile from row `first` on. If `near` is given, the part of b that it reads is put there, row
        after row."""
        vectors = Vectors(builder, self.lanes)
        mask = vectors.first_lanes(width) if self.masked else None

        def load(row: Any, j: int) -> Any:
            return vectors.load(builder.gep(row, [i64(j * self.lanes)]), self.number, mask)

        a_rows, c_rows, last = [], [], builder.sub(m, i64(1))
        for i in range(self.height):
            row = builder.add(first, i64(i))
            row = builder.select(builder.icmp_signed("<", row, last), row, last)
            a_rows.append(builder.gep(a, [builder.load(builder.gep(rows, [row]))]))
            c_rows.append(builder.gep(c, [builder.load(builder.gep(places, [row]))]))
        tile = [(i, j) for i in range(self.height) for j in range(self.vectors)]
        sums = {place: cgutils.alloca_once(builder, ir.VectorType(self.number, self.lanes)) for place in tile}
        with builder.if_else(more) as (go_on, begin):
            with go_on:
                for i, j in tile:
                    builder.store(load(c_rows[i], j), sums[i, j])
            with begin:
                begins = [load(start, j) for j in range(self.vectors)]
                for i, j in tile:
                    builder.store(begins[j], sums[i, j])
        with cgutils.for_range_slice(builder, k0, k1, i64(1)) as (k, _):
            offset = builder.load(builder.gep(columns, [k]))
            depth = builder.sub(k, k0)
            row = builder.gep(b, [builder.mul(depth, b_step)])
            b_row = [load(row, j) for j in range(self.vectors)]
            if near is not None:
                copy = builder.gep(near, [builder.mul(depth, i64(self.vectors * self.lanes))])
                for j in range(self.vectors):
                    vectors.store(b_row[j], builder.gep(copy, [i64(j * self.lanes)]))
            for i in range(self.height):
                factor = vectors.everywhere(builder.load(builder.gep(a_rows[i], [offset])))
                for j in range(self.vectors):
                    product = builder.fmul(factor, b_row[j], flags=("contract",))
                    total = builder.fadd(builder.load(sums[i, j]), product, flags=("contract",))
                    builder.store(total, sums[i, j])
        with builder.if_then(relu):
            zero = vectors.constant(self.number, 0.0)
            for i, j in tile:
                total = builder.load(sums[i, j])
                below = builder.fcmp_ordered("<", total, zero)  # not where NaN
                builder.store(builder.select(below, zero, total), sums[i, j])
        for i, j in tile:
            place = builder.gep(c_rows[i], [i64(j * self.lanes)])
            vectors.store(builder.load(sums[i, j]), place, mask)


_wide, _middle, _narrow = _tiles(*WIDE, False), _tiles(*MIDDLE, False), _tiles(*NARROW, True)


@device
def multiply(
    a: Any, a0: Any, rows: Any, m: Any, columns: Any, k: Any, b: Any, b0: Any, b_step: Any, n: Any,
    c: Any, c0: Any, places: Any, start: Any, s0: Any, more: Any, relu: Any,
) -> None:  # fmt: skip
    """c[c0 + places[i] + j] = Σ_k a[a0 + rows[i] + columns[k]] · b[b0 + k · b_step + j] + start[s0 + j].

    All are flat; i < m, j < n, and k is not 0. If `more`, the sums are added to what is in c instead of to
    `start`. If `relu`, max(0, ·) of the sums is stored. No two of the m places may be the same.
    """
    lanes = VECTOR_BYTES // a.itemsize
    j = 0
    while j < n:
        left = n - j
        for k0 in range(0, k, DEPTH):
            k1, going_on = min(k, k0 + DEPTH), more or k0 > 0
            rectify, from_b = relu and k1 == k, b0 + k0 * b_step + j
            if left >= WIDE[1] * lanes:
                _wide(
                    a, a0, rows, m, columns, k0, k1, b, from_b, b_step, c, c0 + j, places, start, s0 + j,
                    going_on, rectify, left,
                )  # fmt: skip
            elif left >= MIDDLE[1] * lanes:
                _middle(
                    a, a0, rows, m, columns, k0, k1, b, from_b, b_step, c, c0 + j, places, start, s0 + j,
                    going_on, rectify, left,
                )  # fmt: skip
            else:
                _narrow(
                    a, a0, rows, m, columns, k0, k1, b, from_b, b_step, c, c0 + j, places, start, s0 + j,
                    going_on, rectify, left,
                )  # fmt: skip
        wide, middle = left >= WIDE[1] * lanes, left >= MIDDLE[1] * lanes
        j += lanes * (WIDE[1] if wide else MIDDLE[1] if middle else NARROW[1])
