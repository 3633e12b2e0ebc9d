"""Compiling what training needs before it is needed."""

import sys
import time


def warmup() -> None:
    """Compile every kernel that training uses, a line each; those kept from before are only loaded."""
    import numpy as np

    from tuilab import data, paths
    from tuilab.data import drawn_digits
    from tuilab.kernels import jit
    from tuilab.training.config import LEARNING_RATES
    from tuilab.training.models import MODELS

    compiled: list[float] = []

    def tell(kernel: str, seconds: float | None) -> None:
        if seconds is None:
            print(f"compiling {kernel} …", end="", flush=True)
        else:
            compiled.append(seconds)
            print(f" {seconds:.1f} s", flush=True)

    start = time.perf_counter()
    with jit.compile_listener(tell):
        drawn_digits.draw(10)
        x, y = np.zeros((8, 28, 28), np.uint8), np.arange(8, dtype=np.uint8)
        for model in MODELS.values():
            for optimizer in LEARNING_RATES:
                made = model(0)
                made.compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"])
                made.train_epoch(data.Batches(x, y, 4), 0)
                made.evaluate(x, y, verbose=0)
    seconds = time.perf_counter() - start
    what = f"{len(compiled)} kernels compiled" if compiled else "all kernels were compiled already"
    print(f"{what}, {seconds:.1f} s; kept in {paths.kernels()}", file=sys.stdout)
