"""Where a loss that exploded began to: the batch and the parameter whose gradient outgrew all before it."""

from dataclasses import dataclass

import numpy as np

from tuilab.text import number
from tuilab.training.course import Course

LOOK_BACK = 64
"""Batches that are done again to find it."""
OUTGREW = 100.0
"""How many times its median so far a gradient's length is when it has blown up."""


@dataclass(frozen=True, slots=True)
class Blamed:
    """The first gradient that blew up: whose, where, how long, and how long it was before."""

    parameter: str
    step: int
    batch: int
    epoch: int
    norm: float
    usual: float

    @property
    def sentence(self) -> str:
        """It in words."""
        return (
            f"The gradient of {self.parameter} blew up first, at batch {self.batch} of epoch {self.epoch}: "
            f"its length was {number(self.norm)}, before it {number(self.usual)}."
        )


def first_to_explode(course: Course) -> Blamed | None:
    """Do the last batches of a course again, and find the gradient that blew up first; None where none did.

    In one batch the way back goes from the loss to the first layer, so of several the last one was first.
    """
    end = course.at
    course.go(max(course.ring.first, end - LOOK_BACK))
    names = [str(weight.name) for weight in course.model.trainable_weights]
    seen: list[list[float]] = [[] for _ in names]
    for step in course.straight():
        for place in range(len(names) - 1, -1, -1):
            norm = float(np.linalg.norm(step.gradients[place].astype(np.float64)))
            before = seen[place]
            usual = float(np.median(before)) if before else norm
            if not np.isfinite(norm) or norm > OUTGREW * usual > 0:
                trainer = course.trainer
                return Blamed(names[place], course.at, trainer.batch, trainer.epoch, norm, usual)
            before.append(norm)
        if course.at >= end:
            break
    return None
