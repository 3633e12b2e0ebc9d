"""The chain rule at a single element, written out in factors."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tuilab.kernels.explanation import Arrays, Explanation, Index, Source, Term

MOST_TERMS = 1000
STEP = 1e-5


def local_derivatives(
    row: Any,
    number: int,
    index: Index,
    inputs: Arrays,
    flows: Arrays,
    options: Mapping[str, Any],
    most: int = MOST_TERMS,
) -> Explanation:
    """The chain rule at one element x of input `number`: dL/dx = Σ dL/dy · dy/dx, over all outputs' elements.

    Each dy/dx is a central finite difference of the reference in float64, so this holds for every operation,
    and checks its gradient by other means. The sources are elements of `flows`. Of more than `most` terms
    those that count least are one; where nothing comes through, a factor of 0 is there to be seen.
    """
    wide = [one.astype(np.float64) if one.dtype.kind == "f" else one for one in inputs]
    size = STEP * max(1.0, abs(float(wide[number][index])))
    ends = []
    for sign in (1, -1):
        moved_a_bit = wide[number].copy()
        moved_a_bit[index] += sign * size
        results = row.reference(*wide[:number], moved_a_bit, *wide[number + 1 :], **options)
        ends.append(results if isinstance(results, tuple) else (results,))
    terms = []
    for output, flow in enumerate(flows):
        slope = (np.asarray(ends[0][output]) - np.asarray(ends[1][output])) / (2 * size)
        for place in np.argwhere(slope):
            own = tuple(int(one) for one in place)
            terms.append(Term((Source(output, own, float(flow[own])),), float(slope[own])))
    if not terms and (own_output := _own_place(flows[0].shape, inputs[number].shape, index)) is not None:
        terms.append(Term((Source(0, own_output, float(flows[0][own_output])),), 0.0))
    if len(terms) > most:
        terms.sort(key=lambda term: -abs(term.value))
        terms[most - 1 :] = [Term((), math.fsum(term.value for term in terms[most - 1 :]))]
    return Explanation(tuple(terms))


def _own_place(output: Index, given: Index, index: Index) -> Index | None:
    """The output's element that an element of an input would reach where the slope is 0; None for several."""
    if output == given:
        return index
    return (0,) * len(output) if math.prod(output) == 1 else None
