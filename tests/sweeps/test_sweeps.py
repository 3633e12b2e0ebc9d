"""Sweeps: what a spec asks for, and that what is done is not done again."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tuilab import paths, sweeps, training
from tuilab.cli import main
from tuilab.errors import TuilabError
from tuilab.runs import Run, Status
from tuilab.sweeps import runner, table
from tuilab.sweeps.spec import from_mapping

GRID = {"train": {"data": "digits", "epochs": 1}, "grid": {"learning_rate": ["1e-3", 0.1], "model": ["mlp"]}}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUILAB_RUNS", str(tmp_path / "runs"))


def test_a_grid_is_every_combination_in_order() -> None:
    spec = from_mapping({"grid": {"optimizer": ["adam", "sgd"], "epochs": [1, 2]}}, "it")
    assert [(one["optimizer"], one["epochs"]) for one in spec.runs] == [
        ("adam", 1), ("adam", 2), ("sgd", 1), ("sgd", 2),
    ]  # fmt: skip
    assert spec.varied == ("optimizer", "epochs")


def test_1e_3_is_a_number_though_yaml_takes_it_for_a_word() -> None:
    assert from_mapping(GRID, "it").runs[0]["learning_rate"] == 0.001


@given(st.integers(0, 1000), st.integers(1, 20))
def test_the_same_seed_draws_the_same_within_its_bounds(seed: int, count: int) -> None:
    drawn = {
        "runs": count,
        "seed": seed,
        "learning_rate": {"from": 1e-4, "to": 1e-1, "scale": "log"},
        "batch_size": {"from": 32, "to": 64},
        "optimizer": ["adam", "sgd"],
    }
    spec = from_mapping({"random": drawn}, "it")
    assert spec == from_mapping({"random": drawn}, "it")
    assert len(spec.runs) == count
    for one in spec.runs:
        assert 1e-4 <= one["learning_rate"] <= 1e-1
        assert 32 <= one["batch_size"] <= 64
        assert isinstance(one["batch_size"], int)


WRONG: dict[str, Any] = {
    "expected names with values": ["no", "mapping"],
    "there is nothing to vary": {"train": {"epochs": 1}},
    "Did you mean grid?": {"gird": {}},
    "Did you mean learning_rate?": {"grid": {"learnin_rate": [1]}},
    "needs a list of values": {"grid": {"epochs": 3}},
    "say each setting in one of": {"train": {"epochs": 1}, "grid": {"epochs": [1, 2]}},
    "did you mean 'adam'?": {"grid": {"optimizer": ["adamm"]}},
    "expected one of validation_accuracy": {"grid": {"epochs": [1]}, "best": "luck"},
    "from the lower to the higher": {"random": {"learning_rate": {"from": 2, "to": 1}}},
    "for numbers above 0, log": {"random": {"learning_rate": {"from": -1.0, "to": 1.0, "scale": "log"}}},
    "needs a list, or": {"random": {"learning_rate": "high"}},
    "runs 'many': expected a whole number": {"random": {"runs": "many", "epochs": [1]}},
    "10,000 are the most": {"grid": {"seed": list(range(101)), "epochs": list(range(1, 101))}},
}


@pytest.mark.parametrize(("words", "found"), WRONG.items())
def test_what_is_wrong_in_a_spec_is_one_sentence(words: str, found: Any) -> None:
    with pytest.raises(TuilabError) as error:
        from_mapping(found, "it")
    assert words in str(error.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: [", b"- &a [*a]", b"x" * 2_000_000])
def test_a_file_that_is_no_spec_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    done = CliRunner().invoke(main, ["sweep", str(path)])
    assert done.exit_code == 1
    assert done.output.startswith("tuilab: ")
    assert "Traceback" not in done.output


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["sweep", str(tmp_path / "none.yaml")])
    assert (done.exit_code, "cannot be read" in done.output) == (1, True)


WORKER = """
import sys
from dataclasses import replace
from pathlib import Path
from tuilab.runs import EventWriter, Run, Status
run = Run.open(Path(sys.argv[1]))
config = run.config()
state = sys.argv[2]
with run.hold_lock(), EventWriter(run.events_folder) as events:
    for step in range(1, 41):
        events.scalars(step, {"train/loss": 1 / step})
    status = Status(state=state, epoch=1, epochs=1, batches=40, step=40)
    run.write_status(replace(status, validation_accuracy=0.9 - config["learning_rate"]))
"""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int | None]]:
    """Runs that compute nothing and end at once: answers how each was begun, its name and its threads."""
    found: list[tuple[str, str, int | None]] = []

    def spawn(run: Run, state: str = "finished") -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", WORKER, str(run.path), state])

    def start(config: Any, *, root: Path, name: str) -> "tuple[Run, subprocess.Popen[bytes]]":
        found.append(("started", name, config.get("threads")))
        run = Run.create(root, config, name)
        return run, spawn(run)

    def resume(run: Run) -> "subprocess.Popen[bytes]":
        found.append(("resumed", run.name, None))
        return spawn(run)

    monkeypatch.setattr(training, "start", start)
    monkeypatch.setattr(training, "resume", resume)
    return found


def quiet(_: Any) -> None:
    """Whoever hears of runs, and says nothing."""


def test_a_sweep_runs_each_once_and_the_table_has_the_best_first(begun: list) -> None:
    sweep = sweeps.Sweep(from_mapping(GRID, "rates"))
    assert sweeps.run_all(sweep, 2, quiet)
    assert [(how, name) for how, name, _ in begun] == [("started", "001"), ("started", "002")]
    assert [one.number for one in sweep.ranked()] == [1, 2]
    head, first, second = table.lines(sweep)
    assert head.split()[:2] == ["run", "learning_rate"]
    assert (first.split()[0], second.split()[0]) == ("001", "002")
    assert "0.8990" in first
    assert "█" in first, "its curve begins high"
    assert sweeps.run_all(sweep, 2, quiet)
    assert len(begun) == 2, "what is done is not done again"


def test_what_was_interrupted_goes_on_and_what_failed_is_tried_again(begun: list) -> None:
    sweep = sweeps.Sweep(from_mapping(GRID, "rates"))
    sweep.prepare()
    for name, state in (("001", "stopped"), ("002", "finished")):
        made = Run.create(sweep.folder, {"learning_rate": 0.1}, name)
        made.write_status(Status(state=state))  # type: ignore[arg-type]
    assert sweeps.run_all(sweep, 1, quiet)
    assert [(how, name) for how, name, _ in begun] == [("resumed", "001")]


def test_a_scheduler_starts_one_run_by_itself_with_all_threads(begun: list) -> None:
    sweep = sweeps.Sweep(from_mapping(GRID, "rates"))
    assert sweeps.run_one(sweep, 2, quiet)
    assert begun == [("started", "002", None)]
    assert sweeps.run_one(sweep, 2, quiet)
    assert len(begun) == 1


def test_a_run_that_somebody_else_has_is_left_alone(begun: list) -> None:
    sweep = sweeps.Sweep(from_mapping(GRID, "rates"))
    sweep.prepare()
    made = Run.create(sweep.folder, {"learning_rate": 0.1}, "001")
    with made.hold_lock():
        made.write_status(Status(state="running"))
        assert sweeps.run_all(sweep, 2, quiet)
        with pytest.raises(TuilabError, match="goes on already"):
            sweeps.run_one(sweep, 1, quiet)
    assert [name for _, name, _ in begun] == ["002"]


def test_the_threads_are_divided(monkeypatch: pytest.MonkeyPatch, begun: list) -> None:
    monkeypatch.setenv("TUILAB_THREADS", "8")
    assert [runner.threads_for(jobs) for jobs in (1, 2, 3, 9)] == [8, 4, 2, 1]
    sweeps.run_all(sweeps.Sweep(from_mapping(GRID, "rates")), 2, quiet)
    assert [threads for *_, threads in begun] == [4, 4]


def test_a_folder_of_another_sweep_is_refused() -> None:
    sweeps.Sweep(from_mapping(GRID, "rates")).prepare()
    other = from_mapping({"grid": {"epochs": [1, 2]}}, "rates")
    with pytest.raises(TuilabError, match="the file has changed since"):
        sweeps.Sweep(other).prepare()


def test_the_command_from_file_to_table(tmp_path: Path, begun: list) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text("train: {data: digits, epochs: 1}\ngrid:\n  learning_rate: [1e-3, 1e-1]\n")
    done = CliRunner().invoke(main, ["sweep", str(path), "-j", "2"])
    assert done.exit_code == 0, done.output
    assert "2 runs in" in done.output
    assert done.output.splitlines()[-2].startswith("001  1e-3")
    shown = CliRunner().invoke(main, ["sweep", str(path), "--show"])
    assert shown.output.splitlines() == done.output.splitlines()[-3:]
    assert CliRunner().invoke(main, ["sweep", str(path), "--only", "3"]).exit_code == 1
    assert Run.open(paths.runs() / "sweeps" / "rates" / "001").state() == "finished"


@pytest.mark.parametrize("low", [0.0, 2.0])
def test_bars_fit_their_scale(low: float) -> None:
    drawn: Callable[..., str] = table.bars
    assert drawn([low, low + 1], low, low + 1, table.LEVELS) == "▁█"
    assert drawn([low], low, low, table.LEVELS) == "▁"
