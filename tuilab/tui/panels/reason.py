"""The pane below a graph: the formula that the number under its cursor came from, then its check."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.events import Resize

from tuilab.tui.explanations import Page, Question, answer
from tuilab.tui.explanations.chains import Path, paths
from tuilab.tui.widgets.explanation_view import ExplanationView
from tuilab.tui.widgets.frame import glyphs_of

if TYPE_CHECKING:
    from tuilab.autodiff import Trace


class ReasonPane(ExplanationView):
    """A brief explanation, which is shown part by part as its parts are found, and anew at another width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._again: Callable[[], None] | None = None
        self._written_for = 0

    def on_resize(self, event: Resize) -> None:
        if self._again is not None and event.size.width not in (0, self._written_for):
            self._again()

    async def explain(
        self, trace: "Trace", question: Question, reached: int, whole: bool, differences: bool, room: int
    ) -> None:
        """Answer a question as far as a walk has `reached`. Where the `whole` of a gradient has arrived, and
        `differences` are wanted, it is compared with a finite difference. `room` is the width to write for
        where the pane has not been laid out yet.

        Raises:
            TuilabError: there is no answer.
        """
        found = await asyncio.to_thread(answer, trace, question, reached)

        def show(chain: Sequence[Path] = (), difference: float | None = None) -> None:
            self._written_for = self.size.width or room
            self._again = partial(show, chain, difference)
            page = Page(
                found,
                trace,
                self._written_for,
                chain=chain,
                difference=difference,
                plain=glyphs_of(self) != "braille",
                brief=True,
                differences=differences,
            )
            self.show(page)

        show()
        if question.gradient and found.sections:
            chain = await asyncio.to_thread(paths, trace, question, reached)
            show(chain)
            if differences and whole:
                from tuilab.autodiff.differences import finite_difference

                show(chain, await asyncio.to_thread(finite_difference, trace, question.value, question.index))
