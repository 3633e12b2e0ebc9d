"""Looking inside an array that a cell came to, on a screen of its own."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input

from tuilab.session.values import Array
from tuilab.tui.screens.frame import LabScreen
from tuilab.tui.screens.inspect import InspectScreen
from tuilab.tui.widgets.frame import TopLine
from tuilab.tui.widgets.tensor_view import TensorView
from tuilab.tui.widgets.value_view import array_in_words, elements, whole


class ValueScreen(InspectScreen):
    """One array under a cursor, with the keys of looking inside."""

    def __init__(self, value: Array, expression: str) -> None:
        LabScreen.__init__(self)
        self._value = value
        self._expression = expression

    def top_line(self) -> TopLine:
        return TopLine("inside", self._expression, array_in_words(self._value))

    def compose_body(self) -> ComposeResult:
        with Container(id="inside"):
            yield TensorView()
            yield Input(placeholder="index, such as 3, 0, 12", id="index", select_on_focus=False)

    def begin(self) -> None:
        array = elements(self._value)
        if array is not None:
            name = self._value.name or self._expression
            self.query_one(TensorView).show(array, name, whole=whole(self._value))
        self.refresh_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("next_step", "previous_step", "open"):
            return False  # there is one array only, and no trace that says where it came from
        return super().check_action(action, parameters)
