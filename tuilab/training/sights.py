"""What there is to see of a training run beside its curves, gathered a few times a second and at every stop.

Digits with the network's guesses, and the worst so far; the length of the gradient by layer, and histograms
of weights and gradients, over time; for a network of two inputs the map of what it decides where.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tuilab import nn
from tuilab.nn.step import TrainStep
from tuilab.training.course import Course

Array = npt.NDArray[Any]

DIGITS = 24
WORST = 8
ROWS = 64
"""Moments that are remembered; when there are more, every second one is let go."""
BINS = 32
SAMPLED = 4096
"""Elements of an array that its histogram is made of, evenly from all of it."""
MAP = 48
"""The decision map has so many fields each way."""
POINTS = 400


class Sight(NamedTuple):
    """A file for viewers."""

    name: str
    arrays: dict[str, Array]
    metadata: dict[str, str]


class Histograms:
    """Histograms of one array over time, all over the same range around zero, which doubles when outgrown."""

    def __init__(self) -> None:
        self.reach = 0.0
        self.rows: list[Array] = []

    def add(self, array: Array) -> None:
        """Add a moment. What is no number is left out."""
        flat = array.reshape(-1)
        values = flat[:: -(-flat.size // SAMPLED)].astype(np.float64)
        values = values[np.isfinite(values)]
        largest = float(np.abs(values).max(initial=0.0))
        if self.reach == 0.0:
            self.reach = 2.0 ** np.ceil(np.log2(largest)) if largest > 0 else 0.0
        while 0.0 < self.reach < largest:
            self.reach *= 2
            self.rows = [_merged(row) for row in self.rows]
        ends = (-self.reach, self.reach) if self.reach else (-1.0, 1.0)
        self.rows.append(np.histogram(values, BINS, ends)[0].astype(np.float32))


class Sights:
    """Gathers what is to be seen of one model, on a few samples of the test set."""

    def __init__(self, model: nn.Model, x: Array, y: Array) -> None:
        self.model = model
        self.x, self.y = x, y
        self.is_pictures = x.ndim == 3
        self.is_plane = x.ndim == 2 and x.shape[1] == 2
        self.steps: list[int] = []
        self.norms: dict[str, list[float]] = {}
        self.histograms: dict[str, Histograms] = {}
        self._worst: list[tuple[float, int, Array, int, int, float]] = []
        self._corners: Array | None = None

    def take(self, course: Course) -> dict[str, float]:
        """Look at the step; answers the length of its gradient by layer."""
        step = course.step
        if step is None or not hasattr(step, "gradients"):
            return {}
        at = course.at + (course.opened is not None)
        while self.steps and self.steps[-1] >= at:  # it was stepped back
            self._forget_last()
        norms = norms_by_layer(self.model, step)
        self.steps.append(at)
        for layer, norm in norms.items():
            self.norms.setdefault(layer, []).append(norm)
        for weight, gradient in zip(self.model.trainable_weights, step.gradients, strict=True):
            if weight.ndim > 1:
                self.histograms.setdefault(f"parameter {weight.name}", Histograms()).add(weight.data)
                self.histograms.setdefault(f"gradient {weight.name}", Histograms()).add(gradient)
        if len(self.steps) > ROWS:
            self._halve()
        if self.is_pictures:
            self._take_worst(step, at)
        return norms

    def shown(self, course: Course) -> Iterator[Sight]:
        """The files, as they are now."""
        step = {"step": str(course.at)}
        if self.is_pictures:
            yield Sight("digits", self._digits(course), {**step, "of": "batch" if course.opened else "test"})
        if self.is_plane:
            yield Sight("map", self._map(), step)
        if self.steps:
            yield Sight("history", self._history(), {**step, "layers": json.dumps(list(self.norms))})
        if self._worst:
            yield Sight("worst", self._worst_arrays(), step)

    def _digits(self, course: Course) -> dict[str, Array]:
        if course.opened is not None:
            opened = course.opened.step
            return _guessed(opened.x[:DIGITS], opened.y[:DIGITS], opened.output.data[:DIGITS])
        x, y = self.x[:DIGITS], self.y[:DIGITS]
        return _guessed(x, y, self.model.predict(x))

    def _take_worst(self, step: TrainStep, at: int) -> None:
        """Keep the samples whose right class the network thought least probable."""
        output = step.output.data
        right = output[np.arange(len(output)), step.y.astype(np.intp)]
        for place in np.argsort(right, kind="stable")[:WORST]:
            guess = int(output[place].argmax())
            if guess != int(step.y[place]):
                sure = float(output[place, guess])
                seen = (float(right[place]), at, step.x[place].copy(), int(step.y[place]), guess, sure)
                self._worst.append(seen)
        self._worst.sort(key=lambda one: one[:2])
        del self._worst[WORST:]

    def _worst_arrays(self) -> dict[str, Array]:
        _, steps, images, labels, guesses, sure = zip(*self._worst, strict=True)
        return {
            "images": np.stack(images),
            "labels": np.array(labels, np.uint8),
            "guesses": np.array(guesses, np.uint8),
            "confidence": np.array(sure, np.float32),
            "steps": np.array(steps, np.int64),
        }

    def _map(self) -> dict[str, Array]:
        """What is decided in each field of the plane, the top row first, and how surely; and some points."""
        if self._corners is None:
            low, high = self.x.min(0), self.x.max(0)
            edge = 0.15 * (high - low)
            self._corners = np.stack([low - edge, high + edge]).astype(np.float32)
        (left, bottom), (right, top) = self._corners
        middle = (np.arange(MAP, dtype=np.float32) + 0.5) / MAP
        across, up = np.meshgrid(left + (right - left) * middle, top - (top - bottom) * middle)
        fields = np.stack([across.reshape(-1), up.reshape(-1)], axis=1).astype(np.float32)
        output = self.model.predict(fields, batch_size=MAP * MAP)
        return {
            "classes": output.argmax(1).astype(np.uint8).reshape(MAP, MAP),
            "confidence": output.max(1).astype(np.float32).reshape(MAP, MAP),
            "corners": self._corners,
            "points": self.x[:POINTS].astype(np.float32),
            "labels": self.y[:POINTS].astype(np.uint8),
        }

    def _history(self) -> dict[str, Array]:
        arrays: dict[str, Array] = {
            "steps": np.array(self.steps, np.int64),
            "norms": np.array(list(self.norms.values()), np.float64),
        }
        for name, found in self.histograms.items():
            arrays[f"histogram {name}"] = np.stack(found.rows)
            arrays[f"reach {name}"] = np.array([found.reach])
        return arrays

    def _lists(self) -> Iterator[list[Any]]:
        yield self.steps
        yield from self.norms.values()
        for found in self.histograms.values():
            yield found.rows

    def _forget_last(self) -> None:
        for one in self._lists():
            one.pop()

    def _halve(self) -> None:
        """Let every second moment go, but not the last."""
        for one in self._lists():
            one[:] = one[-1::-2][::-1]


def norms_by_layer(model: nn.Model, step: TrainStep) -> dict[str, float]:
    """The length of the gradient by each layer's parameters."""
    squares: dict[str, float] = {}
    for weight, gradient in zip(model.trainable_weights, step.gradients, strict=True):
        layer = str(weight.name).rpartition("/")[0] or str(weight.name)
        flat = gradient.reshape(-1).astype(np.float64)
        squares[layer] = squares.get(layer, 0.0) + float(flat @ flat)
    return {layer: float(np.sqrt(square)) for layer, square in squares.items()}


def _guessed(x: Array, y: Array, output: Array) -> dict[str, Array]:
    return {
        "images": np.ascontiguousarray(x),
        "labels": y.astype(np.uint8),
        "guesses": output.argmax(1).astype(np.uint8),
        "confidence": output.max(1).astype(np.float32),
    }


def _merged(row: Array) -> Array:
    """A histogram over twice the range."""
    wider = np.zeros_like(row)
    quarter = len(row) // 4
    wider[quarter:-quarter] = row.reshape(-1, 2).sum(1)
    return wider
