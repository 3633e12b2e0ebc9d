"""`tuilab new`: a lesson that works from its first minute."""

import pytest

from tuilab.authoring import check, skeleton
from tuilab.errors import LessonError
from tuilab.lesson import load


@pytest.mark.parametrize("name", ["my.broadcasting", "a", "ch9.2-d", "my_lessons.on.sums", "1e5"])
def test_a_new_lesson_has_no_faults_and_its_cells_do_what_they_say(tmp_path, run_here, name):
    path = skeleton.create(name, tmp_path)
    report = check([path], run_here)
    assert [str(fault) for fault in report.faults] == []
    assert report.cells_run
    lesson = load(path)
    assert lesson.header.id == name
    assert len(lesson.exercises) == 1
    assert {it.name for it in lesson.directives} == {"lab:step", "lab:predict", "lab:hint", "lab:train"}


def test_its_file_has_the_last_part_of_the_id(tmp_path):
    assert skeleton.create("my.broadcasting", tmp_path / "new") == tmp_path / "new" / "broadcasting.md"


def test_what_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "link.md").symlink_to(tmp_path / "mine.md")
    for name in ("ch2.mine", "ch2.link"):
        with pytest.raises(LessonError, match="is there already, and stays as it is"):
            skeleton.create(name, tmp_path)
    assert (tmp_path / "mine.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Big Idea", "How about `big-idea`?"),
        ("../../etc", "is not an id"),
        ("a" * 100, "at most 60 characters"),
        ("\x1b", "Write it as `my.broadcasting`"),
        ("ch2.first-look", "There is a lesson ch2.first-look already"),
    ],
)
def test_an_id_that_cannot_be_says_why(tmp_path, name, said):
    with pytest.raises(LessonError) as caught:
        skeleton.create(name, tmp_path)
    assert said in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LessonError, match="cannot be made"):
        skeleton.create("a.b", tmp_path / "file")
