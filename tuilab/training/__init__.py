"""The training loop as a sequence of phases, and the process that runs it.

Only `start` and `describe_exit` are here: they start and judge a process, and need no Numba.
"""

from tuilab.training.process import describe_exit, start

__all__ = ["describe_exit", "start"]
