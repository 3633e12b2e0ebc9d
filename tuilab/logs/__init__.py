"""What runs have written, whichever framework wrote it: read while it grows. Free of Numba and Textual.

    for log in Finder([Path("runs")]).look():
        log.poll()
        log.metrics["train/loss"].last

A reader is one small class in a file of its own (`READERS` in `finding` lists them). Whatever a file holds,
a poll costs a bounded amount of time and memory, and a sentence in `notice` says what could not be read. No
link is followed, and nothing but regular files is opened.
"""

from tuilab.logs.finding import READERS, Finder
from tuilab.logs.log import Log, Note
from tuilab.logs.series import MetricSeries

__all__ = ["READERS", "Finder", "Log", "MetricSeries", "Note"]
