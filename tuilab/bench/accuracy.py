"""How well the three networks read MNIST's test set, over ten seeds, and how long they train for that.

Adam, batches of 128, and a rate that falls from 4e-3 to 0 along half a wave of the cosine, over five epochs.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tuilab.bench import Figure
from tuilab.bench.training import data_here
from tuilab.nn import callbacks, optimizers, schedules

LEAST = {"mlp": 0.978, "convnet": 0.990, "lstm": 0.975}
"""Mean test accuracy after five epochs that each network is to reach."""
MARKS = (0.97, 0.98, 0.99)
EPOCHS, SEEDS, BATCH, LOOKS = 5, 10, 128, 4
HIGHEST_RATE = 4e-3


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


class Looking(callbacks.Callback):
    """Asks four times an epoch how well the network reads the test set, while the clock stands still."""

    def __init__(self, test: Any, batches: int) -> None:
        super().__init__()
        self.test, self.places = test, {batches * (look + 1) // LOOKS - 1 for look in range(LOOKS)}
        self.found: list[tuple[float, float]] = []
        self._seconds, self._since = 0.0, 0.0

    def on_train_begin(self, logs: object = None) -> None:
        self._since = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        if batch in self.places:
            self._seconds += time.perf_counter() - self._since
            x, y = self.test
            accuracy = self.model.evaluate(x, y, verbose=0)[1]  # type: ignore[index]
            self.found.append((self._seconds, float(accuracy)))
            self._since = time.perf_counter()


def _train(name: str, seed: int, train: Any, test: Any) -> list[tuple[float, float]]:
    """Seconds of training and accuracy at each look."""
    from tuilab.training.models import MODELS

    (x, y), batches = train, -(-len(train[0]) // BATCH)
    model, looking = MODELS[name](seed), Looking(test, batches)
    rate = schedules.CosineDecay(HIGHEST_RATE, batches * EPOCHS)
    model.compile(optimizers.Adam(rate), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=[looking])
    return looking.found
