"""The chart widget."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment

from tuilab.tui.charts.series import ChartOptions, Mark, RunSeries, Series
from tuilab.tui.widgets.rows import Rows


class Chart(Rows):
    """Curves with a title, a legend of last values, axes and marks.

    `show` may be called at every poll: rows that come out as they were are not written again. plotext and
    numpy are imported at the first draw.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--axis",
        "chart--train",
        "chart--raw",
        "chart--validation",
        "chart--ghost",
        "chart--change",
        "chart--nan",
        "chart--empty",
    }
    DEFAULT_CSS = """
    Chart {
        & > .chart--title { color: $foreground; text-style: bold; }
        & > .chart--axis { color: $text-muted; }
        & > .chart--train { color: $text-primary; text-style: bold; }
        & > .chart--raw { color: $text-primary 35%; }
        &:ansi > .chart--raw { text-style: dim; }
        & > .chart--validation { color: $foreground; }
        & > .chart--ghost { color: $foreground 45%; }
        &:ansi > .chart--ghost { text-style: dim; }
        & > .chart--change { color: $text-success; }
        & > .chart--nan { color: $text-error; text-style: bold; }
        & > .chart--empty { color: $text-muted; }
    }
    """

    def __init__(
        self,
        options: ChartOptions | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._options = options or ChartOptions()
        self._series: tuple[Series | RunSeries, ...] = ()
        self._marks: tuple[Mark, ...] = ()

    @property
    def options(self) -> ChartOptions:
        """How the chart is drawn; assign another (`dataclasses.replace`) to change it."""
        return self._options

    @options.setter
    def options(self, options: ChartOptions) -> None:
        if options != self._options:
            self._options = options
            self.redraw()

    def show(
        self,
        series: Sequence[Series | RunSeries],
        marks: Sequence[Mark] = (),
        options: ChartOptions | None = None,
    ) -> None:
        """Show these series and marks from now on, with these options where they are given. The arrays must
        not change while they are shown."""
        self._options = options or self._options
        self._series = tuple(series)
        self._marks = tuple(marks)
        self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        from tuilab.tui.charts.draw import draw

        return draw(self._series, self._marks, width, height, self._options, self.role_styles())
