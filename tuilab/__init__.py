"""A lab in the terminal for stepping through the mathematics of deep learning and through training.

    from tuilab import Tensor, Tape, nn, ops, data

Each of these is imported when it is first asked for, so that the command and the lab, which need none
of them, start at once.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuilab import data, learners, nn
    from tuilab.autodiff import Tape, Tensor, ops
    from tuilab.nn.random import set_random_seed

__version__ = "0.1.0"
__all__ = ["Tape", "Tensor", "data", "learners", "nn", "ops", "set_random_seed"]

_PLACES = {
    "Tape": "tuilab.autodiff.tape:Tape",
    "Tensor": "tuilab.autodiff.tensor:Tensor",
    "data": "tuilab.data",
    "learners": "tuilab.learners",
    "nn": "tuilab.nn",
    "ops": "tuilab.autodiff.ops",
    "set_random_seed": "tuilab.nn.random:set_random_seed",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'tuilab' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
