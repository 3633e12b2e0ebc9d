"""The tape: every operation in the order it was done, walked backwards to give gradients.

Reverse-mode differentiation (S. Linnainmaa, 1970; D. Rumelhart, G. Hinton, R. Williams, 1986): with the
gradient of the loss by an operation's output known, the chain rule gives its gradient by each input.
Outputs come after their inputs on a tape, so one walk from the end to the start suffices, and no depth
of graph is too deep.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.autodiff.trace import Role, Stop, Trace, Value
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation, gradients

if TYPE_CHECKING:
    from tuilab.autodiff.tensor import Tensor

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One operation as it was done."""

    operation: Operation
    inputs: tuple["Tensor", ...]
    options: Mapping[str, Any]
    outputs: tuple["Tensor", ...]


class Tape:
    """Records the operations done on tensors while it runs.

    >>> x = Tensor([3.0])
    >>> with Tape() as tape:
    ...     y = x * x
    >>> tape.gradient(y, x)
    array([6.], dtype=float32)

    Tapes may be nested; each records everything inside it. A tape belongs to the thread that started it.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __enter__(self) -> "Tape":
        _running().append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _running().remove(self)

    def record(
        self,
        operation: Operation,
        inputs: tuple["Tensor", ...],
        options: Mapping[str, Any],
        outputs: tuple["Tensor", ...],
    ) -> None:
        """Add one operation; called by the operations themselves."""
        self.records.append(Record(operation, inputs, options, outputs))

    @overload
    def gradient(self, target: "Tensor", sources: "Tensor") -> Array: ...

    @overload
    def gradient(self, target: "Tensor", sources: Sequence["Tensor"]) -> list[Array]: ...

    def gradient(self, target: "Tensor", sources: "Tensor | Sequence[Tensor]") -> Array | list[Array]:
        """The gradient of `target` by each of `sources`: arrays of the sources' shapes.

        For a target of several elements it is the gradient of their sum. A source that the target does
        not depend on has the gradient zero. A target or source of whole numbers has no gradient: TuilabError.
        """
        several = isinstance(sources, Sequence)
        wanted: Sequence[Tensor] = sources if several else [sources]  # type: ignore[assignment,list-item]
        self._check(target, wanted)
        flows: dict[int, Array] = {}
        for _ in self._walk_back(target, wanted, flows):
            pass
        answer: list[Array] = []
        for source in wanted:
            found = _flow(flows, source)
            # the gradient of a sum flows to both terms as it is; who changes one must not change both
            shared = any(np.may_share_memory(found, other) for other in answer)
            answer.append(found.copy() if shared else found)
        return answer if several else answer[0]

    def trace(self, target: "Tensor", sources: "Tensor | Sequence[Tensor]") -> Trace:
        """The computation of `target`, and its gradient by `sources`, as stops to be walked: see `Trace`.

        What came from outside is copied, so that the trace stays true when parameters move.
        """
        wanted: Sequence[Tensor] = sources if isinstance(sources, Sequence) else [sources]
        self._check(target, wanted)
        numbers: dict[int, int] = {}
        values: list[Value] = []

        def number(tensor: "Tensor", role: Role) -> int:
            if id(tensor) not in numbers:
                numbers[id(tensor)] = len(values)
                array = tensor.data if role == "computed" else tensor.data.copy()
                values.append(Value(array, role, tensor.name or ""))
            return numbers[id(tensor)]

        for source in wanted:
            if not any(source is output for record in self.records for output in record.outputs):
                number(source, "source")
        stops = []
        for record in self.records:
            inputs = tuple(number(one, "given") for one in record.inputs)
            outputs = tuple(number(one, "computed") for one in record.outputs)
            stops.append(Stop("forward", record.operation.name, inputs, outputs, record.options))
        for record, flow, contributions in self._walk_back(target, wanted, {}):
            inputs = tuple(numbers[id(one)] for one in record.inputs)
            outputs = tuple(numbers[id(one)] for one in record.outputs)
            name = record.operation.name
            stops.append(Stop("backward", name, inputs, outputs, record.options, flow, contributions))
        return Trace(tuple(values), tuple(stops), number(target, "source"))

    def _check(self, target: "Tensor", wanted: Sequence["Tensor"]) -> None:
        from tuilab.autodiff.tensor import Tensor

        for tensor in (target, *wanted):
            if not isinstance(tensor, Tensor):
                raise TuilabError(
                    "gradient takes Tensors, those that were computed with. "
                    f"It was given {type(tensor).__name__}."
                )
            if tensor.dtype.kind != "f":
                raise TuilabError(
                    f"A gradient needs floating numbers; {tensor.name or 'this tensor'} is {tensor.dtype}. "
                    'Make it with Tensor(…, dtype="float32").'
                )
        self._check_recorded(target, wanted)

    def _check_recorded(self, target: "Tensor", sources: Sequence["Tensor"]) -> None:
        if any(target is source for source in sources):
            return
        if not any(output is target for record in reversed(self.records) for output in record.outputs):
            raise TuilabError(
                "The target was not computed while this tape was recording. "
                "Compute it inside `with Tape() as tape:`, from Tensors."
            )

    def _walk_back(
        self, target: "Tensor", sources: Sequence["Tensor"], flows: dict[int, Array]
    ) -> Iterator[tuple[Record, tuple[Array, ...], tuple[Array | None, ...]]]:
        """The records that `target` depends on, last to first, each with what came in by its outputs and what
        goes out to its inputs; `flows` holds the gradients by then, by the tensors' ids."""
        depends = {id(source) for source in sources}
        for record in self.records:
            if any(id(one) in depends for one in record.inputs):
                depends |= {id(output) for output in record.outputs}
        flows[id(target)] = np.ones(target.shape, target.dtype)
        kept = {id(source) for source in sources}
        for record in reversed(self.records):
            if not any(id(output) in flows and id(output) in depends for output in record.outputs):
                continue
            operation = record.operation
            needs = tuple(id(one) in depends for one in record.inputs)
            output = tuple(one.data for one in record.outputs)
            flow = tuple(
                _flow(flows, one, keep=id(one) in kept)
                for one in record.outputs[: operation.outputs - operation.kept]
            )
            answer = gradients(
                operation,
                flow if len(flow) > 1 else flow[0],
                output if operation.outputs > 1 else output[0],
                tuple(one.data for one in record.inputs),
                record.options,
                needs,
            )
            for one, gradient in zip(record.inputs, answer, strict=True):
                if gradient is not None:
                    known = flows.get(id(one))
                    flows[id(one)] = gradient if known is None else CATALOGUE["add"].parallel(known, gradient)
            yield record, flow, answer


def _flow(flows: dict[int, Array], source: "Tensor", keep: bool = True) -> Array:
    found = flows.get(id(source)) if keep else flows.pop(id(source), None)
    if found is None:
        return np.zeros(source.shape, source.dtype)
    return found if found.dtype == source.dtype else found.astype(source.dtype)


class _Running(threading.local):
    def __init__(self) -> None:
        self.tapes: list[Tape] = []


_local = _Running()


def _running() -> list[Tape]:
    return _local.tapes


def recording() -> Sequence[Tape]:
    """The tapes that are running in this thread."""
    return _local.tapes
