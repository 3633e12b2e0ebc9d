"""The question before a lesson that did not come with tuilab runs code for the first time."""

import asyncio
from typing import TYPE_CHECKING

from tuilab.errors import TuilabError
from tuilab.lesson import Lesson, trust
from tuilab.text import safe

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp

MAY = (
    "Its code would run as you: it could read and change all your files, use the network, and start other "
    "programs. What you agree to is exactly this text, at this place; any change asks again. "
    "This is consent, not a sandbox."
)


async def ask_to_run(app: "TuilabApp", lesson: Lesson) -> bool:
    """Whether the person agrees that this lesson's code may run; kept for this content and no other."""
    from tuilab.tui.screens.question import Question

    if changed := changed_since(lesson):
        app.say(changed, "warning")
        return False
    answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def answer(value: str | None) -> None:
        if not answered.done():
            answered.set_result(value)

    app.push_screen(
        Question(
            "Run the code of this lesson?",
            f"{safe(str(lesson.header.path), limit=400)}\n\n{MAY}",
            (("y", "run", "yes, I know this lesson and trust it"), ("escape", "no", "no, only read it")),
        ),
        answer,
    )
    if await answered != "run":
        return False
    try:
        trust.agree(lesson)
    except TuilabError as error:
        app.say(str(error), "error")
        return False
    return True


def changed_since(lesson: Lesson) -> str:
    """A sentence where the file is another now than the one that is shown; else empty."""
    from tuilab.lesson import source

    path = lesson.header.path
    try:
        now = source.digest(source.read_bytes(path), source.companion(path))
    except TuilabError as error:
        return str(error)
    if now == lesson.digest:
        return ""
    return f"{safe(str(path), limit=300)} was changed since you opened it. Open it again to run its code."
