"""A tensor: an array whose operations are recorded on the tapes that are running."""

from collections.abc import Iterator
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from tuilab.errors import TuilabError

Array = npt.NDArray[Any]
TensorLike = Union["Tensor", npt.ArrayLike]


class Tensor:
    """An array of numbers, with arithmetic that tapes can follow.

    `data` is the NumPy array itself, not a copy where it was one already. Numbers given as Python lists
    become float32 where they have a fraction, as in Keras, and int64 where not; a NumPy array keeps its
    type. `name` is for people.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x @ x
    Tensor(shape=(2, 2), dtype=float32)
    [[ 7. 10.]
     [15. 22.]]
    """

    __slots__ = ("_logits", "data", "name")
    __array_priority__ = 100  # so that NumPy's operators leave `array * tensor` to the tensor

    def __init__(self, data: TensorLike, dtype: npt.DTypeLike | None = None, name: str | None = None) -> None:
        if isinstance(data, Tensor):
            data = data.data
        array = data if isinstance(data, np.ndarray | np.generic) else _from_python(data, dtype)
        self.data: Array = np.asarray(array, dtype)
        if self.data.dtype.kind not in "fiub":
            raise TuilabError(f"A tensor holds real numbers. It was given {self.data.dtype}.")
        self.name = name
        self._logits: tuple[str, Tensor] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def T(self) -> "Tensor":  # noqa: N802
        return apply("transpose", self)

    def __getitem__(self, key: Any) -> "Tensor":
        """A part, as NumPy takes it: whole numbers, slices, `None`, `...`, an array of places or a mask."""
        from tuilab.autodiff.indexing import part

        return part(self, key)

    def reshape(self, *shape: int | tuple[int, ...]) -> "Tensor":
        """The same elements in another shape; one size may be -1, for what is left."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return apply("reshape", self, shape=tuple(sizes))

    def transpose(self, *axes: int) -> "Tensor":
        """The axes in the order given, or in reverse order."""
        return apply("transpose", self, axes=axes or None)

    def flatten(self) -> "Tensor":
        """All elements in one axis."""
        return apply("reshape", self, shape=(-1,) if self.size else (0,))

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The sum along an axis, or of all elements."""
        return apply("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """The mean along an axis, or of all elements."""
        return apply("mean", self, axis=axis, keepdims=keepdims)

    def logits_of(self, activation: str) -> "Tensor | None":
        """The input of `activation`, softmax or sigmoid, if this is its output: for exact cross-entropies."""
        return self._logits[1] if self._logits and self._logits[0] == activation else None

    def numpy(self) -> Array:
        """The array itself."""
        return self.data

    def item(self) -> float:
        """The one number of a tensor of one element."""
        if self.data.size != 1:
            raise TuilabError(f"item() needs a tensor of one element; this one has the shape {self.shape}.")
        return float(self.data.reshape(())[()])

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.array(self.data, dtype, copy=copy)

    def __float__(self) -> float:
        return self.item()

    def __index__(self) -> int:
        if self.data.dtype.kind not in "iu" or self.data.size != 1:
            raise TypeError("only a tensor of one whole number can stand for a count or a place")
        return int(self.data.reshape(())[()])

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        raise TuilabError("A tensor is not iterated: gradients would not follow. Use .numpy() for its rows.")

    def __bool__(self) -> bool:
        return bool(self.data)

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"Tensor{name}(shape={self.shape}, dtype={self.dtype})\n{self.data}"

    def __add__(self, other: TensorLike) -> "Tensor":
        return apply("add", self, other)

    def __radd__(self, other: TensorLike) -> "Tensor":
        return apply("add", other, self)

    def __sub__(self, other: TensorLike) -> "Tensor":
        return apply("subtract", self, other)

    def __rsub__(self, other: TensorLike) -> "Tensor":
        return apply("subtract", other, self)

    def __mul__(self, other: TensorLike) -> "Tensor":
        return apply("multiply", self, other)

    def __rmul__(self, other: TensorLike) -> "Tensor":
        return apply("multiply", other, self)

    def __truediv__(self, other: TensorLike) -> "Tensor":
        return apply("divide", self, other)

    def __rtruediv__(self, other: TensorLike) -> "Tensor":
        return apply("divide", other, self)

    def __matmul__(self, other: TensorLike) -> "Tensor":
        from tuilab.autodiff.ops.products import matmul

        return matmul(self, other)

    def __rmatmul__(self, other: TensorLike) -> "Tensor":
        from tuilab.autodiff.ops.products import matmul

        return matmul(other, self)

    def __neg__(self) -> "Tensor":
        return apply("negative", self)

    def __pow__(self, exponent: TensorLike) -> "Tensor":
        if isinstance(exponent, int | float | np.number):
            return apply("power", self, exponent=exponent)
        return apply("pow", self, exponent)

    def __rpow__(self, base: TensorLike) -> "Tensor":
        return apply("pow", base, self)

    def __floordiv__(self, other: TensorLike) -> "Tensor":
        return apply("floor_divide", self, other)

    def __rfloordiv__(self, other: TensorLike) -> "Tensor":
        return apply("floor_divide", other, self)

    def __mod__(self, other: TensorLike) -> "Tensor":
        return apply("mod", self, other)

    def __rmod__(self, other: TensorLike) -> "Tensor":
        return apply("mod", other, self)

    def __abs__(self) -> "Tensor":
        return apply("abs", self)

    def __lt__(self, other: TensorLike) -> "Tensor":
        return apply("less", self, other)

    def __le__(self, other: TensorLike) -> "Tensor":
        return apply("less_equal", self, other)

    def __gt__(self, other: TensorLike) -> "Tensor":
        return apply("greater", self, other)

    def __ge__(self, other: TensorLike) -> "Tensor":
        return apply("greater_equal", self, other)


def _from_python(data: Any, dtype: npt.DTypeLike | None) -> Array:
    try:
        array = np.array(data, dtype)
    except (TypeError, ValueError) as error:
        raise TuilabError(
            f"A tensor holds numbers in rows of equal length. {str(error).capitalize()}"
        ) from None
    return array.astype(np.float32) if dtype is None and array.dtype == np.float64 else array


def _as_tensors(inputs: tuple[TensorLike, ...]) -> tuple["Tensor", ...]:
    floating = None
    plain = False
    for one in inputs:
        if not isinstance(one, Tensor):
            plain = True
        elif floating is None and one.data.dtype.kind == "f":
            floating = one.data.dtype
    if not plain:
        return inputs  # type: ignore[return-value]
    return tuple(
        one if isinstance(one, Tensor) else Tensor(one, floating if isinstance(one, int | float) else None)
        for one in inputs
    )


def apply(name: str, *inputs: TensorLike, **options: Any) -> Tensor:
    """Do the catalogue's operation `name`, and record it on the tapes that are running.

    A plain Python number takes the type of the tensor beside it, as in NumPy. Of several outputs this is
    the first; `apply_all` answers all.
    """
    return apply_all(name, *inputs, **options)[0]


def apply_all(name: str, *inputs: TensorLike, **options: Any) -> tuple[Tensor, ...]:
    """Do the catalogue's operation `name`, and record it; all its outputs, also those that are only kept for
    the way back."""
    operation = CATALOGUE[name]
    tensors = _as_tensors(inputs)
    result = operation.parallel(*[one.data for one in tensors], **options)
    outputs = tuple(map(Tensor, result)) if isinstance(result, tuple) else (Tensor(result),)
    for tape in recording():
        tape.record(operation, tensors, options, outputs)
    return outputs


from tuilab.autodiff.tape import recording  # noqa: E402  (the tape knows tensors, and tensors the running tapes)
from tuilab.kernels.catalogue import CATALOGUE  # noqa: E402
