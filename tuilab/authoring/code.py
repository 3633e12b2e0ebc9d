"""The code of a lesson, as far as it can be judged without running it."""

import ast
import builtins
import re
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from tuilab.authoring import fields
from tuilab.authoring.fault import Page
from tuilab.lesson import Directive, Problem
from tuilab.text import nearest, safe

_LATE_OPTION = re.compile(r":[a-z_]+:(?:[ \t].*)?")


@dataclass(slots=True)
class _Names:
    """The names that code gives a value to; `open` where an import of everything may give more."""

    bound: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    open: bool = False


def faults(page: Page) -> Iterator[Problem]:
    """Cells that do not parse or are of another language; directives that name what no cell defines."""
    lesson = page.lesson
    names = _Names()
    for cell in lesson.cells:
        if cell.language != "python":
            shown = safe(cell.language, limit=40)
            yield Problem(cell.line, f"this cell is in {shown}, and a lesson's cells are in Python.")
            continue
        tree = yield from _parsed(cell.source, cell.source_line)
        _collect(tree, names)
    if lesson.companion is not None:
        tree = yield from _parsed(lesson.companion, 1, beside=page.path.with_suffix(".py").name)
        own = _Names()
        _collect(tree, own)
        # NAME_python, NAME_numpy and NAME_numba are versions of the kernel NAME.
        versions = {re.sub(r"_(python|numpy|numba)$", "", name) for name in own.functions}
        names.functions |= own.functions | versions
    for directive in lesson.directives:
        yield from _late_options(directive)
        if directive.name == "lab:kernel" and not directive.problem:
            yield from _kernel(page, directive, names)
        elif not names.open and not directive.problem:
            yield from _unbound(directive, names.bound)


def _parsed(source: str, first: int, beside: str = "") -> Generator[Problem, None, ast.Module]:
    """The tree of some code whose first line is line `first` of the lesson; an empty one where it has none.

    What is wrong in a file `beside` the lesson is told with that file's name, on the lesson's first line.
    """
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            tree = ast.parse(source)
            compile(tree, "<lesson>", "exec", dont_inherit=True)
    except SyntaxError as error:
        what = safe(error.msg or "it does not parse", limit=120)
        if source.lstrip().startswith(("%", "!")):
            what = "lines that begin with % or ! are Jupyter's own, and only plain Python runs in the lab"
        yield _told(what, error.lineno or 1, first, beside)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        yield _told(safe(str(error), limit=120) or "it does not parse", 1, first, beside)
    else:
        for warning in warned:
            yield _told(safe(str(warning.message), limit=120), warning.lineno, first, beside)
        return tree
    return ast.Module([], [])


def _told(what: str, line: int, first: int, beside: str) -> Problem:
    if beside:
        return Problem(1, f"{beside}, line {line}: this is not Python: {what}. Mend it there.")
    return Problem(
        first + line - 1,
        f"this is not Python: {what}. Mend it, or make it a ```python block, which is shown and never run.",
    )


def _collect(tree: ast.Module, names: _Names) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.bound.add(name)
                names.functions.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.open |= any(alias.name == "*" for alias in aliases)
                names.bound |= {alias.asname or alias.name.split(".")[0] for alias in aliases}


def _late_options(directive: Directive) -> Iterator[Problem]:
    for number, line in enumerate(directive.body.split("\n"), directive.body_line):
        if _LATE_OPTION.fullmatch(line):
            shown = safe(line, limit=60)
            yield Problem(
                number,
                f"`{shown}` is read as text here. Options stand right below the directive's first line.",
            )


def _kernel(page: Page, directive: Directive, names: _Names) -> Iterator[Problem]:
    known = (*fields.catalogue(), *names.functions)
    if directive.argument not in known:
        near = nearest(directive.argument, known)
        ending = f"Did you mean `{near}`?" if near else f"Define it in {page.path.with_suffix('.py').name}."
        yield Problem(directive.line, f"there is no kernel `{safe(directive.argument, limit=60)}`. {ending}")


def _unbound(directive: Directive, bound: set[str]) -> Iterator[Problem]:
    """Names that a directive uses and no cell defines."""
    used: list[tuple[str, int]] = []
    if directive.name in ("lab:step", "lab:graph"):
        tree = ast.parse(directive.argument, mode="eval")
        own = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
        own |= {it.arg for it in ast.walk(tree) if isinstance(it, ast.arg)}
        used += [
            (it.id, directive.line) for it in ast.walk(tree) if isinstance(it, ast.Name) and it.id not in own
        ]
        used += [(name, directive.line) for name in directive.options.get("parameters") or ()]
    elif directive.name == "lab:params":
        used += [(slider.name, slider.line) for slider in directive.content]
    for name, line in dict.fromkeys(used):
        if name not in bound and not hasattr(builtins, name):
            near = nearest(name, bound)
            ending = f"Did you mean `{near}`?" if near else "Give it a value in a cell."
            yield Problem(line, f"no cell has the name `{safe(name, limit=60)}`. {ending}")
