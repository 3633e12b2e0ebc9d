"""Models: layers in a row, trained and asked by Keras's four verbs."""

import itertools
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab import data
from tuilab.autodiff import Tensor
from tuilab.data.randomness import generator
from tuilab.errors import ShapeError, TuilabError
from tuilab.nn import losses, metrics, optimizers, weights
from tuilab.nn.layers import Layer
from tuilab.nn.layers.layer import Update
from tuilab.nn.random import checked_seed, next_seed
from tuilab.nn.step import run_step
from tuilab.nn.straight import StraightPath

Array = npt.NDArray[Any]


class History:
    """What `fit` measured: `history["loss"][k]` is the loss of epoch k."""

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def add(self, epoch: int, values: Mapping[str, float]) -> None:
        """Enter the values of an epoch."""
        self.epoch.append(epoch)
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)


class Model:
    """A function with parameters that can be fitted to examples."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = next_seed() if seed is None else checked_seed(seed)
        self.step = Tensor(np.zeros((), np.int64), name="step")
        """How many steps were done: what is drawn at random in a step depends on it."""
        self._optimizer: optimizers.Optimizer | None = None
        self._loss: losses.Loss | None = None
        self.metrics: list[metrics.Metric] = []
        self.stop_training = False
        """Whether training is to end after the epoch under way; callbacks set it."""
        self._path: tuple[data.Batches, StraightPath] | None = None

    @property
    def weights(self) -> list[Tensor]:
        """All that is kept of the layers, in their order."""
        raise NotImplementedError

    @property
    def trainable_weights(self) -> list[Tensor]:
        """The parameters that training moves, in the order of the layers."""
        raise NotImplementedError

    def take_updates(self) -> list[Update]:
        """What a pass in training is to change beside the parameters; forgotten here."""
        raise NotImplementedError

    def compute_loss(self, y: Any, output: Tensor) -> Tensor:
        """The number that a step of training makes smaller."""
        return self.loss(y, output)

    def __call__(self, x: Any, training: bool = False) -> Tensor:
        raise NotImplementedError

    @property
    def optimizer(self) -> optimizers.Optimizer:
        """The optimizer that `compile` set."""
        if self._optimizer is None:
            raise TuilabError("The model is not compiled. Call model.compile(optimizer=…, loss=…) first.")
        return self._optimizer

    @property
    def loss(self) -> losses.Loss:
        """The loss that `compile` set."""
        if self._loss is None:
            raise TuilabError("The model is not compiled. Call model.compile(optimizer=…, loss=…) first.")
        return self._loss

    def compile(
        self,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: str | losses.Loss | None = None,
        metrics: Sequence[str | metrics.Metric] = (),
    ) -> None:
        """Say what moves the parameters, what is to become small, and what is to be measured."""
        if loss is None:
            raise TuilabError('A model needs a loss to be trained: compile(optimizer="adam", loss=…).')
        self._path = None
        self._optimizer = optimizers.get(optimizer)
        self._loss = losses.get(loss)
        self.metrics = [_metrics.get(one, self._loss) for one in metrics]

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int | str = "auto",
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
    ) -> History:
        """Train for `epochs` passes over (x, y), in batches shuffled anew each time.

        `validation_split` sets the last part of the samples aside, before they are shuffled, unless
        there is `validation_data`.
        verbose: 0 silent, 1 or "auto" a line an epoch. Answers the `History`: `loss` and each metric,
        measured while the epoch went on, and `val_…`, measured at its end.
        """
        x, y = np.asarray(x), np.asarray(y)
        if validation_split and validation_data is None:
            (x, y), validation_data = data.split(x, y, validation_split)
        batches = data.Batches(x, y, batch_size, seed=self.seed, shuffle=shuffle)
        history = History()
        for epoch in range(epochs):
            start = time.perf_counter()
            values = self.train_epoch(batches, epoch)
            if validation_data is not None:
                measured = self.evaluate(*validation_data, verbose=0)
                names = ["val_loss", *(f"val_{one.name}" for one in self.metrics)]
                values |= dict(zip(names, np.atleast_1d(measured).tolist(), strict=True))
            history.add(epoch, values)
            if verbose:
                _print_epoch(epoch, epochs, values, time.perf_counter() - start)
        return history

    def train_epoch(self, batches: data.Batches, epoch: int) -> dict[str, float]:
        """One pass over the batches; answers loss and metrics, each sample weighing the same."""
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset()
        if self._path is None or self._path[0] is not batches:
            self._path = batches, StraightPath(self, reused=True)
        for x, y in batches.epoch(epoch, reuse=True):
            step = self._path[1].step(x, y)
            total += step.loss.item() * len(x)
            count += len(x)
            for metric in self.metrics:
                metric.update(y, step.output.data)
        return {"loss": total / count, **{metric.name: metric.result() for metric in self.metrics}}

    def train_on_batch(self, x: Any, y: Any) -> float:
        """One step on one batch; answers its loss before the step."""
        return run_step(self, np.asarray(x), np.asarray(y)).loss.item()

    def evaluate(
        self, x: Any, y: Any, batch_size: int = 1024, verbose: int | str = "auto"
    ) -> float | list[float]:
        """The loss, or [loss, metric, …] where metrics were compiled, over all samples."""
        x, y = np.asarray(x), np.asarray(y)
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset()
        for one_x, one_y in data.Batches(x, y, batch_size, shuffle=False).epoch(0):
            output = self(one_x)
            total += self.loss(one_y, output).item() * len(one_x)
            count += len(one_x)
            for metric in self.metrics:
                metric.update(one_y, output.data)
        values = [total / count, *(metric.result() for metric in self.metrics)]
        if verbose:
            names = ["loss", *(metric.name for metric in self.metrics)]
            print("  ".join(f"{name} {value:.4f}" for name, value in zip(names, values, strict=True)))
        return values if self.metrics else values[0]

    def predict(self, x: Any, batch_size: int = 1024) -> Array:
        """The model's outputs for x, an array of shape (samples, …)."""
        x = np.asarray(x)
        if x.ndim == 0 or len(x) == 0:
            raise ShapeError(f"predict needs at least one sample. It was given the shape {x.shape}.")
        parts = [self(x[begin : begin + batch_size]).data for begin in range(0, len(x), batch_size)]
        return np.concatenate(parts)

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


_metrics = metrics


class Sequential(Model):
    """Layers in a row, each fed by the one before.

    The parameters are made when the first input comes, or by `build`. `seed` decides their first
    values and the order of the batches.
    """

    def __init__(self, layers: Sequence[Layer], seed: int | None = None) -> None:
        super().__init__(seed)
        self.layers = list(layers)
        for one in self.layers:
            if not isinstance(one, Layer):
                raise TuilabError(f"A Sequential model is a list of layers. It was given {one!r}.")
        if len({id(one) for one in self.layers}) < len(self.layers):
            raise TuilabError(
                "A layer stands twice in the model. Make a second one, with its own parameters."
            )
        _name_apart(self.layers)
        self.built = False

    def build(self, input_shape: tuple[int, ...], dtype: npt.DTypeLike = "float32") -> None:
        """Make the parameters for inputs of this shape, without the batch axis."""
        for number, layer in enumerate(self.layers):
            # not seed + number: the second layer would be the first one of the next seed
            seed = int(generator(self.seed, "layer", number).integers(2**62))
            input_shape = layer.prepare(tuple(input_shape), seed, dtype)
            layer.step = self.step
        self.built = True

    @property
    def weights(self) -> list[Tensor]:
        self._must_be_built()
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def trainable_weights(self) -> list[Tensor]:
        self._must_be_built()
        return [weight for layer in self.layers if layer.trainable for weight in layer.trainable_weights]

    def take_updates(self) -> list[Update]:
        return [update for layer in self.layers for update in layer.take_updates()]

    def _must_be_built(self) -> None:
        if not self.built:
            raise TuilabError(
                "The model has no parameters yet. Call it on a batch, or model.build(input_shape)."
            )

    def __call__(self, x: Any, training: bool = False) -> Tensor:
        tensor = x if isinstance(x, Tensor) else Tensor(x)
        if tensor.ndim == 0:
            raise ShapeError("A model needs a batch of samples. It was given a single number.")
        if not self.built:
            self.build(tensor.shape[1:], "float64" if tensor.dtype == np.float64 else "float32")
        for layer in self.layers:
            tensor = layer.call(tensor, training)
        return tensor


def _name_apart(layers: Sequence[Layer]) -> None:
    """Number the layers of one name: dense, dense_1, dense_2."""
    taken = [layer.name for layer in layers]
    for place, layer in enumerate(layers):
        if layer.name in taken[:place]:
            numbered = (f"{layer.name}_{number}" for number in itertools.count(1))
            layer.name = taken[place] = next(name for name in numbered if name not in taken)


def _print_epoch(epoch: int, epochs: int, values: Mapping[str, float], seconds: float) -> None:
    measured = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
    print(f"epoch {epoch + 1}/{epochs}  {seconds:.1f} s  {measured}", file=sys.stdout, flush=True)
