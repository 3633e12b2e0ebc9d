"""lab:step: an expression walked stop by stop, there and back, with what is predicted before it is seen."""

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult

from tuilab.errors import TuilabError
from tuilab.lesson.model import Directive
from tuilab.text import safe
from tuilab.tui.bindings import Row
from tuilab.tui.panels.answer_line import AnswerLine
from tuilab.tui.panels.panel import Host, Panel, Stand
from tuilab.tui.panels.playing import Player
from tuilab.tui.panels.predictions import Predictions
from tuilab.tui.panels.traces import trace_of
from tuilab.tui.tensors.axes import Place, index_in
from tuilab.tui.walks.board import VIEWS, View, WalkBoard
from tuilab.tui.walks.names import called
from tuilab.walk.journey import LEVELS, At, Level, Walk
from tuilab.walk.questions import question

if TYPE_CHECKING:
    from tuilab.autodiff.trace import Trace

ASKED = '__import__("tuilab.walk", fromlist=["trace_of"]).trace_of({text!r}, globals())'
"""What the lesson's session is asked for."""
_STEPS = "next_stop", "previous_stop", "next_level", "previous_level", "first", "last", "play"
_PLACES = "up", "down", "next_matrix", "previous_matrix", "jump"
WALKING = frozenset((*_STEPS, *_PLACES, "predict", "level", "view", "open"))


class StepPanel(Panel):
    """Walks a directive's expression. Its trace comes from the lesson's session; walking it computes nothing
    there."""

    on_stage = True
    least_width: ClassVar[int] = 40

    DEFAULT_CSS = """
    StepPanel { height: 1fr; layout: vertical; }
    """

    def __init__(self, directive: Directive, host: Host) -> None:
        super().__init__(directive, host)
        self._text = directive.argument
        self._options = directive.options
        self._walk: Walk | None = None
        self._at = At(0, 0, 0)
        self._level: Level = "term"
        self._view: View = directive.options.get("view", "grid")
        self._predictions = Predictions()
        self._board = WalkBoard(empty=safe(self._text, limit=200))
        self._line = AnswerLine()
        self._jumping = False
        self._player = Player(self, self._play_on, self.changed)
        self._loading = False

    def compose(self) -> ComposeResult:
        yield self._board
        yield self._line

    def on_mount(self) -> None:
        if self.host.trusted:
            self._load()
        else:
            self._board.say(f"{safe(self._text, limit=200)}\n\n→ walks it: the cells above run first")

    # The walk ---------------------------------------------------------------------------------------

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
            self.run_worker(self._fetch(), exclusive=True, group="walk")

    async def _fetch(self) -> None:
        """Ask the session for the trace, and stand at its beginning, or where one stood in one alike."""
        self._board.say(f"{safe(self._text, limit=200)}\n\nthe cells above run …")
        try:
            self._begin(await trace_of(self.host, ASKED.format(text=self._text), self.block.line))
        except TuilabError as error:
            self._stuck(str(error))
        finally:
            self._loading = False
            self.changed()

    def _stuck(self, why: str) -> None:
        self._walk = None
        text = safe(why, keep_newlines=True, limit=600)
        self._board.say(f"{safe(self._text, limit=200)}\n\n{text}\n\n→ tries again")
        self.host.say(safe(why, limit=200), "warning")

    def _begin(self, trace: "Trace") -> None:
        stops = self._options.get("stops")
        picture = self._view == "picture" or self._text.lstrip().startswith("affine")
        before = self._walk
        walk = Walk(trace, stops, moving=picture)
        if self._view == "grid" and (walk.descends or picture):
            self._view = "picture"
        unknown = sorted(set(stops or ()) - set(walk.names))
        if unknown:
            known = ", ".join(walk.names)
            self.host.say(f"This walk has no stop `{safe(unknown[0], limit=40)}`. It has {known}.", "warning")
        alike = before is not None and [one.cells for one in before.operations] == [
            one.cells for one in walk.operations
        ]
        self._walk = walk
        if not alike or self._at.op >= len(walk.operations):
            self._at = walk.first
        elif self._at.cell >= 0:
            self._at = self._at._replace(line=min(self._at.line, walk.lines(self._at.op, self._at.cell) - 1))
        self._show()

    def values_changed(self, names: frozenset[str]) -> None:
        if self._walk is not None and names & set(re.findall(r"[^\W\d]\w*", self._text)):
            self._load()

    def _show(self) -> None:
        assert self._walk is not None
        limits = self._options.get("rows"), self._options.get("columns")
        self._board.show(
            self._walk,
            self._walk.move(self._at),
            hidden=self._predictions.question is not None,
            view=self._view,
            limits=limits,
        )
        self.changed()

    def _go(self, at: At) -> None:
        """Stand at a place; a question that is open is given up."""
        if self._walk is None:
            return
        self._close()
        if at != self._at or self._predictions.question is not None:
            self._at = at
            self._predictions.close()
            self._show()

    # What the screen asks ---------------------------------------------------------------------------

    @property
    def ticket(self) -> str:
        return f"walks {safe(self._text, limit=60)}"

    @property
    def stand(self) -> Stand | None:
        if self._walk is None:
            return None
        words = self._walk.words(self._at)
        if self._predictions.score:
            words += f" · {self._predictions.score}"
        return Stand(self._walk.position(self._at), words, self._level)

    def can(self, action: str) -> bool:
        walk = self._walk
        if action == "back":
            return self._line.asking or self._player.playing
        if self._line.asking:
            return False
        if action in ("play_faster", "play_slower"):
            return self._player.playing
        if walk is None:
            return action in ("next_stop", "play") and not self._loading
        if action not in WALKING:
            return False
        if action in ("next_stop", "next_level", "play", "predict"):
            return self._at != walk.last or (action == "play" and self._player.playing)
        if action in ("previous_stop", "previous_level"):
            return self._at != walk.first
        if action in ("next_matrix", "previous_matrix"):
            return self._matrices() > 1
        if action in ("up", "down", "jump"):
            return walk.operations[self._at.op].shown[0].ndim > (0 if action == "jump" else 1)
        if action == "view":
            return self._board.pictured(walk.operations[self._at.op]) or self._view != "grid"
        return action != "open" or self._at.cell >= 0

    def word(self, row: Row) -> str:
        match row.action:
            case "next_stop":
                return "next" if self._walk is not None else "walk it"
            case "previous_stop":
                return "back"
            case "next_level" if self._walk is not None:
                return f"next {self._walk.above(self._at, self._level)}"
            case "play":
                return "pause" if self._player.playing else "play"
            case "view":
                return self._following
            case "open":
                return "why"
        return row.label

    @property
    def _following(self) -> View:
        """The view after this one."""
        walk = self._walk
        pictured = walk is not None and self._board.pictured(walk.operations[self._at.op])
        views = [one for one in VIEWS if one != "picture" or pictured]
        return views[(views.index(self._view) + 1) % len(views)] if self._view in views else "grid"

    def seek(self, position: float) -> None:
        if self._walk is not None:
            self._go(self._walk.seek(position))

    # Keys -------------------------------------------------------------------------------------------

    def action_next_stop(self) -> None:
        if self._walk is None:
            self._load()
        else:
            self._go(self._walk.next(self._at, self._level))

    def action_previous_stop(self) -> None:
        if self._walk is not None:
            self._go(self._walk.previous(self._at, self._level))

    def action_next_level(self) -> None:
        if self._walk is not None:
            self._go(self._walk.next(self._at, self._walk.above(self._at, self._level)))

    def action_previous_level(self) -> None:
        if self._walk is not None:
            self._go(self._walk.previous(self._at, self._walk.above(self._at, self._level)))

    def action_first(self) -> None:
        if self._walk is not None:
            self._go(self._walk.first)

    def action_last(self) -> None:
        if self._walk is not None:
            self._go(self._walk.last)

    def action_level(self) -> None:
        """Walk by the next level: terms, cells, whole operations."""
        self._level = LEVELS[(LEVELS.index(self._level) + 1) % len(LEVELS)]
        self.changed()

    def action_view(self) -> None:
        self._view = self._following
        if self._walk is not None:
            self._show()

    def action_down(self) -> None:
        self._move(down=1)

    def action_up(self) -> None:
        self._move(down=-1)

    def action_next_matrix(self) -> None:
        self._move(pages=1)

    def action_previous_matrix(self) -> None:
        self._move(pages=-1)

    def _move(self, down: int = 0, pages: int = 0) -> None:
        """From the cell that one stands in, or the first, to the one in another row or matrix."""
        if self._walk is None:
            return
        done = self._walk.operations[self._at.op]
        output, index = done.element(max(0, self._at.cell))
        place = Place.first(done.shown[output].shape).at(index)
        if self._at.cell >= 0:
            place = place.moved(down=down).turned(pages)
        self._go(self._walk.jump(self._at, place.index, output))

    def _matrices(self) -> int:
        assert self._walk is not None
        count = 1
        for size in self._walk.operations[self._at.op].shown[0].shape[:-2]:
            count *= size
        return count

    async def action_play(self) -> None:
        if self._walk is None:
            self._load()
        elif self._player.playing:
            self._player.pause()
        else:
            self._player.start()

    def _play_on(self) -> bool:
        if self._walk is None:
            return False
        self.action_next_stop()
        return self._at != self._walk.last

    def action_play_faster(self) -> None:
        self.host.say(self._player.change_pace(1))

    def action_play_slower(self) -> None:
        self.host.say(self._player.change_pace(-1))

    def action_open(self) -> None:
        """Explain the element that one stands at."""
        if self._walk is None or self._at.cell < 0:
            return
        from tuilab.tui.screens.explain import open_explanation

        done = self._walk.operations[self._at.op]
        output, index = done.element(self._at.cell)
        open_explanation(self.app, self._walk.trace, done.results[output], index)

    # Questions --------------------------------------------------------------------------------------

    def action_predict(self) -> None:
        """Go to the next stop, and do not show what it gives before it is said."""
        if self._walk is None:
            return
        self._player.pause()
        at = self._walk.next(self._at, self._level)
        move = self._walk.move(at)
        found = question(move, called(move.done, move.cell.output if move.cell is not None else 0))
        if found is None:
            self._go(at)
            self.host.say("There is nothing to predict at this stop.")
            return
        self._at = at
        self._predictions.ask(found)
        self._show()
        self._ask(
            f"{found.words}?", "a shape, such as (2, 3)" if isinstance(found.asked, tuple) else "a number"
        )

    def action_jump(self) -> None:
        """Ask where to go."""
        if self._walk is None:
            return
        self._player.pause()
        shape = self._walk.operations[self._at.op].shown[0].shape
        self._jumping = True
        self._ask("cell", f"of {shape}, such as {', '.join('0' for _ in shape)}")

    def _ask(self, words: str, hint: str) -> None:
        self._line.ask(words, hint)
        self.changed()

    def _close(self) -> None:
        """Put the field away."""
        self._line.close()
        self._jumping = False

    @on(AnswerLine.Answered)
    def _said(self, event: AnswerLine.Answered) -> None:
        event.stop()
        if self._jumping:
            self._jump(event.text)
        elif self._predictions.question is not None:
            self._judge(event.text)

    def _judge(self, answer: str) -> None:
        try:
            verdict = self._predictions.judge(answer)
        except TuilabError as error:
            self.host.say(str(error), "warning")
            return
        self.host.say(verdict.says, verdict.kind)
        if verdict.closed:
            self._reveal()
        else:
            self._line.clear()
            self.changed()

    def _reveal(self) -> None:
        self._close()
        self._show()

    def _jump(self, text: str) -> None:
        assert self._walk is not None
        shape = self._walk.operations[self._at.op].shown[0].shape
        index = index_in(text, len(shape))
        if index is None:
            said = f"A cell of {shape} is named by {len(shape)} whole numbers."
            self.host.say(said, "warning")
            return
        self._go(self._walk.jump(self._at, index))

    def action_back(self) -> None:
        if self._predictions.question is not None:
            self.host.say(self._predictions.close())
            self._reveal()
        elif self._line.asking:
            self._close()
            self.changed()
        else:
            self._player.pause()
