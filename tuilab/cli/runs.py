"""Runs: which there are, and steering one."""

import click

from tuilab.cli.command import main, plainly


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
