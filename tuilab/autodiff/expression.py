"""An expression over arrays as a trace, computed by the references: what a lesson steps through.

    expression("relu(x @ w + b)", {"x": [[1, 2]], "w": [[1], [-1]], "b": [0.5]})

Nothing is executed: the text is read as a tree of names, numbers, operators, parts, methods and operations
of the catalogue. Anything else in it is refused; or, where there is an `evaluate`, evaluated by it and taken
as a value that was given. It needs no Numba.
"""

import ast
import builtins
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

import tuilab.kernels.rows  # noqa: F401  (fills the catalogue)
from tuilab.autodiff.indexing import regular
from tuilab.autodiff.trace import Stop, Trace, Value
from tuilab.errors import TuilabError
from tuilab.kernels.catalogue import CATALOGUE, Operation
from tuilab.kernels.shapes import match
from tuilab.kernels.spelling import COMPARISONS, OPERATORS, operation_named
from tuilab.text import nearest, safe

MOST_TEXT = 2000
MOST_BYTES = 24 << 20
"""Memory of all values together: what can be sent to be walked."""
MOST_STOPS = 64
MOST_AXES = 6

Evaluate = Callable[[ast.expr], Any]


def expression(text: str, names: Mapping[str, Any], evaluate: Evaluate | None = None) -> Trace:
    """The trace of an expression, forward only, its stops in the order in which they are computed.

    `names` are what the expression may use: arrays, tensors, numbers, or lists of them of equal length. What
    is no operation, such as `len(x)`, is given by `evaluate`. TuilabError says what cannot be read, or which
    shapes do not fit.
    """
    tree = parsed(text)
    reader = _Reader(names, evaluate)
    target = reader.value(tree, whole=True)
    if not reader.stops:
        raise TuilabError(f"{safe(text, limit=80)!r} computes nothing: it has no operation to step through.")
    return Trace(tuple(reader.values), tuple(reader.stops), target)


def parsed(text: str) -> ast.expr:
    """The text as a tree; TuilabError where it is no expression."""
    if len(text) > MOST_TEXT:
        raise TuilabError(f"An expression has at most {MOST_TEXT} signs; this one has {len(text):,}.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise TuilabError(
            f"{safe(text, limit=80)!r} is no expression. Write one as in `relu(x @ w + b)`."
        ) from None


def array(name: str, given: Any) -> npt.NDArray[Any]:
    """A number, or lists of numbers of equal length, as float64, or int64 where all are whole and none has a
    point; arrays and tensors keep their type. TuilabError names what is wrong."""
    shown = safe(name, limit=40)
    kept = hasattr(given, "__array__")
    try:
        found = np.asarray(given)
    except (ValueError, OverflowError):
        raise TuilabError(f"{shown}: rows must have one length, and hold numbers.") from None
    if found.dtype.kind not in "fiub" or found.ndim > MOST_AXES:
        raise TuilabError(f"{shown} is no array of numbers with at most {MOST_AXES} axes.")
    if found.nbytes > MOST_BYTES:
        raise TuilabError(
            f"{shown} has {found.size:,} numbers: too many to step through. Take a part, as in {shown}[:100]."
        )
    if kept:
        return found
    return found.astype(np.float64) if found.dtype.kind == "f" else found.astype(np.int64)


class _Reader:
    def __init__(self, names: Mapping[str, Any], evaluate: Evaluate | None) -> None:
        self.given = names
        self.evaluate = evaluate
        self.values: list[Value] = []
        self.stops: list[Stop] = []
        self.numbers: dict[str, int] = {}
        self.bytes = 0

    def value(self, node: ast.expr, whole: bool = False) -> int:
        """The number of the value that a part of the expression stands for; `whole`: it is all there is."""
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case (
                ast.Constant(value=int() | float())
                | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float()))
                | ast.List()
            ) if (constant := _constant(node)) is not None:
                return self._new(Value(constant, "given"))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                exponent = _number(right)
                if exponent is not None:
                    return self._apply("power", [self.value(left)], {"exponent": exponent})
                return self._apply("pow", [self.value(left), self.value(right)], {})
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return self._apply(OPERATORS[type(operator)], [self.value(left), self.value(right)], {})
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in COMPARISONS:
                return self._apply(COMPARISONS[type(operator)], [self.value(left), self.value(right)], {})
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._apply("negative", [self.value(operand)], {})
            case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
                return self._apply("logical_not", [self.value(operand)], {})
            case ast.Call(func=ast.Name(id=name)):
                return self._call(node, name, node.args)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                if self._is_module(owner):
                    return self._call(node, name, node.args)
                return self._call(node, name, [owner, *node.args], method=True)
            case ast.Attribute(value=inner, attr="T"):
                return self._apply("transpose", [self.value(inner)], {})
            case ast.Subscript() if whole or not _is_part_of_a_name(node):
                return self._part(self.value(node.value), self._key(node.slice))
            case ast.Subscript(value=inner, slice=key) if self.evaluate is None:
                return self._leaf(node, self._taken(node, self.values[self.value(inner)], key))
        return self._other(node)

    def _other(self, node: ast.expr) -> int:
        """What is no operation: given, where it may be evaluated."""
        if self.evaluate is not None:
            return self._leaf(node, self.evaluate(node))
        raise TuilabError(
            f"{_shown(node)} cannot be stepped through. An expression has names, numbers, + - * / @ **, "
            "comparisons, parts such as x[0], and operations such as relu(x)."
        )

    def _name(self, name: str) -> int:
        if name not in self.given:
            near = nearest(name, self.given)
            known = [one for one in self.given if not one.startswith("_")][:20]
            hint = f"Did you mean {near!r}?" if near else f"Known: {', '.join(known) or 'none'}."
            raise TuilabError(f"There is no value {safe(name, limit=40)!r}. {hint}")
        if name not in self.numbers:
            self.numbers[name] = self._new(Value(array(name, self.given[name]), "given", name))
        return self.numbers[name]

    def _leaf(self, node: ast.expr, found: Any) -> int:
        """A part that is not stepped through, as a value that was given, by its own text as its name."""
        text = safe(ast.unparse(node), limit=40)
        if text not in self.numbers:
            self.numbers[text] = self._new(Value(array(text, found), "given", text))
        return self.numbers[text]

    def _is_module(self, owner: ast.expr) -> bool:
        """Whether a name stands for a module, as `np` does, or for the room of the operations."""
        root = owner
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        found = self.given.get(root.id)
        return type(found).__name__ in ("module", "LaterModule") or (
            root.id in ("np", "numpy", "ops", "tuilab") and found is None
        )

    def _call(self, node: ast.Call, written: str, arguments: list[ast.expr], method: bool = False) -> int:
        name = operation_named(written)
        row = CATALOGUE.get(name)
        if row is None or row.explain is None:
            known_to_python = written in self.given or hasattr(builtins, written)
            if isinstance(node.func, ast.Attribute) or (known_to_python and self.evaluate is not None):
                return self._other(node)
            known = [one for one, other in CATALOGUE.items() if other.explain is not None]
            near = nearest(written, known)
            hint = f" Did you mean {near!r}?" if near else ""
            raise TuilabError(f"There is no operation {safe(written, limit=40)!r}.{hint}")
        if row.variadic and len(arguments) == 1 and isinstance(arguments[0], ast.List | ast.Tuple):
            arguments = list(arguments[0].elts)
        named = {str(one.arg): one.value for one in node.keywords}
        inputs, rest = self._inputs(row, arguments, named)
        options = self._options(row, rest, named, method)
        if written == "flatten" or written == "ravel":
            options = {"shape": (-1,)}
        return self._apply(name, [self.value(one) for one in inputs], options)

    def _inputs(
        self, row: Operation, arguments: list[ast.expr], named: dict[str, ast.expr]
    ) -> tuple[list[ast.expr], list[ast.expr]]:
        """The nodes of the arrays, those given by name too, and what is left of the arguments."""
        if row.variadic:
            return arguments, []
        inputs = arguments[: len(row.inputs)]
        while len(inputs) < len(row.inputs) and row.inputs[len(inputs)] in named:
            inputs.append(named.pop(row.inputs[len(inputs)]))
        if len(inputs) < len(row.inputs):
            raise TuilabError(f"{row.name} takes {len(row.inputs)} arrays: {', '.join(row.inputs)}.")
        return inputs, arguments[len(row.inputs) :]

    def _options(
        self, row: Operation, rest: list[ast.expr], named: dict[str, ast.expr], method: bool
    ) -> dict[str, Any]:
        first = next(iter(row.options), "")
        if method and len(rest) > 1 and first in ("shape", "axes"):  # x.reshape(2, 3)
            rest = [ast.Tuple(elts=rest, ctx=ast.Load())]
        options = dict(zip(row.options, map(self._literal, rest), strict=False))
        for name, node in named.items():
            if name not in row.options:
                its_own = ", ".join(row.options) or "none"
                raise TuilabError(
                    f"{row.name} has no option {safe(name, limit=40)!r}. Its options: {its_own}."
                )
            options[name] = self._literal(node)
        if isinstance(options.get("shape"), int):
            options["shape"] = (options["shape"],)
        return options

    def _literal(self, node: ast.expr) -> Any:
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError):
            if self.evaluate is not None:
                return plain(self.evaluate(node), _shown(node))
            raise TuilabError(f"{_shown(node)} is no plain value, as in axis=0.") from None

    def _key(self, node: ast.expr) -> Any:
        """The key of a part: whole numbers, slices, None and `...`."""
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self._key(part) for part in parts)
            case ast.Slice(lower=lower, upper=upper, step=step):
                ends = (None if one is None else self._literal(one) for one in (lower, upper, step))
                return slice(*ends)
        found = self._literal(node)
        if found is None or found is Ellipsis or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        raise TuilabError(f"{_shown(node)} names no part, as in x[0] or x[1:3].")

    def _taken(self, node: ast.expr, value: Value, key: ast.expr) -> npt.NDArray[Any]:
        try:
            return np.asarray(value.array[self._key(key)])
        except IndexError:
            raise TuilabError(
                f"{_shown(node)} names no place of {value.name or 'the array'}, which has the shape "
                f"{value.array.shape}."
            ) from None

    def _part(self, number: int, key: Any) -> int:
        """x[key] in operations that can be walked: flip where it goes backwards, slice, reshape."""
        shape = self.values[number].array.shape
        found = regular(shape, key)
        if found.backwards:
            number = self._apply("flip", [number], {"axis": found.backwards})
        if not found.everything(shape):
            options = {"begin": found.begin, "end": found.end, "step": found.step}
            number = self._apply("slice", [number], options)
        if self.values[number].array.shape != found.shape:
            number = self._apply("reshape", [number], {"shape": found.shape})
        return number

    def _apply(self, name: str, inputs: list[int], options: dict[str, Any]) -> int:
        if len(self.stops) >= MOST_STOPS:
            raise TuilabError(f"An expression has at most {MOST_STOPS} operations.")
        row = CATALOGUE[name]
        if "()" not in row.shapes:  # where a single number is one of the inputs, it is of its own kind
            self._settle_constants(inputs)
        arrays = [self.values[number].array for number in inputs]
        try:
            with np.errstate(all="ignore"):
                result = row.reference(*arrays, **options)
        except TuilabError:
            raise
        except (ValueError, TypeError, IndexError) as error:
            if not row.variadic:
                match(name, row.shapes, *(one.shape for one in arrays))  # says it better, where shapes differ
            shapes = " and ".join(str(one.shape) for one in arrays)
            raise TuilabError(
                f"{name} cannot be computed of {shapes}: {safe(str(error), limit=120)}"
            ) from None
        results = result if isinstance(result, tuple) else (result,)
        outputs = tuple(self._new(Value(np.asarray(one), "computed")) for one in results)
        self.stops.append(Stop("forward", name, tuple(inputs), outputs, options))
        return outputs[0]

    def _settle_constants(self, inputs: list[int]) -> None:
        """A number that is written out takes the type of the floating array beside it, as in NumPy."""
        values = [self.values[number] for number in inputs]
        floating = [
            one.array.dtype for one in values if one.array.dtype.kind == "f" and not _is_constant(one)
        ]
        for number, value in zip(inputs, values, strict=True):
            if floating and _is_constant(value):
                self.values[number] = Value(value.array.astype(floating[0]), "given")

    def _new(self, value: Value) -> int:
        self.bytes += value.array.nbytes
        if self.bytes > MOST_BYTES:
            raise TuilabError(
                "This gives more numbers than can be stepped through. Take a part of the data, as in x[:100]."
            )
        self.values.append(value)
        return len(self.values) - 1


def plain(found: Any, shown: str) -> Any:
    """A value of Python's own kinds, as an option may be; TuilabError where it is none."""
    if isinstance(found, np.generic):
        found = found.item()
    if isinstance(found, tuple | list):
        return tuple(plain(one, shown) for one in found)
    if found is None or isinstance(found, bool | int | float | str):
        return found
    raise TuilabError(f"{shown} is no plain value, as in axis=0.")


def _is_constant(value: Value) -> bool:
    return value.role == "given" and not value.name and value.array.ndim == 0


def _is_part_of_a_name(node: ast.expr) -> bool:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _constant(node: ast.expr) -> npt.NDArray[Any] | None:
    try:
        return array("a number", ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


def _number(node: ast.expr) -> int | float | None:
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None
    return found if isinstance(found, int | float) and math.isfinite(found) else None


def _shown(node: ast.expr) -> str:
    return repr(safe(ast.unparse(node), limit=60))
