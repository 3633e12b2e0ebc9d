"""Front matter: the YAML between the two `---` lines at the top of a lesson, and the header in it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tuilab.errors import LessonError
from tuilab.lesson import yaml_block
from tuilab.lesson.model import Header
from tuilab.lesson.yaml_block import YamlBlock
from tuilab.text import nearest, safe

FIELDS = (
    *("id", "version", "book", "order", "lang", "minutes", "prerequisites", "needs", "kernels"),
    *("source", "authors"),
)
"""What may stand under `tuilab:`."""

ID = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
"""What the id of a lesson or an exercise looks like."""

_RULE = re.compile(r"---[ \t]*")
_HEADING = re.compile(r" {0,3}(##?)(?:[ \t]|$)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}|:{3,}")
_UNSEEN = re.compile(r"\s|%|\+\+\+|\(.+\)=\s*$")
_EXAMPLE = "tuilab: {id: my.broadcasting, version: 1}"


def split(text: str, path: Path) -> tuple[str, int]:
    """The YAML of the front matter, and the number (from 1) of the first line after it."""
    lines = text.split("\n", 2_000)
    if not _RULE.fullmatch(lines[0]):
        raise LessonError(
            f"{path}:1: a lesson begins with a line `---` and its front matter, and this file begins "
            f"otherwise. Write `---`, `title: …`, `{_EXAMPLE}`, `---`."
        )
    for number, line in enumerate(lines[1:], start=2):
        if _RULE.fullmatch(line):
            return "\n".join(lines[1 : number - 1]), number + 1
    raise LessonError(f"{path}:1: the front matter does not end. Put a line `---` after it.")


def header(text: str, path: Path) -> tuple[Header, str, int]:
    """The header of a lesson's text, the language of its cells, and the number of its first body line."""
    source, body = split(text, path)
    block = yaml_block.read(source, path, 2)
    ours = block.values.get("tuilab")
    if not isinstance(ours, dict):
        raise block.error(("tuilab",), f"the front matter has no `tuilab:` with an id. Write `{_EXAMPLE}`.")
    fields = _Fields(block)
    for key in ours:
        if key not in FIELDS:
            near = nearest(str(key), FIELDS)
            fields.fault(
                ("tuilab", str(key)),
                f"`tuilab` has no field `{safe(str(key), limit=60)}`. "
                + (f"Did you mean `{near}`?" if near else f"The fields are {', '.join(FIELDS)}."),
            )
    made = Header(
        path=path,
        id=fields.id(),
        title=fields.text(("title",), longest=120, required=True),
        description=fields.text(("description",), longest=400),
        book=fields.text(("tuilab", "book"), longest=40),
        order=fields.whole(("tuilab", "order"), 0, 0, 999_999),
        minutes=fields.whole(("tuilab", "minutes"), 0, 0, 6_000),
        version=fields.whole(("tuilab", "version"), 1, 1, 999_999),
        lang=fields.text(("tuilab", "lang"), longest=20) or "en",
        prerequisites=fields.names(("tuilab", "prerequisites")),
        needs=fields.names(("tuilab", "needs")),
        kernels=fields.names(("tuilab", "kernels")),
        steps=count_steps(text.split("\n")[body - 1 :]),
    )
    if fields.faults:
        first, *others = fields.faults
        first.others = tuple(others)
        raise first
    kernelspec = block.values.get("kernelspec")
    language = kernelspec.get("language") if isinstance(kernelspec, dict) else None
    return made, safe(language, limit=40) if isinstance(language, str) else "python", body


def count_steps(lines: Iterable[str]) -> int:
    """How many steps there will be, by the look of the lines alone: `load` does it with a parser."""
    steps, in_title, fence = 0, True, ""
    for line in lines:
        bare = line.lstrip(" ")
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0] + " \t"):
                fence = ""
        elif heading := _HEADING.match(line):
            in_title = heading.group(1) == "#"
            steps += not in_title
        else:
            if opening := _FENCE.match(bare):
                fence = opening.group()
            if in_title and bare and not _UNSEEN.match(bare):
                # A title is a step of its own only where something stands beneath it.
                in_title = False
                steps += 1
    return max(1, steps)


class _Fields:
    """Typed reading of a block's fields; what is wrong with them is kept, and says what to write."""

    def __init__(self, block: YamlBlock) -> None:
        self.block = block
        self.faults: list[LessonError] = []

    def fault(self, keys: tuple[str, ...], text: str) -> None:
        self.faults.append(self.block.error(keys, text))

    def _get(self, keys: tuple[str, ...]) -> Any:
        value: Any = self.block.values
        for key in keys:
            value = value.get(key)
        return value

    def text(self, keys: tuple[str, ...], *, longest: int, required: bool = False) -> str:
        value = self._get(keys)
        name = ".".join(keys)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            shown = "missing" if value is None else f"{safe(repr(value), limit=60)}"
            self.fault(keys, f'`{name}` is {shown}, expected a text. Write it as `{keys[-1]}: "…"`.')
            return ""
        if len(value) > longest:
            self.fault(keys, f"`{name}` has {len(value):,} characters, and at most {longest} may be.")
            return ""
        return safe(" ".join(value.split()))

    def whole(self, keys: tuple[str, ...], default: int, least: int, most: int) -> int:
        value = self._get(keys)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(
                keys,
                f"`{'.'.join(keys)}` is {safe(repr(value), limit=60)}, expected a whole number from "
                f"{least:,} to {most:,}. Write it as `{keys[-1]}: {max(least, min(10, most))}`.",
            )
            return default
        return value

    def names(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        value = self._get(keys)
        if value is None:
            return ()
        if (
            not isinstance(value, list)
            or len(value) > 100
            or not all(isinstance(item, str) for item in value)
        ):
            self.fault(
                keys,
                f"`{'.'.join(keys)}` is {safe(repr(value), limit=60)}, expected a list of names. "
                f"Write it as `{keys[-1]}: [first, second]`.",
            )
            return ()
        return tuple(safe(item, limit=80) for item in value)

    def id(self) -> str:
        keys = ("tuilab", "id")
        value = self.text(keys, longest=80, required=True)
        if value and not ID.fullmatch(value):
            self.fault(
                keys,
                f"`tuilab.id` is {value!r}, expected small letters, digits, - and dots. "
                "Write it as `id: ch2.first-look`.",
            )
        return value
