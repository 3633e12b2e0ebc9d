"""Opening never runs anything, and what may run is exactly what a person agreed to."""

import pytest

from tuilab import paths
from tuilab.errors import TuilabError
from tuilab.lesson import library, load, trust

TEXT = "---\ntitle: T\ntuilab: {id: a.b}\n---\n```{code-cell}\nx = 1\n```\n"


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lesson.md"
    path.write_text(TEXT)
    return path


def test_bundled_lessons_are_trusted():
    assert all(trust.is_trusted(load(header.path)) for header in library())


def test_any_other_is_not_until_the_person_agrees(file):
    assert not trust.is_trusted(load(file))
    trust.agree(load(file))
    assert trust.is_trusted(load(file))


def test_asking_leaves_nothing_behind(file, tmp_path):
    trust.is_trusted(load(file))
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("change", ["lesson", "companion", "companion gone", "moved"])
def test_any_edit_and_any_move_asks_again(file, change):
    beside = file.with_suffix(".py")
    beside.write_text("def kernel(): ...\n")
    trust.agree(load(file))
    assert trust.is_trusted(load(file))
    match change:
        case "lesson":
            file.write_text(TEXT.replace("x = 1", "x = 2"))
        case "companion":
            beside.write_text("import os\n")
        case "companion gone":
            beside.unlink()
        case "moved":
            for path in (file, beside):
                path.rename(path.with_stem("other"))
            file = file.with_stem("other")
    assert not trust.is_trusted(load(file))


def test_a_companion_that_comes_later_asks_again(file):
    trust.agree(load(file))
    file.with_suffix(".py").write_text("")
    assert not trust.is_trusted(load(file))


def test_what_runs_is_what_was_hashed(file):
    """A lesson that was read before an edit is judged, and run, as it was read."""
    beside = file.with_suffix(".py")
    beside.write_text("safe = True\n")
    before = load(file)
    trust.agree(before)
    beside.write_text("safe = False\n")
    assert trust.is_trusted(before)
    assert before.companion == "safe = True\n"


def test_consent_can_be_taken_back(file):
    lesson = load(file)
    trust.agree(lesson)
    trust.revoke(lesson)
    trust.revoke(lesson)
    assert not trust.is_trusted(lesson)


def test_a_link_into_another_folder_is_not_bundled(file, tmp_path, monkeypatch):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "link.md").symlink_to(file)
    monkeypatch.setattr(paths, "lessons", lambda: tmp_path / "lessons")
    assert not trust.is_trusted(load(tmp_path / "lessons" / "link.md"))


def test_a_folder_that_others_can_write_to_is_not_believed(file):
    trust.agree(load(file))
    paths.trust().chmod(0o777)
    assert not trust.is_trusted(load(file))
    with pytest.raises(TuilabError, match="other users can write"):
        trust.agree(load(file))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 1_000_001])
def test_a_companion_that_cannot_be_read_does_not_keep_the_lesson_shut_and_nothing_runs(file, content):
    file.with_suffix(".py").write_bytes(content)
    lesson = load(file)
    assert lesson.steps
    assert len(lesson.problems) == 1
    assert not trust.is_trusted(lesson)
    with pytest.raises(TuilabError, match="was not read whole"):
        trust.agree(lesson)


def test_moving_a_line_from_one_file_to_the_other_is_another_content():
    from tuilab.lesson.source import digest

    assert len({digest(b"ab", b""), digest(b"a", b"b"), digest(b"ab", None), digest(b"", b"ab")}) == 4
