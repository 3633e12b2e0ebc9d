"""In the child: an object as fields and raw parts, of bounded size, for `values.read` to read.

Nothing is imported for it: what is no array of a NumPy that the cell imported cannot be one.
"""

import itertools
import math
import reprlib
import sys
from array import array
from collections.abc import Callable, Iterable
from typing import Any

from tuilab.text import number as number_in_words

TEXT_LIMIT = 8_000
WHOLE_BYTES = 1 << 20
"""An array up to this size is sent whole."""
ENTRY_BYTES = 1 << 16
SAMPLE = 1 << 16
"""Elements in the sample of a larger array."""
TRACE_BYTES = 32 << 20
ENTRIES = 20
CURVES = 16
CURVE_POINTS = 100_000
SMALLEST_IMAGE = 8

Fields = dict[str, Any]


class Description:
    """A value on its way to the lab: `fields`, and the raw parts that they name by number."""

    def __init__(self, value: Any, name: str = "") -> None:
        self.raw: list[bytes] = []
        self.fields = self._value(value, name)

    def _value(self, value: Any, name: str, within: bool = False) -> Fields:
        """The fields of `value`; whatever its methods do wrong makes it a repr, or words in place of one."""
        kept = len(self.raw)
        try:
            for describe in (self._plain, self._from_tuilab, self._array):
                if (found := describe(value, name, within)) is not None:
                    return found
            if not within and (found := self._curves(value) or self._collection(value)) is not None:
                return found
        except Exception:
            del self.raw[kept:]
        return _fields("other", value, text(value))

    def _part(self, content: bytes) -> int:
        self.raw.append(content)
        return len(self.raw) - 1

    def _plain(self, value: Any, name: str, within: bool) -> Fields | None:
        numpy = sys.modules.get("numpy")
        if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biufc":
            return _fields("number", value, str(value), number=_for_json(value.item()))
        if isinstance(value, bool | int | float | complex):
            return _fields("number", value, text(value), number=_for_json(value))
        if isinstance(value, str):
            return _fields(
                "text", value, str.__getitem__(value, slice(TEXT_LIMIT)), length=str.__len__(value)
            )
        return None

    def _from_tuilab(self, value: Any, name: str, within: bool) -> Fields | None:
        tensor = getattr(sys.modules.get("tuilab.autodiff.tensor"), "Tensor", None)
        if tensor is not None and isinstance(value, tensor):
            return self._numpy(value, value.data, value.name or name, within)
        trace = getattr(sys.modules.get("tuilab.autodiff.trace"), "Trace", None)
        if trace is None or within or not isinstance(value, trace):
            return None
        content = value.to_bytes()
        words = f"a trace of {len(value)} stops, {len(content):,} bytes"
        if len(content) > TRACE_BYTES:
            return _fields("other", value, f"{words}: too large to be shown")
        return _fields("trace", value, words, stops=len(value), data=self._part(content))

    def _array(self, value: Any, name: str, within: bool) -> Fields | None:
        numpy: Any = sys.modules.get("numpy")
        if numpy is None or isinstance(value, type) or hasattr(value, "mask"):
            return None
        if isinstance(value, numpy.ndarray):
            return self._numpy(value, value, name, within)
        if all(hasattr(value, needed) for needed in ("__array__", "shape", "dtype")):
            return self._numpy(value, numpy.asarray(value), name, within)
        return None

    def _numpy(self, value: Any, elements: Any, name: str, within: bool) -> Fields:
        numpy: Any = sys.modules["numpy"]
        elements = numpy.asarray(elements)
        with numpy.printoptions(threshold=200, edgeitems=3, linewidth=75):
            words = str(elements)[:TEXT_LIMIT]
        numeric = elements.dtype.kind in "biufc"
        figures = _figures(numpy, elements) if numeric else _NO_FIGURES
        steps = _steps(elements.shape, elements.dtype.itemsize, ENTRY_BYTES if within else WHOLE_BYTES)
        data = None
        if numeric and elements.size:
            sample = elements[tuple(slice(None, None, step) for step in steps)]
            data = self._part(sample.tobytes())
        return _fields(
            "array",
            value,
            words,
            name=name,
            shape=list(elements.shape),
            dtype=elements.dtype.str if numeric else str(elements.dtype)[:TEXT_LIMIT],
            strides=list(elements.strides),
            steps=steps,
            image=_image(elements, figures) if numeric else "",
            data=data,
            **figures,
        )

    def _curves(self, value: Any) -> Fields | None:
        curves = value if isinstance(value, dict) else getattr(value, "history", None)
        if not isinstance(curves, dict) or not 0 < len(curves) <= CURVES:
            return None
        found: dict[str, array[float]] = {}
        for name, points in curves.items():
            numbers = _numbers(points)
            if not isinstance(name, str) or numbers is None:
                return None
            found[name] = numbers
        words = "\n".join(
            f"{name}: {len(points):,} values, {number_in_words(points[0])} to {number_in_words(points[-1])}"
            for name, points in found.items()
        )
        parts = {name: self._part(points.tobytes()) for name, points in found.items()}
        return _fields("curves", value, words, curves=parts)

    def _collection(self, value: Any) -> Fields | None:
        if not isinstance(value, list | tuple | set | frozenset | dict):
            return None
        pairs: Iterable[tuple[str, Any]]
        if isinstance(value, dict):
            pairs = ((text(key, 60), entry) for key, entry in value.items())
        else:
            pairs = ((str(place), entry) for place, entry in enumerate(value))
        entries = [
            [key, self._value(entry, "", within=True)] for key, entry in itertools.islice(pairs, ENTRIES)
        ]
        return _fields("collection", value, text(value), length=len(value), entries=entries)


def text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """A repr of bounded length, or words in its place where it fails."""
    try:
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 4096:
            return f"a whole number of {value.bit_length():,} bits"
        return _short.repr(value)[:limit]
    except Exception as error:
        return f"(a {type(value).__name__}, whose repr fails: {type(error).__name__})"


class _Short(reprlib.Repr):
    """Containers and strings cut short, at the depth and length that a screen has room for."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = self.maxdeque = (
            ENTRIES
        )
        self.maxstring = 400
        self.maxlong = 4_000
        self.maxother = TEXT_LIMIT

    def repr_instance(self, x: Any, level: int) -> str:
        return repr(x)


_short = _Short()


def _fields(kind: str, value: Any, words: str, **more: Any) -> Fields:
    return {"kind": kind, "type": type(value).__name__[:200], "text": words[:TEXT_LIMIT], **more}


def _for_json(number: Any) -> int | float | None:
    if isinstance(number, bool | float):
        return number
    return number if isinstance(number, int) and abs(number) < 2**63 else None


_NO_FIGURES: Fields = {"minimum": None, "maximum": None, "mean": None, "nan_count": 0, "infinite_count": 0}


def _figures(numpy: Any, elements: Any) -> Fields:
    """Least, greatest and mean of what is not NaN; a block at a time, so that no second array is needed."""
    if elements.dtype.kind == "c" or not elements.size:
        return dict(_NO_FIGURES)
    least, greatest, total, nan_count, infinite_count = math.inf, -math.inf, 0.0, 0, 0
    blocks = numpy.nditer(elements, flags=["external_loop", "buffered"], buffersize=1 << 16)
    with numpy.errstate(all="ignore"):
        for block in blocks:
            if elements.dtype.kind == "f":
                missing = numpy.isnan(block)
                nan_count += int(missing.sum())
                infinite_count += int(numpy.isinf(block).sum())
                block = block[~missing]
                if not block.size:
                    continue
            least, greatest = min(least, block.min()), max(greatest, block.max())
            total += float(block.sum(dtype=numpy.float64))
    count = elements.size - nan_count
    found = count > 0
    return {
        "minimum": float(least) if found else None,
        "maximum": float(greatest) if found else None,
        "mean": total / count if found else None,
        "nan_count": nan_count,
        "infinite_count": infinite_count,
    }


def _steps(shape: tuple[int, ...], itemsize: int, whole: int) -> list[int]:
    """Steps that keep an even sample: the longest axis is halved until it fits, so images stay whole."""
    steps = [1] * len(shape)
    if math.prod(shape) * itemsize <= whole:
        return steps
    kept = list(shape)
    while math.prod(kept) > min(SAMPLE, whole // itemsize):
        longest = kept.index(max(kept))
        steps[longest] *= 2
        kept[longest] = -(-shape[longest] // steps[longest])
    return steps


def _image(elements: Any, figures: Fields) -> str:
    """Bytes in two dimensions are an image; other numbers where they are square and lie between 0 and 1."""
    shape, least, greatest = elements.shape, figures["minimum"], figures["maximum"]
    if len(shape) not in (2, 3) or least is None or figures["nan_count"]:
        return ""
    is_bytes = elements.dtype.str == "|u1"
    is_light = is_bytes or (elements.dtype.kind == "f" and 0 <= least <= greatest <= 1)
    if len(shape) == 3 and shape[2] in (3, 4):
        return "rgb" if is_light and min(shape[:2]) >= SMALLEST_IMAGE else ""
    height, width = shape[-2:]
    large = min(height, width) >= SMALLEST_IMAGE
    if (large and is_bytes) or (is_light and height == width >= 16) or (height, width) == (28, 28):
        return "gray" if len(shape) == 2 else "stack"
    return ""


def _numbers(points: Any) -> "array[float] | None":
    """A sequence of numbers as one; None where it is none, or empty."""
    if not isinstance(points, list | tuple) and not (
        getattr(points, "ndim", None) == 1
        and getattr(getattr(points, "dtype", None), "kind", "") in tuple("iuf")
    ):
        return None
    if not len(points):
        return None
    step = -(-len(points) // CURVE_POINTS)
    floats: Callable[[Any], float] = float
    kept = points[::step]
    if isinstance(kept, list | tuple) and not all(_is_real(point) for point in kept):
        return None
    return array("d", map(floats, kept))


def _is_real(point: Any) -> bool:
    numpy: Any = sys.modules.get("numpy")
    real = (int, float) if numpy is None else (int, float, numpy.integer, numpy.floating)
    return isinstance(point, real) and not isinstance(point, bool)
