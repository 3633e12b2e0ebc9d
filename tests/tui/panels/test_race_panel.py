"""A race in a lesson: one run after the other, letters for curves, a table that names the best."""

from pathlib import Path

from tuilab.lesson import load
from tuilab.runs import Status
from tuilab.tui.panels.race import RacePanel, Runner, best_of, result
from tuilab.tui.run_view import Snapshot

LESSON = """---
title: A race
description: Two ways.
tuilab: {id: my.race, version: 1}
---

# Two optimizers

:::{lab:race} optimizers
:data: digits
:epochs: 2

slow: optimizer=sgd, learning_rate=0.01
fast: optimizer=adam
:::
"""


def runner(name: str, state: str, **status: float) -> Runner:
    return Runner(name[0], name, {}, snapshot=Snapshot(Status(state=state, **status), state))  # type: ignore[arg-type]


def test_the_best_is_the_one_that_did_best_on_the_test_set() -> None:
    runners = [
        runner("a", "finished", test_accuracy=0.9, loss=0.1, samples_per_s=1000.0),
        runner("b", "finished", test_accuracy=0.95, loss=0.3),
        runner("c", "diverged", loss=1e12),
        runner("d", "running", epoch=1, epochs=2),
        Runner("e", "e", {}),
    ]
    assert best_of(runners) is runners[1]
    assert best_of(runners[2:]) is None
    assert [result(one)[2] for one in runners] == [
        "1,000 samples/s",
        "finished",
        "blew up",
        "epoch 1 of 2",
        "waits",
    ]


def test_a_race_runs_in_a_lesson_one_after_the_other(drive, stand_in: list, tmp_path: Path) -> None:
    path = tmp_path / "race.md"
    path.write_text(LESSON, encoding="utf-8")
    assert not load(path).problems

    async def scenario(lab) -> None:
        lab.app.open_lesson(path)
        await lab.wait_for("Two optimizers")
        await lab.press("space")
        await lab.wait_until(lambda _: len(stand_in) == 1, "the first run")
        panel = lab.app.screen.query_one(RacePanel)
        await lab.wait_for("slow", "fast", "waits")
        await lab.wait_until(lambda _: len(stand_in) == 2, "the second run")
        assert stand_in[0].poll() is not None
        text = await lab.wait_for("2 of 2 done", "0.9812")
        assert "▸" in text
        configs = [one.steered.run.config() for one in panel._runners]
        assert [one["optimizer"] for one in configs] == ["sgd", "adam"]
        assert configs[0]["learning_rate"] == 0.01
        assert "learning_rate" not in configs[1]
        assert {one["seed"] for one in configs} == {7}

    drive(scenario, size=(80, 24))
