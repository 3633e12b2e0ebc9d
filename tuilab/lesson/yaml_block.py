"""A small piece of YAML, read without trust: no aliases, no depth, no objects, and a line for each key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuilab.errors import LessonError
from tuilab.text import safe

LARGEST = 16_000
"""The longest block, in characters."""
DEEPEST = 12
"""The deepest nesting. jupytext's own metadata needs four."""

_NOT_YAML = "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


@dataclass(frozen=True, slots=True)
class YamlBlock:
    """A mapping, and where in the file each of its keys stands (down to the second level)."""

    values: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]
    path: Path
    line: int

    def error(self, keys: tuple[str, ...], text: str) -> LessonError:
        """A LessonError that names the file and the line of `keys`, or of its nearest parent."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return LessonError(f"{self.path}:{self.lines.get(keys, self.line)}: {text}")


def read(text: str, path: Path, line: int) -> YamlBlock:
    """Read `text`, which begins on `line` of `path`, as a mapping.

    Raises LessonError naming the file and the line.
    """
    if len(text) > LARGEST:
        raise LessonError(
            f"{path}:{line}: this YAML has {len(text):,} characters, and at most {LARGEST:,} may be."
        )
    import yaml

    loader_class: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_bombs(yaml, loader_class, text, path, line)
        loader = loader_class(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return YamlBlock({}, {}, path, line)
            if not isinstance(node, yaml.MappingNode):
                raise LessonError(
                    f"{path}:{line}: expected `name: value` lines of YAML, and found something else. "
                    "Write for example `title: Broadcasting`."
                )
            lines = _lines(yaml, node, path, line)
            values = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # At the end of the text the mark is beyond it.
        at = line + (min(mark.line, text.count("\n")) if mark else 0)
        what = safe(str(error.problem or error.context or "it does not parse"), limit=120)
        if "nesting depth" in what:  # libyaml has a bound of its own
            raise _too_deep(path, at) from error
        raise LessonError(
            f"{path}:{at}: this is not YAML: {what}. Quote texts that hold any of : # [ ] {{ }} , & *."
        ) from error
    except yaml.reader.ReaderError as error:
        strange = re.search(_NOT_YAML, text)
        at = line + (text.count("\n", 0, strange.start()) if strange else 0)
        code = f"U+{ord(strange.group()):04X} " if strange else ""
        raise LessonError(f"{path}:{at}: the character {code}cannot stand in YAML. Remove it.") from error
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise LessonError(
            f"{path}:{line}: a value in this YAML cannot be read ({safe(str(error), limit=120)}). "
            "Quote it if it is meant as text."
        ) from error
    return YamlBlock(values, lines, path, line)


def _refuse_bombs(yaml: Any, loader_class: Any, text: str, path: Path, line: int) -> None:
    """Walk the events, which needs no recursion, before anything recursive sees the text."""
    depth = 0
    for event in yaml.parse(text, Loader=loader_class):
        at = line + event.start_mark.line
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise LessonError(
                f"{path}:{at}: YAML anchors (&) and aliases (*) are not used in lessons. Repeat the value."
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(path, at)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(path: Path, line: int) -> LessonError:
    return LessonError(f"{path}:{line}: this YAML is nested deeper than {DEEPEST} levels. Flatten it.")


def _lines(yaml: Any, node: Any, path: Path, line: int) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}

    def walk(mapping: Any, parents: tuple[str, ...]) -> None:
        for key, value in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                raise LessonError(f"{path}:{line + key.start_mark.line}: a name in this YAML is not a word.")
            keys = (*parents, key.value)
            at = line + key.start_mark.line
            if keys in found:
                raise LessonError(
                    f"{path}:{at}: `{safe(key.value, limit=60)}` is on line {found[keys]} already. Keep one."
                )
            found[keys] = at
            if isinstance(value, yaml.MappingNode) and not parents:
                walk(value, keys)

    walk(node, ())
    return found
