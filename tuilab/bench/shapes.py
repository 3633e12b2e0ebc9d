"""The sizes that kernels are timed at: those of the lessons' networks, a batch of 128, float32."""

from typing import Any

from tuilab.kernels.catalogue import CATALOGUE, Array

Given = tuple[tuple[Array, ...], dict[str, Any]]

PIXELS, HIDDEN, UNITS = Array((128, 784), "distinct"), Array((128, 512)), Array((512,))
POSITIVE, MASK = Array((128, 784), "positive"), Array((128, 784), "mask")
LOGITS, LABELS, SHARES = Array((128, 10)), Array((128,), "labels", 10), Array((128, 10), "probabilities")
IMAGES, MAPS = Array((128, 28, 28, 1)), Array((128, 26, 26, 32), "distinct")
WEIGHTS, SQUARES = Array((784, 512)), Array((784, 512), "positive")
ROWS, STATE = Array((128, 28, 28)), Array((128, 128))
TABLE, WORDS = Array((1000, 64)), Array((128, 20), "labels", 1000)


def _gates(count: int, biases: tuple[int, ...]) -> tuple[Array, ...]:
    return Array((28, count * 128)), Array((128, count * 128)), Array(biases)


SHAPES: dict[str, Given] = {
    "rescale": ((Array((128, 784), "bytes"),), {"scale": 1 / 255}),
    "clip": ((PIXELS,), {"low": -1.0, "high": 1.0}),
    "power": ((POSITIVE,), {"exponent": 2}),
    "pow": ((POSITIVE, PIXELS), {}),
    "multiply": ((HIDDEN, UNITS), {}),
    "divide": ((HIDDEN, Array((128, 512), "positive")), {}),
    "floor_divide": ((HIDDEN, Array((128, 512), "positive")), {}),
    "mod": ((HIDDEN, Array((128, 512), "positive")), {}),
    "where": ((MASK, PIXELS, PIXELS), {}),
    "sqrt": ((POSITIVE,), {}),
    "log": ((POSITIVE,), {}),
    "log1p": ((POSITIVE,), {}),
    "logical_and": ((MASK, MASK), {}),
    "logical_or": ((MASK, MASK), {}),
    "logical_not": ((MASK,), {}),
    "broadcast_to": ((Array((512,)),), {"shape": (128, 512)}),
    "sum_to": ((HIDDEN, UNITS), {}),
    "sum": ((PIXELS,), {"axis": 0}),
    "mean": ((PIXELS,), {}),
    "matmul": ((Array((128, 784)), WEIGHTS), {}),
    "dense": ((Array((128, 784)), WEIGHTS, UNITS), {"activation": "relu"}),
    "dense_gradient": (
        (HIDDEN, Array((128, 512), "unit"), Array((128, 784)), WEIGHTS),
        {"activation": "relu", "needs": (False, True, True)},
    ),
    "softmax": ((LOGITS,), {}),
    "log_softmax": ((LOGITS,), {}),
    "softmax_cross_entropy": ((LOGITS, SHARES), {}),
    "sparse_softmax_cross_entropy": ((LOGITS, LABELS), {}),
    "cross_entropy": ((SHARES, SHARES), {}),
    "binary_cross_entropy": ((Array((128, 1), "unit"), Array((128, 1), "unit")), {}),
    "sigmoid_cross_entropy": ((Array((128, 1)), Array((128, 1), "unit")), {}),
    "conv2d": ((IMAGES, Array((3, 3, 1, 32)), Array((32,))), {"activation": "relu"}),
    "conv2d_gradient": (
        (MAPS, Array((128, 26, 26, 32), "unit"), IMAGES, Array((3, 3, 1, 32))),
        {"activation": "relu", "needs": (False, True, True)},
    ),
    "conv2d_transpose": ((Array((128, 7, 7, 16)), Array((3, 3, 8, 16)), Array((8,))), {"strides": 2}),
    "max_pool2d": ((MAPS,), {}),
    "average_pool2d": ((MAPS,), {}),
    "batch_norm": ((MAPS, Array((32,)), Array((32,))), {}),
    "batch_norm_inference": ((MAPS, *[Array((32,))] * 3, Array((32,), "positive")), {}),
    "layer_norm": ((HIDDEN, UNITS, UNITS), {}),
    "simple_rnn": ((ROWS, STATE, *_gates(1, (128,))), {}),
    "simple_rnn_step": ((Array((128, 28)), STATE, *_gates(1, (128,))), {}),
    "lstm": ((ROWS, STATE, STATE, *_gates(4, (512,))), {}),
    "lstm_step": ((Array((128, 28)), STATE, STATE, *_gates(4, (512,))), {}),
    "gru": ((ROWS, STATE, *_gates(3, (2, 384))), {}),
    "gru_step": ((Array((128, 28)), STATE, *_gates(3, (2, 384))), {}),
    "affine_image": ((IMAGES, Array((128, 2, 2)), Array((128, 2))), {}),
    "dropout": ((HIDDEN, Array((), "labels", 9), Array((), "labels", 9)), {}),
    "take": ((TABLE, WORDS), {}),
    "scatter_add": ((TABLE, Array((2560,), "labels", 1000), Array((2560, 64))), {}),
    "take_along_axis": ((PIXELS, Array((128, 10), "labels", 784)), {}),
    "gather_nd": ((TABLE, Array((2560, 2), "labels", 64)), {}),
    "one_hot": ((LABELS,), {"classes": 10}),
    "pad": ((IMAGES,), {"widths": ((0, 0), (1, 1), (1, 1), (0, 0))}),
    "concatenate": ((HIDDEN, HIDDEN), {"axis": 1}),
    "sgd": ((WEIGHTS, WEIGHTS), {"learning_rate": 1e-3}),
    "momentum": ((WEIGHTS,) * 3, {"learning_rate": 1e-3}),
    "adagrad": ((WEIGHTS, WEIGHTS, SQUARES), {"learning_rate": 1e-3}),
    "rmsprop": ((WEIGHTS, WEIGHTS, SQUARES), {"learning_rate": 1e-3}),
    "adam": ((WEIGHTS, WEIGHTS, WEIGHTS, SQUARES), {"step": 10, "learning_rate": 1e-3}),
}
"""Inputs and options by row, where those below would not do."""

VIEWS = {"reshape", "transpose", "matrix_transpose", "expand_dims", "squeeze", "flip", "slice"}
"""Rows that compute nothing: they look at the same memory."""


def timed() -> dict[str, Given]:
    """The rows that are timed: all but views, and but those that are only parts of another's way back."""
    found: dict[str, Given] = {}
    for row in CATALOGUE.values():
        if row.name in SHAPES:
            found[row.name] = SHAPES[row.name]
        elif row.name not in VIEWS and not row.name.endswith("_gradient"):
            options = {"axis": 1} if "axis" in row.options else {}
            found[row.name] = ((PIXELS,) * len(row.inputs), options)
    return found


LAUNCH = "NumPy needs no more than the 4 µs in which work is handed to the threads, or little more"
VECTORS = "NumPy's loop has the processor's widest instructions, too, and no threads to hand work to"
NEARLY_A_PRODUCT = "nearly a bare matrix product, where NumPy's BLAS is near the machine's ceiling"

_LAUNCHES = (
    "add subtract multiply divide maximum minimum negative abs floor ceil round sqrt power clip sum_to "
    "max min all any isnan isinf isfinite logical_and logical_or logical_not one_hot sigmoid_cross_entropy "
    "binary_cross_entropy take take_along_axis concatenate"
)
_ORDERS = "equal not_equal less less_equal greater greater_equal"

REASONS: dict[str, str] = {
    **dict.fromkeys(_LAUNCHES.split(), LAUNCH),
    **dict.fromkeys(["exp", "expm1", "tanh", "sin", "cos", "softplus"], VECTORS),
    **dict.fromkeys(_ORDERS.split(), "NumPy packs truths with an instruction that LLVM does not find"),
    **dict.fromkeys(("argmax", "argmin"), "NumPy looks at a vector at a time, this at a number"),
    **dict.fromkeys(("log", "log1p"), "NumPy takes logarithms from a table in the processor's registers"),
    "broadcast_to": "NumPy answers a view, this an array",
    "dense": NEARLY_A_PRODUCT,
    "dense_gradient": NEARLY_A_PRODUCT,
    "pow": "calls the C library for each number, which is right to the last bit",
    "gather_nd": "places over several axes are first laid end to end by one thread",
}
"""Why a kernel may be less than 1.5 times as fast as NumPy at its size."""
