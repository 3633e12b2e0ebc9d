"""Activation functions, each with its way back, from the output where that is enough, else from the input."""

import math
from typing import Any

from tuilab.kernels.jit import device
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, floating, numeric
from tuilab.kernels.parallel.elementary import number
from tuilab.kernels.parallel.loops import each, each_pair, launch_each
from tuilab.kernels.reference.activations import SELU_ALPHA, SELU_SCALE

_ROOT_HALF = math.sqrt(0.5)
_ROOT_2_OVER_PI = math.sqrt(2 / math.pi)
_CUBE = 0.044715


def _unary(name: str, launch: Any, x: Any, out: Array | None, *options: float) -> Array:
    (x,) = floating(name, x)
    return launch_each(name, launch, (x,), out, *(x.dtype.type(one) for one in options))


def _back(name: str, launch: Any, gradient: Any, x: Any, out: Array | None, *options: float) -> Array:
    gradient, x = floating(name, gradient, x)
    return launch_each(name, launch, (gradient, x), out, *(x.dtype.type(one) for one in options))


@each
def _relu(x: Any) -> Any:
    return number(0, x) if x < 0 else x  # NaN is not less than 0 and stays


def relu(x: Any, out: Array | None = None) -> Array:
    return launch_each("relu", _relu, numeric("relu", x), out)


@each_pair
def _relu_gradient(gradient: Any, output: Any) -> Any:
    return number(0, gradient) if output <= 0 else gradient  # nothing is known of NaN, so it is let through


def relu_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _back("relu_gradient", _relu_gradient, gradient, output, out)


@each
def _leaky_relu(x: Any, negative_slope: Any) -> Any:
    return x if x > 0 else negative_slope * x


def leaky_relu(x: Any, negative_slope: float = 0.2, out: Array | None = None) -> Array:
    return _unary("leaky_relu", _leaky_relu, x, out, negative_slope)


@each_pair
def _leaky_relu_gradient(gradient: Any, x: Any, negative_slope: Any) -> Any:
    return gradient if x > 0 else negative_slope * gradient


def leaky_relu_gradient(
    gradient: Any, x: Any, negative_slope: float = 0.2, out: Array | None = None
) -> Array:
    return _back("leaky_relu_gradient", _leaky_relu_gradient, gradient, x, out, negative_slope)


@each
def _elu(x: Any, alpha: Any) -> Any:
    return x if x > 0 else alpha * elementary.expm1(x)


def elu(x: Any, alpha: float = 1.0, out: Array | None = None) -> Array:
    return _unary("elu", _elu, x, out, alpha)


@each_pair
def _elu_gradient(gradient: Any, x: Any, alpha: Any) -> Any:
    return gradient if x > 0 else gradient * alpha * elementary.exp(x)


def elu_gradient(gradient: Any, x: Any, alpha: float = 1.0, out: Array | None = None) -> Array:
    return _back("elu_gradient", _elu_gradient, gradient, x, out, alpha)


@each
def _selu(x: Any) -> Any:
    return number(SELU_SCALE, x) * (x if x > 0 else number(SELU_ALPHA, x) * elementary.expm1(x))


def selu(x: Any, out: Array | None = None) -> Array:
    return _unary("selu", _selu, x, out)


@each_pair
def _selu_gradient(gradient: Any, x: Any) -> Any:
    slope = number(1, x) if x > 0 else number(SELU_ALPHA, x) * elementary.exp(x)
    return gradient * number(SELU_SCALE, x) * slope


def selu_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return _back("selu_gradient", _selu_gradient, gradient, x, out)


@each
def _sigmoid(x: Any) -> Any:
    return elementary.sigmoid(x)


def sigmoid(x: Any, out: Array | None = None) -> Array:
    return _unary("sigmoid", _sigmoid, x, out)


@each_pair
def _sigmoid_gradient(gradient: Any, output: Any) -> Any:
    return gradient * output * (number(1, output) - output)


def sigmoid_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _back("sigmoid_gradient", _sigmoid_gradient, gradient, output, out)


@each
def _tanh(x: Any) -> Any:
    return elementary.tanh(x)


def tanh(x: Any, out: Array | None = None) -> Array:
    return _unary("tanh", _tanh, x, out)


@each_pair
def _tanh_gradient(gradient: Any, output: Any) -> Any:
    return gradient * (number(1, output) - output * output)


def tanh_gradient(gradient: Any, output: Any, out: Array | None = None) -> Array:
    return _back("tanh_gradient", _tanh_gradient, gradient, output, out)


@each
def _softplus(x: Any) -> Any:
    return (number(0, x) if x < 0 else x) + elementary.log1p(elementary.exp(-abs(x)))


def softplus(x: Any, out: Array | None = None) -> Array:
    return _unary("softplus", _softplus, x, out)


@each
def _softsign(x: Any) -> Any:
    return x / (number(1, x) + abs(x))


def softsign(x: Any, out: Array | None = None) -> Array:
    return _unary("softsign", _softsign, x, out)


@each_pair
def _softsign_gradient(gradient: Any, x: Any) -> Any:
    below = number(1, x) + abs(x)
    return gradient / (below * below)


def softsign_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return _back("softsign_gradient", _softsign_gradient, gradient, x, out)


@each
def _hard_sigmoid(x: Any) -> Any:
    y = x * number(1 / 6, x) + number(0.5, x)
    y = number(0, x) if y < 0 else y
    return number(1, x) if y > 1 else y


def hard_sigmoid(x: Any, out: Array | None = None) -> Array:
    return _unary("hard_sigmoid", _hard_sigmoid, x, out)


@each_pair
def _hard_sigmoid_gradient(gradient: Any, x: Any) -> Any:
    return number(0, x) if abs(x) >= 3 else gradient * number(1 / 6, x)


def hard_sigmoid_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return _back("hard_sigmoid_gradient", _hard_sigmoid_gradient, gradient, x, out)


@each
def _silu(x: Any) -> Any:
    return x * elementary.sigmoid(x)


def silu(x: Any, out: Array | None = None) -> Array:
    return _unary("silu", _silu, x, out)


@each_pair
def _silu_gradient(gradient: Any, x: Any) -> Any:
    s = elementary.sigmoid(x)
    return gradient * s * (number(1, x) + x * (number(1, x) - s))


def silu_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return _back("silu_gradient", _silu_gradient, gradient, x, out)


@device
def _tanh_of_softplus(x: Any) -> Any:
    # with e = exp(x): ((1 + e)² - 1) / ((1 + e)² + 1); from 20 on it is 1
    e = elementary.exp(x if x < number(20, x) else number(20, x))
    n = e * (e + number(2, x))
    return n / (n + number(2, x))


@each
def _mish(x: Any) -> Any:
    return x * _tanh_of_softplus(x)


def mish(x: Any, out: Array | None = None) -> Array:
    return _unary("mish", _mish, x, out)


@each_pair
def _mish_gradient(gradient: Any, x: Any) -> Any:
    t = _tanh_of_softplus(x)
    return gradient * (t + x * (number(1, x) - t * t) * elementary.sigmoid(x))


def mish_gradient(gradient: Any, x: Any, out: Array | None = None) -> Array:
    return _back("mish_gradient", _mish_gradient, gradient, x, out)


@each
def _gelu(x: Any) -> Any:
    return number(0.5, x) * x * (number(1, x) + elementary.erf(x * number(_ROOT_HALF, x)))


@each
def _gelu_by_tanh(x: Any) -> Any:
    z = number(_ROOT_2_OVER_PI, x) * (x + number(_CUBE, x) * x * x * x)
    return number(0.5, x) * x * (number(1, x) + elementary.tanh(z))


def gelu(x: Any, approximate: bool = False, out: Array | None = None) -> Array:
    return _unary("gelu", _gelu_by_tanh if approximate else _gelu, x, out)


@each_pair
def _gelu_gradient(gradient: Any, x: Any) -> Any:
    share = number(0.5, x) * (number(1, x) + elementary.erf(x * number(_ROOT_HALF, x)))
    density = number(_ROOT_2_OVER_PI / 2, x) * elementary.exp(number(-0.5, x) * x * x)
    return gradient * (share + x * density)


@each_pair
def _gelu_by_tanh_gradient(gradient: Any, x: Any) -> Any:
    t = elementary.tanh(number(_ROOT_2_OVER_PI, x) * (x + number(_CUBE, x) * x * x * x))
    inner = number(_ROOT_2_OVER_PI, x) * (number(1, x) + number(3 * _CUBE, x) * x * x)
    return gradient * number(0.5, x) * (number(1, x) + t + x * (number(1, x) - t * t) * inner)


def gelu_gradient(gradient: Any, x: Any, approximate: bool = False, out: Array | None = None) -> Array:
    launch = _gelu_by_tanh_gradient if approximate else _gelu_gradient
    return _back("gelu_gradient", launch, gradient, x, out)
