"""Random numbers can be drawn again, and streams do not share any."""

import numpy as np
import pytest

from tuilab.data.randomness import generator


def test_the_same_seed_purpose_and_step_give_the_same_numbers() -> None:
    assert np.array_equal(generator(7, "shuffle", 3).random(100), generator(7, "shuffle", 3).random(100))


@pytest.mark.parametrize(
    "other", [(8, "shuffle", 3), (7, "dropout", 3), (7, "shuffle", 4), (-7, "shuffle", 3)]
)
def test_another_seed_purpose_or_step_gives_others(other: tuple[int, str, int]) -> None:
    numbers = set(generator(7, "shuffle", 3).random(100))
    assert numbers.isdisjoint(generator(*other).random(100))


def test_a_negative_step_is_refused() -> None:
    with pytest.raises(ValueError, match="step -1"):
        generator(7, "shuffle", -1)
