"""Where an element of an output came from: which elements of the inputs, and by which arithmetic.

A row of the catalogue explains its operation with one of the functions below, or with one of its own. An
`Explanation` is data, made for a screen: walk its terms, show its arithmetic, ask on at any of its sources.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Index = tuple[int, ...]
Arrays = tuple[Array, ...]
How = Literal["sum", "mean", "largest", "smallest", "function"]
COMBINED: dict[How, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
    "largest": max,
    "smallest": min,
}
OUTER: dict[str, Callable[[float], float]] = {
    "": lambda z: z,
    "linear": lambda z: z,
    "relu": lambda z: max(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
}


MOST_TERMS = 50_000
"""Elements up to which a reduction is explained by all of them."""
MANY_SHOWN = 1_000
"""Of more, those that count most; the others are one term."""


@dataclass(frozen=True, slots=True)
class Source:
    """One element of one input."""

    input: int
    index: Index
    value: float


@dataclass(frozen=True, slots=True)
class Term:
    """A product: `weight` times the value of each source. Without sources it is a constant."""

    sources: tuple[Source, ...]
    weight: float = 1.0

    @property
    def value(self) -> float:
        return self.weight * math.prod(source.value for source in self.sources)

    def __str__(self) -> str:
        factors = [_written(source.value) for source in self.sources]
        if self.weight != 1 or not factors:
            factors.insert(0, _written(self.weight))
        return " · ".join(factors)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An output's element as its terms, combined, and at last put through the function `outer`.

    sum, mean, largest, smallest: of the terms. function: the operation's own formula over the sources.
    """

    terms: tuple[Term, ...]
    how: How = "sum"
    outer: str = ""
    formula: str = ""
    """What `function` does, with {0}, {1}, … where the terms' numbers go; empty where the name tells."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Each element it came from, once, in the order of the arithmetic."""
        return tuple(dict.fromkeys(source for term in self.terms for source in term.sources))

    @property
    def value(self) -> float | None:
        """What the arithmetic gives; None for a function, whose value only the operation knows."""
        if self.how == "function" or self.outer not in OUTER:
            return None
        return OUTER[self.outer](COMBINED[self.how]([term.value for term in self.terms]))

    @property
    def arithmetic(self) -> str:
        """The arithmetic with the numbers in it, as in `relu(1.5 · 2 + 0.25 · (-1) + 0.5)`."""
        terms = [str(term) for term in self.terms]
        match self.how:
            case "sum":
                written = " + ".join(terms) or "0"
            case "mean":
                written = f"({' + '.join(terms)}) / {len(terms)}"
            case "largest" | "smallest":
                written = f"{'max' if self.how == 'largest' else 'min'}({', '.join(terms)})"
            case "function":
                written = self.formula.format(*terms) if self.formula else f"f({', '.join(terms)})"
        return f"{self.outer}({written})" if self.outer not in ("", "linear") else written


def _written(value: float) -> str:
    text = f"{value:.4g}"
    return f"({text})" if value < 0 else text


Explain = Callable[[Any, int, Index, Arrays, Mapping[str, Any]], Explanation]
"""explain(row, number of the output, index in it, inputs, options)"""


def source(inputs: Arrays, number: int, index: Index) -> Source:
    """The element `index` of input `number`; axes of size 1 are stretched, missing ones left out, by
    NumPy's broadcasting."""
    array = inputs[number]
    own = tuple(
        0 if size == 1 else place for place, size in zip(_last(index, array.ndim), array.shape, strict=True)
    )
    return Source(number, own, float(array[own]))


def _last(index: Index, count: int) -> Index:
    return index[len(index) - count :]


def each(sources: Sequence[Source]) -> tuple[Term, ...]:
    """A term for each source."""
    return tuple(Term((one,)) for one in sources)


def element_wise(formula: str) -> Explain:
    """A function of one element of each input, those at the same place after broadcasting; `formula` as in
    `"{0} / {1}"`, or with the names of options: `"{0} ^ {exponent}"`."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        terms = each([source(inputs, number, index) for number in range(len(inputs))])
        known = {**row.options, **options}
        return Explanation(terms, "function", formula=_with_options(formula, known))

    return explain


def _with_options(formula: str, options: Mapping[str, Any]) -> str:
    for name, value in options.items():
        shown = _written(value) if isinstance(value, int | float) else str(value)
        formula = formula.replace(f"{{{name}}}", shown.replace("{", "{{").replace("}", "}}"))
    return formula


def weighted(*weights: float) -> Explain:
    """The sum of one element of each input, those at the same place, each times its weight."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        return Explanation(
            tuple(Term((source(inputs, number, index),), weight) for number, weight in enumerate(weights))
        )

    return explain


def combined(how: How) -> Explain:
    """One element of each input, those at the same place after broadcasting, combined."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        return Explanation(each([source(inputs, number, index) for number in range(len(inputs))]), how)

    return explain


def multiplied(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """The product of one element of each input, those at the same place after broadcasting."""
    return Explanation((Term(tuple(source(inputs, number, index) for number in range(len(inputs)))),))


_FIRST_NUMBER = 1 << 40  # beyond any number that an operation puts in by itself


def moved(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """A copy of one element: found by sending the numbers of the elements through the operation itself. What
    says where to (whole numbers in an operation on floating ones) keeps its values."""
    if row.variadic or len(inputs) == 1:
        numbered = list(range(len(inputs)))
    else:
        numbered = [place for place, array in enumerate(inputs) if array.dtype.kind == "f"]
    numbers, begins, begin = list(inputs), [], _FIRST_NUMBER
    for place in numbered:
        size = inputs[place].size
        numbers[place] = np.arange(begin, begin + size, dtype=np.float64).reshape(inputs[place].shape)
        begins.append(begin)
        begin += size
    results = row.reference(*numbers, **options)
    number = float(
        (results if row.outputs == 1 and not isinstance(results, tuple) else results[output])[index]
    )
    if number < _FIRST_NUMBER:
        return Explanation((Term((), number),))
    which = max(place for place, start in enumerate(begins) if start <= number)
    place = numbered[which]
    own = np.unravel_index(int(number) - begins[which], inputs[place].shape)
    own_index = tuple(int(one) for one in own)
    return Explanation((Term((Source(place, own_index, float(inputs[place][own_index])),)),))


def reduced(how: How, formula: str = "") -> Explain:
    """All elements of the first input along the option `axis`, all of them where it is None."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        known = {**row.options, **options}
        places = along(inputs[0].shape, known["axis"], index, bool(known.get("keepdims")))
        if how != "function" and inputs[0].size > MOST_TERMS:
            if (few := _largest_of_many(how, inputs[0], places)) is not None:
                return few
            places = along(inputs[0].shape, known["axis"], index, bool(known.get("keepdims")))
        terms = each([source(inputs, 0, place) for place in places])
        return Explanation(terms, how, formula=_listed(formula, terms))

    return explain


def _largest_of_many(how: How, array: Array, places: Iterator[Index]) -> Explanation | None:
    """A reduction of very many elements by the largest of them, and all others in one; None for fewer."""
    flat = np.fromiter((np.ravel_multi_index(place, array.shape) for place in places), np.int64)
    if flat.size <= MOST_TERMS:
        return None
    values = array.reshape(-1)[flat].astype(np.float64)
    sizes = values if how == "largest" else -values if how == "smallest" else np.abs(values)
    kept = np.sort(np.argpartition(sizes, -MANY_SHOWN)[-MANY_SHOWN:])
    sources = [_at(array, int(flat[place])) for place in kept]
    if how in ("largest", "smallest"):
        return Explanation(each(sources), how)
    share = 1 / flat.size if how == "mean" else 1.0
    rest = share * (math.fsum(values) - math.fsum(values[kept]))
    return Explanation((*(Term((one,), share) for one in sources), Term((), rest)))


def _at(array: Array, place: int) -> Source:
    index = tuple(int(one) for one in np.unravel_index(place, array.shape))
    return Source(0, index, float(array[index]))


def _listed(formula: str, terms: Sequence[Term]) -> str:
    """`formula` with {all} replaced by a place for each term."""
    return formula.replace("{all}", ", ".join(f"{{{number}}}" for number in range(len(terms))))


def along(
    shape: tuple[int, ...], axis: int | tuple[int, ...] | None, index: Index, keepdims: bool
) -> Iterator[Index]:
    """The places of an array that a reduction along `axis` puts into the output's `index`, in order."""
    rank = len(shape)
    axes = (
        range(rank) if axis is None else [one % rank for one in ((axis,) if isinstance(axis, int) else axis)]
    )
    kept = iter(index)
    ranges: list[Sequence[int]] = []
    for one, size in enumerate(shape):
        if one in axes:
            ranges.append(range(size))
            if keepdims:
                next(kept)
        else:
            ranges.append((next(kept),))
    return itertools.product(*ranges)


def across(axis: int = -1, formula: str = "") -> Explain:
    """All elements of the first input on the output's own line along `axis` (the option of that name where
    the operation has one), as softmax has it."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        line = int({**row.options, **options}.get("axis", axis)) % len(index)
        places = [(*index[:line], place, *index[line + 1 :]) for place in range(inputs[0].shape[line])]
        own = Term((source(inputs, 0, index),))
        terms = (own, *each([source(inputs, 0, place) for place in places]))
        filled = formula.replace("{all}", ", ".join(f"{{{number}}}" for number in range(1, len(terms))))
        return Explanation(terms, "function", formula=filled)

    return explain


def matrix_product(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """The row of `a` with the column of `b`; leading axes are broadcast. A vector on the left is a row, one
    on the right a column."""
    a, b = inputs
    row_of_a, column_of_b = lines_of_product(a.ndim, b.ndim, index)
    left = [source(inputs, 0, (*row_of_a, k)) for k in range(a.shape[-1])]
    right = [source(inputs, 1, (*column_of_b[0], k, *column_of_b[1])) for k in range(a.shape[-1])]
    return Explanation(tuple(Term(pair) for pair in zip(left, right, strict=True)))


def lines_of_product(a_axes: int, b_axes: int, index: Index) -> tuple[Index, tuple[Index, Index]]:
    """Where the row of `a` and the column of `b` lie that met in `index`: what stands before the row's own
    axis; what stands before and after the column's."""
    leading = index[: len(index) - (a_axes > 1) - (b_axes > 1)]
    row_of_a = (*leading, index[len(leading)]) if a_axes > 1 else ()
    return row_of_a, ((leading, index[-1:]) if b_axes > 1 else ((), ()))


def affine(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """A row of x with a column of W, and the bias, put through the activation."""
    x, _w, _b = inputs
    i, j = index
    products = [Term((source(inputs, 0, (i, k)), source(inputs, 1, (k, j)))) for k in range(x.shape[1])]
    bias = Term((source(inputs, 2, (j,)),))
    activation = {**row.options, **options}["activation"]
    return Explanation((*products, bias), outer="" if activation == "linear" else activation)


def stretched(row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]) -> Explanation:
    """The sum of all elements that broadcasting would have made of one: the way back of a broadcast."""
    wide, like = inputs
    extra = wide.ndim - like.ndim
    axes: list[Sequence[int]] = [range(size) for size in wide.shape[:extra]]
    for place, size, narrow in zip(index, wide.shape[extra:], like.shape, strict=True):
        axes.append(range(size) if narrow == 1 else (place,))
    return Explanation(each([source(inputs, 0, place) for place in itertools.product(*axes)]))


def by_sample(formula: str) -> Explain:
    """A function of all elements of each input that belong to one sample, the first axis."""

    def explain(
        row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
    ) -> Explanation:
        sources = [
            Source(number, (index[0], *place), float(array[(index[0], *place)]))
            for number, array in enumerate(inputs)
            for place in np.ndindex(array.shape[1:])
        ]
        return Explanation(each(sources), "function", formula=formula)

    return explain


def added_by_place(
    row: Any, output: int, index: Index, inputs: Arrays, options: Mapping[str, Any]
) -> Explanation:
    """An element of x, and those of the updates whose place along `axis` is its own."""
    x, indices, updates = inputs
    axis = int({**row.options, **options}["axis"]) % x.ndim
    size = x.shape[axis]
    sources = [source(inputs, 0, index)]
    for place in np.argwhere(indices % size == index[axis]):
        own = (*index[:axis], *(int(one) for one in place), *index[axis + 1 :])
        sources.append(Source(2, own, float(updates[own])))
    return Explanation(each(sources))
