"""This machine: what it has, compiling for it, and measuring it."""

import sys
from pathlib import Path

import click

from tuilab.cli.command import FILE, main, plainly


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


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@plainly
def doctor(as_json: bool) -> None:
    """Look at what this machine has, and say what to do about what it lacks.

    The exit status is 1 where something keeps tuilab from working well.
    """
    from tuilab.doctor import examine
    from tuilab.text import safe

    found = examine()
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
    else:
        wide = max(len(one.name) for one in found)
        marks = {"good": "✓", "note": "·", "bad": "✗", "unknown": "?"}
        for one in found:
            click.echo(f"{marks[one.verdict]} {one.name:<{wide}}  {safe(one.says, limit=300)}")
            if one.advice:
                click.echo(f"  {'':<{wide}}  {safe(one.advice, limit=300)}")
    sys.exit(1 if any(one.verdict == "bad" for one in found) else 0)
