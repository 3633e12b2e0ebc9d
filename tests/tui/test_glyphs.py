"""The signs fit the terminal."""

import pytest

from tuilab.tui.glyphs import detect, plain


@pytest.mark.parametrize(
    ("terminal", "encoding", "glyphs"),
    [
        ("xterm-256color", "UTF-8", "braille"),
        ("tmux-256color", "utf8", "braille"),
        ("linux", "UTF-8", "block"),
        ("xterm", "ANSI_X3.4-1968", "ascii"),
        ("dumb", "UTF-8", "ascii"),
    ],
)
def test_the_set_follows_terminal_and_locale(terminal, encoding, glyphs):
    assert detect({"TERM": terminal}, encoding) == glyphs


def test_plain_text_says_the_same():
    assert plain("lr 1e-3 → 3e-4 · ✗", "ascii") == "lr 1e-3 -> 3e-4 . x"
    assert plain("é", "ascii") == "?"
    assert plain("→ ✗", "braille") == "→ ✗"
