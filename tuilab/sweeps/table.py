"""A sweep in lines of text: a table with the best first, and a small curve of each run."""

from pathlib import Path
from typing import Any

from tuilab.runs import EventReader, Point, Run
from tuilab.runs.event_writer import sizes
from tuilab.sweeps.folder import Member, Sweep
from tuilab.text import number, safe

CURVE = 20
"""Cells of a curve."""
LEVELS = "▁▂▃▄▅▆▇█"
ASCII_LEVELS = "_.-=+*#@"
READINGS = 200

_known: dict[Path, tuple[object, list[float]]] = {}
"""Curves of before, by how large their files were: a table is drawn each second, and most runs are over."""


def lines(sweep: Sweep, *, ascii_only: bool = False) -> list[str]:
    """The table: place, run, the settings that vary, the result, how it stands, and its loss as a curve."""
    members = sweep.ranked()
    losses = {one.number: curve(one) for one in members}
    ends = [value for values in losses.values() for value in values]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    heads = ("run", *sweep.spec.varied, sweep.spec.best.replace("_", " "), "epoch", "state", "loss")
    rows = [heads]
    for one in members:
        result = sweep.result(one)
        rows.append(
            (
                one.name,
                *(_shown(one.settings.get(name, "")) for name in sweep.spec.varied),
                f"{result:.4f}" if result is not None else "",
                f"{one.status.epoch}/{one.status.epochs}" if one.status.epochs else "",
                one.state,
                bars(losses[one.number], low, high, ASCII_LEVELS if ascii_only else LEVELS),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def summary(sweep: Sweep) -> str:
    """How far the sweep is, in a line."""
    members = sweep.members()
    over, going = sum(one.over for one in members), sum(one.going for one in members)
    best = next((one for one in sweep.ranked() if sweep.result(one) is not None), None)
    parts = [f"{over} of {len(members)} runs done"]
    if going:
        parts.append(f"{going} going on")
    if best is not None:
        parts.append(f"best {best.name}: {sweep.spec.best.replace('_', ' ')} {sweep.result(best):.4f}")
    return " · ".join(parts)


def told(member: Member, sweep: Sweep) -> str:
    """What is said of a run that begins or has ended."""
    settings = " ".join(f"{name}={_shown(member.settings.get(name, ''))}" for name in sweep.spec.varied)
    result = sweep.result(member)
    shown = f"  {sweep.spec.best.replace('_', ' ')} {result:.4f}" if result is not None else ""
    why = safe(member.status.message, limit=200) if member.state in ("failed", "diverged", "dead") else ""
    return f"{member.name}  {settings}  {member.state}{shown}" + (f"  {why}" if why else "")


def curve(member: Member) -> list[float]:
    """The loss of a run in `CURVE` steps over its epochs, as far as it is."""
    if member.run is None or not member.status.batches:
        return []
    try:
        seen = tuple(sizes(member.run.events_folder).values()), member.status.step
    except OSError:
        return []
    known = _known.get(member.run.path)
    if known is None or known[0] != seen:
        known = _known[member.run.path] = seen, _read(member, member.run)
    return known[1]


def _read(member: Member, run: Run) -> list[float]:
    total = member.status.batches * max(1, member.status.epochs)
    parts: list[list[float]] = [[] for _ in range(CURVE)]
    reader = EventReader(run.events_folder)
    for _ in range(READINGS):
        for point in reader.poll():
            if isinstance(point, Point) and point.tag == "train/loss" and abs(point.value) < 1e30:
                parts[min(CURVE - 1, max(0, (point.step - 1) * CURVE // total))].append(point.value)
        if not reader.behind:
            break
    values = [sum(part) / len(part) if part else None for part in parts]
    filled: list[float] = []
    for value in values:
        if value is not None:
            filled.append(value)
        elif filled and len(filled) < CURVE * member.status.step // total:
            filled.append(filled[-1])
    return filled


def bars(values: list[float], low: float, high: float, levels: str) -> str:
    """Values as bars, all curves of a table on one scale."""
    span = high - low or 1.0
    return "".join(levels[min(len(levels) - 1, int((value - low) / span * len(levels)))] for value in values)


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, int | float) else safe(str(value), limit=30)
