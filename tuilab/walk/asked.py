"""What a lesson's `lab:step` asks to be walked, as a trace: an expression, or one of the functions below.

The lab asks for `trace_of(text, names)` in the lesson's own process, and walks what comes back.
"""

import ast
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from tuilab.autodiff.expression import expression, parsed
from tuilab.autodiff.trace import Trace
from tuilab.errors import TuilabError
from tuilab.walk.affine import affine_trace
from tuilab.walk.descending import descent_trace

WALKED: Mapping[str, Callable[..., Trace]] = {
    "affine": affine_trace,
    "affine_points": affine_trace,
    "descent": descent_trace,
}
"""Functions that a lesson can name in `lab:step`, and how each becomes a trace."""


def trace_of(text: str, names: Mapping[str, Any]) -> Trace:
    """The trace that `lab:step text` walks; `names` are those of the lesson's cells.

    `descent(…)` and `affine(…)` are walked step by step; any other text is an expression, in which what is no
    operation is evaluated. TuilabError says what cannot be walked.
    """
    tree = parsed(text)

    def evaluate(node: ast.expr) -> Any:
        return eval(
            compile(ast.fix_missing_locations(ast.Expression(node)), "<lab:step>", "eval"), dict(names)
        )

    if isinstance(tree, ast.Call):
        name = tree.func.attr if isinstance(tree.func, ast.Attribute) else getattr(tree.func, "id", "")
        if name in WALKED:
            places = [evaluate(one) for one in tree.args]
            options = {str(one.arg): evaluate(one.value) for one in tree.keywords}
            try:
                inspect.signature(WALKED[name]).bind(*places, **options)
            except TypeError as error:
                raise TuilabError(f"{name}: {error}. Write {name}{_written(WALKED[name])}.") from None
            return WALKED[name](*places, **options)
    return expression(text, names, evaluate)


def _written(function: Callable[..., Any]) -> str:
    parameters = inspect.signature(function).parameters.values()
    return f"({', '.join(one.name for one in parameters)})"
