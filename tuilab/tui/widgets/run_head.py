"""The line over a run: its name, epoch and batch with a bar, and its speed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment

from tuilab.tui import run_words
from tuilab.tui.glyphs import SIGNS, plain
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tuilab.runs import Status

SHORTEST_BAR = 8


class RunHead(Rows):
    """`mnist-mlp-7  epoch 3/5 ━━━━●──── 288/469  80,214 samples/s`, at any width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "run-head--name",
        "run-head--text",
        "run-head--done",
        "run-head--rest",
        "run-head--quiet",
    }
    DEFAULT_CSS = """
    RunHead {
        height: 1;
        & > .run-head--name { color: $foreground; text-style: bold; }
        & > .run-head--text { color: $foreground; }
        & > .run-head--done { color: $forward; }
        & > .run-head--rest { color: $rule; }
        & > .run-head--quiet { color: $quiet; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._name_shown = ""
        self._status: Status | None = None

    def show(self, name: str, status: "Status | None") -> None:
        """Show how far a run is."""
        if (name, status) != (self._name_shown, self._status):
            self._name_shown, self._status = name, status
            self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        signs = SIGNS[glyphs_of(self)]
        name = plain(self._name_shown, glyphs_of(self))
        status = self._status
        row = [Segment(f" {name}", styles["name"])]
        if status is not None and status.epochs:
            epoch = f"  epoch {max(1, status.epoch)}/{status.epochs} "
            batch = f" {status.batch}/{status.batches}" if status.batches else ""
            speed = run_words.rate(status.samples_per_s)
            speed = f"   {speed} " if speed else " "
            left = width - cell_len(name) - 1 - len(epoch) - len(batch)
            if left - len(speed) < SHORTEST_BAR:
                speed = " "
            bar = left - len(speed)
            row.append(Segment(epoch, styles["text"]))
            if bar >= SHORTEST_BAR:
                knob = round(run_words.position(status) * (bar - 1))
                row.append(Segment(signs.bar * knob + signs.knob, styles["done"]))
                row.append(Segment(signs.rest * (bar - 1 - knob), styles["rest"]))
            row.append(Segment(batch, styles["text"]))
            row.append(Segment(speed, styles["quiet"]))
        return [Segment.adjust_line_length(row, width)] + [[Segment(" " * width)] for _ in range(height - 1)]
