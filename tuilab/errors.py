"""The errors that tuilab raises for a person to read.

A message says what came, what was expected and what to do. The command and the lab print it as it
stands, without a traceback; anything that is not a `TuilabError` is a bug of ours.
"""


class TuilabError(Exception):
    """An ordinary mistake or a circumstance outside the program."""


class ShapeError(TuilabError, ValueError):
    """Arrays whose shapes do not fit an operation."""


class DataError(TuilabError):
    """A data set that is missing, damaged or not what it claims to be."""


class LessonError(TuilabError):
    """A lesson file that cannot be read. `others` are further faults that were found with this one."""

    others: "tuple[LessonError, ...]" = ()


class FormulaError(TuilabError):
    """A formula with a command or a structure that is not known."""


class RunError(TuilabError):
    """A run that does not exist, is damaged, or cannot be steered."""


class SessionError(TuilabError):
    """Lesson code that cannot be run now, or a session that is closed."""
