"""A run in a line or two of numbers and a sparkline: for a terminal too small for charts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment

from tuilab.text import number
from tuilab.tui.glyphs import SIGNS
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tuilab.tui.run_view import Snapshot


class Sparkline(Rows):
    """Loss and accuracy in numbers, and the loss as a sparkline of its highest value a column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sparkline--value", "sparkline--name", "sparkline--line"}
    DEFAULT_CSS = """
    Sparkline {
        & > .sparkline--value { color: $foreground; text-style: bold; }
        & > .sparkline--name { color: $quiet; }
        & > .sparkline--line { color: $forward; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: "Snapshot") -> None:
        """Show this moment of a run."""
        self._snapshot = snapshot
        self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        rows: list[list[Segment]] = []
        snapshot = self._snapshot
        if snapshot is not None:
            status = snapshot.status
            styles = self.role_styles()
            row: list[Segment] = []
            for name, value in (
                ("loss", number(status.loss) if status.loss is not None else ""),
                ("acc", f"{status.accuracy:.3f}" if status.accuracy is not None else ""),
                (
                    "val",
                    f"{status.validation_accuracy:.3f}" if status.validation_accuracy is not None else "",
                ),
            ):
                used = sum(len(segment.text) for segment in row)
                if value and used + len(name) + len(value) + 2 <= width:
                    row += [Segment(f" {name} ", styles["name"]), Segment(value, styles["value"])]
            rows.append(row)
            rows.append([Segment(" "), Segment(self._spark(width - 2), styles["line"])])
            rows.append([Segment(" a larger window shows more", styles["name"])])
        rows = [list(Segment.adjust_line_length(row, width)) for row in rows[:height]]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _spark(self, width: int) -> str:
        import numpy as np

        assert self._snapshot is not None
        _, values = self._snapshot.curves.get("train/loss", (None, np.empty(0)))
        values = values[np.isfinite(values)]
        if width < 1 or len(values) == 0:
            return ""
        columns = [part.max() for part in np.array_split(values, min(width, len(values)))]
        low, high = min(columns), max(columns)
        levels = SIGNS[glyphs_of(self)].levels[1:]
        top = len(levels) - 1
        span = (high - low) or 1.0
        return "".join(levels[round((value - low) / span * top)] for value in columns)
