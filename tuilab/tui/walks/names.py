"""What the parts of a walk are called where they are drawn."""

from tuilab.tui.glyphs import GlyphSet
from tuilab.tui.walks.grid import Index
from tuilab.walk.done import Done


def called(done: Done, output: int) -> str:
    """What a result is called in its arithmetic: its name, or the letter on the left of its formula."""
    name = done.result_names[output]
    if name.isidentifier() and name != done.name:
        return name
    letter = done.row.formula.lstrip()[:1]
    return letter if letter.isalpha() and output == 0 else "y"


def written(index: Index) -> str:
    """An index as one writes it behind a name."""
    return f"[{', '.join(map(str, index))}]" if index else ""


def unknown(glyphs: GlyphSet) -> str:
    """What stands for a number that is not there yet."""
    return "." if glyphs == "ascii" else "·"
