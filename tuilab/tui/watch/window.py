"""What part of the x axis is shown: everything, or a window that is zoomed, moved, and follows the newest."""

from dataclasses import dataclass

Ends = tuple[float, float]
NARROWEST = 1e-6
"""The narrowest window, as a part of everything."""


@dataclass(slots=True)
class Window:
    """`shown` is None while everything is shown. While `follows`, its end stays at the newest point. `cursor`
    is the place that is read, None while none is."""

    shown: Ends | None = None
    follows: bool = True
    cursor: float | None = None

    def of(self, whole: Ends) -> Ends | None:
        """The window to draw for points that reach over `whole`."""
        if self.shown is None or whole[1] <= whole[0]:
            return None
        lower, upper = self.shown
        if self.follows:
            lower, upper = whole[1] - (upper - lower), whole[1]
        width = min(upper - lower, whole[1] - whole[0])
        lower = min(max(lower, whole[0]), whole[1] - width)
        self.shown = (lower, lower + width)
        return self.shown

    def zoom(self, whole: Ends, factor: float) -> None:
        """Show a part `factor` times as wide, around the cursor or, while it follows, up to the end."""
        lower, upper = self.shown or whole
        width = (upper - lower) * factor
        if width >= (whole[1] - whole[0]) * (1 - 1e-9):
            self.shown, self.follows = None, True
            return
        width = max(width, (whole[1] - whole[0]) * NARROWEST)
        if self.cursor is not None:
            part = (self.cursor - lower) / (upper - lower) if upper > lower else 0.5
            lower = self.cursor - min(max(part, 0.0), 1.0) * width
            self.follows = False
        elif self.follows:
            lower = whole[1] - width
        else:
            lower = (lower + upper - width) / 2
        self.shown = (lower, lower + width)
        self.of(whole)

    def read(self, whole: Ends, step: float) -> None:
        """Move the cursor by `step`, a part of what is shown; the window goes along."""
        lower, upper = self.shown or whole
        width = upper - lower
        place = upper if self.cursor is None else self.cursor
        self.cursor = min(max(place + step * width, whole[0]), whole[1])
        if self.shown is not None and not lower <= self.cursor <= upper:
            shift = self.cursor - upper if self.cursor > upper else self.cursor - lower
            self.follows = False
            self.shown = (lower + shift, upper + shift)
            self.of(whole)

    def first(self, whole: Ends) -> None:
        """Go to the beginning."""
        if self.shown is not None:
            self.shown, self.follows = (whole[0], whole[0] + self.shown[1] - self.shown[0]), False
        self.cursor = whole[0]

    def last(self) -> None:
        """Go to the newest, and follow it; nothing is read any more."""
        self.follows, self.cursor = True, None

    def back(self) -> bool:
        """Leave the cursor or, without one, the zoom; False where there is neither."""
        if self.cursor is not None:
            self.cursor = None
        elif self.shown is not None:
            self.shown, self.follows = None, True
        else:
            return False
        return True
