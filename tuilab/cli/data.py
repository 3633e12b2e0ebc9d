"""The data sets."""

import click

from tuilab.cli.command import main, plainly
from tuilab.errors import TuilabError


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
