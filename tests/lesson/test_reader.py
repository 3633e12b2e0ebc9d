import pytest

from tuilab.lesson import CodeCell, Directive, Formula, Prose, load

FRONT = "---\ntitle: The title\ntuilab: {id: a.b}\n---\n"


@pytest.fixture
def read(tmp_path):
    def loaded(body):
        path = tmp_path / "lesson.md"
        path.write_text(FRONT + body, encoding="utf-8")
        return load(path)

    return loaded


def test_each_heading_of_the_second_level_begins_a_step(read):
    lesson = read("# Title\n\nintro\n\n## One\n\na\n\n### inside\n\nb\n\n## Two\n\nc\n")
    assert [(step.title, step.line) for step in lesson.steps] == [("Title", 5), ("One", 9), ("Two", 17)]
    assert lesson.steps[1].blocks == (Prose("a\n\n### inside\n\nb", 11),)


def test_a_title_with_nothing_beneath_it_is_no_step(read):
    assert [step.title for step in read("# Title\n\n## One\n\na\n").steps] == ["One"]
    assert [step.title for step in read("# Title\n").steps] == ["Title"]


def test_text_before_any_heading_stands_under_the_lessons_title(read):
    assert [step.title for step in read("hello\n").steps] == ["The title"]


def test_a_lesson_without_a_body_has_one_empty_step(read):
    (step,) = read("").steps
    assert (step.title, step.blocks) == ("The title", ())


def test_headings_inside_code_are_no_headings(read):
    lesson = read(
        "## One\n\n```python\n# not a title\n## nor a step\n```\n\n```{code-cell}\n## neither\n```\n"
    )
    assert [step.title for step in lesson.steps] == ["One"]
    assert lesson.header.steps == 1


def test_blocks_come_in_order_and_know_their_lines(read):
    (step,) = read(
        "## S\n\nprose $x$\n\n$$\ny = x\n$$\n\n```{code-cell} ipython3\nx = 1\n```\n\nmore\n"
    ).steps
    assert step.blocks == (
        Prose("prose $x$", 7),
        Formula("y = x", 9),
        CodeCell("x = 1", "python", (), 13),
        Prose("more", 17),
    )


def test_a_formula_is_not_torn_by_a_line_of_equal_signs(read):
    (step,) = read("$$\na\n=\nb\n$$\n").steps
    assert step.blocks == (Formula("a\n=\nb", 5),)


def test_formulas_may_be_written_as_a_fence(read):
    (step,) = read("```math\nx\n```\n\n```{math}\ny\n```\n").steps
    assert [block.latex for block in step.blocks] == ["x", "y"]


@pytest.mark.parametrize(
    "options",
    ["---\ntags: [setup]\ntuilab: {exercise: x}\n---\n", ":tags: [setup]\n:tuilab: {exercise: x}\n"],
)
def test_the_metadata_of_a_cell_is_read_in_both_of_its_forms(read, options):
    (step,) = read("```{code-cell} ipython3\n" + options + "\nx = 1\ny = 2\n```\n").steps
    (cell,) = step.blocks
    assert (cell.source, cell.tags, dict(cell.metadata)["tuilab"]) == (
        "x = 1\ny = 2",
        ("setup",),
        {"exercise": "x"},
    )


def test_wrong_metadata_is_a_problem_of_its_cell_and_not_of_the_lesson(read):
    lesson = read("```{code-cell} ipython3\n---\ntags: [a\n---\nx = 1\n```\n")
    (cell,) = lesson.steps[0].blocks
    assert cell.source == "x = 1"
    assert "this is not YAML" in cell.problem
    assert len(lesson.problems) == 1


def test_a_block_break_and_a_comment_end_a_stretch_of_prose_and_are_not_shown(read):
    (step,) = read('a\n\n+++ {"k": 1}\n\nb\n\n% a note\n\nc\n').steps
    assert [block.markdown for block in step.blocks] == ["a", "b", "c"]


def test_directives_are_read_in_both_of_their_forms(read):
    lesson = read("```{lab:train} one\n:epochs: 2\n```\n\n:::{lab:train} two\n:epochs: 3\n:::\n")
    one, two = lesson.steps[0].blocks
    assert isinstance(one, Directive)
    assert isinstance(two, Directive)
    assert [(it.argument, it.options["epochs"], it.problem) for it in (one, two)] == [
        ("one", 2, ""),
        ("two", 3, ""),
    ]


def test_other_languages_keep_their_names(read):
    (step,) = read("```{code-cell} julia\nx\n```\n\n```{code-cell}\ny\n```\n").steps
    assert [cell.language for cell in step.blocks] == ["julia", "python"]
