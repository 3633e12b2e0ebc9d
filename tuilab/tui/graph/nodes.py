"""A trace as a graph: a node for each operation and each given value, repeated parts folded into one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tuilab.tui.explanations.names import names, subscript
from tuilab.tui.graph.repeats import Repeat, repeats

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Stop, Trace

FOLDED_FROM = 24
"""Operations from which on repeated parts are folded."""
SIGNS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "negative": "−",
    "matmul": "@",
    "dot": "@",
    "transpose": "T",
}
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Node:
    """What is drawn as one. `value` is the number of the value it stands for; a fold stands for its last.

    `inputs` are numbers of nodes, in the order of the operation's inputs and each once. `stops` are the
    places of its forward stops in the trace: none for a given value, several for a fold. `part` is the number
    of the repeated part that a fold hides.
    """

    label: str
    value: int
    kind: Literal["given", "parameter", "operation", "fold"]
    inputs: tuple[int, ...] = ()
    stops: tuple[int, ...] = ()
    name: str = ""
    part: int = -1


@dataclass(frozen=True)
class Graph:
    """Nodes, each after those it takes from. `of_value`, `of_stop`: which node shows a value, or a stop."""

    nodes: tuple[Node, ...]
    of_value: dict[int, int]
    of_stop: dict[int, int]
    foldable: bool

    def __len__(self) -> int:
        return len(self.nodes)


def graph_of(trace: "Trace", folded: bool = True, opened: Collection[int] = ()) -> Graph:
    """The graph of a trace's forward stops, repeated parts folded, but for those that were `opened`."""
    forward = [(place, stop) for place, stop in enumerate(trace.stops) if stop.direction == "forward"]
    parts = repeats(_keys(trace, [stop for _, stop in forward])) if len(forward) >= FOLDED_FROM else []
    closed = [part for part in parts if folded and part.begin not in opened]
    hidden = _hidden(closed)
    called = names(trace)
    nodes: list[Node] = []
    of_value: dict[int, int] = {}
    of_stop: dict[int, int] = {}
    uses = _uses(stop for number, (_, stop) in enumerate(forward) if number not in hidden)

    def given(value: int) -> int:
        if value not in of_value:
            kind: Literal["parameter", "given"] = (
                "parameter" if trace.values[value].role == "source" else "given"
            )
            of_value[value] = len(nodes)
            nodes.append(Node(called[value], value, kind))
        return of_value[value]

    open_fold: Repeat | None = None
    taken: list[int] = []
    stops: list[int] = []
    for number, (place, stop) in enumerate(forward):
        part = hidden.get(number)
        if part is None:
            inputs = tuple(dict.fromkeys(given(value) for value in stop.inputs))
            node = len(nodes)
            shown = next((value for value in stop.outputs if value in uses), stop.outputs[0])
            is_named = bool(trace.values[shown].name)
            own = called[shown] if is_named or shown == trace.target else ""
            label = _sign(stop) + ("" if is_named else subscript(called[shown]))
            nodes.append(Node(label, shown, "operation", inputs, (place,), own))
        else:
            if part is not open_fold:
                open_fold, taken, stops = part, [], []
            taken += [of_value[value] for value in stop.inputs if value in of_value]
            stops.append(place)
            if number + 1 in hidden and hidden[number + 1] is part:
                for value in stop.outputs:
                    of_value[value] = -1
                of_stop[place] = -1
                continue
            node = len(nodes)
            inputs = tuple(dict.fromkeys(one for one in taken if 0 <= one < node))
            what = stop.operation if part.length == 1 else f"times {part.length} operations"
            label = f"… {part.count - 2:,} more {what}"
            nodes.append(Node(label, stop.outputs[0], "fold", inputs, tuple(stops), part=part.begin))
            for earlier in stops:
                of_stop[earlier] = node
                for value in (*trace.stops[earlier].outputs, *trace.stops[earlier].inputs):
                    if of_value.get(value, -1) == -1:
                        of_value[value] = node
        of_stop[place] = node
        for value in stop.outputs:
            of_value[value] = node
    if trace.target not in of_value:
        given(trace.target)
    return Graph(tuple(nodes), of_value, of_stop, bool(parts))


def _hidden(parts: Iterable[Repeat]) -> dict[int, Repeat]:
    """The places of operations that a fold hides: all repetitions but the first and the last."""
    return {
        place: part
        for part in parts
        for place in range(part.begin + part.length, part.begin + part.length * (part.count - 1))
    }


def _uses(stops: "Iterable[Stop]") -> set[int]:
    return {value for stop in stops for value in stop.inputs}


def _keys(trace: "Trace", stops: "list[Stop]") -> list[int]:
    """A number for each operation, the same for those that do the same with what came as long before."""
    made: dict[int, int] = {}
    seen: dict[tuple[object, ...], int] = {}
    keys: list[int] = []
    for place, stop in enumerate(stops):
        taken = tuple(place - made[value] if value in made else -1 for value in stop.inputs)
        key = (stop.operation, taken, trace.values[stop.outputs[0]].array.shape)
        keys.append(seen.setdefault(key, len(seen)))
        for value in stop.outputs:
            made[value] = place
    return keys


def _sign(stop: "Stop") -> str:
    if stop.operation == "power":
        exponent = f"{stop.options.get('exponent', 2):g}"
        return f"x{exponent.translate(_POWERS)}" if set(exponent) <= set("0123456789-") else f"x^{exponent}"
    return SIGNS.get(stop.operation, stop.operation)
