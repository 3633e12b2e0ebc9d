"""Kept states of a run, so that it can step back: many of late, ever fewer of long ago, in bounded memory."""

import time
from bisect import bisect_right

from tuilab.training.state import State

LIMIT = 256 << 20
"""Bytes that the states take at most, the first one and the last one apart."""
WORTH = 400
"""While a run goes freely, a state is kept once training has taken this many times what keeping one takes,
both in time of the processors: on two of them it costs the run half a hundredth of its speed."""


class Ring:
    """States by the number of batches done. The first that was kept stays for good: from it any step can be
    reached."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.nbytes = 0
        self._steps: list[int] = []
        self._states: dict[int, State] = {}
        self._next = 0.0
        self._cost = 1.0

    def __len__(self) -> int:
        return len(self._steps)

    def __contains__(self, step: int) -> bool:
        return step in self._states

    @property
    def first(self) -> int:
        """The step of the first state: nothing can be stepped back beyond it."""
        return self._steps[0] if self._steps else 0

    def keep(self, state: State) -> None:
        """Keep a state, and let go of others where there is no room for all."""
        step = state.step
        if step in self._states:
            self.nbytes -= self._states[step].nbytes
        else:
            self._steps.insert(bisect_right(self._steps, step), step)
        self._states[step] = state
        self.nbytes += state.nbytes
        while self.nbytes > self.limit and len(self._steps) > 2:
            self._let_go(self._least_missed(step))

    def nearest(self, step: int) -> State | None:
        """The last state at `step` or before it."""
        place = bisect_right(self._steps, step)
        return self._states[self._steps[place - 1]] if place else None

    def forget_after(self, step: int) -> None:
        """Let go of what lies behind `step`: the run will take another course from there."""
        for later in [one for one in self._steps if one > step]:
            self._let_go(later)

    def reach(self, step: int) -> int:
        """How many batches can be stepped back from `step`, one after the other, without doing any again."""
        back = 0
        while step - back - 1 in self._states:
            back += 1
        return back

    def is_due(self) -> bool:
        """Whether a run that goes freely should keep its state now."""
        return time.process_time() >= self._next

    def kept_in(self, seconds: float) -> None:
        """Keeping a state took so long: the next one is due when that is worth it again. The quickest one
        counts: what makes another slow is not its own work."""
        self._cost = min(self._cost, seconds)
        self._next = time.process_time() + WORTH * self._cost

    def _let_go(self, step: int) -> None:
        self._steps.remove(step)
        self.nbytes -= self._states.pop(step).nbytes

    def _least_missed(self, here: int) -> int:
        """The state whose loss leaves the smallest gap for how far it lies from where the run is."""
        steps = self._steps

        def gap(place: int) -> float:
            after = steps[place + 1] if place + 1 < len(steps) else steps[place] + 1
            return (after - steps[place - 1]) / (1 + abs(here - steps[place]))

        places = [place for place in range(1, len(steps)) if steps[place] != here]
        return steps[min(places, key=gap)]
