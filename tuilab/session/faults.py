"""In the child: an exception as the author's line and a sentence, with the lesson's own frames only."""

import builtins
import linecache
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from tuilab.text import nearest

FRAMES = 8
"""Frames kept: the first few and the last few, where a recursion has thousands."""
MESSAGE_LIMIT = 2_000
LINE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where code of the lesson is from: `file` is empty for a cell, else the file beside the lesson."""

    first: int
    last: int
    file: str = ""


def describe(error: BaseException, places: Mapping[str, Place], names: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `failed` message."""
    frames = _frames(error.__traceback__, places)
    if isinstance(error, SyntaxError) and error.filename is not None and error.filename in places:
        place = places[error.filename]
        line = min(max(error.lineno or place.first, place.first), place.last)
        frames = [_frame(error.filename, line, "", place)]
    code = frames[-1]["code"] if frames else ""
    shown = frames if len(frames) <= FRAMES else [*frames[: FRAMES // 2], *frames[-FRAMES // 2 :]]
    return {
        "type": type(error).__name__[:LINE_LIMIT],
        "message": _message(error, code)[:MESSAGE_LIMIT],
        "hint": _hint(error, names, code)[:MESSAGE_LIMIT],
        "frames": shown,
        "left_out": len(frames) - len(shown),
    }


def _frames(trace: TracebackType | None, places: Mapping[str, Place]) -> list[dict[str, Any]]:
    return [
        _frame(frame.f_code.co_filename, line, frame.f_code.co_name, places[frame.f_code.co_filename])
        for frame, line in traceback.walk_tb(trace)
        if frame.f_code.co_filename in places
    ]


def _frame(filename: str, line: int, function: str, place: Place) -> dict[str, Any]:
    return {
        "line": line,
        "function": "" if function == "<module>" else function[:LINE_LIMIT],
        "code": linecache.getline(filename, line).strip()[:LINE_LIMIT],
        "file": place.file,
    }


def _message(error: BaseException, code: str) -> str:
    if isinstance(error, SyntaxError) and error.msg:
        return error.msg
    try:
        said = str(error)
    except Exception as fault:
        return f"(its message cannot be read: {type(fault).__name__})"
    if not said and isinstance(error, AssertionError):
        return f"this does not hold: {code}" if code else "something does not hold"
    if not said and isinstance(error, MemoryError):
        return "there is not so much memory"
    return said


def _hint(error: BaseException, names: Mapping[str, Any], code: str) -> str:
    """A sentence on what to do, where one is known."""
    match error:
        case SyntaxError() if code.startswith(("%", "!")):
            return f"A line that begins with {code[0]} is a command of notebooks, which lessons do not have."
        case NameError() if error.name:
            found = nearest(error.name, [*names, *dir(builtins)])
            return f"Did you mean {found!r}?" if found else ""
        case ModuleNotFoundError() if error.name:
            return f"It is not installed beside tuilab: `python -m pip install {error.name.split('.')[0]}`."
        case RecursionError():
            return "A function calls itself without end."
    return ""
