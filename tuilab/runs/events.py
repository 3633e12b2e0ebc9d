"""The curve of a run: points by step and tag, in TensorBoard's event files. Writer and reader."""

from tuilab.runs.event_reader import EventReader, Point, TextPoint
from tuilab.runs.event_writer import EventWriter

__all__ = ["EventReader", "EventWriter", "Point", "TextPoint"]
