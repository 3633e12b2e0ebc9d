"""What LaTeX commands look like: signs, the names of functions, and the small letters of Unicode.

Letters stay plain: consoles lack the mathematical alphabets from U+1D400 up. Of the arrows, the long ones
that the fonts of terminals lack are the short ones here.
"""

from typing import Final, Literal

Class = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner"]
"""TeX's classes of atoms. They decide how much space stands between two."""

_ORDINARY: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "varrho": "ρ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "partial": "∂", "nabla": "∇", "infty": "∞", "ell": "ℓ", "hbar": "ħ", "emptyset": "∅",
    "varnothing": "∅", "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬", "top": "⊤",
    "bot": "⊥", "prime": "′", "degree": "°", "checkmark": "✓", "square": "□", "dots": "…",
    "ldots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯",
    "imath": "ı", "jmath": "ȷ", "Re": "Re", "Im": "Im", "angle": "∠", "aleph": "ℵ", "nexists": "∄",
    "varpi": "ϖ", "varkappa": "κ", "digamma": "ϝ", "dotso": "…", "dotsm": "⋯", "dotsi": "⋯",
    "triangle": "△", "blacksquare": "■", "diamondsuit": "♦", "copyright": "©", "surd": "√", "wp": "℘",
    "%": "%", "$": "$", "#": "#", "&": "&", "_": "_", "i": "ı",
}  # fmt: skip

_BINARY: Final = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "odot": "⊙", "oplus": "⊕",
    "otimes": "⊗", "ominus": "⊖", "circ": "∘", "bullet": "•", "ast": "*", "star": "⋆",
    "cup": "∪", "cap": "∩", "setminus": "∖", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨",
    "oslash": "⊘", "boxplus": "⊞", "boxtimes": "⊠", "uplus": "⊎", "sqcup": "⊔", "sqcap": "⊓",
    "smallsetminus": "∖", "dagger": "†", "ddagger": "‡", "diamond": "⋄", "triangleleft": "◁",
    "triangleright": "▷", "bigcirc": "◯", "veebar": "⊻", "ltimes": "⋉", "rtimes": "⋊",
}  # fmt: skip

_RELATION: Final = {
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃",
    "supseteq": "⊇", "mid": "|", "parallel": "∥", "perp": "⊥", "doteq": "≐", "coloneqq": "≔",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔",
    "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "mapsto": "↦", "uparrow": "↑",
    "downarrow": "↓", "longrightarrow": "⟶", "longleftarrow": "⟵", "implies": "⇒", "iff": "⇔",
    "nearrow": "↗", "searrow": "↘", "nwarrow": "↖", "swarrow": "↙", "updownarrow": "↕",
    "hookrightarrow": "↪", "hookleftarrow": "↩", "twoheadrightarrow": "↠", "rightharpoonup": "⇀",
    "leftharpoonup": "↼", "rightleftharpoons": "⇌", "leadsto": "⇝", "rightsquigarrow": "⇝",
    "longmapsto": "↦", "longleftrightarrow": "⟷", "Longrightarrow": "⇒", "Longleftarrow": "⇐",
    "Longleftrightarrow": "⇔", "impliedby": "⇐", "Uparrow": "⇑", "Downarrow": "⇓", "nleftarrow": "↚",
    "nrightarrow": "↛", "leqslant": "≤", "geqslant": "≥", "leqq": "≦", "geqq": "≧", "lesssim": "≲",
    "gtrsim": "≳", "nless": "≮", "ngtr": "≯", "nleq": "≰", "ngeq": "≱", "prec": "≺", "succ": "≻",
    "preceq": "≼", "succeq": "≽", "approxeq": "≊", "asymp": "≍", "triangleq": "≜", "vdash": "⊢",
    "dashv": "⊣", "models": "⊨", "vDash": "⊨", "subsetneq": "⊊", "supsetneq": "⊋", "nsubseteq": "⊈",
    "nsupseteq": "⊉", "sqsubseteq": "⊑", "sqsupseteq": "⊒", "owns": "∋", "nmid": "∤", "nparallel": "∦",
    "therefore": "∴", "because": "∵", "bowtie": "⋈", "smile": "⌣", "frown": "⌢",
}  # fmt: skip

_OPENING: Final = {
    "{": "{", "lbrace": "{", "lbrack": "[", "langle": "⟨", "lfloor": "⌊", "lceil": "⌈", "lvert": "|",
    "lVert": "‖",
}  # fmt: skip
_CLOSING: Final = {
    "}": "}", "rbrace": "}", "rbrack": "]", "rangle": "⟩", "rfloor": "⌋", "rceil": "⌉", "rvert": "|",
    "rVert": "‖",
}  # fmt: skip
_STANDING: Final = {"|": "‖", "Vert": "‖", "vert": "|", "backslash": "\\"}

SIGNS: Final[dict[str, tuple[str, Class]]] = {
    **{name: (sign, "ord") for name, sign in _ORDINARY.items()},
    **{name: (sign, "bin") for name, sign in _BINARY.items()},
    **{name: (sign, "rel") for name, sign in _RELATION.items()},
    **{name: (sign, "open") for name, sign in _OPENING.items()},
    **{name: (sign, "close") for name, sign in _CLOSING.items()},
    **{name: (sign, "ord") for name, sign in _STANDING.items()},
    "colon": (":", "punct"),
    "cdotp": ("·", "punct"),
    "ldotp": (".", "punct"),
}
"""Commands that stand for one sign, with its class."""

NEGATED: Final = {
    "=": "≠", "<": "≮", ">": "≯", "≤": "≰", "≥": "≱", "∈": "∉", "∋": "∌", "⊂": "⊄", "⊃": "⊅", "⊆": "⊈",
    "⊇": "⊉", "≡": "≢", "∼": "≁", "≃": "≄", "≅": "≇", "≈": "≉", "|": "∤", "∥": "∦", "∃": "∄", "→": "↛",
    "←": "↚", "⇒": "⇏", "⇐": "⇍", "⇔": "⇎", "⊢": "⊬", "⊨": "⊭", "≺": "⊀", "≻": "⊁",
}  # fmt: skip
"""What a relation is after `\\not`."""

CHARACTERS: Final[dict[str, Class]] = {
    **dict.fromkeys(NEGATED.values(), "rel"),
    **{sign: kind for sign, kind in SIGNS.values() if len(sign) == 1 and not sign.isascii()},
    **dict.fromkeys("+-−*", "bin"),
    **dict.fromkeys("=<>:", "rel"),
    **dict.fromkeys("([", "open"),
    **dict.fromkeys(")]", "close"),
    **dict.fromkeys(",;", "punct"),
}
"""The class of a character that stands for itself; every other is ordinary."""

LARGE: Final = {
    "sum": "Σ", "prod": "Π", "coprod": "∐", "int": "∫", "iint": "∬", "oint": "∮",
    "iiint": "∭", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⊕", "bigotimes": "⊗", "bigodot": "⊙",
    "bigvee": "∨", "bigwedge": "∧", "biguplus": "⊎", "bigsqcup": "⊔",
}  # fmt: skip
"""Operators whose limits stand above and below them."""

WITH_LIMITS: Final = ("max", "min", "sup", "inf", "lim", "limsup", "liminf", "det", "gcd", "Pr")
"""Functions whose subscript stands below them."""

FUNCTIONS: Final = (
    *("log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "coth", "arg", "dim", "ker", "deg", "hom", *WITH_LIMITS),
)
"""Functions that are written with upright letters."""

TWO_WORDS: Final = {"limsup": "lim sup", "liminf": "lim inf"}

ARROWS: Final = {
    "xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xRightarrow": "⇒", "xLeftarrow": "⇐",
    "xmapsto": "↦",
}  # fmt: skip
"""Arrows as long as what stands above and below them."""

INSTEAD: Final = {
    **{name: rf"\operatorname*{{arg\,{name[3:]}}}" for name in ("argmax", "argmin")},
    **{
        name: rf"\operatorname{{{name}}}"
        for name in ("softmax", "relu", "ReLU", "sigmoid", "sign", "sgn", "Var", "Cov", "tr", "rank", "diag")
    },
    "R": r"\mathbb{R}",
    "E": r"\mathbb{E}",
}
"""What to write for commands that are often used, and that LaTeX does not know without packages."""

SPACES: Final = {
    ",": 1, ":": 1, ">": 1, ";": 1, " ": 1, "~": 1, "!": -1, "quad": 2, "qquad": 4, "/": 0, "enspace": 1,
    "thinspace": 1, "medspace": 1, "thickspace": 1, "negthinspace": -1, "space": 1,
}  # fmt: skip
"""Commands that are only room, in cells; -1 takes away the room that would be there."""

DELIMITERS: Final = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", ".": "", "/": "/", "<": "⟨", ">": "⟩",
    **{"\\" + name: sign for name, sign in (_OPENING | _CLOSING | _STANDING).items()},
    "\\uparrow": "↑", "\\downarrow": "↓",
}  # fmt: skip
"""What may follow `\\left`, `\\middle` and `\\right`."""

ACCENTS: Final = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "vec": "vec", "tilde": "tilde",
    "widetilde": "tilde", "dot": "dot", "ddot": "ddot", "overrightarrow": "vec", "underline": "under",
    "overleftarrow": "back", "check": "check", "breve": "breve", "mathring": "ring", "acute": "acute",
    "grave": "grave",
}  # fmt: skip

COMBINING: Final = {
    "hat": "\u0302", "bar": "\u0304", "vec": "\u20d7", "tilde": "\u0303", "dot": "\u0307",
    "ddot": "\u0308", "under": "\u0332", "back": "\u20d6", "check": "\u030c", "breve": "\u0306",
    "ring": "\u030a", "acute": "\u0301", "grave": "\u0300",
}  # fmt: skip

DOUBLE_STRUCK: Final = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "H": "ℍ"}
"""The double-struck letters that are older than U+1D400."""

SUPERSCRIPTS: Final = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤′*∘†βγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀ′*°†ᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
SUBSCRIPTS: Final = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)

_ASCII: Final = {
    **{sign: name for name, sign in _ORDINARY.items() if sign.isalpha() and not sign.isascii()},
    "ε": "epsilon", "φ": "phi", "ρ": "rho", "ı": "i", "ȷ": "j", "ℓ": "l", "ħ": "hbar", "ℵ": "aleph",
    "∂": "d", "∇": "grad", "∞": "inf", "∅": "{}", "∀": "for all", "∃": "exists", "¬": "not",
    "⊤": "T", "⊥": "_|_", "′": "'", "°": "deg", "✓": "ok", "□": "[]", "…": "...", "⋯": "...",
    "⋮": ":", "⋱": "...", "∠": "angle", "·": "*", "×": "x", "÷": "/", "±": "+-", "∓": "-+",
    "⊙": "(*)", "⊕": "(+)", "⊗": "(x)", "⊖": "(-)", "∘": "o", "•": "*", "⋆": "*", "∪": "union",
    "∩": "intersection", "∖": "\\", "∧": "and", "∨": "or", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=",
    "∼": "~", "≃": "~=", "≅": "~=", "≡": "==", "∝": "~", "≪": "<<", "≫": ">>", "∈": "in",
    "∉": "not in", "∋": "has", "⊂": "sub", "⊆": "sub=", "⊃": "sup", "⊇": "sup=", "∥": "||",
    "≐": "=", "≔": ":=", "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "⇔": "<=>",
    "↦": "|->", "↑": "^", "↓": "v", "⟶": "-->", "⟵": "<--",
    "↗": "->", "↘": "->", "↪": "->", "⇌": "<=>", "⟨": "<", "⟩": ">", "⌊": "[", "⌋": "]",
    "⌈": "[", "⌉": "]", "‖": "||", "−": "-", "∐": "coprod", "∫": "int", "∬": "iint", "∮": "oint",
    "⋃": "union", "⋂": "intersection", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
    "ϖ": "pi", "ϝ": "digamma", "∄": "no", "△": "triangle", "■": "[]", "♦": "*", "©": "(c)", "√": "sqrt",
    "℘": "p", "⊘": "(/)", "⊞": "[+]", "⊠": "[x]", "⊎": "union", "⊔": "union", "⊓": "intersection",
    "†": "+", "‡": "++", "⋄": "<>", "◁": "<|", "▷": "|>", "◯": "O", "⊻": "xor", "⋉": "|x", "⋊": "x|",
    "↖": "<-", "↙": "<-", "↕": "^v", "↩": "<-", "↠": "->>", "⇀": "->", "↼": "<-", "⇝": "~>",
    "⟷": "<-->", "⇑": "^", "⇓": "v", "≦": "<=", "≧": ">=", "≲": "<~", "≳": ">~", "≺": "<",
    "≻": ">", "≼": "<=", "≽": ">=", "≊": "~=", "≍": "~", "≜": ":=", "⊢": "|-", "⊣": "-|", "⊨": "|=",
    "⊊": "sub", "⊋": "sup", "⊑": "sub=", "⊒": "sup=", "∴": "so", "∵": "since", "⋈": "|x|", "⌣": "smile",
    "⌢": "frown", "∭": "iiint",
    **{struck: letter for letter, struck in DOUBLE_STRUCK.items()},
}  # fmt: skip

ASCII: Final = {
    **{
        struck: f"not {_ASCII.get(sign, sign)}"
        if _ASCII.get(sign, sign).isalpha()
        else f"!{_ASCII.get(sign, sign)}"
        for sign, struck in NEGATED.items()
    },
    **_ASCII,
}
"""How a sign is written where only ASCII can be shown. `Σ` and `Π` as operators are `sum` and `prod`."""
