"""Softmax and the losses on it: shift, exponentiate, sum, divide, and the logarithm."""

import numpy as np

from tuilab.kernels.explanation import Index, Source
from tuilab.kernels.reference.losses import CLIP
from tuilab.walk.done import Done
from tuilab.walk.lines import Array, Box, Cell, Line, Steps, Working, line_of, listed, plainly, step, written
from tuilab.walk.sums import Along, numbers_along

SHIFT = "the largest is taken off first, so that no exponential overflows"


def _shares(
    x: Array, own: int | None, sources: tuple[Source, ...]
) -> tuple[list[Line], list[Working], Array]:
    """The lines that shift, exponentiate and sum, their working, and the exponentials."""
    most = x.max()
    shifted = x - most
    powers = np.exp(shifted)
    total = powers.sum()
    working = [
        Working("x", x, 0, own),
        Working("x - max", shifted, 1, own),
        Working("e^(x - max)", powers, 2, own),
    ]
    if own is None:
        shift = step(f"x - {written(most)}", shifted.min(), SHIFT)
        power = step("e^(x - max)", powers.min(), "every one is between 0 and 1 now")
    else:
        shift = step(f"{written(x[own])} - {written(most)}", shifted[own], SHIFT, sources)
        power = step(f"e^{written(shifted[own])}", powers[own], "above 0, and at most 1")
    lines = [
        step(f"max({listed(x, ', ')})", most, "the largest of them"),
        shift,
        power,
        step(listed(powers), total, "the sum of the exponentials"),
    ]
    return lines, working, powers


def softmax(done: Done, output: int, index: Index, value: float) -> Cell:
    """Shift, exponentiate, sum, divide; or, for the logarithm, subtract the sum's."""
    x = done.inputs[0]
    axis = int(done.options["axis"]) % x.ndim
    own = index[axis]
    row = numbers_along(x, index[:axis], index[axis + 1 :]).astype(np.float64)
    lines, working, powers = _shares(row, own, (done.source(0, index),))
    total = powers.sum()
    if done.name == "softmax":
        lines.append(
            step(f"{written(powers[own])} / {written(total)}", powers[own] / total, "its share of the sum")
        )
        working.append(Working("/ sum", powers / total, 4, own))
    else:
        shifted = row - row.max()
        logarithm = np.log(total)
        text = f"{written(shifted[own])} - log {written(total)}"
        lines.append(step(text, shifted[own] - logarithm, "the logarithm of its share"))
        working.append(Working("- log sum", shifted - logarithm, 4, own))
    return Steps(output, index, value, lines, working, boxes=(line_of(0, x.shape, index, axis),))


def logsumexp(done: Done, output: int, index: Index, value: float) -> Cell:
    """Shift, exponentiate, sum, the logarithm, and the shift again."""
    along = Along(done, index)
    row = along.numbers.astype(np.float64)
    lines, working, powers = _shares(row, None, ())
    most, total = row.max(), powers.sum()
    text = f"{written(most)} + log {written(total)}"
    lines.append(step(text, most + np.log(total), "what was taken off comes back"))
    return Steps(output, index, value, lines, working, boxes=(along.box,))


def loss_of_logits(done: Done, output: int, index: Index, value: float) -> Cell:
    """The share of the right class by softmax, and minus its logarithm."""
    logits, targets = done.inputs
    (sample,) = index
    row = logits[sample].astype(np.float64)
    sparse = targets.ndim == 1
    own = int(targets[sample]) if sparse else None
    taken = (done.source(0, (sample, own)),) if own is not None else ()
    lines, working, powers = _shares(row, own, taken)
    total = powers.sum()
    shares = powers / total
    boxes = [line_of(0, logits.shape, (sample, 0), 1)]
    if own is not None:
        boxes.append(Box(1, (range(sample, sample + 1),)))
        working.append(Working("/ sum", shares, 4, own))
        lines.append(
            step(f"{written(powers[own])} / {written(total)}", shares[own], f"the share of class {own}")
        )
        lines.append(
            step(f"-log {plainly(shares[own])}", value, "little where the right class has a large share")
        )
    else:
        boxes.append(line_of(1, targets.shape, (sample, 0), 1))
        logs = row - row.max() - np.log(total)
        working += [Working("log(/ sum)", logs, 4), Working("target", targets[sample].astype(float), 5)]
        lines.append(step(f"x - max - log {written(total)}", logs.max(), "the logarithm of each share"))
        products = [f"{written(t)}·{written(log)}" for t, log in zip(targets[sample], logs, strict=True)]
        lines.append(step(_minus_sum(products), value, "weighted by the targets"))
    return Steps(output, index, value, lines, working, boxes=tuple(boxes))


def loss_of_probabilities(done: Done, output: int, index: Index, value: float) -> Cell:
    """Each probability's share, its logarithm, weighted by the targets."""
    given, targets = done.inputs
    (sample,) = index
    p = given[sample].astype(np.float64)
    total = p.sum()
    logs = np.log(np.clip(p / total, CLIP, 1 - CLIP))
    working = [
        Working("p", p, 0),
        Working("p / sum", p / total, 1),
        Working("log", logs, 2),
        Working("target", targets[sample].astype(float), 3),
    ]
    products = [f"{written(t)}·{written(log)}" for t, log in zip(targets[sample], logs, strict=True)]
    lines = [
        step(listed(p), total, "the sum of the probabilities"),
        step(f"p / {written(total)}", (p / total).max(), "each by the sum, so that they are shares"),
        step("log(p / sum)", logs.max(), "the logarithm of each: 0 for 1, far below for little"),
        step(_minus_sum(products), value, "weighted by the targets"),
    ]
    boxes = tuple(line_of(number, given.shape, (sample, 0), 1) for number in range(2))
    return Steps(output, index, value, lines, working, boxes=boxes)


def _minus_sum(products: list[str]) -> str:
    if len(products) > 5:
        products = [*products[:3], "…", products[-1]]
    return f"-({' + '.join(products)})"
