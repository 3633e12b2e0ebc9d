"""The command `tuilab`. Nothing heavy is imported before it is known what is asked.

Exit codes: 0 well, 1 it failed, 2 asked wrongly, 130 interrupted.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from tuilab import __version__
from tuilab.errors import TuilabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuilab.authoring.running import Outcome
    from tuilab.lesson import CodeCell, Lesson

P = ParamSpec("P")
R = TypeVar("R")
FILE: click.Path = click.Path(dir_okay=False, path_type=Path)


class Ordinary(click.ClickException):
    """An ordinary mistake or circumstance: one sentence, no traceback."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(f"tuilab: {self.format_message()}", file=file or sys.stderr, err=True)


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors that are for people into a sentence on standard error."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except TuilabError as error:
            from tuilab.text import safe

            # Messages name files, and a file's name can hold anything.
            raise Ordinary(safe(str(error), keep_newlines=True)) from None
        except KeyboardInterrupt:
            click.echo("tuilab: interrupted.", err=True)
            sys.exit(130)

    return run


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tuilab", message="%(prog)s %(version)s")
@click.pass_context
@plainly
def main(context: click.Context) -> None:
    """A lab in the terminal for stepping through the mathematics of deep learning.

    Without a command it opens the lab.
    """
    if context.invoked_subcommand is None:
        from tuilab.tui.launcher import run_lab

        sys.exit(run_lab())


@main.command("open")
@click.argument("lesson")
@plainly
def open_(lesson: str) -> None:
    """Open a lesson by its id (`ch2.first-look`) or its file."""
    from tuilab.tui.launcher import Opening, require_terminal, run_lab

    path = _lesson_path(lesson)
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
        click.echo(f"{it.id:<{wide}}  {minutes}  {it.book:<6} {it.title}".rstrip())
        if it.problem:
            click.echo(f"{'':<{wide}}  cannot be opened: {it.problem}")


@main.command("new")
@click.argument("id_", metavar="ID")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), show_default=True)
@plainly
def new(id_: str, folder: Path) -> None:
    """Begin a lesson: a file that works, with one of everything, to be made into yours.

    ID is like `ch2.broadcasting`; the file is then broadcasting.md. What is there already stays as it is.
    """
    from tuilab.authoring import skeleton
    from tuilab.text import safe

    path = safe(str(skeleton.create(id_, folder)))
    click.echo(f"{path} is a lesson with one exercise. Make it yours:")
    for command, what in (
        ("$EDITOR", "change it"),
        ("tuilab check", "names every fault, with its line"),
        ("tuilab open", "shows it as a learner sees it"),
    ):
        click.echo(f"  {command + ' ' + path:<40}  {what}")


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--no-run", is_flag=True, help="Do not run the cells.")
@plainly
def check(paths: tuple[Path, ...], as_json: bool, no_run: bool) -> None:
    """Name every fault of lessons, as `file:line: what and what to do`.

    PATH is a lesson or a folder of lessons. Front matter, directives, exercises, links, formulas, the syntax
    of the cells and the width of their lines are checked. Where all that is well the cells are run, as you,
    in a process of their own: solutions must pass, exercises fail unsolved, and `expect` hold.

    The exit status is 0 without faults, 1 with any.
    """
    from tuilab.authoring import check as look

    report = look(paths, None if no_run else _told)
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
@click.option("--to", "kind", required=True, type=click.Choice(["ipynb"]), help="A notebook for Jupyter.")
@click.option("--output", type=FILE, help="The file to write; NAME.ipynb here, unless set.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@plainly
def export(lesson: str, kind: str, output: Path | None, force: bool) -> None:
    """Write a lesson, given by its id or its file, as a notebook. Nothing is run."""
    from tuilab.authoring import notebook
    from tuilab.text import safe

    path = _lesson_path(lesson)
    target = output or Path(f"{path.stem}.{kind}")
    notebook.export(path, target, overwrite=force)
    click.echo(safe(str(target)))


@main.command()
@click.argument("data", default="mnist", type=click.Choice(["mnist", "digits"]))
@click.option("--model", default="mlp", type=click.Choice(["mlp", "convnet", "lstm"]), show_default=True)
@click.option("--epochs", default=5, type=click.IntRange(1, 10_000), show_default=True)
@click.option("--batch-size", default=128, type=click.IntRange(1, 60_000), show_default=True)
@click.option(
    "--optimizer",
    default="adam",
    type=click.Choice(["adam", "adamw", "rmsprop", "adagrad", "momentum", "nesterov", "sgd"]),
    show_default=True,
)
@click.option(
    "--learning-rate",
    type=float,
    help="0.001 for adam, adamw and rmsprop, 0.1 for sgd and adagrad, 0.01 for the others, unless set.",
)
@click.option("--seed", default=7, type=click.IntRange(0, 2**63 - 1), show_default=True)
@click.option("--threads", type=click.IntRange(1, 1024), help="As many as this machine gives us, unless set.")
@click.option("--plain", is_flag=True, help="A line an epoch instead of the lab.")
@click.option("--json", "json_path", type=FILE, help="Write the result there.")
@click.option("--name", help="The run's name; otherwise one like mnist-mlp-7.")
@plainly
def train(plain: bool, json_path: Path | None, name: str | None, **wanted: Any) -> None:
    """Train a network: in the lab, or with --plain (or without a terminal) in lines of text.

    DATA is mnist, or digits: 60,000 drawn ones that need no network.
    """
    config = {key: value for key, value in wanted.items() if value is not None}
    if config.get("learning_rate") is not None and not 0 < config["learning_rate"] < 1e12:
        raise click.BadParameter("it must be a number above 0.", param_hint="--learning-rate")
    if json_path is not None and not json_path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_path.absolute().parent}.", param_hint="--json")
    if plain or json_path is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tuilab.plain import train_plainly

        sys.exit(train_plainly(config, name=name, json_path=json_path))
    from tuilab.tui.launcher import Opening, run_lab

    sys.exit(run_lab(Opening(train=config, name=name)))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@plainly
def runs(as_json: bool) -> None:
    """The runs, the newest first."""
    from tuilab import paths
    from tuilab.tui.run_list import recent

    lines = recent(paths.runs(), 1000)
    if as_json:
        import json

        entries = [
            {"name": it.name, "state": it.state, "path": str(it.path), **dict(it.facts)} for it in lines
        ]
        click.echo(json.dumps(entries, indent=1, ensure_ascii=False))
        return
    if not lines:
        click.echo("There are no runs yet. `tuilab train` makes one.")
    wide = max((len(it.name) for it in lines), default=0)
    for it in lines:
        facts = dict(it.facts)
        accuracy = facts.get("test accuracy", "")
        accuracy = f"test {accuracy}" if accuracy else ""
        shown = [f"{it.name:<{wide}}", f"{it.state:<9}", f"{accuracy:<11}", facts.get("data", "")]
        click.echo("  ".join(shown).rstrip())


@main.command()
@click.argument("run")
@plainly
def stop(run: str) -> None:
    """Stop a run; what it learned so far is kept."""
    from tuilab import paths
    from tuilab.runs import find

    found = find(paths.runs(), run)
    found.send("stop")
    click.echo(f"{found.name} was asked to stop.")


@main.group()
def data() -> None:
    """The data sets: MNIST, and drawn digits."""


@data.command("list")
@plainly
def data_list() -> None:
    """Which data sets there are, and where they lie on this machine."""
    from tuilab import data as sets

    for name in sets.names():
        where = sets.path(name)
        click.echo(f"{name:<8} {where if where is not None else sets.find(name).absent}")


@data.command("get")
@click.argument("name")
@plainly
def data_get(name: str) -> None:
    """Fetch or make a data set, so that it is there when it is needed."""
    from tuilab import data as sets
    from tuilab.plain import Progress

    with Progress() as progress:
        where = sets.get(name, progress=progress)
    click.echo(str(where))


@data.command("path")
@click.argument("name")
@plainly
def data_path(name: str) -> None:
    """Where a data set lies."""
    from tuilab import data as sets

    where = sets.path(name)
    if where is None:
        raise TuilabError(f"{name} is not on this machine yet. `tuilab data get {name}` fetches it.")
    click.echo(str(where))


@main.command()
@plainly
def warmup() -> None:
    """Compile all kernels now, so that the first training begins at once."""
    from tuilab.training.warmup import warmup as compile_all

    compile_all()


@main.command()
@click.argument(
    "parts",
    nargs=-1,
    type=click.Choice(["kernels", "networks", "training", "learners", "terminal", "accuracy"]),
)
@click.option("--json", "json_path", type=FILE, help="Write the figures there.")
@click.option("--quick", is_flag=True, help="Shorter, and less exact.")
@plainly
def bench(parts: tuple[str, ...], json_path: Path | None, quick: bool) -> None:
    """Measure this machine: training, kernels against NumPy, learners beside scikit-learn, and how fast the
    lab opens.

    PARTS are some of these; all of them unless named.
    """
    from tuilab.bench import main as measure

    sys.exit(measure(json_path=json_path, quick=quick, parts=parts))


def _lesson_path(lesson: str) -> Path:
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
