"""The one table of keys: it is sound, and everything made from it says the same."""

from pathlib import Path

import pytest

from tuilab.tui import bindings
from tuilab.tui.app import TuilabApp
from tuilab.tui.bindings import PLACES, TABLE, Place, Row
from tuilab.tui.screens.explain import ExplainScreen
from tuilab.tui.screens.frame import LabScreen
from tuilab.tui.screens.help import HelpScreen
from tuilab.tui.screens.inspect import InspectScreen
from tuilab.tui.screens.kernel import KernelScreen
from tuilab.tui.screens.lesson import LessonScreen
from tuilab.tui.screens.library import LibraryScreen
from tuilab.tui.screens.training import TrainingScreen
from tuilab.tui.screens.watch import WatchScreen

SCREENS: dict[Place, type[LabScreen]] = {
    "library": LibraryScreen,
    "lesson": LessonScreen,
    "training": TrainingScreen,
    "inspect": InspectScreen,
    "explain": ExplainScreen,
    "watch": WatchScreen,
    "kernel": KernelScreen,
    "help": HelpScreen,
}


def test_a_key_means_one_thing_everywhere() -> None:
    meanings: dict[str, set[str]] = {}
    for row in TABLE:
        for key in row.keys.split(","):
            meanings.setdefault(key, set()).add(row.action)
    assert {key: actions for key, actions in meanings.items() if len(actions) > 1} == {}


def test_an_action_has_one_row() -> None:
    actions = [row.action for row in TABLE]
    assert len(actions) == len(set(actions))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.action)
def test_every_key_does_something_where_it_is_offered(row: Row) -> None:
    for place in row.places:
        assert hasattr(SCREENS[place], f"action_{row.action}") or hasattr(TuilabApp, f"action_{row.action}")


@pytest.mark.parametrize("place", PLACES)
def test_every_key_of_the_table_is_bound_on_the_screen(place: Place) -> None:
    owners = (SCREENS[place], TuilabApp)
    bound = {key for owner in owners for binding in owner.BINDINGS for key in binding.key.split(",")}
    assert {key for row in bindings.at(place) for key in row.keys.split(",")} <= bound


@pytest.mark.parametrize("place", PLACES)
def test_help_and_the_way_out_are_offered_everywhere(place: Place) -> None:
    assert {"help", "leave"} <= {row.action for row in bindings.footer(place)}


def test_the_markdown_table_names_every_key() -> None:
    lines = bindings.markdown_table().splitlines()
    assert lines[:2] == ["| key | does | where |", "|---|---|---|"]
    assert len(lines) == 2 + len(TABLE)
    assert "| `space` | Start training; pause it; go on | lesson, training |" in lines


def test_the_readme_has_the_table() -> None:
    readme = Path(__file__).parent.parent.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    if "| key | does | where |" not in text:
        pytest.skip("the README shows no keys yet: insert bindings.markdown_table()")
    assert bindings.markdown_table().strip() in text
