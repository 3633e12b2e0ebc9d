"""The text of kernels, as it stands in their files: to be read beside a lesson.

Nothing is imported for it but the catalogue, so it needs no Numba.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tuilab.kernels.catalogue import CATALOGUE
from tuilab.kernels.later import Later

PACKAGE = Path(__file__).parent.parent
MOST_LINES = 160
"""Lines of a kernel and of the functions of its file that it is made of."""


@dataclass(frozen=True, slots=True)
class KernelText:
    """A row of the catalogue for a reader. A text is empty where there is none."""

    name: str
    formula: str
    shapes: str
    source: str
    """The paper or the book that it is from."""
    plain: str
    reference: str
    parallel: str


def kernel(name: str) -> KernelText | None:
    """The texts of a row of the catalogue; None where there is no such row."""
    import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)

    row = CATALOGUE.get(name)
    if row is None:
        return None
    try:
        file = inspect.getsourcefile(row.reference)
    except TypeError:
        file = None
    reference = _function_in(Path(file), row.reference.__name__) if file else ""
    parallel = ""
    if isinstance(row.parallel, Later):
        module = row.parallel.module.removeprefix("tuilab.").replace(".", "/")
        parallel = _function_in(PACKAGE / f"{module}.py", row.parallel.__name__)
    plain = _function_in(Path(__file__).with_name("plain.py"), name)
    return KernelText(name, row.formula, row.shapes, row.source, plain, reference, parallel)


def function(source: str, name: str) -> str:
    """The text of a function in some source, with the functions of the same source that it calls before it;
    empty where there is none of this name."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    defined = {name_: node for node in tree.body for name_ in _names(node)}
    if name not in defined:
        return ""
    wanted, waiting = {name}, [name]
    while waiting:
        for inner in ast.walk(defined[waiting.pop(0)]):
            if isinstance(inner, ast.Name) and inner.id in defined and inner.id not in wanted:
                wanted.add(inner.id)
                waiting.append(inner.id)
    lines = source.split("\n")
    pieces = [_piece(node, lines) for node in tree.body if wanted & set(_names(node))]
    own = _piece(defined[name], lines)
    while len("\n".join(pieces).split("\n")) > MOST_LINES and len(pieces) > 1:
        pieces.remove(next(piece for piece in pieces if piece != own))
    return "\n\n".join(dict.fromkeys(pieces))


def _function_in(path: Path, name: str) -> str:
    return function(_read(path), name)


@cache
def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _names(node: ast.stmt) -> Iterator[str]:
    """What a statement at the top of a file defines, but for imports and second names for a type."""
    match node:
        case ast.Assign(value=ast.Name() | ast.Subscript()):
            return
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _piece(node: ast.stmt, lines: list[str]) -> str:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    first = min([node.lineno, *(it.lineno for it in decorators)])
    return "\n".join(lines[first - 1 : node.end_lineno])
