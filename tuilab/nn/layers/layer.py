"""What every layer is."""

import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.autodiff import Tensor, ops
from tuilab.data.randomness import generator
from tuilab.errors import ShapeError
from tuilab.nn.initializers import Initializer
from tuilab.nn.layers.symbol import Node, Symbol, is_symbolic
from tuilab.nn.random import next_seed
from tuilab.nn.regularizers import Regularizer

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Update = tuple[Array, Array]
"""An array, and what is to be put into it."""


def apply_updates(updates: Sequence[Update]) -> None:
    """Put each value where it belongs."""
    for array, value in updates:
        array[...] = value


class _Calls(threading.local):
    def __init__(self) -> None:
        self.under_way: list[Layer] = []


_calls = _Calls()


class Layer:
    """A function of a tensor, with parameters.

    A subclass writes `call(x)`, and `build(input_shape)` if it has parameters, which it makes with
    `add_weight`. Shapes are without the batch axis. A layer is built once, by the first input it sees. Layers
    that it keeps as attributes, or in lists of them, are its parts: their parameters are its own.

    What a step of training changes beside the parameters, as batch normalization's moving means, is handed to
    `later`. What it draws at random is drawn for the number of the step, `self.step`, so that a step done
    again is the same.
    """

    trainable = True
    """Whether training moves the parameters."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name or re.sub(r"(?<!^)(?=[A-Z][a-z])", "_", type(self).__name__).lower()
        self.step = Tensor(np.zeros((), np.int64), name="step")
        self.built_for: Any = None
        self._trained: list[Tensor] = []
        self._kept: list[Tensor] = []
        self._regularized: list[tuple[Tensor, Regularizer]] = []
        self._later: list[Update] = []
        self._seed = 0
        self._dtype: npt.DTypeLike = "float32"

    def build(self, input_shape: Shape) -> None:
        """Make the parameters for inputs of this shape."""

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """The layer's output."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the output for an input of this shape."""
        return input_shape

    # Parts and parameters -------------------------------------------------------------------------

    def parts(self) -> Iterator["Layer"]:
        """The layers that are attributes of this one, or stand in lists of them, each once."""
        seen: set[int] = set()
        for value in vars(self).values():
            for one in value if isinstance(value, list | tuple) else (value,):
                if isinstance(one, Layer) and id(one) not in seen:
                    seen.add(id(one))
                    yield one

    @property
    def trainable_weights(self) -> list[Tensor]:
        """The parameters that training moves: its own, then those of its parts."""
        if not self.trainable:
            return []
        return _once([*self._trained, *(one for part in self.parts() for one in part.trainable_weights)])

    @property
    def non_trainable_weights(self) -> list[Tensor]:
        """What is kept but not trained: moving means, and the parameters of frozen layers."""
        trained = {id(one) for one in self.trainable_weights}
        return [one for one in self.weights if id(one) not in trained]

    @property
    def weights(self) -> list[Tensor]:
        """All that is kept of the layer: parameters, and what is not trained but gathered."""
        return _once([*self._trained, *self._kept, *(one for part in self.parts() for one in part.weights)])

    def count_params(self) -> int:
        """How many numbers the layer keeps."""
        return sum(weight.size for weight in self.weights)

    def add_weight(
        self,
        name: str,
        shape: Shape,
        initializer: Initializer,
        trainable: bool = True,
        regularizer: Regularizer | None = None,
    ) -> Tensor:
        """Make a parameter, drawn from the layer's seed and the number of the parameter."""
        rng = generator(self._seed, "weights", len(self._trained) + len(self._kept))
        weight = Tensor(initializer(shape, self._dtype, rng), name=f"{self.name}/{name}")
        (self._trained if trainable else self._kept).append(weight)
        if regularizer is not None:
            self._regularized.append((weight, regularizer))
        return weight

    @property
    def losses(self) -> list[Tensor]:
        """What the regularizers add to the loss, its own and its parts'."""
        own = [regularizer(weight) for weight, regularizer in self._regularized]
        return [*own, *(one for part in self.parts() for one in part.losses)]

    def later(self, weight: Tensor, value: Tensor) -> None:
        """Put `value` into `weight` once the step is done, with the update of the parameters."""
        self._later.append((weight.data, value.data))

    def take_updates(self) -> list[Update]:
        """What `later` was handed, here and in the parts, which is forgotten."""
        taken, self._later = self._later, []
        return [*taken, *(one for part in self.parts() for one in part.take_updates())]

    def count_steps_by(self, step: Tensor) -> None:
        """Let this layer and its parts draw for the step that `step` holds."""
        self.step = step
        for part in self.parts():
            part.count_steps_by(step)

    # Calling --------------------------------------------------------------------------------------

    def prepare(self, input_shape: Any, seed: int, dtype: npt.DTypeLike = "float32") -> Any:
        """Build the layer if it is not built yet; answers the shape of its output. For a layer of several
        inputs shapes stand in a list."""
        if self.built_for is None:
            self._seed, self._dtype = seed, dtype
            self.build(input_shape)
            self.built_for = input_shape
        elif self._trained and self.built_for != input_shape:
            raise ShapeError(
                f"Layer {self.name!r} was built for inputs of the shape {self.built_for}. "
                f"It was given {input_shape}."
            )
        return self.output_shape(input_shape)

    def floating(self, x: Tensor) -> Tensor:
        """`x` itself where it holds floating numbers; whole ones become the layer's type."""
        return x if x.dtype.kind == "f" else ops.rescale(x, 1.0)

    def run(self, x: Any, training: bool = False) -> Any:
        """The output, the layer built if it is not yet. What is due after a step is left to the caller."""
        inputs = [_tensor(one) for one in x] if isinstance(x, list | tuple) else _tensor(x)
        first = inputs[0] if isinstance(inputs, list) else inputs
        if first.ndim == 0:
            raise ShapeError(f"Layer {self.name!r} needs a batch axis. It was given a single number.")
        if self.built_for is None:
            self._build_for(inputs, first.dtype)
        _calls.under_way.append(self)
        try:
            return self.call(inputs, training)  # type: ignore[arg-type]
        finally:
            _calls.under_way.pop()

    def _build_for(self, inputs: Any, dtype: np.dtype[Any]) -> None:
        shape = [one.shape[1:] for one in inputs] if isinstance(inputs, list) else inputs.shape[1:]
        if _calls.under_way:
            outer = _calls.under_way[-1]
            self.prepare(shape, outer.seed_of(self), outer._dtype)
            self.count_steps_by(outer.step)
        else:
            self.prepare(shape, next_seed(), "float64" if dtype == np.float64 else "float32")

    def seed_of(self, part: "Layer") -> int:
        """The seed of a part that is built when this layer first calls it."""
        places = [id(one) for one in self.parts()]
        number = places.index(id(part)) if id(part) in places else len(places)
        return int(generator(self._seed, "layer", number).integers(2**62))

    def __call__(self, x: Any, training: bool = False) -> Any:
        if is_symbolic(x):
            return Node(self, x).outputs
        output = self.run(x, training)
        if not _calls.under_way:
            apply_updates(self.take_updates())
            if training:
                self.step.data += 1
        return output


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


def _once(weights: Sequence[Tensor]) -> list[Tensor]:
    return list({id(one): one for one in weights}.values())


__all__ = ["Array", "Layer", "Shape", "Symbol", "Update", "apply_updates"]
