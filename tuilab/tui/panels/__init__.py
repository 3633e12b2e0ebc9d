"""The panels of a lesson's step, each in a file of its own: what acts on a cell, an exercise or a directive.

`PANELS` names the class of each directive; a class is imported when a step first asks for it, so that opening
a lesson stays quick.
"""

import importlib
from collections.abc import Mapping

from tuilab.lesson.model import Directive
from tuilab.tui.panels.panel import Host, Panel, Stand

__all__ = ["PANELS", "Host", "Panel", "Stand", "panel_for"]

PANELS: Mapping[str, str] = {
    "lab:predict": "predict:PredictPanel",
    "lab:quiz": "quiz:QuizPanel",
    "lab:graph": "graph:GraphPanel",
    "lab:kernel": "kernel:KernelPanel",
    "lab:params": "params:ParamsPanel",
    "lab:plot": "plot:PlotPanel",
    "lab:step": "step:StepPanel",
    "lab:race": "race:RacePanel",
}
"""By the name of a directive: `module:Class` within this package. `lab:train` is not among them: one run goes
on through all steps of a lesson, so the screen keeps its panel."""


def panel_for(directive: Directive, host: Host) -> Panel | None:
    """The panel that acts on a directive, or None where there is none or the directive has a problem."""
    if directive.problem or directive.name not in PANELS:
        return None
    module, _, name = PANELS[directive.name].partition(":")
    made: Panel = getattr(importlib.import_module(f"tuilab.tui.panels.{module}"), name)(directive, host)
    return made
