"""An expression over small arrays as a trace, computed by the references: what a lesson steps through.

    expression("relu(x @ w + b)", {"x": [[1, 2]], "w": [[1], [-1]], "b": [0.5]})

Nothing is executed: the text is read as a tree of names, numbers, operators and operations of the catalogue,
and anything else in it is refused. It needs no Numba.
"""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE
from tuilab.text import nearest, safe

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
}
MOST_TEXT = 2000
MOST_ELEMENTS = 4096
"""Elements of one array: more than can be walked."""
MOST_STOPS = 64


def expression(text: str, names: Mapping[str, Any]) -> Trace:
    """The trace of an expression, forward only, its stops in the order in which they are computed.

    `names` are what the expression may use: numbers, or lists of them of equal length. TuilabError says what
    cannot be read, or which shapes do not fit.
    """
    if len(text) > MOST_TEXT:
        raise TuilabError(f"An expression has at most {MOST_TEXT} signs; this one has {len(text):,}.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise TuilabError(
            f"{safe(text, limit=80)!r} is no expression. Write one as in `relu(x @ w + b)`."
        ) from None
    reader = _Reader(names)
    target = reader.value(tree)
    if not reader.stops:
        raise TuilabError(f"{safe(text, limit=80)!r} computes nothing: it has no operation to step through.")
    return Trace(tuple(reader.values), tuple(reader.stops), target)


def array(name: str, given: Any) -> npt.NDArray[Any]:
    """A number, or lists of numbers of equal length, as float64, or int64 where all are whole and none has a
    point; TuilabError names what is wrong."""
    try:
        found = np.array(given)
    except (ValueError, OverflowError):
        raise TuilabError(f"{name}: rows must have one length, and hold numbers.") from None
    if found.dtype.kind not in "fiub" or found.size > MOST_ELEMENTS or found.ndim > 6:
        raise TuilabError(f"{name} is no array of at most {MOST_ELEMENTS:,} numbers.")
    return found.astype(np.float64) if found.dtype.kind == "f" else found.astype(np.int64)


class _Reader:
    def __init__(self, names: Mapping[str, Any]) -> None:
        self.given = names
        self.values: list[Value] = []
        self.stops: list[Stop] = []
        self.numbers: dict[str, int] = {}

    def value(self, node: ast.expr) -> int:
        """The number of the value that a part of the expression stands for."""
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case (
                ast.Constant(value=int() | float())
                | ast.UnaryOp(op=ast.USub(), operand=ast.Constant())
                | ast.List()
            ):
                return self._new(Value(array("a number", _literal(node)).astype(np.float64), "given"))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._apply("power", [self.value(left)], {"exponent": _literal(right)})
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return self._apply(OPERATORS[type(operator)], [self.value(left), self.value(right)], {})
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._apply("negative", [self.value(operand)], {})
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self._call(name, arguments, keywords)
            case ast.Attribute(value=inner, attr="T"):
                return self._apply("transpose", [self.value(inner)], {})
        raise TuilabError(
            f"{safe(ast.unparse(node), limit=60)!r} cannot be stepped through. An expression has names, "
            "numbers, + - * / @ **, and operations such as relu(x)."
        )

    def _name(self, name: str) -> int:
        if name not in self.given:
            near = nearest(name, self.given)
            hint = f"Did you mean {near!r}?" if near else f"Known: {', '.join(self.given) or 'none'}."
            raise TuilabError(f"There is no value {safe(name, limit=40)!r}. {hint}")
        if name not in self.numbers:
            self.numbers[name] = self._new(Value(array(name, self.given[name]), "given", name))
        return self.numbers[name]

    def _call(self, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> int:
        row = CATALOGUE.get(name)
        if row is None or row.explain is None:
            known = [one for one, other in CATALOGUE.items() if other.explain is not None]
            near = nearest(name, known)
            hint = f" Did you mean {near!r}?" if near else ""
            raise TuilabError(f"There is no operation {safe(name, limit=40)!r}.{hint}")
        count = len(arguments) if row.variadic else len(row.inputs)
        if len(arguments) < count:
            raise TuilabError(f"{name} takes {count} arrays: {', '.join(row.inputs)}.")
        options: dict[str, Any] = dict(zip(row.options, map(_literal, arguments[count:]), strict=False))
        for keyword in keywords:
            if keyword.arg not in row.options:
                its_own = ", ".join(row.options) or "none"
                raise TuilabError(
                    f"{name} has no option {safe(str(keyword.arg), limit=40)!r}. Its options: {its_own}."
                )
            options[keyword.arg] = _literal(keyword.value)
        return self._apply(name, [self.value(one) for one in arguments[:count]], options)

    def _apply(self, name: str, inputs: list[int], options: dict[str, Any]) -> int:
        if len(self.stops) >= MOST_STOPS:
            raise TuilabError(f"An expression has at most {MOST_STOPS} operations.")
        row = CATALOGUE[name]
        arrays = [self.values[number].array for number in inputs]
        try:
            with np.errstate(all="ignore"):
                result = row.reference(*arrays, **options)
        except TuilabError:
            raise
        except (ValueError, TypeError, IndexError) as error:
            shapes = " and ".join(str(one.shape) for one in arrays)
            raise TuilabError(
                f"{name} cannot be computed of {shapes}: {safe(str(error), limit=120)}"
            ) from None
        results = result if isinstance(result, tuple) else (result,)
        if sum(np.size(one) for one in results) > MOST_ELEMENTS:
            raise TuilabError(f"{name} gives more than {MOST_ELEMENTS:,} numbers: too many to step through.")
        outputs = tuple(self._new(Value(np.asarray(one), "computed")) for one in results)
        self.stops.append(Stop("forward", name, tuple(inputs), outputs, options))
        return outputs[0]

    def _new(self, value: Value) -> int:
        self.values.append(value)
        return len(self.values) - 1


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        raise TuilabError(f"{safe(ast.unparse(node), limit=60)!r} is no plain value, as in axis=0.") from None
