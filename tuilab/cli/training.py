"""Training a network."""

import sys
from pathlib import Path
from typing import Any

import click

from tuilab.cli.command import FILE, main, plainly
from tuilab.cli.runs import detached

DATA = ["mnist", "digits", "moons", "circles", "spirals", "xor", "gaussians", "checkerboard"]


@main.command()
@click.argument("data", default="mnist", type=click.Choice(DATA))
@click.option(
    "--model",
    type=click.Choice(["mlp", "convnet", "lstm", "small"]),
    help="mlp for images and small for points, unless set.",
)
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
@click.option("--noise", type=float, help="Disturb the inputs in training: 0.1 is a tenth of white.")
@click.option("--seed", default=7, type=click.IntRange(0, 2**63 - 1), show_default=True)
@click.option("--threads", type=click.IntRange(1, 1024), help="As many as this machine gives us, unless set.")
@click.option("--plain", is_flag=True, help="A line an epoch instead of the lab.")
@click.option("--json", "json_path", type=FILE, help="Write the result there.")
@click.option("--detach", is_flag=True, help="Leave the run training on its own, and come back at once.")
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(0.01, 1e6),
    help="Seconds between two checkpoints, 10 unless set; there is one at the end of an epoch too.",
)
@click.option("--name", help="The run's name; otherwise one like mnist-mlp-7.")
@plainly
def train(plain: bool, json_path: Path | None, detach: bool, name: str | None, **wanted: Any) -> None:
    """Train a network: in the lab, or with --plain (or without a terminal) in lines of text.

    DATA is mnist, or digits: 60,000 drawn ones that need no network; or a set of points in the plane, for a
    small network whose decisions can be seen as a map.
    """
    config = {key: value for key, value in wanted.items() if value is not None}
    if config.get("learning_rate") is not None and not 0 < config["learning_rate"] < 1e12:
        raise click.BadParameter("it must be a number above 0.", param_hint="--learning-rate")
    if json_path is not None and not json_path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {json_path.absolute().parent}.", param_hint="--json")
    if detach:
        if plain or json_path is not None:
            raise click.UsageError(
                "--detach comes back at once: --plain and --json have nothing to tell then."
            )
        from tuilab import training

        run, _ = training.start(config, name=name, attached=False)
        click.echo(detached(run.name))
        return
    if plain or json_path is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tuilab.plain import train_plainly

        sys.exit(train_plainly(config, name=name, json_path=json_path))
    from tuilab.tui.launcher import Opening, run_lab

    sys.exit(run_lab(Opening(train=config, name=name)))
