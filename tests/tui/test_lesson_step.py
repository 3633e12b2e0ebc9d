import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tuilab.lesson import directives, library, load
from tuilab.lesson.model import CodeCell, Directive, Formula, Prose, Step
from tuilab.tui.widgets.lesson_step import LessonStep, Sideways

TRAIN = directives.read("lab:train", "x", ":epochs: 3\n", 9, "```{lab:train} x\n:epochs: 3\n```")


class Page(App[None]):
    def __init__(self, step: Step | None, **options) -> None:
        super().__init__()
        self.step = LessonStep(step, **options)

    def compose(self) -> ComposeResult:
        yield self.step

    def rows(self) -> list[str]:
        """What stands on the screen."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


def on_page(step, act, size=(78, 20), **options):
    """The result of `act(page, pilot)` on a page that shows `step`."""

    async def run():
        page = Page(step, glyphs=options.pop("glyphs", "braille"), **options)
        async with page.run_test(size=size) as pilot:
            await pilot.pause()
            return await act(page, pilot)

    return asyncio.run(run())


async def the_rows(page, pilot):
    return page.rows()


def step_of(*blocks):
    return Step("A step", 1, blocks)


def test_a_step_shows_its_title_its_prose_its_formulas_and_its_code():
    step = step_of(
        Prose("Some *prose* with $x_i$.", 3),
        Formula(r"\frac{a}{b}", 5),
        CodeCell("x = 1\nif x:\n    y", "python", (), 9),
    )
    assert on_page(step, the_rows)[:12] == [
        " A step",
        "",
        " Some prose with xᵢ.",
        "",
        "    a",
        "    ─",
        "    b",
        "",
        "   x = 1",
        "   if x:",
        "       y",
        "",
    ]


def test_ascii_is_ascii_through_and_through():
    step = step_of(
        Prose("- $\\alpha$ × 2", 1), Formula(r"\sqrt{\beta}", 2), CodeCell("x = '→'", "python", (), 3), TRAIN
    )
    assert all(row.isascii() for row in on_page(step, the_rows, glyphs="ascii"))


def test_a_formula_that_is_not_known_is_shown_as_source_with_what_is_wrong():
    rows = on_page(step_of(Formula(r"a + \xyzzy", 7)), the_rows)
    assert r" line 7: `\xyzzy` at character 5 is not known." in rows
    assert r"   a + \xyzzy" in rows


QUIZ = "Which?\n\n- [x] this one\n  > right\n- [ ] that\n  > wrong\n"
PREDICT = ":answer: 42\nHow many?\n"


@pytest.mark.parametrize(
    ("name", "argument", "content", "shown"),
    [
        ("lab:step", "X + y", ":rows: 4\n", "lab:step X + y: view grid · rows 4"),
        ("lab:quiz", "q", QUIZ, "- this one"),
        ("lab:predict", "q", PREDICT, "How many?"),
        ("lab:params", "", "rate: 0..1\n", "rate: 0..1"),
        ("lab:hint", "a", "Think.\n", "Think."),
    ],
)
def test_what_the_lab_cannot_act_on_yet_is_shown_without_its_answers(name, argument, content, shown):
    rows = on_page(step_of(directives.read(name, argument, content, 4, "source")), the_rows)
    assert any(shown in row for row in rows), rows
    assert any("cannot act on it yet" in row for row in rows)
    assert not any(answer in row for row in rows for answer in ("42", "[x]", "wrong"))


def test_a_directive_that_is_not_known_is_shown_as_its_text_with_a_warning():
    rows = on_page(step_of(directives.read("lab:grph", "", "", 4, "```{lab:grph}\n:a: b\n```")), the_rows)
    assert any(row.startswith(" line 4: There is no directive `lab:grph`.") for row in rows)
    assert "   ```{lab:grph}" in rows


def test_a_panel_can_be_made_in_the_place_of_a_directive_and_of_a_cell():
    def panel(block):
        return Static(f"PANEL {block.options['epochs'] if isinstance(block, Directive) else block.source}")

    rows = on_page(step_of(TRAIN, CodeCell("x = 1", "python", (), 12)), the_rows, panel=panel)
    assert " PANEL 3" in rows
    assert " PANEL x = 1" in rows


def test_where_no_panel_is_made_a_directive_shows_its_settings():
    assert any("epochs 3" in row for row in on_page(step_of(TRAIN), the_rows, panel=lambda block: None))


def test_a_hidden_block_is_not_there():
    step = step_of(Prose("seen", 1), CodeCell("unseen", "python", ("solution",), 2), Prose("seen too", 9))
    rows = on_page(step, the_rows, hidden=lambda block: isinstance(block, CodeCell))
    assert [row.strip() for row in rows if row.strip()] == ["A step", "seen", "seen too"]


def test_another_step_takes_the_place_of_the_first_from_its_top():
    async def act(page, pilot):
        page.step.scroll_end(animate=False)
        await page.step.show(step_of(Prose("second", 1)))
        await pilot.pause()
        return page.rows(), page.step.scroll_offset.y

    rows, offset = on_page(step_of(Prose("line\n\n" * 40, 1)), act)
    assert " second" in rows
    assert not any("line" in row for row in rows)
    assert offset == 0


def test_only_text_that_is_too_wide_can_be_scrolled_sideways():
    async def act(page, pilot):
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        return [view.can_focus for view in page.query(Sideways)]

    narrow, wide = CodeCell("x = 1", "python", (), 1), CodeCell("x" * 60, "python", (), 2)
    assert on_page(step_of(narrow, wide), act) == [False, True]


def test_prose_is_laid_out_again_for_another_width():
    async def act(page, pilot):
        wide = page.rows()
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        return wide, page.rows()

    wide, narrow = on_page(step_of(Prose("one two three four five", 1)), act)
    assert wide[2] == " one two three four five"
    assert narrow[2:4] == [" one two three four", " five"]


HOSTILE = "\x1b[2J\x9b31m\u202e\x07\x00[bold red]x[/] $brace [link=a]"


def test_nothing_that_a_hostile_lesson_says_steers_the_terminal():
    step = Step(
        "title " + HOSTILE,
        1,
        (
            Prose(HOSTILE + "\n\n    " + HOSTILE + "\n\n[a](https://x\x1b.org) &#27; `" + HOSTILE + "`", 2),
            Formula(HOSTILE, 3),
            CodeCell(HOSTILE, HOSTILE, (HOSTILE,), 4, problem=HOSTILE),
            Directive(HOSTILE, HOSTILE, {"a": HOSTILE}, HOSTILE, 5, HOSTILE, HOSTILE),
            Directive("lab:train", HOSTILE, {HOSTILE: HOSTILE}, HOSTILE, 6, HOSTILE),
        ),
    )
    rows = on_page(step, the_rows, size=(100, 40))
    assert all(row.isprintable() for row in rows)
    assert any("[bold red]x[/]" in row for row in rows)


@pytest.mark.parametrize(("size", "every"), [((78, 20), 1), ((100, 26), 9), ((30, 10), 9), ((1, 1), 9)])
def test_every_step_of_every_bundled_lesson_is_shown(size, every):
    """All steps at the size of most terminals, some of them at others."""
    steps = [step for header in library() for step in load(header.path).steps][::every]

    async def act(page, pilot):
        for step in steps:
            await page.step.show(step)
            await pilot.pause()
            assert any(row.strip() for row in page.rows()) or size == (1, 1)

    on_page(None, act, size=size)
