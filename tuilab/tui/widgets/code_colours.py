"""How code in lessons is coloured: quietly, for blue, orange and green say what a number is."""

from pygments.token import Token  # type: ignore[import-untyped]
from textual.highlight import HighlightTheme, TokenType


class QuietTheme(HighlightTheme):
    """Keywords by weight, comments and texts by shade."""

    STYLES: dict[TokenType, str] = {  # noqa: RUF012
        Token.Comment: "$foreground 60% italic",
        Token.Keyword: "bold",
        Token.Operator.Word: "bold",
        Token.Literal.String: "$text-secondary",
        Token.Name.Decorator: "italic",
    }
