"""Sliders: what they stand at, and what the session is told while they move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.lesson import trust
from tuilab.lesson.bodies import sliders
from tuilab.lesson.reader import load
from tuilab.tui.panels.params import ParamsPanel, Place
from tuilab.tui.screens.lesson import LessonScreen


def place(text):
    (slider,), wrong = sliders([(1, text)])
    assert not wrong
    return Place(slider)


@pytest.mark.parametrize(
    ("text", "steps", "value"),
    [
        ("rate: 1e-4..1 log = 0.01", 0, 0.01),
        ("rate: 1e-4..1 log = 0.01", 10, 0.1),
        ("rate: 1e-4..1 log = 0.01", -10, 0.001),
        ("rate: 1e-4..1 log = 0.01", 1, 0.0126),
        ("rate: 1e-4..1 log = 0.01", 99, 1),
        ("units: 1..64 whole = 32", 1, 34),
        ("units: 1..5 whole = 3", 1, 4),
        ("w: -2..2 = 0", 1, 0.1),
        ("w: -2..2 = 0", -99, -2),
        ("n: 1..1000 log whole = 1", 1, 2),
        ("n: 1..1000 log whole = 1", 2, 3),
    ],
)
def test_a_step_is_a_round_number_or_a_tenth_of_a_decade(text, steps, value):
    found = place(text)
    found.move(steps)
    assert found.value == value


RANGES = st.sampled_from(
    ["a: 0..1", "a: -3..5 = 1", "a: 1e-6..1e3 log", "a: 1..64 whole", "a: 1..5000 log whole", "a: 7..8 whole"]
)


@given(RANGES, st.lists(st.integers(-80, 80), max_size=8))
def test_it_stays_in_its_range_and_there_and_back_is_the_same_number(text, moves):
    found = place(text)
    slider = found.slider
    for steps in moves:
        before, at = found.value, found.steps
        moved = found.move(steps)
        assert slider.low <= found.value <= slider.high
        assert moved is (found.value != before)
        assert 0 <= found.share <= 1
        if slider.whole:
            assert found.value == int(found.value)
        back = at - found.steps
        found.move(back)
        assert found.value == before


@given(RANGES, st.floats(-0.5, 1.5))
def test_a_click_goes_to_the_nearest_step(text, share):
    found = place(text)
    found.seek(share)
    assert found.slider.low <= found.value <= found.slider.high
    inside = min(1.0, max(0.0, share))
    for steps in (-1, 1):
        other = place(text)
        other.steps = found.steps + steps
        assert abs(found.share - inside) <= abs(other.share - inside) + 0.05


def test_every_step_but_at_the_ends_is_another_number():
    for text in ("n: 1..64 log whole = 1", "a: 0..1", "a: 1e-3..10 log"):
        found = place(text)
        found.to_end(last=False)
        seen = [found.value]
        while found.move(1):
            seen.append(found.value)
        assert seen == sorted(set(seen))
        assert (seen[0], seen[-1]) == (found.slider.low, found.slider.high)
        assert len(seen) < 120


# In a lesson ---------------------------------------------------------------------------------------

LESSON = """---
title: T
tuilab: {id: a.b}
---
## One

```{code-cell}
rate, units = 0.01, 32
```

```{code-cell}
product = rate * units
```

:::{lab:params}
rate: 1e-4..1 log = 0.01
units: 1..64 whole = 32
:::
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "params.md"
    path.write_text(LESSON)
    return load(path)


def test_keys_move_sliders_and_what_uses_their_names_runs_again(drive, lesson) -> None:
    trust.agree(lesson)

    async def scenario(lab) -> None:
        screen = LessonScreen(lesson)
        await lab.app.push_screen(screen)
        await lab.wait_for("▪ rate", "0.01", "▪ units")
        panel = screen.query_one(ParamsPanel)
        screen._activate(panel)
        for _ in range(10):
            await lab.press("right")
        await lab.wait_for("1  0.1 log")
        await lab.wait_until(lambda text: not panel.sending, "the end")
        assert (await screen.ask("product", 99)).number == pytest.approx(3.2)
        assert screen.workbook.works[1].runs >= 2
        await lab.press("down", "left")
        await lab.wait_for("▸ ▪ units", "30")
        await lab.wait_until(lambda text: not panel.sending, "the end")
        assert (await screen.ask("units", 99)).text == "30"
        assert (await screen.ask("product", 99)).number == pytest.approx(3.0)

    drive(scenario)


def test_a_held_key_sends_few_values_and_the_last_one(drive, lesson, monkeypatch) -> None:
    sent = []

    async def scenario(lab) -> None:
        screen = LessonScreen(lesson)

        async def assign(values, line, *, rerun=True):
            import asyncio

            sent.append(dict(values))
            await asyncio.sleep(0.2)

        monkeypatch.setattr(screen, "assign", assign)
        await lab.app.push_screen(screen)
        await lab.wait_for("▪ rate")
        panel = screen.query_one(ParamsPanel)
        for _ in range(30):
            panel.action_previous_stop()
        panel.action_down()
        panel.action_last()
        await lab.wait_until(lambda text: not panel.sending, "the end")

    drive(scenario)
    assert sent[-1]["units"] == 64
    assert isinstance(sent[-1]["units"], int)
    assert [values["rate"] for values in sent if "rate" in values][-1] == 1e-4
    assert len(sent) <= 2


def test_a_slider_that_a_cell_overruled_says_so(drive, lesson) -> None:
    trust.agree(lesson)

    async def scenario(lab) -> None:
        screen = LessonScreen(lesson)
        await lab.app.push_screen(screen)
        await lab.wait_for("▪ rate")
        panel = screen.query_one(ParamsPanel)
        panel.action_next_stop()
        await lab.wait_until(lambda text: not panel.sending, "the end")
        await screen.workbook.run(screen.workbook.works[:1])
        await lab.wait_for("a cell gave rate another value", "0.0126?")
        panel.action_next_stop()
        await lab.wait_until(lambda text: "?" not in text.split("0.0158")[-1][:2], "the end")

    drive(scenario)


def test_what_fails_is_said(drive, tmp_path) -> None:
    path = tmp_path / "params.md"
    path.write_text(LESSON.replace("rate * units", "units / (rate - 0.0126)"))
    lesson = load(path)
    trust.agree(lesson)

    async def scenario(lab) -> None:
        screen = LessonScreen(lesson)
        await lab.app.push_screen(screen)
        await lab.wait_for("▪ rate")
        screen.query_one(ParamsPanel).action_next_stop()
        await lab.wait_for("✗ ZeroDivisionError")

    drive(scenario)
