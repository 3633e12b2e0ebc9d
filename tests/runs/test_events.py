"""Curves go through event files: what is written is read, whatever happens to the file."""

import math
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.errors import RunError
from tuilab.runs import event_reader, protobuf, records, summary
from tuilab.runs.events import EventReader, EventWriter, Point, TextPoint

TAGS = st.text(st.characters(codec="utf-8"), max_size=20)
FLOATS = st.floats(width=32)
STEPS = st.integers(-(2**63), 2**63 - 1)
NAME = "events.out.tfevents.1.here"


def write(folder: Path, *records_of_values: dict[str, float]) -> Path:
    with EventWriter(folder) as writer:
        for step, values in enumerate(records_of_values):
            writer.scalars(step, values, wall_time=1000.0 + step)
    return writer.path


def read_all(reader: EventReader) -> list[Point | TextPoint]:
    found = reader.poll()
    for _ in range(1000):
        if not reader.behind:
            return found
        found += reader.poll()
    raise AssertionError("the reader is still behind after 1000 polls")


def values(points: list[Point | TextPoint]) -> list[float]:
    return [point.value for point in points if isinstance(point, Point)]


def record(step: int, **scalars: float) -> bytes:
    return records.frame(summary.scalars(1.0, step, scalars))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"train/loss": 0.5, "train/accuracy": 0.25}, {"train/loss": 0.125})
    assert EventReader(tmp_path).poll() == [
        Point(0, 1000.0, "train/loss", 0.5),
        Point(0, 1000.0, "train/accuracy", 0.25),
        Point(1, 1001.0, "train/loss", 0.125),
    ]


def test_one_step_is_one_record(tmp_path: Path) -> None:
    content = write(tmp_path, {"loss": 1.0, "accuracy": 0.5}).read_bytes()
    first = records.length_of(content[: records.HEADER])
    assert first is not None
    second = records.length_of(content[first + records.OVERHEAD :][: records.HEADER])
    assert second is not None
    assert first + second + 2 * records.OVERHEAD == len(content)


def test_a_text_comes_among_the_points(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        writer.scalars(1, {"loss": 1.0}, wall_time=5.0)
        writer.text(2, "note", "loss became NaN at batch 12 of epoch 1", wall_time=6.0)
        writer.scalars(3, {"loss": 2.0}, wall_time=7.0)
    assert EventReader(tmp_path).poll() == [
        Point(1, 5.0, "loss", 1.0),
        TextPoint(2, 6.0, "note", "loss became NaN at batch 12 of epoch 1"),
        Point(3, 7.0, "loss", 2.0),
    ]


def test_nan_and_infinity_stay_and_what_is_too_large_becomes_infinity(tmp_path: Path) -> None:
    write(tmp_path, {"a": math.nan, "b": math.inf, "c": -math.inf, "d": 1e300, "e": -1e300})
    first, *others = values(EventReader(tmp_path).poll())
    assert math.isnan(first)
    assert others == [math.inf, -math.inf, math.inf, -math.inf]


@given(STEPS, st.floats(allow_nan=False), st.dictionaries(TAGS, FLOATS, max_size=8))
def test_any_record_comes_back(step: int, wall_time: float, given_values: dict[str, float]) -> None:
    payload = summary.scalars(wall_time, step, given_values)
    event = summary.parse(payload, 0, len(payload))
    assert (event.wall_time, event.step) == (wall_time, step)
    assert {tag.decode(): repr(value) for tag, value in event.scalars} == {
        tag: repr(value) for tag, value in given_values.items()
    }


@given(STEPS, st.dictionaries(TAGS, FLOATS, max_size=40))
def test_the_quick_way_agrees_with_the_careful_one(step: int, given_values: dict[str, float]) -> None:
    payload = summary.scalars(1.0, step, given_values)
    quick, careful = EventReader(Path()), EventReader(Path())
    quick._take(payload + bytes(4), 0, len(payload))
    careful._take_scalars = lambda *_: False  # type: ignore[method-assign]
    careful._take(payload, 0, len(payload))
    assert repr(quick._points) == repr(careful._points)
    assert len(quick._points) == len(given_values)


@given(st.binary(max_size=120))
def test_a_payload_of_any_bytes_is_taken_or_counted_as_damaged(payload: bytes) -> None:
    for start in (b"", b"\x09" + bytes(8) + b"\x10\x01"):
        reader = EventReader(Path())
        reader._take(start + payload + bytes(4), 0, len(start + payload))
        assert reader.damaged in (0, 1)


def test_a_live_file_is_read_as_it_grows(tmp_path: Path) -> None:
    reader = EventReader(tmp_path)
    assert reader.poll() == []
    with EventWriter(tmp_path) as writer:
        for step in range(5):
            writer.scalars(step, {"loss": float(step)})
            writer.flush()
            assert values(reader.poll()) == [step]
            assert reader.poll() == []


def test_a_record_is_in_the_file_soon_though_nobody_flushes(tmp_path: Path) -> None:
    reader = EventReader(tmp_path)
    with EventWriter(tmp_path) as writer:
        writer.scalars(0, {"loss": 1.0})
        for _ in range(2000):
            if found := reader.poll():
                break
            writer._closed.wait(0.005)
        assert values(found) == [1.0]


def test_several_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.2.host").write_bytes(record(7, loss=2.0))
    (tmp_path / "events.out.tfevents.1.host").write_bytes(record(3, loss=1.0))
    (tmp_path / "notes.txt").write_bytes(record(9, loss=9.0))
    assert values(EventReader(tmp_path).poll()) == [1.0, 2.0]


def test_two_writers_in_one_folder_have_two_files(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as first, EventWriter(tmp_path) as second:
        assert first.path != second.path
        assert first.path.stat().st_mode & 0o777 == 0o600


# A file that is not whole


def test_a_tail_torn_at_any_byte_is_waited_for(tmp_path: Path) -> None:
    content = write(tmp_path, {"loss": 1.0}, {"loss": 2.0}, {"loss": 3.0}).read_bytes()
    for cut in range(len(content) + 1):
        folder = tmp_path / str(cut)
        folder.mkdir()
        file = folder / NAME
        file.write_bytes(content[:cut])
        reader = EventReader(folder)
        before = values(reader.poll())
        with file.open("ab") as rest:
            rest.write(content[cut:])
        assert before + values(reader.poll()) == [1.0, 2.0, 3.0], f"torn at byte {cut}"
        assert (reader.damaged, reader.generation) == (0, 0)


def test_a_tail_that_is_zeros_at_first_is_waited_for(tmp_path: Path) -> None:
    content = write(tmp_path, {"loss": 1.0}, {"loss": 2.0}).read_bytes()
    for known in range(len(content) - 1):
        folder = tmp_path / str(known)
        folder.mkdir()
        file = folder / NAME
        file.write_bytes(content[:known] + bytes(len(content) - known))
        reader = EventReader(folder)
        before = values(reader.poll())
        with file.open("r+b") as rest:
            rest.seek(known)
            rest.write(content[known:])
        os.utime(file, ns=(known, known))
        assert before + values(reader.poll()) == [1.0, 2.0], f"zeros from byte {known}"


def test_a_torn_record_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    whole = record(0, loss=1.0), record(1, loss=2.0), record(2, loss=3.0), record(3, loss=4.0)
    for cut in range(1, len(whole[1])):
        file = tmp_path / NAME
        file.write_bytes(whole[0] + whole[1][:cut] + whole[2] + whole[3])
        reader = EventReader(tmp_path)
        found = values(read_all(reader))
        assert found == [1.0, 3.0, 4.0], f"torn at byte {cut}"
        assert reader.damaged >= 1


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_garbage_between_records_is_skipped(garbage: bytes, verify: bool) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / NAME).write_bytes(
            record(0, loss=1.0) + garbage + record(1, loss=2.0) + record(2, loss=3.0)
        )
        found = values(read_all(EventReader(Path(folder), verify=verify)))
        assert found == [1.0, 2.0, 3.0]


@given(st.data())
def test_verifying_finds_every_flipped_bit(data: st.DataObject) -> None:
    import tempfile

    content = bytearray(record(0, loss=1.0) + record(1, loss=2.0) + record(2, loss=3.0))
    size = len(record(0, loss=1.0))
    bit = data.draw(st.integers(0, 8 * 2 * size - 1))
    content[bit // 8] ^= 1 << bit % 8
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / NAME).write_bytes(content)
        reader = EventReader(Path(folder), verify=True)
        assert values(read_all(reader)) == ([2.0, 3.0] if bit // 8 < size else [1.0, 3.0])
        assert reader.damaged == 1


def test_a_replaced_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(record(0, loss=1.0) + record(1, loss=2.0))
    reader = EventReader(tmp_path)
    assert values(reader.poll()) == [1.0, 2.0]
    (tmp_path / "new").write_bytes(record(0, loss=5.0) + record(1, loss=6.0) + record(2, loss=7.0))
    os.replace(tmp_path / "new", file)
    assert values(reader.poll()) == [5.0, 6.0, 7.0]
    assert reader.generation == 1


def test_a_file_that_became_shorter_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(record(0, loss=1.0) + record(1, loss=2.0))
    reader = EventReader(tmp_path)
    reader.poll()
    file.write_bytes(record(0, loss=5.0))
    assert values(reader.poll()) == [5.0]
    assert reader.generation == 1


def test_a_file_written_over_in_place_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(record(0, loss=1.0))
    reader = EventReader(tmp_path)
    reader.poll()
    file.write_bytes(record(4, loss=5.0) + record(5, loss=6.0))
    assert values(reader.poll()) == [5.0, 6.0]
    assert reader.generation == 1


def test_a_removed_file_or_folder_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(record(0, loss=1.0))
    reader = EventReader(tmp_path)
    reader.poll()
    file.unlink()
    assert reader.poll() == []
    tmp_path.rmdir()
    assert reader.poll() == []
    tmp_path.mkdir()


# A hostile file


def header(length: int) -> bytes:
    from tuilab.runs.crc32c import masked

    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", masked(packed))


@pytest.mark.parametrize("length", [2**63, 2**64 - 1, 2**40, records.LIMIT + 1])
def test_a_record_of_enormous_length_is_waited_for_without_memory(tmp_path: Path, length: int) -> None:
    (tmp_path / NAME).write_bytes(record(0, loss=1.0) + header(length) + bytes(1000))
    reader = EventReader(tmp_path)
    assert values(reader.poll()) == [1.0]
    assert not reader.behind
    assert reader.poll() == []


def test_a_record_too_large_to_read_is_skipped_by_its_length(tmp_path: Path) -> None:
    file = tmp_path / NAME
    with file.open("wb") as sparse:
        sparse.write(record(0, loss=1.0) + header(1 << 30))
        sparse.seek((1 << 30) + records.FOOTER, os.SEEK_CUR)
        sparse.write(record(1, loss=2.0))
    assert values(EventReader(tmp_path).poll()) == [1.0, 2.0]


def test_a_record_larger_than_a_block_is_read(tmp_path: Path) -> None:
    large = records.frame(summary.text(1.0, 0, "t", "") + protobuf.message(9, bytes(3 * event_reader.CHUNK)))
    (tmp_path / NAME).write_bytes(record(0, loss=1.0) + large + record(1, loss=2.0))
    reader = EventReader(tmp_path)
    assert values(read_all(reader)) == [1.0, 2.0]
    assert reader.damaged == 0


@pytest.mark.parametrize(
    "garbage",
    [
        bytes(3_000_000),
        b"\xff" * 3_000_000,
        b"<!doctype html>" * 200_000,
        (bytes(11) + b"\x01") * 20_000,
        header(50) * 20_000 + b"\1" * 100,
        header(1000) * 2_000 + b"\1" * 2_000,
    ],
    ids=["zeros", "ones", "html", "nearly zeros", "headers", "overlapping headers"],
)
def test_a_file_of_garbage_costs_bounded_work_and_ends(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / NAME).write_bytes(record(0, loss=1.0) + garbage + record(1, loss=2.0) + record(2, loss=3.0))
    reader = EventReader(tmp_path)
    found = values(read_all(reader))
    assert found[0] == 1.0
    assert found[-1] == 3.0


def test_a_poll_stops_at_its_share_of_work_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, *({"loss": float(step)} for step in range(2000)))
    monkeypatch.setattr(event_reader, "WORK_PER_POLL", 20_000)
    monkeypatch.setattr(event_reader, "CHUNK", 10_000)
    reader = EventReader(tmp_path)
    first = reader.poll()
    assert 0 < len(first) < 1000
    assert reader.behind
    assert values(first + read_all(reader)) == [float(step) for step in range(2000)]


def test_what_is_not_a_regular_file_is_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(record(0, loss=1.0))
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "events.out.tfevents.link").symlink_to(outside)
    (folder / "events.out.tfevents.folder").mkdir()
    os.mkfifo(folder / "events.out.tfevents.pipe")
    assert EventReader(folder).poll() == []


def test_no_more_tags_are_kept_than_anybody_looks_at(tmp_path: Path) -> None:
    write(tmp_path, *({f"tag{n}": 1.0} for n in range(event_reader.KEPT_TAGS + 50)), {"tag0": 2.0})
    found = EventReader(tmp_path).poll()
    assert len(found) == event_reader.KEPT_TAGS + 1
    assert found[-1].tag == "tag0"


def test_long_tags_and_texts_are_cut_and_strange_ones_readable(tmp_path: Path) -> None:
    with EventWriter(tmp_path) as writer:
        writer.scalars(0, {"é" * 1000: 1.0, "lone \ud800": 2.0})
        writer.text(0, "note", "x" * 100_000)
    first, second, text = EventReader(tmp_path).poll()
    assert first.tag == "é" * (summary.TAG_LIMIT // 2)
    assert second.tag == "lone ?"
    assert isinstance(text, TextPoint)
    assert len(text.text) == summary.TEXT_LIMIT


# A writer in trouble


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path)
    writer.close()
    writer.close()
    with pytest.raises(RunError, match="closed"):
        writer.scalars(0, {"loss": 1.0})


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nowhere"):
        EventWriter(tmp_path / "nowhere")


def test_a_full_disk_is_reported_and_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = EventWriter(tmp_path)
    writer.scalars(0, {"loss": 1.0})
    writer.flush()

    def write_half(descriptor: int, content: bytes) -> None:
        os.write(descriptor, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tuilab.runs.files.write_all", write_half)
    writer.scalars(1, {"loss": 2.0})
    with pytest.raises(RunError, match="No space left"):
        writer.flush()
    with pytest.raises(RunError, match="disk full"):
        writer.scalars(2, {"loss": 3.0})
    assert values(EventReader(tmp_path).poll()) == [1.0]
    assert writer.path.stat().st_size == writer._written
    with pytest.raises(RunError, match="disk full"):
        writer.close()
