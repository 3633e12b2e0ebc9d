"""A widget that holds its rows ready and writes only those that changed to the terminal."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Rows(Widget):
    """Rows of segments, drawn for one size and one look, compared row by row when they are drawn again.

    A subclass gives `draw_rows`; it calls `redraw` when what is shown has changed. Textual writes a dirty
    row whole, so a row is the smallest thing worth comparing.
    """

    DEFAULT_CSS = "Rows { height: 1fr; width: 1fr; }"

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._drawn: list[Strip] = []
        self._drawn_for: tuple[object, ...] | None = None
        self._revision = 0

    def draw_rows(self, width: int, height: int) -> Sequence[Sequence[Segment]]:
        """`height` rows of segments, each `width` cells."""
        raise NotImplementedError

    def role_styles(self) -> dict[str, Style]:
        """The style of each component class, by the part of its name after `--`."""
        return {
            name.partition("--")[2]: self.get_component_rich_style(name)
            for name in sorted(self.COMPONENT_CLASSES)
        }

    def redraw(self) -> None:
        """Draw again, now if there is a size, and have the changed rows written."""
        self._revision += 1
        if not self.is_attached or not self.size:
            return
        width, _height = self.size
        before = self._drawn
        same_shape = self._drawn_for is not None and self._drawn_for[1:] == self._look()
        self._draw()
        if not same_shape or len(before) != len(self._drawn):
            self.refresh()
            return
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip(before, self._drawn, strict=True))
            if old is not new
        ]
        if changed:
            self.refresh(*changed)

    def _look(self) -> tuple[object, ...]:
        return (self.size, self.rich_style, self.app.theme, self.app.ansi_color)

    def _draw(self) -> None:
        """Bring the kept rows up to date; a row that comes out as it was stays the same object."""
        wanted = (self._revision, *self._look())
        if wanted == self._drawn_for:
            return
        width, height = self.size
        rows = self.draw_rows(width, height)
        base = self.rich_style
        fresh = [Strip(list(row), width).apply_style(base) for row in rows]
        if len(fresh) == len(self._drawn):
            fresh = [old if old == new else new for old, new in zip(self._drawn, fresh, strict=True)]
        self._drawn = fresh
        self._drawn_for = wanted

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn_for = None

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def render_line(self, y: int) -> Strip:
        self._draw()
        if y < len(self._drawn):
            return self._drawn[y]
        return Strip.blank(self.size.width, self.rich_style)
