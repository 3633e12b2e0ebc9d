"""Whether an answer is right: by its value, however it is written."""

import ast
import math
import re
from typing import Any

from tuilab.errors import TuilabError
from tuilab.text import safe

Asked = float | tuple[int, ...]
"""What is asked for: a number or a shape."""
LONGEST = 80
CLOSE = 0.005
"""How far off a number may be, as a share of it: what a rounding to two or three digits leaves."""
_SHAPE = re.compile(r"[\s(\[]*(?:-?\d+(?:\s*[,x×\s]\s*-?\d+)*)?[\s,)\]]*")
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def right(answer: str, asked: Asked) -> bool:
    """Whether `answer` is the number, to its own digits or within half a percent, or the shape.

    TuilabError: it is neither a number, or arithmetic on numbers such as 3/4, nor a shape.
    """
    text = answer.strip().replace("−", "-").replace("·", "*").replace("^", "**")
    if isinstance(asked, tuple):
        return shape(text) == asked
    return _near(text, number(text), asked)


def number(text: str) -> float:
    """The number that a text stands for: `-1.5`, `-3/2`, `1.0*1.0 + 2.0*(-1.0)`, `nan`, `True`."""
    plain = text.lower().replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    named = {"true": 1.0, "false": 0.0, "nan": math.nan, "inf": math.inf, "-inf": -math.inf}
    if plain.lower() in named:
        return named[plain.lower()]
    try:
        if len(plain) > LONGEST:
            raise ValueError
        return float(_value(ast.parse(plain, mode="eval").body))
    except (ValueError, SyntaxError, ArithmeticError, RecursionError, MemoryError, TypeError):
        raise TuilabError(
            f"{safe(text, limit=40)!r} is no number. Write one, or arithmetic such as -3/2."
        ) from None


def shape(text: str) -> tuple[int, ...]:
    """The shape that a text stands for: `(32, 10)`, `32 x 10`, `32,10`, `()`."""
    if len(text) > LONGEST or not _SHAPE.fullmatch(text) or not text:
        raise TuilabError(f"{safe(text, limit=40)!r} is no shape. Write one as in (32, 10).")
    return tuple(int(one) for one in re.findall(r"-?\d+", text))


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _ARITHMETIC):
            a, b = float(_value(left)), float(_value(right))
            match operator:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
            return a**b
    raise ValueError


def _near(text: str, answer: float, asked: float) -> bool:
    if math.isnan(asked) or math.isinf(asked):
        return answer == asked or (math.isnan(answer) and math.isnan(asked))
    if abs(answer - asked) <= CLOSE * abs(asked) + 1e-12:
        return True
    rounded = re.fullmatch(r"[-+]?(\d*)\.(\d+)", text)
    if rounded is None or len(rounded[2]) < 2:
        return False
    return bool(float(text)) and abs(answer - asked) <= 0.5 * 10.0 ** -len(rounded[2])
