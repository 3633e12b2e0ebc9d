"""Recurrent layers, a step at a time and through all steps of a sequence. Weights are Keras's: `w` works on
the input, `u` on the state, their columns gate after gate."""

from tuilab.autodiff.tensor import Tensor, TensorLike, apply, apply_all


def simple_rnn_step(
    x: TensorLike, h: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike, activation: str = "tanh"
) -> Tensor:
    """activation(x w + h u + b): from the input (batch, features) and the state (batch, units) the new state.

    activation: linear, relu, sigmoid or tanh.
    """
    return apply("simple_rnn_step", x, h, w, u, b, activation=activation)


def simple_rnn(
    x: TensorLike, h0: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike, activation: str = "tanh"
) -> tuple[Tensor, Tensor]:
    """Through all steps of x (batch, steps, features): all states (batch, steps, units), and the last."""
    sequence, h = apply_all("simple_rnn", x, h0, w, u, b, activation=activation)
    return sequence, h


def lstm_step(
    x: TensorLike, h: TensorLike, c: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike
) -> tuple[Tensor, Tensor, Tensor]:
    """The new state and cell, and the gates (batch, 4, units): input, forget, candidate, output.

    w (features, 4 units), u (units, 4 units), b (4 units). No gradient flows through the gates answered.
    """
    h, c, gates = apply_all("lstm_step", x, h, c, w, u, b)
    return h, c, gates


def lstm(
    x: TensorLike, h0: TensorLike, c0: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Through all steps of x (batch, steps, features): all states (batch, steps, units), the last state and
    cell (batch, units), and all gates (batch, steps, 4, units) and cells (batch, steps, units).

    No gradient flows through the gates and cells of all steps.
    """
    sequence, h, c, gates, cells = apply_all("lstm", x, h0, c0, w, u, b)
    return sequence, h, c, gates, cells


def gru_step(
    x: TensorLike, h: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike
) -> tuple[Tensor, Tensor]:
    """The new state, and (batch, 4, units) the update gate, the reset gate, the candidate and what it took
    from h before the reset.

    w (features, 3 units), u (units, 3 units), b (2, 3 units): for x and for h. No gradient flows through the
    gates answered.
    """
    h, gates = apply_all("gru_step", x, h, w, u, b)
    return h, gates


def gru(
    x: TensorLike, h0: TensorLike, w: TensorLike, u: TensorLike, b: TensorLike
) -> tuple[Tensor, Tensor, Tensor]:
    """Through all steps of x (batch, steps, features): all states (batch, steps, units), the last of them,
    and all gates (batch, steps, 4, units). No gradient flows through the gates answered."""
    sequence, h, gates = apply_all("gru", x, h0, w, u, b)
    return sequence, h, gates
