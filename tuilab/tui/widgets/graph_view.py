"""The graph of a computation under a cursor; draws only what is visible, however large it is."""

import asyncio
import gc
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message

from tuilab.tui.explanations.names import Tone, names
from tuilab.tui.graph import Graph, Layout, Node, Walk, lay_out
from tuilab.tui.graph.content import MAP_HEIGHT, MAP_WIDTH, NodeContent
from tuilab.tui.graph.drawing import Mark, draw_row
from tuilab.tui.tensors.picture import MOST_ENLARGED, Inks, Way, picture, shrunk
from tuilab.tui.widgets.frame import glyphs_of, in_plain
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    import numpy.typing as npt

AT_ONCE = 500
"""Nodes up to which a graph is laid out at once."""
AROUND = 2
"""Cells kept free around a graph that fits."""


class GraphView(Rows):
    """A graph, and where a walk over it stands."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"graph-view--{name}"
        for name in (
            *("plain", "label", "here", "quiet", "line", "name", "fold", "reference", "cursor", "constant"),
            *("forward", "gradient", "parameter", "below"),
        )
    }
    DEFAULT_CSS = """
    GraphView .graph-view--plain { color: $foreground; }
    GraphView .graph-view--label { color: $foreground; }
    GraphView .graph-view--here { color: $foreground; text-style: bold underline; }
    GraphView .graph-view--constant { color: $forward; }
    GraphView .graph-view--quiet { color: $quiet; }
    GraphView .graph-view--line { color: $quiet; }
    GraphView .graph-view--name { color: $quiet; }
    GraphView .graph-view--fold { color: $quiet; text-style: italic; }
    GraphView .graph-view--reference { color: $quiet; text-style: italic; }
    GraphView .graph-view--cursor { color: $accent; text-style: bold reverse; }
    GraphView .graph-view--forward { color: $forward; }
    GraphView .graph-view--gradient { color: $gradient; }
    GraphView .graph-view--parameter { color: $parameter; }
    GraphView .graph-view--below { color: $error; }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another node."""

        node: int

    @dataclass
    class Chosen(Message):
        """The node under the cursor was clicked."""

        node: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._graph: Graph | None = None
        self._walk: Walk | None = None
        self._content: NodeContent | None = None
        self._layout: Layout | None = None
        self._names: tuple[str, ...] = ()
        self._order: list[int] = []
        self._in_order: dict[int, int] = {}
        self._cursor = 0
        self._left = self._top = 0
        self._stages: list[list[tuple[range, int]]] = []
        self._cells = _room("colours")

    async def show(self, graph: Graph, walk: Walk, cursor: int = 0) -> None:
        """Show a graph, and where the walk stands on it. A large one is laid out in a thread."""
        glyphs, way = glyphs_of(self), self._way(self.role_styles())
        called = names(walk.trace)
        self._cells = _room(way)
        content = NodeContent(graph, walk, self, lambda text: in_plain(text, glyphs))
        shown = tuple(in_plain(called[node.value], glyphs) for node in graph.nodes)
        if len(graph) <= AT_ONCE:
            layout = lay_out(graph, content.size, shown)
        else:
            layout = await asyncio.to_thread(lay_out, graph, content.size, shown)
            gc.freeze()  # a collection that goes over all of it would stop the lab for a third of a second
        self._graph, self._walk, self._content, self._names = graph, walk, content, shown
        self._layout = layout
        self._order = layout.order()
        self._in_order = {node: place for place, node in enumerate(self._order)}
        self._left = self._top = 0
        self.put_on(cursor)

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        return self._graph.nodes[self._cursor] if self._graph is not None and len(self._graph) else None

    @property
    def cursor(self) -> int:
        return self._cursor

    def put_on(self, node: int) -> None:
        """Put the cursor on a node."""
        if self._graph is None or not len(self._graph):
            return
        self._cursor = max(0, min(node, len(self._graph) - 1))
        self.post_message(self.Moved(self._cursor))
        self.redraw()

    def move(self, steps: int) -> None:
        """So many nodes on: down its layer, and then down the next."""
        if self._order:
            place = max(0, min(self._in_order[self._cursor] + steps, len(self._order) - 1))
            self.put_on(self._order[place])

    def turn(self, layers: int) -> None:
        """So many layers on, to the node that is nearest in height."""
        if self._layout is None or not self._order:
            return
        column, item = self._layout.places[self._cursor]
        ahead = column + layers
        while 0 <= ahead < len(self._layout.columns):
            found = [one for one in self._layout.columns[ahead].items if one.kind == "node"]
            if found:
                self.put_on(min(found, key=lambda one: abs(one.y - item.y)).node)
                return
            ahead += 1 if layers > 0 else -1

    def page(self) -> int:
        """How many layers are about visible."""
        if self._layout is None:
            return 1
        return max(1, len(self._layout.visible(self._left, self._left + self.size.width)) - 1)

    def walked(self) -> None:
        """The walk stands elsewhere."""
        self.redraw()

    # Drawing --------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self._content is not None:
            self._content.forget_maps()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        rows: list[list[Segment]] = []
        self._stages = []
        if self._layout is not None and self._content is not None and self._order:
            styles = self.role_styles()
            left, top = self._scroll(width, height)
            here = self._here()
            plain = glyphs_of(self) == "ascii"
            for y in range(top, top + height):
                marks = (
                    draw_row(self._layout, y, left, left + width, self._content, self._names, plain)
                    if 0 <= y < self._layout.height
                    else []
                )
                rows.append(self._segments(marks, styles, here))
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _scroll(self, width: int, height: int) -> tuple[int, int]:
        """The cell of the graph in the upper left corner: centred where it fits, else with the cursor in
        view, and moved as little as can be."""
        assert self._layout is not None
        column, item = self._layout.places[self._cursor]
        x = self._layout.columns[column].x
        self._left = _window(x, item.width, self._left, width, self._layout.width)
        self._top = _window(item.y, item.height, self._top, height, self._layout.height)
        return self._left, self._top

    def _here(self) -> int:
        """The node whose operation was done last."""
        stop = self._walk.stop if self._walk is not None else None
        return -1 if stop is None or self._graph is None else self._graph.of_value.get(stop.outputs[0], -1)

    def _segments(self, marks: Sequence[Mark], styles: dict[str, Style], here: int) -> list[Segment]:
        glyphs = glyphs_of(self)
        assert self._walk is not None
        flow = {"forward": "forward", "backward": "gradient", "": "line"}[self._walk.direction]
        row: list[Segment] = []
        stage: list[tuple[range, int]] = []
        at = 0
        for mark in marks:
            tone = mark.tone or "plain"
            if tone == "line" and mark.node == here:
                tone = flow
            elif tone in ("label", "fold", "constant"):
                tone = "cursor" if mark.node == self._cursor else "here" if mark.node == here else tone
            style = mark.ink if isinstance(mark.ink, Style) else styles[tone]
            segment = Segment(in_plain(mark.text, glyphs), style)
            if mark.node >= 0 and mark.tone != "line":
                stage.append((range(at, at + segment.cell_length), mark.node))
            at += segment.cell_length
            if row and row[-1].style is style:
                segment = Segment(row.pop().text + segment.text, style)
            row.append(segment)
        self._stages.append(stage)
        return row

    def map_width(self, shape: tuple[int, ...]) -> int:
        """The cells that the map of an array of this shape is wide."""
        across, down, cell = self._cells
        columns = shape[-1] if shape else 1
        rows = math.prod(shape[:-1])
        if not rows * columns:
            return 1
        rows, columns = min(rows, down), min(columns, across)
        enlarged = min(MOST_ENLARGED, int(1 / max(rows / down, columns / across)))
        return columns * enlarged * cell

    def map_of(self, array: "npt.NDArray[Any]", tone: Tone) -> list[list[Mark]]:
        """A small picture of an array: its last axis to the right, all others downwards."""
        import numpy as np

        matrix = array.reshape(1, -1) if array.ndim < 2 else array.reshape(-1, array.shape[-1])
        styles = self.role_styles()
        way = self._way(styles)
        across, down, _ = _room(way)
        width = self.map_width(array.shape)
        if not matrix.size:
            return [[Mark(" " * width)]] * MAP_HEIGHT
        small = shrunk(matrix, min(down, matrix.shape[0]), min(across, matrix.shape[1]))
        finite = np.abs(small[np.isfinite(small)])
        paper = styles["plain"].bgcolor or Color.from_rgb(0, 0, 0)
        ink = styles[tone].color or Color.default()
        rows = picture(
            small, MAP_WIDTH, MAP_HEIGHT, float(finite.max(initial=0.0)), way,
            Inks(paper, ink, styles["below"].color or Color.default()),
        )  # fmt: skip
        found: list[list[Mark]] = []
        for segments in rows[:MAP_HEIGHT]:
            marks = [Mark(one.text, tone, ink=one.style) for one in segments]
            room = width - sum(one.cell_length for one in segments)
            found.append([*marks, Mark(" " * room)])
        return found + [[Mark(" " * width)]] * (MAP_HEIGHT - len(found))

    def _way(self, styles: dict[str, Style]) -> Way:
        paper = styles["plain"].bgcolor
        standard = self.app.no_color or self.app.console.color_system == "standard"
        if not (standard or glyphs_of(self) == "ascii" or paper is None or paper.is_default):
            return "colours"
        return "ascii" if glyphs_of(self) == "ascii" else "shades"

    # The mouse ------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        if event.y >= len(self._stages):
            return
        for columns, node in self._stages[event.y]:
            if event.x in columns:
                if node == self._cursor:
                    self.post_message(self.Chosen(node))
                else:
                    self.put_on(node)
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.turn(-1)


def _room(way: Way) -> tuple[int, int, int]:
    """How many numbers fit into a map, across and down, and how many cells one is wide."""
    return (MAP_WIDTH, 2 * MAP_HEIGHT, 1) if way == "colours" else (MAP_WIDTH // 2, MAP_HEIGHT, 2)


def _window(begin: int, length: int, at: int, room: int, size: int) -> int:
    """Where a window of `room` cells on `size` should begin: centred where all fits, else so that the cells
    from `begin` on are in it, with a bit around them, moving as little as can be."""
    if size + 2 * AROUND <= room:
        return -((room - size) // 2)
    ahead = min(begin - AROUND, max(at, begin + length + AROUND - room))
    return max(-AROUND, min(ahead, size + AROUND - room))
