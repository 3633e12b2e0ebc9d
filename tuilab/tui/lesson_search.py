"""Words in the texts of lessons, for the library: read when somebody first looks for them."""

import re
from collections.abc import Sequence
from pathlib import Path

from tuilab.errors import TuilabError
from tuilab.lesson import Header, source
from tuilab.text import safe

LONGEST = 200_000
"""The most characters of a lesson that are looked through."""
AROUND = 60
"""Characters shown on each side of what was found."""


class LessonSearch:
    """Finds lessons by outline number, title, description and, once `read` was called, the words in them."""

    def __init__(self) -> None:
        self._texts: dict[Path, str] = {}

    def read(self, headers: Sequence[Header]) -> None:
        """Read the lessons' texts. Takes a while: for a thread."""
        for header in headers:
            if header.path not in self._texts and not header.problem:
                try:
                    text = source.read(header.path)[:LONGEST]
                except TuilabError:
                    text = ""
                self._texts[header.path] = " ".join(_body(text).split())

    def found(self, header: Header, wanted: str) -> bool:
        """Whether a lesson has all the words of `wanted`."""
        head, text = _head(header), self._texts.get(header.path, "").casefold()
        return all(word in head or word in text for word in wanted.casefold().split())

    def excerpt(self, header: Header, wanted: str) -> tuple[str, str, str]:
        """What stands before, at and after the first word that only the text has; empty where none is."""
        head, text = _head(header), self._texts.get(header.path, "")
        for word in wanted.casefold().split():
            place = -1 if word in head else text.casefold().find(word)
            if place >= 0:
                begin, end = max(0, place - AROUND), place + len(word)
                before, after = text[begin:place], text[end : end + AROUND]
                return (safe(before.partition(" ")[2]), safe(text[place:end]), safe(after.rpartition(" ")[0]))
        return "", "", ""


def _head(header: Header) -> str:
    return f"{header.book} {header.title} {header.id} {header.description}".casefold()


def _body(text: str) -> str:
    """A lesson's text without its front matter and without the marks of Markdown."""
    body = text.split("\n---\n", 1)[-1]
    return re.sub(r"[*_`#$|]+", "", body)
