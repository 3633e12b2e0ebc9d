"""What concerns several lessons: ids that two of them have, prerequisites that are missing or go round."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tuilab.authoring.fault import Fault, Page
from tuilab.lesson import Header
from tuilab.text import nearest, safe


def faults(pages: Sequence[Page], bundled: Iterable[Header]) -> Iterator[Fault]:
    """The faults of `pages` among each other and with the lessons that are there already."""
    given = {os.path.realpath(page.path) for page in pages}
    others = [it for it in bundled if not it.problem and os.path.realpath(it.path) not in given]
    taken: dict[str, Path] = {header.id: header.path for header in others}
    after: dict[str, tuple[str, ...]] = {header.id: header.prerequisites for header in others}
    first: dict[str, Page] = {}
    for page in pages:
        name = page.lesson.header.id
        if name in taken:
            yield Fault(
                page.path,
                page.line_of("tuilab", "id"),
                f"the id `{name}` is already used by {taken[name]}. Give this lesson another.",
            )
            continue
        taken[name] = page.path
        after[name] = page.lesson.header.prerequisites
        first[name] = page
    for page in pages:
        for name in page.lesson.header.prerequisites:
            if name not in taken:
                near = nearest(name, taken)
                ending = f"Did you mean `{near}`?" if near else "`tuilab list` names the lessons."
                yield Fault(
                    page.path,
                    page.line_of("tuilab", "prerequisites"),
                    f"there is no lesson `{safe(name, limit=80)}` to come before this one. {ending}",
                )
    seen: set[frozenset[str]] = set()
    for name, page in first.items():
        circle = _circle(name, after)
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield Fault(
                page.path,
                page.line_of("tuilab", "prerequisites"),
                f"these lessons wait for each other: {' → '.join([*circle, name])}. "
                "Take one out of another's prerequisites.",
            )


def _circle(name: str, after: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The lessons on a way from `name` back to itself; empty where there is none."""
    came_from: dict[str, str] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        for before in after.get(here, ()):
            if before == name:
                way = [here]
                while way[-1] != name:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if before not in came_from:
                came_from[before] = here
                waiting.append(before)
    return []
