"""Where an element of a normalization's output came from: itself, and all that it is normalized with."""

import itertools
from collections.abc import Mapping
from typing import Any

from tuilab.kernels.explanation import Arrays, Explanation, Index, each, source

_NORMAL = "({{0}} - mean({all})) / sqrt(variance({all}) + {epsilon:.4g}) · {{1}} + {{2}}"


def batch_normalized(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """A number with all those of its channel; the channel's mean; its variance."""
    leading = itertools.product(*(range(size) for size in inputs[0].shape[:-1]))
    channel = [source(inputs, 0, (*place, index[-1])) for place in leading]
    if output == 1:
        return Explanation(each(channel), "mean")
    if output == 2:
        return Explanation(each(channel), "function", formula=f"variance({_listed(0, len(channel))})")
    return _normalized(index, inputs, channel, {**row.options, **options}["epsilon"])


def layer_normalized(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """A number with all features of its sample."""
    features = [source(inputs, 0, (*index[:-1], place)) for place in range(inputs[0].shape[-1])]
    return _normalized(index, inputs, features, {**row.options, **options}["epsilon"])


def _normalized(index: Index, inputs: Arrays, together: list[Any], epsilon: float) -> Explanation:
    own = [source(inputs, number, index) for number in range(3)]
    formula = _NORMAL.format(all=_listed(3, len(together)), epsilon=epsilon)
    return Explanation(each([*own, *together]), "function", formula=formula)


def _listed(begin: int, count: int) -> str:
    return ", ".join(f"{{{number}}}" for number in range(begin, begin + count))
