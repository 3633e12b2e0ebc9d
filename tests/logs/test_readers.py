"""Each reader against what lies in real folders: growing, cut, replaced, hostile."""

import json
import os
import time
from pathlib import Path

import pytest

from tuilab.logs import Finder, Log
from tuilab.logs.log import MOST_METRICS, Lines
from tuilab.logs.tables import CsvLog
from tuilab.runs import EventWriter


def read(place: Path) -> list[Log]:
    logs = Finder([place]).look()
    for log in logs:
        poll(log)
    return logs


def poll(log: Log) -> None:
    log.poll()
    for _ in range(100):
        if not log.behind:
            return
        log.poll()


def points(log: Log, name: str) -> list[tuple[int, float]]:
    return [(step, value) for step, _, value in log.metrics[name].rows()]


# CSV and JSON lines


def test_a_table_grows_by_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss,note\n1,0.5,begun\n2,0.2")
    [log] = read(tmp_path)
    assert points(log, "loss") == [(1, 0.5)]
    with path.open("a") as file:
        file.write("5,\n3,,\n4,nan,\n")
    poll(log)
    assert [step for step, _ in points(log, "loss")] == [1, 2, 4]
    assert "note" not in log.metrics


def test_without_a_step_the_row_counts(tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("loss\r\n3\r\n2\r\n1\r\n")
    [log] = read(tmp_path)
    assert points(log, "loss") == [(0, 3), (1, 2), (2, 1)]


def test_a_table_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text("step,a\n1,1\n2,2\n")
    [log] = read(tmp_path)
    path.write_text("step,a,b\n1,1,\n2,2,\n3,3,7\n")
    poll(log)
    assert points(log, "a") == [(1, 1), (2, 2), (3, 3)]
    assert points(log, "b") == [(3, 7)]


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"step": 1, "loss": 0.5, "nested": {"accuracy": 0.9, "ok": True}},
        {"step": 2, "loss": "NaN"},
        {"step": 3, "loss": 10**400},
    ]
    text = "\n".join([*map(json.dumps, lines), "no json", "[1]", "[" * 100_000, ""])
    (tmp_path / "log.jsonl").write_text(text)
    [log] = read(tmp_path)
    assert points(log, "nested/accuracy") == [(1, 0.9)]
    assert [step for step, _ in points(log, "loss")] == [1, 2]
    assert "3 lines are no objects" in log.notice


# Event files


def test_event_files_of_ours_in_bulk_and_one_by_one(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        for step in range(3000):
            writer.scalars(step, {"train/loss": step / 2, "train/accuracy": step / 4})
            if step % 500 == 499:
                writer.scalars(step, {"validation/loss": step / 8})
                writer.text(step, "note", f"epoch at {step}")
    [log] = read(tmp_path)
    assert points(log, "train/loss") == [(step, step / 2) for step in range(3000)]
    assert points(log, "train/accuracy") == [(step, step / 4) for step in range(3000)]
    assert points(log, "validation/loss") == [(step, step / 8) for step in range(499, 3000, 500)]
    assert [note.step for note in log.notes] == list(range(499, 3000, 500))
    assert not log.notice


def test_a_run_of_ours_can_be_looked_at_by_epochs(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        for step in (0, 234, 468, 703):
            writer.scalars(step, {"loss": 1.0})
    (tmp_path / "status.json").write_text(json.dumps({"state": "running", "batches": 468}))
    [log] = read(tmp_path)
    assert log.metrics["loss"].ends("epoch") == (0.0, pytest.approx(703 / 468))


def test_a_damaged_stretch_costs_its_own_points_only(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        for step in range(3000):
            writer.scalars(step, {"loss": float(step)})
    [path] = tmp_path.glob("*tfevents*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = b"\xff" * 40
    path.write_bytes(content)
    [log] = read(tmp_path)
    found = points(log, "loss")
    assert 2990 <= len(found) < 3000
    assert all(value == step for step, value in found)
    assert "damaged" in log.notice


def test_steps_that_run_backwards_are_drawn_in_order(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        for step in [*range(100), *range(50, 150)]:
            writer.scalars(step, {"loss": 1.0})
    [log] = read(tmp_path)
    assert not log.metrics["loss"].is_ordered
    x, _ = log.metrics["loss"].points()
    assert (x[1:] >= x[:-1]).all()


# Hostile places


def test_a_million_metrics_are_bounded_and_said(tmp_path: Path) -> None:
    names = ",".join(f"m{number}" for number in range(5000))
    (tmp_path / "wide.csv").write_text(f"{names}\n" + ",".join("1" * 5000) + "\n")
    with (tmp_path / "wide.jsonl").open("w") as file:
        for number in range(3000):
            file.write(json.dumps({f"n{number}": 1}) + "\n")
    for log in read(tmp_path):
        assert 0 < len(log.metrics) <= MOST_METRICS
    assert any("more than 1,000 metrics" in log.notice for log in read(tmp_path))


def test_names_are_made_safe_and_short(tmp_path: Path) -> None:
    (tmp_path / "evil.jsonl").write_text(json.dumps({"\x1b]52;c;AAAA\x07" + "x" * 10_000_00: 1.0}) + "\n")
    [log] = read(tmp_path)
    [name] = log.metrics
    assert "\x1b" not in name
    assert len(name) <= 200


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"step,loss\n1,1\n" + b"9" * (3 * Lines.BYTES) + b"\n2,2\n")
    [log] = read(tmp_path)
    assert points(log, "loss")[-1] == (2, 2.0)
    assert "left out" in log.notice


def test_links_pipes_and_closed_doors_are_let_be(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(outside)
    (inside / "link.csv").symlink_to(outside / "secret.csv")
    os.mkfifo(inside / "pipe.csv")
    os.mkfifo(inside / "events.out.tfevents.1")
    (inside / "loop").symlink_to(inside)
    begun = time.monotonic()
    assert read(inside) == [log for log in read(inside) if log.kind == "TensorBoard"]
    assert time.monotonic() - begun < 30  # a pipe that is opened for reading waits for ever
    log = CsvLog(inside / "pipe.csv", "pipe")
    poll(log)
    assert "cannot be read" in log.notice


def test_a_log_that_vanishes_keeps_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n1,0.5\n")
    [log] = read(tmp_path)
    path.unlink()
    poll(log)
    assert points(log, "loss") == [(1, 0.5)]
    assert "is gone" in log.notice


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run-x.wandb", b":W&B\xe1\xbe\x00" + b"\x00" * 4 + b"\xff\xff\x01" + b"x" * 100_000),
        ("run-x.wandb", b"no such file"),
        ("run-x.wandb", b":W&B\xe1\xbe\x00" + os.urandom(200_000)),
        ("trainer_state.json", b'{"log_history": [{"loss": "x", "step": null}, 7, null]}'),
        ("trainer_state.json", b"{" * 100_000),
        ("mlflow.db", b"SQLite format 3\x00" + os.urandom(5000)),
        ("log.csv", os.urandom(100_000)),
        ("log.jsonl", os.urandom(100_000)),
        ("events.out.tfevents.1", (2**63).to_bytes(8, "little") + os.urandom(100_000)),
    ],
)
def test_whatever_a_file_holds_it_is_read_or_left_out(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for log in read(tmp_path):
        for series in log.metrics.values():
            assert series.count < 200_000


def test_new_runs_are_found_and_old_ones_stay_the_same(tmp_path: Path) -> None:
    finder = Finder([tmp_path])
    assert finder.look() == []
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.csv").write_text("x\n1\n")
    [first] = finder.look()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "log.csv").write_text("x\n1\n")
    assert [log.name for log in finder.look()] == ["a", "b"]
    assert finder.look()[0] is first
