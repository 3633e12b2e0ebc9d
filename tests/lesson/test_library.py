import subprocess
import sys

from tuilab.lesson import library, load


def lesson(id_, order=1, body="# T\n\ntext\n"):
    return f"---\ntitle: T {id_}\ntuilab: {{id: {id_}, order: {order}}}\n---\n{body}"


def test_lessons_come_in_the_order_of_the_book(tmp_path):
    (tmp_path / "ch2").mkdir()
    (tmp_path / "z.md").write_text(lesson("a.z", 101))
    (tmp_path / "ch2" / "a.md").write_text(lesson("b.a", 201))
    (tmp_path / "ch2" / "b.md").write_text(lesson("b.b", 102))
    assert [header.id for header in library(tmp_path)] == ["a.z", "b.b", "b.a"]


def test_no_lesson_that_cannot_be_read_keeps_the_others_from_being_listed(tmp_path):
    (tmp_path / "good.md").write_text(lesson("a.good", 5))
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "binary.md").write_bytes(bytes(range(256)))
    (tmp_path / "bomb.md").write_text("---\na: &a [x,x]\nb: &b [*a,*a]\n---\n")
    (tmp_path / "deep.md").write_text("---\na: " + "{a: " * 3_000 + "\n---\n")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "dangling.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "evil\x1b[2J.md").write_text("no")
    headers = library(tmp_path)
    assert [header.id for header in headers if not header.problem] == ["a.good"]
    assert headers[0].id == "a.good"
    assert len(headers) == 7
    assert all("\x1b" not in header.title + header.id + header.problem for header in headers)


def test_control_characters_do_not_get_through_a_title(tmp_path):
    (tmp_path / "a.md").write_text('---\ntitle: "a\\e[31m\\u202eb"\ntuilab: {id: a.b}\n---\n')
    (header,) = library(tmp_path)
    assert header.title == "a␛[31mb"


def test_the_second_lesson_with_an_id_says_who_has_it(tmp_path):
    (tmp_path / "a.md").write_text(lesson("same"))
    (tmp_path / "b.md").write_text(lesson("same"))
    first, second = library(tmp_path)
    assert first.problem == ""
    assert "already used by" in second.problem
    assert str(first.path) in second.problem


def test_readmes_and_hidden_files_are_no_lessons(tmp_path):
    for name in ("README.md", ".hidden.md", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("x")
    assert library(tmp_path) == []


def test_a_folder_that_is_not_there_holds_no_lessons(tmp_path):
    assert library(tmp_path / "missing") == []


def test_the_bundled_lessons_are_all_right():
    headers = library()
    assert "ch2.first-look" in [header.id for header in headers]
    for header in headers:
        assert header.problem == ""
        read = load(header.path)
        assert read.problems == ()
        assert len(read.steps) == header.steps


def test_steps_are_counted_without_parsing_as_they_are_with_it(tmp_path):
    bodies = [
        "",
        "# T\n",
        "# T\n\n+++\n\n% note\n\n## A\n",
        "# T\ntext\n## A\n## B\n",
        "text\n\n# T\n\n## A\n\n```\n# no\n```\n",
        "## A\n\n~~~\n## no\n~~~~\n\n:::{x}\n## no\n:::\n## B\n",
        "# T\n\n$$\nx\n$$\n\n# U\n\n## A ##\n\n   ## B\n\n    ## code\n",
    ]
    for number, body in enumerate(bodies):
        path = tmp_path / f"{number}.md"
        path.write_text(lesson(f"a.l{number}", body=body))
        counted = next(header.steps for header in library(tmp_path) if header.path == path)
        assert counted == len(load(path).steps), body


def test_the_room_is_light_to_enter():
    code = (
        "import sys, tuilab.lesson, tuilab.tui.formula\n"
        "heavy = {'yaml', 'markdown_it', 'numpy', 'numba', 'textual', 'pygments'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert found.stderr.strip() == ""
