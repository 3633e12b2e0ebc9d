"""Drives the lab without a terminal, with a stand-in for the training process."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tuilab import lesson, paths, training
from tuilab.runs import Run
from tuilab.tui.app import TuilabApp
from tuilab.tui.screens import library

STAND_IN = Path(__file__).parent.parent / "terminal" / "stand_in_run.py"
PATIENCE = 20.0

Scenario = Callable[["Lab"], Awaitable[None]]


class Lab:
    """The lab under test: keys in, text out."""

    def __init__(self, app: TuilabApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    def text(self) -> str:
        """What is on the screen, row by row."""
        rows = self.app.screen._compositor.render_strips(self.app.screen.size)
        return "\n".join(strip.text.rstrip() for strip in rows)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def wait_for(self, *words: str) -> str:
        """Wait until all the words are on the screen."""
        return await self.wait_until(lambda text: all(word in text for word in words), f"{words}")

    async def wait_until(self, holds: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if holds(text := self.text()):
                return text
            await self.pilot.pause(0.02)
        raise AssertionError(f"waited in vain for {what} on:\n{self.text()}")

    def widget(self, selector: str) -> Widget:
        return self.app.screen.query_one(selector)


FIRST_LOOK = [header for header in lesson.library() if header.id == "ch2.first-look"]


@pytest.fixture(autouse=True)
def one_lesson(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that does not change when lessons are written, and leaves room for runs."""
    if "many" not in request.fixturenames:
        monkeypatch.setattr(library, "library", lambda: list(FIRST_LOOK))


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and state of each test for itself, on a terminal with all colours."""
    monkeypatch.setenv("TUILAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Training processes that compute nothing; answers the list of those that were started."""
    started: list[subprocess.Popen[bytes]] = []

    def start(
        config: Mapping[str, Any], *, root: Path | None = None, attached: bool = True, name: str | None = None
    ) -> tuple[Run, "subprocess.Popen[bytes]"]:
        whole = {
            "data": "mnist",
            "data_name": "MNIST",
            "model": "mlp",
            "epochs": 5,
            "batch_size": 128,
            **config,
        }
        run = Run.create(root or paths.runs(), whole, name)
        return run, begin(run, attached=attached)

    def begin(run: Run, *, attached: bool = True) -> "subprocess.Popen[bytes]":
        with run.log_path.open("ab") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, str(STAND_IN), str(run.path)],
                    stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PYTHONPATH": str(STAND_IN.parent.parent.parent)},
                )
            )
        return started[-1]

    monkeypatch.setattr(training, "start", start)
    monkeypatch.setattr(training, "begin", begin)
    yield started
    for process in started:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


@pytest.fixture
def drive() -> Callable[..., TuilabApp]:
    """Runs a scenario in the lab: `drive(scenario, size=(80, 24))`."""

    def run(scenario: Scenario, size: tuple[int, int] = (80, 24), **options: Any) -> TuilabApp:
        app = TuilabApp(**options)

        async def go() -> None:
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await scenario(Lab(app, pilot))

        asyncio.run(go())
        return app

    return run
