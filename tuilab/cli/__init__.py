"""The command `tuilab`. Nothing heavy is imported before it is known what is asked.

Each file holds the commands of one group; a new one is a function there, or a file with a row here.
Exit codes: 0 well, 1 it failed, 2 asked wrongly, 130 interrupted.
"""

from tuilab.cli import authoring, data, lessons, machine, runs, sweep, training, watch
from tuilab.cli.command import main

__all__ = ["authoring", "data", "lessons", "machine", "main", "runs", "sweep", "training", "watch"]
