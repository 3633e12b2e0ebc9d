"""A chart of several runs: a hue, or a way of breaking the line, for each."""

from typing import ClassVar

from tuilab.tui.charts.canvas import RUN_ROLES
from tuilab.tui.charts.chart import Chart

# After Okabe and Ito, "Color universal design" (2008): told apart with every kind of colour sight; made
# lighter for a dark ground, and darker for a light one.
ON_DARK = ("#6cb0f6", "#f2a541", "#3fcf9e", "#f4e06d", "#e58ac4", "#ff7a5c", "#a5a0ff", "#b8c0cc")
ON_LIGHT = ("#1560bd", "#a86200", "#00795a", "#7d7000", "#a1417d", "#b93c17", "#5249c2", "#4b5563")
OF_SIXTEEN = ("bright_blue", "yellow", "green", "bright_yellow", "magenta", "bright_red", "cyan", "default")


def rules(widget: str, component: str, *, raw: bool = False) -> str:
    """The styles of a widget's components `component`0, 1, …: a hue each, or with `raw` a pale one."""
    pale, dim = (" 35%", " text-style: dim;") if raw else ("", "")
    lines = []
    for hue, (dark, light, ansi) in enumerate(zip(ON_DARK, ON_LIGHT, OF_SIXTEEN, strict=True)):
        lines += [
            f"{widget} > .{component}{hue} {{ color: {dark}{pale}; }}",
            f"{widget}:light > .{component}{hue} {{ color: {light}{pale}; }}",
            f"{widget}:ansi > .{component}{hue} {{ color: ansi_{ansi};{dim} }}",
        ]
    return "\n".join(lines)


class RunChart(Chart):
    """Curves of runs, by their hues. The chart under the cursor has its title on the accent."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *Chart.COMPONENT_CLASSES,
        "chart--cursor",
        *(f"chart--{role}" for role in RUN_ROLES),
    }
    DEFAULT_CSS = (
        """
    RunChart > .chart--cursor { color: $accent; }
    RunChart.-here > .chart--title { color: $accent; }
    """
        + rules("RunChart", "chart--run")
        + rules("RunChart", "chart--raw", raw=True)
    )
