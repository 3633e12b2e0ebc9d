"""The arithmetic of an explanation as pieces of text, each with what it is, long ones with a gap."""

import itertools
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuilab.text import number
from tuilab.tui.explanations.answer import Section, TermRow
from tuilab.tui.explanations.names import Tone

AT_EACH_END = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one tone. `entry` is the number of what the cursor can be on; -1 for none."""

    text: str
    tone: Tone | str = ""
    entry: int = -1


GAP = "…"


def written(value: float) -> str:
    """A number among others: with brackets around a negative one."""
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def arithmetic(section: Section, ends: int = AT_EACH_END) -> list[Piece]:
    """The arithmetic with the numbers in it: of more than `2 · ends` terms, those at the ends."""
    explanation = section.explanation
    match explanation.how:
        case "sum":
            inner = _joined(section, " + ", ends) or [Piece("0")]
        case "mean":
            inner = [Piece("("), *_joined(section, " + ", ends), Piece(f") / {len(section)}")]
        case "largest" | "smallest":
            name = "max" if explanation.how == "largest" else "min"
            inner = [Piece(f"{name}("), *_joined(section, ", ", ends), Piece(")")]
        case "function" if explanation.formula:
            inner = list(_filled(section, ends))
        case _:
            inner = [Piece(f"{section.stop.operation}("), *_joined(section, ", ", ends), Piece(")")]
    if explanation.outer not in ("", "linear"):
        inner = [Piece(f"{explanation.outer}("), *inner, Piece(")")]
    return inner


def _joined(section: Section, sign: str, ends: int) -> list[Piece]:
    pieces: list[Piece] = []
    for place in kept(len(section), ends):
        if pieces:
            pieces.append(Piece(sign))
        pieces += [Piece(GAP)] if place is None else product(section.row(place))
    return pieces


def kept(count: int, ends: int) -> Sequence[int | None]:
    """The places to show of so many: all, or those at the ends with None for what is left out."""
    if count <= 2 * ends + 1:
        return range(count)
    return [*range(ends), None, *range(count - ends, count)]


def product(row: TermRow) -> list[Piece]:
    """The factors of a term with dots between."""
    pieces: list[Piece] = []
    for factor in row.factors:
        if pieces:
            pieces.append(Piece(" · "))
        pieces.append(Piece(written(factor.number), factor.tone if factor.label else ""))
    return pieces


def _filled(section: Section, ends: int) -> Iterator[Piece]:
    """The formula with the terms' numbers in their places; a long run of commas loses its middle."""
    runs = itertools.groupby(
        string.Formatter().parse(section.explanation.formula), lambda part: part[0] == ", "
    )
    for is_list, parts in runs:
        found = list(parts)
        for place in kept(len(found), ends) if is_list else range(len(found)):
            if place is None:
                yield Piece(f", {GAP}")
                continue
            literal, field, _, _ = found[place]
            yield Piece(literal)
            if field is not None and field.isdecimal() and int(field) < len(section):
                yield from product(section.row(int(field)))


def tick(agrees: bool | None) -> list[Piece]:
    """Whether two numbers are the same; nothing where that was not looked at."""
    if agrees is None:
        return []
    return [Piece("  ✓", "good") if agrees else Piece("  ✗", "bad")]
