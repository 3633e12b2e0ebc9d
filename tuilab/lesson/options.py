"""The options of directives: a kind, a default and bounds each, and an error that says what to write."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tuilab.text import nearest, safe

Value = str | int | float | bool | tuple[str, ...]
"""What an option can be."""

_NAME = re.compile(r"[^\W\d][\w.-]*")
_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a directive: `:name: value`, with its kind, its default and its bounds.

    choice: one of `choices`; whole, number: from `least` to `most`; text: anything on one line; names:
    words with commas between them, out of `choices` where there are any; flag: yes or no. A `secret` is not
    shown before a learner has answered.
    """

    name: str
    kind: Literal["choice", "whole", "number", "text", "names", "flag"]
    default: Value | None
    meaning: str
    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    required: bool = False
    secret: bool = False

    def read(self, text: str) -> Value:
        """The value that `text` stands for. Raises ValueError with what was expected."""
        match self.kind:
            case "choice":
                return self._choice(text)
            case "whole" | "number":
                return self._number(text)
            case "text":
                if not text:
                    raise ValueError("a text")
                return text
            case "names":
                return self._names(text)
            case "flag":
                if text.lower() not in _YES_OR_NO:
                    raise ValueError("yes or no")
                return _YES_OR_NO[text.lower()]

    def _choice(self, text: str) -> str:
        if text in self.choices:
            return text
        near = nearest(text, self.choices)
        raise ValueError(f"one of {', '.join(self.choices)}" + (f"; did you mean `{near}`?" if near else ""))

    def _number(self, text: str) -> int | float:
        value: int | float
        try:
            value = int(text) if self.kind == "whole" else float(text)
        except ValueError:
            value = math.nan
        if not self.least <= value <= self.most:
            what = "a whole number" if self.kind == "whole" else "a number"
            raise ValueError(f"{what} from {self.least:,.12g} to {self.most:,.12g}")
        return value

    def _names(self, text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if not _NAME.fullmatch(name):
                raise ValueError("names with commas between them, such as `first, second`")
            if self.choices:
                self._choice(name)
        return names


def typed(
    owner: str, options: tuple[Option, ...], written: Mapping[str, str]
) -> tuple[dict[str, Value | None], list[tuple[str, str]]]:
    """Every option's value, defaults filled in; and what is wrong, as pairs of an option and a sentence."""
    known = {option.name: option for option in options}
    values: dict[str, Value | None] = {name: option.default for name, option in known.items()}
    wrong: list[tuple[str, str]] = []
    for name, text in written.items():
        if name not in known:
            near = nearest(name, tuple(known))
            ending = f"Did you mean `:{near}:`?" if near else f"Its options are {', '.join(known) or 'none'}."
            wrong.append((name, f"{owner} has no option `:{safe(name, limit=60)}:`. {ending}"))
            continue
        try:
            values[name] = known[name].read(text)
        except ValueError as error:
            shown = safe(text, limit=60)
            wrong.append((name, f"`:{name}: {shown}` cannot be used. Expected {error}."))
    wrong += [
        ("", f"{owner} needs `:{option.name}:`, {option.meaning}.")
        for option in options
        if option.required and option.name not in written
    ]
    return values, wrong
