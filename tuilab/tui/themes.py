"""The lab's own colours, and what each of them means.

Numbers have one colour everywhere: a value that flows forward is blue, a gradient that flows back is
orange, a parameter is green. The accent belongs to the cursor and to nothing else.
"""

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

DARK = "tuilab-dark"
LIGHT = "tuilab-light"
SIXTEEN = "tuilab-16"

THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#6cb0f6",
        secondary="#8b97a6",
        accent="#c9a5ff",
        warning="#e8b45a",
        error="#f4707a",
        success="#79c98f",
        foreground="#d6dce4",
        background="#0f1318",
        surface="#161b22",
        panel="#1d242d",
        variables={
            "forward": "#6cb0f6",
            "gradient": "#f29b54",
            "parameter": "#79c98f",
            "quiet": "#8793a2",
            "rule": "#2c3540",
            "cursor-background": "#2a2440",
            "scrollbar": "#3a4552",
            "scrollbar-background": "#0f1318",
            "scrollbar-hover": "#8793a2",
            "scrollbar-active": "#c9a5ff",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#1560bd",
        secondary="#5d6875",
        accent="#6f35c5",
        warning="#8a5a00",
        error="#c0262f",
        success="#1d7a3e",
        foreground="#20262d",
        background="#fcfbf8",
        surface="#f4f2ec",
        panel="#ebe8e0",
        variables={
            "forward": "#1560bd",
            "gradient": "#b4540a",
            "parameter": "#1d7a3e",
            "quiet": "#626d79",
            "rule": "#d5d1c6",
            "cursor-background": "#ebe2fa",
            "scrollbar": "#c9c4b7",
            "scrollbar-background": "#fcfbf8",
            "scrollbar-hover": "#626d79",
            "scrollbar-active": "#6f35c5",
        },
    ),
    Theme(
        name=SIXTEEN,
        dark=True,
        ansi=True,
        primary="ansi_bright_blue",
        secondary="ansi_cyan",
        accent="ansi_bright_magenta",
        warning="ansi_yellow",
        error="ansi_bright_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "forward": "ansi_bright_blue",
            "gradient": "ansi_yellow",
            "parameter": "ansi_green",
            "quiet": "ansi_white",
            "rule": "ansi_bright_black",
            "cursor-background": "ansi_default",
            "scrollbar": "ansi_white",
            "scrollbar-background": "ansi_default",
            "scrollbar-hover": "ansi_white",
            "scrollbar-active": "ansi_bright_magenta",
        },
    ),
)
"""The terminal's own sixteen colours are `SIXTEEN`: for terminals without more, and for NO_COLOR."""


def meanings(theme: Theme) -> dict[str, str]:
    """Our variables for a theme that is not ours, so that numbers keep their colours in it."""
    if theme.ansi:
        return dict(THEMES[2].variables)
    ours = THEMES[0] if theme.dark else THEMES[1]
    system = theme.to_color_system().generate()
    background, foreground = Color.parse(system["background"]), Color.parse(system["foreground"])
    return {
        "forward": ours.variables["forward"],
        "gradient": ours.variables["gradient"],
        "parameter": ours.variables["parameter"],
        "quiet": background.blend(foreground, 0.6).hex,
        "rule": background.blend(foreground, 0.2).hex,
        "cursor-background": background.blend(Color.parse(system["accent"]), 0.2).hex,
    }


def for_terminal(color_system: str | None, no_color: bool, fallback: str = DARK) -> str:
    """The theme to begin with on a terminal with these colours."""
    return SIXTEEN if no_color or color_system in (None, "standard", "windows") else fallback
