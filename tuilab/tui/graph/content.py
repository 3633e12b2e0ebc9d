"""What stands in a node: its sign and value, below it the gradient; of an array, its shape and small maps."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rich.cells import cell_len

from tuilab.text import number
from tuilab.tui.explanations.names import MARKS, Tone
from tuilab.tui.graph.drawing import Mark
from tuilab.tui.graph.nodes import Graph, Node
from tuilab.tui.graph.walk import Walk

if TYPE_CHECKING:
    import numpy.typing as npt

NOT_YET = "·"
MAP_WIDTH, MAP_HEIGHT = 8, 2
"""The most cells of a small map."""


class Maps(Protocol):
    """Draws arrays as small maps."""

    def map_width(self, shape: tuple[int, ...]) -> int:
        """The cells that the map of an array of this shape is wide, at most `MAP_WIDTH`."""

    def map_of(self, array: "npt.NDArray[Any]", tone: Tone) -> list[list[Mark]]:
        """The `MAP_HEIGHT` rows of an array's map."""


class NodeContent:
    """The rows of nodes at the stop where a walk stands. Sizes are those of the end, so nothing moves."""

    def __init__(self, graph: Graph, walk: Walk, maps: Maps, plain: Callable[[str], str]) -> None:
        self.graph, self.walk = graph, walk
        self._plain = plain
        self._drawer = maps
        self._maps: dict[tuple[int, str, int], list[list[Mark]]] = {}

    def forget_maps(self) -> None:
        """Draw the maps anew: the colours are others."""
        self._maps.clear()

    def size(self, place: int) -> tuple[int, int]:
        """Width and height of a node."""
        node = self.graph.nodes[place]
        if node.kind == "fold":
            return cell_len(self._label(node)), 1
        flows = self.walk.flows_to(node.value)
        array = self.walk.trace.values[node.value].array
        indent = cell_len(self._label(node)) + 1
        width = (
            indent
            + 2
            + cell_len(self._value(node))
            + (cell_len(self._plain(node.name)) + 2 if node.name else 0)
        )
        if self._is_constant(node):
            return cell_len(self._label(node)), 1
        if array.size == 1:
            gradient = self.walk.trace.gradient(node.value) if flows else None
            shown = 0 if gradient is None else cell_len(number(gradient.reshape(())[()]))
            shown = max(shown, 6 if self.walk.gathers(node.value) else 1)
            return max(width, indent + 2 + shown if flows else 0), 1 + flows
        cells = self._drawer.map_width(array.shape)
        return max(width, cells * (1 + flows) + 3 * flows), 1 + MAP_HEIGHT

    def __call__(self, place: int) -> Sequence[Sequence[Mark]]:
        """The rows of a node."""
        node = self.graph.nodes[place]
        if node.kind == "fold" or self._is_constant(node):
            return [[Mark(self._label(node), "fold" if node.kind == "fold" else "constant")]]
        is_here = self.walk.has_value(node.value)
        tone: Tone = "parameter" if node.kind == "parameter" else "forward"
        head = [
            Mark(self._label(node), "label"),
            Mark(" "),
            Mark(f"{MARKS[tone]} {self._value(node)}" if is_here else NOT_YET, tone if is_here else "quiet"),
        ]
        if node.name:
            head.append(Mark(f"  {node.name}", "name"))
        array = self.walk.trace.values[node.value].array
        flows = self.walk.flows_to(node.value)
        gradient = self.walk.gradient(node.value) if flows else None
        if array.size != 1:
            return [head, *self._map_rows(node, tone, is_here, flows, gradient)]
        if not flows:
            return [head]
        below = (
            Mark(NOT_YET, "quiet")
            if gradient is None
            else Mark(f"{MARKS['gradient']} {number(gradient.reshape(())[()])}", "gradient")
        )
        return [head, [Mark(" " * (cell_len(self._label(node)) + 1)), below]]

    def _label(self, node: Node) -> str:
        return self._plain(node.label)

    def _is_constant(self, node: Node) -> bool:
        """Whether the label says all there is to say: a number without a name."""
        value = self.walk.trace.values[node.value]
        return node.kind == "given" and not value.name and value.array.size == 1

    def _value(self, node: Node) -> str:
        array = self.walk.trace.values[node.value].array
        return number(array.reshape(())[()]) if array.size == 1 else " x ".join(map(str, array.shape))

    def _map_rows(
        self, node: Node, tone: Tone, is_here: bool, flows: bool, gradient: "npt.NDArray[Any] | None"
    ) -> list[list[Mark]]:
        array = self.walk.trace.values[node.value].array
        cells = self._drawer.map_width(array.shape)
        empty = [[Mark(NOT_YET.ljust(cells), "quiet")], *[[Mark(" " * cells)]] * (MAP_HEIGHT - 1)]
        left = self._map(node.value, tone, 0, array) if is_here else empty
        if not flows:
            return left
        right = empty if gradient is None else self._map(node.value, "gradient", id(gradient), gradient)
        mark = Mark("   ") if gradient is None else Mark(f" {MARKS['gradient']} ", "gradient")
        return [
            [*one, Mark("   ") if row else mark, *other]
            for row, (one, other) in enumerate(zip(left, right, strict=True))
        ]

    def _map(self, value: int, tone: Tone, state: int, array: "npt.NDArray[Any]") -> list[list[Mark]]:
        key = value, tone, state
        if key not in self._maps:
            self._maps[key] = self._drawer.map_of(array, tone)
        return self._maps[key]
