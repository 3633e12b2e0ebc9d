"""A status survives the way through JSON, and JSON of any origin becomes a status."""

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.runs.files import parse_object
from tuilab.runs.status import ALIVE, COUNT_LIMIT, ENDED, TEXT_LIMIT, Status

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = [field.name for field in dataclasses.fields(Status)]


def through_json(status: Status) -> Status:
    return Status.from_mapping(parse_object(status.to_json()))


def test_a_status_comes_back_from_json() -> None:
    status = Status(
        state="running", message="On the way.", epoch=3, epochs=5, batch=288, batches=469, step=1226,
        samples_per_s=80214.0, loss=0.0621, validation_loss=0.0758, learning_rate=3e-4, optimizer="adam",
        host="gpu-box", pid=4711, process_started=1.7e9, heartbeat=1.7e9 + 60,
    )  # fmt: skip
    assert through_json(status) == status


@given(st.floats() | st.none())
def test_any_loss_comes_back_and_the_json_is_standard(loss: float | None) -> None:
    content = Status(loss=loss).to_json()
    json.loads(content, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert repr(through_json(Status(loss=loss)).loss) == repr(loss)


def test_numpy_numbers_can_be_told() -> None:
    numpy = pytest.importorskip("numpy")
    assert through_json(Status(loss=numpy.float32(0.5), accuracy=numpy.float64(math.inf))).loss == 0.5


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), ANY_JSON))
def test_json_of_any_kind_becomes_a_bounded_status(found: dict[str, Any]) -> None:
    status = Status.from_mapping(found)
    assert status.state in ALIVE | ENDED | {"unknown"}
    for field in dataclasses.fields(Status):
        value = getattr(status, field.name)
        if isinstance(value, str):
            assert len(value) <= TEXT_LIMIT
        elif isinstance(value, int):
            assert 0 <= value <= COUNT_LIMIT
        else:
            assert value is None or isinstance(value, float)
    assert through_json(status).state == status.state


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", "3"), ("epoch", -1), ("epoch", True), ("epoch", 2**60), ("epoch", 1.5),
        ("loss", [1.0]), ("loss", True), ("loss", "many"), ("loss", 10**400), ("message", 7),
        ("message", {"a": 1}), ("pid", None), ("threads", {}),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_takes_its_default(name: str, value: Any) -> None:
    assert Status.from_mapping({name: value, "state": "running"}) == Status(state="running")


@pytest.mark.parametrize("state", ["dead", "unknown", "on fire", 7, None, ["running"]])
def test_a_state_that_no_run_writes_is_unknown(state: Any) -> None:
    assert Status.from_mapping({"state": state}).state == "unknown"


def test_unknown_keys_are_ignored() -> None:
    assert Status.from_mapping({"state": "paused", "from_the_future": 1}) == Status(state="paused")


def test_only_a_run_that_goes_on_is_alive() -> None:
    assert all(Status(state=state).alive for state in ALIVE)
    assert not any(Status(state=state).alive for state in ENDED)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 5000,
        b'{"epoch": ' + b"9" * 6000 + b"}",
    ],
)
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not JSON|deep|expected a JSON object"):
        parse_object(content)
