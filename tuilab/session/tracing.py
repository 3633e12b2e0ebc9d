"""In the child: an expression over what the cells have defined, as a trace."""

from collections.abc import Mapping, Sequence
from typing import Any

from tuilab.autodiff import Tape, Tensor
from tuilab.autodiff.expression import expression
from tuilab.autodiff.trace import Trace


def forward(text: str, names: Mapping[str, Any]) -> Trace:
    """The expression forwards, by the reference kernels."""
    return expression(text, {name: it.data if isinstance(it, Tensor) else it for name, it in names.items()})


def there_and_back(text: str, names: Mapping[str, Any], parameters: Sequence[str] = ()) -> Trace:
    """The expression forwards, and its gradients by `parameters`, or by all arrays in it, back."""
    used = compile(text, "<expression>", "eval").co_names
    given = {
        name: it if isinstance(it, Tensor) else Tensor(it, name=name)
        for name, it in names.items()
        if name in used and (hasattr(it, "shape") or isinstance(it, float))
    }
    with Tape() as tape:
        target = eval(text, {**names, **given})
    return tape.trace(target, [given[name] for name in parameters or given if name in given])
