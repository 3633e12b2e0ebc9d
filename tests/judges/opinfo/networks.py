"""PyTorch's functions for networks in tuilab's words; its channels are axis 1, ours the last.

An entry takes what PyTorch's function takes, with tensors of ours, and answers what it answers. Where a
sample asks for what tuilab does not offer it raises `Unfit`.
"""

from collections.abc import Callable
from typing import Any

from tuilab import Tensor, ops

from .unfit import unfit


def _relu(x: Tensor) -> Any:
    return ops.relu(x)


def _selu(x: Tensor) -> Any:
    return ops.selu(x)


def _silu(x: Tensor) -> Any:
    return ops.silu(x)


def _leaky_relu(x: Tensor, negative_slope: float = 0.01) -> Any:
    return ops.leaky_relu(x, negative_slope=negative_slope)


def _elu(x: Tensor, alpha: float = 1.0) -> Any:
    return ops.elu(x, alpha=alpha)


def _gelu(x: Tensor, approximate: str = "none") -> Any:
    unfit(approximate not in ("none", "tanh"))
    return ops.gelu(x, approximate=approximate == "tanh")


def _softplus(x: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Any:
    linear = ops.greater(x * beta, threshold)  # there PyTorch answers x itself
    return ops.where(linear, x, ops.softplus(x * beta) / beta)


def _pad(x: Tensor, widths: Any, mode: str = "constant", value: float | None = None) -> Any:
    unfit(any(one < 0 for one in widths), mode == "circular")
    pairs = list(zip(widths[::2], widths[1::2], strict=True))[::-1]
    every = (*((0, 0),) * (x.ndim - len(pairs)), *pairs)
    mode = {"replicate": "edge"}.get(mode, mode)
    return ops.pad(x, every, mode=mode, **({"value": value or 0.0} if mode == "constant" else {}))


def _embedding(table: Tensor, ids: Tensor, **options: Any) -> Any:
    unfit(options)
    return ops.embedding(ids, table)


def _layer_norm(x: Tensor, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    unfit(weight is None or bias is None, eps < 0)
    return ops.layer_norm(x, weight, bias, axis=tuple(range(-len(shape), 0)), epsilon=eps)


def _cross_entropy(logits: Tensor, target: Tensor, **options: Any) -> Any:
    unfit(options, logits.ndim != 2, target.ndim != 1)
    return ops.mean(ops.sparse_softmax_cross_entropy(logits, target))


def _last(x: Tensor) -> Tensor:
    return ops.transpose(x, (0, *range(2, x.ndim), 1))


def _first(x: Tensor) -> Tensor:
    return ops.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1)))


def _pads(padding: Any, axes: int) -> Any:
    """PyTorch's padding, the same on both sides, in our words."""
    if isinstance(padding, str):
        return padding
    each = (padding,) * axes if isinstance(padding, int) else tuple(padding) * (axes // len(padding))
    return tuple((one, one) for one in each)


def _two(value: Any) -> Any:
    return value if isinstance(value, int) else tuple(value) * (2 // len(value))


def _conv2d(
    x: Tensor, w: Tensor, b: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    unfit(x.ndim != 4)
    y = ops.conv2d(
        _last(x),
        ops.transpose(w, (2, 3, 1, 0)),
        b,
        strides=_two(stride),
        padding=_pads(padding, 2),
        dilation=_two(dilation),
        groups=groups,
    )
    return _first(y)


def _conv1d(
    x: Tensor, w: Tensor, b: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    unfit(x.ndim != 3)
    stride, dilation = (one if isinstance(one, int) else one[0] for one in (stride, dilation))
    pads = padding if isinstance(padding, str) else _pads(padding, 1)[0]
    w = ops.transpose(w, (2, 1, 0))
    return _first(ops.conv1d(_last(x), w, b, strides=stride, padding=pads, dilation=dilation, groups=groups))


def _conv_transpose2d(
    x: Tensor,
    w: Tensor,
    b: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    strides = (stride,) * 2 if isinstance(stride, int) else tuple(stride)
    more = (output_padding,) * 2 if isinstance(output_padding, int) else tuple(output_padding)
    unfit(x.ndim != 4, groups != 1, any(one >= other for one, other in zip(more, strides, strict=True)))
    y = ops.conv2d_transpose(
        _last(x),
        ops.transpose(w, (2, 3, 1, 0)),
        b,
        strides=strides,
        padding=_pads(padding, 2),
        dilation=_two(dilation),
        output_padding=more,
    )
    return _first(y)


def _max_pool2d(x: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, **options: Any) -> Any:
    plain = {"dilation": (1, (1, 1)), "ceil_mode": (False,), "return_indices": (False,)}
    unfit(x.ndim != 4, any(value not in plain[name] for name, value in options.items()))
    strides = None if stride is None or stride == () else _two(stride)
    return _first(ops.max_pool2d(_last(x), _two(kernel_size), strides=strides, padding=_pads(padding, 2)))


def _avg_pool2d(
    x: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    padded = padding not in (0, (0, 0))
    unfit(x.ndim != 4, ceil_mode, count_include_pad and padded, divisor_override is not None)
    strides = None if stride is None else _two(stride)
    return _first(ops.average_pool2d(_last(x), _two(kernel_size), strides=strides, padding=_pads(padding, 2)))


def _batch_norm(
    x: Tensor, mean: Any, variance: Any, weight: Any = None, bias: Any = None, **options: Any
) -> Any:
    unfit(weight is None or bias is None, x.ndim < 2, x.size == 0)
    epsilon = options.get("eps", 1e-5)
    if options.get("training", False):
        return _first(ops.batch_norm(_last(x), weight, bias, epsilon=epsilon)[0])
    return _first(ops.batch_norm_inference(_last(x), weight, bias, mean, variance, epsilon=epsilon))


OPERATORS: dict[str, Callable[..., Any]] = {
    "nn.functional.avg_pool2d": _avg_pool2d,
    "nn.functional.batch_norm": _batch_norm,
    "nn.functional.conv1d": _conv1d,
    "nn.functional.conv2d": _conv2d,
    "nn.functional.conv_transpose2d": _conv_transpose2d,
    "nn.functional.cross_entropy": _cross_entropy,
    "nn.functional.elu": _elu,
    "nn.functional.embedding": _embedding,
    "nn.functional.gelu": _gelu,
    "nn.functional.layer_norm": _layer_norm,
    "nn.functional.leaky_relu": _leaky_relu,
    "nn.functional.max_pool2d": _max_pool2d,
    "nn.functional.pad": _pad,
    "nn.functional.relu": _relu,
    "nn.functional.selu": _selu,
    "nn.functional.silu": _silu,
    "nn.functional.softplus": _softplus,
}
