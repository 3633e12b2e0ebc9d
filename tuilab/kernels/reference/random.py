"""Random numbers that are a function of seed, step and place, and dropout by them.

Philox 4x32-10 (J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011)
turns a counter of four 32-bit words and a key of two into four random words, in ten rounds. Nothing is kept
from one number to the next, so each can be had by itself, and again.
"""

import math
from typing import Any

from array_api_compat import array_namespace

Array = Any
WORD = 0xFFFFFFFF
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10


def philox(counter: tuple[Array, Array, Array, Array], key: tuple[Any, Any]) -> tuple[Array, ...]:
    """Four random words from arrays of four words and two; all are int64 that hold 32 bits."""
    a, b, c, d = counter
    k, l = key  # noqa: E741
    for _ in range(ROUNDS):
        p, q = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c  # of 64 bits; what is beyond the sign is wanted too
        a, b, c, d = (q >> 32 & WORD) ^ b ^ k, q & WORD, (p >> 32 & WORD) ^ d ^ l, p & WORD
        k, l = k + WEYL[0] & WORD, l + WEYL[1] & WORD  # noqa: E741
    return a, b, c, d


def dropout(x: Array, seed: Array, step: Array, rate: float = 0.5) -> Array:
    xp = array_namespace(x)
    size = math.prod(x.shape)
    number = xp.arange(-(-size // 4), dtype=xp.int64)
    nothing = xp.zeros_like(number)
    counter = number & WORD, number >> 32, nothing + (step & WORD), nothing + (step >> 32 & WORD)
    words = xp.stack(philox(counter, (seed & WORD, seed >> 32 & WORD)), axis=-1)
    kept = xp.reshape(xp.reshape(words, (-1,))[:size], x.shape) >= round(rate * 2**32)
    return x * (xp.astype(kept, x.dtype) / (1 - rate))
