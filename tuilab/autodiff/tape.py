"""The tape: every operation in the order it was done, walked backwards to give gradients.

Reverse-mode differentiation (S. Linnainmaa, 1970; D. Rumelhart, G. Hinton, R. Williams, 1986): with the
gradient of the loss by an operation's output known, the chain rule gives its gradient by each input.
Outputs come after their inputs on a tape, so one walk from the end to the start suffices, and no depth
of graph is too deep.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import Operation, gradients
from tuilab.kernels.parallel.elementwise import add

if TYPE_CHECKING:
    from tuilab.autodiff.tensor import Tensor

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One operation as it was done."""

    operation: Operation
    inputs: tuple["Tensor", ...]
    options: Mapping[str, Any]
    output: "Tensor"


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
        self, operation: Operation, inputs: tuple["Tensor", ...], options: Mapping[str, Any], output: "Tensor"
    ) -> None:
        """Add one operation; called by the operations themselves."""
        self.records.append(Record(operation, inputs, options, output))

    @overload
    def gradient(self, target: "Tensor", sources: "Tensor") -> Array: ...

    @overload
    def gradient(self, target: "Tensor", sources: Sequence["Tensor"]) -> list[Array]: ...

    def gradient(self, target: "Tensor", sources: "Tensor | Sequence[Tensor]") -> Array | list[Array]:
        """The gradient of `target` by each of `sources`: arrays of the sources' shapes.

        For a target of several elements it is the gradient of their sum. A source that the target does
        not depend on has the gradient zero. A target or source of whole numbers has no gradient: TuilabError.
        """
        from tuilab.autodiff.tensor import Tensor

        several = isinstance(sources, Sequence)
        wanted: Sequence[Tensor] = sources if several else [sources]  # type: ignore[assignment,list-item]
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
        flows = self._walk_back(target, wanted)
        answer: list[Array] = []
        for source in wanted:
            found = _flow(flows, source)
            # the gradient of a sum flows to both terms as it is; who changes one must not change both
            shared = any(np.may_share_memory(found, other) for other in answer)
            answer.append(found.copy() if shared else found)
        return answer if several else answer[0]

    def _check_recorded(self, target: "Tensor", sources: Sequence["Tensor"]) -> None:
        if any(target is source for source in sources):
            return
        if not any(record.output is target for record in reversed(self.records)):
            raise TuilabError(
                "The target was not computed while this tape was recording. "
                "Compute it inside `with Tape() as tape:`, from Tensors."
            )

    def _walk_back(self, target: "Tensor", sources: Sequence["Tensor"]) -> dict[int, Array]:
        depends = {id(source) for source in sources}
        for record in self.records:
            if any(id(one) in depends for one in record.inputs):
                depends.add(id(record.output))
        flows: dict[int, Array] = {id(target): np.ones(target.shape, target.dtype)}
        kept = {id(source) for source in sources}
        for record in reversed(self.records):
            key = id(record.output)
            if key not in flows or key not in depends:
                continue
            flow = flows[key] if key in kept else flows.pop(key)
            needs = tuple(id(one) in depends for one in record.inputs)
            arrays = tuple(one.data for one in record.inputs)
            answer = gradients(record.operation, flow, record.output.data, arrays, record.options, needs)
            for one, gradient in zip(record.inputs, answer, strict=True):
                if gradient is not None:
                    known = flows.get(id(one))
                    flows[id(one)] = gradient if known is None else add(known, gradient)
        return flows


def _flow(flows: Mapping[int, Array], source: "Tensor") -> Array:
    found = flows.get(id(source))
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
