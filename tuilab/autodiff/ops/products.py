"""Products of matrices."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def matmul(a: TensorLike, b: TensorLike) -> Tensor:
    """The matrix product: (m, k) @ (k, n) -> (m, n)."""
    return apply("matmul", a, b)


def dense(x: TensorLike, w: TensorLike, b: TensorLike, activation: str = "linear") -> Tensor:
    """activation(x @ w + b) in one kernel; activation is linear, relu, sigmoid or tanh."""
    return apply("dense", x, w, b, activation=activation)
