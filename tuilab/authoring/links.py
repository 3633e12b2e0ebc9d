"""Links and pictures: whether what they point to is there."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from tuilab.authoring import prose
from tuilab.authoring.fault import Page
from tuilab.errors import LessonError
from tuilab.lesson import Problem, source
from tuilab.text import nearest, safe

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_TARGET = re.compile(r"\(([^()]+)\)=[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}|:{3,})")
REMOTE = ("http", "https", "mailto")
"""Where a link may lead without being followed: a check asks the network for nothing."""


def faults(page: Page) -> Iterator[Problem]:
    """Relative links to files and headings that are not there, and pictures that say nothing in words."""
    for token, line in prose.inline(page):
        if token.type == "image":
            yield from _link(page, str(token.attrs.get("src", "")), line, "picture")
            if not token.content.strip():
                yield Problem(line, "this picture has no words for it. Write `![what it shows](file.png)`.")
        elif token.type == "link_open":
            yield from _link(page, str(token.attrs.get("href", "")), line, "link")


def _link(page: Page, target: str, line: int, what: str) -> Iterator[Problem]:
    shown = safe(unquote(target), limit=80)
    if scheme := _SCHEME.match(target):
        if scheme[1].lower() not in REMOTE:
            yield Problem(
                line, f"the {what} `{shown}` leads out of the lesson. Use a relative file, or https."
            )
        return
    file, _, anchor = unquote(target).partition("#")
    if file.startswith("/"):
        yield Problem(
            line, f"the {what} `{shown}` holds on one machine only. Write it relative to the lesson."
        )
        return
    path = page.path.parent / file if file else page.path
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        yield Problem(line, f"the {what} `{shown}` leads to no file.{_near(path)}")
    elif anchor and path.suffix == ".md":
        known = anchors(page.lines) if path == page.path else _anchors_of(path)
        if anchor not in known:
            near = nearest(anchor, known)
            ending = f"Did you mean `#{near}`?" if near else "Name one of its headings."
            yield Problem(line, f"the {what} `{shown}` leads to no heading. {ending}")


def _near(path: Path) -> str:
    try:
        near = nearest(path.name, [it.name for it in path.parent.iterdir()])
    except (OSError, ValueError):
        near = None
    return f" Did you mean `{safe(near, limit=60)}`?" if near else " Put it beside the lesson."


@lru_cache(maxsize=64)
def _anchors_of(path: Path) -> frozenset[str]:
    try:
        return anchors(tuple(source.read(path).split("\n")))
    except LessonError:
        return frozenset()


def anchors(lines: tuple[str, ...]) -> frozenset[str]:
    """The names of a page's headings, as GitHub makes them, and its MyST targets."""
    found: list[str] = []
    fence = ""
    for line in lines:
        if opening := _FENCE.match(line):
            if not fence:
                fence = opening[1]
            elif opening[1].startswith(fence):
                fence = ""
        elif fence:
            continue
        elif heading := _HEADING.match(line):
            name = slug(heading[1])
            again = found.count(name)
            found.append(f"{name}-{again}" if again else name)
        elif target := _TARGET.match(line):
            found.append(target[1])
    return frozenset(found)


def slug(heading: str) -> str:
    """A heading's anchor: small letters, hyphens for spaces, no punctuation."""
    kept = (
        letter
        for letter in heading.strip().lower()
        if letter in " -_" or unicodedata.category(letter)[0] in "LNM"
    )
    return "".join(kept).replace(" ", "-")
