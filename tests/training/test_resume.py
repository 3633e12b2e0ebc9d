"""A run that is killed at any moment goes on as if nothing had been: same parameters, same curve, to the bit.

`TUILAB_KILLS=50 pytest tests/training/test_resume.py -k killed` kills so many times a network.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuilab import training
from tuilab.errors import RunError
from tuilab.runs import EventReader, Run, TextPoint, checkpoints

Start = Callable[..., Any]
KILLS = int(os.environ.get("TUILAB_KILLS", "1"))
EPOCHS = {"mlp": 6, "convnet": 2, "lstm": 3}
PATIENCE = 120.0


def stream(run: Run) -> list[tuple[Any, ...]]:
    """Every event but for its wall time, values as they are written in text to tell every bit."""
    return [
        (one.step, one.tag, one.text if isinstance(one, TextPoint) else one.value.hex())
        for one in EventReader(run.events_folder, verify=True).poll()
    ]


def weights(run: Run) -> bytes:
    return (run.path / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def resume(few_digits: Path) -> Callable[..., Any]:
    """Go on with a run, in a process on few digits."""

    def go(run: Run, **more: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "executable", str(few_digits))
            return training.resume(run, attached=False, **more)

    return go


@pytest.fixture(scope="module")
def undisturbed(start: Start) -> Callable[[str], Run]:
    """A run of each network from its beginning to its end."""
    made: dict[str, Run] = {}

    def of(model: str) -> Run:
        if model not in made:
            started = start(model=model, epochs=EPOCHS[model])
            assert started.end() == 0
            made[model] = started.run
        return made[model]

    return of


@pytest.mark.parametrize("model", EPOCHS)
def test_a_killed_run_goes_on_to_the_same_bits(
    model: str, start: Start, resume: Callable[..., Any], undisturbed: Callable[[str], Run]
) -> None:
    whole = undisturbed(model)
    steps = whole.status().step
    moments = random.Random(model)
    for number in range(KILLS):
        started = start(model=model, epochs=EPOCHS[model], checkpoint_every=0.01 + 0.1 * moments.random())
        run, process = started.run, started.process
        killed = 0
        for _ in range(1 + number % 2):
            at = moments.randrange(1, steps)  # before the first batch there is no run to go on with
            wait_for(run, process, at)
            time.sleep(0.03 * moments.random())
            killed += process.poll() is None
            process.kill()
            process.wait()
            if settled(run) != "dead":
                break
            process = resume(run)
        process.wait(PATIENCE)  # it may have been killed just after it had finished
        assert run.state() == "finished", run.log_path.read_text()
        assert weights(run) == weights(whole)
        assert stream(run) == stream(whole)
        assert final(run) == final(whole)


def settled(run: Run) -> str:
    """How a run stands once it is known: one that was killed while it began has half a minute to begin."""
    deadline = time.monotonic() + PATIENCE
    while (state := run.state()) not in ("dead", "finished") and time.monotonic() < deadline:
        time.sleep(0.1)
    return state


def wait_for(run: Run, process: Any, step: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while run.status().step < step and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def final(run: Run) -> dict[str, Any]:
    """All that the last checkpoint holds but for how long things took and how large their files are."""
    found = checkpoints.newest(run.path / "checkpoints")
    assert found is not None
    sums = {
        key: value for key, value in found.facts["sums"].items() if key not in ("epoch_seconds", "speeds")
    }
    facts = {key: value for key, value in found.facts.items() if key not in ("events", "sums")}
    return {**facts, **sums, **{name: array.tobytes() for name, array in found.arrays.items()}}


def test_a_stopped_run_goes_on_and_has_more_epochs_if_told_to(
    start: Start, resume: Callable[..., Any], undisturbed: Callable[[str], Run]
) -> None:
    whole = undisturbed("mlp")
    started = start(epochs=2)
    started.until(lambda status: status.step > 3)
    started.run.send("stop")
    assert started.end() == 0
    run = started.run
    assert resume(run).wait(PATIENCE) == 0
    assert run.state() == "finished"
    assert run.status().epochs == 2
    with pytest.raises(RunError, match="has done its 2 epochs"):
        training.resume(run)
    assert resume(run, epochs=EPOCHS["mlp"]).wait(PATIENCE) == 0
    assert run.status().epoch == EPOCHS["mlp"]
    assert weights(run) == weights(whole)
    assert stream(run) == stream(whole)


def test_a_bad_checkpoint_is_passed_over_with_a_word(
    start: Start, resume: Callable[..., Any], undisturbed: Callable[[str], Run]
) -> None:
    started = start(epochs=EPOCHS["mlp"], checkpoint_every=0.01)
    run = started.run
    folder = run.path / "checkpoints"
    started.until(lambda _: len(list(folder.glob("step-*"))) >= 3)
    started.process.kill()
    started.end()
    *_, middle, last = sorted(folder.glob("step-*"))
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content)
    middle.write_bytes(middle.read_bytes()[:-1000])
    assert resume(run).wait(PATIENCE) == 0
    log = run.log_path.read_text()
    for path in (last, middle):
        assert f"{path.name}: this checkpoint is damaged" in log
    assert "passed over" in log
    assert "Traceback" not in log
    assert weights(run) == weights(undisturbed("mlp"))
    assert stream(run) == stream(undisturbed("mlp"))


def test_a_checkpoint_that_cannot_be_written_is_told_and_the_run_goes_on(start: Start) -> None:
    started = start(epochs=3, paused=True)
    run = started.run
    started.until(lambda status: status.state == "paused")
    folder = run.path / "checkpoints"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "step-00000066.safetensors").mkdir()  # no file can be given its name
    checkpoints.write(folder, 1, {}, {"step": 1}, best=False)
    run.send("resume")
    assert started.end() == 0
    assert run.state() == "finished"
    log = run.log_path.read_text()
    assert "No checkpoint: " in log
    assert "Traceback" not in log
    found = checkpoints.newest(folder)
    assert found is not None
    assert found.facts["step"] < 66, "an earlier one is there still"


def test_a_run_killed_before_its_first_checkpoint_begins_anew(
    start: Start, resume: Callable[..., Any], undisturbed: Callable[[str], Run]
) -> None:
    started = start(epochs=EPOCHS["mlp"], paused=True)
    run = started.run
    started.until(lambda status: status.state == "paused")
    os.kill(started.process.pid, signal.SIGKILL)
    started.end()
    assert run.state() == "dead"
    for path in (run.path / "checkpoints").glob("*"):
        path.unlink()
    process = resume(run)
    wait_for(run, process, 0)
    if run.status().state == "paused":
        run.send("resume")
    assert process.wait(PATIENCE) == 0
    assert weights(run) == weights(undisturbed("mlp"))
    assert stream(run) == stream(undisturbed("mlp"))
