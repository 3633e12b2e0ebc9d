"""The training loop as a sequence of phases, and the process that runs it.

Only what starts and judges a process is here: that needs no Numba.
"""

from tuilab.training.process import begin, describe_exit, let_go, resume, start

__all__ = ["begin", "describe_exit", "let_go", "resume", "start"]
