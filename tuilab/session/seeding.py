"""One seed for everything random that a lesson's code may use. For the child only."""

import random
from functools import wraps
from typing import Any

import numpy as np

import tuilab


def fix(seed: int) -> None:
    """Make `random`, NumPy and tuilab the same in every child that is given this seed.

    `numpy.random.default_rng()` asks the system for its seed where it is given none, whatever
    `numpy.random.seed` said. Here the first such generator is the same in each child, and the second is
    another, the same in each child too.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    tuilab.set_random_seed(seed)
    seeds, unseeded = np.random.SeedSequence(seed), np.random.default_rng

    @wraps(unseeded)
    def default_rng(given: Any = None, **named: Any) -> np.random.Generator:
        given = named.pop("seed", given)
        return unseeded(seeds.spawn(1)[0] if given is None else given, **named)

    setattr(np.random, "default_rng", default_rng)  # noqa: B010  (types: its signature is NumPy's own)
