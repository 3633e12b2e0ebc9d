"""An expression of a lesson, or any function, recorded as a trace, with the names that it was written in.

    graph("relu(w * x + b)", {"w": 2.0, "x": 3.0, "b": -1.0, "relu": ops.relu}, parameters=("w", "b"))

Numbers, lists of numbers and NumPy arrays among the names become tensors of these names while the expression
is computed, so that the trace can say `w` where the lesson does.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from types import CodeType
from typing import Any

import numpy as np

from tuilab.autodiff.tape import Tape
from tuilab.autodiff.tensor import Tensor
from tuilab.autodiff.trace import Trace
from tuilab.errors import TuilabError
from tuilab.text import nearest, safe

Index = tuple[int, ...]
Changes = Mapping[str, Sequence[tuple[Index, float]]]
LARGEST_LIST = 100_000
"""Elements of a list that is taken for an array."""


def graph(
    expression: str | Callable[[], Any],
    names: dict[str, Any] | None = None,
    parameters: Sequence[str] | None = None,
    changes: Changes | None = None,
) -> Trace:
    """The trace of an expression over `names`, or of a function without arguments, there and back.

    `parameters` are the names whose gradients are asked for; otherwise all that are made of floating numbers
    and used, and the weights of the models that are used. `changes` gives elements other values, for this
    once.

    Raises:
        TuilabError: there is no such name, or what was computed has no gradient.
    """
    known: dict[str, Any] = {} if names is None else names
    code, used = _read(expression)
    for name in parameters or ():
        if name not in known:
            near = nearest(name, [one for one in known if not one.startswith("_")])
            hint = f" Did you mean {near!r}?" if near else ""
            raise TuilabError(f"There is no value {safe(name, limit=40)!r} to take the gradient by.{hint}")
    wanted = [*dict.fromkeys([*used, *(parameters or ()), *(changes or {})])]
    given = {name: tensor for name in wanted if (tensor := _tensor(name, known, parameters)) is not None}
    for name, moves in (changes or {}).items():
        _change(given.get(name), name, moves)
    with _instead(known, given), Tape() as tape:
        result = eval(code, known) if isinstance(code, CodeType) else code()  # the lesson's own code
    target = result if isinstance(result, Tensor) else None
    if target is None or not tape.records:
        raise TuilabError(
            f"{_shown(expression)} was not computed from tensors, so there is nothing to walk: it gave "
            f"{type(result).__name__}. Use names of numbers or arrays, and tuilab's ops on them."
        )
    if target.dtype.kind != "f":
        raise TuilabError(f"{_shown(expression)} gives {target.dtype}; a gradient needs floating numbers.")
    sources = [given[name] for name in parameters] if parameters else list(_sources(tape, given))
    return tape.trace(target, sources)


def _read(expression: str | Callable[[], Any]) -> tuple[CodeType | Callable[[], Any], list[str]]:
    """What is to be done, and the names that it uses, in the order of their appearance."""
    if not isinstance(expression, str):
        return expression, list(dict.fromkeys(expression.__code__.co_names))
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise TuilabError(
            f"{_shown(expression)} is no expression. Write one as in `relu(x @ w + b)`."
        ) from None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return compile(tree, "<graph>", "eval"), list(dict.fromkeys(node.id for node in found))


def _tensor(name: str, known: Mapping[str, Any], parameters: Sequence[str] | None) -> Tensor | None:
    """The value of a name as a tensor of that name; None where it is no number and no array of them."""
    value = known.get(name)
    if isinstance(value, bool | str | bytes | dict | set) or callable(value) or value is None:
        return None
    if isinstance(value, Tensor):
        array = value.data
    elif isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
    elif isinstance(value, int | float) or (isinstance(value, list) and 0 < len(value) <= LARGEST_LIST):
        try:
            array = np.array(value)
        except (ValueError, OverflowError):
            return None
    else:
        return None
    if array.dtype.kind not in "fiub" or (isinstance(value, list) and array.size > LARGEST_LIST):
        return None
    is_asked = parameters is not None and name in parameters
    return Tensor(
        array.astype(np.float64) if is_asked and array.dtype.kind != "f" else array.copy(), name=name
    )


def _change(tensor: Tensor | None, name: str, moves: Sequence[tuple[Index, float]]) -> None:
    """Give elements of a tensor other values."""
    if tensor is None:
        raise TuilabError(f"{safe(name, limit=40)!r} is no number that can be changed.")
    if tensor.dtype.kind != "f" and any(value != int(value) for _, value in moves):
        tensor.data = tensor.data.astype(np.float64)
    for index, value in moves:
        try:
            tensor.data[tuple(index)] = value
        except (IndexError, OverflowError, ValueError):
            raise TuilabError(f"{name} has no element {list(index)} that could be {value:g}.") from None


@contextmanager
def _instead(known: MutableMapping[str, Any], given: Mapping[str, Tensor]) -> Iterator[None]:
    """The names stand for these tensors, and for what they were before afterwards."""
    before = {name: known[name] for name in given}
    known.update(given)
    try:
        yield
    finally:
        for name, tensor in given.items():
            if known.get(name) is tensor:
                known[name] = before[name]


def _sources(tape: Tape, given: Mapping[str, Tensor]) -> Iterator[Tensor]:
    """Of what the tape took from outside, all that has a name and is made of floating numbers."""
    made = {id(output) for record in tape.records for output in record.outputs}
    ours = {id(tensor) for tensor in given.values()}
    seen: set[int] = set()
    for record in tape.records:
        for tensor in record.inputs:
            is_ours = id(tensor) in ours or bool(tensor.name)
            if is_ours and id(tensor) not in made | seen and tensor.dtype.kind == "f":
                seen.add(id(tensor))
                yield tensor


def _shown(expression: object) -> str:
    return repr(safe(expression, limit=80)) if isinstance(expression, str) else "This function"
