"""Answers compared by value and not by spelling: numbers, shapes, arrays, truth values, words.

`32, 10`, `(32,10)`, `[32, 10]` and `32 x 10` are the same answer, and so are `0.5`, `.5`, `1/2` and `5e-1`.
"""

import ast
import cmath
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 1_000
"""The most characters of an answer that are read."""
_DEEPEST = 12
_LARGEST_POWER = 64.0

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_NAMES: Mapping[str, Any] = {
    "true": True, "yes": True, "false": False, "no": False, "none": None, "null": None,
    "nan": math.nan, "inf": math.inf, "infinity": math.inf, "pi": math.pi, "e": math.e,
}  # fmt: skip
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "x", "·": "*", "∞": "inf", "π": "pi", "₋": "-"})
_SHAPE = re.compile(r"\d+(?:\s*x\s*\d+)+")
_WRAPPED = re.compile(
    r"(?:np\.|numpy\.)?(?:array|asarray|Tensor|tuple|list|TensorShape)\s*\((.*)\)", re.DOTALL
)


def same(given: str, wanted: str, tolerance: float = 0.0) -> bool:
    """Whether an answer is the wanted one: each of its numbers at most `tolerance` off, to rounding."""
    if not given.strip():
        return False
    return _agree(value(given), value(wanted), tolerance)


def value(text: str) -> Any:
    """What a text stands for: a number, a truth value, a list (of lists) of them, or else a word."""
    text = text[:LONGEST].translate(_SIGNS).strip().rstrip(".") or text[:LONGEST].strip()
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1]
    if _SHAPE.fullmatch(text):
        text = re.sub(r"\s*x\s*", ", ", text)
    try:
        return _value(ast.parse(text.replace("^", "**"), mode="eval").body, 0)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return _word(text)


def _value(node: ast.expr, depth: int) -> Any:
    """The value of an expression of numbers. Raises ValueError for anything else."""
    if depth > _DEEPEST:
        raise ValueError
    match node:
        case ast.Constant(value=bool() | int() | float() | complex() | None as found):
            return found
        case ast.Constant(value=str() as found):
            return _word(found)
        case ast.Name(id=name) if name.lower() in _NAMES:
            return _NAMES[name.lower()]
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [_value(element, depth + 1) for element in elements]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            found = _number(_value(operand, depth + 1))
            return -found if isinstance(sign, ast.USub) else found
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _number(_value(left, depth + 1)), _number(_value(right, depth + 1))
            if isinstance(op, ast.Pow):
                if abs(second) > _LARGEST_POWER:
                    raise ValueError
                first = float(first)
            return _OPERATORS[type(op)](first, second)
    raise ValueError


def _number(found: Any) -> Any:
    if isinstance(found, bool) or not isinstance(found, int | float | complex):
        raise ValueError
    return found


def _word(text: str) -> str:
    return " ".join(text.casefold().split()).strip("\"'`")


def _agree(given: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, list):
        given = given if isinstance(given, list) else [given]
        return len(given) == len(wanted) and all(map(lambda a, b: _agree(a, b, tolerance), given, wanted))
    if isinstance(given, list):
        return len(given) == 1 and _agree(given[0], wanted, tolerance)
    if isinstance(wanted, bool) or isinstance(given, bool) or wanted is None:
        return type(given) is type(wanted) and bool(given == wanted)
    if isinstance(wanted, int | float | complex):
        return isinstance(given, int | float | complex) and _near(given, wanted, tolerance)
    return bool(given == wanted)


def _near(given: complex, wanted: complex, tolerance: float) -> bool:
    if given != given or wanted != wanted:
        return given != given and wanted != wanted
    if given == wanted:
        return True
    try:
        if not (cmath.isfinite(given) and cmath.isfinite(wanted)):
            return False
        return abs(given - wanted) <= tolerance + 1e-9 * abs(wanted)
    except OverflowError:
        return False
