"""What a network of two inputs decides in each place of the plane, and the points that it was asked about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment

from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.widgets.frame import glyphs_of
from tuilab.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tuilab.tui.run_view import Plane

FIELDS: dict[GlyphSet, Sequence[str]] = {
    "braille": ("░", "▒", "▓"),
    "block": ("░", "▒", "▓"),
    "ascii": (".", ":", "-"),
}
"""The sign of each class's fields, so that no colour is needed."""
POINTS = ("o", "x", "+")
SURE = 0.8


class DecisionMap(Rows):
    """The plane in fields, each with the sign and the colour of the class that the network would choose
    there; empty where it is not sure. Points carry the sign of the class they are of."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "decision-map--class0",
        "decision-map--class1",
        "decision-map--class2",
        "decision-map--point",
        "decision-map--wrong",
        "decision-map--empty",
    }
    DEFAULT_CSS = """
    DecisionMap {
        display: none;
        & > .decision-map--class0 { color: $forward; }
        & > .decision-map--class1 { color: $gradient; }
        & > .decision-map--class2 { color: $parameter; }
        & > .decision-map--point { color: $foreground; text-style: bold; }
        & > .decision-map--wrong { color: $text-error; text-style: bold reverse; }
        & > .decision-map--empty { color: $text-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._plane: Plane | None = None

    def show(self, plane: "Plane") -> None:
        """Show what the network decides now."""
        if plane is not self._plane:
            self._plane = plane
            self.redraw()

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        styles = self.role_styles()
        plane = self._plane
        if plane is None or width < 4 or height < 2:
            return [[Segment(" " * width)] for _ in range(height)]
        import numpy as np

        signs = FIELDS[glyphs_of(self)]
        size = plane.classes.shape
        rows_of = np.arange(height) * size[0] // height
        columns_of = np.arange(width) * size[1] // width
        classes = plane.classes[np.ix_(rows_of, columns_of)]
        sure = plane.confidence[np.ix_(rows_of, columns_of)] >= SURE
        cells: list[list[tuple[str, str]]] = [
            [
                (signs[one % len(signs)] if is_sure else " ", f"class{one % len(signs)}")
                for one, is_sure in zip(line, sure_line, strict=True)
            ]
            for line, sure_line in zip(classes.tolist(), sure.tolist(), strict=True)
        ]
        for (x, y), label in zip(_places(plane, width, height), plane.labels.tolist(), strict=True):
            right = int(classes[y, x]) == label
            cells[y][x] = (POINTS[label % len(POINTS)], "point" if right else "wrong")
        return [[Segment(sign, styles[role]) for sign, role in line] for line in cells]


def _places(plane: "Plane", width: int, height: int) -> "list[tuple[int, int]]":
    """The cell of each point."""
    import numpy as np

    low, high = plane.corners
    shares: NDArray[Any] = (plane.points - low) / np.where(high > low, high - low, 1.0)
    across = np.clip(shares[:, 0] * width, 0, width - 1).astype(int).tolist()
    down = np.clip((1 - shares[:, 1]) * height, 0, height - 1).astype(int).tolist()
    return list(zip(across, down, strict=True))
