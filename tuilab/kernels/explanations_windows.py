"""Where an element of a convolution's or a pooling's output came from: what lies under its window."""

from collections.abc import Iterator, Mapping
from typing import Any

from tuilab.kernels.explanation import Arrays, Explain, Explanation, How, Index, Term, each, source
from tuilab.kernels.windows import Axis, pooling, sliding, unsliding


def _outer(activation: str) -> str:
    return "" if activation == "linear" else activation


def under(index: Index, axes: tuple[Axis, Axis]) -> Iterator[tuple[int, int, int, int]]:
    """(i, j, row, column): the places of the window that gave `index`, and what lies there of the image;
    padding is left out."""
    for i, row in axes[0].inside(index[1]):
        for j, column in axes[1].inside(index[2]):
            yield i, j, row, column


def convolved(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """What lies under the window times the weights, and the bias, put through the activation."""
    x, w, _b = inputs
    known = {**row.options, **options}
    axes = sliding(row.name, x.shape[1:3], w.shape[:2], known["strides"], known["padding"], known["dilation"])
    n, _, _, filter_ = index
    first = filter_ // (w.shape[3] // known["groups"]) * w.shape[2]
    products = tuple(
        Term((source(inputs, 0, (n, r, c, first + k)), source(inputs, 1, (i, j, k, filter_))))
        for i, j, r, c in under(index, axes)
        for k in range(w.shape[2])
    )
    bias = Term((source(inputs, 2, (filter_,)),))
    return Explanation((*products, bias), outer=_outer(known["activation"]))


def convolved_back(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """Each number of x whose window reaches here times the weight that lies here, and the bias, put through
    the activation."""
    x, w, _b = inputs
    known = {**row.options, **options}
    window = known["strides"], known["padding"], known["dilation"], known["output_padding"]
    down, across = unsliding(row.name, x.shape[1:3], w.shape[:2], *window)
    n, at_row, at_column, filter_ = index
    products = tuple(
        Term((source(inputs, 0, (n, r, c, k)), source(inputs, 1, (i, j, filter_, k))))
        for r in range(down.steps)
        for i, reached in down.inside(r)
        if reached == at_row
        for c in range(across.steps)
        for j, also in across.inside(c)
        if also == at_column
        for k in range(w.shape[3])
    )
    bias = Term((source(inputs, 2, (filter_,)),))
    return Explanation((*products, bias), outer=_outer(known["activation"]))


def pooled(how: How) -> Explain:
    """What lies under the window, in the same channel."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        known = {**row.options, **options}
        windows = known["window"], known["strides"], known["padding"]
        axes = pooling(row.name, inputs[0].shape[1:3], *windows)
        n, _, _, channel = index
        found = [source(inputs, 0, (n, r, c, channel)) for _, _, r, c in under(index, axes)]
        return Explanation(each(found), how)

    return explain
