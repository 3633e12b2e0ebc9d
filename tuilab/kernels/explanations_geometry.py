"""Where a pixel of a moved image came from: the four pixels around the place that the map sends it to."""

import math
from collections.abc import Mapping
from typing import Any

from tuilab.kernels.explanation import Arrays, Explanation, Index, Term, each, source


def sampled(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """The pixels around, each times what it counts; matrix and offset say where that is."""
    x, matrix, offset = inputs
    n, r, c, channel = index
    _, height, width, _ = x.shape
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    u, v = c - middle_column, r - middle_row
    down = float(matrix[n, 1, 0] * u + matrix[n, 1, 1] * v + offset[n, 1] + middle_row)
    across = float(matrix[n, 0, 0] * u + matrix[n, 0, 1] * v + offset[n, 0] + middle_column)
    pixels = [
        Term((source(inputs, 0, (n, i, j, channel)),), (1 - abs(down - i)) * (1 - abs(across - j)))
        for i in (math.floor(down), math.floor(down) + 1)
        for j in (math.floor(across), math.floor(across) + 1)
        if 0 <= i < height and 0 <= j < width
    ]
    entries = [source(inputs, 1, (n, i, j)) for i in range(2) for j in range(2)]
    entries += [source(inputs, 2, (n, i)) for i in range(2)]
    written = " + ".join(f"{{{number}}}" for number in range(len(pixels))) or "0"
    formula = f"{written}, around row {down:.4g}, column {across:.4g}"
    return Explanation((*pixels, *each(entries)), "function", formula=formula)
