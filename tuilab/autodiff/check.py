"""Gradients held against finite differences.

The central difference (f(x + h) - f(x - h)) / 2h differs from f'(x) by h² f'''/6 and by rounding of about
ε|f|/h; in float64 with h = 1e-6 both leave nine or so correct digits. In float32 it is of no use: check
in float64.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff.tape import Tape
from tuilab.autodiff.tensor import Tensor, apply
from tuilab.errors import TuilabError

Array = npt.NDArray[Any]


def finite_differences(
    function: Callable[..., Tensor], inputs: Sequence[Tensor], step: float = 1e-6
) -> list[Array]:
    """The gradient of the sum of `function(*inputs)` by each input, one central difference an element."""
    answer = []
    for one in inputs:
        if one.dtype != np.float64:
            raise TuilabError(f"Finite differences need float64 tensors. {one.name or 'One'} is {one.dtype}.")
        gradient = np.empty(one.shape)
        for index in np.ndindex(one.shape):
            saved = one.data[index]
            one.data[index] = saved + step
            above = function(*inputs).data.sum()
            one.data[index] = saved - step
            below = function(*inputs).data.sum()
            one.data[index] = saved
            gradient[index] = (above - below) / (2 * step)
        answer.append(gradient)
    return answer


def check_gradient(
    function: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    step: float = 1e-6,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> None:
    """Raise AssertionError unless the tape's gradient agrees with finite differences for every input.

    The outputs are weighted by random numbers first: the plain sum hides mistakes that cancel, such as the
    gradient of softmax, whose outputs always sum to 1. Errors are measured against the larger of 1 and
    the gradient's largest element.
    """
    weights = np.random.default_rng(seed).uniform(0.5, 1.5, function(*inputs).shape)

    def weighted(*tensors: Tensor) -> Tensor:
        return apply("multiply", function(*tensors), Tensor(weights))

    with Tape() as tape:
        target = weighted(*inputs)
    found = tape.gradient(target, list(inputs))
    expected = finite_differences(weighted, inputs, step)
    for number, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        error = np.abs(ours - theirs)
        scale = max(1.0, float(np.abs(theirs).max(initial=0)))
        if not np.all(error <= tolerance * scale):
            index = np.unravel_index(np.argmax(np.where(np.isnan(error), np.inf, error)), error.shape)
            raise AssertionError(
                f"input {number}, element {tuple(int(i) for i in index)}: the tape gives {ours[index]!r}, "
                f"finite differences {theirs[index]!r}"
            )
