"""Models drawn as graphs, subclassed and nested: several inputs, several outputs, shared layers."""

from typing import Any

import numpy as np
import pytest

from tuilab import Tensor, nn, ops
from tuilab.errors import TuilabError
from tuilab.nn.step import run_step
from tuilab.nn.straight import StraightPath

RNG = np.random.default_rng(0)
X = RNG.standard_normal((40, 6)).astype(np.float32)
Z = RNG.standard_normal((40, 3)).astype(np.float32)
Y = (X.sum(1) > 0).astype(np.int64)
T = Z.sum(1, keepdims=True)


def two_branches() -> nn.Model:
    a, b = nn.Input((6,), "a"), nn.Input((3,), "b")
    left = nn.Dense(8, activation="relu")(a)
    right = nn.Dense(8, activation="tanh")(b)
    return nn.Model([a, b], nn.Dense(2, activation="softmax")(nn.Concatenate()([left, right])), seed=3)


def two_heads() -> nn.Model:
    x = nn.Input((6,))
    trunk = nn.Dense(8, activation="relu")(x)
    heads = {"kind": nn.Dense(2, activation="softmax")(trunk), "size": nn.Dense(1)(trunk)}
    return nn.Model(x, heads, seed=3)


def test_a_graph_computes_what_its_layers_do() -> None:
    model = two_branches()
    left, right, joined, last = model.layers
    expected = last(joined([left(X), right(Z)])).data
    np.testing.assert_array_equal(model.predict([X, Z]), expected)
    np.testing.assert_array_equal(model.predict({"a": X, "b": Z}), expected)
    assert [one.name for one in model.layers] == ["dense", "dense_1", "concatenate", "dense_2"]


def test_two_branches_learn() -> None:
    model = two_branches()
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    history = model.fit([X, Z], Y, batch_size=10, epochs=30, verbose=0, validation_split=0.25).history
    assert history["loss"][-1] < history["loss"][0] * 0.8
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_two_heads_have_losses_weights_and_metrics_of_their_own() -> None:
    model = two_heads()
    model.compile(
        "adam",
        {"kind": "sparse_categorical_crossentropy", "size": "mean_squared_error"},
        {"kind": ["accuracy"]},
        {"kind": 1.0, "size": 0.5},
    )
    loss, accuracy = model.evaluate(X, {"kind": Y, "size": T}, verbose=0)  # type: ignore[misc]
    answers = model.predict(X)
    assert answers["kind"].shape == (40, 2)
    expected = nn.losses.get("sparse_categorical_crossentropy")(Y, Tensor(answers["kind"])).item()
    expected += 0.5 * float(((answers["size"] - T) ** 2).mean())
    np.testing.assert_allclose(loss, expected, rtol=1e-5)
    history = model.fit(X, {"kind": Y, "size": T}, batch_size=10, epochs=2, verbose=0).history
    assert set(history) == {"loss", "kind_accuracy"}
    assert 0 <= accuracy <= 1


def test_a_shared_layer_is_built_once_and_gathers_both_gradients() -> None:
    a, b = nn.Input((4,)), nn.Input((4,))
    shared = nn.Dense(2)
    model = nn.Model([a, b], nn.Add()([shared(a), shared(b)]), seed=1)
    assert len(model.weights) == 2
    model.compile("sgd", "mse")
    x, z = X[:, :4], X[:, 2:]
    step = run_step(model, [x, z], np.zeros((40, 2), np.float32))
    flow = 2 * step.output.data / step.output.data.size
    np.testing.assert_allclose(step.gradients[0], (x + z).T @ flow, rtol=1e-4, atol=1e-6)


def inception() -> nn.Model:
    x = nn.Input((12, 12, 1))
    small = nn.Conv2D(4, 1, padding="same", activation="relu")(x)
    large = nn.Conv2D(4, 3, padding="same", activation="relu")(x)
    pooled = nn.MaxPooling2D(3, 1, "same")(x)
    y = nn.Concatenate()([small, large, pooled])
    y = nn.BatchNormalization()(y)
    y = nn.Dropout(0.3)(y)
    residual = nn.Add()([y, nn.Conv2D(9, 1)(y)])
    return nn.Model(x, nn.Dense(3, activation="softmax")(nn.GlobalAveragePooling2D()(residual)), seed=5)


@pytest.mark.parametrize("make", [inception, lambda: embedded()], ids=["inception", "embedding"])
def test_the_straight_path_gives_the_bits_of_the_ordinary_way(make: Any) -> None:
    models = make(), make()
    for model in models:
        model.compile("adam", "sparse_categorical_crossentropy")
    path = StraightPath(models[1])
    for number in range(6):
        rng = np.random.default_rng(number)
        if make is inception:
            x = rng.random((8, 12, 12, 1)).astype(np.float32)
        else:
            x = rng.integers(0, 7, (8, 5))
        y = rng.integers(0, 3, 8)
        run_step(models[0], x, y)
        path.step(x, y)
    assert not path.ordinary
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        assert one.tobytes() == other.tobytes()


def embedded() -> nn.Model:
    layers = [nn.Embedding(7, 4), nn.LayerNormalization(), nn.Flatten(), nn.Dense(3, activation="softmax")]
    return nn.Sequential(layers, seed=2)


class Residual(nn.Model):
    """Two dense layers around which the input goes."""

    def __init__(self, units: int, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.first, self.rest = nn.Dense(units, activation="relu"), [nn.Dense(units), nn.Dense(2)]

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        y = ops.add(x, self.rest[0](self.first(x)))
        return ops.softmax(self.rest[1](y))


def test_a_subclass_finds_its_layers_and_learns() -> None:
    models = [Residual(6, seed=4) for _ in range(2)]
    for model in models:
        model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
        model.fit(X, Y, batch_size=10, epochs=120, verbose=0)
    assert len(models[0].weights) == 6
    assert models[0].evaluate(X, Y, verbose=0)[1] >= 0.9  # type: ignore[index]
    for one, other in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_model_is_a_layer() -> None:
    x = nn.Input((6,))
    inner = nn.Model(x, nn.Dense(4, activation="relu")(x), seed=1)
    model = nn.Sequential([inner, nn.Dense(2)], seed=2)
    assert model.predict(X).shape == (40, 2)
    assert len(model.weights) == 4
    outer = nn.Model(x, nn.Dense(1)(inner(x)))
    assert outer.predict(X).shape == (40, 1)


def test_a_frozen_layer_stays() -> None:
    model = two_branches()
    model.layers[0].trainable = False
    before = model.get_weights()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit([X, Z], Y, verbose=0)
    same = [np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True)]
    assert same == [True, True, False, False, False, False]
    assert len(model.non_trainable_weights) == 2


def test_moving_means_are_gathered_in_training_and_used_after_it() -> None:
    layer = nn.BatchNormalization(momentum=0.9)
    x = RNG.normal(3, 2, (64, 4)).astype(np.float32)
    trained = layer(x, training=True).data
    np.testing.assert_allclose(trained.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean.data, 0.1 * x.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.data, 0.9 + 0.1 * x.var(0), rtol=1e-5)
    expected = (x - layer.moving_mean.data) / np.sqrt(layer.moving_variance.data + 1e-3)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-4, atol=1e-5)


def test_dropout_is_another_in_every_step_and_the_same_for_the_same() -> None:
    layers = [nn.Dropout(0.5, seed=1) for _ in range(2)]
    x = np.ones((50, 20), np.float32)
    first, second = (layers[0](x, training=True).data for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(layers[1](x, training=True).data, first)
    assert set(np.unique(first)) == {0.0, 2.0}
    np.testing.assert_array_equal(layers[0](x).data, x)


def test_the_summary_is_a_table_with_totals() -> None:
    from tuilab.nn.summary import summary

    text = summary(two_branches())
    assert "(batch, 16)" in text
    assert "dense, dense_1" in text
    assert "122 parameters: 122 trained, 0 kept as they are" in text
    row = nn.Sequential([nn.Flatten(), nn.Dense(3), nn.BatchNormalization()])
    row.build((4, 5))
    assert "75 parameters: 69 trained, 6 kept as they are" in summary(row)
    assert len({len(line) for line in summary(row).splitlines()[1:2]}) == 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: nn.Model(nn.Input((3,)), nn.Dense(2)(nn.Input((3,)))), "not among the model's inputs"),
        (lambda: nn.Model(X, X), "needs as inputs what Input"),
        (lambda: nn.Input((0,)), "whole numbers without the batch"),
        (lambda: two_branches().predict([X]), "has 2 inputs. It was given 1"),
        (lambda: two_branches().predict([Z, X]), "takes arrays of the shape ('batch', 6)"),
        (lambda: two_branches().predict({"a": X}), "needs an input 'b'"),
        (lambda: nn.Conv2D(4, 3)(np.zeros((2, 28, 28), np.float32)), "Reshape((28, 28, 1))"),
        (lambda: nn.Conv2D(0, 3), "whole number of filters"),
        (lambda: nn.Conv2D(4, 3, padding="some"), "pads valid or same"),
        (lambda: nn.Conv2D(4, 3, groups=3)(np.zeros((1, 5, 5, 4), np.float32)), "3 equal groups"),
        (lambda: nn.Dropout(1.0), "a rate from 0 to less than 1"),
        (lambda: nn.Add()(X), "merges a list of two or more inputs"),
        (lambda: two_branches().get_layer("dens"), "There is no layer 'dens'"),
    ],
)
def test_mistakes_are_answered_in_words(make: Any, says: str) -> None:
    with pytest.raises(TuilabError) as caught:
        make()
    assert says in str(caught.value)
