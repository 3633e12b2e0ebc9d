"""The numbers of a run, a line each where there is room, and side by side where there is not."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment

from tuilab.text import number, safe
from tuilab.tui import run_words
from tuilab.tui.glyphs import plain
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tuilab.runs import Status
    from tuilab.tui.run_view import Machine

LEFT = 15


class Figures(Rows):
    """Learning rate, batch size, optimizer, data, and what the process costs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"figures--name", "figures--value", "figures--asked"}
    DEFAULT_CSS = """
    Figures {
        & > .figures--name { color: $quiet; }
        & > .figures--value { color: $foreground; }
        & > .figures--asked { color: $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[str, str, bool]] = []
        self._own = 0
        """So many of the lines are the run's own; the machine's come after, where there is room."""

    def show(
        self,
        status: "Status",
        config: Mapping[str, Any],
        asked_rate: float | None,
        machine: "Machine | None" = None,
    ) -> None:
        """Show a run's numbers; `asked_rate` is a learning rate that it has not taken up yet."""
        rate = asked_rate or status.learning_rate or config.get("learning_rate") or 0.0
        lines = [
            ("learning rate", number(float(rate)), asked_rate is not None),
            ("batch size", f"{status.batch_size or config.get('batch_size', '')}", False),
            ("optimizer", safe(status.optimizer or str(config.get("optimizer", "")), limit=20), False),
            ("data", run_words.data_name(config), False),
            ("threads", run_words.threads(status, machine), False),
            ("memory", run_words.memory(status, machine), False),
        ]
        if status.test_accuracy is not None:
            lines.insert(0, ("test accuracy", f"{status.test_accuracy:.4f}", False))
        lines = [entry for entry in lines if entry[1]]
        own = len(lines)
        if machine is not None:
            lines += [(name, value, False) for name, value in run_words.gpus(machine)]
        if (lines, own) != (self._lines, self._own):
            self._lines, self._own = lines, own
            self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        rows = self._listed(width) if height >= self._own else self._packed(width)
        rows = rows[:height]
        return rows + [[Segment(" " * width)]] * (height - len(rows))

    def _listed(self, width: int) -> list[list[Segment]]:
        styles = self.role_styles()
        rows = []
        for name, value, asked in self._lines:
            value = plain(value, glyphs_of(self))
            left = min(LEFT, max(len(name) + 1, width - 1 - len(value)))  # a long value moves up to its name
            row = [
                Segment(f" {name:<{left}}", styles["name"]),
                Segment(value, styles["asked" if asked else "value"]),
            ]
            rows.append(list(Segment.adjust_line_length(row, width)))
        return rows

    def _packed(self, width: int) -> list[list[Segment]]:
        """As many as fit in a row, whole ones only."""
        styles = self.role_styles()
        rows: list[list[Segment]] = []
        row: list[Segment] = []
        used = 0
        for name, value, asked in self._lines[: self._own]:
            value = plain(value, glyphs_of(self))
            name = "" if name in ("memory", "data", "optimizer") else f"{name} "
            need = cell_len(name) + cell_len(value) + 1 + (2 if row else 0)
            if row and used + need > width:
                rows.append(row)
                row, used = [], 0
                need -= 2
            row += [
                Segment("  " if row and used else "", styles["name"]),
                Segment(f" {name}" if not used else name, styles["name"]),
                Segment(value, styles["asked" if asked else "value"]),
            ]
            used += need
        return [list(Segment.adjust_line_length(one, width)) for one in [*rows, row] if one]
