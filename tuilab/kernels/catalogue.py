"""The catalogue: one row an operation, from which tape, tests, benchmark and lessons read all they need.

A row's `gradient` says, for each array input, which kernels give its gradient, as a call in the names of
the inputs and options, with `gradient` for what flows in and `output` for what the operation gave:
`"sum_to(multiply(gradient, b), a)"`. One call for all inputs together is written as a plain string; it
answers a gradient an input, and takes `needs`, which says for which.

An operation may take any number of arrays: its reference then begins with `*arrays`, and its shapes with
`"(...)*->"`. It may give several outputs, as a tuple; `gradient` and `output` are then tuples too. The last
`kept` of them are only kept for the way back (the gates of an LSTM, the places of the largest): nothing
flows into those, and `gradient` has none of them; a single one that is left is not in a tuple.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tuilab.errors import TuilabError
from tuilab.kernels.explanation import Explain, Explanation

Kind = Literal[
    "normal", "positive", "distinct", "probabilities", "unit", "labels", "bytes", "negative", "mask"
]


@dataclass(frozen=True, slots=True)
class Array:
    """An input to try: a shape, and what its numbers are.

    normal: the standard normal distribution; positive: 0.5 to 2; distinct: normal, no two equal and none
    near 0, so that kinks are avoided; probabilities: rows that sum to 1; unit: 0.05 to 0.95; labels: whole
    numbers below `classes`; bytes: 0 to 255; negative: whole numbers below 0; mask: true or false.
    """

    shape: tuple[int, ...]
    kind: Kind = "normal"
    classes: int = 0

    def draw(self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
        match self.kind:
            case "normal":
                return np.asarray(rng.standard_normal(self.shape), dtype)
            case "positive":
                return np.asarray(rng.uniform(0.5, 2, self.shape), dtype)
            case "distinct":
                size = int(np.prod(self.shape))
                values = (1 + rng.permutation(size)) / (size + 1) * rng.choice([-2, 2], size)
                return np.asarray(values.reshape(self.shape), dtype)
            case "probabilities":
                weights = rng.uniform(0.1, 1, self.shape)
                return np.asarray(weights / weights.sum(-1, keepdims=True), dtype)
            case "unit":
                return np.asarray(rng.uniform(0.05, 0.95, self.shape), dtype)
            case "labels":
                return rng.integers(0, self.classes, self.shape)
            case "bytes":
                return rng.integers(0, 256, self.shape, dtype=np.uint8)
            case "negative":
                return rng.integers(-9, 0, self.shape)
            case "mask":
                return rng.random(self.shape) < 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """Inputs and options to try a row with."""

    inputs: tuple[Array, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Inputs and options that a row must refuse, and a part of what it must say."""

    inputs: tuple[Array, ...]
    says: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """A row of the catalogue."""

    name: str
    formula: str
    shapes: str
    reference: Callable[..., Any]
    parallel: Callable[..., Any]
    valid: tuple[Sample, ...]
    invalid: tuple[Invalid, ...] = ()
    gradient: tuple[str | None, ...] | str = ()
    source: str = ""
    kept: int = 0
    explain: Explain | None = None

    @functools.cached_property
    def variadic(self) -> bool:
        """Whether it takes any number of arrays."""
        return self.shapes.split("->")[0].endswith("*")

    @functools.cached_property
    def outputs(self) -> int:
        """How many arrays it gives."""
        return self.shapes.split("->")[1].count("(")

    @functools.cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the array inputs, in order; what follows them are options."""
        arrays = self.shapes.split("->")[0].count("(")
        return tuple(inspect.signature(self.reference).parameters)[:arrays]

    @functools.cached_property
    def options(self) -> dict[str, Any]:
        """The options with their defaults."""
        parameters = list(inspect.signature(self.reference).parameters.values())[len(self.inputs) :]
        return {one.name: None if one.default is one.empty else one.default for one in parameters}

    def explanation(
        self, index: tuple[int, ...], *inputs: Any, output: int = 0, **options: Any
    ) -> Explanation:
        """Where element `index` of the output, or of output number `output`, comes from."""
        if self.explain is None:
            raise TuilabError(f"{self.name} has no explanation.")
        return self.explain(self, output, tuple(index), tuple(np.asarray(one) for one in inputs), options)

    @property
    def differentiable(self) -> bool:
        """Whether gradients go back through it."""
        return bool(self.gradient)

    @functools.cached_property
    def rules(self) -> Callable[..., Any] | tuple[Callable[..., Any] | None, ...]:
        """`gradient` as functions of (gradient, output, *inputs, needs=…, **options)."""
        if isinstance(self.gradient, str):
            return self._compiled(self.gradient)
        return tuple(None if rule is None else self._compiled(rule) for rule in self.gradient)

    def _compiled(self, rule: str) -> Callable[..., Any]:
        options = [f"{option}=defaults[{option!r}]" for option in self.options]
        inputs = [f"*{self.inputs[0]}"] if self.variadic else [*self.inputs, "*"]
        parameters = ", ".join(["gradient", "output", *inputs, "needs", *options])
        names: dict[str, Any] = {kernel: row.parallel for kernel, row in CATALOGUE.items()}
        names["defaults"] = self.options
        return eval(f"lambda {parameters}: {rule}", names)  # type: ignore[no-any-return]  # text of our own table


CATALOGUE: dict[str, Operation] = {}


def register(*rows: Operation) -> None:
    """Enter rows; a second row of the same name is a mistake."""
    for row in rows:
        if row.name in CATALOGUE:
            raise ValueError(f"The catalogue has a row {row.name!r} already.")
        CATALOGUE[row.name] = row


Arrays = tuple[npt.NDArray[Any], ...]


def gradients(
    operation: Operation,
    gradient: npt.NDArray[Any] | Arrays,
    output: npt.NDArray[Any] | Arrays,
    inputs: Arrays,
    options: Mapping[str, Any],
    needs: tuple[bool, ...],
) -> tuple[npt.NDArray[Any] | None, ...]:
    """The gradient of each input that is needed, by the row's rule; None for the others."""
    rules = operation.rules
    if callable(rules):
        answer = rules(gradient, output, *inputs, needs=needs, **options)
        return tuple(one if needed else None for one, needed in zip(answer, needs, strict=True))
    if len(rules) < len(inputs):
        raise TuilabError(f"{operation.name} has no gradient: it answers places, or jumps.")
    return tuple(
        rule(gradient, output, *inputs, needs=needs, **options) if needed and rule is not None else None
        for rule, needed in zip(rules, needs, strict=True)
    )
