"""The logarithm of sums of exp, along axes."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.extremes import max as largest
from tuilab.kernels.reference.sums import sum as summed
from tuilab.kernels.reference.sums import sum_gradient

Array = Any
Axis = int | tuple[int, ...] | None


def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    xp = array_namespace(x)
    most = largest(x, axis, keepdims=True)
    shift = xp.where(xp.abs(most) == xp.inf, xp.zeros_like(most), most)  # infinity less infinity is no number
    total = summed(xp.exp(x - shift), axis, keepdims)
    return xp.log(total) + xp.reshape(shift, total.shape)


def logsumexp_gradient(
    gradient: Array, output: Array, x: Array, axis: Axis = None, keepdims: bool = False
) -> Array:
    xp = array_namespace(x)
    share = xp.exp(x - sum_gradient(output, x, axis, keepdims))
    return sum_gradient(gradient, x, axis, keepdims) * share
