"""The operations on tensors, as `tuilab.ops`. Each is a row of the catalogue, which has its formula.

Inputs may be tensors, arrays or numbers; the result is a `Tensor`, recorded on the tapes that are
running. Shapes that do not fit raise `ShapeError` with what was given and what is needed.
"""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply

Axis = int | tuple[int, ...] | None


def add(a: TensorLike, b: TensorLike) -> Tensor:
    """a + b, element by element, broadcast by NumPy's rules."""
    return apply("add", a, b)


def subtract(a: TensorLike, b: TensorLike) -> Tensor:
    """a - b, element by element, broadcast by NumPy's rules."""
    return apply("subtract", a, b)


def multiply(a: TensorLike, b: TensorLike) -> Tensor:
    """a · b, element by element, broadcast by NumPy's rules."""
    return apply("multiply", a, b)


def divide(a: TensorLike, b: TensorLike) -> Tensor:
    """a / b, element by element, broadcast by NumPy's rules."""
    return apply("divide", a, b)


def negative(x: TensorLike) -> Tensor:
    """-x."""
    return apply("negative", x)


def power(x: TensorLike, exponent: float) -> Tensor:
    """x to the power of a plain number."""
    return apply("power", x, exponent=exponent)


def square(x: TensorLike) -> Tensor:
    """x²."""
    return apply("power", x, exponent=2)


def exp(x: TensorLike) -> Tensor:
    """e to the power of x."""
    return apply("exp", x)


def log(x: TensorLike) -> Tensor:
    """The natural logarithm of x."""
    return apply("log", x)


def relu(x: TensorLike) -> Tensor:
    """max(x, 0). Its gradient at 0 is taken as 0."""
    return apply("relu", x)


def sigmoid(x: TensorLike) -> Tensor:
    """1 / (1 + exp(-x))."""
    return _with_logits("sigmoid", x)


def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent of x."""
    return apply("tanh", x)


def rescale(x: TensorLike, scale: float, offset: float = 0.0) -> Tensor:
    """scale · x + offset; whole numbers become float32."""
    return apply("rescale", x, scale=scale, offset=offset)


def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The sum along `axis` (all of x where None)."""
    return apply("sum", x, axis=axis, keepdims=keepdims)


def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along `axis` (all of x where None)."""
    return apply("mean", x, axis=axis, keepdims=keepdims)


def max(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The largest along `axis` (all of x where None). Its gradient is shared by ties in equal parts."""
    return apply("max", x, axis=axis, keepdims=keepdims)


def broadcast_to(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """x repeated along new axes and axes of size 1 until it has `shape`."""
    return apply("broadcast_to", x, shape=tuple(shape))


def reshape(x: TensorLike, shape: tuple[int, ...]) -> Tensor:
    """The same elements in another shape; one size may be -1, for what is left."""
    return apply("reshape", x, shape=tuple(shape))


def transpose(x: TensorLike) -> Tensor:
    """x with its axes in reverse order."""
    return apply("transpose", x)


def matmul(a: TensorLike, b: TensorLike) -> Tensor:
    """The matrix product: (m, k) @ (k, n) -> (m, n)."""
    return apply("matmul", a, b)


def dense(x: TensorLike, w: TensorLike, b: TensorLike, activation: str = "linear") -> Tensor:
    """activation(x @ w + b) in one kernel; activation is linear, relu, sigmoid or tanh."""
    return apply("dense", x, w, b, activation=activation)


def softmax(x: TensorLike) -> Tensor:
    """exp(x) / Σ exp(x) along the last axis: positive numbers that sum to 1."""
    return _with_logits("softmax", x)


def softmax_cross_entropy(logits: TensorLike, targets: TensorLike) -> Tensor:
    """-Σ targets · log softmax(logits), a number a sample: (batch, classes), (batch, classes) -> (batch,)."""
    return apply("softmax_cross_entropy", logits, targets)


def sparse_softmax_cross_entropy(logits: TensorLike, labels: TensorLike) -> Tensor:
    """-log softmax(logits)[label], a number a sample: (batch, classes), (batch,) -> (batch,)."""
    return apply("sparse_softmax_cross_entropy", logits, labels)


def cross_entropy(probabilities: TensorLike, targets: TensorLike) -> Tensor:
    """-Σ targets · log probabilities, a number a sample; the probabilities are made to sum to 1 first."""
    return apply("cross_entropy", probabilities, targets)


def binary_cross_entropy(probabilities: TensorLike, targets: TensorLike) -> Tensor:
    """-t log p - (1 - t) log(1 - p), element by element."""
    return apply("binary_cross_entropy", probabilities, targets)


def sigmoid_cross_entropy(logits: TensorLike, targets: TensorLike) -> Tensor:
    """The binary cross-entropy of sigmoid(logits), element by element, exact where sigmoid is near 0 or 1."""
    return apply("sigmoid_cross_entropy", logits, targets)


def _with_logits(activation: str, x: TensorLike) -> Tensor:
    output = apply(activation, x)
    if isinstance(x, Tensor):
        output._logits = activation, x
    return output
