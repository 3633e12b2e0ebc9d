"""What the lab would show for each directive, as far as paper can: stops in a table, drawings, settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from tuilab.authoring.page import drawings, markup, outputs
from tuilab.authoring.page.markup import text
from tuilab.errors import TuilabError
from tuilab.lesson import Directive, Lesson
from tuilab.lesson.bodies import Quiz
from tuilab.session import Failed, Value, values
from tuilab.text import number
from tuilab.tui.charts.figure import NoFigureError, figure
from tuilab.tui.kernel_look import VERSIONS, look, order
from tuilab.tui.tensors.facts import facts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tuilab.autodiff import Trace

MOST_STOPS = 60


@dataclass(frozen=True, slots=True)
class Given:
    """What a directive may draw from: its lesson, and what its expression came to; None where nothing ran."""

    lesson: Lesson
    value: Value | Failed | None = None
    hints: Mapping[int, int] = field(default_factory=dict)
    """By its line, the how manieth of its exercise a hint is."""


Drawer = Callable[[Directive, Given], str]


def panel(directive: Directive, given: Given) -> str:
    """A directive on the page. One that is not known, or has a problem, stands there as it was written."""
    if directive.problem or directive.name not in PANELS:
        return markup.code(directive.source, "text")
    return PANELS[directive.name](directive, given)


def _lab(heading: str, body: str) -> str:
    return f'<div class="lab"><h3>{heading}</h3>{body}</div>'


def _table(head: str, rows: str) -> str:
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" tabindex="0">{table}</div>'


def _settings(options: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<dt>{text(name.replace('_', ' '))}</dt><dd>{text(_word(value))}</dd>"
        for name, value in options.items()
        if value is not None
    )
    return f"<dl>{rows}</dl>"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return number(value) if isinstance(value, float) else str(value)


def _command(options: Mapping[str, Any]) -> str:
    words = [f"tuilab train {options['data']}"]
    words += [
        f"--{name.replace('_', '-')} {options[name]}"
        for name in ("model", "optimizer", "learning_rate", "batch_size", "epochs", "seed")
    ]
    return " ".join(words)


def _train(directive: Directive, given: Given) -> str:
    body = _settings(directive.options)
    body += "<p>In a terminal, this trains it before your eyes:</p>"
    body += markup.code(_command(directive.options), "text")
    return _lab("Train a network", body)


def _race(directive: Directive, given: Given) -> str:
    differs = list(dict.fromkeys(name for racer in directive.content for name in racer.options))
    head = "".join(f"<th>{text(name.replace('_', ' '))}</th>" for name in ("setting", *differs))
    rows = "".join(
        f"<tr><td>{text(racer.label)}</td>"
        + "".join(
            f"<td>{text(_word(racer.options.get(name, directive.options[name])))}</td>" for name in differs
        )
        + "</tr>"
        for racer in directive.content
    )
    shared = {name: value for name, value in directive.options.items() if name not in differs}
    table = _table(head, rows)
    commands = "\n".join(_command({**directive.options, **racer.options}) for racer in directive.content)
    return _lab("A race from one seed", table + _settings(shared) + markup.code(commands, "text"))


def _walk(directive: Directive, given: Given) -> str:
    heading = f"{'Step through' if directive.name == 'lab:step' else 'Forwards and back:'} "
    heading += f"<code>{text(directive.argument)}</code>"
    match given.value:
        case values.TraceValue():
            try:
                return _lab(heading, _stops(given.value.trace()))
            except TuilabError as error:
                return _lab(heading, f"<p>{text(str(error))}</p>")
        case Failed(sentence=sentence):
            return _lab(heading, f'<p class="wrong">✗ {text(sentence)}</p>')
    return _lab(heading, "<p>In the lab, it is walked stop by stop.</p>")


def _stops(trace: "Trace") -> str:
    from tuilab.errors import FormulaError
    from tuilab.tui.formula.mathml import mathml

    rows: list[str] = []
    for place, stop in enumerate(trace.stops[:MOST_STOPS], 1):
        try:
            formula = mathml(stop.row.formula)
        except FormulaError:
            formula = f"<code>{escape(stop.row.formula)}</code>"
        back = stop.direction == "backward"
        if back:
            shown = "".join(
                _named(f"∂/∂{trace.values[number_].name or stop.row.inputs[at % len(stop.row.inputs)]}", one)
                for at, (number_, one) in enumerate(zip(stop.inputs, stop.contributions, strict=False))
                if one is not None
            )
        else:
            shown = "".join(_named("", trace.values[one].array) for one in stop.outputs)
        sign = '<td class="backward">◂ back</td>' if back else '<td class="forward">▸ forward</td>'
        rows.append(
            f"<tr><td>{place}</td>{sign}<td>{text(stop.operation)}<br>{formula}</td><td>{shown}</td></tr>"
        )
    left = len(trace.stops) - MOST_STOPS
    more = f"<p>And {left:,} more stops.</p>" if left > 0 else ""
    given = "".join(
        _named(value.name, value.array) for value in trace.values if value.role != "computed" and value.name
    )
    table = _table("<th>stop</th><th>way</th><th>operation</th><th>what it gives</th>", "".join(rows))
    return given + table + more


def _named(name: str, array: "NDArray[Any]") -> str:
    rows = array.reshape(1, -1) if array.ndim < 2 else array
    if rows.ndim == 2 and rows.shape[0] <= 8 and rows.shape[1] <= 8 and rows.size:
        return outputs.heat_table(rows, name)
    return f'<p class="facts">{text(f"{name} {array.shape} {facts(array).words(80)}".strip())}</p>'


def _plot(directive: Directive, given: Given) -> str:
    kind = str(directive.options["kind"])
    heading = f"{text(kind.capitalize())} of <code>{text(directive.argument)}</code>"
    if given.value is None:
        return _lab(heading, "<p>In the lab, it is drawn.</p>")
    if isinstance(given.value, Failed):
        return _lab(heading, f'<p class="wrong">✗ {text(given.value.sentence)}</p>')
    try:
        found = figure(given.value, kind, int(directive.options["bins"]))
    except NoFigureError as error:
        return _lab(heading, f'<p class="wrong">✗ {text(str(error))}</p>')
    return _lab(heading, drawings.drawing(found, drawings.Words.of(directive.options), kind))


def _params(directive: Directive, given: Given) -> str:
    rows = "".join(
        f'<tr><td class="parameter">▪ {text(one.name)}</td><td>{number(one.low)} to {number(one.high)}</td>'
        f"<td>{one.scale}{', whole numbers' if one.whole else ''}</td><td>{number(one.start)}</td></tr>"
        for one in directive.content
    )
    body = _table("<th>name</th><th>range</th><th>scale</th><th>at first</th>", rows)
    return _lab("Change these", body + "<p>In the lab, what uses them runs again while they move.</p>")


def _kernel(directive: Directive, given: Given) -> str:
    kernel = look(given.lesson, directive.argument)
    if kernel is None:
        return markup.code(directive.source, "text")
    parts = []
    show = [str(one) for one in directive.options["show"]]
    if "formula" in show and kernel.formula:
        parts.append(markup.formula(kernel.formula))
    if kernel.shapes:
        parts.append(f'<p class="facts"><code>{text(kernel.shapes)}</code></p>')
    versions = order(kernel, show) or list(kernel.texts)
    for version in versions:
        code = markup.code(kernel.texts[version])
        if version == "numba" and len(versions) > 1:
            parts.append(f"<details><summary>{VERSIONS[version]}</summary>{code}</details>")
        else:
            parts.append(f"<p>{VERSIONS[version]}:</p>{code}")
    return _lab(f"The kernel <code>{text(kernel.name)}</code>", "".join(parts))


def _predict(directive: Directive, given: Given) -> str:
    question = markup.prose(directive.body, given.lesson.header.path.parent)
    answer = f"<p><code>{text(str(directive.options['answer']))}</code></p>"
    return _lab("Say it first", f"{question}<details><summary>Answer</summary>{answer}</details>")


def _quiz(directive: Directive, given: Given) -> str:
    quiz: Quiz = directive.content
    folder = given.lesson.header.path.parent
    rows = "".join(
        f"<li><details><summary>{markup.inline(one.text, folder)}</summary>"
        f'<p class="{"right" if one.right else "wrong"}">{"✓ Right." if one.right else "✗ No."}</p>'
        f"{markup.prose(one.feedback, folder)}</details></li>"
        for one in quiz.answers
    )
    return _lab("A question", f"{markup.prose(quiz.question, folder)}<ul>{rows}</ul>")


def _hint(directive: Directive, given: Given) -> str:
    place = given.hints.get(directive.line, 1)
    return f"<details><summary>Hint {place}</summary>{markup.prose(directive.body)}</details>"


PANELS: Mapping[str, Drawer] = {
    "lab:train": _train,
    "lab:race": _race,
    "lab:step": _walk,
    "lab:graph": _walk,
    "lab:plot": _plot,
    "lab:params": _params,
    "lab:kernel": _kernel,
    "lab:predict": _predict,
    "lab:quiz": _quiz,
    "lab:hint": _hint,
}
"""By the name of a directive. A test holds this table to the directives that there are."""
