"""Several arrays as one: a list or a mapping of them, as models with several inputs or outputs take them."""

from collections.abc import Callable, Mapping
from typing import Any


def leaves(nested: Any) -> list[Any]:
    """The arrays: the one, or those of a list or a mapping, in order."""
    if isinstance(nested, Mapping):
        return [leaf for part in nested.values() for leaf in leaves(part)]
    if isinstance(nested, list | tuple) and not _is_numbers(nested):
        return [leaf for part in nested for leaf in leaves(part)]
    return [nested]


def first(nested: Any) -> Any:
    """The first array."""
    return leaves(nested)[0]


def mapped(function: Callable[[Any], Any], nested: Any) -> Any:
    """The same lists and mappings with `function` of each array."""
    if isinstance(nested, Mapping):
        return {name: mapped(function, part) for name, part in nested.items()}
    if isinstance(nested, list | tuple) and not _is_numbers(nested):
        return [mapped(function, part) for part in nested]
    return function(nested)


def _is_numbers(nested: "list[Any] | tuple[Any, ...]") -> bool:
    """Whether a list is one array written out, numbers or rows of numbers, and not several arrays."""
    return not nested or not any(hasattr(one, "shape") or isinstance(one, Mapping) for one in nested)
