"""A run's curve for other programs: CSV, or a JSON object a line."""

import csv
import io
import json
import math
from collections.abc import Iterator

from tuilab.runs.directory import Run
from tuilab.runs.event_reader import EventReader, Point, TextPoint


def as_csv(run: Run) -> Iterator[str]:
    """A head, then a line a number: step, seconds since 1970, tag, value. Notes are left out."""
    yield "step,wall_time,tag,value\n"
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for point in points(run):
        if isinstance(point, Point):
            writer.writerow((point.step, f"{point.wall_time:.6f}", point.tag, repr(point.value)))
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def as_jsonl(run: Run) -> Iterator[str]:
    """An object a line, numbers and notes; NaN and infinity are strings."""
    for point in points(run):
        head = {"step": point.step, "wall_time": point.wall_time, "tag": point.tag}
        if isinstance(point, TextPoint):
            found: object = {**head, "text": point.text}
        else:
            found = {**head, "value": point.value if math.isfinite(point.value) else str(point.value)}
        yield json.dumps(found, ensure_ascii=False) + "\n"


def points(run: Run) -> Iterator[Point | TextPoint]:
    """All that is in the curve of a run by now, in its order."""
    reader = EventReader(run.events_folder)
    while True:
        yield from reader.poll()
        if not reader.behind:
            return
