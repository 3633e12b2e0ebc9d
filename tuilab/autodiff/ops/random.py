"""Dropout."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply


def dropout(x: TensorLike, seed: TensorLike, step: TensorLike, rate: float = 0.5) -> Tensor:
    """x with each number made 0 with probability `rate`, and the others divided by 1 - rate.

    Which ones is a function of `seed` and `step`, whole numbers, and of the place in x: the same again for
    the same, whatever the threads, and others in the next step.
    """
    return apply("dropout", x, seed, step, rate=rate)
