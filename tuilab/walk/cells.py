"""Each operation's cells: which lines an element of its output is made of.

`RECIPES` has what an operation deserves of its own; every other one is walked by its explanation in the
catalogue.
"""

from collections.abc import Callable, Mapping

from tuilab.kernels.explanation import Index
from tuilab.walk import gates, moving, normalizing, softmaxing, sums, updates, windows
from tuilab.walk.done import Done
from tuilab.walk.lines import Cell, Explained, Steps, step

Recipe = Callable[[Done, int, Index, float], Cell]

RECIPES: Mapping[str, Recipe] = {
    "negative": moving.negative,
    "subtract": moving.difference,
    "matmul": sums.product,
    "dense": sums.dense,
    "sum": sums.reduction("sum"),
    "mean": sums.reduction("mean"),
    "prod": sums.reduction("product"),
    "max": sums.reduction("largest"),
    "min": sums.reduction("smallest"),
    "argmax": sums.place_of("largest"),
    "argmin": sums.place_of("smallest"),
    "all": sums.truth("smallest"),
    "any": sums.truth("largest"),
    "cumulative_sum": sums.until,
    "variance": normalizing.spread,
    "std": normalizing.spread,
    "batch_norm": normalizing.batch_norm,
    "layer_norm": normalizing.layer_norm,
    "softmax": softmaxing.softmax,
    "log_softmax": softmaxing.softmax,
    "logsumexp": softmaxing.logsumexp,
    "softmax_cross_entropy": softmaxing.loss_of_logits,
    "sparse_softmax_cross_entropy": softmaxing.loss_of_logits,
    "cross_entropy": softmaxing.loss_of_probabilities,
    "conv2d": windows.convolution,
    "conv2d_transpose": windows.explained,
    "max_pool2d": windows.pooling,
    "average_pool2d": windows.pooling,
    "affine_image": windows.sampled,
    "simple_rnn": gates.simple,
    "simple_rnn_step": gates.simple,
    "lstm": gates.lstm,
    "lstm_step": gates.lstm,
    "gru": gates.gru,
    "gru_step": gates.gru,
    "momentum": updates.momentum,
    "adagrad": updates.adagrad,
    "rmsprop": updates.rmsprop,
    "adam": updates.adam,
    "dropout": moving.dropout,
    **dict.fromkeys(moving.ORIGINS, moving.copied),
}


def cell(done: Done, number: int) -> Cell:
    """An element of an operation's outputs, counted through all of them."""
    output, index = done.element(number)
    value = float(done.shown[output][index])
    return RECIPES.get(done.name, explained)(done, output, index, value)


def explained(done: Done, output: int, index: Index, value: float) -> Cell:
    """By the catalogue's explanation: in one line where every input gives one element, as element-wise
    operations do, otherwise term by term."""
    found = done.explanation(output, index)
    at_once = len(found.sources) <= len(done.inputs) and "axis" not in done.options
    if found.how == "function" or at_once:
        return Steps(output, index, value, [step(found.arithmetic, value, "", found.sources)])
    return Explained(output, index, value, found)
