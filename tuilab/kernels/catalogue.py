"""The catalogue: one row an operation, from which tape, tests, benchmark and lessons read all they need.

A row's `gradient` says, for each array input, which kernels give its gradient, as a call in the names of
the inputs and options, with `gradient` for what flows in and `output` for what the operation gave:
`"sum_to(multiply(gradient, b), a)"`. One call for all inputs together is written as a plain string; it
answers a gradient an input, and takes `needs`, which says for which.
"""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["normal", "positive", "distinct", "probabilities", "unit", "labels", "bytes"]


@dataclass(frozen=True, slots=True)
class Array:
    """An input to try: a shape, and what its numbers are.

    normal: the standard normal distribution; positive: 0.5 to 2; distinct: normal, no two equal and none
    near 0, so that kinks are avoided; probabilities: rows that sum to 1; unit: 0.05 to 0.95; labels: whole
    numbers below `classes`; bytes: 0 to 255.
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

    @functools.cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the array inputs, in order; what follows them are options."""
        arrays = len(re.findall(r"\(", self.shapes.split("->")[0]))
        return tuple(inspect.signature(self.reference).parameters)[:arrays]

    @functools.cached_property
    def options(self) -> dict[str, Any]:
        """The options with their defaults."""
        parameters = list(inspect.signature(self.reference).parameters.values())[len(self.inputs) :]
        return {one.name: None if one.default is one.empty else one.default for one in parameters}

    @functools.cached_property
    def rules(self) -> Callable[..., Any] | tuple[Callable[..., Any] | None, ...]:
        """`gradient` as functions of (gradient, output, *inputs, needs=…, **options)."""
        if isinstance(self.gradient, str):
            return self._compiled(self.gradient)
        return tuple(None if rule is None else self._compiled(rule) for rule in self.gradient)

    def _compiled(self, rule: str) -> Callable[..., Any]:
        options = [f"{option}=defaults[{option!r}]" for option in self.options]
        parameters = ", ".join(["gradient", "output", *self.inputs, "*", "needs", *options])
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


def gradients(
    operation: Operation,
    gradient: npt.NDArray[Any],
    output: npt.NDArray[Any],
    inputs: tuple[npt.NDArray[Any], ...],
    options: Mapping[str, Any],
    needs: tuple[bool, ...],
) -> tuple[npt.NDArray[Any] | None, ...]:
    """The gradient of each input that is needed, by the row's rule; None for the others."""
    rules = operation.rules
    if callable(rules):
        answer = rules(gradient, output, *inputs, needs=needs, **options)
        return tuple(one if needed else None for one, needed in zip(answer, needs, strict=True))
    if len(rules) < len(inputs):
        raise ValueError(f"{operation.name} has no gradient.")
    return tuple(
        rule(gradient, output, *inputs, needs=needs, **options) if needed and rule is not None else None
        for rule, needed in zip(rules, needs, strict=True)
    )
