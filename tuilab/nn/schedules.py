"""Learning-rate schedules: the size of a step, η, by its number, from 0.

An optimizer takes one in place of a number, and asks it before each step.
"""

import bisect
import math
from collections.abc import Sequence

from tuilab.errors import TuilabError


class LearningRateSchedule:
    """A function of the number of steps done: `schedule(0)` is the rate of the first."""

    def __call__(self, step: int) -> float:
        raise NotImplementedError


class ExponentialDecay(LearningRateSchedule):
    """η₀ r^(t / T): times `decay_rate` r every `decay_steps` T; with `staircase`, at their end."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
    ) -> None:
        self.initial_learning_rate, self.decay_rate = initial_learning_rate, decay_rate
        self.decay_steps, self.staircase = _positive("decay_steps", decay_steps), staircase

    def __call__(self, step: int) -> float:
        periods = step / self.decay_steps
        return float(
            self.initial_learning_rate * self.decay_rate ** (periods // 1 if self.staircase else periods)
        )


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] up to and with step boundaries[0], then values[1] up to and with boundaries[1], and so on."""

    def __init__(self, boundaries: Sequence[int], values: Sequence[float]) -> None:
        if len(values) != len(boundaries) + 1:
            raise TuilabError(
                "PiecewiseConstantDecay needs one value more than boundaries. "
                f"It was given {len(values)} values and {len(boundaries)} boundaries."
            )
        if list(boundaries) != sorted(set(boundaries)):
            raise TuilabError(f"The boundaries must rise from one to the next. It was given {boundaries!r}.")
        self.boundaries, self.values = list(boundaries), list(values)

    def __call__(self, step: int) -> float:
        return self.values[bisect.bisect_left(self.boundaries, step)]


class PolynomialDecay(LearningRateSchedule):
    """(η₀ - η₁) (1 - t / T)^p + η₁, from `initial_learning_rate` η₀ to `end_learning_rate` η₁, which stays.

    power: p, 1 for a straight line. cycle: T is made T, 2 T, 3 T, … where t has gone beyond it.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
    ) -> None:
        self.initial_learning_rate, self.end_learning_rate = initial_learning_rate, end_learning_rate
        self.decay_steps, self.power, self.cycle = _positive("decay_steps", decay_steps), power, cycle

    def __call__(self, step: int) -> float:
        steps = self.decay_steps
        if self.cycle:
            steps *= max(1, math.ceil(step / steps))
        left = 1 - min(step, steps) / steps
        span = self.initial_learning_rate - self.end_learning_rate
        return float(span * left**self.power + self.end_learning_rate)


class CosineDecay(LearningRateSchedule):
    """η₀ ((1 - α) (1 + cos(π t / T)) / 2 + α): half a wave, from η₀ down to α η₀, which stays.

    With `warmup_target` η₁ and `warmup_steps` the rate first rises in a straight line from η₀ to η₁, and then
    falls from there; t counts from the end of the rise. I. Loshchilov, F. Hutter, 2017, SGDR.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate, self.alpha = initial_learning_rate, alpha
        self.decay_steps = _positive("decay_steps", decay_steps)
        self.warmup_target, self.warmup_steps = warmup_target, warmup_steps

    def __call__(self, step: int) -> float:
        top = self.initial_learning_rate
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return top + (self.warmup_target - top) * step / self.warmup_steps
            top, step = self.warmup_target, step - self.warmup_steps
        wave = 0.5 * (1 + math.cos(math.pi * min(step, self.decay_steps) / self.decay_steps))
        return top * ((1 - self.alpha) * wave + self.alpha)


class LinearWarmup(LearningRateSchedule):
    """A straight rise from `start` to `target` in `warmup_steps`, then `target`, or what `after` says.

    `after` counts its steps from the end of the rise. P. Goyal et al., 2017, section 2.2.
    """

    def __init__(
        self,
        target: float,
        warmup_steps: int,
        start: float = 0.0,
        after: LearningRateSchedule | None = None,
    ) -> None:
        self.target, self.start, self.after = target, start, after
        self.warmup_steps = int(_positive("warmup_steps", warmup_steps))

    def __call__(self, step: int) -> float:
        if step < self.warmup_steps:
            return self.start + (self.target - self.start) * step / self.warmup_steps
        return self.target if self.after is None else self.after(step - self.warmup_steps)


class OneCycle(LearningRateSchedule):
    """Up to `max_learning_rate` and down again in `total_steps`, each way half a wave of the cosine.

    From max / div_factor, up in the first share `warmup` of the steps, then down to the start divided by
    `final_div_factor`. L. Smith, N. Topin, 2018, Super-Convergence; the defaults are PyTorch's.
    """

    def __init__(
        self,
        max_learning_rate: float,
        total_steps: int,
        warmup: float = 0.3,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ) -> None:
        if total_steps < 2 or not 0 < warmup < 1:
            raise TuilabError(
                "OneCycle needs 2 steps or more and a warmup between 0 and 1. "
                f"It was given {total_steps!r} and {warmup!r}."
            )
        self.max_learning_rate, self.total_steps, self.warmup = max_learning_rate, total_steps, warmup
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        self.initial_learning_rate = max_learning_rate / _positive("div_factor", div_factor)
        self.final_learning_rate = self.initial_learning_rate / _positive(
            "final_div_factor", final_div_factor
        )

    def __call__(self, step: int) -> float:
        top, last = self.warmup * self.total_steps - 1, self.total_steps - 1
        if step <= top:
            return _wave(self.initial_learning_rate, self.max_learning_rate, step / top)
        passed = (min(step, last) - top) / (last - top)
        return _wave(self.max_learning_rate, self.final_learning_rate, passed)


def _wave(start: float, end: float, passed: float) -> float:
    """From start to end along half a cosine, of which the share `passed` is over."""
    return end + (start - end) * (1 + math.cos(math.pi * passed)) / 2


def _positive(what: str, value: float) -> float:
    if not value > 0:
        raise TuilabError(f"{what} is a number above 0. It was given {value!r}.")
    return value
