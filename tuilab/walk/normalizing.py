"""Variance, and the normalizations on it: mean, deviations, their squares, and what is divided by what."""

import math

import numpy as np

from tuilab.kernels.explanation import Index
from tuilab.walk.done import Done
from tuilab.walk.lines import Array, Box, Cell, Line, Steps, Working, line_of, listed, step, written
from tuilab.walk.sums import Along


def _deviations(x: Array, own: int | None) -> tuple[list[Line], list[Working], float, float]:
    """The lines to the sum of squares, their working, the mean and that sum."""
    mean = float(x.mean()) if x.size else math.nan
    away = x - mean
    squares = away**2
    total = float(squares.sum())
    working = [
        Working("x", x, 0, own),
        Working("x - mean", away, 1, own),
        Working("squared", squares, 2, own),
    ]
    one = own if own is not None else 0
    lines = [
        step(f"({listed(x)}) / {x.size:,}", mean, "the mean"),
        step(
            f"{written(x[one])} - {written(mean)}" if own is not None else f"x - {written(mean)}",
            away[one] if x.size else mean,
            "how far each is from the mean",
        ),
        step(listed(squares), total, "the squares of that, added up"),
    ]
    return lines, working, mean, total


def spread(done: Done, output: int, index: Index, value: float) -> Cell:
    """Variance, and its root where it is the standard deviation."""
    along = Along(done, index)
    x = along.numbers.astype(np.float64)
    lines, working, _, total = _deviations(x, None)
    count = x.size - int(done.options["correction"])
    variance = total / count if count else math.nan
    lines.append(step(f"{written(total)} / {count:,}", variance, "the variance"))
    if done.name == "std":
        lines.append(step(f"√{written(variance)}", math.sqrt(variance), "its root"))
    return Steps(output, index, value, lines, working, boxes=(along.box,))


def batch_norm(done: Done, output: int, index: Index, value: float) -> Cell:
    """A number with all those of its channel; the channel's mean; its variance."""
    x = done.inputs[0]
    channel = index[-1]
    column = x[..., channel].reshape(-1).astype(np.float64)
    box = Box(0, (*(range(size) for size in x.shape[:-1]), range(channel, channel + 1)))
    if output == 0:
        own = int(np.ravel_multi_index(index[:-1], x.shape[:-1])) if x.ndim > 1 else 0
        return _normalized(done, index, value, column, own, box)
    lines, working, _, total = _deviations(column, None)
    if output == 1:
        return Steps(output, index, value, lines[:1], working[:1], boxes=(box,))
    lines.append(step(f"{written(total)} / {column.size:,}", total / column.size, "the variance"))
    return Steps(output, index, value, lines, working, boxes=(box,))


def layer_norm(done: Done, output: int, index: Index, value: float) -> Cell:
    """A number with all features of its sample."""
    x = done.inputs[0]
    row = x[index[:-1]].astype(np.float64)
    box = line_of(0, x.shape, index, x.ndim - 1)
    return _normalized(done, index, value, row, index[-1], box)


def _normalized(done: Done, index: Index, value: float, x: Array, own: int, box: Box) -> Cell:
    lines, working, mean, total = _deviations(x, own)
    epsilon = float(done.options["epsilon"])
    variance = total / x.size
    normal = (x - mean) / math.sqrt(variance + epsilon)
    feature = index[-1:]
    gamma, beta = done.source(1, feature), done.source(2, feature)
    away = x[own] - mean
    lines += [
        step(f"{written(total)} / {x.size:,}", variance, "the variance"),
        step(
            f"{written(away)} / √({written(variance)} + {epsilon:.4g})",
            normal[own],
            "by the standard deviation: mean 0 and spread 1",
        ),
        step(
            f"{written(gamma.value)} · {written(normal[own])} + {written(beta.value)}",
            gamma.value * normal[own] + beta.value,
            "gamma and beta, which are learned",
            (gamma, beta),
        ),
    ]
    working.append(Working("/ std", normal, 4, own))
    boxes = (box, *(Box(number, (range(feature[0], feature[0] + 1),)) for number in (1, 2)))
    return Steps(0, index, value, lines, working, boxes=boxes)
