"""ONNX's optimizers (its preview of training): each takes several parameters at once.

Theirs add a part of the parameter to the gradient first (`norm_coefficient`); that is done with ours' plain
arithmetic, and the step itself with the optimizer's kernel.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab import Tensor
from tuilab.autodiff.tensor import apply_all

from .cases import Node


def _regularized(node: Node, x: Tensor, g: Tensor) -> Tensor:
    return g + x * node.get("norm_coefficient", 0.0)


def _each(step: Callable[..., tuple[Tensor, ...]], slots: int) -> Callable[..., tuple[Tensor, ...]]:
    """Parameters come as X1, X2, …, G1, G2, …, then the slots of each; the answers in the same order."""

    def of_all(node: Node, rate: Tensor, count: Tensor, *arrays: Tensor) -> tuple[Tensor, ...]:
        groups = len(arrays) // (2 + slots)
        answers = [
            step(node, float(rate.data), int(count.data), *arrays[number::groups]) for number in range(groups)
        ]
        return tuple(one for kind in zip(*answers, strict=True) for one in kind)

    return of_all


def _momentum(node: Node, rate: float, count: int, x: Tensor, g: Tensor, v: Tensor) -> tuple[Tensor, ...]:
    """Theirs is v ← α v + β g, x ← x - η v; ours v ← α v - η g, x ← x + v: v times -η, with β g for g."""
    alpha, beta = node.get("alpha"), node.get("beta") if count > 0 else 1.0
    g = _regularized(node, x, g) * beta
    nesterov = node.get("mode") == "nesterov"
    x, v = apply_all("momentum", x, g, v * -rate, learning_rate=rate, momentum=alpha, nesterov=nesterov)
    return x, v / -rate


def _adam(
    node: Node, rate: float, count: int, x: Tensor, g: Tensor, m: Tensor, v: Tensor
) -> tuple[Tensor, ...]:
    """At step 0 theirs corrects no bias; a late step of ours, long after β^t is 0, corrects none either."""
    x, m, v = apply_all(
        "adam",
        x,
        _regularized(node, x, g),
        m,
        v,
        step=count or 10**6,
        learning_rate=rate,
        beta_1=node.get("alpha"),
        beta_2=node.get("beta"),
        epsilon=node.get("epsilon"),
    )
    return x * (1 - node.get("norm_coefficient_post", 0.0)), m, v


def _adagrad(node: Node, rate: float, count: int, x: Tensor, g: Tensor, h: Tensor) -> tuple[Tensor, ...]:
    rate = float(np.float32(rate / (1 + count * node.get("decay_factor", 0.0))))
    return apply_all(
        "adagrad", x, _regularized(node, x, g), h, learning_rate=rate, epsilon=node.get("epsilon")
    )


OPERATORS: dict[str, Any] = {
    "Adagrad": _each(_adagrad, 1),
    "Adam": _each(_adam, 2),
    "Momentum": _each(_momentum, 1),
}
