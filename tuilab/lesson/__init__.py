"""Markdown to `Lesson`: the format, its front matter, its directives. Free of Textual and Numba.

    library()            -> list[Header]    every lesson's front matter, the unreadable ones with a `problem`
    load(path)           -> Lesson          one lesson, cut into steps
    directives.DIRECTIVES                   the table of what a lesson can ask the lab to do

A lesson is MyST Markdown as jupytext reads it (`md:myst`), so that one file is a page, a notebook, a
test and a lesson.
"""

from tuilab.lesson import directives
from tuilab.lesson.library import library
from tuilab.lesson.model import Block, CodeCell, Directive, Formula, Header, Lesson, Prose, Step
from tuilab.lesson.reader import load

__all__ = [
    "Block",
    "CodeCell",
    "Directive",
    "Formula",
    "Header",
    "Lesson",
    "Prose",
    "Step",
    "directives",
    "library",
    "load",
]
