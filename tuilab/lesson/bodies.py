"""The bodies of directives that have a format of their own: answers of a quiz, sliders, settings in a race.

Each reader takes the body's lines with their numbers, and answers what they say and what is wrong with them.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tuilab.lesson.model import Problem
from tuilab.lesson.options import Option, Value, typed
from tuilab.text import safe

Lines = Sequence[tuple[int, str]]
"""The lines of a body, each with its number in the file."""
BodyReader = Callable[[Lines], tuple[Any, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a quiz, and what is said to somebody who chose it."""

    text: str
    right: bool
    feedback: str
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question with answers to choose from. Where several are right, all of them are to be chosen."""

    question: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Slider:
    """A name of the lesson's cells whose value can be moved from `low` to `high`."""

    name: str
    low: float
    high: float
    start: float
    scale: Literal["linear", "log"]
    whole: bool
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Racer:
    """One setting in a race: the options in which it differs from the others."""

    label: str
    options: Mapping[str, Value]
    line: int = field(compare=False)


_ANSWER = re.compile(r"[-*+] \[([ xX])\][ \t]+(.*)")
_FEEDBACK = re.compile(r"[ \t]*>[ \t]?(.*)")
_SLIDER = re.compile(
    r"(?P<name>[^\s:]+)[ \t]*:[ \t]*(?P<low>[^\s=]+?)[ \t]*\.\.[ \t]*(?P<high>[^\s=]+)"
    r"(?P<words>(?:[ \t]+[a-z]+)*)(?:[ \t]*=[ \t]*(?P<start>\S+))?[ \t]*"
)
_RACER = re.compile(r"([^:]+):[ \t]*(\S.*)")
MOST_RACERS = 6


def quiz(lines: Lines) -> tuple[Quiz, list[Problem]]:
    """A question, then `- [ ] answer` or `- [x] right answer`, each with its feedback in `> …` lines."""
    question: list[str] = []
    found: list[tuple[int, bool, list[str], list[str]]] = []
    wrong: list[Problem] = []
    for number, line in lines:
        if answer := _ANSWER.fullmatch(line.rstrip()):
            found.append((number, answer[1] != " ", [answer[2]], []))
        elif not found:
            question.append(line)
        elif feedback := _FEEDBACK.fullmatch(line):
            found[-1][3].append(feedback[1].strip())
        elif line.strip():
            if line[0] in " \t" and not found[-1][3]:
                found[-1][2].append(line.strip())
            else:
                wrong.append(
                    Problem(
                        number,
                        "this line is neither an answer nor its feedback. "
                        "Write `- [ ] answer`, and `> …` below it.",
                    )
                )
    answers = tuple(
        Answer(" ".join(text), right, " ".join(said).strip(), number) for number, right, text, said in found
    )
    first = lines[0][0] if lines else 0
    asked = "\n".join(question).strip()
    if not asked:
        wrong.append(Problem(first, "this quiz asks nothing. Write its question before the answers."))
    if len(answers) < 2:
        wrong.append(Problem(first, "a quiz needs two answers or more. Write each as `- [ ] answer`."))
    elif not any(answer.right for answer in answers):
        wrong.append(Problem(answers[0].line, "no answer is right. Mark one with an x: `- [x] answer`."))
    wrong += [
        Problem(answer.line, "this answer has no feedback. Say below it why it is right or wrong: `> …`.")
        for answer in answers
        if not answer.feedback
    ]
    return Quiz(asked, answers), wrong


def sliders(lines: Lines) -> tuple[tuple[Slider, ...], list[Problem]]:
    """A line a slider: `rate: 1e-4..1 log = 0.01`, `units: 1..64 whole`."""
    found: dict[str, Slider] = {}
    wrong: list[Problem] = []
    for number, line in lines:
        if not line.strip():
            continue
        try:
            slider = _slider(line.strip(), number)
            if slider.name in found:
                raise ValueError(f"`{slider.name}` has a slider already. Keep one")
            found[slider.name] = slider
        except ValueError as error:
            wrong.append(Problem(number, f"{error}."))
    if not found and not wrong:
        wrong.append(Problem(0, "there is no slider. Write a line for each, such as `rate: 1e-4..1 log`."))
    return tuple(found.values()), wrong


def _slider(line: str, number: int) -> Slider:
    shown = safe(line, limit=60)
    parts = _SLIDER.fullmatch(line)
    if parts is None:
        raise ValueError(f"`{shown}` is not a slider. Write it as `rate: 1e-4..1 log = 0.01`")
    name, words = parts["name"], parts["words"].split()
    if not name.isidentifier():
        raise ValueError(f"`{safe(name, limit=40)}` is not a name of Python, as a cell could use it")
    if unknown := sorted(set(words) - {"log", "linear", "whole"}):
        raise ValueError(f"`{unknown[0]}` is not known here. After the range may stand log, linear or whole")
    is_log = "log" in words
    try:
        low, high = float(parts["low"]), float(parts["high"])
        middle = math.sqrt(low) * math.sqrt(high) if is_log and low > 0 and high > 0 else low / 2 + high / 2
        start = float(parts["start"]) if parts["start"] else middle
    except ValueError:
        raise ValueError(f"`{shown}` has something else where its numbers belong") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"`{shown}` needs two numbers, the lower first")
    if is_log and low <= 0:
        raise ValueError(f"`{shown}` is logarithmic, and so begins above 0")
    if "whole" in words:
        if not (low.is_integer() and high.is_integer()):
            raise ValueError(f"`{shown}` is whole, and so begins and ends at a whole number")
        start = start if parts["start"] else float(round(start))
        if not start.is_integer():
            raise ValueError(f"`{shown}` is whole, and so starts at a whole number")
    if not low <= start <= high:
        raise ValueError(f"`{shown}` starts outside its range")
    return Slider(name, low, high, start, "log" if is_log else "linear", "whole" in words, number)


def race(options: tuple[Option, ...]) -> BodyReader:
    """The reader of a race in which each line sets some of `options`: `fast: optimizer=adam, epochs=2`."""

    def read(lines: Lines) -> tuple[tuple[Racer, ...], list[Problem]]:
        found: list[Racer] = []
        labels: set[str] = set()
        wrong: list[Problem] = []
        for number, line in lines:
            if not line.strip():
                continue
            parts = _RACER.fullmatch(line.strip())
            if parts is None:
                wrong.append(
                    Problem(
                        number,
                        f"`{safe(line.strip(), limit=60)}` is not a setting. "
                        "Write it as `name: optimizer=adam, learning_rate=0.01`.",
                    )
                )
                continue
            written = dict(_assignment(part) for part in parts[2].split(","))
            values, faults = typed("a race", options, written)
            wrong += [Problem(number, text) for _, text in faults]
            label = parts[1].strip()
            if label in labels:
                wrong.append(
                    Problem(number, f"`{safe(label, limit=60)}` races already. Give each its own name.")
                )
            labels.add(label)
            found.append(
                Racer(
                    label,
                    {name: value for name in written if (value := values.get(name)) is not None},
                    number,
                )
            )
        if not 2 <= len(found) <= MOST_RACERS and not wrong:
            wrong.append(
                Problem(
                    0, f"a race needs two to {MOST_RACERS} settings, a line each: `name: optimizer=adam`."
                )
            )
        return tuple(found), wrong

    return read


def _assignment(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()
