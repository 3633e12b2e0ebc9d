"""The watch screen, driven by keys."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tuilab.tui.charts.run_chart import RunChart
from tuilab.tui.screens.watch import WatchScreen
from tuilab.tui.widgets.frame import MessageLine

Drive = Callable[..., object]


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    for name, rate in (("mlp", 40), ("lstm", 90)):
        folder = tmp_path / name
        folder.mkdir()
        rows = "".join(f"{n},{2 / (1 + n / rate):.4f},{1 - 1 / (1 + n / rate):.4f}\n" for n in range(200))
        (folder / "log.csv").write_text("step,loss,accuracy\n" + rows)
    return tmp_path


async def opened(lab, place: Path, wanted: str = "") -> WatchScreen:
    lab.app.open_watch([place], wanted)
    await lab.wait_until(lambda _: getattr(lab.app.screen, "_all_read", False), "all to be read")
    await lab.pilot.pause()
    screen = lab.app.screen
    assert isinstance(screen, WatchScreen)
    return screen


def shown(screen: WatchScreen) -> list[str]:
    return [chart.options.title for chart in screen.query(RunChart) if chart.display]


def said(screen: WatchScreen) -> str:
    return screen.query_one(MessageLine).text


@pytest.mark.parametrize(("size", "titles"), [((80, 24), ["loss"]), ((200, 60), ["▸ loss", "accuracy"])])
def test_as_many_charts_as_there_is_room_for(
    watched: Path, size: tuple[int, int], titles: list[str], drive: Drive
) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched)
        assert shown(screen) == titles
        await lab.press("down", "enter")
        assert shown(screen)[0].endswith("accuracy")

    drive(scenario, size=size)


def test_the_cursor_reads_all_runs_at_one_place(watched: Path, drive: Drive) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched)
        await lab.press("home")
        assert said(screen).startswith("step 0: lstm 2")
        assert "mlp 2" in said(screen)
        await lab.press("right", "shift+right")
        assert not said(screen).startswith("step 0:")
        cursors = {chart.options.cursor for chart in screen.query(RunChart) if chart.display}
        assert len(cursors) == 1
        assert None not in cursors
        await lab.press("escape")
        assert said(screen) == ""

    drive(scenario, size=(120, 30))


def test_zoom_scale_average_and_axis(watched: Path, drive: Drive) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched)
        chart = next(iter(screen.query(RunChart)))
        await lab.press("full_stop")
        assert chart.options.window == (99.5, 199.0)
        await lab.press("comma")
        assert chart.options.window is None
        await lab.press("L")
        assert chart.options.y_scale == "log"
        await lab.press("M", "M", "M")
        assert chart.options.smoothing == 0
        await lab.press("X")
        assert "seconds since each run began" in said(screen)

    drive(scenario, size=(80, 24))


def test_runs_are_hidden_pinned_and_looked_at_alone(watched: Path, drive: Drive) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched)
        await lab.press("tab", "enter")
        assert sorted(run.shown for run in screen._board.runs) == [False, True]
        await lab.press("m")
        assert all(run.shown for run in screen._board.runs)
        await lab.press("o")
        assert len(screen._board.visible()) == 1
        await lab.press("o")
        assert len(screen._board.visible()) == 2

    drive(scenario, size=(160, 40))


def test_the_filter_chooses_runs_and_escape_takes_it_back(watched: Path, drive: Drive) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched)
        await lab.press("slash", *"lstm")
        assert [run.name for run in screen._board.visible()] == ["lstm"]
        assert said(screen) == "1 of 2 runs"
        await lab.press("<", "x")
        assert "is no bound" in said(screen) or "is no number" in said(screen)
        await lab.press("escape")
        assert len(screen._board.visible()) == 2

    drive(scenario, size=(160, 40))


def test_what_is_written_while_one_watches_is_drawn(watched: Path, drive: Drive) -> None:
    async def scenario(lab) -> None:
        screen = await opened(lab, watched, "mlp")
        assert [run.name for run in screen._board.visible()] == ["mlp"]
        with (watched / "mlp" / "log.csv").open("a") as file:
            file.write("500,0.1,0.9\n")
        for _ in range(300):
            await lab.pilot.pause(0.02)
            if screen._whole[1] == 500:
                break
        assert screen._whole == (0, 500)

    drive(scenario, size=(100, 30))


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 10), (80, 24), (300, 100)])
def test_any_size_and_no_runs_at_all(tmp_path: Path, size: tuple[int, int], drive: Drive) -> None:
    async def scenario(lab) -> None:
        await opened(lab, tmp_path)
        await lab.press("right", "full_stop", "tab", "enter", "down", "o", "m", "L", "home", "end")

    drive(scenario, size=size)
