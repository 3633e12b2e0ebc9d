"""The command palette: every key of the screen, every lesson, every theme, by its name."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tuilab.tui import bindings
from tuilab.tui.screens.frame import LabScreen

if TYPE_CHECKING:
    from tuilab.tui.app import TuilabApp


class LabCommands(Provider):
    """Commands made from the table of keys, the lessons and the themes."""

    @property
    def lab(self) -> "TuilabApp":
        app: TuilabApp = self.app  # type: ignore[assignment]
        return app

    async def discover(self) -> Hits:
        for name, does, says in self._commands():
            yield DiscoveryHit(name, does, help=says)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, does, says in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), does, help=says)

    def _commands(self) -> Iterator[tuple[str, Callable[[], object], str]]:
        screen = self.screen
        place = screen.place if isinstance(screen, LabScreen) else "library"
        for row in bindings.at(place):
            if row.palette and (not isinstance(screen, LabScreen) or screen.can(row)):
                yield row.says, partial(self.lab.action_perform, row.action), f"key {row.shown}"
        from tuilab.lesson import library

        for header in library():
            if not header.problem:
                name = f"Open: {header.number} {header.title}"
                yield name, partial(self.lab.open_lesson, header.path), header.description
        for theme in sorted(self.lab.available_themes):
            yield f"Theme: {theme}", partial(self.lab.choose_theme, theme), "colours"
