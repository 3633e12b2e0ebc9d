"""The command itself: what it is called with, and how an ordinary mistake is said."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from tuilab import __version__
from tuilab.errors import TuilabError

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
