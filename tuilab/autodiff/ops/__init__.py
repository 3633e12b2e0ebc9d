"""The operations on tensors, as `tuilab.ops`. Each is a row of the catalogue, which has its formula.

Inputs may be tensors, arrays or numbers; the result is a `Tensor`, recorded on the tapes that are
running. Shapes that do not fit raise `ShapeError` with what was given and what is needed.
"""

from tuilab.autodiff.ops.activations import relu, sigmoid, softmax, tanh
from tuilab.autodiff.ops.convolution import conv1d, conv2d, conv2d_transpose
from tuilab.autodiff.ops.elementwise import (
    add,
    divide,
    exp,
    log,
    multiply,
    negative,
    power,
    rescale,
    square,
    subtract,
)
from tuilab.autodiff.ops.losses import (
    binary_cross_entropy,
    cross_entropy,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    sparse_softmax_cross_entropy,
)
from tuilab.autodiff.ops.products import dense, matmul
from tuilab.autodiff.ops.recurrent import gru, gru_step, lstm, lstm_step, simple_rnn, simple_rnn_step
from tuilab.autodiff.ops.reductions import (
    max,  # noqa: A004
    mean,
    sum,  # noqa: A004
)
from tuilab.autodiff.ops.shaping import broadcast_to, reshape, transpose

__all__ = [
    "add",
    "binary_cross_entropy",
    "broadcast_to",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "cross_entropy",
    "dense",
    "divide",
    "exp",
    "gru",
    "gru_step",
    "log",
    "lstm",
    "lstm_step",
    "matmul",
    "max",
    "mean",
    "multiply",
    "negative",
    "power",
    "relu",
    "rescale",
    "reshape",
    "sigmoid",
    "sigmoid_cross_entropy",
    "simple_rnn",
    "simple_rnn_step",
    "softmax",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
    "square",
    "subtract",
    "sum",
    "tanh",
    "transpose",
]
