"""Where an element of a reduction's output came from, where it is no plain sum, mean, largest or smallest."""

from collections.abc import Mapping
from typing import Any

from tuilab.kernels.explanation import Arrays, Explanation, Index, Term, along, each, source


def multiplied_along(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """The product of all elements along the option `axis`."""
    known = {**row.options, **options}
    places = along(inputs[0].shape, known["axis"], index, bool(known["keepdims"]))
    return Explanation((Term(tuple(source(inputs, 0, place) for place in places)),))


def added_until(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """The sum of the elements up to the output's own along the option `axis`."""
    axis = int({**row.options, **options}["axis"]) % len(index)
    places = [(*index[:axis], place, *index[axis + 1 :]) for place in range(index[axis] + 1)]
    return Explanation(each([source(inputs, 0, place) for place in places]))
