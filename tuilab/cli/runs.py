"""Runs: which there are, watching one, and steering one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuilab.cli.command import FILE, main, plainly
from tuilab.errors import TuilabError

if TYPE_CHECKING:
    from tuilab.runs import Run


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
@plainly
def runs(context: click.Context, as_json: bool) -> None:
    """The runs, the newest first: state, step, loss, speed, age and host.

    A run is dead when its process is gone without a last word, and unknown when it ran on another host and
    fell silent: that cannot be told from here.
    """
    if context.invoked_subcommand is not None:
        return
    from tuilab import paths
    from tuilab.runs import runs as every
    from tuilab.tui import run_table

    found = run_table.described(every(paths.runs())[:1000])
    if as_json:
        import json

        click.echo(json.dumps(run_table.entries(found), indent=1, ensure_ascii=False))
    elif not found:
        click.echo("There are no runs yet. `tuilab train` makes one.")
    else:
        click.echo("\n".join(run_table.lines(found)))


@runs.command("export")
@click.argument("run")
@click.option(
    "--to",
    "kind",
    required=True,
    type=click.Choice(["csv", "jsonl", "svg"]),
    help="A table, an object a line, or a drawing.",
)
@click.option("--output", type=FILE, help="The file to write; standard output, unless set.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@plainly
def export(run: str, kind: str, output: Path | None, force: bool) -> None:
    """Write what a run measured, for other programs. TensorBoard opens a run's folder as it is."""
    from tuilab.runs import export as written

    found = _the_run(run)
    match kind:
        case "csv":
            parts = written.as_csv(found)
        case "jsonl":
            parts = written.as_jsonl(found)
        case _:
            from tuilab.tui.run_drawing import drawn

            parts = iter([drawn(found)])
    if output is None:
        for part in parts:
            sys.stdout.write(part)
        return
    try:
        with output.open("w" if force else "x", encoding="utf-8") as file:
            file.writelines(parts)
    except FileExistsError:
        raise TuilabError(f"{output} is there already, and stays as it is. --force writes over it.") from None
    except OSError as error:
        raise TuilabError(f"{output} cannot be written ({error.strerror}).") from None


@main.command()
@click.argument("run", required=False)
@plainly
def attach(run: str | None) -> None:
    """Open a run in the lab, whether it goes on or is over; without a name, the newest that goes on.

    Any number of labs may look at one run. Leaving does not stop it.
    """
    from tuilab.tui.launcher import Opening, require_terminal, run_lab

    found = _the_run(run) if run is not None else _newest_alive()
    require_terminal()
    sys.exit(run_lab(Opening(run=found.path)))


@main.command()
@click.argument("run")
@plainly
def stop(run: str) -> None:
    """Stop a run; what it learned so far is kept, and `resume` goes on with it."""
    found = _the_run(run)
    found.send("stop")
    click.echo(f"{found.name} was asked to stop.")


@main.command()
@click.argument("run")
@plainly
def pause(run: str) -> None:
    """Pause a run after its batch; `resume` lets it go on."""
    found = _the_run(run)
    found.send("pause")
    click.echo(f"{found.name} was asked to pause.")


@main.command()
@click.argument("run")
@click.option("--epochs", type=click.IntRange(1, 10_000), help="How many it shall have in all.")
@click.option("--plain", is_flag=True, help="A line an epoch instead of the lab.")
@click.option("--detach", is_flag=True, help="Leave it training, and come back at once.")
@plainly
def resume(run: str, epochs: int | None, plain: bool, detach: bool) -> None:
    """Go on with a run: one that is paused, or one that was stopped, failed or died.

    That one goes on from its last checkpoint as if nothing had happened. A finished one takes more epochs.
    """
    found = _the_run(run)
    if found.state() == "paused":
        if epochs is not None:
            raise TuilabError(f"{found.name} is paused and goes on with its epochs. Stop it to change them.")
        found.send("resume")
        click.echo(f"{found.name} was asked to go on.")
        return
    if detach:
        from tuilab import training

        training.resume(found, epochs=epochs, attached=False)
        click.echo(detached(found.name))
        return
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tuilab.plain import resume_plainly

        sys.exit(resume_plainly(found, epochs=epochs))
    from tuilab.tui.launcher import Opening, run_lab

    sys.exit(run_lab(Opening(run=found.path, resume=True, epochs=epochs)))


def detached(name: str) -> str:
    """What is said of a run that was left on its own."""
    return f"{name} trains on its own. `tuilab attach {name}` shows it, `tuilab stop {name}` ends it."


def _the_run(name: str) -> "Run":
    from tuilab import paths
    from tuilab.runs import find

    return find(paths.runs(), name)


def _newest_alive() -> "Run":
    from tuilab import paths
    from tuilab.runs import runs as every
    from tuilab.runs.status import ALIVE

    for run in every(paths.runs()):
        if run.state() in ALIVE:
            return run
    raise TuilabError("No run goes on. `tuilab runs` lists those there are, `tuilab train` begins one.")
