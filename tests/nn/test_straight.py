"""The straight path replays recorded launches; nobody may be able to tell, except by a clock."""

import copy
from collections.abc import Callable

import numpy as np
import pytest

from tuilab import data, nn
from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.step import run_step
from tuilab.nn.straight import TRIALS, StraightPath
from tuilab.training.trainer import Trainer

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (90, 6, 6), dtype=np.uint8)
Y = RNG.integers(0, 10, 90).astype(np.uint8)


def classifier(loss: str = "sparse_categorical_crossentropy", *extra: nn.Layer) -> nn.Sequential:
    layers = [nn.Flatten(), nn.Rescaling(1 / 255), nn.Dense(16, activation="relu"), *extra]
    model = nn.Sequential([*layers, nn.Dense(10, activation="softmax")], seed=3)
    model.compile("adam", loss, ["accuracy"])
    return model


def bits(model: nn.Model) -> list[bytes]:
    return [one.tobytes() for one in model.get_weights()]


class RandomMask(nn.Layer):
    """Draws on the host at every step: what a replay cannot repeat."""

    def __init__(self) -> None:
        super().__init__()
        self.rng = np.random.default_rng(1)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.multiply(x, Tensor(self.rng.integers(0, 2, x.shape).astype(np.float32)))


def trained(
    model: nn.Sequential, step: Callable[[np.ndarray, np.ndarray], object], size: int = 20
) -> list[bytes]:
    for epoch in range(3):
        for x, y in data.Batches(X, Y, size, seed=5).epoch(epoch):
            step(x, y)
    return bits(model)


@pytest.mark.parametrize("size", [20, 30, 90], ids=["a short last batch", "even batches", "one batch"])
def test_it_gives_the_bits_of_the_ordinary_way(size: int) -> None:
    ordinary, straight = classifier(), classifier()
    path = StraightPath(straight)
    expected = trained(ordinary, lambda x, y: run_step(ordinary, x, y), size)
    assert trained(straight, path.step, size) == expected
    assert not path.ordinary


def test_its_results_are_those_of_the_batch_it_was_given() -> None:
    ordinary, straight = classifier(), classifier()
    path = StraightPath(straight)
    for x, y in data.Batches(X, Y, 15, seed=5).epoch(0):
        expected, found = run_step(ordinary, x, y), path.step(x, y)
        assert found.loss.item() == expected.loss.item()
        assert np.array_equal(found.output.data, expected.output.data)
        assert found.x is x
        assert found.y is y
        assert found.phase == "update"


def test_what_is_computed_beside_the_kernels_sends_every_step_the_ordinary_way() -> None:
    loss = "sparse_categorical_crossentropy"
    ordinary, straight = classifier(loss, RandomMask()), classifier(loss, RandomMask())
    path = StraightPath(straight)
    for number, (x, y) in enumerate(data.Batches(X, Y, 15, seed=5).epoch(0)):
        run_step(ordinary, x, y)
        path.step(x, y)
        assert path.ordinary == (number >= 1)
    assert bits(straight) == bits(ordinary)


def test_targets_that_are_converted_on_the_host_are_never_taken_from_an_earlier_batch() -> None:
    targets = np.eye(10, dtype=np.float64)[Y]
    ordinary, straight = classifier("categorical_crossentropy"), classifier("categorical_crossentropy")
    path = StraightPath(straight)
    for x, y in data.Batches(X, targets, 15, seed=5).epoch(0):
        run_step(ordinary, x, y)
        path.step(x, y)
    assert bits(straight) == bits(ordinary)


def test_a_label_out_of_range_is_refused_in_a_replay_too() -> None:
    path = StraightPath(classifier())
    for _ in range(TRIALS + 2):
        path.step(X[:10], Y[:10])
    with pytest.raises(TuilabError, match="there are 10 classes"):
        path.step(X[:10], np.full(10, 10, np.uint8))


def test_parameters_that_were_exchanged_are_noticed() -> None:
    ordinary, straight = classifier(), classifier()
    path = StraightPath(straight)
    for number in range(8):
        if number == 5:
            for model in (ordinary, straight):
                for weight in model.weights:
                    weight.data = weight.data * np.float32(0.5)
                model.optimizer.build(model.weights)
        run_step(ordinary, X[:10], Y[:10])
        path.step(X[:10], Y[:10])
    assert bits(straight) == bits(ordinary)


def test_a_trainer_gives_the_same_bits_stepped_and_straight() -> None:
    models = classifier(), classifier()
    stepped, straight = (Trainer(model, data.Batches(X, Y, 20, seed=9), epochs=2) for model in models)
    phases = [stop.phase for stop in stepped]
    assert phases == ["batch", "forward", "loss", "backward", "update"] * 10
    assert len(list(straight.straight())) == 10
    assert bits(models[0]) == bits(models[1])
    assert (stepped.epoch, stepped.batch, stepped.step) == (straight.epoch, straight.batch, straight.step)


class Turned(nn.Layer):
    """Hands on its input from right to left: a view, which the next kernel needs copied."""

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ops.relu(ops.transpose(ops.relu(ops.transpose(x))))


def test_what_is_copied_for_a_kernel_is_copied_again_in_a_replay() -> None:
    loss = "sparse_categorical_crossentropy"
    ordinary, straight = classifier(loss, Turned()), classifier(loss, Turned())
    path = StraightPath(straight)
    for x, y in data.Batches(X, Y, 15, seed=5).epoch(0):
        run_step(ordinary, x, y)
        path.step(x, y)
    assert bits(straight) == bits(ordinary)
    assert not path.ordinary


@pytest.mark.parametrize(
    "optimizer",
    [
        nn.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        nn.optimizers.RMSprop(clipvalue=0.01),
        nn.optimizers.Adam(global_clipnorm=0.1),
        nn.optimizers.Adam(weight_decay=0.01, clipnorm=0.1),
    ],
    ids=["nesterov", "clipped values", "clipped together", "clipped apart, decay"],
)
def test_the_optimizer_is_replayed_too(optimizer: nn.optimizers.Optimizer) -> None:
    models = classifier(), classifier()
    for model in models:
        model.compile(copy.deepcopy(optimizer), "sparse_categorical_crossentropy")
    path = StraightPath(models[1])
    for number, (x, y) in enumerate(data.Batches(X, Y, 15, seed=5).epoch(0)):
        for model in models:
            model.optimizer.learning_rate = 0.1 / (number + 1)
        run_step(models[0], x, y)
        path.step(x, y)
    assert bits(models[0]) == bits(models[1])
    assert models[0].optimizer.iterations == models[1].optimizer.iterations
    assert not path.ordinary


def test_batches_in_reused_arrays_are_not_copied_and_give_the_same_bits() -> None:
    ordinary, straight = classifier(), classifier()
    path = StraightPath(straight, reused=True)
    batches = data.Batches(X, Y, 20, seed=5)
    for epoch in range(3):
        for x, y in batches.epoch(epoch):
            run_step(ordinary, x, y)
        for x, y in batches.epoch(epoch, reuse=True):
            step = path.step(x, y)
            assert step.x is x
    assert bits(straight) == bits(ordinary)
    assert not path.ordinary
