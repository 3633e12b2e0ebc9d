"""A state put back is the run as it was: whatever comes after gives the same bits."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import data, nn
from tuilab.errors import TuilabError
from tuilab.nn.schedules import CosineDecay, LinearWarmup
from tuilab.training.state import State, capture, restore
from tuilab.training.trainer import Trainer

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (52, 6, 6), dtype=np.uint8)
Y = RNG.integers(0, 4, 52).astype(np.uint8)
EPOCHS = 3
SIZE = 10  # five batches and a short one
STEPS = EPOCHS * 6


def mlp() -> list[nn.Layer]:
    return [nn.Flatten(), nn.Rescaling(1 / 255), nn.Dense(8, activation="relu")]


def convnet() -> list[nn.Layer]:
    convolved = [nn.Rescaling(1 / 255), nn.Reshape((6, 6, 1)), nn.Conv2D(3, 3), nn.BatchNormalization()]
    return [*convolved, nn.ReLU(), nn.Flatten(), nn.Dropout(0.3)]


def lstm() -> list[nn.Layer]:
    return [nn.Rescaling(1 / 255), nn.LSTM(5)]


NETWORKS: dict[str, Callable[[], list[nn.Layer]]] = {"mlp": mlp, "convnet": convnet, "lstm": lstm}
OPTIMIZERS: dict[str, Callable[[], nn.optimizers.Optimizer]] = {
    "sgd": lambda: nn.optimizers.SGD(0.1),
    "momentum": lambda: nn.optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipnorm=1.0),
    "adagrad": lambda: nn.optimizers.Adagrad(0.1),
    "rmsprop": lambda: nn.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "amsgrad": lambda: nn.optimizers.Adam(0.01, amsgrad=True, weight_decay=1e-3),
    "adamw": lambda: nn.optimizers.AdamW(CosineDecay(0.01, STEPS, warmup_target=0.02, warmup_steps=4)),
    "warmup": lambda: nn.optimizers.Adam(LinearWarmup(0.02, 3, after=CosineDecay(0.02, STEPS))),
}


def trainer(network: str = "mlp", optimizer: str = "amsgrad", seed: int = 3) -> Trainer:
    model = nn.Sequential([*NETWORKS[network](), nn.Dense(4, activation="softmax")], seed=seed)
    model.compile(OPTIMIZERS[optimizer](), "sparse_categorical_crossentropy", ["accuracy"])
    model.build((6, 6))
    return Trainer(model, data.Batches(X, Y, SIZE, seed=seed), EPOCHS)


def go(trainer: Trainer, batches: int = STEPS) -> Trainer:
    """Train on so many batches, or as many as there are."""
    for _, step in zip(range(batches), trainer.straight(), strict=False):
        trainer.model.metrics[0].update(step.y, step.output.data)
    return trainer


def bits(trainer: Trainer) -> tuple[Any, ...]:
    """All that training goes on from."""
    model = trainer.model
    memory = {name: array.tobytes() for name, array in model.optimizer.get_state().items()}
    weights = [weight.data.tobytes() for weight in model.weights]
    place = (trainer.epoch, trainer.batch, trainer.samples, trainer.step, trainer.batch_size)
    return weights, memory, model.optimizer.learning_rate, place, model.metrics[0].gathered


def carried(state: State) -> State:
    """The state as it comes out of a file: its facts are JSON, its arrays others."""
    return State(
        {name: array.copy() for name, array in state.arrays.items()}, json.loads(json.dumps(state.facts))
    )


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("done", [0, 1, 4, 6, 11])
def test_what_is_done_again_from_a_state_has_the_same_bits(network: str, done: int) -> None:
    one = go(trainer(network), done)
    state = capture(one)
    after = bits(go(one, 5))
    for _ in range(2):
        restore(one, state)
        assert bits(one)[3][3] == done
        assert bits(go(one, 5)) == after


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_restored_elsewhere_ends_as_one_that_ran_straight_through(network: str, optimizer: str) -> None:
    straight = bits(go(trainer(network, optimizer)))
    state = carried(capture(go(trainer(network, optimizer), 8)))
    other = trainer(network, optimizer)
    restore(other, state)
    assert bits(go(other)) == straight


def test_walked_phase_by_phase_it_goes_on_from_a_state_too() -> None:
    one = go(trainer(), 8)
    state = capture(one)
    straight = bits(go(one))[:3]
    restore(one, state)
    assert sum(1 for _ in one) == 5 * (STEPS - 8)
    assert bits(one)[:3] == straight


def test_a_state_does_not_change_with_the_run_that_it_was_taken_from() -> None:
    one = go(trainer("convnet"), 3)
    state = capture(one, {"losses": [1.5]})
    before = copy.deepcopy(state)
    go(one, 4)
    assert restore(one, state) == {"losses": [1.5]}
    go(one, 4)
    assert state.facts == before.facts
    assert all(np.array_equal(array, before.arrays[name]) for name, array in state.arrays.items())


def test_settings_changed_by_hand_come_back_and_go_again() -> None:
    one = go(trainer(), 3)
    early = capture(one)
    one.model.optimizer.learning_rate = 0.5
    late = capture(go(one, 1))
    one.model.optimizer = nn.optimizers.SGD(0.1, momentum=0.5)
    one.batch_size = 7
    changed = bits(go(one, 9))
    restore(one, early)
    assert isinstance(one.model.optimizer, nn.optimizers.Adam)
    assert (one.model.optimizer.learning_rate, one.batch_size) == (0.01, SIZE)
    one.model.optimizer.learning_rate = 0.5
    go(one, 1)
    assert {name: array.tobytes() for name, array in capture(one).arrays.items()} == {
        name: array.tobytes() for name, array in late.arrays.items()
    }
    one.model.optimizer = nn.optimizers.SGD(0.1, momentum=0.5)
    one.batch_size = 7
    assert bits(go(one, 9)) == changed


def test_another_batch_size_leaves_out_no_sample_and_takes_none_twice() -> None:
    seen: list[np.ndarray] = []
    one = trainer()
    one.batches = data.Batches(X, np.arange(len(X)), SIZE, seed=3)
    one.model.metrics.clear()
    for stop in one:
        if stop.phase == "batch":
            seen.append(stop.y.copy())
            stop.y[:] %= 4
        elif stop.phase == "update" and one.step == 2:
            one.batch_size = 7
            assert (one.batch, one.batches_in_epoch) == (2, 2 + 5)
        elif one.epoch == 2:
            break
    assert sorted(np.concatenate(seen[:7])) == list(range(len(X)))


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda facts, arrays: facts.update(model_seed=4), "model_seed is 4"),
        (lambda facts, arrays: facts.update(shuffle_seed=4), "shuffle_seed is 4"),
        (lambda facts, arrays: facts.update(format=99), "format is 99"),
        (lambda facts, arrays: facts.pop("epoch"), "damaged"),
        (lambda facts, arrays: facts.update(step=-1), "damaged"),
        (lambda facts, arrays: facts.update(batch_size="10"), "damaged"),
        (lambda facts, arrays: facts.update(metrics=[{"array": "none"}]), "damaged"),
        (lambda facts, arrays: facts.update(optimizer={"class_name": "Magic", "config": {}}), "Magic"),
        (lambda facts, arrays: facts["optimizer"]["config"].update(speed=1), "Adam"),
        (lambda facts, arrays: facts.update(optimizer=None), "optimizer"),
        (lambda facts, arrays: arrays.pop("model/dense/kernel"), "dense/kernel is not there"),
        (lambda facts, arrays: arrays.update({"model/more": np.zeros(1)}), "more"),
        (lambda facts, arrays: arrays.update({"model/dense/bias": np.zeros(8)}), "float64"),
        (lambda facts, arrays: arrays.pop("optimizer/dense/kernel/m"), "optimizer"),
        (lambda facts, arrays: arrays.update({"optimizer/dense/kernel/m": np.zeros(3)}), "shape"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(
    break_it: Callable[[dict[str, Any], dict[str, Any]], object], told: str
) -> None:
    one = go(trainer(), 3)
    state = carried(capture(go(trainer(), 7)))
    broken = State(dict(state.arrays), dict(state.facts))
    break_it(broken.facts, broken.arrays)  # type: ignore[arg-type]
    before = bits(one)
    with pytest.raises(TuilabError, match=told):
        restore(one, broken)
    assert bits(one) == before


def test_an_optimizer_of_the_users_own_is_refused_in_a_sentence() -> None:
    class Own(nn.optimizers.SGD):
        pass

    one = trainer()
    one.model.optimizer = Own(0.1)
    with pytest.raises(TuilabError, match="Own cannot be kept"):
        capture(one)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_come_back_from_json(name: str) -> None:
    written = json.loads(json.dumps(nn.optimizers.serialize(OPTIMIZERS[name]())))
    assert nn.optimizers.serialize(nn.optimizers.deserialize(written)) == written
