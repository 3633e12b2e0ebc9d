"""Find the lessons and read their front matter, whatever an author has done."""

import os
from dataclasses import replace
from pathlib import Path

from tuilab import paths
from tuilab.errors import LessonError
from tuilab.lesson import front_matter, source
from tuilab.lesson.model import Header
from tuilab.text import safe

MOST = 1_000
"""The most files that are looked at: a folder with more is not a folder of lessons."""


def library(folder: Path | None = None) -> list[Header]:
    """The headers of the lessons under `folder` (the bundled ones), in the order of the book.

    Only front matter is read. A lesson that cannot be read, or whose id another lesson already has, is
    an entry with its `problem` set, at the end. Never raises for what is in the files.
    """
    folder = paths.lessons() if folder is None else folder
    headers = sorted(
        (_header(path) for path in files(folder)), key=lambda it: (it.order, it.id, str(it.path))
    )
    taken: dict[str, Path] = {}
    for index, header in enumerate(headers):
        if header.problem:
            continue
        if header.id in taken:
            problem = (
                f"{safe(str(header.path))}: the id `{header.id}` is already used by "
                f"{safe(str(taken[header.id]))}. Give this lesson another."
            )
            headers[index] = replace(header, problem=problem)
        else:
            taken[header.id] = header.path
    return sorted(headers, key=lambda it: bool(it.problem))


def _header(path: Path) -> Header:
    try:
        return front_matter.header(source.read(path), path)[0]
    except LessonError as error:
        return Header(path=path, id=safe(path.stem), title=safe(path.name), problem=safe(str(error)))


def files(folder: Path) -> list[Path]:
    """The lesson files under `folder`, by the order of their names, at most `MOST`."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += (
            Path(parent, name)
            for name in sorted(names)
            if name.endswith(".md") and not name.startswith(".") and name.lower() != "readme.md"
        )
        if len(found) >= MOST:
            break
    return found[:MOST]
