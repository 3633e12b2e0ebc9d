"""lab:graph: the graph of a computation, walked forwards while values arrive and back while gradients do."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from tuilab.errors import TuilabError
from tuilab.lesson.model import Directive
from tuilab.text import number, safe
from tuilab.tui.bindings import Row
from tuilab.tui.explanations import Question
from tuilab.tui.graph import Graph, Node, Walk, graph_of
from tuilab.tui.panels.answer_line import AnswerLine
from tuilab.tui.panels.elements import Elements, element_name
from tuilab.tui.panels.panel import Host, Panel, Stand
from tuilab.tui.panels.playing import Player
from tuilab.tui.panels.reason import ReasonPane
from tuilab.tui.panels.traces import trace_of
from tuilab.tui.widgets.frame import in_plain
from tuilab.tui.widgets.graph_view import GraphView

if TYPE_CHECKING:
    from textual.worker import WorkType

    from tuilab.autodiff import Trace


class GraphPanel(Panel):
    """A graph, and below it the number under its cursor with the formula that it came from."""

    on_stage = True
    least_width = 60

    DEFAULT_CSS = """
    GraphPanel { height: 1fr; layout: vertical; }
    GraphPanel GraphView { height: 1fr; }
    GraphPanel ReasonPane { height: 45%; min-height: 5; max-height: 14; border-top: solid $rule; }
    GraphPanel #empty { height: 1fr; padding: 1 2; color: $quiet; display: none; }
    GraphPanel.-empty #empty { display: block; }
    GraphPanel.-empty GraphView, GraphPanel.-empty ReasonPane { display: none; }
    GraphPanel AnswerLine { dock: bottom; }
    GraphPanel.-ascii ReasonPane { border-top: ascii $rule; }
    """

    def __init__(self, directive: Directive, host: Host) -> None:
        super().__init__(directive, host)
        self._directive = directive
        self._trace: Trace | None = None
        self._graph: Graph | None = None
        self._walk: Walk | None = None
        self._folded = True
        self._asking = False
        self._player = Player(self, self._play_on, self.changed)
        self._line = AnswerLine()
        self._choosing = False
        self._elements = Elements()
        self._opened: set[int] = set()
        self.add_class("-empty")
        self.set_class(host.glyphs == "ascii", "-ascii")

    def compose(self) -> ComposeResult:
        yield Static(self._invitation(), id="empty")
        yield GraphView()
        yield ReasonPane()
        yield self._line

    def _invitation(self) -> str:
        text = f"{safe(self._directive.argument, limit=200)}\n\n→ computes it, and walks its graph"
        return in_plain(text, self.host.glyphs)

    # The trace ------------------------------------------------------------------------------------

    @property
    def ticket(self) -> str:
        return f"walks the graph of {safe(self._directive.argument, limit=120)}"

    def on_mount(self) -> None:
        if self.host.trusted:
            self._ask()

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self._work_on("trace", self._compute)

    def _work_on(self, group: str, work: "WorkType[None]") -> None:
        """Do something that takes a while, in place of what is under way of its kind."""
        self.run_worker(work, exclusive=True, group=group)

    async def _compute(self) -> None:
        """Have the session compute the expression, and show its graph."""
        if self._trace is None:
            self._say_in_pane("computing …")
        try:
            trace = await trace_of(self.host, self._expression(), self._directive.line)
            graph = await asyncio.to_thread(graph_of, trace, self._folded, frozenset(self._opened))
        except TuilabError as error:
            self._say_in_pane(str(error))
            return
        finally:
            self._asking = False
        await self._show(trace, graph)

    def _expression(self) -> str:
        """What the session evaluates."""
        parameters = self._directive.options.get("parameters")
        changes = self._elements.changes or None
        arguments = [repr(self._directive.argument), "globals()", repr(parameters), repr(changes)]
        return f"__import__('tuilab.autodiff', fromlist=['graph']).graph({', '.join(arguments)})"

    def _say_in_pane(self, text: str) -> None:
        if self._trace is None:
            self.query_one("#empty", Static).update(in_plain(safe(text, limit=2_000), self.host.glyphs))
        else:
            self.host.say(text, "warning")

    async def _show(self, trace: "Trace", graph: Graph) -> None:
        """Show a trace: a first one where the directive begins, another one where the last was left."""
        before, view = self._walk, self.query_one(GraphView)
        walk = Walk(trace)
        if before is None or len(before) != len(walk):
            begins = self._directive.options.get("direction", "both")
            walk.go(walk.forward - 1 if begins == "backward" else -1)
            cursor = graph.of_value.get(trace.target, 0) if begins == "backward" else 0
        else:
            walk.go(before.place)
            cursor = view.cursor
        self._trace, self._graph, self._walk = trace, graph, walk
        await view.show(graph, walk, cursor)
        self.remove_class("-empty")
        self.changed()

    def values_changed(self, names: frozenset[str]) -> None:
        if self._trace is not None and any(value.name in names for value in self._trace.values):
            self._ask()

    # The pane below -------------------------------------------------------------------------------

    @on(GraphView.Moved)
    def _moved(self, event: GraphView.Moved) -> None:
        event.stop()
        self._explain()
        self.changed()

    def _explain(self) -> None:
        self._work_on("pane", self._explained)

    async def _explained(self) -> None:
        """Why the number under the cursor is what it is, as far as the walk has come."""
        question, trace = self._question(), self._trace
        pane = self.query_one(ReasonPane)
        if question is None or trace is None:
            pane.clear()
            return
        checked = bool(self._directive.options.get("differences", True))
        try:
            whole, room = self._is_whole(question), self.size.width
            await pane.explain(trace, question, self._reached(), whole, checked, room)
        except TuilabError as error:
            pane.clear()
            self.host.say(str(error), "warning")

    def _reached(self) -> int:
        return self._walk.place if self._walk else -1

    def _is_whole(self, question: Question) -> bool:
        """Whether all of a gradient has arrived."""
        return self._walk is not None and self._walk.is_whole(question.value)

    def _question(self) -> Question | None:
        node = self.query_one(GraphView).node
        if node is None or self._walk is None or not self._walk.has_value(node.value):
            return None
        shape = self._walk.trace.values[node.value].array.shape
        return self._walk.question(node, self._elements.chosen(node.value, shape))

    # The walk -------------------------------------------------------------------------------------

    @property
    def stand(self) -> Stand | None:
        walk = self._walk
        return Stand(walk.position, walk.text(), "op") if walk else None

    def seek(self, position: float) -> None:
        if self._walk is not None:
            self._walked(self._walk.go(round(position * len(self._walk)) - 1))

    def _walked(self, moved: bool) -> None:
        walk, graph = self._walk, self._graph
        if walk is None or graph is None or not moved:
            return
        view = self.query_one(GraphView)
        node = walk.node(graph)
        view.walked()
        view.put_on(view.cursor if node is None else node)

    def _play_on(self) -> bool:
        if self._walk is None:
            return False
        self._walked(self._walk.go(self._walk.place + 1))
        return self._walk.place < len(self._walk) - 1

    # Keys -----------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        walk = self._walk
        if action == "back":
            return self._line.asking or self._player.playing
        if self._line.asking:
            return False
        if action in ("play_faster", "play_slower"):
            return self._player.playing
        if walk is None:
            return action in ("next_stop", "play")
        if action in ("next_stop", "next_level", "play"):
            return walk.place < len(walk) - 1 or (action == "play" and self._player.playing)
        if action in ("previous_stop", "previous_level"):
            return walk.place >= 0
        if action == "open":
            return self._question() is not None or self._on_fold()
        if action == "change":
            return self._changeable() is not None
        if action == "fold":
            return self._graph is not None and self._graph.foldable
        if action == "jump":
            return self._question() is not None and self._many() is not None
        return super().can(action)

    def word(self, row: Row) -> str:
        words = {
            "next_stop": "next" if self._walk else "compute",
            "previous_stop": "back",
            "next_level": "turn" if self._walk and self._walk.place < self._walk.forward - 1 else "end",
            "play": "pause" if self._player.playing else "play",
            "open": "open" if self._on_fold() else "why",
            "fold": "unfold" if self._folded and not self._opened else "fold",
            "jump": "element",
            "next_matrix": "layer",
        }
        return words.get(row.action, super().word(row))

    def _on_fold(self) -> bool:
        node = self.query_one(GraphView).node
        return node is not None and node.kind == "fold"

    def action_next_stop(self) -> None:
        if self._walk is None:
            self._ask()
        else:
            self._walked(self._walk.go(self._walk.place + 1))

    def action_previous_stop(self) -> None:
        if self._walk is not None:
            self._walked(self._walk.go(self._walk.place - 1))

    def action_next_level(self) -> None:
        if self._walk is not None:
            self._walked(self._walk.turn(1))

    def action_previous_level(self) -> None:
        if self._walk is not None:
            self._walked(self._walk.turn(-1))

    def action_first(self) -> None:
        if self._walk is not None:
            self._walked(self._walk.go(-1))

    def action_last(self) -> None:
        if self._walk is not None:
            self._walked(self._walk.go(len(self._walk) - 1))

    def action_play(self) -> None:
        if self._walk is None:
            self._ask()
            return
        if self._player.playing:
            self._player.pause()
        else:
            self._player.start()

    def action_play_faster(self) -> None:
        self.host.say(self._player.change_pace(1))

    def action_play_slower(self) -> None:
        self.host.say(self._player.change_pace(-1))

    def action_down(self) -> None:
        self.query_one(GraphView).move(1)

    def action_up(self) -> None:
        self.query_one(GraphView).move(-1)

    def action_next_matrix(self) -> None:
        self.query_one(GraphView).turn(1)

    def action_previous_matrix(self) -> None:
        self.query_one(GraphView).turn(-1)

    def action_page_down(self) -> None:
        view = self.query_one(GraphView)
        view.turn(view.page())

    def action_page_up(self) -> None:
        view = self.query_one(GraphView)
        view.turn(-view.page())

    def action_fold(self) -> None:
        if self._trace is None or self._walk is None:
            return
        self._folded = not self._folded or bool(self._opened)
        self._opened.clear()
        node = self.query_one(GraphView).node
        self._work_on("trace", partial(self._fold, self._trace, self._walk, node.value if node else 0))

    def _open_part(self, node: Node) -> None:
        """Open the repeated part that a node hides, and no other, and stand where it begins."""
        if self._trace is not None and self._walk is not None:
            self._opened.add(node.part)
            first = self._trace.stops[node.stops[0]].outputs[0]
            self._work_on("trace", partial(self._fold, self._trace, self._walk, first))

    async def _fold(self, trace: "Trace", walk: Walk, value: int) -> None:
        """Show the graph as it is folded now, the cursor on a value."""
        graph = await asyncio.to_thread(graph_of, trace, self._folded, frozenset(self._opened))
        self._graph = graph
        await self.query_one(GraphView).show(graph, walk, graph.of_value.get(value, 0))
        self.changed()

    @on(GraphView.Chosen)
    def _chosen(self, event: GraphView.Chosen) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        node = self.query_one(GraphView).node
        if node is not None and node.kind == "fold":
            self._open_part(node)
            return
        question = self._question()
        if question is not None and self._trace is not None:
            from tuilab.tui.screens.explain import open_explanation

            open_explanation(self.app, self._trace, question.value, question.index, question.gradient)

    # Changing a number ----------------------------------------------------------------------------

    def _changeable(self) -> tuple[str, tuple[int, ...]] | None:
        """The name and the index of the number under the cursor, where it is one that was given."""
        node, trace = self.query_one(GraphView).node, self._trace
        if node is None or trace is None or node.kind not in ("given", "parameter"):
            return None
        question = self._question()
        value = trace.values[node.value]
        return (value.name, question.index) if value.name and question is not None else None

    def action_change(self) -> None:
        found = self._changeable()
        if found is not None:
            name, index = found
            other = "; g chooses another element" if index else ""
            self._ask_for(element_name(name, index), f"a number, such as -1.5{other}")

    def _many(self) -> tuple[int, ...] | None:
        """The shape of the array under the cursor; None where it is one number."""
        node, trace = self.query_one(GraphView).node, self._trace
        if node is None or trace is None or node.kind == "fold":
            return None
        array = trace.values[node.value].array
        return array.shape if array.size > 1 else None

    def action_jump(self) -> None:
        """Ask which element of the array under the cursor is looked at, explained and changed."""
        shape = self._many()
        if shape is not None:
            self._choosing = True
            self._ask_for("element", f"of {shape}, such as {', '.join('0' for _ in shape)}")

    def _ask_for(self, words: str, hint: str) -> None:
        self._player.pause()
        self._line.ask(words, hint)
        self.changed()

    @on(AnswerLine.Answered)
    def _answered(self, event: AnswerLine.Answered) -> None:
        event.stop()
        try:
            if self._choosing:
                self._choose(event.text)
            else:
                self._change(event.text)
        except TuilabError as error:
            self.host.say(str(error), "warning")

    def _choose(self, text: str) -> None:
        node, shape = self.query_one(GraphView).node, self._many()
        if node is not None and shape is not None:
            self._elements.choose(node.value, shape, text)
        self._close()
        self._explain()

    def _change(self, text: str) -> None:
        found = self._changeable()
        if found is not None:
            name, index = found
            value = self._elements.change(name, index, text)
            said = f"{element_name(name, index)} is {number(value)} here"
            self.host.say(f"{said}; the lesson's own stays what it is.")
            self._ask()
        self._close()

    def _close(self) -> None:
        self._choosing = False
        self._line.close()
        self.changed()

    def action_back(self) -> None:
        if self._line.asking:
            self._close()
        else:
            self._player.pause()
