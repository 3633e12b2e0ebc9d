"""The operations on tensors, as `tuilab.ops`. Each is a row of the catalogue, which has its formula.

Inputs may be tensors, arrays or numbers; the result is a `Tensor`, recorded on the tapes that are
running. Shapes that do not fit raise `ShapeError` with what was given and what is needed.
"""

from tuilab.autodiff.ops.activations import log_softmax, relu, sigmoid, softmax, tanh
from tuilab.autodiff.ops.convolution import conv1d, conv2d, conv2d_transpose
from tuilab.autodiff.ops.einsum import einsum
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
from tuilab.autodiff.ops.geometry import (
    affine_image,
    affine_points,
    rotation,
    scaling,
    shearing,
    translation,
)
from tuilab.autodiff.ops.losses import (
    binary_cross_entropy,
    cross_entropy,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    sparse_softmax_cross_entropy,
)
from tuilab.autodiff.ops.normalization import batch_norm, batch_norm_inference, layer_norm
from tuilab.autodiff.ops.pooling import (
    average_pool2d,
    global_average_pool2d,
    global_max_pool2d,
    max_pool2d,
)
from tuilab.autodiff.ops.products import dense, dot, matmul, matrix_transpose, outer, tensordot
from tuilab.autodiff.ops.random import dropout
from tuilab.autodiff.ops.recurrent import gru, gru_step, lstm, lstm_step, simple_rnn, simple_rnn_step
from tuilab.autodiff.ops.reductions import (
    all,  # noqa: A004
    any,  # noqa: A004
    argmax,
    argmin,
    cumulative_sum,
    logsumexp,
    max,  # noqa: A004
    mean,
    min,  # noqa: A004
    prod,
    std,
    sum,  # noqa: A004
    variance,
)
from tuilab.autodiff.ops.selection import (
    embedding,
    gather_nd,
    one_hot,
    repeat,
    scatter_add,
    take,
    take_along_axis,
    tile,
)
from tuilab.autodiff.ops.shaping import (
    broadcast_to,
    concatenate,
    expand_dims,
    flip,
    pad,
    reshape,
    slice,  # noqa: A004
    split,
    squeeze,
    stack,
    transpose,
)

__all__ = [
    "add",
    "affine_image",
    "affine_points",
    "all",
    "any",
    "argmax",
    "argmin",
    "average_pool2d",
    "batch_norm",
    "batch_norm_inference",
    "binary_cross_entropy",
    "broadcast_to",
    "concatenate",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "cross_entropy",
    "cumulative_sum",
    "dense",
    "divide",
    "dot",
    "dropout",
    "einsum",
    "embedding",
    "exp",
    "expand_dims",
    "flip",
    "gather_nd",
    "global_average_pool2d",
    "global_max_pool2d",
    "gru",
    "gru_step",
    "layer_norm",
    "log",
    "log_softmax",
    "logsumexp",
    "lstm",
    "lstm_step",
    "matmul",
    "matrix_transpose",
    "max",
    "max_pool2d",
    "mean",
    "min",
    "multiply",
    "negative",
    "one_hot",
    "outer",
    "pad",
    "power",
    "prod",
    "relu",
    "repeat",
    "rescale",
    "reshape",
    "rotation",
    "scaling",
    "scatter_add",
    "shearing",
    "sigmoid",
    "sigmoid_cross_entropy",
    "simple_rnn",
    "simple_rnn_step",
    "slice",
    "softmax",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
    "split",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "sum",
    "take",
    "take_along_axis",
    "tanh",
    "tensordot",
    "tile",
    "translation",
    "transpose",
    "variance",
]
