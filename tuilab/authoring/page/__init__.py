"""`tuilab export --to html`: a lesson as one page that stands alone.

The page asks the network for nothing and needs no script: formulas are MathML, drawings SVG, pictures are in
it, and what folds is the browser's own `<details>`. `running` runs the cells, `markup` writes Markdown and
code, `outputs` what cells gave, `panels` what the lab would show for a directive, `drawings` figures, `style`
says how it looks.
"""

from html import escape
from pathlib import Path

from tuilab.authoring.page import markup, outputs, panels, running
from tuilab.authoring.page.markup import text
from tuilab.authoring.page.style import STYLE
from tuilab.authoring.writing import write
from tuilab.lesson import CodeCell, Directive, Formula, Lesson, Prose, Step, load

__all__ = ["export", "page"]

LONG = 4
"""Steps from which on a page begins with a list of them."""
# The browser itself is told to ask for nothing: whatever slipped through would stay where it is.
_RULES = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def export(path: Path, target: Path, *, overwrite: bool = False, run: bool = True) -> None:
    """Write the lesson in `path` as the page `target`. Its cells are run, as you, unless `run` is False.

    LessonError, in a sentence, where the lesson cannot be read, or `target` is there already.
    """
    lesson = load(path)
    write(target, "", overwrite=overwrite, only_check=True)
    found = running.run(lesson) if run else running.Findings()
    write(target, page(lesson, found), overwrite=overwrite)


def page(lesson: Lesson, found: running.Findings) -> str:
    """The page of a lesson, with what running it has found."""
    header = lesson.header
    folder = header.path.parent
    taken: set[str] = set()
    names = [markup.anchor(step.title, taken) for step in lesson.steps]
    steps = "".join(_step(lesson, step, name, found) for step, name in zip(lesson.steps, names, strict=True))
    listed = ""
    if len(lesson.steps) >= LONG:
        items = "".join(
            f'<li><a href="#{escape(name)}">{markup.inline(step.title, folder)}</a></li>'
            for step, name in zip(lesson.steps, names, strict=True)
        )
        listed = f'<nav aria-label="Steps"><ol>{items}</ol></nav>'
    facts = [f"about {header.minutes} minutes" if header.minutes else "", f"lesson {header.id}"]
    facts.insert(0, f"section {header.book}" if header.book else "")
    untold = "" if found.ran else " Its cells were not run for this page."
    return f"""<!doctype html>
<html lang="{text(header.lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_RULES}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{text(header.description)}">
<title>{text(header.title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{markup.inline(header.title, folder)}</h1>
<p>{markup.inline(header.description, folder)}</p>
<p>{text(" · ".join(part for part in facts if part))}</p>
</header>
{listed}
<main>
{steps}
</main>
<footer><p>Made by tuilab from a lesson that can also be walked, run and solved in a terminal:
<code>tuilab open {text(header.id)}</code>.{untold}</p></footer>
</body>
</html>
"""


def _step(lesson: Lesson, step: Step, name: str, found: running.Findings) -> str:
    title = markup.inline(step.title, lesson.header.path.parent)
    blocks = "\n".join(_block(lesson, block, found) for block in step.blocks)
    name = escape(name)
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{blocks}\n</section>\n'


def _block(lesson: Lesson, block: Prose | Formula | CodeCell | Directive, found: running.Findings) -> str:
    match block:
        case Prose(markdown):
            return markup.prose(markdown, lesson.header.path.parent)
        case Formula(latex):
            return markup.formula(latex)
        case CodeCell():
            return _cell(block, found)
        case Directive(line=line):
            hints = {hint.line: at for one in lesson.exercises for at, hint in enumerate(one.hints, 1)}
            return panels.panel(block, panels.Given(lesson, found.directives.get(line), hints))


def _cell(cell: CodeCell, found: running.Findings) -> str:
    """A cell and what it gave. An exercise's solution and its checks are folded away."""
    code = markup.code(cell.source, cell.language)
    result = found.cells.get(cell.line)
    gave = "" if result is None else outputs.output(result)
    if "exercise" in cell.tags:
        return f'<div class="lab"><h3>Do it yourself</h3>{code}{gave}</div>'
    if "solution" in cell.tags:
        return f"<details><summary>A solution</summary>{code}{gave}</details>"
    if "check" in cell.tags:
        passed = result is not None and result.passed
        said = '<p class="right">✓ The solution passes.</p>' if passed else ""
        return f"<details><summary>How it is checked</summary>{code}{gave}{said}</details>"
    return code + gave
