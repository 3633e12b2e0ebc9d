"""PyTorch's operators on arrays in tuilab's words: arithmetic, reductions, shapes, products, selection.

An entry takes what PyTorch's function takes, with tensors of ours, and answers what it answers. Where a
sample asks for what tuilab does not offer it raises `Unfit`.
"""

import functools
from collections.abc import Callable
from typing import Any

from tuilab import Tensor, ops

from .unfit import unfit


def same(name: str) -> Callable[..., Any]:
    """A function of ours that takes the same arrays, and no options."""

    def called(*arrays: Any, **options: Any) -> Any:
        unfit(options)
        return getattr(ops, name)(*arrays)

    return called


def reduction(name: str) -> Callable[..., Any]:
    """A reduction along `dim`; an empty list of axes is PyTorch's way of naming all of them."""

    def called(x: Tensor, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
        unfit(dtype is not None, x.ndim == 0 and dim not in (None, ()))
        axis = None if dim in (None, ()) else tuple(dim) if isinstance(dim, list | tuple) else dim
        return getattr(ops, name)(x, axis=axis, keepdims=keepdim)

    return called


def _sum_with_factor(name: str, a: Any, b: Any, alpha: Any = None, **options: Any) -> Any:
    unfit(options, alpha not in (None, 1))
    return getattr(ops, name)(a, b)


def _divide(a: Any, b: Any, rounding_mode: str | None = None) -> Any:
    unfit(rounding_mode == "trunc")
    return ops.divide(a, b) if rounding_mode is None else ops.floor_divide(a, b)


def _spread(name: str, x: Tensor, *args: Any, **options: Any) -> Any:
    """Variance and standard deviation; PyTorch corrects by 1 unless told otherwise."""
    dim = options.pop("dim", None)
    unbiased = options.pop("unbiased", None)
    if args:
        unfit(len(args) > 1)
        if isinstance(args[0], bool):
            unbiased = args[0]
        else:
            dim = args[0]
    correction = options.pop("correction", 1 if unbiased in (None, True) else 0)
    keepdims = options.pop("keepdim", False)
    unfit(options, x.ndim == 0, correction is None)
    axis = tuple(dim) if isinstance(dim, list | tuple) else dim
    axis = None if axis == () else axis
    sizes = x.shape if axis is None else [x.shape[one] for one in ([axis] if isinstance(axis, int) else axis)]
    count = functools.reduce(lambda a, b: a * b, sizes, 1)
    unfit(count <= correction)
    return getattr(ops, name)(x, axis=axis, keepdims=keepdims, correction=correction)


def _arg(name: str, x: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    unfit(x.ndim == 0)
    if dim is None:
        unfit(keepdim)
        return getattr(ops, name)(ops.reshape(x, (x.size,)), axis=0)
    places = getattr(ops, name)(x, axis=dim)
    return ops.expand_dims(places, dim) if keepdim else places


def _along(name: str, x: Tensor, dim: int, dtype: Any = None) -> Any:
    unfit(dtype is not None, x.ndim == 0)
    return getattr(ops, name)(x, axis=dim)


def _clamp(x: Tensor, min: Any = None, max: Any = None) -> Any:  # noqa: A002  (PyTorch's names)
    if min is not None:
        x = ops.maximum(x, min)
    return x if max is None else ops.minimum(x, max)


def _where(x: Tensor, condition: Tensor, other: Any) -> Any:
    return ops.where(condition, x, other)


def _reshape(x: Tensor, shape: Any) -> Any:
    return ops.reshape(x, tuple(shape))


def _permute(x: Tensor, dims: Any) -> Any:
    return ops.transpose(x, tuple(dims))


def _squeeze(x: Tensor, dim: Any = None) -> Any:
    axes = [] if dim is None else [dim] if isinstance(dim, int) else dim
    unfit(x.ndim == 0 and axes)
    unfit(any(x.shape[one] != 1 for one in axes))  # PyTorch leaves larger axes
    return ops.squeeze(x, None if dim is None else tuple(axes))


def _concatenate(arrays: Any, dim: int = 0) -> Any:
    unfit(any(one.ndim != arrays[0].ndim for one in arrays))  # PyTorch leaves out what is empty
    return ops.concatenate(arrays, axis=dim)


def _stack(arrays: Any, dim: int = 0) -> Any:
    return ops.stack(arrays, axis=dim)


def _split(x: Tensor, sizes: Any, dim: int = 0) -> Any:
    size = x.shape[dim]
    parts = [sizes] * (size // sizes) if isinstance(sizes, int) else list(sizes)
    ends = [sum(parts[: number + 1]) for number in range(len(parts))]
    return tuple(ops.split(x, [end for end in ends if end < size], axis=dim))


def _flip(x: Tensor, dims: Any) -> Any:
    return ops.flip(x, tuple(dims) if isinstance(dims, list | tuple) else dims)


def _index_select(x: Tensor, dim: int, index: Tensor) -> Any:
    unfit(x.ndim == 0)
    return ops.take(x, index, axis=dim)


def _take_along(x: Tensor, indices: Tensor, dim: int | None = None) -> Any:
    unfit(dim is None)
    return ops.take_along_axis(x, indices, axis=dim)


def _tensordot(a: Tensor, b: Tensor, dims: Any) -> Any:
    if isinstance(dims, int):
        return ops.tensordot(a, b, dims)
    first, second = map(tuple, dims)
    unfit([a.shape[one] for one in first] != [b.shape[one] for one in second])  # PyTorch repeats a size of 1
    return ops.tensordot(a, b, (first, second))


def _einsum(arrays: Any, equation: str) -> Any:
    unfit(any("..." in term or len(set(term)) < len(term) for term in equation.split("->")[0].split(",")))
    return ops.einsum(equation, *arrays)


def _tile(x: Tensor, dims: Any) -> Any:
    return ops.tile(x, tuple(dims))


OPERATORS: dict[str, Callable[..., Any]] = {
    "abs": same("abs"),
    "add": functools.partial(_sum_with_factor, "add"),
    "all": reduction("all"),
    "amax": reduction("max"),
    "amin": reduction("min"),
    "any": reduction("any"),
    "argmax": functools.partial(_arg, "argmax"),
    "argmin": functools.partial(_arg, "argmin"),
    "bmm": same("matmul"),
    "cat": _concatenate,
    "ceil": same("ceil"),
    "clamp": _clamp,
    "cos": same("cos"),
    "cumsum": functools.partial(_along, "cumulative_sum"),
    "div": _divide,
    "dot": same("dot"),
    "einsum": _einsum,
    "eq": same("equal"),
    "erf": same("erf"),
    "exp": same("exp"),
    "expm1": same("expm1"),
    "flip": _flip,
    "floor": same("floor"),
    "floor_divide": same("floor_divide"),
    "ge": same("greater_equal"),
    "gt": same("greater"),
    "index_select": _index_select,
    "isfinite": same("isfinite"),
    "isnan": same("isnan"),
    "le": same("less_equal"),
    "log": same("log"),
    "log1p": same("log1p"),
    "log_softmax": functools.partial(_along, "log_softmax"),
    "logical_and": same("logical_and"),
    "logical_not": same("logical_not"),
    "logical_or": same("logical_or"),
    "logsumexp": reduction("logsumexp"),
    "lt": same("less"),
    "matmul": same("matmul"),
    "maximum": same("maximum"),
    "mean": reduction("mean"),
    "minimum": same("minimum"),
    "mm": same("matmul"),
    "mul": same("multiply"),
    "ne": same("not_equal"),
    "neg": same("negative"),
    "outer": same("outer"),
    "permute": _permute,
    "pow": same("power"),
    "prod": reduction("prod"),
    "remainder": same("mod"),
    "reshape": _reshape,
    "round": same("round"),
    "sigmoid": same("sigmoid"),
    "sign": same("sign"),
    "sin": same("sin"),
    "softmax": functools.partial(_along, "softmax"),
    "split": _split,
    "sqrt": same("sqrt"),
    "square": same("square"),
    "squeeze": _squeeze,
    "stack": _stack,
    "std": functools.partial(_spread, "std"),
    "sub": functools.partial(_sum_with_factor, "subtract"),
    "sum": reduction("sum"),
    "take_along_dim": _take_along,
    "tanh": same("tanh"),
    "tensordot": _tensordot,
    "tile": _tile,
    "unsqueeze": same("expand_dims"),
    "var": functools.partial(_spread, "variance"),
    "where": _where,
}
