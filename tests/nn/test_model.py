"""A model's verbs, with Keras's meanings."""

from typing import Any

import numpy as np
import pytest

import tuilab
from tuilab import nn
from tuilab.errors import DataError, ShapeError, TuilabError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 4)).astype(np.float32)
Y = (X.sum(1) > 0).astype(np.int64)


def model(seed: int = 1, metrics: tuple[str, ...] = ("accuracy",), **options: Any) -> nn.Sequential:
    made = nn.Sequential([nn.Dense(8, activation="relu"), nn.Dense(2, activation="softmax")], seed=seed)
    made.compile(
        **{"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": metrics, **options}
    )
    return made


@pytest.mark.usefixtures("one_thread")
def test_a_network_learns_xor() -> None:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([0, 1, 1, 0])
    for loss, last, targets in [
        ("sparse_categorical_crossentropy", nn.Dense(2, activation="softmax"), y),
        ("binary_crossentropy", nn.Dense(1, activation="sigmoid"), y),
        ("categorical_crossentropy", nn.Dense(2, activation="softmax"), np.eye(2)[y]),
    ]:
        made = nn.Sequential([nn.Dense(16, activation="tanh"), last], seed=3)
        made.compile(nn.optimizers.Adam(0.05), loss, metrics=["accuracy"])
        history = made.fit(x, targets, batch_size=4, epochs=150, verbose=0).history
        assert history["accuracy"][-1] == 1
        assert history["loss"][-1] < 0.05 < history["loss"][0]


def test_history_has_a_value_an_epoch_for_each_measure() -> None:
    history = model().fit(X, Y, epochs=3, validation_split=0.2, verbose=0)
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(values) == 3 for values in history.history.values())
    assert history.epoch == [0, 1, 2]
    assert list(model(metrics=()).fit(X, Y, verbose=0, validation_data=(X, Y)).history) == [
        "loss",
        "val_loss",
    ]


def test_validation_split_takes_the_last_part_before_shuffling() -> None:
    split, given = model(), model()
    history = split.fit(X, Y, epochs=2, validation_split=0.2, verbose=0).history
    assert given.fit(X[:40], Y[:40], epochs=2, validation_data=(X[40:], Y[40:]), verbose=0).history == history


def test_validation_data_goes_before_a_validation_split() -> None:
    both, given = model(), model()
    history = both.fit(X, Y, validation_split=0.5, validation_data=(X[:9], Y[:9]), verbose=0).history
    assert given.fit(X, Y, validation_data=(X[:9], Y[:9]), verbose=0).history == history


def test_losses_of_an_epoch_weigh_each_sample_the_same() -> None:
    made = model(optimizer=nn.optimizers.SGD(0.0))
    made.build((4,))
    whole = made.evaluate(X, Y, verbose=0)
    history = made.fit(X, Y, batch_size=32, verbose=0).history  # 32 and 18
    np.testing.assert_allclose([history["loss"][0], history["accuracy"][0]], whole, rtol=1e-6)
    np.testing.assert_allclose(made.evaluate(X, Y, batch_size=7, verbose=0), whole, rtol=1e-6)


def test_evaluate_answers_the_loss_or_a_list_with_the_metrics() -> None:
    with_metric, without = model(), model(metrics=())
    with_metric.build((4,))
    without.build((4,))
    both = with_metric.evaluate(X, Y, verbose=0)
    assert isinstance(both, list)
    assert both[0] == without.evaluate(X, Y, verbose=0)
    assert both[1] == pytest.approx((with_metric.predict(X).argmax(1) == Y).mean())


def test_predict_answers_a_row_a_sample_whatever_the_batch() -> None:
    made = model()
    found = made.predict(X)
    assert (found.shape, found.dtype) == ((50, 2), np.float32)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(made.predict(X, batch_size=7), found, rtol=1e-5)
    assert made.predict(X[:1]).shape == (1, 2)


def test_images_of_bytes_go_in_as_they_are() -> None:
    made = nn.Sequential([nn.Flatten(), nn.Rescaling(1 / 255), nn.Dense(10, activation="softmax")], seed=0)
    images = RNG.integers(0, 256, (12, 28, 28), np.uint8)
    assert made.predict(images).shape == (12, 10)
    images.flags.writeable = False
    assert made.predict(images).dtype == np.float32


def test_the_same_seed_gives_the_same_training_and_another_one_another() -> None:
    weights = []
    for seed in (1, 1, 2):
        made = model(seed)
        made.fit(X, Y, epochs=2, batch_size=8, verbose=0)
        weights.append(b"".join(one.tobytes() for one in made.get_weights()))
    assert weights[0] == weights[1] != weights[2]
    tuilab.set_random_seed(5)
    first = nn.Sequential([nn.Dense(2)]).seed
    tuilab.set_random_seed(5)
    assert nn.Sequential([nn.Dense(2)]).seed == first


def test_training_in_float64_stays_there() -> None:
    made = model()
    made.fit(X.astype(np.float64), Y, verbose=0)
    assert {one.dtype for one in made.get_weights()} == {np.dtype(np.float64)}


def test_train_on_batch_answers_the_loss_before_the_step() -> None:
    made = model()
    before = made.train_on_batch(X, Y)
    assert made.train_on_batch(X, Y) < before


def test_weights_are_copied_out_and_in() -> None:
    made, other = model(1), model(2)
    made.build((4,))
    other.build((4,))
    weights = made.get_weights()
    other.set_weights(weights)
    np.testing.assert_array_equal(made.predict(X), other.predict(X))
    weights[0][...] = 9
    assert not (made.get_weights()[0] == 9).any()
    with pytest.raises(ShapeError, match=r"The model has 4 parameters. It was given 3"):
        made.set_weights(weights[:3])
    with pytest.raises(ShapeError, match=r"dense/kernel has the shape \(4, 8\). It was given \(8, 4\)"):
        made.set_weights([weights[0].T, *weights[1:]])


def test_what_a_person_reads_while_it_trains(capsys: pytest.CaptureFixture[str]) -> None:
    made = model()
    made.fit(X, Y, epochs=2, verbose=0)
    assert capsys.readouterr().out == ""
    made.fit(X, Y, epochs=2, validation_split=0.2, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(word in lines[1] for word in ("2/2", "loss", "accuracy", "val_loss", "val_accuracy"))


@pytest.mark.parametrize(
    ("mistake", "kind", "says"),
    [
        (lambda: nn.Sequential([nn.Dense(2)]).fit(X, Y, verbose=0), TuilabError, "is not compiled"),
        (lambda: nn.Sequential([nn.Dense(2)]).get_weights(), TuilabError, "no parameters yet"),
        (lambda: model().fit(X, Y[:9], verbose=0), ShapeError, r"\(50, 4\), y has shape \(9,\)"),
        (lambda: model().fit(X[:0], Y[:0], verbose=0), DataError, "no samples"),
        (lambda: model().fit(X, Y, batch_size=0, verbose=0), DataError, "batch_size=0"),
        (lambda: model().fit(X, Y, validation_split=1.5, verbose=0), DataError, "validation split 1.5"),
        (lambda: model().fit(X, Y + 7, verbose=0), TuilabError, "there are 2 classes, 0 to 1"),
        (lambda: model().fit(X, Y * 0.5, verbose=0), TuilabError, "whole class numbers as labels"),
        (lambda: model().predict(X[:0]), ShapeError, "at least one sample"),
        (lambda: model().predict(np.array([["a"]])), TuilabError, "real numbers"),
        (lambda: model(optimizer="adm"), TuilabError, "Did you mean 'adam'"),
        (lambda: model(loss="sparse_categorical_crossentrop"), TuilabError, "Did you mean 'sparse_cat"),
        (lambda: model(metrics=("acuracy",)), TuilabError, "There is no metric 'acuracy'. Did you mean"),
        (lambda: model(loss=None), TuilabError, "needs a loss"),
        (lambda: nn.Sequential([nn.Dense(2)], seed=-1), TuilabError, "A seed is a whole number"),
    ],
)
def test_ordinary_mistakes_are_answered_in_a_sentence(mistake: Any, kind: Any, says: str) -> None:
    with pytest.raises(kind, match=says) as caught:
        mistake()
    assert "\n" not in str(caught.value)
