import pytest

from tuilab.errors import LessonError
from tuilab.lesson import load

GOOD = "---\ntitle: Broadcasting\ntuilab: {id: ch2.broadcasting}\n---\n# Broadcasting\n\ntext\n"


@pytest.fixture
def write(tmp_path):
    def written(content):
        path = tmp_path / "lesson.md"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_a_lesson_needs_a_title_and_an_id(write):
    header = load(write(GOOD)).header
    assert (header.id, header.title) == ("ch2.broadcasting", "Broadcasting")
    assert (header.version, header.lang, header.minutes, header.prerequisites) == (1, "en", 0, ())


def test_all_fields_are_read(write):
    header = load(
        write(
            "---\ntitle: T\ndescription: D\n"
            'tuilab: {id: a.b, version: 3, book: "2.10", order: 210, lang: de, minutes: 12,\n'
            "         prerequisites: [a.a], needs: [mnist], kernels: [dense, adam]}\n---\ntext\n"
        )
    ).header
    assert (header.description, header.book, header.order, header.minutes) == ("D", "2.10", 210, 12)
    assert (header.version, header.lang, header.chapter) == (3, "de", 2)
    assert (header.prerequisites, header.needs, header.kernels) == (("a.a",), ("mnist",), ("dense", "adam"))


def test_byte_order_mark_and_dos_line_ends_do_no_harm(write):
    assert load(write(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())).header.title == "Broadcasting"


def front(*lines):
    return "\n".join(["---", *lines, "---", "text", ""])


TITLE, ID = "title: T", "tuilab: {id: a.b}"


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("# No front matter\n", 1, "begins with a line `---`"),
        ("", 1, "begins with a line `---`"),
        ("---\ntitle: T\n", 1, "does not end"),
        (front(ID), 2, "`title` is missing"),
        (front(TITLE), 2, "no `tuilab:` with an id"),
        (front(TITLE, "tuilab: {version: 1}"), 3, "`tuilab.id` is missing"),
        (front(TITLE, "tuilab:", "  id: Has Spaces"), 4, "expected small letters"),
        (front("title: 3", ID), 2, "`title` is 3, expected a text"),
        (
            front(TITLE, "tuilab:", "  id: a.b", "  order: first"),
            5,
            "`tuilab.order` is 'first', expected a whole number",
        ),
        (front(TITLE, "tuilab:", "  id: a.b", "  order: -1"), 5, "from 0 to 999,999"),
        (front(TITLE, "tuilab:", "  id: a.b", "  minutes: true"), 5, "`tuilab.minutes` is True"),
        (front(TITLE, "tuilab:", "  id: a.b", "  book: 2.10"), 5, "`tuilab.book` is 2.1, expected a text"),
        (front(TITLE, "tuilab:", "  id: a.b", "  needs: mnist"), 5, "expected a list of names"),
        (front(TITLE, "tuilab:", "  id: a.b", "  kernel: [x]"), 5, "Did you mean `kernels`?"),
        (front(TITLE, "title: U", ID), 3, "`title` is on line 2 already"),
        (front(TITLE, "tuilab: {id: [a}"), 3, "this is not YAML"),
        (front("- a", "- b"), 2, "expected `name: value` lines"),
        (front(TITLE, "a: &x [1]", "b: *x", ID), 3, "anchors (&) and aliases (*)"),
        (front(TITLE, "a: " + "[" * 50 + "]" * 50, ID), 3, "nested deeper than 12"),
        (front(TITLE, "a: " + "[" * 15_000, ID), 3, "nested deeper than 12"),
        (front(TITLE, "a: " + "1" * 5_000, ID), 2, "cannot be read"),
        (front(TITLE, "a: 2024-99-99", ID), 2, "cannot be read"),
        (front(TITLE, "a: !!python/object/apply:os.system [ls]", ID), 3, "this is not YAML"),
        (front(TITLE, "a: b\x07", ID), 3, "U+0007 cannot stand in YAML"),
        (front(TITLE, "a: " + "b" * 20_000, ID), 2, "at most 16,000"),
        (front("title: " + "T" * 200, ID), 2, "at most 120"),
        (GOOD + "a\0b\n", 8, "NUL"),
        (GOOD.encode() + b"caf\xe9\n", 8, "0xe9 is not UTF-8"),
        (GOOD.encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_a_fault_is_named_with_its_file_and_its_line(write, content, line, said):
    path = write(content)
    with pytest.raises(LessonError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)


def test_a_file_too_large_is_refused(write):
    with pytest.raises(LessonError, match=r"more than 1,000,000 bytes"):
        load(write(GOOD + "x" * 1_000_000))


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(LessonError, match="no such file"):
        load(tmp_path / "missing.md")
    with pytest.raises(LessonError, match=r"not a file|cannot be read"):
        load(tmp_path)


def test_opening_a_pipe_does_not_wait_for_its_other_end(tmp_path):
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(LessonError, match="not a file"):
        load(tmp_path / "pipe.md")
