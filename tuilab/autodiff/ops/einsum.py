"""Sums of products in Einstein's notation, told in transpositions, matrix products and sums.

After A. Einstein, "Die Grundlage der allgemeinen Relativitätstheorie", 1916, §5: a letter that stands at two
factors and not at the result is summed over. The arrays are joined from left to right, two at a time.
"""

import math
import re
from collections.abc import Sequence

from tuilab.autodiff.ops.arithmetic import multiply
from tuilab.autodiff.ops.products import matmul
from tuilab.autodiff.ops.reductions import sum as summed
from tuilab.autodiff.ops.shaping import reshape, transpose
from tuilab.autodiff.tensor import Tensor, TensorLike, apply
from tuilab.errors import ShapeError

Label = str | int
"""A letter, or for an axis under `...` its number from the right, as -1."""
Labelled = tuple[Tensor, list[Label]]


def einsum(equation: str, *arrays: TensorLike) -> Tensor:
    """The sum of products that `equation` names, as NumPy's: a letter for each axis, `->` and the letters of
    the result.

    `"ij,jk->ik"` is the matrix product, `"bij,bjk->bik"` that of many, `"ii->i"` a diagonal, `"ij->"` the
    sum. Letters that are not in the result are summed over; without `->` the result has those that occur
    once, in alphabetical order. `...` stands for any axes, which are broadcast.

    >>> einsum("i,i", [1.0, 2.0], [3.0, 4.0])
    Tensor(shape=(), dtype=float32)
    11.0
    """
    tensors = [one if isinstance(one, Tensor) else Tensor(one) for one in arrays]
    labels, result = _read(equation, [one.shape for one in tensors])
    operands = [_diagonal(equation, *one) for one in zip(tensors, labels, strict=True)]
    sizes = _sizes(equation, operands)
    operands = [_without_single(*one, sizes) for one in operands]
    whole, found = operands[0]
    for number, other in enumerate(operands[1:], 2):
        later = {label for _, those in operands[number:] for label in those}
        whole, found = _joined((whole, found), other, later.union(result), sizes)
    whole, found = _only(whole, found, set(result))
    return _ordered(whole, found, result)


def _read(equation: str, given: Sequence[tuple[int, ...]]) -> tuple[list[list[Label]], list[Label]]:
    """The labels of each array's axes, and of the result's."""
    text = equation.replace(" ", "")
    shown = " and ".join(str(shape) for shape in given)
    if not re.fullmatch(r"[A-Za-z.,]*(->[A-Za-z.]*)?", text) or "." in text.replace("...", ""):
        raise ShapeError(
            f'einsum "{equation}": expected letters, commas and `...`, then -> and the letters of the '
            f"result. The arrays are {shown}."
        )
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(given):
        raise ShapeError(
            f'einsum "{equation}" names {len(terms)} arrays. It was given {len(given)}: {shown}.'
        )
    labels = [_labels(equation, term, shape) for term, shape in zip(terms, given, strict=True)]
    every = [label for those in labels for label in those]
    dots: list[Label] = sorted({label for label in every if isinstance(label, int)})
    letters = sorted({label for label in every if isinstance(label, str)})
    if not arrow:
        return labels, [*dots, *(label for label in letters if every.count(label) == 1)]
    named = right.replace("...", "")
    wrong = [letter for letter in named if letter not in letters or named.count(letter) > 1]
    if wrong:
        raise ShapeError(
            f'einsum "{equation}": the result has {wrong[0]!r}, which must stand there once, and at one of '
            f"the arrays, {shown}."
        )
    if right.count("...") > 1 or (dots and "..." not in right):
        raise ShapeError(
            f'einsum "{equation}": the result needs `...` once, as it stands for axes of the arrays, {shown}.'
        )
    before, _, after = right.partition("...")
    return labels, [*before, *dots, *after]


def _labels(equation: str, term: str, shape: tuple[int, ...]) -> list[Label]:
    before, dots, after = term.partition("...")
    under = len(shape) - len(before) - len(after)
    if "." in after or under < 0 or (under and not dots):
        raise ShapeError(
            f'einsum "{equation}": {term!r} must name each axis of {shape}, which has {len(shape)}, '
            "and `...` at most once."
        )
    return [*before, *range(-under, 0), *after]


def _sizes(equation: str, operands: Sequence[Labelled]) -> dict[Label, int]:
    """The size of each label: where arrays differ, one must have 1, and is stretched."""
    sizes: dict[Label, int] = {}
    for tensor, labels in operands:
        for label, size in zip(labels, tensor.shape, strict=True):
            known = sizes.get(label, 1)
            if 1 not in (known, size) and known != size:
                axis = repr(label) if isinstance(label, str) else f"axis {label} under `...`"
                shown = " and ".join(str(one.shape) for one, _ in operands)
                raise ShapeError(
                    f'einsum "{equation}": {axis} has the sizes {known} and {size} in {shown}. '
                    "Expected equal ones, or 1."
                )
            sizes[label] = size if known == 1 else known
    return sizes


def _diagonal(equation: str, tensor: Tensor, labels: list[Label]) -> Labelled:
    """Of axes with one label those places where they are equal: in memory, every (size + 1)-th."""
    for label in labels:
        if labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            size, other = tensor.shape[first], tensor.shape[second]
            if size != other:
                raise ShapeError(
                    f'einsum "{equation}": {label!r} has the sizes {size} and {other} in {tensor.shape}. '
                    "Expected equal ones."
                )
            rest = [axis for axis in range(tensor.ndim) if axis not in (first, second)]
            shape = tuple(tensor.shape[axis] for axis in rest)
            flat = reshape(transpose(tensor, (*rest, first, second)), (*shape, size * size))
            line = apply(
                "slice",
                flat,
                begin=(0,) * flat.ndim,
                end=flat.shape,
                step=(*(1 for _ in rest), size + 1),
            )
            return _diagonal(equation, line, [*(labels[axis] for axis in rest), label])
    return tensor, labels


def _without_single(tensor: Tensor, labels: list[Label], sizes: dict[Label, int]) -> Labelled:
    """Without the axes of size 1 that are stretched to another array's size."""
    kept = [axis for axis, label in enumerate(labels) if tensor.shape[axis] != 1 or sizes[label] == 1]
    if len(kept) == len(labels):
        return tensor, labels
    return reshape(tensor, tuple(tensor.shape[axis] for axis in kept)), [labels[axis] for axis in kept]


def _only(tensor: Tensor, labels: list[Label], needed: set[Label]) -> Labelled:
    """Summed over the axes whose labels nobody needs."""
    axes = tuple(axis for axis, label in enumerate(labels) if label not in needed)
    if not axes:
        return tensor, labels
    return summed(tensor, axis=axes), [label for label in labels if label in needed]


def _ordered(tensor: Tensor, labels: list[Label], order: list[Label]) -> Tensor:
    return tensor if labels == order else transpose(tensor, tuple(labels.index(one) for one in order))


def _joined(left: Labelled, right: Labelled, needed: set[Label], sizes: dict[Label, int]) -> Labelled:
    """The product of two arrays, summed over the labels that only these two have."""
    a, a_labels = _only(*left, needed.union(right[1]))
    b, b_labels = _only(*right, needed.union(left[1]))
    shared = [label for label in a_labels if label in b_labels]
    batch = [label for label in shared if label in needed]
    inner = [label for label in shared if label not in needed]
    rows = [label for label in a_labels if label not in b_labels]
    columns = [label for label in b_labels if label not in a_labels]

    def lengths(labels: list[Label]) -> tuple[int, ...]:
        return tuple(sizes[label] for label in labels)

    a, b = _ordered(a, a_labels, [*batch, *rows, *inner]), _ordered(b, b_labels, [*batch, *inner, *columns])
    if not inner:
        product = multiply(
            _shaped(a, (*lengths(batch), *lengths(rows), *(1 for _ in columns))),
            _shaped(b, (*lengths(batch), *(1 for _ in rows), *lengths(columns))),
        )
    else:
        m, k, n = (math.prod(lengths(labels)) for labels in (rows, inner, columns))
        product = matmul(_shaped(a, (*lengths(batch), m, k)), _shaped(b, (*lengths(batch), k, n)))
        product = _shaped(product, lengths([*batch, *rows, *columns]))
    return product, [*batch, *rows, *columns]


def _shaped(tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    return tensor if tensor.shape == shape else reshape(tensor, shape)
