"""What may be changed in a run by hand: a dialog with what it is now, and what it shall be."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tuilab.text import safe
from tuilab.tui.widgets.frame import glyphs_of, in_signs

FIELDS: Mapping[str, tuple[str, str]] = {
    "learning_rate": ("learning rate", "0.003"),
    "optimizer": ("optimizer", "sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw"),
    "batch_size": ("batch size", "64"),
    "noise": ("noise on inputs", "0.1"),
    "weight": ("one weight", "dense/kernel[3, 4] = 0.5"),
}
"""Each setting with its words and an example."""
_WEIGHT = re.compile(
    r"\s*(?P<name>[^\[\]=]{1,200}?)\s*\[(?P<index>[\d,\s]{0,100})\]\s*=\s*(?P<value>\S{1,40})\s*"
)


class Change(ModalScreen[dict[str, Any] | None]):
    """Asks for new settings; answers those that were given, checked, or None where nothing shall change."""

    DEFAULT_CSS = """
    Change { align: center middle; background: $background 60%; }
    Change #change { width: 72; max-width: 96%; height: auto; background: $surface; }
    Change #change { border: solid $accent; padding: 1 2; }
    .-signs-ascii Change #change { border: ascii $accent; }
    Change .setting { height: 1; }
    Change .setting Static { width: 17; }
    Change .setting .now { width: 13; color: $text-muted; }
    Change Input { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
    Change Input:focus { background: $boost; border: none; }
    Change #wrong { height: auto; color: $text-error; margin-top: 1; }
    """
    BINDINGS: ClassVar = [
        ("escape", "leave", "Back"),
        ("up", "move(-1)", "Setting above"),
        ("down", "move(1)", "Setting below"),
    ]

    def __init__(self, title: str, now: Mapping[str, str], *, may_be_empty: bool = False) -> None:
        super().__init__()
        self._title, self._now, self._may_be_empty = title, now, may_be_empty

    def compose(self) -> ComposeResult:
        with Vertical(id="change"):
            yield Static(Content.assemble((safe(self._title, limit=100), "bold")))
            yield Static("")
            for name, (words, example) in FIELDS.items():
                with Horizontal(classes="setting"):
                    yield Static(words)
                    yield Static(safe(self._now.get(name, ""), limit=12), classes="now")
                    yield Input(placeholder=example, id=name, select_on_focus=False)
            yield Static("", id="wrong")
            keys = Content.assemble(
                ("enter", "b $accent"), " does it   ", ("↑ ↓", "b $accent"), " setting   ",
                ("esc", "b $accent"), " back",
            )  # fmt: skip
            yield Static(in_signs(keys, glyphs_of(self)))

    def on_mount(self) -> None:
        self.query_one("#learning_rate", Input).focus()

    def action_move(self, by: int) -> None:
        fields = list(self.query(Input))
        here = next((at for at, one in enumerate(fields) if one.has_focus), 0)
        fields[(here + by) % len(fields)].focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        event.stop()
        wanted: dict[str, Any] = {}
        for field in self.query(Input):
            if field.value.strip() and field.id is not None:
                try:
                    wanted[field.id] = read(field.id, field.value)
                except ValueError as error:
                    self.query_one("#wrong", Static).update(Content(f"{FIELDS[field.id][0]}: {error}"))
                    field.focus()
                    return
        if wanted or self._may_be_empty:
            self.dismiss(wanted)
        else:
            self.query_one("#wrong", Static).update("Nothing was given: write a new value, or press esc.")


def read(name: str, text: str) -> Any:
    """The value of a setting as it was typed; ValueError says what was expected."""
    from tuilab.runs.control import SETTINGS
    from tuilab.training.config import LEARNING_RATES

    text = text.strip()
    if name == "optimizer":
        if text not in LEARNING_RATES:
            raise ValueError(f"expected one of {', '.join(LEARNING_RATES)}, not {_shown(text)}")
        return text
    if name == "weight":
        found = _WEIGHT.fullmatch(text)
        if found is None:
            raise ValueError(f"expected as in {FIELDS['weight'][1]}, not {_shown(text)}")
        index = [int(one) for one in re.findall(r"\d{1,9}", found["index"])]
        value = {"name": found["name"], "index": index, "value": _number(found["value"])}
        return SETTINGS["weight"](value)
    given = _number(text)
    return SETTINGS[name](int(given) if name == "batch_size" and given.is_integer() else given)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected a number, not {_shown(text)}") from None


def _shown(text: str) -> str:
    return safe(repr(text), limit=40)
