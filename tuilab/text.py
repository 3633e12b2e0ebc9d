"""Small questions of text: what is safe on a screen, the nearest word, numbers and times for people."""

import math
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

ELLIPSIS = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
TAB_WIDTH = 4
MARKS_IN_A_ROW = 4
"""Combining marks kept on one letter: more than any language writes, too few to smear over other lines."""


_UNSEEN = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark (direction)
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x200B, 0x200F),  # zero-width space and joiners, direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, direction isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xE0000, 0xE0FFF),  # tags, variation selectors
)


@cache
def _replacements() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20)}
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table |= dict.fromkeys(range(0x80, 0xA0), REPLACEMENT)
    table |= dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)
    table |= dict.fromkeys([*range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF], REPLACEMENT)
    for first, last in _UNSEEN:
        table |= dict.fromkeys(range(first, last + 1))
    for kept in "\t\n":
        del table[ord(kept)]
    for line_break in "\r\x0b\x0c\x85\u2028\u2029":
        table[ord(line_break)] = "\n"
    return table


def safe(text: str, *, keep_newlines: bool = False, limit: int | None = None) -> str:
    """`text` from outside, made fit for the screen: no character in it steers a terminal or hides.

    Control characters become visible signs (escape is shown as ␛), C1 controls and lone surrogates
    become �; direction overrides and characters without width are dropped; tabs become spaces; every
    kind of line break becomes a newline, or a space unless `keep_newlines`. With `limit`, at most that many
    characters remain, the last of them an ellipsis where something was cut.

    Markup is another matter: give the result to `rich.text.Text` or `textual.content.Content` as plain text.
    """
    cut = False
    if limit is not None:
        limit = max(limit, 1)
        longest = 8 * limit + 64
        cut = len(text) > longest
        text = text[:longest]
    if not (text.isascii() and text.isprintable()):
        text = text.replace("\r\n", "\n").translate(_replacements())
        if not keep_newlines:
            text = text.replace("\n", " ")
        text = text.expandtabs(TAB_WIDTH)
        if not text.isascii():
            text = _without_smears(text)
    if limit is not None and (cut or len(text) > limit):
        text = text[: limit - 1] + ELLIPSIS
    return text


def _without_smears(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, whatever its case, for "did you mean"; None where none is like it."""
    from difflib import get_close_matches

    by_fold = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(word[:100].casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def number(x: Any) -> str:
    """A number for people: four significant digits, `1e-3` where that is shorter, `80,214` where it is large.

    Integers keep all their digits up to 10^15, other numbers all digits before the point up to 10^9.
    NaN is `NaN`, infinity `inf`.
    """
    try:
        value = float(x)
    except OverflowError:
        return "-1e309" if x < 0 else "1e309"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if hasattr(x, "__index__") and abs(value) < 1e15:
        return f"{int(x):,}"
    if 999.95 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    mantissa, exponent = f"{value:.3e}".split("e")
    power = int(exponent)
    scientific = f"{mantissa.rstrip('0').rstrip('.')}e{power}"
    if value == 0:
        return "0"
    if not -5 <= power < 4:
        return scientific
    plain = f"{value:.{max(3 - power, 0)}f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return scientific if len(scientific) < len(plain) else plain


def duration(seconds: float) -> str:
    """A time span for people, in two units at most: `350 µs`, `42 ms`, `3.2 s`, `4 min 12 s`, `2 h 5 min`."""
    if math.isnan(seconds):
        return "?"
    if seconds < 0:
        return "-" + duration(-seconds)
    if math.isinf(seconds) or seconds >= 1e11:
        return "for ever"
    if seconds < 0.0009995:
        return f"{seconds * 1e6:.0f} µs" if seconds else "0 s"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    hours = round(seconds / 3600)
    return f"{hours // 24} d {hours % 24} h"
