"""This machine: compiling for it, and measuring it."""

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
