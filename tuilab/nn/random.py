"""Seeds: what makes everything random in a model the same at every run. The draws are `data.randomness`'s."""

import os

import numpy as np

from tuilab.data.randomness import generator
from tuilab.errors import TuilabError

_seed: int | None = None
_drawn = 0


def set_random_seed(seed: int) -> None:
    """Make everything random that follows (initial weights, shuffles) the same at every run."""
    global _seed, _drawn
    _seed, _drawn = checked_seed(seed), 0


def checked_seed(seed: int) -> int:
    """`seed` if it is a whole number from 0 to 2**63 - 1."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise TuilabError(f"A seed is a whole number, 0 or more. It was given {seed!r}.")
    return int(seed)


def next_seed() -> int:
    """A seed of its own for each thing made: the same sequence after each `set_random_seed`."""
    global _drawn
    if _seed is None:
        return int.from_bytes(os.urandom(7), "little")
    _drawn += 1
    return int(generator(_seed, "next", _drawn).integers(2**62))
