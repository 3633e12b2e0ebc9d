"""Recurrent cells, gate by gate: the sums before each gate, the gates, and what they let through."""

import math
from dataclasses import dataclass

import numpy as np

from tuilab.kernels.explanation import OUTER, Index
from tuilab.walk.done import Done
from tuilab.walk.lines import Array, Box, Cell, Line, Steps, Working, step, written

HEADS = ("x·w", "h·u", "b", "sum", "gate")
GATES = {
    "i": "input gate: how much of the new is written",
    "f": "forget gate: how much of the old is kept",
    "g": "candidate: what is new",
    "o": "output gate: how much is shown",
    "z": "update gate: how much of the old stays",
    "r": "reset gate: how much of the old the candidate sees",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One unit of one sample at one step: what comes in, and the state before."""

    sample: int
    t: int
    unit: int
    units: int
    x: Array
    h: Array
    boxes: tuple[Box, ...]


def _moment(done: Done, index: Index) -> Moment | None:
    """None where the sequence has no steps, so that the state is the first one."""
    x, h0, weights = done.inputs[0], done.inputs[1], done.inputs[-3]
    single = x.ndim == 2
    sample, unit, last = index[0], index[-1], x.shape[1] - 1
    if not single and last < 0:
        return None
    t = 0 if single else index[1] if len(index) == 3 else last
    units = h0.shape[1]
    state = h0[sample] if t == 0 else done.outputs[0][sample, t - 1]
    columns = range(unit, weights.shape[1], units)
    first = len(done.inputs) - 3
    start = (range(sample, sample + 1),) if single else (range(sample, sample + 1), range(t, t + 1))
    boxes = [
        Box(0, (*start, range(x.shape[-1]))),
        Box(first, (range(weights.shape[0]), columns)),
        Box(first + 1, (range(units), columns)),
        Box(first + 2, (*[range(2)] * (done.inputs[-1].ndim - 1), columns)),
    ]
    if t == 0:
        boxes += [
            Box(number, (range(sample, sample + 1), range(units) if number == 1 else range(unit, unit + 1)))
            for number in range(1, first)
        ]
    seen = x[sample] if single else x[sample, t]
    return Moment(sample, t, unit, units, seen.astype(float), state.astype(float), tuple(boxes))


def _first_state(done: Done, output: int, index: Index, value: float) -> Cell:
    own = done.source(output, index)
    text = f"{done.names[output]}[{', '.join(map(str, index))}]"
    return Steps(output, index, value, [step(text, own.value, "no step: the state as it was", (own,))])


class _Gates:
    """The lines of one unit's gates, as they are written down one after the other."""

    def __init__(self, done: Done, moment: Moment) -> None:
        self.done, self.moment = done, moment
        self.w, self.u, self.b = (one.astype(float) for one in done.inputs[-3:])
        self.lines: list[Line] = []
        self.working: list[Working] = []

    def sums(self, gate: int) -> tuple[float, float, float]:
        """What x, h and the bias give to a gate."""
        column = gate * self.moment.units + self.moment.unit
        biases = self.b[..., column]
        return (
            float(self.moment.x @ self.w[:, column]),
            float(self.moment.h @ self.u[:, column]),
            float(np.sum(biases)),
        )

    def gate(self, name: str, gate: int, outer: str) -> float:
        """Write a gate down; its value."""
        from_x, from_h, bias = self.sums(gate)
        z = from_x + from_h + bias
        value = OUTER[outer](z)
        text = f"{outer}({written(from_x)} + {written(from_h)} + {written(bias)})"
        self.add(name, text, value, GATES.get(name, ""), (from_x, from_h, bias, z, value))
        return value

    def add(self, name: str, text: str, value: float, says: str, numbers: tuple[float, ...]) -> None:
        """Write a line down, and its numbers under `HEADS`."""
        label = f"{name} = {text}" if name else text
        self.working.append(Working(name, np.array(numbers), len(self.lines), len(numbers) - 1))
        self.lines.append(step(label, value, says))

    def line(self, text: str, value: float, says: str) -> None:
        """Write down what the gates let through."""
        self.lines.append(step(text, value, says))

    def cell(self, output: int, index: Index, value: float) -> Cell:
        return Steps(output, index, value, self.lines, self.working, HEADS, self.moment.boxes)


def simple(done: Done, output: int, index: Index, value: float) -> Cell:
    """y = activation(x w + h u + b)."""
    moment = _moment(done, index)
    if moment is None:
        return _first_state(done, 1, index, value)
    gates = _Gates(done, moment)
    outer = str(done.options["activation"])
    from_x, from_h, bias = gates.sums(0)
    z = from_x + from_h + bias
    text = f"{written(from_x)} + {written(from_h)} + {written(bias)}"
    gates.add("y", text, z, "from the input, from the state before, the bias", (from_x, from_h, bias, z))
    gates.line(f"{outer}({written(z)})", value, "the new state")
    return gates.cell(output, index, value)


def lstm(done: Done, output: int, index: Index, value: float) -> Cell:
    """i, f, g, o; cell = f · cell before + i · g; y = o · tanh(cell)."""
    moment = _moment(done, index)
    single = done.inputs[0].ndim == 2
    is_cell = output == (1 if single else 2)
    if moment is None:
        return _first_state(done, 2 if is_cell else 1, index, value)
    gates = _Gates(done, moment)
    i, f, g = (gates.gate(name, place, outer) for place, (name, outer) in enumerate(_LSTM[:3]))
    before = done.inputs[2][moment.sample] if moment.t == 0 else done.outputs[4][moment.sample, moment.t - 1]
    c = float(before[moment.unit])
    cell = f * c + i * g
    o = None if is_cell else gates.gate("o", 3, "sigmoid")
    text = f"{written(f)} · {written(c)} + {written(i)} · {written(g)}"
    gates.line(
        text if is_cell else f"cell = {text}", cell, "what is kept of the old cell, and what is written"
    )
    if o is not None:
        gates.line(f"{written(o)} · tanh({written(cell)})", o * math.tanh(cell), "what the cell shows")
    return gates.cell(output, index, value)


_LSTM = (("i", "sigmoid"), ("f", "sigmoid"), ("g", "tanh"), ("o", "sigmoid"))


def gru(done: Done, output: int, index: Index, value: float) -> Cell:
    """z, r, the candidate g, and y = z · y before + (1 - z) · g."""
    moment = _moment(done, index)
    if moment is None:
        return _first_state(done, 1, index, value)
    gates = _Gates(done, moment)
    z, r = gates.gate("z", 0, "sigmoid"), gates.gate("r", 1, "sigmoid")
    column = 2 * moment.units + moment.unit
    from_x = float(moment.x @ gates.w[:, column] + gates.b[0, column])
    recalled = float(moment.h @ gates.u[:, column] + gates.b[1, column])
    g = math.tanh(from_x + r * recalled)
    text = f"g = tanh({written(from_x)} + {written(r)} · {written(recalled)})"
    gates.line(text, g, GATES["g"])
    before = float(moment.h[moment.unit])
    text = f"{written(z)} · {written(before)} + (1 - {written(z)}) · {written(g)}"
    gates.line(text, z * before + (1 - z) * g, "what stays of the old, and what is new")
    return gates.cell(output, index, value)
