"""Round numbers for an axis: steps of 1, 2 or 5 times a power of ten, decades on a log scale."""

import math
from dataclasses import dataclass
from typing import Literal

NEGLIGIBLE = 1e-290
"""Spans and values below this are taken as zero on a linear scale: their steps would be denormal."""


@dataclass(frozen=True, slots=True)
class Axis:
    """`lower` to `upper` in the scale's own units (log10 of the value on a log scale), with ticks there."""

    lower: float
    upper: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False

    def fraction(self, position: float) -> float:
        """Where a position lies, 0 at `lower`, 1 at `upper`."""
        return (position - self.lower) / (self.upper - self.lower)


def nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that cuts `span` into at most `count` parts."""
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def _settled(lower: float, upper: float) -> tuple[float, float]:
    """A range that can be divided: finite, with a span that its ends' digits can tell apart."""
    size = max(abs(lower), abs(upper))
    if size < NEGLIGIBLE:
        return 0.0, 1.0
    if upper - lower > size * 1e-9:
        return lower, upper
    if lower > 0:
        return 0.0, upper
    if upper < 0:
        return lower, 0.0
    return min(lower, -size), max(upper, size)


def value_axis(lower: float, upper: float, count: int, *, snap: bool = True) -> Axis:
    """A linear axis over `lower` to `upper` with up to `count` steps.

    With `snap` the ends move out to round numbers, and to zero where zero is near, so that the axis stays
    as it is while values come in.
    """
    lower, upper = _settled(lower, upper)
    if snap:
        if lower > 0 and upper - lower > 0.1 * upper:
            lower = 0.0
        elif upper < 0 and upper - lower > 0.1 * -lower:
            upper = 0.0
    if snap:
        quantum = nice_step(upper - lower, 5) / 2
        lower, upper = (
            math.floor(lower / quantum + 1e-9) * quantum,
            math.ceil(upper / quantum - 1e-9) * quantum,
        )
    step = nice_step(upper - lower, count)
    ticks = _multiples(lower, upper, step)
    if len(ticks) < 2 <= count:
        step = nice_step(upper - lower, count + 1)
        ticks = _multiples(lower, upper, step)
    return Axis(lower, upper, ticks, _linear_labels(ticks, step))


def step_axis(lower: float, upper: float, count: int, *, whole: bool, snap: bool) -> Axis:
    """An axis of steps or epochs: `whole` keeps ticks at whole numbers, `snap` rounds the end up a little
    (by less than a quarter), so that a growing curve seldom rescales."""
    if upper - lower <= max(abs(lower), abs(upper)) * 1e-9 or upper - lower < NEGLIGIBLE:
        pad = max(1.0, abs(lower) * 1e-3)
        lower, upper = (lower, lower + pad) if snap else (lower - pad, upper + pad)
    if snap:
        if 0 < lower <= 0.25 * upper:
            lower = 0.0
        quantum = nice_step(upper - lower, 5) / 2
        if whole:
            quantum = max(quantum, 1.0)
        upper = lower + math.ceil((upper - lower) / quantum - 1e-9) * quantum
    step = nice_step(upper - lower, count)
    if whole:
        step = max(step, 1.0)
    ticks = _multiples(lower, upper, step)
    return Axis(lower, upper, ticks, _linear_labels(ticks, step))


def log_axis(lower: float, upper: float, count: int, *, snap: bool = True) -> Axis:
    """A log axis from `lower` to `upper`, given as log10 of the values.

    Ticks at decades, every so many where there are many; at 1, 2 and 5 where there are fewer than three.
    """
    if upper - lower < 1e-6:
        lower, upper = lower - 0.5, upper + 0.5
    first, last = math.floor(lower + 1e-9), math.ceil(upper - 1e-9)
    if snap and upper - lower >= 1 and first + 1 < last:
        lower, upper = float(first), float(last)
    elif snap:
        digits = [decade + math.log10(digit) for decade in range(first, last + 1) for digit in (1, 2, 5)]
        lower = max((place for place in digits if place <= lower + 1e-9), default=lower)
        upper = min((place for place in digits if place >= upper - 1e-9), default=upper)
    every = max(1, math.ceil((last - first) / max(count, 1)))
    every = next((k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k >= every), 1000)
    places = [(float(decade), _decade(decade)) for decade in range(first, last + 1) if decade % every == 0]
    for digits_shown in ((1, 2, 5), (1, 3)):
        finer = [
            (decade + math.log10(digit), _decade(decade, digit))
            for decade in range(first, last + 1)
            for digit in digits_shown
        ]
        inside = [place for place in finer if lower - 1e-9 <= place[0] <= upper + 1e-9]
        if len(inside) <= count + 1 and last - first <= 3:
            places = finer
            break
    shown = [(place, label) for place, label in places if lower - 1e-9 <= place <= upper + 1e-9]
    return Axis(lower, upper, tuple(p for p, _ in shown), tuple(label for _, label in shown), log=True)


def _multiples(lower: float, upper: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(lower / step - 1e-9), math.floor(upper / step + 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def _linear_labels(ticks: tuple[float, ...], step: float) -> tuple[str, ...]:
    if not ticks:
        return ()
    largest = max(step, *(abs(tick) for tick in ticks))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if largest >= 1e7 or decimals > 4:
        digits = max(0, math.floor(math.log10(largest) + 1e-9) - math.floor(math.log10(step) + 1e-9))
        return tuple("0" if tick == 0 else _scientific(tick, digits) for tick in ticks)
    if step >= 1000 and all(tick % 1000 == 0 for tick in ticks) and largest >= 10_000:
        return tuple("0" if tick == 0 else f"{tick / 1000:.0f}k" for tick in ticks)
    return tuple(f"{tick:.{decimals}f}" if tick else f"{0:.{decimals}f}" for tick in ticks)


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"


def _decade(decade: int, digit: int = 1) -> str:
    if -3 <= decade <= 3:
        return f"{digit * 10.0**decade:.{max(0, -decade)}f}"
    return f"{digit}e{decade}"


def value_label(value: float, scale: Literal["linear", "log"] = "linear") -> str:
    """A value for a legend, in the same few cells whatever it is: 0.0621, 2.3026, 14.20, 1.2e-05."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    size = abs(value)
    if size == 0:
        return "0.0000"
    if size < 1e-3 or size >= 1e5:
        return _scientific(value, 1)
    rounded = float(f"{size:.4e}")
    decimals = max(0, 4 - math.floor(math.log10(max(rounded, 1.0))))
    return f"{value:.{decimals}f}"
