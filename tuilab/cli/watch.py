"""Watching runs of any framework."""

import glob
import sys
from pathlib import Path

import click

from tuilab.cli.command import main, plainly
from tuilab.errors import TuilabError


@main.command()
@click.argument("places", nargs=-1, metavar="DIR…")
@click.option("--once", is_flag=True, help="Print one frame and end.")
@click.option("--filter", "wanted", default="", help="Which runs are shown, as in `lstm !old loss<0.5`.")
@click.option("--fps", type=click.IntRange(1, 120), help="Frames a second at most, for a slow line.")
@plainly
def watch(places: tuple[str, ...], once: bool, wanted: str, fps: int | None) -> None:
    """Watch runs of any framework, live: no browser, no port.

    DIR is a folder or a file, or a pattern such as 'runs/lstm-*'; without one, tuilab's own runs.

    It reads TensorBoard's event files, CSV (Lightning's too), JSON lines, Hugging Face's trainer_state.json,
    W&B's .wandb files, and MLflow's SQLite file and folders.
    """
    from tuilab import paths
    from tuilab.text import safe

    found: list[Path] = []
    for place in places or (str(paths.runs()),):
        if Path(place).exists():
            matching = [Path(place)]
        else:
            matching = [Path(it) for it in sorted(glob.glob(place))[:1000]]
        if not matching:
            raise TuilabError(f"There is nothing at {safe(place, limit=200)}.")
        found += matching
    if once or not (sys.stdin.isatty() and sys.stdout.isatty()):
        import shutil

        from tuilab.tui.glyphs import detect
        from tuilab.tui.watch.once import frame

        width = shutil.get_terminal_size((100, 24)).columns
        for line in frame(found, min(max(width, 40), 200), wanted, detect()):
            click.echo(line)
        return
    if fps is not None:
        import os

        os.environ["TEXTUAL_FPS"] = str(fps)
    from tuilab.tui.launcher import Opening, run_lab

    sys.exit(run_lab(Opening(watch=tuple(found), filter=wanted)))
