"""Runs as directories: what a training process writes, and others read and steer. Free of Numba."""

from tuilab.runs.control import Command
from tuilab.runs.directory import Run, find, runs
from tuilab.runs.status import Status

__all__ = ["Command", "Run", "Status", "find", "runs"]
