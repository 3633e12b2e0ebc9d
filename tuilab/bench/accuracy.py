"""How well the three networks read MNIST's test set, over ten seeds, and how long they train for that.

The clock stands still while the test set is read. Four times an epoch it is asked how far the network is.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tuilab.bench import Figure
from tuilab.bench.training import data_here

LEAST = {"mlp": 0.978, "convnet": 0.990, "lstm": 0.975}
"""Mean test accuracy after five epochs that each network is to reach."""
MARKS = (0.97, 0.98, 0.99)
EPOCHS, SEEDS, BATCH, LOOKS = 5, 10, 128, 4


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Mean accuracy after five epochs, the time they take, and the time to 97, 98 and 99 %."""
    from tuilab import data
    from tuilab.training.models import MODELS

    which = data_here()
    train, test = data.load(which)
    for name in MODELS:
        if not quick:
            _train(name, 0, (train[0][:BATCH], train[1][:BATCH]), test)  # compiles
        runs = [_train(name, seed, train, test) for seed in range(1 if quick else SEEDS)]
        last = [run[-1][1] for run in runs]
        seconds = statistics.mean(run[-1][0] for run in runs)
        note = f"{min(last):.4f} to {max(last):.4f} over {len(runs)} seeds, {seconds:.1f} s of training each"
        yield Figure(
            f"{name}, accuracy on the test set of {which} after {EPOCHS} epochs",
            statistics.mean(last),
            "",
            at_least=LEAST[name] if which == "mnist" else None,
            note=note,
        )
        for mark in MARKS:
            times = [next((at for at, accuracy in run if accuracy >= mark), None) for run in runs]
            reached = [one for one in times if one is not None]
            if reached:
                note = f"{len(reached)} of {len(runs)} seeds reach it"
                yield Figure(f"{name}, training to {mark:.0%}", statistics.mean(reached), "s", note=note)


def _train(name: str, seed: int, train: Any, test: Any) -> list[tuple[float, float]]:
    """Seconds of training and accuracy at each look."""
    from tuilab import data
    from tuilab.training.models import MODELS

    model = MODELS[name](seed)
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    found: list[tuple[float, float]] = []
    (x, y), seconds = train, 0.0
    whole = data.Batches(x, y, BATCH, seed=seed)
    for epoch in range(EPOCHS):
        order = whole.order(epoch)  # as fit has it
        for look in range(LOOKS):
            rows = order[look * len(x) // LOOKS : (look + 1) * len(x) // LOOKS]
            part = data.Batches(x[rows], y[rows], BATCH, shuffle=False)
            start = time.perf_counter()
            model.train_epoch(part, 0)
            seconds += time.perf_counter() - start
            accuracy = model.evaluate(test[0], test[1], verbose=0)[1]  # type: ignore[index]
            found.append((seconds, float(accuracy)))
    return found
