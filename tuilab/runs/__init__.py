"""Runs as directories: what a training process writes, and others read and steer. Free of Numba."""

from tuilab.runs.control import Command
from tuilab.runs.directory import Run, find, runs
from tuilab.runs.events import EventReader, EventWriter, Point, TextPoint
from tuilab.runs.inspect import Tensors, read_tensors, write_tensors
from tuilab.runs.status import Status

__all__ = [
    "Command",
    "EventReader",
    "EventWriter",
    "Point",
    "Run",
    "Status",
    "Tensors",
    "TextPoint",
    "find",
    "read_tensors",
    "runs",
    "write_tensors",
]
