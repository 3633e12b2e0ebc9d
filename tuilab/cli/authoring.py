"""Writing lessons: beginning, checking and exporting one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuilab.cli.command import FILE, main, plainly
from tuilab.cli.lessons import lesson_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuilab.authoring.running import Outcome
    from tuilab.lesson import CodeCell, Lesson


@main.command("new")
@click.argument("id_", metavar="ID")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@plainly
def new(id_: str, folder: Path) -> None:
    """Begin a lesson: a file that works, with one of everything, to be made into yours.

    ID is like `my.broadcasting`; the file is then broadcasting.md. What is there already stays as it is.
    """
    from tuilab.authoring import skeleton
    from tuilab.text import safe

    path = safe(str(skeleton.create(id_, folder)))
    click.echo(f"{path} is a lesson with one exercise. Make it yours:")
    for command, what in (
        ("$EDITOR", "change it"),
        ("tuilab edit", "shows it beside that, anew each time it is saved"),
        ("tuilab check", "names every fault, with its line"),
    ):
        click.echo(f"  {command + ' ' + path:<40}  {what}")


@main.command()
@click.argument("file")
@plainly
def edit(file: str) -> None:
    """Open the lab on a lesson that you are writing, and follow its file.

    FILE is a lesson's file, or its id. Each time that you save it, in whatever editor, the lab shows the new
    text at the step where you are, and runs again what had run, from the first cell that is another.
    """
    from tuilab.lesson import load
    from tuilab.tui.launcher import Opening, require_terminal, run_lab

    path = lesson_path(file)
    require_terminal()
    load(path)  # so that what keeps it shut is told here, where it can be read in full
    sys.exit(run_lab(Opening(lesson=path, edited=True)))


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--no-run", is_flag=True, help="Do not run the cells.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 50),
    help="Random seeds to try at most, for a quicker look; as many as the lessons ask for, unless set.",
)
@plainly
def check(paths: tuple[Path, ...], as_json: bool, no_run: bool, seeds: int | None) -> None:
    """Name every fault of lessons, as `file:line: what and what to do`.

    PATH is a lesson or a folder of lessons. Front matter, directives, exercises, links, formulas, the syntax
    of the cells and the width of their lines are checked. Where all that is well the cells are run, as you,
    in a process of their own: solutions must pass, exercises fail unsolved, and `expect` hold.

    The exit status is 0 without faults, 1 with any.
    """
    from tuilab.authoring import check as look

    report = look(paths, None if no_run else _told, seeds)
    if as_json:
        import json

        faults = [{"path": str(it.path), "line": it.line, "text": it.text} for it in report.faults]
        click.echo(json.dumps({"lessons": report.lessons, "cells_run": report.cells_run, "faults": faults}))
    else:
        for fault in report.faults:
            click.echo(str(fault))
        lessons = f"{report.lessons} lesson" + "s" * (report.lessons != 1)
        found = (
            f"{len(report.faults)} fault" + "s" * (len(report.faults) != 1) if report.faults else "no faults"
        )
        unsaid = "" if report.cells_run else " The cells were not run."
        click.echo(f"{lessons}, {found}.{unsaid}", err=bool(report.faults))
    sys.exit(1 if report.faults else 0)


def _told(lesson: "Lesson", cells: "Sequence[CodeCell]", seed: int | None = None) -> "list[Outcome]":
    """Runs cells, and says so to whoever waits at a terminal."""
    from tuilab.authoring.runner import run
    from tuilab.text import safe

    if sys.stderr.isatty():
        name = safe(lesson.header.path.name, limit=60)
        under = "" if seed is None else f" under seed {seed}"
        click.echo(f"running {len(cells)} cells of {name}{under} …", err=True)
    return run(lesson, cells, seed)


@main.command()
@click.argument("lesson")
@click.option(
    "--to",
    "kind",
    required=True,
    type=click.Choice(["ipynb", "html"]),
    help="A notebook for Jupyter, or a page that stands alone.",
)
@click.option("--output", type=FILE, help="The file to write; NAME.ipynb or NAME.html here, unless set.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--no-run", is_flag=True, help="For a page: do not run the cells.")
@plainly
def export(lesson: str, kind: str, output: Path | None, force: bool, no_run: bool) -> None:
    """Write a lesson, given by its id or its file, as a notebook or as a page.

    The notebook is not run. For the page the cells are run, as you, in a process of their own, and what they
    give stands in it.
    """
    from tuilab.authoring import notebook, page
    from tuilab.text import safe

    path = lesson_path(lesson)
    target = output or Path(f"{path.stem}.{kind}")
    if kind == "ipynb":
        notebook.export(path, target, overwrite=force)
    else:
        page.export(path, target, overwrite=force, run=not no_run)
    click.echo(safe(str(target)))
