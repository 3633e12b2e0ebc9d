"""LaTeX formulas drawn in two dimensions with plain characters. Free of Textual.

    layout(r"\\frac{1}{N} \\sum_{n=1}^{N} x_n").lines      a picture, with its baseline
    inline(r"\\hat{y}_i = x^2")                           one line: ŷᵢ = x²
    mathml.mathml(r"\\hat{y}_i = x^2")                    elements, which a browser lays out

All take the LaTeX that GitHub shows, as far as lessons need it, and raise `FormulaError` with the
name and the place of anything else. They are made for display: use `layout` for `$$`, `inline` for `$`.

The way of a formula: `tokens`, then `parser` (with `cursor`, `environments`, and the tables in `symbols`)
to a `tree`; from there `layout` draws a `box` with `shapes` that grow, `inline` writes a line, and `mathml`
elements. The first two ask `spacing` how much room is between two nodes, and `ascii` how a sign looks
without Unicode.
"""

from tuilab.tui.formula.box import Box
from tuilab.tui.formula.inline import inline
from tuilab.tui.formula.layout import layout

__all__ = ["Box", "inline", "layout"]
