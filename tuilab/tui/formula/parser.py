"""LaTeX to a tree, by recursive descent. What is not known is an error with its name and its place."""

import re
from dataclasses import replace

from tuilab.errors import FormulaError
from tuilab.text import nearest
from tuilab.tui.formula import symbols
from tuilab.tui.formula.tokens import Token, tokens
from tuilab.tui.formula.tree import (
    Accent,
    Atom,
    Brace,
    Fenced,
    Fraction,
    Grid,
    Large,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
)

DEEPEST = 32
"""The deepest nesting."""

ENVIRONMENTS = {
    "matrix": ("c", "matrix", "", ""),
    "smallmatrix": ("c", "matrix", "", ""),
    "array": ("c", "matrix", "", ""),
    "pmatrix": ("c", "matrix", "(", ")"),
    "bmatrix": ("c", "matrix", "[", "]"),
    "Bmatrix": ("c", "matrix", "{", "}"),
    "vmatrix": ("c", "matrix", "|", "|"),
    "Vmatrix": ("c", "matrix", "‖", "‖"),
    "cases": ("l", "cases", "{", ""),
    "rcases": ("l", "cases", "", "}"),
    **dict.fromkeys(("aligned", "align", "align*", "split"), ("rl", "aligned", "", "")),
    **dict.fromkeys(("gathered", "gather", "gather*", "equation", "equation*"), ("c", "aligned", "", "")),
}
"""Environments: the alignment of their columns, the kind of grid, the signs around it."""

_BIG = re.compile(r"\\[Bb]igg?[lrm]?")
_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_STACKS = {"overset": True, "stackrel": True, "underset": False}
_TEXTS = ("text", "textrm", "textbf", "textit", "texttt", "textsf", "mbox")
_LETTERS = (
    *("mathbf", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathscr", "mathfrak", "mathnormal"),
    *("boldsymbol", "bm", "pmb", "mathbb"),
)
_NOTHING = ("displaystyle", "textstyle", "scriptstyle", "nonumber", "notag")
_OWN = (
    *("sqrt", "binom", "left", "right", "begin", "end", "operatorname", "underbrace", "overbrace"),
    *("limits", "nolimits"),
)
_COMMANDS = sorted(
    {*symbols.SIGNS, *symbols.LARGE, *symbols.FUNCTIONS, *symbols.ACCENTS, *symbols.SPACES, *_LETTERS}
    | {*_TEXTS, *_NOTHING, *_FRACTIONS, *_STACKS, *_OWN}
)
_ENDS = ("}", "&", r"\\", r"\right", r"\middle", r"\end")


def parse(latex: str) -> Node:
    """The tree of `latex`.

    Raises FormulaError naming what is unknown or wrong and the character (from 1) where it stands, and
    for a formula that is too long or nested deeper than DEEPEST.
    """
    parser = _Parser(latex)
    tree = parser.row()
    if token := parser.peek():
        raise token.error(
            "stands outside of an environment. Put the lines into \\begin{aligned} … \\end{aligned}"
            if token.text in ("&", r"\\")
            else "has nothing to close"
        )
    return tree


class _Parser:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.tokens = tokens(latex)
        self.index = 0
        self.depth = 0

    # What comes next

    def peek(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self, wanted: str) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError(f"The formula ends where {wanted} should follow.")
        self.index += 1
        return token

    def accept(self, text: str) -> bool:
        token = self.peek()
        found = token is not None and token.text == text
        self.index += found
        return found

    # Rows and scripts

    def row(self, stop: str = "") -> Row:
        """Nodes up to `stop`, or to what ends a row, which is left where it is."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"The formula is nested deeper than {DEEPEST} levels.")
        items: list[Node] = []
        while (token := self.peek()) and token.text != stop and token.text not in _ENDS:
            node = self.scripted()
            if node is not None:
                items.append(node)
        self.depth -= 1
        return Row(tuple(items))

    def scripted(self) -> Node | None:
        """One node with its primes, subscript and superscript."""
        first = self.peek()
        bare = first is not None and first.text in ("^", "_", "'")
        base = Row(()) if bare else self.node()
        if base is None:
            return None
        limits = isinstance(base, Large) or (isinstance(base, Atom) and base.limits)
        while (token := self.peek()) and token.text in (r"\limits", r"\nolimits"):
            limits = token.text == r"\limits"
            self.index += 1
        scripts: dict[str, Node] = {}
        primes = 0
        while (token := self.peek()) and token.text in ("^", "_", "'"):
            self.index += 1
            if token.text == "'":
                primes += 1
                continue
            if token.text in scripts:
                raise token.error("is a second one. Put braces around the first part")
            scripts[token.text] = self.argument("what is raised or lowered")
        if isinstance(base, Brace):
            base = replace(base, label=scripts.pop("^" if base.over else "_", None))
        if not scripts and not primes:
            return base
        return Scripts(base, scripts.get("_"), scripts.get("^"), limits, primes)

    def argument(self, wanted: str) -> Node:
        """A group in braces, or the single node that follows."""
        token = self.take(wanted)
        if token.text == "{":
            return self.group()
        if token.text in (*_ENDS, "^", "_", "'"):
            raise token.error(f"stands where {wanted} should")
        if token.text[0].isdigit() and len(token.text) > 1:
            # \frac12 and x^10: a single digit, as in LaTeX.
            self.index -= 1
            self.tokens[self.index] = Token(token.text[1:], token.at + 1)
            return Atom(token.text[0])
        self.index -= 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"The formula is nested deeper than {DEEPEST} levels.")
        node = self.node()
        self.depth -= 1
        return Row(()) if node is None else node

    def group(self) -> Node:
        """What follows an opening brace, and its closing one."""
        row = self.row()
        token = self.take("a closing brace")
        if token.text != "}":
            raise token.error("stands where a closing brace should")
        if len(row.items) == 1:
            only = row.items[0]
            # {,} and {=} are ordinary, as in LaTeX: no room around them.
            return replace(only, kind="ord") if isinstance(only, Atom) and only.kind != "op" else only
        return row

    # Single nodes

    def node(self) -> Node | None:
        """The next node, or None for a command that draws nothing."""
        token = self.take("a sign")
        text = token.text
        if text == "{":
            return self.group()
        if text == "~":
            return Space(1)
        if text.startswith("\\"):
            return self.command(token)
        text = "−" if text == "-" else text
        return Atom(text, symbols.CHARACTERS.get(text, "ord"))

    def command(self, token: Token) -> Node | None:
        name = token.text[1:]
        if name in symbols.SIGNS:
            return Atom(*symbols.SIGNS[name])
        if name in symbols.LARGE:
            return Large(symbols.LARGE[name])
        if name in symbols.FUNCTIONS:
            return Atom(symbols.TWO_WORDS.get(name, name), "op", name in symbols.WITH_LIMITS)
        if name in symbols.SPACES:
            return Space(symbols.SPACES[name])
        if name in symbols.ACCENTS:
            return Accent(symbols.ACCENTS[name], self.argument(f"what {token.text} marks"))
        if name in _FRACTIONS:
            return Fraction(self.argument("a numerator"), self.argument("a denominator"))
        if name in _STACKS:
            small, base = self.argument("what is small"), self.argument("what it belongs to")
            return Stack(base, above=small) if _STACKS[name] else Stack(base, below=small)
        if name in _TEXTS:
            return Atom(self.raw(token))
        if name in _LETTERS:
            return _word(self.argument("letters"), double_struck=name == "mathbb")
        if name in _NOTHING:
            return None
        if _BIG.fullmatch(token.text):
            return self.big(token)
        return self.structure(token, name)

    def structure(self, token: Token, name: str) -> Node:
        match name:
            case "sqrt":
                degree = None
                if self.accept("["):
                    degree = self.row("]")
                    self.take("a closing bracket")
                return Root(self.argument("what is under the root"), degree)
            case "binom":
                top, bottom = self.argument("a number"), self.argument("a number")
                return Fenced(("(", ")"), (Fraction(top, bottom, bar=False),))
            case "underbrace" | "overbrace":
                return Brace(name == "overbrace", self.argument("what is braced"))
            case "operatorname":
                limits = self.accept("*")
                return Atom(" ".join(self.raw(token).split()), "op", limits)
            case "left":
                return self.fenced(token)
            case "begin":
                return self.environment(token)
        near = nearest(name, _COMMANDS) if name.isalpha() else None
        raise token.error("is not known" + (f"; did you mean \\{near}" if near else ""))

    def raw(self, token: Token) -> str:
        """The text in the braces that follow, as it stands in the source."""
        opening = self.take("a text in braces")
        if opening.text != "{":
            raise opening.error(f"stands where the opening brace of {token.text} should")
        depth = 1
        while depth:
            closing = self.take("a closing brace")
            depth += (closing.text == "{") - (closing.text == "}")
        text = self.latex[opening.at + 1 : closing.at]
        text = re.sub(r"\\([,;:! ])", " ", " ".join(re.sub(r"\s", " ", text).split("~")))
        return re.sub(r"\\([_%&$#{}])", r"\1", text).replace("{", "").replace("}", "")

    def delimiter(self, command: Token) -> str:
        token = self.take(f"a delimiter after {command.text}")
        if token.text not in symbols.DELIMITERS:
            raise token.error(f"is no delimiter, which {command.text} needs")
        return symbols.DELIMITERS[token.text]

    def big(self, command: Token) -> Node:
        sign = self.delimiter(command)
        kinds: dict[str, symbols.Class] = {"l": "open", "r": "close", "m": "rel"}
        return Atom(sign, kinds.get(command.text[-1], symbols.CHARACTERS.get(sign, "ord")))

    def fenced(self, command: Token) -> Node:
        signs = [self.delimiter(command)]
        parts: list[Node] = []
        while True:
            parts.append(self.row())
            token = self.take(r"\right")
            if token.text not in (r"\right", r"\middle"):
                raise token.error(r"stands where a \right should")
            signs.append(self.delimiter(token))
            if token.text == r"\right":
                return Fenced(tuple(signs), tuple(parts))

    def environment(self, command: Token) -> Node:
        name = self.raw(command)
        if name not in ENVIRONMENTS:
            near = nearest(name, ENVIRONMENTS)
            raise command.error(
                f"names an environment that is not known, {name[:40]}"
                + (f"; did you mean {near}" if near else "")
            )
        columns, style, left, right = ENVIRONMENTS[name]
        if name == "array":
            columns = "".join(letter for letter in self.raw(command) if letter in "lcr") or "c"
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.row())
            token = self.take(rf"\end{{{name}}}")
            if token.text == r"\\":
                rows.append([])
            elif token.text == r"\end":
                ending = self.raw(token)
                if ending != name:
                    raise token.error(f"ends {ending[:40]}, and {name} is open")
                break
            elif token.text != "&":
                raise token.error(rf"stands where \end{{{name}}} should")
        if len(rows) > 1 and rows[-1] == [Row(())]:
            rows.pop()
        return Grid(tuple(tuple(row) for row in rows), columns, style, left, right)


def _word(node: Node, *, double_struck: bool) -> Node:
    """Letters that belong together, as in `\\mathrm{relu}`, as one word."""
    items = node.items if isinstance(node, Row) else (node,)
    texts = [item.text for item in items if isinstance(item, Atom)]
    if len(texts) < len(items) or not "".join(texts).isalnum():
        return node
    if double_struck:
        texts = [symbols.DOUBLE_STRUCK.get(text, text) for text in texts]
    return Atom("".join(texts))
