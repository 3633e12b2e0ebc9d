"""For authors of lessons: one to begin with, every fault with its line, the way to a notebook.

    check([path, …])       -> Report     every fault, as `file:line: what and what to do`
    skeleton.create(id)    -> Path       a lesson that works, to be made into another
    notebook.export(path)  -> Path       the lesson as a notebook

It stands above the lab, because a formula is right when the lab can lay it out. It imports no Textual, and
nothing here runs a lesson's code.
"""

from tuilab.authoring.check import Report, check
from tuilab.authoring.fault import Fault

__all__ = ["Fault", "Report", "check"]
