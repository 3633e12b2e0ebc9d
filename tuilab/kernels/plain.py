"""A few kernels in plain Python, on numbers and lists of numbers: nothing is hidden, and nothing is fast.

They stand beside the others in a lesson, to be read first. A kernel that has none here is read as array code.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Vector = Sequence[float]
Row = Callable[[Vector], list[float]]
Nested = Any
"""A number, or a list of nested ones."""


def each(function: Callable[[float], float], x: Nested) -> Nested:
    if isinstance(x, list):
        return [each(function, one) for one in x]
    return function(x)


def along_rows(function: Row, x: Nested) -> Nested:
    if x and isinstance(x[0], list):
        return [along_rows(function, one) for one in x]
    return function(x)


def relu(x: Nested) -> Nested:
    return each(lambda number: number if number > 0 else 0.0, x)


def sigmoid(x: Nested) -> Nested:
    def of(number: float) -> float:
        if number >= 0:
            return 1 / (1 + math.exp(-number))
        power = math.exp(number)  # the same, where exp(-number) would be too large
        return power / (1 + power)

    return each(of, x)


def tanh(x: Nested) -> Nested:
    return each(math.tanh, x)


def exp(x: Nested) -> Nested:
    return each(math.exp, x)


def negative(x: Nested) -> Nested:
    return each(lambda number: -number, x)


def softmax(x: Nested) -> Nested:
    def of(row: Vector) -> list[float]:
        largest = max(row)
        powers = [math.exp(number - largest) for number in row]
        total = sum(powers)
        return [power / total for power in powers]

    return along_rows(of, x)


def log_softmax(x: Nested) -> Nested:
    def of(row: Vector) -> list[float]:
        largest = max(row)
        total = sum(math.exp(number - largest) for number in row)
        return [number - largest - math.log(total) for number in row]

    return along_rows(of, x)


def matmul(a: Sequence[Vector], b: Sequence[Vector]) -> list[list[float]]:
    rows, inner, columns = len(a), len(b), len(b[0])
    c = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += a[i][k] * b[k][j]
            c[i][j] = total
    return c


PLAIN: Mapping[str, Callable[..., Nested]] = {
    function.__name__: function
    for function in (relu, sigmoid, tanh, exp, negative, softmax, log_softmax, matmul)
}
"""By the name of the catalogue's row. They take the row's arrays as lists, and none of its options."""
