"""Where weights start: their spread, their type, and the same ones for the same seed."""

import math
from typing import Any

import numpy as np
import pytest

import tuilab
from tuilab import nn
from tuilab.data.randomness import generator
from tuilab.errors import TuilabError
from tuilab.nn import initializers

IN, OUT = 300, 500


@pytest.mark.parametrize(
    ("name", "variance", "most"),
    [
        ("glorot_uniform", 2 / (IN + OUT), math.sqrt(6 / (IN + OUT))),
        ("glorot_normal", 2 / (IN + OUT), 2 * math.sqrt(2 / (IN + OUT)) / 0.8796),
        ("he_uniform", 2 / IN, math.sqrt(6 / IN)),
        ("he_normal", 2 / IN, 2 * math.sqrt(2 / IN) / 0.8796),
        ("lecun_uniform", 1 / IN, math.sqrt(3 / IN)),
        ("lecun_normal", 1 / IN, 2 * math.sqrt(1 / IN) / 0.8796),
        ("variance_scaling", 1 / IN, 2 * math.sqrt(1 / IN) / 0.8796),
        ("random_uniform", 0.1**2 / 12, 0.05),
        ("truncated_normal", (0.8796 * 0.05) ** 2, 0.1),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_variance_and_bounds_are_those_of_the_papers(
    name: str, variance: float, most: float, dtype: str
) -> None:
    values = initializers.get(name)((IN, OUT), dtype, np.random.default_rng(0))
    assert values.dtype == dtype
    assert values.var() == pytest.approx(variance, rel=0.02)
    assert abs(values.mean()) < 4 * math.sqrt(variance / (IN * OUT))
    assert most * 0.98 < np.abs(values).max() <= most * 1.0001


def test_constants_are_what_they_say() -> None:
    rng = np.random.default_rng(0)
    for initializer, value in (("zeros", 0), ("ones", 1), (initializers.Constant(2.5), 2.5)):
        values = initializers.get(initializer)((3, 2), "float32", rng)
        np.testing.assert_array_equal(values, np.full((3, 2), value, np.float32))
        assert values.dtype == np.float32


def test_normal_numbers_lie_around_their_mean() -> None:
    for initializer, spread in (
        (initializers.RandomNormal(3.0, 0.5), 0.5),
        (initializers.TruncatedNormal(3.0, 0.5), 0.5 * 0.8796),
    ):
        values = initializer((IN, OUT), "float64", np.random.default_rng(0))
        assert values.mean() == pytest.approx(3, abs=0.01)
        assert values.std() == pytest.approx(spread, rel=0.01)


@pytest.mark.parametrize(
    ("mode", "n"), [("fan_in", 9 * IN), ("fan_out", 9 * OUT), ("fan_avg", 9 * (IN + OUT) / 2)]
)
@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
def test_the_variance_is_scaled_by_inputs_outputs_or_both(mode: Any, n: float, distribution: Any) -> None:
    initializer = initializers.VarianceScaling(3.0, mode, distribution)
    values = initializer((3, 3, IN, OUT), "float32", np.random.default_rng(0))
    assert values.var() == pytest.approx(3 / n, rel=0.02)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: initializers.VarianceScaling(0), "scale of a variance is a number above 0"),
        (lambda: initializers.VarianceScaling(mode="fan"), "mode is one of fan_in, fan_out, fan_avg"),
        (lambda: initializers.VarianceScaling(distribution="normal"), "distribution is one of"),
    ],
)
def test_a_variance_that_cannot_be_is_refused(make: Any, says: str) -> None:
    with pytest.raises(TuilabError, match=says):
        make()


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4), (2, 3, 4)])
def test_orthogonal_columns_or_rows_are_at_right_angles(shape: tuple[int, ...]) -> None:
    matrix = initializers.Orthogonal(gain=3.0)(shape, "float64", np.random.default_rng(0))
    assert matrix.shape == shape
    assert matrix.flags.c_contiguous  # as optimizers take it
    matrix = matrix.reshape(-1, shape[-1])
    products = matrix.T @ matrix if len(matrix) >= shape[-1] else matrix @ matrix.T
    np.testing.assert_allclose(products, 9 * np.eye(len(products)), atol=1e-12)
    with pytest.raises(TuilabError, match="two axes or more"):
        initializers.get("orthogonal")((3,), "float32", np.random.default_rng(0))


def test_orthogonal_turns_and_mirrors_alike() -> None:
    """The sign of the first element of Q alone would come out the same each time."""
    draw = initializers.get("orthogonal")
    first = [draw((3, 3), "float64", np.random.default_rng(seed))[0, 0] for seed in range(200)]
    assert 70 < np.sum(np.array(first) > 0) < 130


def test_a_field_of_weights_counts_in_both_directions() -> None:
    assert initializers.fans((3, 3, 16, 32)) == (144, 288)
    assert initializers.fans((7,)) == (7, 7)
    assert initializers.fans(()) == (1, 1)


def weights_of(seed: int | None) -> bytes:
    model = nn.Sequential([nn.Dense(5), nn.Dense(5)], seed=seed)
    model.build((5,))
    first, second = model.weights[0].data, model.weights[2].data
    assert not np.array_equal(first, second)
    return first.tobytes() + second.tobytes()


def test_a_seed_decides_the_weights() -> None:
    assert weights_of(1) == weights_of(1)
    assert weights_of(1) != weights_of(2)
    assert weights_of(None) != weights_of(None)


def test_layers_of_models_with_neighbouring_seeds_are_not_alike() -> None:
    one, other = (nn.Sequential([nn.Dense(5), nn.Dense(5)], seed=seed) for seed in (1, 2))
    one.build((5,))
    other.build((5,))
    assert not np.array_equal(one.weights[2].data, other.weights[0].data)


def test_set_random_seed_makes_everything_after_it_the_same() -> None:
    found = []
    for _ in range(2):
        tuilab.set_random_seed(7)
        found.append((weights_of(None), weights_of(None)))
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]


def test_draws_of_one_seed_for_other_purposes_and_numbers_are_others() -> None:
    draws = [generator(*key).random() for key in [(1, "a", 1), (1, "b", 1), (2, "a", 1), (1, "a", 2)]]
    assert len(set(draws)) == len(draws)
    assert generator(1, "a", 1).random() == draws[0]


@pytest.mark.parametrize("wrong", [-1, 1.5, "7", True, None, 2**63])
def test_a_seed_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(TuilabError, match="A seed is a whole number"):
        tuilab.set_random_seed(wrong)  # type: ignore[arg-type]
