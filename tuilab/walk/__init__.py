"""Walks: a trace as moves there and back, each with what it takes, its arithmetic, and what that gives.

    walk = Walk(expression("a @ b", names))
    at = walk.next(walk.first)
    walk.move(at).line.written        "1 · 0.5"

Free of Textual and of Numba.
"""

from tuilab.walk.affine import affine
from tuilab.walk.asked import trace_of
from tuilab.walk.descending import descent
from tuilab.walk.journey import LEVELS, At, Level, Move, Walk

__all__ = ["LEVELS", "At", "Level", "Move", "Walk", "affine", "descent", "trace_of"]
