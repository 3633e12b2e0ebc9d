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
    those that count least are one.
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
    if len(terms) > most:
        terms.sort(key=lambda term: -abs(term.value))
        terms[most - 1 :] = [Term((), math.fsum(term.value for term in terms[most - 1 :]))]
    return Explanation(tuple(terms))
