"""Which signs this terminal can show, and the sets of signs that the drawn parts choose from."""

import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

GlyphSet = Literal["braille", "block", "ascii"]


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one set: one cell each, but for the samples and, in ASCII, the tick."""

    horizontal: str = "─"
    vertical: str = "│"
    tick_left: str = "┤"
    tick_down: str = "┬"
    corner: str = "└"
    dashed: str = "╎"
    solid_sample: str = "━━"
    dashed_sample: str = "╍╍"
    point: str = "•"
    raw: str = "·"
    right: str = "✓"
    wrong: str = "✗"
    bar: str = "━"
    rest: str = "─"
    knob: str = "●"
    back: str = "◂"
    forward: str = "▸"
    dot: str = "·"
    ellipsis: str = "…"
    levels: str = " ▁▂▃▄▅▆▇█"


SIGNS: dict[GlyphSet, Signs] = {
    "braille": Signs(),
    # The Linux console draws from the 256 signs of code page 437, more or less.
    "block": Signs(
        dashed=":",
        solid_sample="▀▀",
        dashed_sample="▀ ",
        right="√",
        wrong="x",
        bar="═",
        knob="■",
        back="<",
        forward=">",
        ellipsis=".",
        levels=" ▄█",
    ),
    "ascii": Signs(
        horizontal="-",
        vertical="|",
        tick_left="+",
        tick_down="+",
        corner="+",
        dashed=":",
        solid_sample="**",
        dashed_sample="==",
        point="o",
        raw=".",
        right="ok",
        wrong="x",
        bar="=",
        rest="-",
        knob="O",
        back="<",
        forward=">",
        dot=".",
        ellipsis="~",
        levels=" .:-=+*#",
    ),
}

_PLAIN = {
    "→": "->", "←": "<-", "·": ".", "•": "o", "✗": "x", "✓": "+", "…": "...", "×": "x", "−": "-",
    "–": "-", "—": "-", "∞": "inf", "▸": ">", "◂": "<", "▪": "*", "●": "o", "█": "#",
    "∂": "d", "Σ": "sum", "÷": "/", "─": "-",
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)),
}  # fmt: skip
_FEWER = {
    ord("✗"): "x", ord("✓"): "√", ord("▸"): ">", ord("◂"): "<", ord("…"): "...",
    **{ord(sign): _PLAIN[sign] for sign in "∂₀₁₂₃₄₅₆₇₈₉⁰¹³⁴⁵⁶⁷⁸⁹⁻−"},
}  # fmt: skip


def plain(text: str, glyphs: GlyphSet) -> str:
    """`text` with the signs that the set lacks written in those it has."""
    if glyphs == "braille" or text.isascii():
        return text
    if glyphs == "block":
        return text.translate(_FEWER)
    replaced = "".join(_PLAIN.get(sign, sign) for sign in text)
    return replaced.encode("ascii", "replace").decode("ascii")


def detect(environment: Mapping[str, str] | None = None, encoding: str | None = None) -> GlyphSet:
    """The richest set that the terminal named by the environment can be trusted with.

    The Linux console has no braille; a dumb terminal, or a locale other than UTF-8, gets plain ASCII.
    """
    environment = os.environ if environment is None else environment
    encoding = locale.getpreferredencoding(False) if encoding is None else encoding
    if "utf" not in encoding.lower() or environment.get("TERM", "") in ("", "dumb", "vt100", "vt220"):
        return "ascii"
    if environment.get("TERM") == "linux":
        return "block"
    return "braille"
