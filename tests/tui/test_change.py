"""What is typed into the dialog of changes: read as what it is, or refused in a sentence."""

import asyncio
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Input

from tuilab.tui.screens.change import FIELDS, Change, read


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", " 3e-4 ", 3e-4),
        ("optimizer", "momentum", "momentum"),
        ("batch_size", "64", 64),
        ("batch_size", "64.0", 64),
        ("noise", "0", 0.0),
        ("weight", "dense/kernel[3, 4] = -0.5", {"name": "dense/kernel", "index": [3, 4], "value": -0.5}),
        ("weight", "dense/bias[0]=1e3", {"name": "dense/bias", "index": [0], "value": 1000.0}),
    ],
)
def test_a_setting_is_read_as_it_is_written(name: str, text: str, value: Any) -> None:
    assert read(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("learning_rate", "fast", "a number"),
        ("learning_rate", "0", "above 0"),
        ("learning_rate", "nan", "above 0"),
        ("optimizer", "adamm", "momentum, nesterov"),
        ("batch_size", "2.5", "whole number"),
        ("batch_size", "inf", "whole number"),
        ("batch_size", "0", "whole number"),
        ("noise", "-1", "from 0 to 10"),
        ("weight", "dense/kernel = 3", "as in dense/kernel"),
        ("weight", "dense/kernel[1] = x", "a number"),
        ("weight", "dense/kernel[1] = inf", "a number from"),
        ("weight", "\x1b[2J", "as in"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(name: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        read(name, text)
    assert "\x1b" not in str(caught.value)


def test_every_example_but_that_of_choices_can_be_typed_as_it_stands() -> None:
    for name, (_, example) in FIELDS.items():
        assert read(name, example.split(",")[0] if name == "optimizer" else example) is not None


def test_the_dialog_answers_what_was_given_and_stays_where_it_is_wrong() -> None:
    answers: list[Any] = []

    async def scenario() -> None:
        app: App[None] = App()
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(Change("Change", {"learning_rate": "0.001"}), answers.append)
            await pilot.pause()
            await pilot.press("enter")
            assert "Nothing was given" in str(app.screen.query_one("#wrong").render())
            app.screen.query_one("#learning_rate", Input).value = "fast"
            await pilot.press("enter")
            assert "expected a number" in str(app.screen.query_one("#wrong").render())
            app.screen.query_one("#learning_rate", Input).value = "0.01"
            await pilot.press("down", "down")
            app.screen.query_one("#batch_size", Input).value = "32"
            await pilot.press("enter")
            await pilot.pause()
            app.push_screen(Change("Change", {}), answers.append)
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()

    asyncio.run(scenario())
    assert answers == [{"learning_rate": 0.01, "batch_size": 32}, None]
