"""One frame of watching, for a pipe or a glance: the runs and their charts as lines of text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tuilab.logs import Finder
from tuilab.text import number, safe
from tuilab.tui.charts.draw import draw
from tuilab.tui.charts.series import ChartOptions
from tuilab.tui.glyphs import GlyphSet, plain
from tuilab.tui.watch import expression
from tuilab.tui.watch.board import Board

CHART_HEIGHT = 10
MOST_CHARTS = 4


def frame(places: Sequence[Path], width: int, wanted: str, glyphs: GlyphSet) -> Iterator[str]:
    """The lines of the frame, once everything there is was read; `wanted` is a filter."""
    finder = Finder(places)
    logs = finder.look()
    for log in logs:
        log.poll()
        while log.behind:
            log.poll()
    board = Board()
    board.filter = expression.read(wanted)
    board.take(logs)
    board.choose()
    listed = board.listed()
    titles = board.titles()
    shown = titles[:MOST_CHARTS]
    name_width = min(max((len(run.name) for run in listed), default=0), max(width // 2, 20))
    for run in listed:
        newest = {title: it.last for title, part, it in run.metrics() if not part}
        values = "  ".join(
            f"{safe(title, limit=20)} {number(newest[title])}" for title in shown if title in newest
        )
        steps = max((it.last_step for _, _, it in run.metrics()), default=0)
        line = f"{safe(run.name, limit=name_width):<{name_width}}  step {steps:<9,} {values}"
        yield plain(line[:width].rstrip(), glyphs)
    if not listed:
        yield (
            "no runs that are logged were found" if not board.runs else "no run is let through by the filter"
        )
    for title in shown:
        yield ""
        options = ChartOptions(safe(title, limit=60), glyphs=glyphs, hues=False)
        for row in draw(board.series(title), board.marks(), width, CHART_HEIGHT, options):
            yield "".join(segment.text for segment in row).rstrip()
    notices = [finder.notice, *(notice for run in listed for notice in run.notices)]
    for notice in [it for it in notices if it][:10]:
        yield safe(notice, limit=400)
