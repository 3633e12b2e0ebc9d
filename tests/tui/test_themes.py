"""Colours: every theme carries the lab's own, and ours can be read."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tuilab.tui import launcher, settings, themes

OURS = [theme for theme in themes.THEMES if not theme.ansi]


def test_every_theme_says_what_the_numbers_are(drive) -> None:
    async def scenario(lab) -> None:
        for name in [*(theme.name for theme in themes.THEMES), *BUILTIN_THEMES]:
            lab.app.theme = name
            await lab.pilot.pause()
            assert {"forward", "gradient", "parameter", "quiet", "rule"} <= set(lab.app.theme_variables)
            assert "A first network" in lab.text()

    drive(scenario)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "name",
    ["foreground", "quiet", "forward", "gradient", "parameter", "accent", "error", "warning", "success"],
)
def test_text_stands_out_from_its_background(theme, name: str) -> None:
    """WCAG's contrast for text, 4.5 to 1."""
    colour = theme.variables.get(name) or getattr(theme, name)
    assert contrast(Color.parse(colour), Color.parse(theme.background)) >= 4.5


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_text_under_the_cursor_stands_out(theme) -> None:
    cursor = Color.parse(theme.variables["cursor-background"])
    assert contrast(Color.parse(theme.foreground), cursor) >= 7


def test_few_colours_and_no_colours_use_the_terminals_own() -> None:
    assert themes.for_terminal("standard", no_color=False) == themes.SIXTEEN
    assert themes.for_terminal("truecolor", no_color=True) == themes.SIXTEEN
    assert themes.for_terminal("256", no_color=False) == themes.DARK


def test_without_colour_nothing_is_coloured(drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def scenario(lab) -> None:
        await lab.wait_for("A first network")
        strips = lab.app.screen._compositor.render_strips(lab.app.screen.size)
        filters = lab.app.get_line_filters()
        for strip in strips:
            shown = strip
            for line_filter in filters:
                shown = shown.apply_filter(line_filter, lab.app.screen.background_colors[1])
            for segment in shown:
                style = segment.style
                assert style is None or style.color is None or style.color.is_default
                assert style is None or style.bgcolor is None or style.bgcolor.is_default

    drive(scenario)


def test_the_theme_key_turns_dark_to_light_and_back(drive) -> None:
    async def scenario(lab) -> None:
        assert lab.app.theme == themes.DARK
        await lab.press("ctrl+t")
        assert lab.app.theme == themes.LIGHT
        await lab.press("ctrl+t")
        assert lab.app.theme == themes.DARK

    drive(scenario)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Color) -> float:
    parts = [value / 255 for value in colour.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_theme_that_was_chosen_is_there_at_the_next_visit(drive) -> None:
    async def choose(lab) -> None:
        assert lab.app.theme == themes.DARK
        await lab.press("ctrl+t")
        await lab.wait_for(f"Theme: {themes.LIGHT}.")

    async def come_again(lab) -> None:
        assert lab.app.theme == themes.LIGHT

    drive(choose)
    drive(come_again)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"theme": 3}', b'{"theme": "no-such"}', b"\xff" * 99]
)
def test_a_damaged_file_of_settings_hurts_nobody(drive, content: bytes) -> None:
    path = launcher.state_folder() / "settings.json"
    path.write_bytes(content)

    async def scenario(lab) -> None:
        assert lab.app.theme == themes.DARK
        await lab.press("ctrl+t")
        await lab.wait_for(f"Theme: {themes.LIGHT}.")

    drive(scenario)
    assert themes.LIGHT in path.read_text()


def test_a_terminal_without_colours_keeps_its_own_theme(drive, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.keep_theme(themes.LIGHT)
    monkeypatch.setenv("NO_COLOR", "1")

    async def scenario(lab) -> None:
        assert lab.app.theme == themes.SIXTEEN

    drive(scenario)
