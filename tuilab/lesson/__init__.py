"""Markdown to `Lesson`: the format, its front matter, its directives. Free of Textual and Numba.

    library()            -> list[Header]    every lesson's front matter, the unreadable ones with a `problem`
    load(path)           -> Lesson          one lesson, cut into steps, its exercises gathered
    directives.DIRECTIVES                   the table of what a lesson can ask the lab to do
    Progress()                              what a learner has solved, kept from one visit to the next
    trust.is_trusted(lesson)                whether its code may run: opening a lesson never runs anything

A lesson is MyST Markdown as jupytext reads it (`md:myst`), so that one file is a page, a notebook, a
test and a lesson.
"""

from tuilab.lesson import directives, trust
from tuilab.lesson.library import library
from tuilab.lesson.model import (
    Block,
    CodeCell,
    Directive,
    Exercise,
    Formula,
    Header,
    Lesson,
    Problem,
    Prose,
    Step,
)
from tuilab.lesson.progress import Progress
from tuilab.lesson.reader import load

__all__ = [
    "Block",
    "CodeCell",
    "Directive",
    "Exercise",
    "Formula",
    "Header",
    "Lesson",
    "Problem",
    "Progress",
    "Prose",
    "Step",
    "directives",
    "library",
    "load",
    "trust",
]
