"""What a lesson can ask the lab to do: one row a directive, one row an option."""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tuilab.lesson import bodies
from tuilab.lesson.bodies import BodyReader
from tuilab.lesson.model import Directive, Problem
from tuilab.lesson.options import Option, Value, typed
from tuilab.text import nearest, safe
from tuilab.training.config import DATA, LEARNING_RATES, MODELS

__all__ = ["DIRECTIVES", "Kind", "Option", "read"]

LONGEST_EXPRESSION = 500

Values = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A directive: its name, what it does, its options, and what stands after its name and in its body.

    `argument`: a name that the lesson may give it (label), must give it (id), a name of Python (name), or an
    expression of Python. `body`: a text that may (caption) or must (text) be there, or a reader of its own
    format. `complete` fills in the defaults that depend on other options.
    """

    name: str
    meaning: str
    options: tuple[Option, ...]
    argument: Literal["label", "id", "name", "expression"] = "label"
    body: Literal["caption", "text"] | BodyReader = "caption"
    complete: Callable[[Values], Values] = dict


def _with_its_rate(values: Values) -> Values:
    if values["learning_rate"] is not None:
        return values
    return {**values, "learning_rate": LEARNING_RATES[str(values["optimizer"])]}


_MODEL = Option("model", "choice", "mlp", "the network", tuple(MODELS))
_DATA = Option("data", "choice", "mnist", "the data set", tuple(DATA))
_OPTIMIZER = Option("optimizer", "choice", "adam", "how the weights are moved", tuple(LEARNING_RATES))
_RATE = Option(
    *("learning_rate", "number", None, "how far each update moves; the optimizer's own unless set"),
    least=1e-9,
    most=1e9,
)
_BATCH_SIZE = Option("batch_size", "whole", 128, "samples in one update", least=1, most=60_000)
_EPOCHS = Option("epochs", "whole", 5, "passes over the training set", least=1, most=10_000)
_SEED = Option("seed", "whole", 7, "fixes the first weights and the shuffles", least=0, most=2**63 - 1)
_GOAL = Option("goal", "number", None, "the test accuracy to reach", least=0.0, most=1.0)
_TRAINING = (_MODEL, _DATA, _OPTIMIZER, _RATE, _BATCH_SIZE, _EPOCHS, _SEED, _GOAL)
_DIFFERS = (_MODEL, _OPTIMIZER, _RATE, _BATCH_SIZE)
_SCALES = ("linear", "log")

DIRECTIVES: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "lab:train",
            "Train a network in a process of its own, and show it live.",
            _TRAINING,
            complete=_with_its_rate,
        ),
        Kind(
            "lab:race",
            "Train several settings from one seed, side by side.",
            _TRAINING,
            body=bodies.race(_DIFFERS),
            complete=_with_its_rate,
        ),
        Kind(
            "lab:step",
            "Walk an expression, stop by stop, in both directions.",
            (
                Option("view", "choice", "grid", "how arrays are drawn", ("grid", "picture", "text")),
                Option("rows", "whole", None, "the most rows that are drawn", least=1, most=200),
                Option("columns", "whole", None, "the most columns that are drawn", least=1, most=200),
                Option("stops", "names", None, "where to stop; everywhere unless set"),
            ),
            argument="expression",
        ),
        Kind(
            "lab:graph",
            "Walk a computation forwards, and its gradients backwards.",
            (
                Option("parameters", "names", None, "the names whose gradients are asked for"),
                Option("direction", "choice", "both", "where to begin", ("both", "forward", "backward")),
                Option("differences", "flag", True, "show a finite difference beside each gradient"),
            ),
            argument="expression",
        ),
        Kind(
            "lab:params",
            "Sliders for names in the cells.",
            (Option("rerun", "flag", True, "run the cells that use a name when its slider is moved"),),
            body=bodies.sliders,
        ),
        Kind(
            "lab:plot",
            "Draw an expression.",
            (
                Option(
                    *("kind", "choice", "curve", "the drawing"),
                    ("curve", "points", "contour", "histogram", "image", "matrix"),
                ),
                Option("title", "text", None, "what stands above it"),
                Option("x_label", "text", None, "what stands at the horizontal axis"),
                Option("y_label", "text", None, "what stands at the vertical axis"),
                Option("x_scale", "choice", "linear", "the horizontal axis", _SCALES),
                Option("y_scale", "choice", "linear", "the vertical axis", _SCALES),
                Option("bins", "whole", 30, "bars of a histogram", least=1, most=1_000),
            ),
            argument="expression",
        ),
        Kind(
            "lab:kernel",
            "A kernel side by side: formula, plain Python, NumPy and Numba, compared and timed.",
            (
                Option(
                    *("show", "names", ("formula", "python", "numpy", "numba"), "what is shown, in order"),
                    ("formula", "python", "numpy", "numba"),
                ),
                Option("seed", "whole", 7, "fixes the inputs", least=0, most=2**63 - 1),
            ),
            argument="name",
        ),
        Kind(
            "lab:predict",
            "Ask for a value before it is shown.",
            (
                Option(
                    "answer", "text", None, "the right value, as Python writes it", required=True, secret=True
                ),
                Option("tolerance", "number", 0.0, "how far off a number may be", least=0.0, most=1e9),
            ),
            argument="id",
            body="text",
        ),
        Kind(
            "lab:quiz",
            "A question with answers to choose from, and a word about each.",
            (Option("shuffle", "flag", False, "put the answers in another order for each learner"),),
            argument="id",
            body=bodies.quiz,
        ),
        Kind("lab:hint", "A hint for the exercise of this id.", (), argument="id", body="text"),
    )
}
"""The directives that the lab knows, by name."""

_OPTION = re.compile(r":([A-Za-z_][\w-]*):(?:[ \t]+(.*?))?[ \t]*")
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,79}")


def read(name: str, argument: str, content: str, line: int, source: str) -> Directive:
    """A directive from the parts of its fence: `name` and `argument` of its first line, and its content.

    The content begins with `:option: value` lines; the rest is the body. Never raises: what is not
    known becomes the directive's `problem`.
    """
    lines = list(enumerate(content.split("\n"), line + 1))
    written: dict[str, str] = {}
    where: dict[str, int] = {}
    wrong: list[Problem] = []
    while lines and (found := _OPTION.fullmatch(lines[0][1])):
        number, option = lines.pop(0)[0], found.group(1)
        if option in written:
            wrong.append(Problem(number, f"`:{safe(option, limit=60)}:` is given twice. Keep one."))
        written[option], where[option] = found.group(2) or "", number
    while lines and not lines[0][1]:
        lines.pop(0)
    while lines and not lines[-1][1]:
        lines.pop()
    directive = Directive(
        *(name, argument, written, "\n".join(text for _, text in lines), line, source),
        body_line=lines[0][0] if lines else 0,
    )
    kind = DIRECTIVES.get(name)
    if kind is None:
        wrong.append(Problem(line, _unknown(name)))
        return replace(directive, problem=wrong[0].text, problems=tuple(wrong))
    wrong += [Problem(line, text) for text in _argument_faults(kind, argument)]
    options, faults = typed(kind.name, kind.options, written)
    wrong += [Problem(where.get(option, line), text) for option, text in faults]
    said = None
    if callable(kind.body):
        said, faulty = kind.body(lines)
        wrong += [replace(fault, line=fault.line or line) for fault in faulty]
    elif kind.body == "text" and not lines:
        wrong.append(Problem(line, f"{name} says nothing. Write its text on the lines below its options."))
    if wrong:
        return replace(directive, problem=wrong[0].text, problems=tuple(wrong))
    return replace(directive, options=kind.complete(options), content=said)


def _unknown(name: str) -> str:
    if name in ("code-cell", "{code-cell}"):
        return "a cell stands between backticks, not colons: write ```` ```{code-cell} ````."
    near = nearest(name, tuple(DIRECTIVES))
    ending = f"Did you mean `{near}`?" if near else f"This version knows {', '.join(DIRECTIVES)}."
    return f"There is no directive `{safe(name, limit=60)}`. {ending}"


def _argument_faults(kind: Kind, argument: str) -> list[str]:
    """What is wrong with what stands after a directive's name."""
    shown = safe(argument, limit=60)
    match kind.argument:
        case "id" if not argument:
            return [f"{kind.name} needs an id after its name: `{{{kind.name}}} some-id`."]
        case "name" if not argument:
            return [f"{kind.name} needs the name of a kernel: `{{{kind.name}}} dense`."]
        case "expression" if not argument:
            return [f"{kind.name} needs an expression after its name: `{{{kind.name}}} X + y`."]
        case "id" | "label" if argument and not _ID.fullmatch(argument):
            return [f"`{shown}` is not an id. Use letters, digits, dots and -, at most 80."]
        case "name" if not argument.isidentifier():
            return [f"`{shown}` is not the name of a kernel. Write it as `{{{kind.name}}} dense`."]
        case "expression" if fault := _expression_fault(argument):
            return [f"`{shown}` is not an expression of Python: {fault}."]
    return []


def _expression_fault(text: str) -> str:
    if len(text) > LONGEST_EXPRESSION:
        return f"it has {len(text):,} characters, and at most {LONGEST_EXPRESSION} may be"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<expression>", "eval", dont_inherit=True)
    except SyntaxError as error:
        return safe(error.msg or "it does not parse", limit=120)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return "it does not parse"
    return ""
