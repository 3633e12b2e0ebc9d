"""A run's charts as a drawing in SVG. Free of Textual."""

from typing import TYPE_CHECKING

from tuilab.tui.run_view import RunView

if TYPE_CHECKING:
    from tuilab.runs import Run


def drawn(run: "Run") -> str:
    """Loss and accuracy of a run, with its marks, as an SVG document.

    Raises:
        TuilabError: the run directory is gone or damaged.
    """
    from tuilab.tui.charts.series import ChartOptions, Mark, Series
    from tuilab.tui.charts.svg import drawing

    view = RunView(run)
    snapshot = view.read()
    while view.behind:
        snapshot = view.read()
    charts = []
    for name in ("loss", "accuracy"):
        series = [
            Series(kind, *snapshot.curves[f"{kind}/{name}"], kind=kind)
            for kind in ("train", "validation")
            if f"{kind}/{name}" in snapshot.curves and len(snapshot.curves[f"{kind}/{name}"][0])
        ]
        options = ChartOptions(title=f"{run.name}: {name}", y_scale="log" if name == "loss" else "linear")
        charts.append((options, series))
    return drawing(charts, [Mark(moment.step, moment.label, moment.kind) for moment in snapshot.moments])
