"""Random numbers that can be drawn again: one stream for each seed, purpose and step.

The generator is counter-based (J. Salmon et al., 2011, Parallel Random Numbers: As Easy as 1, 2, 3), so no
state is carried from one draw to the next, and any draw can be repeated alone.
"""

import hashlib

import numpy as np


def generator(seed: int, purpose: str, step: int = 0) -> np.random.Generator:
    """A Philox generator keyed by `seed` and `purpose`, its counter set by `step`.

    The same three always give the same numbers, in whatever order steps are taken, so any step of a
    run can be done again. Streams of other seeds, purposes and steps are independent of it.

    Raises:
        ValueError: `step` is negative, or not below 2**64.
    """
    if not 0 <= step < 2**64:
        raise ValueError(f"step {step}: expected 0 to 2**64 - 1.")
    key = hashlib.blake2b(f"{int(seed)}/{purpose}".encode(), digest_size=16).digest()
    # The stream of one step is at most 2**192 numbers long, so steps never overlap.
    return np.random.Generator(
        np.random.Philox(key=np.frombuffer(key, "<u8"), counter=np.array([0, 0, 0, step], np.uint64))
    )
