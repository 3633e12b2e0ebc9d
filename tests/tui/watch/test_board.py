"""Which runs and charts there are, which are shown, and what part of them."""

from pathlib import Path

import pytest

from tuilab.errors import TuilabError
from tuilab.logs import Finder
from tuilab.tui.watch import expression
from tuilab.tui.watch.board import MOST_SHOWN, Board, split
from tuilab.tui.watch.once import frame
from tuilab.tui.watch.window import Window


def board_of(folder: Path) -> Board:
    board = Board()
    logs = Finder([folder]).look()
    for log in logs:
        log.poll()
    board.take(logs)
    board.choose()
    return board


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "title", "part"),
    [
        ("train/loss", "loss", 0),
        ("val_loss", "loss", 1),
        ("loss/test", "loss", 2),
        ("eval_loss", "loss", 1),
        ("learning_rate", "learning_rate", 0),
        ("train", "train", 0),
        ("training_time", "time", 0),
    ],
)
def test_training_and_validation_share_a_chart(name: str, title: str, part: int) -> None:
    assert split(name) == (title, part)


def test_losses_come_first_and_rates_last(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "step,learning_rate,zeta,accuracy,train_loss,val_loss,epoch\n1,1,1,1,1,1,1\n")
    board = board_of(tmp_path)
    assert board.titles() == ["loss", "accuracy", "zeta", "learning_rate"]
    assert [one.part for one in board.series("loss")] == [0, 1]


def test_the_two_folders_of_keras_are_one_run(tmp_path: Path) -> None:
    for part in ("train", "validation"):
        write(tmp_path / "mlp" / part / "log.csv", "step,epoch_loss\n1,0.5\n")
    write(tmp_path / "alone" / "train" / "log.csv", "step,epoch_loss\n1,0.5\n")
    board = board_of(tmp_path)
    assert sorted(run.name for run in board.runs) == ["alone/train", "mlp"]
    assert sorted(one.part for one in board.series("epoch_loss")) == [0, 0, 1]


def test_of_many_runs_the_newest_are_drawn(tmp_path: Path) -> None:
    for number in range(20):
        write(
            tmp_path / f"run-{number:02}" / "log.csv", f"step,time,loss\n1,{1000 + number},0.{number + 10}\n"
        )
    board = board_of(tmp_path)
    assert [run.name for run in board.visible()] == [f"run-{number:02}" for number in range(12, 20)]
    assert len(board.visible()) == MOST_SHOWN
    board.runs[0].pinned = True
    board.filter = expression.read("loss<0.28 !run-15")
    assert {run.name for run in board.visible()} == {
        "run-00",
        "run-12",
        "run-13",
        "run-14",
        "run-16",
        "run-17",
    }


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("", True),
        ("MLP", True),
        ("mlp !adam", False),
        ("loss<0.5", True),
        ("loss<=0.25", True),
        ("loss>0.25", False),
        ("train/loss=0.25", True),
        ("accuracy>.5", False),
        ("other<1", False),
    ],
)
def test_filters(text: str, admitted: bool) -> None:
    newest = {"train/loss": 0.25, "accuracy": float("nan")}
    assert expression.read(text).admits("runs/mlp-adam", newest) is admitted


@pytest.mark.parametrize("text", ["loss<", "<5", "loss<five", "a<b<c", "=", "\x1b]52<\x07"])
def test_a_filter_that_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(TuilabError) as caught:
        expression.read(text)
    assert "\x1b" not in str(caught.value)


# The window


def test_zooming_in_follows_the_newest_and_out_again_shows_everything() -> None:
    window = Window()
    window.zoom((0, 100), 0.5)
    assert window.shown == (50, 100)
    assert window.of((0, 200)) == (150, 200)
    window.zoom((0, 200), 0.5)
    assert window.shown == (175, 200)
    for _ in range(4):
        window.zoom((0, 200), 2.0)
    assert window.shown is None


def test_zooming_keeps_the_cursor_where_it_is() -> None:
    window = Window()
    window.read((0, 100), -0.75)
    assert window.cursor == 25
    window.zoom((0, 100), 0.5)
    assert window.shown == (12.5, 62.5)


def test_the_cursor_takes_the_window_along() -> None:
    window = Window(shown=(0, 10), follows=False, cursor=9.5)
    window.read((0, 100), 0.1)
    assert window.cursor == 10.5
    assert window.of((0, 100)) == (0.5, 10.5)
    window.first((0, 100))
    assert (window.cursor, window.shown) == (0, (0, 10))
    window.last()
    assert window.of((0, 100)) == (90, 100)


def test_back_leaves_the_cursor_then_the_zoom() -> None:
    window = Window(shown=(0, 10), cursor=5)
    assert [window.back(), window.back(), window.back()] == [True, True, False]
    assert window == Window()


# One frame


def test_one_frame_names_runs_and_draws_charts(tmp_path: Path) -> None:
    write(tmp_path / "mlp" / "log.csv", "step,loss\n" + "".join(f"{n},{1 / (n + 1)}\n" for n in range(50)))
    write(tmp_path / "e\x1bvil" / "log.csv", "step,loss\n1,nan\n")
    text = "\n".join(frame([tmp_path], 80, "", "braille"))
    assert "mlp" in text
    assert "step 49" in text
    assert "⠁" in text or "⡀" in text or "⠒" in text
    assert "\x1b" not in text
    assert all(len(line) <= 80 for line in text.split("\n"))
    assert next(iter(frame([tmp_path], 80, "nowhere", "braille"))) == "no run is let through by the filter"
    assert "no runs" in next(iter(frame([tmp_path / "mlp" / "none"], 80, "", "ascii")))
