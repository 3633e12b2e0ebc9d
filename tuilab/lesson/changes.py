"""What an author has changed between two readings of a lesson: where to stay, and from where to run again."""

from tuilab.lesson.model import Lesson


def same_place(before: Lesson, after: Lesson, step: int) -> int:
    """The step of `after` that step `step` of `before` has become, or what stands where it stood."""
    from difflib import SequenceMatcher

    old, new = ([it.title for it in lesson.steps] for lesson in (before, after))
    for _, begin, end, there, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if begin <= step < end:
            return max(0, min(there + step - begin, max(there, until - 1), len(new) - 1))
    return 0


def first_changed(before: Lesson, after: Lesson) -> int | None:
    """The number of the first cell of `after` (from 0) that must run again; None where none must.

    It is the first whose code is another, or has come in, or stands where one was taken out; the number is
    that of the last cell and one more where one was taken out behind it. What cells import from `NAME.py` may
    stand in any of them, so a change there begins at the first.
    """
    if before.companion != after.companion:
        return 0 if after.cells else None
    old, new = ([(it.language, it.source) for it in lesson.cells] for lesson in (before, after))
    if old == new:
        return None
    return next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)),
    )
