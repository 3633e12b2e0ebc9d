"""Sweeps: many runs over settings."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuilab.cli.command import main, plainly

if TYPE_CHECKING:
    from tuilab.sweeps.folder import Member


@main.command(context_settings={"max_content_width": 100})
@click.argument("spec", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-j", "--jobs", default=1, show_default=True, type=click.IntRange(1, 1024), help="At a time.")
@click.option("--only", type=click.IntRange(1), metavar="N", help="Run number N alone, as a scheduler would.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where the runs are kept.")
@click.option("--plain", is_flag=True, help="A line a run, as for a log, instead of a table that moves.")
@click.option("--show", is_flag=True, help="Print the table as it stands, and run nothing.")
@plainly
def sweep(spec: Path, jobs: int, only: int | None, folder: Path | None, plain: bool, show: bool) -> None:
    """Train over a grid or a random choice of settings; a table tells which did best.

    SPEC is a small YAML file:

    \b
        train: {data: mnist, model: mlp, epochs: 3}     # what holds for every run
        grid:                                           # every combination
          optimizer: [adam, sgd]
          learning_rate: [0.001, 0.01]
        random:                                         # and so many drawn ones of each
          runs: 4
          seed: 1
          batch_size: {from: 32, to: 512, scale: log}   # or a list
        best: validation_accuracy                       # what the table is sorted by

    Each run is a run directory; `tuilab attach FOLDER/001` opens one. The threads are divided among the jobs.
    Stopped with ctrl+c and started again, a sweep goes on where it was: what is over is not run again, and
    what was interrupted goes on from its last checkpoint. A scheduler starts each run by itself, as in
    `sbatch --array=1-12 --wrap 'tuilab sweep SPEC --only $SLURM_ARRAY_TASK_ID'`.
    """
    from tuilab import sweeps
    from tuilab.errors import TuilabError
    from tuilab.plain import LiveLine
    from tuilab.sweeps import table
    from tuilab.sweeps.live import LiveTable
    from tuilab.text import safe
    from tuilab.tui import glyphs

    found = sweeps.Sweep(sweeps.read(spec), folder)
    count = len(found.spec.runs)
    if only is not None and only > count:
        raise TuilabError(f"{safe(str(spec), limit=200)} has {count} runs; there is no run {only}.")
    ascii_only = glyphs.detect() == "ascii"
    if show:
        click.echo("\n".join(table.lines(found, ascii_only=ascii_only)))
        return
    live = LiveLine()
    moving = LiveTable(lambda: [*table.lines(found, ascii_only=ascii_only), table.summary(found)])
    in_place = sys.stdout.isatty() and not plain and only is None

    def tell(member: "Member") -> None:
        if in_place:
            moving.show()
            return
        live.clear()
        click.echo(table.told(member, found))

    def look() -> None:
        if in_place:
            moving.look()
        else:
            live.show(table.summary(found))

    signal.signal(signal.SIGTERM, _interrupted)
    click.echo(
        f"{count} runs in {safe(str(found.folder), limit=200)}, {jobs if only is None else 1} at a time"
    )
    try:
        if only is not None:
            well = sweeps.run_one(found, only, tell, _seldom(look))
        else:
            well = sweeps.run_all(found, jobs, tell, _seldom(look))
    except KeyboardInterrupt:
        live.clear()
        click.echo(f"{table.summary(found)}. The same command goes on.", err=True)
        sys.exit(130)
    live.clear()
    if in_place:
        moving.show()
    elif only is None:
        click.echo("\n".join(["", *table.lines(found, ascii_only=ascii_only)]))
    sys.exit(0 if well else 1)


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _seldom(look: Callable[[], None]) -> Callable[[], None]:
    """At most twice a second: it reads the status of every run."""
    last = 0.0

    def sometimes() -> None:
        nonlocal last
        if time.monotonic() - last > 0.5:
            look()
            last = time.monotonic()

    return sometimes
