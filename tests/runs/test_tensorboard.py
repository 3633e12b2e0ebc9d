"""TensorBoard as the judge, where it is installed: it reads what we write, and we read what it writes."""

import math
import warnings
from pathlib import Path
from typing import Any

import pytest

from tuilab.runs.events import EventReader, EventWriter, Point, TextPoint

pytestmark = pytest.mark.filterwarnings("ignore")


def tensorboard(module: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(f"tensorboard.{module}", exc_type=ImportError)


def test_tensorboards_loader_reads_every_record_of_ours(tmp_path: Path) -> None:
    loader = tensorboard("backend.event_processing.event_file_loader")
    with EventWriter(tmp_path) as writer:
        for step in range(300):
            writer.scalars(
                step, {"train/loss": 1 / (step + 1), "train/accuracy": 0.5}, wall_time=100.0 + step
            )
    version, *events = loader.LegacyEventFileLoader(str(writer.path)).Load()
    assert version.file_version == "brain.Event:2"
    assert [(event.step, event.wall_time) for event in events] == [
        (step, 100.0 + step) for step in range(300)
    ]
    first = {value.tag: value.simple_value for value in events[0].summary.value}
    assert first == {"train/loss": 1.0, "train/accuracy": 0.5}


def test_tensorboard_shows_our_scalars_and_notes(tmp_path: Path) -> None:
    accumulator = tensorboard("backend.event_processing.event_accumulator")
    with EventWriter(tmp_path) as writer:
        writer.scalars(-1, {"loss": 0.5})
        writer.scalars(0, {"loss": math.nan})
        writer.scalars(2**40, {"loss": math.inf})
        writer.text(12, "note", "loss became NaN at batch 12")
    found = accumulator.EventAccumulator(str(tmp_path)).Reload()
    loss = {event.step: event.value for event in found.Scalars("loss")}
    assert list(loss) == [-1, 0, 2**40]
    assert loss[-1] == 0.5
    assert math.isnan(loss[0])
    assert loss[2**40] == math.inf
    (note,) = found.Tensors("note")
    assert note.tensor_proto.string_val[0] == b"loss became NaN at batch 12"
    assert found.SummaryMetadata("note").plugin_data.plugin_name == "text"


def test_tensorboard_too_waits_for_a_torn_tail(tmp_path: Path) -> None:
    loader = tensorboard("backend.event_processing.event_file_loader")
    with EventWriter(tmp_path) as writer:
        writer.scalars(0, {"loss": 1.0})
        writer.scalars(1, {"loss": 2.0})
    content = writer.path.read_bytes()
    writer.path.write_bytes(content[:-5])
    reading = loader.LegacyEventFileLoader(str(writer.path))
    assert len(list(reading.Load())) == 2
    writer.path.write_bytes(content)
    assert [event.step for event in reading.Load()] == [1]


def test_we_read_what_tensorboards_writer_writes(tmp_path: Path) -> None:
    file_writer = tensorboard("summary.writer.event_file_writer")
    event_pb2 = tensorboard("compat.proto.event_pb2")
    summary_pb2 = tensorboard("compat.proto.summary_pb2")
    scalar_v2 = tensorboard("plugins.scalar.summary_v2")
    text_v2 = tensorboard("plugins.text.summary_v2")
    histogram_v2 = tensorboard("plugins.histogram.summary_v2")
    numpy = pytest.importorskip("numpy")

    old = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="old", simple_value=0.25)])
    tensor = scalar_v2.scalar_pb("new", 0.75)
    text = text_v2.text_pb("words", "hello")
    histogram = histogram_v2.histogram_pb("weights", numpy.arange(10.0))
    writer = file_writer.EventFileWriter(str(tmp_path))
    for step, shown in enumerate((old, tensor, text, histogram)):
        writer.add_event(event_pb2.Event(wall_time=5.0, step=step, summary=shown))
    writer.close()

    reader = EventReader(tmp_path, verify=True)
    assert reader.poll() == [
        Point(0, 5.0, "old", 0.25),
        Point(1, 5.0, "new", 0.75),
        TextPoint(2, 5.0, "words", "hello"),
    ]
    assert reader.damaged == 0
