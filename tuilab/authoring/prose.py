"""The inline parts of a lesson's prose, each with its line: what formulas and links are found among."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tuilab.authoring.fault import Page
from tuilab.lesson.markdown import parser
from tuilab.lesson.model import Directive, Prose

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 30_000
"""The most characters of one stretch of prose that are looked through, as many as the lab shows."""


def stretches(page: Page) -> Iterator[tuple[str, int]]:
    """Every stretch of Markdown in a lesson with its line: prose, and the bodies of directives."""
    for block in page.lesson.blocks:
        if isinstance(block, Prose):
            yield block.markdown[:LONGEST], block.line
        elif isinstance(block, Directive) and block.body:
            yield block.body[:LONGEST], block.body_line


def tokens(markdown: str) -> "list[Token]":
    """Its tokens, none where the parser cannot read it: the lab shows it as it stands."""
    try:
        return parser().parse(markdown + "\n")
    except (IndexError, RecursionError, ValueError):
        return []


def inline(page: Page) -> "Iterator[tuple[Token, int]]":
    """Every inline token of a lesson (text, links, images, formulas), and the line that it stands on."""
    for markdown, line in stretches(page):
        at = line
        for block in tokens(markdown):
            if block.map is not None:
                at = line + block.map[0]
            here = at
            for token in block.children or ():
                if token.type in ("softbreak", "hardbreak"):
                    here += 1
                yield token, here
