"""Vectors of numbers, for code that is written for LLVM itself because its vectoriser would not find them."""

from typing import Any

from llvmlite import binding, ir
from numba.core import cgutils

_features = binding.get_host_cpu_features()
AVX512 = bool(_features.get("avx512f"))
VECTOR_BYTES = 64 if AVX512 else 32 if _features.get("avx") else 16


def i64(value: int) -> Any:
    """A whole number."""
    return ir.IntType(64)(value)


class Vectors:
    """Writes code with vectors of `lanes` numbers each."""

    def __init__(self, builder: Any, lanes: int) -> None:
        self.builder, self.lanes = builder, lanes

    def first_lanes(self, width: Any) -> Any:
        """A mask of the first `width` lanes."""
        counted = ir.Constant(ir.VectorType(ir.IntType(64), self.lanes), list(range(self.lanes)))
        return self.builder.icmp_signed("<", counted, self.everywhere(width))

    def constant(self, number: Any, value: Any) -> Any:
        """A known value in every lane."""
        return ir.Constant(ir.VectorType(number, self.lanes), [value] * self.lanes)

    def everywhere(self, scalar: Any) -> Any:
        """The scalar in every lane."""
        vector, index = ir.VectorType(scalar.type, self.lanes), ir.VectorType(ir.IntType(32), self.lanes)
        empty = ir.Constant(vector, ir.Undefined)
        one = self.builder.insert_element(empty, scalar, ir.IntType(32)(0))
        return self.builder.shuffle_vector(one, empty, ir.Constant(index, [0] * self.lanes))

    def load(self, start: Any, number: Any, mask: Any = None) -> Any:
        """The numbers from `start` on; 0 where the mask says no."""
        vector, size = ir.VectorType(number, self.lanes), _bytes(number)
        pointer = self.builder.bitcast(start, vector.as_pointer())
        if mask is None:
            return self.builder.load(pointer, align=size)
        nothing = ir.Constant(vector, None)
        kind = ir.FunctionType(vector, [pointer.type, ir.IntType(32), mask.type, vector])
        load = self._masked("load", kind, number)
        return self.builder.call(load, [pointer, ir.IntType(32)(size), mask, nothing])

    def store(self, value: Any, start: Any, mask: Any = None) -> None:
        """Put the lanes that the mask allows where `start` points."""
        number = value.type.element
        pointer, size = self.builder.bitcast(start, value.type.as_pointer()), _bytes(number)
        if mask is None:
            self.builder.store(value, pointer, align=size)
            return
        kind = ir.FunctionType(ir.VoidType(), [value.type, pointer.type, ir.IntType(32), mask.type])
        store = self._masked("store", kind, number)
        self.builder.call(store, [value, pointer, ir.IntType(32)(size), mask])

    def _masked(self, what: str, kind: Any, number: Any) -> Any:
        letter = "i" if isinstance(number, ir.IntType) else "f"
        name = f"llvm.masked.{what}.v{self.lanes}{letter}{8 * _bytes(number)}.p0"
        return cgutils.get_or_insert_function(self.builder.module, kind, name)


def _bytes(number: Any) -> int:
    if isinstance(number, ir.IntType):
        return int(number.width) // 8
    return 4 if isinstance(number, ir.FloatType) else 8
