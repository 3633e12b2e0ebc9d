"""Sweeps: many runs over a grid or a random choice of settings, each a run directory in one folder.

The folder is all that there is: whoever starts a sweep again, or one of its runs on another machine that
shares the folder, looks there at what is done, and does the rest.
"""

from tuilab.sweeps.folder import Sweep
from tuilab.sweeps.runner import run_all, run_one
from tuilab.sweeps.spec import Spec, read

__all__ = ["Spec", "Sweep", "read", "run_all", "run_one"]
