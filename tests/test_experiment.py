"""An experiment in a line: there and back, and nothing else gets in."""

import base64
import json
import zlib
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tuilab.cli import main
from tuilab.errors import TuilabError
from tuilab.experiment import PREFIX, Experiment, Page, is_line

CONFIG = {"data": "digits", "model": "mlp", "epochs": 3, "batch_size": 100, "seed": 3, "optimizer": "adam"}
CONFIG |= {"learning_rate": 1e-3, "noise": 0.0, "created": 1.0, "versions": {"python": "3"}, "threads": 2}


def packed(told: Any) -> str:
    """A line as someone else might make it."""
    content = zlib.compress(told if isinstance(told, bytes) else json.dumps(told).encode())
    check = zlib.crc32(content).to_bytes(4, "big")
    return PREFIX + base64.urlsafe_b64encode(content + check).decode().rstrip("=")


def test_what_a_run_was_asked_for_comes_back_and_nothing_of_its_machine() -> None:
    changes = [[5, "learning_rate", 0.003], [9, "optimizer", "sgd"], [40, "noise", 0.5]]
    line = Experiment.of_run(CONFIG, 12, changes).line
    assert is_line(line)
    assert len(line) < 240
    found = Experiment.read(line)
    assert found.config() == {
        **{name: CONFIG[name] for name in ("data", "model", "epochs", "batch_size", "seed", "optimizer")},
        "learning_rate": 1e-3,
        "noise": 0.0,
        "stop_at": 12,
        "changes": [[5, "learning_rate", 0.003], [9, "optimizer", "sgd"]],
    }


@given(
    st.floats(1e-12, 1e8),
    st.integers(0, 2**63 - 1),
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(0, 10**9), st.floats(1e-12, 1e8)), max_size=20),
)
def test_any_experiment_comes_back_to_the_bit(
    rate: float, seed: int, step: int, made: list[tuple[int, float]]
) -> None:
    changes = [[at, "learning_rate", value] for at, value in sorted(made)]
    line = Experiment.of_run({**CONFIG, "learning_rate": rate, "seed": seed}, step, changes).line
    found = Experiment.read(f"  {line}\n")
    assert (found.settings["learning_rate"], found.settings["seed"], found.step) == (rate, seed, step)
    assert [list(one) for one in found.changes] == [one for one in changes if one[0] <= step]


OLD = (
    "tuilab1:eNpdjUsKwzAMBe-itShOQze-SghBjYUt8A9bq5bevWq76_INw7wnBFICD0Gi6ASE0gJnAyV3W9zbmSb4FeFO"
    "eqZjyoPBL84htK5SbA6zKVAxPTONKjUeg9Q0d3FuQZjM4ZuoTeYPG1TuFroinIlqZDvZttt_Aj-Jdd9fb8BDNNzeYaUt"
)


def test_a_line_of_before_lessons_were_told_still_opens() -> None:
    found = Experiment.read(OLD)
    assert (found.step, found.page, found.within) == (12, None, None)
    assert found.settings["learning_rate"] == 1e-3
    assert list(found.changes) == [(5, "learning_rate", 0.003)]
    assert found.line == OLD


@given(
    st.sampled_from(["batch", "forward", "loss", "backward"]),
    st.integers(1, 10_000),
    st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}(\.[a-z0-9-]{1,20})?", fullmatch=True),
    st.integers(1, 200),
)
def test_the_stop_in_the_batch_and_the_step_of_the_lesson_come_back(
    phase: str, stop: int, lesson: str, step: int
) -> None:
    page = Page(lesson, step)
    found = Experiment.read(Experiment.of_run(CONFIG, 12, [], (phase, stop), page).line)
    assert (found.within, found.page) == ((phase, stop), page)
    assert found.config()["stop_in"] == [phase, stop]
    assert "lesson" not in found.config()


GOOD = {"data": "digits", "step": 1, "changes": []}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (PREFIX, "cut short"),
        (PREFIX + "!!!!", "cut short"),
        (PREFIX + "eJx", "cut short"),
        (PREFIX + "A" * 9_000, "characters"),
        (packed(b"\0" * 4_000_000), "larger"),
        (packed(b"not json"), "cut short"),
        (packed(b"[" * 50_000), "cut short"),
        (packed([1, 2]), "no experiment"),
        (packed({**GOOD, "data": "../../etc"}), "data"),
        (packed({**GOOD, "model": "rm -rf"}), "model"),
        (packed({**GOOD, "learning_rate": -1}), "learning_rate"),
        (packed({**GOOD, "epochs": 1e9}), "epochs"),
        (packed({**GOOD, "step": "many"}), "stop_at"),
        (packed({**GOOD, "step": -1}), "stop_at"),
        (packed({**GOOD, "changes": [[1, "shell", "x"]]}), "changes"),
        (packed({**GOOD, "changes": [[1, "learning_rate", "x"]]}), "changes"),
        (packed({**GOOD, "changes": [[True, "noise", 0.1]]}), "changes"),
        (packed({**GOOD, "changes": [[1, "optimizer", "magic"]]}), "changes"),
        (packed({**GOOD, "changes": [[1]]}), "changes"),
        (packed({**GOOD, "changes": {"a": 1}}), "changes"),
        (packed({**GOOD, "changes": [[1, ["noise"], 0.1]]}), "changes"),
        (packed({**GOOD, "changes": [[1, "noise", 0.1]] * 201}), "changes"),
        (packed({**GOOD, "threads": 5}), "threads"),
        (packed({**GOOD, "within": "forward"}), "stop_in"),
        (packed({**GOOD, "within": ["update", 1]}), "stop_in"),
        (packed({**GOOD, "within": ["forward", 0]}), "stop_in"),
        (packed({**GOOD, "within": ["forward", True]}), "stop_in"),
        (packed({**GOOD, "within": ["forward", 2**60]}), "stop_in"),
        (packed({**GOOD, "within": [["forward"], 1]}), "stop_in"),
        (packed({**GOOD, "within": {"forward": 1}}), "stop_in"),
        (packed({**GOOD, "lesson": "../../etc/passwd", "page": 1}), "no id"),
        (packed({**GOOD, "lesson": "\x1b[2J", "page": 1}), "no id"),
        (packed({**GOOD, "lesson": ["ch2"], "page": 1}), "no id"),
        (packed({**GOOD, "page": 1}), "no id"),
        (packed({**GOOD, "lesson": "ch2.first-look"}), "step None"),
        (packed({**GOOD, "lesson": "ch2.first-look", "page": 0}), "step 0"),
        (packed({**GOOD, "lesson": "ch2.first-look", "page": True}), "step True"),
        (packed({**GOOD, "lesson": "ch2.first-look", "page": 1e300}), "a number from 1"),
        (packed({**GOOD, "\x1b[2J": 5}), "setting"),
    ],
)
def test_a_hostile_line_is_refused_in_a_sentence(line: str, told: str) -> None:
    with pytest.raises(TuilabError, match=told) as caught:
        Experiment.read(line)
    assert "\x1b" not in str(caught.value)
    result = CliRunner().invoke(main, ["open", line])
    assert result.exit_code == 1
    assert result.output.startswith("tuilab: ")
    assert "Traceback" not in result.output
    assert result.output.count("\n") == 1


def test_one_letter_changed_is_noticed() -> None:
    line = Experiment.of_run(CONFIG, 12, []).line
    for at in range(len(PREFIX), len(line) - 1):
        other = "A" if line[at] != "A" else "B"
        with pytest.raises(TuilabError, match="altered"):
            Experiment.read(line[:at] + other + line[at + 1 :])
