"""What may stand in a cell's metadata: its tags, and the fields under `tuilab:`."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuilab.text import nearest, safe

PARTS = ("exercise", "solution", "check")
"""The tags of an exercise's cells."""
TAGS = ("setup", *PARTS)
"""The tags that mean something to tuilab; all others are left to Jupyter."""
FIELDS = ("exercise", "version", "timeout", "expect")
"""What may stand under `tuilab:` in a cell."""
LONGEST_TIMEOUT = 600.0
MOST_SEEDS = 50

_EXPECT = 'Write `expect: "text"`, `expect: {value: 0.98, tolerance: 0.01}` or `expect: {band: [0.97, 1]}`'


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a cell must give: a printed text, or a number from `low` to `high`.

    With `seeds` it must give that under each of the random seeds 1, 2, … up to this one.
    """

    text: str | None = None
    low: float = -math.inf
    high: float = math.inf
    seeds: int = 0


def expectation(cell: Mapping[str, Any]) -> Expectation | None:
    """What the fields of a cell under `tuilab:` expect. Raises ValueError where that is not well formed."""
    if "expect" not in cell:
        return None
    match cell["expect"]:
        case str(text) if text.strip():
            return Expectation(text.strip())
        case bool():
            pass
        case int(number) | float(number) if math.isfinite(number):
            return Expectation(low=number, high=number)
        case {"value": value, "tolerance": tolerance, **rest} if set(rest) <= {"seeds"}:
            value, tolerance = _number("value", value), _number("tolerance", tolerance)
            if tolerance < 0:
                raise ValueError(f"`tolerance` is {tolerance:g}, and must not be below 0. {_EXPECT}.")
            return Expectation(low=value - tolerance, high=value + tolerance, seeds=_seeds(rest))
        case {"band": [low, high], **rest} if set(rest) <= {"seeds"}:
            low, high = _number("band", low), _number("band", high)
            if low > high:
                raise ValueError(f"`band` goes from {low:g} to {high:g}. Write the lower first.")
            return Expectation(low=low, high=high, seeds=_seeds(rest))
    shown = safe(repr(cell["expect"]), limit=60)
    raise ValueError(f"`expect` is {shown}, expected a text, a number or a band. {_EXPECT}.")


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"`{name}` is {safe(repr(value), limit=60)}, expected a number. {_EXPECT}.")
    return float(value)


def _seeds(fields: Mapping[Any, Any]) -> int:
    value = fields.get("seeds", 0)
    if "seeds" in fields and (
        isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= MOST_SEEDS
    ):
        raise ValueError(
            f"`seeds` is {safe(repr(value), limit=60)}, expected how many random seeds are tried, a whole "
            f"number from 2 to {MOST_SEEDS}. Write it as `expect: {{band: [0.97, 1], seeds: 5}}`."
        )
    return int(value)


def faults(metadata: Mapping[str, Any], tags: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a cell's metadata, a sentence each."""
    for tag in tags:
        near = None if tag in TAGS else nearest(tag, TAGS)
        if near and abs(len(near) - len(tag)) <= 2:
            yield f"the tag `{safe(tag, limit=40)}` means nothing to tuilab. Did you mean `{near}`?"
    if "tuilab" not in metadata:
        return
    ours = metadata["tuilab"]
    if not isinstance(ours, dict):
        yield (
            f"`tuilab` is {safe(repr(ours), limit=60)}, expected fields. "
            "Write it as `tuilab: {exercise: some-id}`."
        )
        return
    for name in ours:
        if name not in FIELDS:
            near = nearest(str(name), FIELDS)
            ending = f"Did you mean `{near}`?" if near else f"A cell has {', '.join(FIELDS)}."
            yield f"a cell has no field `{safe(str(name), limit=40)}` under `tuilab`. {ending}"
    version = ours.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= 999_999:
        yield f"`version` is {safe(repr(version), limit=60)}, expected a whole number from 1 to 999,999."
    timeout = ours.get("timeout", 1)
    if (
        isinstance(timeout, bool)
        or not isinstance(timeout, int | float)
        or not 0 < timeout <= LONGEST_TIMEOUT
    ):
        yield (
            f"`timeout` is {safe(repr(timeout), limit=60)}, expected seconds, "
            f"above 0 and at most {LONGEST_TIMEOUT:g}."
        )
    try:
        expectation(ours)
    except ValueError as error:
        yield str(error)
