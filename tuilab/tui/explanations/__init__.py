"""Why a number of a trace is what it is, as data for a screen. Free of Textual.

    answer(trace, Question(value, index))                 the arithmetic that gave it
    answer(trace, Question(value, index, gradient=True))  the products that its gradient is the sum of

An `Answer` is made of sections, one an operation, and a section of terms; every factor of a term that can be
asked on holds the next `Question`. `Page` lays an answer out in lines for a width, long sums folded.
"""

from tuilab.tui.explanations.answer import Answer, Factor, Question, Section, TermRow, answer
from tuilab.tui.explanations.page import Page

__all__ = ["Answer", "Factor", "Page", "Question", "Section", "TermRow", "answer"]
