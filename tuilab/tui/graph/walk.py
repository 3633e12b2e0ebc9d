"""A walk over the stops of a trace: what has arrived, where one stands, in both directions."""

from typing import TYPE_CHECKING, Any, Literal

from tuilab.tui.explanations import Question
from tuilab.tui.graph.nodes import Graph, Node

if TYPE_CHECKING:
    import numpy.typing as npt

    from tuilab.autodiff.trace import Stop, Trace

Index = tuple[int, ...]
Direction = Literal["", "forward", "backward"]


class Walk:
    """Where one stands: at stop `place`, once it is done; at -1 only what is given is there.

    Forward stops come first, then the backward ones, so the walk goes there and back.
    """

    def __init__(self, trace: "Trace") -> None:
        self.trace = trace
        self.place = -1
        self._computed: dict[int, int] = {}
        """The place of the stop that computed a value."""
        self._gradients: dict[tuple[int, int], npt.NDArray[Any] | None] = {}
        self._arrivals: dict[int, list[int]] = {}
        """The places of the stops that added to a value's gradient."""
        self.forward = 0
        """How many stops go forward."""
        for place, stop in enumerate(trace.stops):
            if stop.direction == "forward":
                self.forward += 1
                self._computed.update(dict.fromkeys(stop.outputs, place))
                continue
            for value, contribution in zip(stop.inputs, stop.contributions, strict=True):
                if contribution is not None:
                    self._arrivals.setdefault(value, []).append(place)

    def __len__(self) -> int:
        return len(self.trace)

    @property
    def stop(self) -> "Stop | None":
        """The stop that was done last."""
        return self.trace[self.place] if self.place >= 0 else None

    @property
    def direction(self) -> Direction:
        return self.stop.direction if self.stop else ""

    @property
    def position(self) -> float:
        """How far the walk is, from 0 to 1."""
        return (self.place + 1) / len(self) if len(self) else 1.0

    def text(self) -> str:
        """Where it stands, in words."""
        stop = self.stop
        if stop is None:
            return "what is given"
        done, count = (
            (self.place + 1, self.forward)
            if stop.direction == "forward"
            else (self.place + 1 - self.forward, len(self) - self.forward)
        )
        return f"{stop.direction} {done:,} of {count:,} · {stop.operation}"

    def go(self, place: int) -> bool:
        """Stand at a place, at most the first or last; whether that is another."""
        before = self.place
        self.place = max(-1, min(place, len(self) - 1))
        return self.place != before

    def turn(self, step: int) -> bool:
        """To the end of this direction, or back to its beginning, and then on."""
        marks = sorted({-1, self.forward - 1, len(self) - 1})
        ahead = [mark for mark in marks if (mark > self.place if step > 0 else mark < self.place)]
        return self.go((ahead[0] if step > 0 else ahead[-1]) if ahead else self.place)

    def has_value(self, value: int) -> bool:
        """Whether a value is there."""
        return self._computed.get(value, -1) <= self.place

    def gradient(self, value: int) -> "npt.NDArray[Any] | None":
        """A value's gradient, as far as it has arrived; None where nothing has."""
        if self.place < self.forward - 1 or (value != self.trace.target and self.place < self.forward):
            return None
        if value == self.trace.target and len(self) == self.forward:
            return None
        arrived = sum(place <= self.place for place in self._arrivals.get(value, ()))
        key = value, arrived
        if key not in self._gradients:
            if len(self._gradients) > 4096:
                self._gradients.clear()
            self._gradients[key] = self.trace.gradient(value, self.place)
        return self._gradients[key]

    def is_whole(self, value: int) -> bool:
        """Whether all of a value's gradient has arrived."""
        return all(place <= self.place for place in self._arrivals.get(value, ()))

    def gathers(self, value: int) -> bool:
        """Whether a value's gradient arrives in several parts."""
        return len(self._arrivals.get(value, ())) > 1

    def flows_to(self, value: int) -> bool:
        """Whether a gradient ever arrives at a value."""
        return value in self._arrivals or (value == self.trace.target and len(self) > self.forward)

    def node(self, graph: Graph) -> int | None:
        """The node of the stop that was done last: going back, that of the number that a gradient came to."""
        stop = self.stop
        if stop is None:
            return None
        if stop.direction == "forward":
            return graph.of_value.get(stop.outputs[0])
        reached = [
            value
            for value, contribution in zip(stop.inputs, stop.contributions, strict=True)
            if contribution is not None
        ]
        reached.sort(key=lambda value: value in self._computed)
        return graph.of_value.get(reached[0]) if reached else graph.of_value.get(stop.outputs[0])

    def question(self, node: Node, index: Index | None = None) -> Question:
        """What one asks at a node now: going back, for its gradient where it has arrived, else for its value.
        Of an array it is the element at `index`, or the one that counts most."""
        gradient = self.gradient(node.value) if self.direction == "backward" else None
        array = self.trace.values[node.value].array if gradient is None else gradient
        return Question(node.value, furthest(array) if index is None else index, gradient is not None)


def furthest(array: "npt.NDArray[Any]") -> Index:
    """The index of the finite element that is furthest from 0."""
    import numpy as np

    if not array.size or not array.ndim:
        return ()
    sizes = np.nan_to_num(np.abs(array.astype(np.float64)), nan=0.0, posinf=0.0, neginf=0.0)
    return tuple(int(one) for one in np.unravel_index(int(sizes.argmax()), array.shape))
