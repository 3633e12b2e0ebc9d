"""What a lesson can ask the lab to do: one row a directive, one row an option."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tuilab.lesson.model import Directive
from tuilab.text import nearest, safe


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a directive: `:name: value`, with its kind, its default and its bounds."""

    name: str
    kind: Literal["choice", "whole", "number"]
    default: str | int | float | None
    meaning: str
    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf

    def read(self, text: str) -> str | int | float:
        """The value that `text` stands for. Raises ValueError with what was expected."""
        if self.kind == "choice":
            if text in self.choices:
                return text
            near = nearest(text, self.choices)
            raise ValueError(
                f"one of {', '.join(self.choices)}" + (f"; did you mean `{near}`?" if near else "")
            )
        value: int | float
        try:
            value = int(text) if self.kind == "whole" else float(text)
        except ValueError:
            value = math.nan
        if not self.least <= value <= self.most:
            what = "a whole number" if self.kind == "whole" else "a number"
            raise ValueError(f"{what} from {self.least:,.12g} to {self.most:,.12g}")
        return value


@dataclass(frozen=True, slots=True)
class Kind:
    """A directive: its name, what it does, and its options."""

    name: str
    meaning: str
    options: tuple[Option, ...]


DIRECTIVES: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "lab:train",
            "Train a network in a process of its own, and show it live.",
            (
                Option("model", "choice", "mlp", "the network", ("mlp",)),
                Option("data", "choice", "mnist", "the data set", ("mnist", "digits")),
                Option(
                    *("optimizer", "choice", "adam", "how the weights are moved"),
                    ("adam", "rmsprop", "sgd", "momentum"),
                ),
                Option("learning_rate", "number", 1e-3, "how far each update moves", least=1e-9, most=1e9),
                Option("batch_size", "whole", 128, "samples in one update", least=1, most=60_000),
                Option("epochs", "whole", 5, "passes over the training set", least=1, most=10_000),
                Option(
                    "seed", "whole", 7, "fixes the first weights and the shuffles", least=0, most=2**63 - 1
                ),
                Option("goal", "number", None, "the test accuracy to reach", least=0.0, most=1.0),
            ),
        ),
    )
}
"""The directives that the lab knows, by name."""

_OPTION = re.compile(r":([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?[ \t]*")


def read(name: str, argument: str, content: str, line: int, source: str) -> Directive:
    """A directive from the parts of its fence: `name` and `argument` of its first line, and its content.

    The content begins with `:option: value` lines; the rest is the body. Never raises: what is not
    known becomes the directive's `problem`.
    """
    lines = content.split("\n")
    written: dict[str, str] = {}
    problem = ""
    while lines and (found := _OPTION.fullmatch(lines[0])):
        option = found.group(1)
        if option in written and not problem:
            problem = f"`:{safe(option, limit=60)}:` is given twice. Keep one."
        written[option] = found.group(2) or ""
        lines.pop(0)
    directive = Directive(name, argument, written, "\n".join(lines).strip("\n"), line, source)
    if problem:
        return replace(directive, problem=problem)
    kind = DIRECTIVES.get(name)
    if kind is None:
        near = nearest(name, tuple(DIRECTIVES))
        ending = f"Did you mean `{near}`?" if near else f"This version knows {', '.join(DIRECTIVES)}."
        return replace(directive, problem=f"There is no directive `{safe(name, limit=60)}`. {ending}")
    try:
        return replace(directive, options=_typed(kind, written))
    except ValueError as error:
        return replace(directive, problem=str(error))


def _typed(kind: Kind, written: Mapping[str, str]) -> dict[str, Any]:
    options = {option.name: option for option in kind.options}
    values: dict[str, Any] = {name: option.default for name, option in options.items()}
    for name, text in written.items():
        if name not in options:
            near = nearest(name, tuple(options))
            ending = f"Did you mean `:{near}:`?" if near else f"Its options are {', '.join(options)}."
            raise ValueError(f"{kind.name} has no option `:{safe(name, limit=60)}:`. {ending}")
        try:
            values[name] = options[name].read(text)
        except ValueError as error:
            shown = safe(text, limit=60)
            raise ValueError(f"`:{name}: {shown}` cannot be used. Expected {error}.") from None
    return values
