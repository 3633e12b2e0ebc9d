"""A child of `networks`: trains one of our networks through `model.fit`.

python -m tuilab.bench.fit_ours MODEL DATA SAMPLES EPOCHS
"""

import sys
import time

from tuilab import data
from tuilab.bench.networks import BATCH, report
from tuilab.nn import callbacks
from tuilab.training.models import MODELS


class Clock(callbacks.Callback):
    """Takes the time of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._start = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.seconds.append(time.perf_counter() - self._start)


def main(name: str, which: str, samples: int, epochs: int) -> None:
    """Train, and print what came of it."""
    (x, y), _ = data.load(which)
    x, y = x[:samples], y[:samples]
    model, clock = MODELS[name](0), Clock()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[clock])
    report(len(x), clock.seconds, x.nbytes + y.nbytes)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
