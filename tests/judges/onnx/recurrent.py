"""ONNX's recurrent operators: time first, directions as an axis, gates in another order than Keras's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tuilab import Tensor, ops
from tuilab.autodiff.tensor import apply_all

from .cases import Array, Node

Run = Callable[..., tuple[Tensor, ...]]


def _reordered(weights: Array, gates: list[int]) -> Tensor:
    """(gates · units, …) with the gates in another order."""
    blocks = np.split(weights, len(gates))
    return Tensor(np.concatenate([blocks[gate] for gate in gates]))


def _directions(run: Run, node: Node, x: Tensor, state: list[Tensor], count: int) -> tuple[Tensor, ...]:
    """The cell along time and, where asked, against it: Y, and the last of each state.

    x (steps, batch, inputs), or batch first with layout 1; `run(direction, x, *state)` goes through
    the steps of (batch, steps, inputs) and answers all outputs and the last states.
    """
    batch_first = node.get("layout", 0) == 1
    x = x if batch_first else ops.transpose(x, (1, 0, 2))
    against = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}
    answers = []
    for direction, back in enumerate(against[node.get("direction", "forward")]):
        begin = [one[direction] for one in state] or [
            Tensor(np.zeros((x.shape[0], node.get("hidden_size")), x.dtype)) for _ in range(count)
        ]
        sequence, *last = run(direction, ops.flip(x, 1) if back else x, *begin)
        answers.append([ops.flip(sequence, 1) if back else sequence, *last])
    sequences, *states = zip(*answers, strict=True)
    if batch_first:
        return ops.stack(sequences, axis=2), *(ops.stack(one, axis=1) for one in states)
    y = ops.transpose(ops.stack(sequences, axis=2), (1, 2, 0, 3))
    return y, *(ops.stack(one, axis=0) for one in states)


def _lstm(
    node: Node,
    x: Tensor,
    w: Tensor,
    r: Tensor,
    b: Tensor | None = None,
    lengths: Tensor | None = None,
    h: Tensor | None = None,
    c: Tensor | None = None,
    peepholes: Tensor | None = None,
) -> tuple[Tensor, ...]:
    """Theirs: input, output, forget, candidate; ours: input, forget, candidate, output."""
    order = [0, 2, 3, 1]

    def run(direction: int, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        kernel, recurrent, bias = _parameters(w, r, b, direction, order)
        if peepholes is not None:
            return _through_peepholes(x, h, c, kernel, recurrent, bias, peepholes[direction])
        return apply_all("lstm", x, h, c, kernel, recurrent, bias)[:3]

    return _directions(run, node, x, [one for one in (h, c) if one is not None], 2)


def _parameters(
    w: Tensor, r: Tensor, b: Tensor | None, direction: int, order: list[int]
) -> tuple[Tensor, Tensor, Tensor]:
    """The kernels as (inputs, gates · units), and the two biases of theirs as one."""
    kernel = ops.transpose(_reordered(w.data[direction], order))
    recurrent = ops.transpose(_reordered(r.data[direction], order))
    if b is None:
        return kernel, recurrent, Tensor(np.zeros(kernel.shape[1], kernel.dtype))
    of_inputs, of_outputs = np.split(b.data[direction], 2)
    return kernel, recurrent, ops.add(_reordered(of_inputs, order), _reordered(of_outputs, order))


def _through_peepholes(
    x: Tensor, h: Tensor, c: Tensor, w: Tensor, u: Tensor, b: Tensor, peepholes: Tensor
) -> tuple[Tensor, ...]:
    """Gates that look into the cell: tuilab has no kernel of it, but all that it is made of."""
    of_input, of_output, of_forget = ops.split(peepholes, 3, axis=0)
    sequence = []
    for step in range(x.shape[1]):
        z = ops.matmul(x[:, step], w) + ops.matmul(h, u) + b
        i, f, g, o = ops.split(z, 4, axis=1)
        c = ops.sigmoid(f + of_forget * c) * c + ops.sigmoid(i + of_input * c) * ops.tanh(g)
        h = ops.sigmoid(o + of_output * c) * ops.tanh(c)
        sequence.append(h)
    return ops.stack(sequence, axis=1), h, c


def _simple_rnn(
    node: Node,
    x: Tensor,
    w: Tensor,
    r: Tensor,
    b: Tensor | None = None,
    lengths: Tensor | None = None,
    h: Tensor | None = None,
) -> tuple[Tensor, ...]:
    def run(direction: int, x: Tensor, h: Tensor) -> tuple[Tensor, ...]:
        return apply_all("simple_rnn", x, h, *_parameters(w, r, b, direction, [0]))[:2]

    return _directions(run, node, x, [] if h is None else [h], 1)


def _gru(
    node: Node,
    x: Tensor,
    w: Tensor,
    r: Tensor,
    b: Tensor | None = None,
    lengths: Tensor | None = None,
    h: Tensor | None = None,
) -> tuple[Tensor, ...]:
    """Theirs resets the state before the product with the recurrent weights, ours after it, as Keras does.

    Where all weights are equal so are all resets, and it is the same; otherwise plain operations say it.
    """
    same = node.get("linear_before_reset", 0) or all(np.ptp(one.data) == 0 for one in (w, r))

    def run(direction: int, x: Tensor, h: Tensor) -> tuple[Tensor, ...]:
        kernel, recurrent = ops.transpose(w[direction]), ops.transpose(r[direction])
        bias = np.zeros((2, kernel.shape[1]), x.dtype) if b is None else b.data[direction].reshape(2, -1)
        if same:
            return apply_all("gru", x, h, kernel, recurrent, Tensor(bias))[:2]
        return _reset_before(x, h, kernel, recurrent, ops.add(bias[0], bias[1]))

    return _directions(run, node, x, [] if h is None else [h], 1)


def _reset_before(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    sequence = []
    update, reset, candidate = ops.split(u, 3, axis=1)
    for step in range(x.shape[1]):
        z, r, g = ops.split(ops.matmul(x[:, step], w) + b, 3, axis=1)
        z, r = ops.sigmoid(z + ops.matmul(h, update)), ops.sigmoid(r + ops.matmul(h, reset))
        h = z * h + (1 - z) * ops.tanh(g + ops.matmul(r * h, candidate))
        sequence.append(h)
    return ops.stack(sequence, axis=1), h


OPERATORS: dict[str, Any] = {"GRU": _gru, "LSTM": _lstm, "RNN": _simple_rnn}
