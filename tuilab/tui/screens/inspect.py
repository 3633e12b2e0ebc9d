"""Looking inside a run: its parameters, gradients and values at the last batch, one by one."""

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input

from tuilab.errors import TuilabError
from tuilab.text import number, safe
from tuilab.tui.bindings import Place, Row
from tuilab.tui.screens.frame import LabScreen, keys_of
from tuilab.tui.tensors.axes import index_in
from tuilab.tui.widgets.entry_list import Entry, EntryList
from tuilab.tui.widgets.frame import TopLine
from tuilab.tui.widgets.tensor_view import MARKS, Role, TensorView

if TYPE_CHECKING:
    from pathlib import Path

    from tuilab.autodiff.trace import Trace
    from tuilab.runs.inspect import Tensors
    from tuilab.tui.steering import SteeredRun

GROUPS: tuple[tuple[str, str, Role], ...] = (
    ("parameter", "Parameters", "parameter"),
    ("gradient", "Gradients", "gradient"),
    ("value", "Values, 16 samples", "forward"),
    ("batch", "The batch, 16 samples", "forward"),
)
ROLES: dict[str, Role] = {group: role for group, _, role in GROUPS}
LOOK_EVERY = 0.5
"""Seconds between two looks at a run that goes on."""


class InspectScreen(LabScreen):
    """A list of a run's arrays, and the one under the cursor."""

    place: ClassVar[Place] = "inspect"
    BINDINGS: ClassVar = keys_of("inspect")

    def __init__(self, steered: "SteeredRun") -> None:
        super().__init__()
        self._steered = steered
        self._found: Tensors | None = None

    def top_line(self) -> TopLine:
        return TopLine("inside", self._steered.run.name)

    def compose_body(self) -> ComposeResult:
        with Container(id="inside"):
            yield EntryList(id="arrays")
            yield TensorView(empty="waiting for the run to show its arrays …")
            yield Input(placeholder="index, such as 3, 0, 12", id="index", select_on_focus=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.begin()

    def begin(self) -> None:
        """Look for something to show."""
        self.run_worker(self._follow())

    async def _follow(self) -> None:
        """Ask the run for its arrays, and show what comes, as long as it goes on."""
        while True:
            try:
                going = (await asyncio.to_thread(self._steered.run.status)).alive
                if going:
                    self._steered.run.send("inspect")
                await self._look()
                if not going:
                    if self._found is None:
                        self.say(
                            "This run has ended and kept no arrays. A run that goes on shows them.", "warning"
                        )
                    return
            except TuilabError as error:
                if self._found is None:
                    self.say(str(error), "warning")
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        from tuilab.runs import read_tensors

        path = self._steered.run.inspect_folder / "step.safetensors"
        if not path.exists():
            return
        before = self._found
        self._found = await asyncio.to_thread(read_tensors, self._steered.run, "step")
        if not (self.query(TopLine) and self.query("#arrays")):
            return  # the screen was left while the file was read
        step = safe(self._found.metadata.get("step", ""), limit=20)
        self.query_one(TopLine).right = self._place(step)
        if before is None or set(before.arrays) != set(self._found.arrays):
            self.query_one("#arrays", EntryList).show(_entries(self._found))
        self._show()

    def _place(self, step: str) -> str:
        """Where the run stands: after a batch, or within one."""
        if not step.isdecimal() or self._found is None:
            return ""
        phase = safe(self._found.metadata.get("phase", ""), limit=20)
        batch = number(int(step))
        return f"within batch {batch} · {phase}" if phase else f"after batch {batch}"

    def _show(self) -> None:
        key = self.query_one("#arrays", EntryList).cursor
        if self._found is None or key not in self._found.arrays:
            return
        kind, _, name = key.partition(" ")
        self.query_one(TensorView).show(self._found.arrays[key], name, ROLES.get(kind, "forward"))
        self.refresh_keys()

    @on(EntryList.Moved)
    def _moved(self, event: EntryList.Moved) -> None:
        self._show()

    def can(self, row: Row) -> bool:
        # That arrows move a cursor needs no words in the bottom line.
        return row.action not in ("next_stop", "previous_stop") and super().can(row)

    def word(self, row: Row) -> str:
        if row.action == "view":
            return self.query_one(TensorView).following
        words = {"next_step": "array", "previous_step": "array back", "open": "why"}
        if row.action in words:
            return words[row.action]
        return super().word(row)

    async def action_open(self) -> None:
        """Why the number under the cursor is what it is: of a step that is walked there is a trace to ask."""
        key = self.query_one("#arrays", EntryList).cursor
        if self._found is None or key not in self._found.arrays:
            return
        number_of = _numbers(self._found).get(str(key))
        if number_of is None:
            walked = self._found.metadata.get("phase")
            words = "This was given, not computed: ask a value or a gradient."
            self.say(
                words if walked else "Walk into a batch first (w, then →): of a step there one can ask why."
            )
            return
        path = self._steered.run.inspect_folder / "trace.safetensors"
        index = self.query_one(TensorView).place.index
        try:
            trace = await asyncio.to_thread(_trace, path)
            gradient = number_of < 0
            open_at = ~number_of if gradient else number_of
            if len(index) != trace.values[open_at].array.ndim:
                raise TuilabError("The step has gone on: look again.")
        except (TuilabError, IndexError) as error:
            self.say(str(error), "warning")
            return
        from tuilab.tui.screens.explain import open_explanation

        open_explanation(self.app, trace, open_at, tuple(index), gradient)

    def action_view(self) -> None:
        self.query_one(TensorView).next_view()
        self.refresh_keys()

    def action_next_step(self) -> None:
        self.query_one("#arrays", EntryList).move(1)

    def action_previous_step(self) -> None:
        self.query_one("#arrays", EntryList).move(-1)

    def action_next_stop(self) -> None:
        self.query_one(TensorView).move(right=1)

    def action_previous_stop(self) -> None:
        self.query_one(TensorView).move(right=-1)

    def action_down(self) -> None:
        self.query_one(TensorView).move(down=1)

    def action_up(self) -> None:
        self.query_one(TensorView).move(down=-1)

    def action_page_down(self) -> None:
        view = self.query_one(TensorView)
        view.move(down=view.page()[0])

    def action_page_up(self) -> None:
        view = self.query_one(TensorView)
        view.move(down=-view.page()[0])

    def action_first(self) -> None:
        view = self.query_one(TensorView)
        view.jump((0,) * len(view.place.shape))

    def action_last(self) -> None:
        view = self.query_one(TensorView)
        view.jump((-1,) * len(view.place.shape))

    def action_next_matrix(self) -> None:
        self.query_one(TensorView).turn(1)

    def action_previous_matrix(self) -> None:
        self.query_one(TensorView).turn(-1)

    def action_jump(self) -> None:
        self.add_class("-jumping")
        self.query_one("#index", Input).focus()

    @on(Input.Submitted, "#index")
    def _jump(self, event: Input.Submitted) -> None:
        event.stop()
        view = self.query_one(TensorView)
        index = index_in(event.value, len(view.place.shape))
        if index is None:
            count = len(view.place.shape)
            self.say(
                f"An element of this array is named by {count} whole numbers, as in {view.place.index}.",
                "warning",
            )
        else:
            view.jump(index)
        self._close_index()

    def _close_index(self) -> None:
        self.remove_class("-jumping")
        self.query_one("#index", Input).value = ""
        self.set_focus(None)

    def action_back(self) -> None:
        if self.has_class("-jumping"):
            self._close_index()
        else:
            self.dismiss()


def _numbers(found: "Tensors") -> dict[str, int]:
    """For each array that the step's trace holds the number of its value, below zero for a gradient."""
    try:
        told = json.loads(found.metadata.get("numbers", "{}"))
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {str(name): value for name, value in told.items() if isinstance(value, int)}


def _trace(path: "Path") -> "Trace":
    """The trace of the step that the run stands at; TuilabError where there is none."""
    from tuilab.autodiff.trace import Trace
    from tuilab.runs import files
    from tuilab.runs.inspect import SIZE_LIMIT

    try:
        descriptor = files.open_regular(path)
        try:
            content = files.read_within(descriptor, SIZE_LIMIT)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        raise TuilabError(
            "This step is too large to be asked, or was not written: use smaller batches."
        ) from None
    return Trace.from_bytes(content)


def _entries(found: "Tensors") -> list[Entry]:
    entries: list[Entry] = []
    order = _order(found)
    for kind, title, role in GROUPS:
        keys = [key for key in order if key.partition(" ")[0] == kind]
        if keys:
            entries.append(Entry(title, tone="heading"))
        for key in keys:
            shape: Any = found.arrays[key].shape
            name = key.partition(" ")[2]
            shown = name.partition(" ")[2] if kind == "value" else name
            entries.append(Entry(safe(shown), key, MARKS[role], " x ".join(map(str, shape)) or "one"))
    return entries


def _order(found: "Tensors") -> list[str]:
    """The names in the run's order; a safetensors file keeps none."""
    try:
        told = json.loads(found.metadata.get("order", "[]"))
    except ValueError:
        told = []
    places = {name: place for place, name in enumerate(told)} if isinstance(told, list) else {}
    return sorted(found.arrays, key=lambda name: (places.get(name, len(places)), name))
