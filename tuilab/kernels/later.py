"""Kernels that are imported when they are first called.

Importing a parallel kernel brings Numba, which takes half a second and 100 MB. The rows of the catalogue name
their kernels through `later`, so whoever only reads the catalogue, as the lab does, needs no Numba.
"""

import functools
import importlib
from collections.abc import Callable
from typing import Any


class Later:
    """A function of a module, which is imported when the function is first called."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.__name__ = module, name

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """The function itself."""
        found: Callable[..., Any] = getattr(importlib.import_module(self.module), self.__name__)
        return found

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        return self.function  # where `inspect.signature` looks

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.function(*arguments, **options)


class LaterModule:
    """A module that is not imported yet; its attributes are functions that import it."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Later:
        if name.startswith("_"):
            raise AttributeError(name)
        return Later(self._module, name)


def later(subject: str) -> LaterModule:
    """The parallel kernels of a subject, as in `later("products").matmul`."""
    return LaterModule(f"tuilab.kernels.parallel.{subject}")
