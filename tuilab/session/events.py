"""What a session says while a cell runs. Every text in an event is safe for the screen.

Started    a cell began; `fresh`: in a new child, that knows no names of earlier cells
Printed    text, as it is printed
Shown      the value of the cell's last expression
Failed     the error that ended the cell
Finished   how the cell ended; always the last event of a cell
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tuilab.session import values
from tuilab.session.messages import Message, MessageError
from tuilab.text import safe

Outcome = Literal["done", "error", "interrupted", "time", "memory", "processes", "died", "closed"]
OUTCOMES: tuple[Outcome, ...] = ("done", "error", "interrupted")
"""What the child itself can say; the others are the lab's own findings."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Code to run. `line` is where its first line stands in the lesson's file; errors count from there."""

    source: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the lesson that led to an error. `file` is empty for a cell of the lesson itself."""

    line: int
    function: str
    code: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """`notice` says how the child before ended, where that happened behind everybody's back."""

    cell: Cell
    fresh: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    text: str
    stream: Literal["out", "error"] = "out"


@dataclass(frozen=True, slots=True)
class Shown:
    """`expression` is its source, to be put before it."""

    value: values.Value
    expression: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An error: `sentence` is all that most readers need. `frames` come outermost first; `left_out` of them
    are missing in the middle. `hint` says what to do, where that is known."""

    type_name: str
    message: str
    hint: str
    frames: tuple[Frame, ...]
    left_out: int

    @property
    def line(self) -> int | None:
        """The line of the lesson where it went wrong; None where it went wrong in no line of the lesson."""
        return next((frame.line for frame in reversed(self.frames) if not frame.file), None)

    @property
    def sentence(self) -> str:
        said = f"{self.type_name}: {self.message}" if self.message else self.type_name
        if self.frames:
            last = self.frames[-1]
            where = f"{last.file} line {last.line}" if last.file else f"line {last.line}"
            said = f"{said.removesuffix('.')}, {where}"
        return f"{said}. {self.hint}" if self.hint else said


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a cell. `message` is a sentence for whoever asked, empty after an ordinary end.

    `state_lost`: the child is gone, and with it every name; the next cell begins in a fresh one.
    """

    cell: Cell
    outcome: Outcome
    message: str = ""
    seconds: float = 0.0
    state_lost: bool = False


Event = Started | Printed | Shown | Failed | Finished


def read(message: Message) -> Event | Message:
    """A child's message as an event; `ready`, `began` and `done` are answered as they came, checked.

    Raises:
        MessageError: it is nothing that a child says.
    """
    fields = message.fields
    try:
        match fields.get("kind"):
            case "ready" | "began":
                return message
            case "done":
                seconds, left_out = float(fields["seconds"]), int(fields["left_out"])
                if fields["outcome"] in OUTCOMES and seconds >= 0 and left_out >= 0:
                    return message
            case "printed":
                return Printed(
                    printable(str(fields["text"])), "error" if fields["stream"] == "error" else "out"
                )
            case "shown":
                value = values.read(fields["value"], message)
                return Shown(value, safe(str(fields["expression"]), limit=values.NAME_LIMIT))
            case "failed":
                return _failed(fields)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        pass
    raise MessageError("It sent a message that no session sends.")


def printable(text: str) -> str:
    """Printed text for the screen."""
    return safe(text, keep_newlines=True)


def _failed(fields: Mapping[str, Any]) -> Failed:
    frames = tuple(
        Frame(
            int(frame["line"]),
            safe(str(frame["function"]), limit=values.NAME_LIMIT),
            safe(str(frame["code"]), limit=values.NAME_LIMIT),
            safe(str(frame["file"]), limit=values.NAME_LIMIT),
        )
        for frame in fields["frames"][: values.ENTRIES_LIMIT]
    )
    return Failed(
        safe(str(fields["type"]), limit=values.NAME_LIMIT),
        safe(str(fields["message"]), keep_newlines=True, limit=values.TEXT_LIMIT),
        safe(str(fields["hint"]), limit=values.TEXT_LIMIT),
        frames,
        int(fields["left_out"]),
    )
