"""Finding a thing by the name that Keras gives it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from tuilab.errors import TuilabError
from tuilab.text import nearest

T = TypeVar("T")


def lookup(what: str, given: object, table: Mapping[str, Callable[[], T]], kind: type[T]) -> T:
    """`given` itself if it is a `kind`; a new one if it is a name in `table`; else an error that helps."""
    if isinstance(given, kind):
        return given
    if isinstance(given, str) and given.lower() in table:
        return table[given.lower()]()
    guess = nearest(str(given).lower(), table)
    hint = f" Did you mean {guess!r}?" if guess else f" Expected one of {', '.join(sorted(table))}."
    raise TuilabError(f"There is no {what} {given!r}.{hint}")
