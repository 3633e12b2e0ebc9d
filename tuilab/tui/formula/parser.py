"""LaTeX to a tree, by recursive descent. What is not known is an error with its name and its place."""

import re
from dataclasses import replace

from tuilab.text import nearest
from tuilab.tui.formula import symbols
from tuilab.tui.formula.cursor import Cursor, unescaped
from tuilab.tui.formula.environments import environment, rows
from tuilab.tui.formula.tokens import Token, check, tokens
from tuilab.tui.formula.tree import (
    Accent,
    Arrow,
    Atom,
    Big,
    Brace,
    Fenced,
    Fraction,
    Grid,
    Large,
    Node,
    Phantom,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
)

_BIG = re.compile(r"\\([Bb]igg?)([lrm]?)")
_BIG_ROWS = {"big": 1, "Big": 3, "bigg": 3, "Bigg": 5}
_BIG_KINDS: dict[str, symbols.Class] = {"l": "open", "r": "close", "m": "rel"}
_DOLLAR = re.compile(r"(?<!\\)\$")
_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_BINOMIALS = ("binom", "dbinom", "tbinom")
_STACKS = {"overset": True, "stackrel": True, "underset": False}
_TEXTS = ("text", "textrm", "textbf", "textit", "texttt", "textsf", "textnormal", "mbox")
_LETTERS = (
    *("mathbf", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathscr", "mathfrak", "mathnormal"),
    *("boldsymbol", "bm", "pmb", "mathbb"),
)
_NOTHING = ("displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "nonumber", "notag")
_OWN = (
    *("sqrt", "left", "right", "middle", "begin", "end", "operatorname", "underbrace", "overbrace"),
    *("limits", "nolimits", "substack", "not", "phantom", "hphantom", "hspace", "tag", "label", "pmod"),
    *("bmod", "mathop"),
)
_COMMANDS = sorted(
    {*symbols.SIGNS, *symbols.LARGE, *symbols.FUNCTIONS, *symbols.ACCENTS, *symbols.SPACES, *symbols.ARROWS}
    | {*_TEXTS, *_NOTHING, *_FRACTIONS, *_BINOMIALS, *_STACKS, *_LETTERS, *_OWN, *_BIG_ROWS}
)
_ENDS = ("}", "&", r"\\", r"\right", r"\middle", r"\end")


def parse(latex: str) -> Node:
    """The tree of `latex`.

    Raises FormulaError naming what is unknown or wrong and the character (from 1) where it stands, and
    for a formula that is too long or nested too deep.
    """
    check(latex)
    return Parser(latex, tokens(latex)).whole()


class Parser(Cursor):
    """Reads nodes from where the cursor stands."""

    def whole(self) -> Row:
        """All that there is."""
        tree = self.row()
        if token := self.peek():
            raise token.error(
                "stands outside of an environment. Put the lines into \\begin{aligned} … \\end{aligned}"
                if token.text in ("&", r"\\")
                else "has nothing to close"
            )
        return tree

    # Rows and scripts

    def row(self, stop: str = "") -> Row:
        """Nodes up to `stop`, or to what ends a row, which is left where it is."""
        self.deeper()
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
            limits = True
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
        self.index -= 1
        if token.text[0].isdigit() and len(token.text) > 1:
            # \frac12 and x^10: a single digit, as in LaTeX.
            self.tokens[self.index] = Token(token.text[1:], token.at + 1)
            return Atom(token.text[0])
        self.deeper()
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
        if name in symbols.ARROWS:
            below = self.bracketed()
            return Arrow(symbols.ARROWS[name], self.argument("what stands over the arrow"), below)
        if name in _FRACTIONS:
            return Fraction(self.argument("a numerator"), self.argument("a denominator"))
        if name in _BINOMIALS:
            top, bottom = self.argument("a number"), self.argument("a number")
            return Fenced(("(", ")"), (Fraction(top, bottom, bar=False),))
        if name in _STACKS:
            small, base = self.argument("what is small"), self.argument("what it belongs to")
            if isinstance(base, Atom) and base.text in symbols.CHARACTERS:
                # A relation stays one when something is written over it.
                base = replace(base, kind=symbols.CHARACTERS[base.text])
            return Stack(base, above=small) if _STACKS[name] else Stack(base, below=small)
        if name in _TEXTS:
            return self.words(token)
        if name in _LETTERS:
            return _word(self.argument("letters"), double_struck=name == "mathbb")
        if name in _NOTHING:
            return None
        if big := _BIG.fullmatch(token.text):
            sign = self.delimiter(token)
            return Big(sign, _BIG_ROWS[big[1]], _BIG_KINDS.get(big[2]) or symbols.CHARACTERS.get(sign, "ord"))
        return self.structure(token, name)

    def structure(self, token: Token, name: str) -> Node | None:
        match name:
            case "sqrt":
                degree = self.bracketed()
                return Root(self.argument("what is under the root"), degree)
            case "underbrace" | "overbrace":
                return Brace(name == "overbrace", self.argument("what is braced"))
            case "operatorname":
                limits = self.accept("*")
                return Atom(" ".join(self.raw(token).split()), "op", limits)
            case "mathop":
                named = self.argument("an operator")
                return replace(named, kind="op", limits=True) if isinstance(named, Atom) else named
            case "left":
                return self.fenced(token)
            case "begin":
                return environment(self, token)
            case "substack":
                return self.substack(token)
            case "not":
                return self.negated(token)
            case "phantom" | "hphantom":
                return Phantom(self.argument("what gives the room"))
            case "hspace":
                return Space(self.cells(token))
            case "tag":
                return Atom(f"    ({self.raw(token)})")
            case "label":
                self.raw(token)
                return None
            case "bmod":
                return Atom("mod", "bin")
            case "pmod":
                modulus = self.argument("a number")
                return Row((Space(2), Atom("(", "open"), Atom("mod", "op"), modulus, Atom(")", "close")))
        if name in symbols.INSTEAD:
            raise token.error(f"is not known; write {symbols.INSTEAD[name]}")
        near = nearest(name, _COMMANDS) if name.isalpha() else None
        raise token.error("is not known" + (f"; did you mean \\{near}" if near else ""))

    def bracketed(self) -> Node | None:
        """What stands in brackets here, or None."""
        if not self.accept("["):
            return None
        row = self.row("]")
        self.take("a closing bracket")
        return row

    def words(self, command: Token) -> Node:
        """The text in the braces after `command`, with what stands between its dollars as a formula."""
        start, end = self.source(command)
        parts = _DOLLAR.split(self.latex[start:end])
        if len(parts) == 1 or len(parts) % 2 == 0:
            return Atom(unescaped(self.latex[start:end]))
        self.deeper()
        nodes: list[Node] = []
        for number, part in enumerate(parts):
            stop = start + len(part)
            inner = Parser(self.latex, tokens(self.latex, start, stop), self.depth) if number % 2 else None
            nodes.append(inner.whole() if inner else Atom(unescaped(part)))
            start = stop + 1
        self.depth -= 1
        return Row(tuple(nodes))

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

    def substack(self, command: Token) -> Node:
        opening = self.take("lines in braces")
        if opening.text != "{":
            raise opening.error(f"stands where the opening brace of {command.text} should")
        lines = rows(self, "a closing brace")
        closing = self.take("a closing brace")
        if closing.text != "}":
            raise closing.error("stands where a closing brace should")
        return Grid(lines, "c", "lines")

    def negated(self, command: Token) -> Node:
        token = self.take("a relation")
        sign = symbols.SIGNS.get(token.text[1:], ("",))[0] if token.text.startswith("\\") else token.text
        if sign not in symbols.NEGATED:
            raise token.error(f"cannot be crossed out by {command.text}")
        return Atom(symbols.NEGATED[sign], "rel")


def _word(node: Node, *, double_struck: bool) -> Node:
    """Letters that belong together, as in `\\mathrm{relu}`, as one word."""
    items = node.items if isinstance(node, Row) else (node,)
    texts = [item.text for item in items if isinstance(item, Atom)]
    if len(texts) < len(items) or not "".join(texts).isalnum():
        return node
    if double_struck:
        texts = [symbols.DOUBLE_STRUCK.get(text, text) for text in texts]
    return Atom("".join(texts))
