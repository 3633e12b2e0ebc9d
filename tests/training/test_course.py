"""A run is walked both ways, by hundreds of moves, and the bits are those of the run that nobody touched."""

import hashlib
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.test_state import EPOCHS, NETWORKS, STEPS, bits, trainer
from tuilab.errors import TuilabError
from tuilab.training.course import Course
from tuilab.training.ring import Ring

BATCHES = STEPS // EPOCHS


def course(network: str = "mlp", optimizer: str = "amsgrad", limit: int = 1 << 20) -> Course:
    return Course(trainer(network, optimizer), Ring(limit))


def fingerprint(one: Course) -> str:
    """A hash of all that training goes on from."""
    return hashlib.sha256(repr((bits(one.trainer), one.sums)).encode()).hexdigest()


def to_the_end(one: Course) -> Course:
    for _ in one.straight():
        pass
    return one


def known(network: str, **made: Any) -> list[str]:
    """The fingerprint after each number of batches, of a run that nobody touched."""
    one = course(network, **made)
    return [fingerprint(one), *(fingerprint(one) for _ in one.straight())]


MOVES = [("forward", level) for level in ("op", "phase", "batch")] + [
    ("back", level) for level in ("op", "phase", "batch", "epoch")
]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("limit", [0, 40_000, 1 << 24], ids=["no room", "little room", "room for all"])
def test_random_walks_of_hundreds_of_moves_stay_on_the_way(network: str, limit: int) -> None:
    expected = known(network)
    one = course(network, limit=limit)
    rng = random.Random(f"{network} {limit}")
    free = one.straight()
    for _ in range(300):
        move = rng.choice([*MOVES, ("go", ""), ("free", "")])
        if move[0] == "go":
            one.go(rng.randrange(STEPS))
        elif move[0] == "free":
            for _ in range(rng.randrange(3)):
                next(free, None)
        else:
            getattr(one, move[0])(move[1])
        assert fingerprint(one) == expected[one.at], move
    to_the_end(one)
    assert (one.at, fingerprint(one)) == (STEPS, expected[-1])


def test_within_a_batch_each_operation_is_a_stop_and_all_can_be_walked_back() -> None:
    one = course()
    there = [(one.at, one.stop)]
    while one.at < 2:
        assert one.forward("op")
        there.append((one.at, one.stop))
    phases = [stop.phase for _, stop in there if stop]
    assert list(dict.fromkeys(phases)) == ["batch", "forward", "loss", "backward"]
    names = [stop.operation for at, stop in there if stop and stop.phase == "forward" and at == 0]
    assert {stop.of for _, stop in there if stop and stop.phase == "forward"} == {len(names)}
    assert names == ["reshape", "rescale", "dense", "dense", "softmax"]
    back = [(one.at, one.stop)]
    while one.back("op"):
        back.append((one.at, one.stop))
    assert back == there[::-1]


def test_a_phase_is_one_move_and_a_batch_is_the_five_of_them() -> None:
    one = course()
    seen = []
    for _ in range(5):
        one.forward("phase")
        seen.append((one.at, one.stop.phase if one.stop else ""))
    assert seen == [(0, "batch"), (0, "forward"), (0, "loss"), (0, "backward"), (1, "")]
    for _ in range(5):
        one.back("phase")
        seen.append((one.at, one.stop.phase if one.stop else ""))
    assert seen[5:] == [(0, "backward"), (0, "loss"), (0, "forward"), (0, "batch"), (0, "")]


def test_from_within_a_phase_the_phase_is_walked_to_its_end_and_back_to_the_one_before() -> None:
    one = course()
    for _ in range(3):
        one.forward("op")
    assert one.stop is not None
    assert (one.stop.phase, one.stop.number) == ("forward", 2)
    one.forward("phase")
    assert (one.stop.phase, one.stop.number) == ("forward", one.stop.of)
    one.back("op")
    one.back("phase")
    assert one.stop.phase == "batch"


def test_the_ends_of_the_way_are_ends() -> None:
    one = course()
    assert not any([one.back("op"), one.back("phase"), one.back("batch"), one.back("epoch"), one.go(5)])
    to_the_end(one)
    assert not any([one.forward("op"), one.forward("phase"), one.forward("batch"), one.go(STEPS + 9)])
    assert one.at == STEPS


def test_an_epoch_back_is_its_beginning_and_then_that_of_the_one_before() -> None:
    one = to_the_end(course())
    places = []
    while one.back("epoch"):
        places.append(one.at)
    assert places == [2 * BATCHES, BATCHES, 0]


def test_what_the_last_batch_computed_is_there_to_be_looked_at_wherever_one_stepped_back_to() -> None:
    one = course(limit=0)
    losses = [step.loss.item() for step in one.straight()]
    for at in (STEPS - 1, 7, 6, 1):
        one.go(at)
        assert one.last is not None
        assert one.last.loss.item() == losses[at - 1] == one.measured.loss  # type: ignore[union-attr]
    one.go(0)
    assert one.last is None


CHANGES = {
    "learning_rate": 0.07,
    "optimizer": "momentum",
    "batch_size": 7,
    "noise": 0.2,
    "weight": {"name": "dense/bias", "index": [1], "value": 2.5},
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_change_happens_again_where_it_was_made(network: str, name: str) -> None:
    value = CHANGES[name]
    if name == "weight" and network != "mlp":
        value = {**CHANGES["weight"], "name": "dense/kernel", "index": [1, 1]}  # type: ignore[dict-item]
    one = course(network, limit=30_000)
    one.go(0)
    free = one.straight()
    for _ in range(8):
        next(free)
    said = one.change(name, value)
    changed = fingerprint(one)
    assert "→" in said
    after = [changed] + [fingerprint(one) for _ in zip(range(6), free, strict=False)]
    assert after[-1] != known(network)[14]
    rng = random.Random(name)
    for _ in range(60):
        one.go(rng.randrange(8, 15))
        assert fingerprint(one) == after[one.at - 8]
    one.go(5)
    assert fingerprint(one) == known(network)[5]
    one.go(14)
    assert fingerprint(one) == after[-1]


def test_a_change_earlier_makes_another_way_and_the_old_one_is_gone() -> None:
    one = to_the_end(course())
    one.change("learning_rate", 0.5)
    one.go(9)
    one.change("learning_rate", 0.02)
    assert (one.furthest, one.go(12)) == (9, False)
    assert [change.step for change in one.changes] == [9]
    other = course()
    for _ in zip(range(9), other.straight(), strict=False):
        pass
    other.change("learning_rate", 0.02)
    assert fingerprint(to_the_end(one)) == fingerprint(to_the_end(other))


def test_a_learning_rate_changed_within_a_batch_is_that_of_its_update() -> None:
    one, other = course(), course()
    other.change("learning_rate", 0.5)
    one.forward("op")
    one.change("learning_rate", 0.5)
    assert one.stop is not None
    one.forward("batch")
    other.forward("batch")
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("weight", {"name": "dense/nothing", "index": [0], "value": 1.0}, "dense/kernel"),
        ("weight", {"name": "dense/bias", "index": [8], "value": 1.0}, "no element"),
        ("weight", {"name": "dense/bias", "index": [0, 0], "value": 1.0}, "no element"),
        ("weight", {"name": "dense/bias", "index": [-1], "value": 1.0}, "no element"),
        ("optimizer", "adamm", "did you mean 'adam'"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(name: str, value: Any, told: str) -> None:
    one = to_the_end(course())
    before = fingerprint(one)
    one.go(3)
    one.go(STEPS)
    with pytest.raises(TuilabError, match=f"(?i){told}"):
        one.change(name, value)
    assert (fingerprint(one), one.changes, one.furthest) == (before, [], STEPS)


def test_another_run_begins_from_a_state_and_goes_the_same_way() -> None:
    one = course("convnet")
    free = one.straight()
    for _ in range(7):
        next(free)
    one.change("noise", 0.1)
    state = one.state()
    other = course("convnet")
    other.begin_from(state)
    assert (other.at, other.back("batch"), other.ring.first) == (7, False, 7)
    assert fingerprint(to_the_end(other)) == fingerprint(to_the_end(one))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(1, 12))
def test_the_ring_stays_within_its_memory_and_keeps_the_first(steps: list[int], room: int) -> None:
    from tuilab.training.state import State

    ring = Ring(room * 800)
    ring.keep(State({"x": np.zeros(100)}, {"step": 0}))
    for step in steps:
        ring.keep(State({"x": np.zeros(100)}, {"step": step}))
        assert ring.nbytes == 800 * len(ring)
        assert len(ring) <= max(room, 2)
        assert ring.first == 0
        assert step in ring
        nearest = ring.nearest(step)
        assert nearest is not None
        assert nearest.step == step
    ring.forget_after(0)
    assert len(ring) == 1


def test_the_ring_keeps_many_of_late_and_few_of_long_ago() -> None:
    from tuilab.training.state import State

    ring = Ring(32 * 800)
    for step in range(2_000):
        ring.keep(State({"x": np.zeros(100)}, {"step": step}))
    kept = [step for step in range(2_000) if step in ring]
    assert ring.reach(1_999) >= 6
    assert len([step for step in kept if step < 1_000]) >= 2
