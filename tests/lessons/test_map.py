"""The map of the course says what the lessons say of themselves.

`python tests/lessons/test_map.py` writes it anew.
"""

from tuilab import paths
from tuilab.lesson import Header, library

MAP = paths.lessons() / "map.md"
CHAPTERS = {1: "What is deep learning", 2: "The mathematics", 3: "Networks"}
FRONT = """---
jupytext:
  notebook_metadata_filter: title,description,tuilab
  text_representation: {extension: .md, format_name: myst, format_version: 0.13}
kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
title: "Map of the course"
description: "Every lesson in its order, the minutes it takes, and the lessons that come before it."
tuilab: {id: map, version: 1, order: 998, lang: en}
---

# Map of the course

Every lesson, the minutes that it takes, and the lessons that it builds on. Go from
the first to the last, or begin anywhere: what stands after *builds on* is what a
lesson takes for known.
"""


def drawn(headers: list[Header]) -> str:
    """The map of lessons, as its file should be."""
    titles = {header.id: header.title for header in headers}
    parts = [FRONT]
    for chapter, title in CHAPTERS.items():
        lessons = [header for header in headers if header.chapter == chapter]
        if not lessons:
            continue
        minutes = sum(header.minutes for header in lessons)
        parts.append(f"## {chapter} {title}\n\n{len(lessons)} lessons, {minutes} minutes.\n")
        for header in lessons:
            place = header.path.relative_to(paths.lessons()).as_posix()
            before = " and ".join(titles.get(name, name) for name in header.prerequisites)
            ending = f";\n  builds on *{before}*" if before else ""
            parts.append(f"- [{header.number} {header.title}]({place}), {header.minutes} min{ending}")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def test_the_map_shows_every_lesson_and_what_it_builds_on() -> None:
    headers = [header for header in library() if header.book and not header.problem]
    assert MAP.read_text(encoding="utf-8") == drawn(headers), "renew it: python tests/lessons/test_map.py"


if __name__ == "__main__":
    MAP.write_text(drawn([header for header in library() if header.book and not header.problem]), "utf-8")
