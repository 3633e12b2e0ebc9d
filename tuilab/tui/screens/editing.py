"""A lesson as its author sees it: the lesson screen, which follows the file while it is written."""

import contextlib
from datetime import datetime

from textual import events, on

from tuilab.lesson import Lesson
from tuilab.lesson.changes import same_place
from tuilab.lesson.watching import Reading, polling_reason, readings
from tuilab.text import safe
from tuilab.tui.learner import Learner
from tuilab.tui.screens.lesson import LessonScreen, trainings
from tuilab.tui.widgets.frame import TopLine


class EditingScreen(LessonScreen):
    """Takes each text of the file as it is saved: the step stays, and cells run again from the first that is
    another. A text that is no lesson is told of, and the last good one stays.

    Whoever agrees once to run the lesson's code agrees to what they write into it, as long as this is open.
    """

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(lesson)
        self._may_run = False

    @property
    def trusted(self) -> bool:
        return self._may_run or super().trusted

    async def _agreed(self) -> bool:
        self._may_run = await super()._agreed()
        return self._may_run

    @on(events.Mount)
    def _follow(self) -> None:
        # Once the first step stands, which says nothing of its own.
        self.call_after_refresh(lambda: self.run_worker(self._read_on(), group="file"))

    async def _read_on(self) -> None:
        path = self._lesson.header.path
        said = polling_reason(path)
        self.say(said or f"Following {safe(path.name, limit=60)}: save it, and it is read again.")
        async with contextlib.aclosing(readings(self._lesson)) as stream:
            async for reading in stream:
                await self._take(reading)

    async def _take(self, reading: Reading) -> None:
        lesson = reading.lesson
        if lesson is None:
            self.say(_short(reading.fault, self._lesson), "error")
            return
        step = same_place(self._lesson, lesson, self._index)
        same_step = lesson.steps[step].title == self._lesson.steps[self._index].title
        page = self._desk.page
        scrolled = page.scroll_y if page is not None and same_step else 0
        self._lesson, self._index = lesson, step
        self.learner = Learner(lesson)
        self._trainings = trainings(lesson)
        again = self._workbook.take(lesson)
        self.query_one(TopLine).title = self.top_line().title
        with self.app.batch_update():
            self._activate(None)
            await self._desk.clear(but=self._train)
            await self._go(step)
        if scrolled and (page := self._desk.page) is not None:
            self.call_after_refresh(page.scroll_to, y=scrolled, animate=False)
        self._say_read(lesson)
        if again:
            await self._workbook.run(again)

    def _say_read(self, lesson: Lesson) -> None:
        faults = lesson.faults
        if not faults:
            self.say(f"Read at {datetime.now():%H:%M:%S}.")
            return
        count = f"{len(faults):,} faults; " if len(faults) > 1 else ""
        self.say(safe(f"{count}line {faults[0].line}: {faults[0].text}", limit=400), "warning")


def _short(fault: str, lesson: Lesson) -> str:
    """A fault without the file's whole name, of which there is one."""
    where, _, text = fault.removeprefix(f"{lesson.header.path.absolute()}:").partition(":")
    said = f"line {where}: {text.strip()}" if where.isdecimal() else f"{where}{text}".strip()
    return safe(f"The last good text stays: {said}", limit=400)
