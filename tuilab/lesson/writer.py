"""A `Lesson` back to Markdown: what `reader` reads from it is the same lesson again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tuilab.lesson.model import Block, CodeCell, Directive, Formula, Header, Lesson, Prose, Step

_METADATA = re.compile(r"---[ \t]*(?:\n|$)|:[\w-]+:")
"""A cell's code that begins so would be read as its metadata."""
_JUPYTER = """jupytext:
  notebook_metadata_filter: title,description,tuilab
  text_representation: {extension: .md, format_name: myst, format_version: 0.13}
kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
"""


def write(lesson: Lesson) -> str:
    """The text of a lesson's file.

    Its front matter is as it was written, or made from the header where there is none. What has no place in a
    `Lesson` is gone: comments, anchors, the way in which YAML and headings were laid out; of a cell whose
    metadata cannot be read, the metadata.
    """
    front = lesson.front.strip("\n") or _front(lesson.header)
    parts = [f"---\n{front}\n---"]
    if not lesson.steps or not lesson.steps[0].is_title:
        parts.append(f"# {lesson.header.title}")
    for step in lesson.steps:
        parts += _step(step)
    return "\n\n".join(parts) + "\n"


def _step(step: Step) -> Iterator[str]:
    yield f"{'#' if step.is_title else '##'} {step.title}"
    before: Block | None = None
    for block in step.blocks:
        if isinstance(before, Prose) and isinstance(block, Prose):
            yield "+++"  # or they would be one
        yield _block(block)
        before = block


def _block(block: Block) -> str:
    match block:
        case Prose(markdown):
            return markdown
        case Formula(latex):
            if latex and "$" not in latex:
                return f"$$\n{latex}\n$$"
            return _fenced("{math}", latex)
        case CodeCell():
            return _cell(block)
        case Directive():
            return block.source or _directive(block)


def _cell(cell: CodeCell) -> str:
    language = "ipython3" if cell.language == "python" else cell.language
    content = cell.source
    if cell.metadata or _METADATA.match(cell.source):
        content = f"---\n{_yaml(cell.metadata)}---\n{cell.source}"
    return _fenced(f"{{code-cell}} {language}", content)


def _directive(directive: Directive) -> str:
    """A directive that no file had, from its parts."""
    options = [f":{name}: {_option(value)}" for name, value in directive.options.items() if value is not None]
    body = ["", directive.body] if directive.body else []
    return _fenced(f"{{{directive.name}}} {directive.argument}".rstrip(), "\n".join([*options, *body]))


def _option(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _fenced(name: str, content: str) -> str:
    """Content behind a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{name}\n{content}\n{fence}" if content else f"{fence}{name}\n{fence}"


def _front(header: Header) -> str:
    ours = {
        name: list(value) if isinstance(value, tuple) else value
        for name in ("id", "version", "book", "order", "lang", "minutes", "prerequisites", "needs", "kernels")
        if (value := getattr(header, name))
    }
    fields = {"title": header.title, "description": header.description, "tuilab": ours}
    return _JUPYTER + _yaml({name: value for name, value in fields.items() if value})


def _yaml(fields: Mapping[str, Any] | Iterable[Any]) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Without references, which lessons do not have."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    written: str = yaml.dump(
        fields, Dumper=Plain, default_flow_style=None, sort_keys=False, allow_unicode=True, width=1000
    )
    return written
