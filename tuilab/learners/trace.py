"""How a learner came to what it knows: stops that can be walked both ways."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

Stop = TypeVar("Stop")


class Trace(Sequence[Stop], Generic[Stop]):
    """The stops of one `fit`, in order.

    `trace[n]` is what happened at stop n, as data. `trace.at(n)` is a learner that knows what was known after
    the first n stops: it predicts as the learner would have if it had ended there. Any n can be asked at any
    time, so a walk goes backwards as easily as forwards.
    """

    def __init__(self, stops: Sequence[Stop], rebuild: Callable[[int], Any]) -> None:
        self._stops = tuple(stops)
        self._rebuild = rebuild

    def __len__(self) -> int:
        return len(self._stops)

    @overload
    def __getitem__(self, index: int) -> Stop: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Stop]: ...
    def __getitem__(self, index: int | slice) -> Stop | Sequence[Stop]:
        return self._stops[index]

    def at(self, stops: int) -> Any:
        """The learner after the first `stops` stops: from 0, before the first, to `len(self)`, after the
        last.

        Raises:
            IndexError: there are not as many stops.
        """
        if not 0 <= stops <= len(self):
            raise IndexError(f"stop {stops}: expected 0 to {len(self)}.")
        return self._rebuild(stops)
