"""Why a number is what it is: its arithmetic, and on from there to where its inputs came from."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Container

from tuilab.errors import TuilabError
from tuilab.tui.bindings import Place, Row
from tuilab.tui.explanations import Answer, Page, Question, answer
from tuilab.tui.explanations.chains import Path, paths
from tuilab.tui.explanations.names import Tone, names
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.widgets.explanation_view import ExplanationView
from tuilab.tui.widgets.frame import TopLine, glyphs_of
from tuilab.tui.widgets.tensor_view import TensorView

if TYPE_CHECKING:
    from textual.worker import WorkType

    from tuilab.autodiff import Trace

Index = tuple[int, ...]


def open_explanation(app: App[Any], trace: "Trace", value: int, index: Index, gradient: bool = False) -> None:
    """Show why element `index` of a value of a trace, or of the target's gradient by it, is what it is."""
    app.push_screen(ExplainScreen(trace, Question(value, index, gradient)))


@dataclass
class _Stage:
    """A question on the trail, and how its page was left."""

    question: Question
    answer: Answer | None = None
    chain: tuple[Path, ...] = ()
    difference: float | None = None
    cursor: int = 0
    by_size: bool = False
    whole: bool = False


class ExplainScreen(LabScreen):
    """A trail of questions, of which the last is answered. Enter goes on, escape back along the trail."""

    place: ClassVar[Place] = "explain"
    BINDINGS: ClassVar = keys_of("explain")
    DEFAULT_CSS = """
    ExplainScreen #why { layout: horizontal; }
    ExplainScreen TensorView { display: none; width: 1fr; border-left: solid $rule; }
    ExplainScreen.-wide TensorView, ExplainScreen.-huge TensorView { display: block; }
    ExplainScreen ExplanationView { width: 2fr; }
    ExplainScreen.-ascii TensorView { border-left: ascii $rule; }
    """

    def __init__(self, trace: "Trace", question: Question) -> None:
        super().__init__()
        self._trace = trace
        self._trail = [_Stage(question)]

    def top_line(self) -> TopLine:
        return TopLine("why")

    def compose_body(self) -> ComposeResult:
        with Container(id="why"):
            yield ExplanationView()
            yield TensorView(empty="")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_class(glyphs_of(self) == "ascii", "-ascii")
        self._begin()

    @property
    def _stage(self) -> _Stage:
        return self._trail[-1]

    @property
    def _view(self) -> ExplanationView:
        return self.query_one(ExplanationView)

    def _begin(self) -> None:
        work: WorkType[None] = partial(self._answer, self._stage)
        self.run_worker(work, exclusive=True)

    async def _answer(self, stage: _Stage) -> None:
        """Answer the last question, then check it: each part is shown as soon as it is there."""
        if stage.answer is None:
            try:
                stage.answer = await asyncio.to_thread(answer, self._trace, stage.question)
            except TuilabError as error:
                self._refuse(stage, str(error))
                return
        self._show()
        if stage.question.gradient and stage.difference is None and stage.answer.sections:
            stage.chain = await asyncio.to_thread(paths, self._trace, stage.question)
            self._show()
            stage.difference = await asyncio.to_thread(_difference, self._trace, stage.question)
            self._show()

    def _refuse(self, stage: _Stage, why: str) -> None:
        """A number that cannot be explained: stay where the question was asked."""
        if len(self._trail) > 1:
            self._trail.pop()
            self.say(why, "warning")
            return
        self.dismiss()
        self.app.call_later(self._say_elsewhere, why)

    def _say_elsewhere(self, why: str) -> None:
        say = getattr(self.app, "say", None)
        if say is not None:
            say(why, "warning")

    def _show(self) -> None:
        stage = self._stage
        if stage.answer is None or not self.is_mounted:
            return
        page = Page(
            stage.answer,
            self._trace,
            self._view.size.width or self.size.width,
            by_size=stage.by_size,
            whole=stage.whole,
            chain=stage.chain,
            difference=stage.difference,
            plain=glyphs_of(self) != "braille",
        )
        self._view.show(page, stage.cursor)
        top = self.query_one(TopLine)
        top.rest = " > ".join(one.answer.label for one in self._trail[-4:] if one.answer)
        top.right = f"{len(self._trail)} deep" if len(self._trail) > 1 else ""
        self._show_array()
        self.refresh_keys()

    def _show_array(self) -> None:
        """Where the number stands among its own, where there is room."""
        question = self._view.question or self._stage.question
        value = self._trace.values[question.value]
        called = names(self._trace)
        array = self._trace.gradient(question.value) if question.gradient else value.array
        if array is None:
            return
        role: Tone = "gradient" if question.gradient else "parameter" if value.role == "source" else "forward"
        name = called[question.value]
        view = self.query_one(TensorView)
        view.show(array, f"∂{called[self._trace.target]}/∂{name}" if question.gradient else name, role)
        view.jump(question.index)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    # Keys -----------------------------------------------------------------------------------------

    def word(self, row: Row) -> str:
        words = {
            "open": "all terms" if self._view.question is None else "why",
            "next_stop": "",
            "previous_stop": "factor",
            "sort": "in order" if self._stage.by_size else "by size",
        }
        return words.get(row.action, super().word(row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "sort":
            found = self._stage.answer
            return found is not None and any(len(section) > 1 for section in found.sections)
        if action == "open":
            return self.is_mounted and bool(self.query(ExplanationView)) and self._view.entry is not None
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        stage, question = self._stage, self._view.question
        stage.cursor = self._view.cursor
        if question is None:
            stage.whole = True
            self._show()
            return
        self._trail.append(_Stage(question))
        self.say("")
        self._begin()

    def action_sort(self) -> None:
        self._stage.by_size = not self._stage.by_size
        self._stage.cursor = 0
        self._show()

    def action_back(self) -> None:
        if len(self._trail) > 1:
            self._trail.pop()
            self._begin()
        else:
            self.dismiss()

    def _move(self, down: int = 0, right: int = 0) -> None:
        self._view.move(down, right)
        self._moved()

    def _moved(self) -> None:
        self._stage.cursor = self._view.cursor
        self._show_array()
        self.refresh_keys()

    def action_down(self) -> None:
        self._move(down=1)

    def action_up(self) -> None:
        self._move(down=-1)

    def action_page_down(self) -> None:
        self._move(down=self._view.page_height())

    def action_page_up(self) -> None:
        self._move(down=-self._view.page_height())

    def action_next_stop(self) -> None:
        self._move(right=1)

    def action_previous_stop(self) -> None:
        self._move(right=-1)

    def action_first(self) -> None:
        self._view.first()
        self._moved()

    def action_last(self) -> None:
        self._view.last()
        self._moved()

    @on(ExplanationView.Chosen)
    def _chosen(self, event: ExplanationView.Chosen) -> None:
        event.stop()
        self.action_open()


def _difference(trace: "Trace", question: Question) -> float | None:
    from tuilab.autodiff.differences import finite_difference

    return finite_difference(trace, question.value, question.index)
