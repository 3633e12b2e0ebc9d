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
from tuilab.experiment import PREFIX, Experiment, is_line

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
