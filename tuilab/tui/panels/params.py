"""lab:params: sliders for names of the cells. What uses a name runs again while its slider moves."""

import math
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.content import Content

from tuilab.lesson.bodies import Slider
from tuilab.lesson.model import Directive
from tuilab.text import number, safe
from tuilab.tui.bindings import Row
from tuilab.tui.charts.ticks import nice_step
from tuilab.tui.glyphs import SIGNS
from tuilab.tui.panels.panel import Host, Panel
from tuilab.tui.widgets.frame import in_signs

PAUSE = 0.07
"""Seconds without a key before the session is told: a held key sends its last value, not each."""
STEPS = 50
"""About as many steps lead from one end of a linear slider to the other."""
PER_DECADE = 10
FAR = 5
"""Small steps in a large one."""
LONGEST_BAR = 40


@dataclass(slots=True)
class Place:
    """Where a slider stands: so many steps from where it began, so that there and back is the same number."""

    slider: Slider
    steps: int = 0

    @property
    def value(self) -> float:
        return self.at(self.steps)

    def at(self, steps: int) -> float:
        """The value so many steps from the beginning, at most the end of the range."""
        slider = self.slider
        if steps == 0:
            value = slider.start
        elif slider.scale == "log":
            value = slider.start * 10 ** (steps / PER_DECADE)
        else:
            value = slider.start + steps * self._step
        value = float(f"{value:.12g}") if slider.scale == "linear" else float(f"{value:.3g}")
        if slider.whole:
            value = float(round(value))
            if slider.scale == "log" and steps:
                # Neighbouring powers of a small number are the same whole number.
                value = max(value, slider.start + steps) if steps > 0 else min(value, slider.start + steps)
        return min(max(value, slider.low), slider.high)

    @property
    def _step(self) -> float:
        step = nice_step(self.slider.high - self.slider.low, STEPS)
        return max(1.0, round(step)) if self.slider.whole else step

    @property
    def share(self) -> float:
        """Where the value is between the ends, from 0 to 1."""
        slider = self.slider
        if slider.scale == "log":
            return math.log(self.value / slider.low) / math.log(slider.high / slider.low)
        return (self.value - slider.low) / (slider.high - slider.low)

    def move(self, steps: int) -> bool:
        """Go so many steps, to the end of the range at most. Answers whether the value is another."""
        before = self.value
        ahead = 1 if steps > 0 else -1
        for _ in range(abs(steps)):
            if self.at(self.steps) == self.at(self.steps + ahead):
                break
            self.steps += ahead
        return self.value != before

    def seek(self, share: float) -> bool:
        """Go to a place between the ends."""
        slider, before = self.slider, self.value
        share = min(1.0, max(0.0, share))
        if slider.scale == "log":
            wanted = slider.low * (slider.high / slider.low) ** share
        else:
            wanted = slider.low + share * (slider.high - slider.low)
        self.steps = self._nearest(wanted)
        return self.value != before

    def _nearest(self, wanted: float) -> int:
        """The steps that lead nearest to a value, found by walking towards it."""
        steps = 0
        ahead = 1 if wanted > self.at(0) else -1
        while self.at(steps + ahead) != self.at(steps) and (
            abs(self.at(steps + ahead) - wanted) < abs(self.at(steps) - wanted)
        ):
            steps += ahead
        return steps

    def to_end(self, last: bool) -> bool:
        return self.move(10_000 if last else -10_000)


class ParamsPanel(Panel):
    """Up and down choose a slider, left and right move it. One change at a time goes to the session; while it
    is on its way only the last one waits."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ParamsPanel { border-left: wide $rule; padding: 0 0 0 1; max-width: 100; }
    ParamsPanel.-active { border-left: wide $accent; }
    .-signs-ascii ParamsPanel { border-left: ascii $rule; }
    .-signs-ascii ParamsPanel.-active { border-left: ascii $accent; }
    """

    block: Directive

    def __init__(self, directive: Directive, host: Host, **kwargs: Any) -> None:
        super().__init__(directive, host, **kwargs)
        self.places = [Place(slider) for slider in directive.content]
        self._at = 0
        self._waiting: dict[str, float] = {}
        self.sending = False
        """Whether the session is still to hear of a change."""
        self._ours = False
        self._wrong = ""
        self._stale: frozenset[str] = frozenset()
        """Names that a cell has given a value since their slider moved."""

    # What is shown --------------------------------------------------------------------------------

    def render(self) -> Content:
        lines = [self._line(place, at) for at, place in enumerate(self.places)]
        lines.append(self._state())
        return in_signs(Content("\n").join(lines), self.host.glyphs)

    def _line(self, place: Place, at: int) -> Content:
        signs = SIGNS[self.host.glyphs]
        slider = place.slider
        here = at == self._at and self.has_class("-active")
        low, high, value = (number(one) for one in (slider.low, slider.high, _typed(place)))
        bar = self._bar_width()
        knob = round(place.share * (bar - 1))
        names, lows = self._columns()
        return Content.assemble(
            ("▸ " if here else "  ", "b $accent"),
            ("▪ ", "$parameter"),
            (safe(slider.name, limit=names).ljust(names), "b" if here else ""),
            "  ",
            (low.rjust(lows), "$quiet"),
            " ",
            (signs.bar * knob, "$parameter"),
            (signs.knob, "b $accent" if here else "b $parameter"),
            (signs.rest * (bar - 1 - knob), "$rule"),
            " ",
            (high, "$quiet"),
            "  ",
            (value if slider.name not in self._stale else f"{value}?", "b"),
            (" log" if slider.scale == "log" and self.size.width > 60 else "", "$quiet"),
        )

    def _state(self) -> Content:
        if self._wrong:
            return Content.styled(f"✗ {safe(self._wrong, limit=300)}", "$error")
        if self.sending:
            return Content.styled("what uses it runs again …", "$quiet")
        if self._stale:
            names = safe(", ".join(sorted(self._stale)), limit=60)
            return Content.styled(f"a cell gave {names} another value; a slider that moves counts", "$quiet")
        return Content.styled("← → move, ↑ ↓ choose, shift for large steps", "$quiet")

    def _columns(self) -> tuple[int, int]:
        names = max(len(safe(place.slider.name, limit=20)) for place in self.places)
        return names, max(len(number(place.slider.low)) for place in self.places)

    def _bar_width(self) -> int:
        names, lows = self._columns()
        highs = max(len(number(place.slider.high)) for place in self.places)
        return max(6, min(LONGEST_BAR, self.content_size.width - names - lows - highs - 20))

    def get_content_height(self, *_: Any) -> int:
        return len(self.places) + 1

    def active_changed(self, active: bool) -> None:
        """It has the keys now, or no longer."""
        self.refresh()

    # Keys -----------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        match action:
            case "up":
                return self._at > 0
            case "down":
                return self._at + 1 < len(self.places)
        return super().can(action)

    def word(self, row: Row) -> str:
        return {"next_stop": "more", "previous_stop": "less", "next_level": "much more"}.get(
            row.action, row.label
        )

    def action_up(self) -> None:
        self._choose(self._at - 1)

    def action_down(self) -> None:
        self._choose(self._at + 1)

    def _choose(self, at: int) -> None:
        self._at = max(0, min(len(self.places) - 1, at))
        self.refresh()
        self.changed()

    def action_next_stop(self) -> None:
        self._moved(self.places[self._at].move(1))

    def action_previous_stop(self) -> None:
        self._moved(self.places[self._at].move(-1))

    def action_next_level(self) -> None:
        self._moved(self.places[self._at].move(FAR))

    def action_previous_level(self) -> None:
        self._moved(self.places[self._at].move(-FAR))

    def action_first(self) -> None:
        self._moved(self.places[self._at].to_end(last=False))

    def action_last(self) -> None:
        self._moved(self.places[self._at].to_end(last=True))

    def on_click(self, event: events.Click) -> None:
        if not 0 <= event.y < len(self.places):
            return
        self._choose(event.y)
        names, lows = self._columns()
        begin = 2 + 2 + names + 2 + lows + 1 + self.styles.gutter.left
        bar = self._bar_width()
        if begin <= event.x < begin + bar:
            self._moved(self.places[event.y].seek((event.x - begin) / (bar - 1)))

    def _moved(self, is_other: bool) -> None:
        if not is_other:
            return
        place = self.places[self._at]
        self._waiting[place.slider.name] = _typed(place)
        self._stale -= {place.slider.name}
        self.refresh()
        if not self.sending:
            self.sending = True
            self.run_worker(self._send())

    # The session ----------------------------------------------------------------------------------

    async def _send(self) -> None:
        """Tell the session, until nothing waits any more."""
        import asyncio

        try:
            while self._waiting:
                await asyncio.sleep(PAUSE)
                values, self._waiting = self._waiting, {}
                self._ours = True
                failed = await self.host.assign(
                    values, self.block.line, rerun=bool(self.block.options["rerun"])
                )
                self._ours = False
                self._wrong = "" if failed is None else failed.sentence
        finally:
            self.sending = self._ours = False
            self.refresh()

    def values_changed(self, names: frozenset[str]) -> None:
        """A cell gave one of the names another value: the slider no longer says what it is."""
        if not self._ours:
            self._stale |= names & {place.slider.name for place in self.places if place.steps}
            self.refresh()


def _typed(place: Place) -> float:
    return int(place.value) if place.slider.whole else place.value
