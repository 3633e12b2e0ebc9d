"""ONNX's arithmetic, comparisons and activations."""

import functools
import math
from typing import Any

from tuilab import Tensor, ops

from .cases import Node

SAME = {
    "Abs": "abs",
    "Add": "add",
    "And": "logical_and",
    "Ceil": "ceil",
    "Cos": "cos",
    "Div": "divide",
    "Equal": "equal",
    "Erf": "erf",
    "Exp": "exp",
    "Floor": "floor",
    "Greater": "greater",
    "GreaterOrEqual": "greater_equal",
    "IsNaN": "isnan",
    "Less": "less",
    "LessOrEqual": "less_equal",
    "Log": "log",
    "Mul": "multiply",
    "Neg": "negative",
    "Not": "logical_not",
    "Or": "logical_or",
    "Pow": "power",
    "Relu": "relu",
    "Round": "round",
    "Sigmoid": "sigmoid",
    "Sign": "sign",
    "Sin": "sin",
    "Softplus": "softplus",
    "Sqrt": "sqrt",
    "Sub": "subtract",
    "Tanh": "tanh",
    "Where": "where",
    "Xor": "not_equal",
}
"""Operators of ours that take the same inputs and have no options."""


def _folded(name: str, _: Node, *arrays: Tensor) -> Tensor:
    return functools.reduce(getattr(ops, name), arrays)


def _mean(_: Node, *arrays: Tensor) -> Tensor:
    return functools.reduce(ops.add, arrays) / len(arrays)


def _divide(_: Node, a: Tensor, b: Tensor) -> Tensor:
    """Of whole numbers the quotient without its fraction, towards zero; ours keeps the fraction."""
    if a.dtype.kind == "f":
        return a / b
    quotient = ops.floor_divide(ops.abs(a), ops.abs(b)) if a.dtype.kind == "i" else ops.floor_divide(a, b)
    return quotient * ops.sign(a) * ops.sign(b) if a.dtype.kind == "i" else quotient


def _mod(node: Node, a: Tensor, b: Tensor) -> Tensor:
    """With fmod the sign is the dividend's, as in C, where it is the divisor's otherwise, as in Python."""
    if not node.get("fmod", 0):
        return ops.mod(a, b)
    return ops.mod(ops.abs(a), ops.abs(b)) * ops.sign(a)


def _clip(node: Node, x: Tensor, low: Tensor | None = None, high: Tensor | None = None) -> Tensor:
    if node.opset < 11:
        return ops.clip(x, node.get("min", -math.inf), node.get("max", math.inf))
    if low is not None:
        x = ops.maximum(x, low)
    return x if high is None else ops.minimum(x, high)


def _isinf(node: Node, x: Tensor) -> Tensor:
    wanted = [
        ops.equal(x, sign * math.inf)
        for sign, name in ((1, "detect_positive"), (-1, "detect_negative"))
        if node.get(name, 1)
    ]
    return functools.reduce(ops.logical_or, wanted)


def _elu(node: Node, x: Tensor) -> Tensor:
    return ops.elu(x, alpha=node.get("alpha", 1.0))


def _celu(node: Node, x: Tensor) -> Tensor:
    alpha = node.get("alpha", 1.0)
    return ops.elu(x / alpha) * alpha


def _selu(node: Node, x: Tensor) -> Tensor:
    alpha, gamma = node.get("alpha", 1.67326319217681884765625), node.get("gamma", 1.05070102214813232421875)
    if "alpha" not in node.attributes and "gamma" not in node.attributes:
        return ops.selu(x)
    return ops.elu(x, alpha=alpha) * gamma


def _leaky_relu(node: Node, x: Tensor) -> Tensor:
    return ops.leaky_relu(x, negative_slope=node.get("alpha", 0.01))


def _prelu(node: Node, x: Tensor, slope: Tensor) -> Tensor:
    if node.opset < 7 and slope.ndim == 1 and x.ndim > 1:  # a slope a channel
        slope = ops.reshape(slope, (-1, *[1] * (x.ndim - 2)))
    return ops.where(ops.less(x, 0.0), x * slope, x)


def _hard_sigmoid(node: Node, x: Tensor) -> Tensor:
    alpha, beta = node.get("alpha", 0.2), node.get("beta", 0.5)
    return ops.clip(x * alpha + beta, 0.0, 1.0)


def _gelu(node: Node, x: Tensor) -> Tensor:
    return ops.gelu(x, approximate=node.get("approximate", "none") == "tanh")


def _swish(node: Node, x: Tensor) -> Tensor:
    alpha = node.get("alpha", 1.0)
    return ops.silu(x * alpha) / alpha


def _hard_swish(_: Node, x: Tensor) -> Tensor:
    return x * ops.hard_sigmoid(x)


def _mish(_: Node, x: Tensor) -> Tensor:
    return x * ops.tanh(ops.softplus(x))


def _softsign(_: Node, x: Tensor) -> Tensor:
    return x / (1 + ops.abs(x))


def _thresholded_relu(node: Node, x: Tensor) -> Tensor:
    return ops.where(ops.greater(x, node.get("alpha", 1.0)), x, 0.0)


def _shrink(node: Node, x: Tensor) -> Tensor:
    bias, edge = node.get("bias", 0.0), node.get("lambd", 0.5)
    below, above = ops.less(x, -edge), ops.greater(x, edge)
    return ops.where(below, x + bias, ops.where(above, x - bias, 0.0))


def _tan(_: Node, x: Tensor) -> Tensor:
    return ops.sin(x) / ops.cos(x)


def _sinh(_: Node, x: Tensor) -> Tensor:
    return (ops.exp(x) - ops.exp(-x)) / 2


def _cosh(_: Node, x: Tensor) -> Tensor:
    return (ops.exp(x) + ops.exp(-x)) / 2


def _asinh(_: Node, x: Tensor) -> Tensor:
    return ops.log(x + ops.sqrt(x * x + 1))


def _acosh(_: Node, x: Tensor) -> Tensor:
    return ops.log(x + ops.sqrt(x * x - 1))


def _atanh(_: Node, x: Tensor) -> Tensor:
    return (ops.log1p(x) - ops.log1p(-x)) / 2


def _reciprocal(_: Node, x: Tensor) -> Tensor:
    return 1 / x


def _identity(_: Node, x: Tensor) -> Tensor:
    return x


def _same(name: str, _: Node, *arrays: Tensor) -> Tensor:
    result: Tensor = getattr(ops, name)(*arrays)
    return result


OPERATORS: dict[str, Any] = {
    **{operator: functools.partial(_same, name) for operator, name in SAME.items()},
    "Acosh": _acosh,
    "Asinh": _asinh,
    "Atanh": _atanh,
    "Celu": _celu,
    "Clip": _clip,
    "Cosh": _cosh,
    "Div": _divide,
    "Elu": _elu,
    "Gelu": _gelu,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "Identity": _identity,
    "IsInf": _isinf,
    "LeakyRelu": _leaky_relu,
    "Max": functools.partial(_folded, "maximum"),
    "Mean": _mean,
    "Min": functools.partial(_folded, "minimum"),
    "Mish": _mish,
    "Mod": _mod,
    "PRelu": _prelu,
    "Reciprocal": _reciprocal,
    "Selu": _selu,
    "Shrink": _shrink,
    "Sinh": _sinh,
    "Softsign": _softsign,
    "Sum": functools.partial(_folded, "add"),
    "Swish": _swish,
    "Tan": _tan,
    "ThresholdedRelu": _thresholded_relu,
}
