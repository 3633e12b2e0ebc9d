"""Models: functions with parameters, trained and asked by Keras's four verbs."""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab import data
from tuilab.autodiff import Tensor
from tuilab.data.nested import first, leaves, mapped
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import losses, metrics, optimizers, summary, weights
from tuilab.nn.callbacks import Callback, CallbackList, History
from tuilab.nn.graph import Graph
from tuilab.nn.layers import Layer
from tuilab.nn.objective import Objective
from tuilab.nn.random import checked_seed, next_seed
from tuilab.nn.step import run_step
from tuilab.nn.straight import StraightPath

Array = npt.NDArray[Any]
Metrics = Sequence[Any] | Mapping[str, Any]


class Model(Layer):
    """A function with parameters that can be fitted to examples.

    Three ways to make one: `Sequential`, layers in a row; `Model(inputs, outputs)`, a graph drawn by calling
    layers on `Input(shape)`, with one or several inputs and outputs, in lists or by names; or a subclass that
    keeps layers as attributes and says in `call(x, training)` what to do with them. A model is a layer too.

    `seed` decides the first parameters and the order of the batches.
    """

    def __init__(
        self, inputs: Any = None, outputs: Any = None, seed: int | None = None, name: str | None = None
    ) -> None:
        super().__init__(name)
        self.seed = self._seed = next_seed() if seed is None else checked_seed(seed)
        self.graph: Graph | None = None
        """How the layers of a functional model feed each other."""
        self._layers: list[Layer] = []
        self._optimizer: optimizers.Optimizer | None = None
        self._objective: Objective | None = None
        self.stop_training = False
        """Whether training is to end after the epoch under way; callbacks set it."""
        self._path: tuple[data.Batches, StraightPath] | None = None
        if inputs is not None or outputs is not None:
            from tuilab.nn.sequential import name_apart

            self.graph = Graph(inputs, outputs)
            self._layers = self.graph.layers
            name_apart(self._layers)
            self._build_graph("float32")

    def _build_graph(self, dtype: npt.DTypeLike) -> None:
        assert self.graph is not None
        self._dtype = dtype
        self.graph.build({id(layer): self.seed_of(layer) for layer in self._layers}, dtype)
        self.built_for = [one.shape for one in self.graph.entries]
        for layer in self._layers:
            layer.count_steps_by(self.step)

    def call(self, x: Any, training: bool = False) -> Any:
        if self.graph is None:
            raise TuilabError("A model that is neither drawn nor Sequential says in `call` what it computes.")
        return self.graph.run(x, training)

    def run(self, x: Any, training: bool = False) -> Any:
        if isinstance(x, Mapping):
            return self.call(x, training)
        return super().run(x, training)

    def output_shape(self, input_shape: Any) -> Any:
        if self.graph is None:
            raise TuilabError(f"{self.name}: the shape of its output is known once it is called.")
        ends = [one.shape for one in self.graph.ends]
        return ends if isinstance(self.graph.outputs, list | tuple) else ends[0]

    def prepare(self, input_shape: Any, seed: int, dtype: npt.DTypeLike = "float32") -> Any:
        if self.graph is not None:
            return self.output_shape(input_shape)
        if self.built_for is None:
            self._dtype = dtype
            self.build(input_shape)
            self.built_for = input_shape
        return None

    @property
    def layers(self) -> list[Layer]:
        """The layers, in their order."""
        return list(self.parts())

    @property
    def is_row(self) -> bool:
        """Whether each layer is fed by the one before."""
        return self.graph is None and bool(self._layers)

    def get_layer(self, name: str) -> Layer:
        """The layer of that name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise TuilabError(
            f"There is no layer {name!r}. There are {', '.join(one.name for one in self.layers)}."
        )

    def summary(self) -> None:
        """Print the layers with their output shapes and parameters."""
        print(summary.summary(self), file=sys.stdout)

    # What is to be done ---------------------------------------------------------------------------

    def compile(
        self,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: Any = None,
        metrics: Metrics = (),
        loss_weights: Sequence[float] | Mapping[str, float] | None = None,
    ) -> None:
        """Say what moves the parameters, what is to become small, and what is to be measured.

        For several outputs `loss`, `metrics` and `loss_weights` are lists, or mappings by the outputs' names;
        one loss alone holds for every output.
        """
        if loss is None:
            raise TuilabError('A model needs a loss to be trained: compile(optimizer="adam", loss=…).')
        self._path = None
        self._optimizer = optimizers.get(optimizer)
        names = list(self.graph.outputs) if self.graph and isinstance(self.graph.outputs, Mapping) else None
        self._objective = Objective(loss, metrics, loss_weights, names)

    @property
    def optimizer(self) -> optimizers.Optimizer:
        """The optimizer that `compile` set."""
        if self._optimizer is None:
            raise TuilabError("The model is not compiled. Call model.compile(optimizer=…, loss=…) first.")
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer: str | optimizers.Optimizer) -> None:
        """Let another optimizer move the parameters from now on; it remembers nothing of them yet."""
        self._path = None
        self._optimizer = optimizers.get(optimizer)

    @property
    def objective(self) -> Objective:
        """The losses and metrics that `compile` set."""
        if self._objective is None:
            raise TuilabError("The model is not compiled. Call model.compile(optimizer=…, loss=…) first.")
        return self._objective

    @property
    def loss(self) -> losses.Loss:
        """The loss that `compile` set; the first one of several."""
        return self.objective.losses[0]

    @property
    def metrics(self) -> list[metrics.Metric]:
        """What is measured beside the loss."""
        return [] if self._objective is None else self._objective.metrics

    def compute_loss(self, y: Any, output: Any) -> Tensor:
        """The number that a step of training makes smaller: the loss, and what the regularizers add."""
        total = self.objective.loss(y, output)
        for one in self.losses:
            total = total + one
        return total

    # The four verbs -------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Iterable[Callback] = (),
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> History:
        """Train for `epochs` passes over (x, y), in batches shuffled anew each time.

        x and y are arrays, or lists or mappings of arrays for several inputs and outputs.
        `validation_split` sets the last part of the samples aside, before they are shuffled, unless
        there is `validation_data`.
        verbose: 0 silent, 1 or "auto" a line an epoch. Answers the `History`: `loss` and each metric,
        measured while the epoch went on, and `val_…`, measured at its end.
        """
        x, y = mapped(np.asarray, x), mapped(np.asarray, y)
        if validation_split and validation_data is None:
            (x, y), validation_data = data.split(x, y, validation_split)
        batches = data.Batches(x, y, batch_size, seed=self.seed, shuffle=shuffle)
        history = History()
        hooks = CallbackList([*callbacks, history], self)
        self.stop_training = False
        hooks.on_train_begin()
        values: dict[str, float] = {}
        for epoch in range(initial_epoch, epochs):
            start = time.perf_counter()
            hooks.on_epoch_begin(epoch)
            values = self.train_epoch(batches, epoch, hooks)
            if validation_data is not None:
                measured = np.atleast_1d(self.evaluate(*validation_data, verbose=0)).tolist()
                values |= {f"val_{name}": one for name, one in zip(self._names(), measured, strict=True)}
            hooks.on_epoch_end(epoch, values)
            if verbose:
                _print_epoch(epoch, epochs, values, time.perf_counter() - start)
            if self.stop_training:
                break
        hooks.on_train_end(values)
        return history

    def train_epoch(
        self, batches: data.Batches, epoch: int, hooks: CallbackList | None = None
    ) -> dict[str, float]:
        """One pass over the batches; answers loss and metrics, each sample weighing the same."""
        total, count = 0.0, 0
        objective = self.objective
        objective.reset()
        if self._path is None or self._path[0] is not batches:
            self._path = batches, StraightPath(self, reused=True)
        wants_batches = hooks is not None and hooks.wants_batches
        for number, (x, y) in enumerate(batches.epoch(epoch, reuse=True)):
            if wants_batches and hooks is not None:
                hooks.on_train_batch_begin(number)
            step = self._path[1].step(x, y)
            samples = len(first(x))
            loss = step.loss.item()
            total += loss * samples
            count += samples
            objective.measure(y, step.output)
            if wants_batches and hooks is not None:
                hooks.on_train_batch_end(number, {"loss": loss})
        return {"loss": total / count, **{metric.name: metric.result() for metric in self.metrics}}

    def train_on_batch(self, x: Any, y: Any) -> float:
        """One step on one batch; answers its loss before the step."""
        return run_step(self, mapped(np.asarray, x), mapped(np.asarray, y)).loss.item()

    def evaluate(
        self, x: Any, y: Any, batch_size: int = 1024, verbose: int | str = "auto"
    ) -> float | list[float]:
        """The loss, or [loss, metric, …] where metrics were compiled, over all samples."""
        x, y = mapped(np.asarray, x), mapped(np.asarray, y)
        total, count = 0.0, 0
        objective = self.objective
        objective.reset()
        for one_x, one_y in data.Batches(x, y, batch_size, shuffle=False).epoch(0):
            output = self.run(one_x)
            samples = len(first(one_x))
            total += self.compute_loss(one_y, output).item() * samples
            count += samples
            objective.measure(one_y, output)
        values = [total / count, *(metric.result() for metric in self.metrics)]
        if verbose:
            print("  ".join(f"{name} {one:.4f}" for name, one in zip(self._names(), values, strict=True)))
        return values if self.metrics else values[0]

    def predict(self, x: Any, batch_size: int = 1024) -> Any:
        """The model's outputs for x: an array of shape (samples, …), or as many as there are outputs."""
        x = mapped(np.asarray, x)
        if first(x).ndim == 0 or len(first(x)) == 0:
            raise ShapeError(f"predict needs at least one sample. It was given the shape {first(x).shape}.")
        parts = [
            mapped(_array, self.run(_part(x, begin, batch_size)))
            for begin in range(0, len(first(x)), batch_size)
        ]
        if not isinstance(parts[0], Mapping | list):
            return np.concatenate(parts)
        joined = iter([np.concatenate(pieces) for pieces in zip(*map(leaves, parts), strict=True)])
        return mapped(lambda _: next(joined), parts[0])

    def _names(self) -> list[str]:
        return ["loss", *(metric.name for metric in self.metrics)]

    # Parameters -----------------------------------------------------------------------------------

    def _built_weights(self) -> list[Tensor]:
        if self.built_for is None and any(layer.built_for is None for layer in self.layers):
            raise TuilabError(
                "The model has no parameters yet. Call it on a batch, or model.build(input_shape)."
            )
        return super().weights

    @property
    def weights(self) -> list[Tensor]:
        """All that is kept of the layers, in their order."""
        return self._built_weights()

    def get_weights(self) -> list[Array]:
        """Copies of all parameters, in the order of the layers."""
        return [one.data.copy() for one in self.weights]

    def set_weights(self, values: Sequence[Any]) -> None:
        """Put values into the parameters, in the order of `get_weights`."""
        weights.assign(self.weights, [np.asarray(value) for value in values])

    def save_weights(self, path: str | Path) -> None:
        """Write all parameters to a safetensors file."""
        weights.save(Path(path), self.weights)

    def load_weights(self, path: str | Path) -> None:
        """Read all parameters from a safetensors file of the same model."""
        weights.load(Path(path), self.weights)


def _part(x: Any, begin: int, count: int) -> Any:
    return mapped(lambda one: one[begin : begin + count], x)


def _array(tensor: Any) -> Array:
    found: Array = tensor.data
    return found


def _print_epoch(epoch: int, epochs: int, values: Mapping[str, float], seconds: float) -> None:
    measured = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
    print(f"epoch {epoch + 1}/{epochs}  {seconds:.1f} s  {measured}", file=sys.stdout, flush=True)
