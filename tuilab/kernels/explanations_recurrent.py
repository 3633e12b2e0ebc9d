"""Where an element of a recurrent layer's output came from: its gates, with their values, and their sums.

In the first step every gate is a sum of products of inputs, and is explained as such. In a later one the
state it begins with was computed on the way, so the arithmetic shows that state's value, and the sources are
all that it was computed from.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tuilab.kernels.explanation import Arrays, Explanation, Index, Source, Term, each
from tuilab.kernels.reference.gru import gru, gru_step
from tuilab.kernels.reference.lstm import lstm, lstm_step
from tuilab.kernels.reference.simple_rnn import simple_rnn

SEQUENCE, STATE, GATES = "sequence", "state", "gates"


def simple_rnn_explained(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """y = activation(x w + h u + b)."""
    if _no_step(inputs):
        return Explanation(each([_source(inputs, output, index)]))
    sample, t, unit = _place(inputs, index, STATE if output or inputs[0].ndim == 2 else SEQUENCE)
    activation = str({**row.options, **options}["activation"])
    if t == 0:
        return _sum(inputs, sample, unit, unit, ((0,), (1,)), "" if activation == "linear" else activation)
    x, w, u, b = inputs[0][[sample]], *inputs[-3:]
    h = simple_rnn(x[:, :t], inputs[1][[sample]], w, u, b, activation)[1]
    z = (x[:, t] @ w + h @ u + b)[0, unit]
    return _function(inputs, sample, t, unit, f"{activation}({_number(z)})")


def lstm_explained(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """cell = f · cell before + i · g, y = o · tanh(cell), and the gates."""
    if _no_step(inputs):
        return Explanation(each([_source(inputs, output, index)]))
    single = inputs[0].ndim == 2
    kinds = ("h", "c", "gate") if single else ("h", "h", "c", "gate", "c")
    where = (STATE, STATE, GATES) if single else (SEQUENCE, STATE, STATE, GATES, SEQUENCE)
    sample, t, *gate, unit = _place(inputs, index, where[output])
    (x, h, c), weights = (_of_sample(inputs, sample)), inputs[-3:]
    if t:
        _, h, c, _, _ = lstm(x[:, :t], h, c, *weights)
    new_h, new_c, gates = lstm_step(x[:, t], h, c, *weights)
    i, f, g, o = (_number(one) for one in gates[0, :, unit])
    if kinds[output] == "h":
        return _function(inputs, sample, t, unit, f"{o} · tanh({_number(new_c[0, unit])})")
    if kinds[output] == "c":
        return _function(inputs, sample, t, unit, f"{f} · {_number(c[0, unit])} + {i} · {g}")
    name = "tanh" if gate[0] == 2 else "sigmoid"
    if t == 0:
        return _sum(inputs, sample, unit, gate[0] * new_h.shape[1] + unit, ((0,), (1,)), name)
    z = _before_gate(x[:, t], h, weights)[gate[0] * new_h.shape[1] + unit]
    return _function(inputs, sample, t, unit, f"{name}({_number(z)})")


def gru_explained(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """y = z · y before + (1 - z) · g, and the gates; r works on what g takes from y before."""
    if _no_step(inputs):
        return Explanation(each([_source(inputs, output, index)]))
    single = inputs[0].ndim == 2
    where = (STATE, GATES) if single else (SEQUENCE, STATE, GATES)
    sample, t, *gate, unit = _place(inputs, index, where[output])
    (x, h), weights = _of_sample(inputs, sample), inputs[-3:]
    if t:
        _, h, _ = gru(x[:, :t], h, *weights)
    _, gates = gru_step(x[:, t], h, *weights)
    z, r, g, recalled = (_number(one) for one in gates[0, :, unit])
    units = h.shape[1]
    if not gate:
        return _function(inputs, sample, t, unit, f"{z} · {_number(h[0, unit])} + (1 - {z}) · {g}")
    if gate[0] == 2:
        w, _, b = weights
        from_x = (x[:, t] @ w + b[0])[0, 2 * units + unit]
        return _function(inputs, sample, t, unit, f"tanh({_number(from_x)} + {r} · {recalled})")
    column, name = min(gate[0], 2) * units + unit, "sigmoid" if gate[0] < 2 else ""
    if t == 0:
        return _sum(inputs, sample, unit, column, ((0,), (1,)) if gate[0] < 2 else ((1,),), name)
    value = recalled if gate[0] == 3 else _number(_before_gate(x[:, t], h, weights)[column])
    return _function(inputs, sample, t, unit, f"{name}({value})" if name else value)


def _no_step(inputs: Arrays) -> bool:
    """Whether the sequence is empty: then the last states are the first ones, inputs 1 and 2."""
    return inputs[0].ndim == 3 and inputs[0].shape[1] == 0


def _place(inputs: Arrays, index: Index, where: str) -> tuple[int, ...]:
    """Sample, step, the gate where there is one, and unit."""
    single = inputs[0].ndim == 2
    if where == STATE:
        sample, unit = index
        return sample, 0 if single else inputs[0].shape[1] - 1, unit
    return (index[0], 0, *index[1:]) if single else tuple(index)


def _of_sample(inputs: Arrays, sample: int) -> list[Any]:
    """x with a step axis, and the states at the start, of one sample."""
    x, *states = (one[[sample]] for one in inputs[:-3])
    return [x[:, np.newaxis] if x.ndim == 2 else x, *states]


def _before_gate(x: Any, h: Any, weights: Sequence[Any]) -> Any:
    w, u, b = weights
    return (x @ w + h @ u + np.atleast_2d(b).sum(0))[0]


def _sum(
    inputs: Arrays, sample: int, unit: int, column: int, rows: Sequence[tuple[int]], outer: str
) -> Explanation:
    """A gate of the first step: x with a column of w, h with a column of u, and the bias.

    `rows` says which of both products and which bias: (0,) x, (1,) h.
    """
    w, u, b = inputs[-3:]
    start = (sample,) if inputs[0].ndim == 2 else (sample, 0)
    terms: list[Term] = []
    place = len(inputs)
    if (0,) in rows:
        pairs = [((0, (*start, k)), (place - 3, (k, column))) for k in range(len(w))]
        terms += [Term((_source(inputs, *left), _source(inputs, *right))) for left, right in pairs]
    if (1,) in rows:
        pairs = [((1, (sample, k)), (place - 2, (k, column))) for k in range(len(u))]
        terms += [Term((_source(inputs, *left), _source(inputs, *right))) for left, right in pairs]
    biases = [(*row, column) for row in rows] if b.ndim == 2 else [(column,)]
    return Explanation((*terms, *each([_source(inputs, place - 1, one) for one in biases])), outer=outer)


def _function(inputs: Arrays, sample: int, t: int, unit: int, arithmetic: str) -> Explanation:
    return Explanation(each(list(_origins(inputs, sample, t, unit))), "function", formula=arithmetic)


def _origins(inputs: Arrays, sample: int, t: int, unit: int) -> Iterator[Source]:
    """All that a unit of a sample in step t depends on: later steps on what every unit did before."""
    x, h0, w, place = inputs[0], inputs[1], inputs[-3], len(inputs)
    units = h0.shape[1]
    columns = range(w.shape[1]) if t else range(unit, w.shape[1], units)
    steps: list[Sequence[int]] = [] if x.ndim == 2 else [range(t + 1)]
    states: list[tuple[int, list[Sequence[int]]]] = [
        (state, [(sample,), range(units) if t else (unit,)]) for state in range(2, place - 3)
    ]
    wanted: list[tuple[int, list[Sequence[int]]]] = [
        (0, [(sample,), *steps, range(len(w))]),
        (1, [(sample,), range(units)]),
        *states,
        (place - 3, [range(len(w)), columns]),
        (place - 2, [range(units), columns]),
        (place - 1, [*[range(2)] * (inputs[-1].ndim - 1), columns]),
    ]
    for number, ranges in wanted:
        for index in itertools.product(*ranges):
            yield _source(inputs, number, index)


def _source(inputs: Arrays, number: int, index: Index) -> Source:
    return Source(number, index, float(inputs[number][index]))


def _number(value: Any) -> str:
    text = f"{float(value):.4g}"
    return f"({text})" if value < 0 else text
