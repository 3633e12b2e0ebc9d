"""A run's curve for other programs."""

import csv
import io
import json
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from tuilab import paths
from tuilab.cli import main
from tuilab.runs import EventWriter, Run
from tuilab.runs.event_writer import cut, sizes
from tuilab.runs.events import EventReader
from tuilab.runs.export import as_csv, as_jsonl

VALUES = [2.5, float("nan"), 0.5, float("inf")]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TUILAB_RUNS", str(tmp_path / "runs"))
    made = Run.create(paths.runs(), {"data": "mnist", "model": "mlp"})
    with EventWriter(made.events_folder) as writer:
        for step, value in enumerate(VALUES, 1):
            writer.scalars(step, {"train/loss": value}, wall_time=100.0 + step)
        writer.text(2, "note", "a <note>, of\nlines", wall_time=102.0)
    return made


def test_csv_has_a_line_a_number(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO("".join(as_csv(run)))))
    assert [(int(row["step"]), row["tag"]) for row in rows] == [(step, "train/loss") for step in (1, 2, 3, 4)]
    assert [row["value"] for row in rows] == ["2.5", "nan", "0.5", "inf"]
    assert float(rows[0]["wall_time"]) == 101.0


def test_json_lines_are_json_even_where_numbers_are_none(run: Run) -> None:
    found = [json.loads(line, parse_constant=pytest.fail) for line in as_jsonl(run)]
    assert [it["value"] for it in found if it["tag"] == "train/loss"] == [2.5, "nan", 0.5, "inf"]
    assert [it["text"] for it in found if it["tag"] == "note"] == ["a <note>, of\nlines"]


def test_the_drawing_is_svg_and_a_spike_and_a_gap_are_in_it(run: Run) -> None:
    with EventWriter(run.events_folder) as writer:
        for step in range(5, 20_000):
            writer.scalars(step, {"train/loss": 1e4 if step == 9_999 else 0.5}, wall_time=200.0)
    done = CliRunner().invoke(main, ["runs", "export", run.name, "--to", "svg"])
    assert done.exit_code == 0, done.output
    root = ElementTree.fromstring(done.output)
    lines = [one.get("points", "") for one in root.iter("{http://www.w3.org/2000/svg}polyline")]
    heights = [float(pair.split(",")[1]) for line in lines for pair in line.split()]
    assert min(heights) < 60 < max(heights), "the spike reaches up to the top"
    assert all(map(math.isfinite, heights))
    assert len(done.output) < 200_000


def test_a_file_is_not_written_over_unless_told_to(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    arguments = ["runs", "export", run.name, "--to", "csv", "--output", str(target)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    before = target.read_text()
    again = CliRunner().invoke(main, arguments)
    assert (again.exit_code, target.read_text()) == (1, before)
    assert "stays as it is" in again.output
    assert CliRunner().invoke(main, [*arguments, "--force"]).exit_code == 0


def test_a_curve_is_cut_where_it_was_and_goes_on_in_a_file_behind(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path)
    writer.scalars(1, {"loss": 1.0})
    writer.flush()
    kept = sizes(tmp_path)
    writer.scalars(2, {"loss": 9.0})
    writer.close()
    with EventWriter(tmp_path) as later:
        later.scalars(3, {"loss": 9.0})
    reader = EventReader(tmp_path)
    assert len(reader.poll()) == 3
    cut(tmp_path, kept)
    assert sizes(tmp_path) == kept
    with EventWriter(tmp_path, after=1) as third:
        third.scalars(2, {"loss": 2.0})
    assert sorted(sizes(tmp_path))[-1] == third.path.name
    found = [(point.step, point.value) for point in EventReader(tmp_path, verify=True).poll()]
    assert found == [(1, 1.0), (2, 2.0)]
    before = reader.generation
    assert [(point.step, point.value) for point in reader.poll()] == found, "one who reads along reads anew"
    assert reader.generation > before


def test_tensorboard_forgets_what_was_cut(tmp_path: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", exc_type=ImportError
    )
    with EventWriter(tmp_path) as writer:
        for step in (1, 2, 3):
            writer.scalars(step, {"loss": 1.0})
    with EventWriter(tmp_path, after=2) as later:
        later.scalars(3, {"loss": 5.0})
    found = accumulator.EventAccumulator(str(tmp_path)).Reload().Scalars("loss")
    assert [(one.step, one.value) for one in found] == [(1, 1.0), (2, 1.0), (3, 5.0)]
