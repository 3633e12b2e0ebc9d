"""A trace: a computation and its way back as a sequence of stops that can be walked both ways.

A trace is data. It holds every array that was computed, so walking it computes nothing; it can be written to
a file, sent to another process and walked there. Ask it where a number came from, and it answers with the
numbers that made it.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation
from tuilab.kernels.chain_rule import local_derivatives
from tuilab.kernels.explanation import Explanation

Array = npt.NDArray[Any]
Index = tuple[int, ...]
Role = Literal["given", "source", "computed"]


@dataclass(frozen=True, slots=True)
class Value:
    """An array in a trace. given: it came from outside; source: its gradient was asked for; computed: an
    operation gave it."""

    array: Array
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """One operation, done forward or walked back. `inputs` and `outputs` are numbers of values.

    Walking back, `flows` is the gradient that came in by each output that carries one, and `contributions`
    what the chain rule made of it for each input, None where nobody asked.
    """

    direction: Literal["forward", "backward"]
    operation: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    flows: tuple[Array, ...] = ()
    contributions: tuple[Array | None, ...] = ()

    @property
    def row(self) -> Operation:
        """The operation's row in the catalogue: formula, references, explanation."""
        if self.operation not in CATALOGUE:
            raise TuilabError(f"This trace has an operation {self.operation!r} that the catalogue has not.")
        return CATALOGUE[self.operation]


@dataclass(frozen=True, eq=False)
class Trace:
    """The stops of a computation, in forward order and then back, and the values that they work on.

    >>> x = Tensor([3.0], name="x")
    >>> with Tape() as tape:
    ...     y = x * x
    >>> trace = tape.trace(y, x)
    >>> [f"{stop.direction} {stop.operation}" for stop in trace]
    ['forward multiply', 'backward multiply']
    """

    values: tuple[Value, ...]
    stops: tuple[Stop, ...]
    target: int

    def __len__(self) -> int:
        return len(self.stops)

    def __iter__(self) -> Iterator[Stop]:
        return iter(self.stops)

    def __getitem__(self, place: int) -> Stop:
        return self.stops[place]

    def made_by(self, value: int) -> Stop | None:
        """The stop that computed a value; None where it was there from the start."""
        place = self._makers.get(value)
        return None if place is None else self.stops[place]

    def known(self, place: int) -> frozenset[int]:
        """The values that are there once stop `place` is done; before the first (-1), those from outside."""
        given = {number for number, value in enumerate(self.values) if value.role != "computed"}
        done = self.stops[: place + 1]
        return frozenset(given.union(*(stop.outputs for stop in done if stop.direction == "forward")))

    def gradient(self, value: int, place: int | None = None) -> Array | None:
        """The gradient of the target by a value, as far as it is known once stop `place` is done, or at the
        end: the sum of what each operation that took the value has contributed. None while none has."""
        total: Array | None = None
        if value == self.target:
            total = np.ones_like(self.values[value].array)
        for at, taken in self._contributors.get(value, ()):
            if place is not None and at > place:
                break
            contribution = self.stops[at].contributions[taken]
            total = contribution if total is None else total + contribution
        return total

    def explain(self, value: int, index: Index) -> Explanation:
        """Where an element of a computed value came from; the sources' inputs are those of `made_by(value)`.

        TuilabError: the value came from outside.
        """
        stop = self.made_by(value)
        if stop is None:
            raise TuilabError("This value was given, not computed.")
        inputs = [self.values[number].array for number in stop.inputs]
        output = stop.outputs.index(value)
        return stop.row.explanation(index, *inputs, output=output, **stop.options)

    def explain_gradient(
        self, value: int, index: Index, place: int | None = None
    ) -> list[tuple[Stop, Explanation]]:
        """Where an element of a value's gradient came from: for each operation that took the value, the sum
        over its outputs of incoming gradient times local derivative, as far as they are known once stop
        `place` is done, or at the end. The sources' inputs are numbers of outputs. The derivatives are finite
        differences, which check the gradient by other means.
        """
        return [
            (self.stops[at], self._factors(self.stops[at], taken, index))
            for at, taken in self._contributors.get(value, ())
            if place is None or at <= place
        ]

    @functools.cached_property
    def _makers(self) -> dict[int, int]:
        """The place of the stop that computed each value."""
        return {
            number: place
            for place, stop in enumerate(self.stops)
            if stop.direction == "forward"
            for number in stop.outputs
        }

    @functools.cached_property
    def _contributors(self) -> dict[int, list[tuple[int, int]]]:
        """For each value the places of the stops that gave to its gradient, and at which of their inputs."""
        found: dict[int, list[tuple[int, int]]] = {}
        for place, stop in enumerate(self.stops):
            for taken, (number, contribution) in enumerate(
                zip(stop.inputs, stop.contributions, strict=False)
            ):
                if contribution is not None:
                    found.setdefault(number, []).append((place, taken))
        return found

    def _factors(self, stop: Stop, place: int, index: Index) -> Explanation:
        inputs = tuple(self.values[number].array for number in stop.inputs)
        return local_derivatives(stop.row, place, index, inputs, stop.flows, stop.options)

    def to_bytes(self) -> bytes:
        """The trace as the bytes of a safetensors file."""
        from safetensors.numpy import save

        arrays: dict[str, Array] = {}
        for number, value in enumerate(self.values):
            arrays[f"value {number}"] = value.array
        for number, stop in enumerate(self.stops):
            for place, flow in enumerate(stop.flows):
                arrays[f"flow {number} {place}"] = flow
            for place, contribution in enumerate(stop.contributions):
                if contribution is not None:
                    arrays[f"contribution {number} {place}"] = contribution
        outline = {
            "target": self.target,
            "values": [{"role": value.role, "name": value.name} for value in self.values],
            "stops": [
                {
                    "direction": stop.direction,
                    "operation": stop.operation,
                    "inputs": stop.inputs,
                    "outputs": stop.outputs,
                    "options": dict(stop.options),
                    "flows": len(stop.flows),
                    "contributions": [one is not None for one in stop.contributions],
                }
                for stop in self.stops
            ],
        }
        whole = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
        return save(whole, {"trace": json.dumps(outline)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "Trace":
        """The trace that `to_bytes` wrote; TuilabError where it is something else, or damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            arrays = load(content)
            header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
            outline = json.loads(header["__metadata__"]["trace"])
            values = tuple(
                Value(arrays[f"value {number}"], _role(one["role"]), str(one["name"]))
                for number, one in enumerate(outline["values"])
            )
            stops = tuple(_stop(number, one, arrays) for number, one in enumerate(outline["stops"]))
            trace = cls(values, stops, int(outline["target"]))
            trace._check()
        except (SafetensorError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise TuilabError(f"This is no trace, or it is damaged ({error}).") from None
        return trace

    def _check(self) -> None:
        numbers = {self.target, *(one for stop in self.stops for one in (*stop.inputs, *stop.outputs))}
        if not numbers <= set(range(len(self.values))):
            raise ValueError("it names a value that it has not")
        unknown = sorted({stop.operation for stop in self.stops} - set(CATALOGUE))
        if unknown:
            raise ValueError(f"it has an operation {unknown[0]!r} that the catalogue has not")


def _role(role: Any) -> Role:
    if role not in ("given", "source", "computed"):
        raise ValueError(f"a value's role is {role!r}")
    return role  # type: ignore[no-any-return]


def _stop(number: int, outline: Mapping[str, Any], arrays: Mapping[str, Array]) -> Stop:
    if outline["direction"] not in ("forward", "backward"):
        raise ValueError(f"a stop goes {outline['direction']!r}")
    return Stop(
        outline["direction"],
        str(outline["operation"]),
        tuple(int(one) for one in outline["inputs"]),
        tuple(int(one) for one in outline["outputs"]),
        {str(name): _tuples(value) for name, value in outline["options"].items()},
        tuple(arrays[f"flow {number} {place}"] for place in range(int(outline["flows"]))),
        tuple(
            arrays[f"contribution {number} {place}"] if there else None
            for place, there in enumerate(outline["contributions"])
        ),
    )


def _tuples(value: Any) -> Any:
    """JSON has lists only; options are given as tuples."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
