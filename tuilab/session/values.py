"""What a cell's last expression was: values as data, read from a message and made fit for the screen.

They come from lesson code, so nothing in them is believed: shapes agree with their bytes, texts are bounded
and safe, and NumPy is only imported when somebody asks for an array.
"""

import math
import re
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tuilab.session.messages import Message, MessageError
from tuilab.text import safe

if TYPE_CHECKING:
    import numpy.typing as npt

    from tuilab.autodiff import Trace

TEXT_LIMIT = 20_000
NAME_LIMIT = 200
ENTRIES_LIMIT = 100
IMAGES = {"gray", "rgb", "stack"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a truth value. `number` is None where JSON has no such number: complex, or too long."""

    type_name: str
    text: str
    number: int | float | None


@dataclass(frozen=True, slots=True)
class Text:
    """A string; `text` is its beginning, `length` how long it is."""

    type_name: str
    text: str
    length: int


@dataclass(frozen=True, slots=True)
class Array:
    """An array, or a Tensor: what it is, what is in it, and its elements or an even sample of them.

    `steps` says, for each axis, that every step-th element is in `data`; all 1 where the array is whole.
    `data` is empty where elements are no numbers. `minimum`, `maximum` and `mean` leave NaN out, and are None
    where there is none. `strides` are in bytes. `image` is "gray", "rgb" or "stack" (of gray images) where
    the array looks like one, else "".
    """

    type_name: str
    text: str
    name: str
    shape: tuple[int, ...]
    dtype: str
    strides: tuple[int, ...]
    minimum: float | None
    maximum: float | None
    mean: float | None
    nan_count: int
    infinite_count: int
    image: str
    steps: tuple[int, ...]
    data: bytes = field(repr=False)

    @property
    def whole(self) -> bool:
        """Whether `data` holds every element."""
        return bool(self.data or 0 in self.shape) and set(self.steps) <= {1}

    def array(self) -> "npt.NDArray[Any] | None":
        """The elements, or the sample; None where they are no numbers."""
        if not self.data and 0 not in self.shape:
            return None
        import numpy as np

        return np.frombuffer(self.data, np.dtype(self.dtype)).reshape(self.sample_shape)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of `array()`."""
        return tuple(-(-size // step) for size, step in zip(self.shape, self.steps, strict=True))


@dataclass(frozen=True, slots=True)
class Curves:
    """Named curves: a `History`, or a dict of sequences of numbers."""

    type_name: str
    text: str
    curves: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class TraceValue:
    """A trace of a tape, as data; `trace()` reads it."""

    type_name: str
    text: str
    stops: int
    data: bytes = field(repr=False)

    def trace(self) -> "Trace":
        """The trace itself. Imports NumPy and the catalogue, but no Numba.

        Raises:
            TuilabError: it is no trace.
        """
        from tuilab.autodiff.trace import Trace

        return Trace.from_bytes(self.data)


@dataclass(frozen=True, slots=True)
class Collection:
    """A list, tuple, set or dict: its length, and its first entries, each with its key or index in words."""

    type_name: str
    text: str
    length: int
    entries: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else, by its repr."""

    type_name: str
    text: str


Value = Number | Text | Array | Curves | TraceValue | Collection | Other


def read(fields: Any, message: Message) -> Value:
    """The value that a message describes.

    Raises:
        MessageError: it describes none.
    """
    try:
        return _READERS[fields["kind"]](fields, message)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        raise MessageError(f"It sent a value that is none ({type(error).__name__}).") from None


def _head(fields: Any) -> tuple[str, str]:
    return safe(str(fields["type"]), limit=NAME_LIMIT), safe(
        str(fields["text"]), keep_newlines=True, limit=TEXT_LIMIT
    )


def _number(fields: Any, message: Message) -> Number:
    number = fields["number"]
    if not (number is None or isinstance(number, int | float)):
        raise TypeError
    return Number(*_head(fields), number)


def _text(fields: Any, message: Message) -> Text:
    return Text(*_head(fields), _count(fields["length"]))


def _array(fields: Any, message: Message) -> Array:
    shape = tuple(_count(size) for size in fields["shape"])
    steps = tuple(_count(step) or 1 for step in fields["steps"])
    strides = tuple(_whole(stride) for stride in fields["strides"])
    dtype = str(fields["dtype"])
    data = b"" if fields["data"] is None else message.raw[_count(fields["data"])]
    if not len(shape) == len(steps) == len(strides) <= 64 or math.prod(shape) >= 2**63:
        raise ValueError
    found = Array(
        *_head(fields),
        safe(str(fields["name"]), limit=NAME_LIMIT),
        shape,
        safe(dtype, limit=NAME_LIMIT),
        strides,
        _real(fields["minimum"]),
        _real(fields["maximum"]),
        _real(fields["mean"]),
        _count(fields["nan_count"]),
        _count(fields["infinite_count"]),
        fields["image"] if fields["image"] in IMAGES else "",
        steps,
        data,
    )
    if data:
        itemsize = re.fullmatch(r"[<>|][biufc](1|2|4|8|16|32)", dtype)
        if itemsize is None or math.prod(found.sample_shape) * int(itemsize[1]) != len(data):
            raise ValueError
    return found


def _curves(fields: Any, message: Message) -> Curves:
    curves = {}
    for name, part in list(fields["curves"].items())[:ENTRIES_LIMIT]:
        numbers = array("d")
        numbers.frombytes(message.raw[_count(part)])
        curves[safe(name, limit=NAME_LIMIT)] = tuple(numbers)
    return Curves(*_head(fields), curves)


def _trace(fields: Any, message: Message) -> TraceValue:
    return TraceValue(*_head(fields), _count(fields["stops"]), message.raw[_count(fields["data"])])


def _collection(fields: Any, message: Message) -> Collection:
    entries = tuple(
        (safe(str(key), limit=NAME_LIMIT), _shallow(value, message))
        for key, value in fields["entries"][:ENTRIES_LIMIT]
    )
    return Collection(*_head(fields), _count(fields["length"]), entries)


def _shallow(fields: Any, message: Message) -> Value:
    """An entry of a collection, which is no collection itself."""
    return (
        _other(fields, message)
        if fields["kind"] == "collection"
        else _READERS[fields["kind"]](fields, message)
    )


def _other(fields: Any, message: Message) -> Other:
    return Other(*_head(fields))


_READERS: Mapping[str, Callable[[Any, Message], Value]] = {
    "number": _number,
    "text": _text,
    "array": _array,
    "curves": _curves,
    "trace": _trace,
    "collection": _collection,
    "other": _other,
}


def _whole(number: Any) -> int:
    if type(number) is not int or abs(number) >= 2**63:
        raise ValueError
    return number


def _count(number: Any) -> int:
    if _whole(number) < 0:
        raise ValueError
    return int(number)


def _real(number: Any) -> float | None:
    return None if number is None else float(number)
