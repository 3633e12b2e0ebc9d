"""How soon the first point of a run comes, and how good drawn digits are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tuilab.bench import Figure


def train(folder: Path, *options: str, **environment: str) -> dict[str, Any]:
    """Run `tuilab train` in lines of text; answers what it wrote to --json."""
    target = folder / "result.json"
    command = [sys.executable, "-m", "tuilab", "train", *options, "--plain", "--json", str(target)]
    done = subprocess.run(
        command,
        env={**os.environ, "TUILAB_RUNS": str(folder / "runs"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    result: dict[str, Any] = json.loads(target.read_text())
    return result


def data_here() -> str:
    """MNIST where it is on this machine, else drawn digits."""
    from tuilab import data

    return "mnist" if data.path("mnist") is not None else "digits"


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Speed, share of the ceiling, first points, and what drawn digits teach about real ones."""
    which = data_here()
    train(folder, which, "--epochs", "1")  # compile what is not compiled yet
    runs = [train(folder, which, "--epochs", "2") for _ in range(1 if quick else 3)]
    yield Figure(
        "first point, kernels kept", min(float(run["first_point_s"]) for run in runs), "s", at_most=1.5
    )
    if not quick:
        cold = train(folder, which, "--epochs", "1", TUILAB_CACHE=str(folder / "cold"))
        note = f"{cold['compile_s']:.1f} s of it compiling"
        yield Figure("first point, no kernels kept", float(cold["first_point_s"]), "s", at_most=20, note=note)
        if which == "mnist":
            yield Figure(
                "accuracy on MNIST's test set of a model that saw only drawn digits",
                drawn_to_real(),
                "",
                at_least=0.90,
            )


def drawn_to_real(epochs: int = 5) -> float:
    """Train the mlp on drawn digits alone, and measure it on MNIST's test set."""
    from tuilab import data
    from tuilab.training.models import mlp

    (x, y), _ = data.load("digits")
    _, (x_test, y_test) = data.load("mnist")
    model = mlp(7)
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x, y, batch_size=128, epochs=epochs, verbose=0)
    return float(model.evaluate(x_test, y_test, verbose=0)[1])  # type: ignore[index]
