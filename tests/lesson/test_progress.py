"""What a learner did is kept, whatever else is running, whatever the disk does and the lesson becomes."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuilab.errors import LessonError
from tuilab.lesson.progress import NOTHING, Progress, Record

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "progress")


def test_what_was_solved_is_there_at_the_next_visit(progress):
    made = progress.note_try("a.b", "sum", 1, "return x", solved=True)
    again = Progress(progress.folder).record("a.b", "sum", 1)
    assert again == made
    assert again.solved
    assert (again.tries, again.answer) == (1, "return x")
    assert Progress(progress.folder).record("a.b", "other", 1) == NOTHING


def test_what_was_solved_once_stays_solved(progress):
    first = progress.note_try("a.b", "sum", 1, "right", solved=True)
    later = progress.note_try("a.b", "sum", 1, "wrong", solved=False)
    assert (later.solved_at, later.tries, later.answer) == (first.solved_at, 2, "wrong")


def test_hints_only_count_up_and_an_answer_is_kept_unchecked(progress):
    progress.note_hint("a.b", "sum", 1, 2)
    progress.note_hint("a.b", "sum", 1, 1)
    assert progress.keep_answer("a.b", "sum", 1, "half") == Record(hints=2, answer="half")


def test_a_new_version_asks_again_and_offers_the_old_answer(progress):
    progress.note_try("a.b", "sum", 1, "old", solved=True)
    assert not progress.record("a.b", "sum", 2).solved
    assert progress.draft("a.b", "sum", 2) == "old"
    progress.note_try("a.b", "sum", 2, "new", solved=False)
    assert progress.draft("a.b", "sum", 2) == "new"
    assert progress.record("a.b", "sum", 1).solved  # an older lab finds what it knew
    assert progress.draft("a.b", "sum", 1) == "old"


def test_reset_forgets_one_version_of_one_exercise(progress):
    for version in (1, 2):
        progress.note_try("a.b", "sum", version, "x", solved=True)
    progress.reset("a.b", "sum", 2)
    assert set(progress.of("a.b")) == {("sum", 1)}


def test_two_labs_at_once_lose_nothing_of_each_others(progress):
    code = """
import sys
from pathlib import Path
from tuilab.lesson.progress import Progress
progress = Progress(Path(sys.argv[1]))
for number in range(20):
    progress.note_try("a.b", f"{sys.argv[2]}-{number}", 1, "x", solved=True)
    progress.note_try("a.b", "both", 1, "x", solved=False)
"""
    labs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(progress.folder), name],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for name in ("left", "right")
    ]
    assert [lab.wait(timeout=60) for lab in labs] == [0, 0]
    records = progress.of("a.b")
    assert len(records) == 41
    assert records["both", 1].tries == 40


def test_a_full_disk_is_one_sentence_and_the_old_file_stays(progress, monkeypatch):
    progress.note_try("a.b", "sum", 1, "first", solved=True)

    def full(descriptor, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tuilab.runs.files.write_all", full)
    with pytest.raises(LessonError, match=r"could not be kept \(No space left on device\)"):
        progress.note_try("a.b", "more", 1, "second", solved=True)
    monkeypatch.undo()
    assert set(progress.of("a.b")) == {("sum", 1)}
    assert sorted(path.name for path in progress.folder.iterdir()) == ["a.b.json", "a.b.lock"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LessonError, match="could not be kept"):
        Progress(tmp_path / "file" / "progress").note_hint("a.b", "sum", 1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"format": 1}',
        b'{"format": 1, "exercises": {"a": {"1": {"tries": "many"}}}}',
        b'{"format": 1, "exercises": {"a": {"x": {}}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_set_aside_and_said(progress, content):
    progress.folder.mkdir()
    (progress.folder / "a.b.json").write_bytes(content)
    assert progress.of("a.b") == {}
    assert "cannot be read" in progress.notice
    progress.note_try("a.b", "sum", 1, "x", solved=True)
    assert "kept as a.b.json.damaged-1" in progress.notice
    assert (progress.folder / "a.b.json.damaged-1").read_bytes() == content
    assert set(progress.of("a.b")) == {("sum", 1)}


def test_a_file_of_a_later_tuilab_is_left_alone(progress):
    progress.folder.mkdir()
    written = json.dumps({"format": 2, "everything": []})
    (progress.folder / "a.b.json").write_text(written)
    assert progress.of("a.b") == {}
    assert "a later tuilab" in progress.notice
    with pytest.raises(LessonError, match="a later tuilab"):
        progress.note_hint("a.b", "sum", 1, 1)
    assert (progress.folder / "a.b.json").read_text() == written


def test_fields_that_a_later_version_adds_do_no_harm(progress):
    progress.folder.mkdir()
    (progress.folder / "a.b.json").write_text(
        '{"format": 1, "exercises": {"sum": {"1": {"solved_at": 5, "stars": 3}}}}'
    )
    assert progress.record("a.b", "sum", 1).solved


def test_no_lesson_can_name_a_file_outside(progress):
    for name in ("../../etc/passwd", "", "a/b", "a\0b"):
        with pytest.raises(LessonError, match="is not the id of a lesson"):
            progress.note_hint(name, "sum", 1, 1)


def test_answers_never_make_the_file_too_large_to_be_read_back(progress):
    for number in range(12):
        progress.keep_answer("a.b", "sum", number + 1, "\x01" * 50_000)
    assert progress.record("a.b", "sum", 12).answer
    assert progress.notice == ""
