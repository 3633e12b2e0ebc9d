"""Lessons: which there are, and opening one."""

import sys
from pathlib import Path

import click

from tuilab.cli.command import main, plainly
from tuilab.errors import TuilabError


@main.command("open")
@click.argument("lesson")
@plainly
def open_(lesson: str) -> None:
    """Open a lesson by its id (`ch2.first-look`) or its file, or an experiment by its line."""
    from tuilab.experiment import Experiment, is_line
    from tuilab.tui.launcher import Opening, require_terminal, run_lab

    if is_line(lesson):
        experiment = Experiment.read(lesson)
        require_terminal()
        sys.exit(run_lab(Opening(train=experiment.config(), page=experiment.page)))
    path = lesson_path(lesson)
    require_terminal()
    sys.exit(run_lab(Opening(lesson=path)))


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@plainly
def list_(as_json: bool) -> None:
    """The lessons."""
    from tuilab.lesson import library

    headers = library()
    if as_json:
        import json

        names = ("id", "title", "description", "book", "minutes", "steps", "kernels", "problem")
        entries = [{name: getattr(it, name) for name in names} | {"path": str(it.path)} for it in headers]
        click.echo(json.dumps(entries, indent=1, ensure_ascii=False))
        return
    wide = max((len(it.id) for it in headers), default=0)
    for it in headers:
        minutes = f"{it.minutes:>3} min" if it.minutes else " " * 7
        click.echo(f"{it.id:<{wide}}  {minutes}  {it.number:<6} {it.title}".rstrip())
        if it.problem:
            click.echo(f"{'':<{wide}}  cannot be opened: {it.problem}")


def lesson_path(lesson: str) -> Path:
    """The file of a lesson given by its id or its file."""
    from tuilab.lesson import library
    from tuilab.text import nearest, safe

    headers = library()
    for header in headers:
        if header.id == lesson:
            return header.path
    path = Path(lesson)
    if path.suffix == ".md" or path.exists():
        if not path.is_file():
            raise TuilabError(f"There is no file {safe(lesson)}.")
        return path.absolute()
    near = nearest(lesson, [header.id for header in headers])
    advice = f"Did you mean {near}?" if near else "`tuilab list` names them."
    raise TuilabError(f"There is no lesson {safe(lesson, limit=80)!r}. {advice}")
