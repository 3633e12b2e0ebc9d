"""Callbacks, called as `fit` calls them, with losses that are made up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab import nn
from tuilab.errors import TuilabError
from tuilab.nn import callbacks, schedules

pytestmark = pytest.mark.usefixtures("one_thread")
NAN = float("nan")


def model() -> Any:
    made: Any = nn.Sequential([nn.Dense(1)], seed=0)
    made.build((2,))
    made.compile(nn.optimizers.SGD(0.5), "mse")
    made.stop_training = False
    return made


def train(
    callback: callbacks.Callback, values: Sequence[float], name: str = "val_loss", trained: Any = None
) -> Any:
    """Go through an epoch a value, until one asks to stop; each epoch sets all weights to its number."""
    trained = trained or model()
    history = callbacks.History()
    hooks = callbacks.CallbackList([callback, history], trained)
    hooks.on_train_begin()
    for epoch, value in enumerate(values):
        hooks.on_epoch_begin(epoch)
        trained.set_weights([np.full(one.shape, epoch) for one in trained.get_weights()])
        hooks.on_train_batch_end(0, {"loss": value})
        hooks.on_epoch_end(epoch, {"loss": value, name: value})
        if trained.stop_training:
            break
    hooks.on_train_end()
    return trained, history


def epochs(history: callbacks.History) -> int:
    return len(history.epoch)


@pytest.mark.parametrize(
    ("values", "patience", "until"),
    [
        ([3, 2, 1], 0, 3),
        ([3, 2, 2, 1], 0, 3),
        ([3, 2, 4, 5, 1], 2, 4),
        ([3, 2, 4, 1, 5, 6, 0], 2, 6),
        ([3, NAN, NAN, 1], 2, 3),
        ([NAN, NAN, 1, 2], 3, 4),
    ],
)
def test_training_stops_when_patience_runs_out(values: Any, patience: int, until: int) -> None:
    stopping = callbacks.EarlyStopping(patience=patience)
    trained, history = train(stopping, values)
    assert epochs(history) == until
    assert trained.stop_training == (stopping.stopped_epoch is not None)
    assert trained.get_weights()[0][0] == until - 1


def test_the_best_weights_come_back_even_where_training_was_not_stopped() -> None:
    for values in ([3, 1, 2, 2, 2], [3, 1, 2]):
        stopping = callbacks.EarlyStopping(patience=3, restore_best_weights=True)
        trained, _ = train(stopping, values)
        assert (stopping.best, stopping.best_epoch) == (1, 1)
        np.testing.assert_array_equal(trained.get_weights()[0], 1)


def test_larger_is_better_for_an_accuracy_and_where_told() -> None:
    rising = [0.1, 0.2, 0.3, 0.4]
    for monitor, mode, until in (
        ("val_accuracy", "auto", 4),
        ("val_auc", "auto", 4),
        ("val_loss", "auto", 2),
        ("score", "max", 4),
        ("accuracy", "min", 2),
    ):
        stopping = callbacks.EarlyStopping(monitor, mode=mode)  # type: ignore[arg-type]
        assert epochs(train(stopping, rising, monitor)[1]) == until


def test_a_little_better_is_not_better_and_a_baseline_must_be_passed() -> None:
    assert epochs(train(callbacks.EarlyStopping(min_delta=0.5), [3, 2.8, 2])[1]) == 2
    assert epochs(train(callbacks.EarlyStopping(patience=3), [3, 2.8, 2.9, 2.9, 2.9])[1]) == 5
    assert epochs(train(callbacks.EarlyStopping(patience=3, baseline=1.0), [3, 2.8, 2.9, 2.9, 2.9])[1]) == 3
    assert epochs(train(callbacks.EarlyStopping(start_from_epoch=3), [1, 2, 3, 4, 5])[1]) == 5


def test_a_callback_serves_a_second_training_as_if_new() -> None:
    stopping = callbacks.EarlyStopping()
    assert epochs(train(stopping, [1, 2])[1]) == 2
    assert epochs(train(stopping, [5, 4, 3])[1]) == 3


def test_what_is_watched_must_be_measured() -> None:
    with pytest.raises(TuilabError, match="EarlyStopping watches 'val_acc', and fit measured loss, val_loss"):
        train(callbacks.EarlyStopping("val_acc"), [1])
    with pytest.raises(TuilabError, match="mode is one of auto, min, max"):
        callbacks.EarlyStopping(mode="best")  # type: ignore[arg-type]


@pytest.mark.parametrize("strange", [NAN, float("inf")])
def test_a_loss_that_is_no_number_ends_training(strange: float) -> None:
    assert epochs(train(callbacks.TerminateOnNaN(), [1, strange, 1])[1]) == 2


def test_a_checkpoint_is_kept_of_each_epoch_or_of_the_best_only(tmp_path: Path) -> None:
    train(callbacks.ModelCheckpoint(tmp_path / "all" / "{epoch:02d}-{val_loss:.1f}.safetensors"), [3, 1, 2])
    names = ["01-3.0.safetensors", "02-1.0.safetensors", "03-2.0.safetensors"]
    assert sorted(one.name for one in (tmp_path / "all").iterdir()) == names
    best = tmp_path / "best.safetensors"
    trained, _ = train(callbacks.ModelCheckpoint(best, save_best_only=True), [3, 1, 2, NAN])
    np.testing.assert_array_equal(trained.get_weights()[0], 3)
    trained.load_weights(best)
    np.testing.assert_array_equal(trained.get_weights()[0], 1)
    with pytest.raises(
        TuilabError, match=r"the name may hold \{epoch\} and what fit measured, loss, val_loss"
    ):
        train(callbacks.ModelCheckpoint(tmp_path / "{accuracy}.safetensors"), [1])


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (lambda epoch: 1 / (epoch + 1), [1, 1 / 2, 1 / 3]),
        (lambda epoch, rate: rate / 2, [0.25, 0.125, 0.0625]),
        (schedules.PiecewiseConstantDecay([0, 1], [3, 2, 1]), [3, 2, 1]),
    ],
)
def test_a_scheduler_sets_the_rate_of_each_epoch_and_notes_it(schedule: Any, rates: Any) -> None:
    trained, history = train(callbacks.LearningRateScheduler(schedule), [1, 1, 1])
    assert history.history["learning_rate"] == pytest.approx(rates)
    assert trained.optimizer.learning_rate == pytest.approx(rates[-1])


def test_the_rate_is_reduced_where_the_loss_no_longer_falls() -> None:
    reduce = callbacks.ReduceLROnPlateau(factor=0.5, patience=2, cooldown=1, min_lr=0.1)
    _, history = train(reduce, [5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4])
    # waits for two epochs, rests for one, and goes no lower than told
    expected = [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.1, 0.1, 0.1]
    assert history.history["learning_rate"] == pytest.approx(expected)
    with pytest.raises(TuilabError, match="factor lies between 0 and 1"):
        callbacks.ReduceLROnPlateau(factor=1)


class _Stand:
    """As much of a model as Keras's callbacks ask for."""

    def __init__(self) -> None:
        self.stop_training = False
        self.optimizer: Any = type("Optimizer", (), {"learning_rate": 0.5})()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_patience_and_plateaus_are_those_of_keras(keras: Any, patience: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 9, 20) + np.linspace(5, 0, 20)
    options: dict[str, Any] = {"patience": patience, "min_delta": 0.5}
    for name, more in (
        ("EarlyStopping", {"baseline": 4.0}),
        ("ReduceLROnPlateau", {"factor": 0.5, "cooldown": 2, "min_lr": 0.01}),
    ):
        trails = []
        for package, stand in ((callbacks, _Stand()), (keras.callbacks, _Stand())):
            callback = getattr(package, name)(**options, **more)
            callback.set_model(stand)
            callback.on_train_begin()
            trails.append([])
            for epoch, value in enumerate(values):
                callback.on_epoch_end(epoch, {"val_loss": value})
                trails[-1].append((stand.stop_training, stand.optimizer.learning_rate))
        assert trails[0] == trails[1]


def test_a_table_has_a_line_an_epoch_and_goes_on_where_asked(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    train(callbacks.CSVLogger(file), [2, 1])
    assert file.read_text() == "epoch,loss,val_loss\n0,2,2\n1,1,1\n"
    train(callbacks.CSVLogger(file, append=True), [7], "val_accuracy")
    assert file.read_text().splitlines()[-1] == "0,7,NA"
    train(callbacks.CSVLogger(file, separator=";"), [3])
    assert file.read_text().splitlines() == ["epoch;loss;val_loss", "0;3;3"]


def test_functions_are_called_at_their_stops() -> None:
    calls: list[Any] = []
    train(
        callbacks.LambdaCallback(
            on_train_begin=lambda logs: calls.append("begin"),
            on_epoch_begin=lambda epoch, logs: calls.append(epoch),
            on_train_batch_end=lambda batch, logs: calls.append(logs["loss"]),
            on_epoch_end=lambda epoch, logs: calls.append(logs["val_loss"]),
            on_train_end=lambda logs: calls.append("end"),
        ),
        [0.5, 0.25],
    )
    assert calls == ["begin", 0, 0.5, 0.5, 1, 0.25, 0.25, "end"]


def test_only_callbacks_that_look_at_batches_are_asked_at_each() -> None:
    assert not callbacks.CallbackList([callbacks.History()], model()).wants_batches
    assert callbacks.CallbackList([callbacks.TerminateOnNaN()], model()).wants_batches
    with pytest.raises(TuilabError, match="A callback is a"):
        callbacks.CallbackList([print], model())  # type: ignore[list-item]


def test_fit_calls_them_and_its_history_has_what_they_note() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 2)).astype(np.float32)
    y = x @ np.array([[1.0], [-2.0]], np.float32)
    trained = nn.Sequential([nn.Dense(1)], seed=0)
    trained.compile(nn.optimizers.SGD(0.1), "mse")
    stopping = callbacks.EarlyStopping("val_loss", min_delta=1e-3, patience=1, restore_best_weights=True)
    halving = callbacks.LearningRateScheduler(lambda epoch: 0.2 / 2**epoch)
    history = trained.fit(
        x, y, epochs=50, batch_size=10, validation_split=0.25, callbacks=[stopping, halving], verbose=0
    )
    assert stopping.stopped_epoch == history.epoch[-1] < 49
    assert history.history["learning_rate"] == [0.2 / 2**epoch for epoch in history.epoch]
    best = trained.evaluate(x[30:], y[30:], verbose=0)
    assert best == pytest.approx(history.history["val_loss"][stopping.best_epoch], rel=1e-5)


def test_fit_ends_with_the_epoch_in_which_the_loss_is_no_number() -> None:
    trained = nn.Sequential([nn.Dense(1)], seed=0)
    trained.compile(nn.optimizers.SGD(0.1), "mse")
    seen: list[float] = []
    watching = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]))
    x, y = np.ones((40, 2), np.float32), np.full((40, 1), NAN, np.float32)
    trained.fit(x, y, epochs=5, batch_size=10, callbacks=[watching, callbacks.TerminateOnNaN()], verbose=0)
    assert np.isnan(seen).all()
    assert len(seen) == 4
