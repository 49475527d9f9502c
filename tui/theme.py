"""The three looks, and which one a terminal gets.

Law: every colour a widget uses is one of the names in ``VOICES``; amber is now, teal is people,
red is failure, and no ink stands under 4.5:1 on any surface it is used on. The theme
``terminal`` names only the sixteen colours that belong to its user.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from textual.app import App
from textual.theme import Theme

HEARTH = "hearth"
PAPER = "paper"
TERMINAL = "terminal"
NAMES = (HEARTH, PAPER, TERMINAL)
"""Every theme a person can choose."""

VOICES = ("ink", "quiet", "amber", "teal", "red", "hairline")
"""The colours that paint; the first five are for words, the last for lines."""
SURFACES = ("background", "surface", "panel")
"""What they stand on."""


class Choice(msgspec.Struct, frozen=True):
    """What an app is made with, so that it looks as chosen."""

    theme: str
    ansi_color: bool | None
    """For Textual's ``App``: whether it may turn the sixteen colours into its own.

    Textual decides about its no-colour filter while the app is made; only with ``True`` does
    it take the one that sends no colour at all.
    """


def choose(wanted: str, environ: Mapping[str, str]) -> Choice:
    """Choose the theme for ``wanted``, a name out of ``NAMES``; anything else means hearth.

    With ``NO_COLOR`` set to anything but nothing it is the terminal's own, without colours.

    Source: https://no-color.org, 2026-11.
    """
    if environ.get("NO_COLOR"):
        return Choice(TERMINAL, ansi_color=True)
    return Choice(wanted if wanted in NAMES else HEARTH, ansi_color=None)


def dress(app: App[Any], choice: Choice) -> None:
    """Give ``app`` all three themes and put on the chosen one; belongs into its ``__init__``."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = choice.theme


def variable_defaults() -> dict[str, str]:
    """Give our CSS variables with hearth's values, for an app that has no theme on yet."""
    return dict(THEMES[0].variables)


def _theme(name: str, colours: Mapping[str, str], *, dark: bool) -> Theme:
    """Make a theme of eight named colours, each as ``#rrggbb``."""
    quiet_line = colours["hairline"]
    return Theme(
        name=name,
        primary=colours["amber"],
        secondary=colours["teal"],
        accent=colours["amber"],
        warning=colours["amber"],
        success=colours["teal"],
        error=colours["red"],
        foreground=colours["ink"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        dark=dark,
        variables={
            **{voice: colours[voice] for voice in VOICES},
            "quiet-style": "none",
            "cursor-style": "none",
            "border": colours["amber"],
            "border-blurred": quiet_line,
            "scrollbar": quiet_line,
            "scrollbar-background": colours["background"],
            "scrollbar-corner-color": colours["background"],
            "block-cursor-background": colours["amber"],
            "block-cursor-foreground": colours["background"],
            "input-cursor-background": colours["ink"],
            "input-cursor-foreground": colours["background"],
            "input-selection-background": colours["teal"],
            "input-selection-foreground": colours["background"],
            "screen-selection-background": colours["teal"],
            "screen-selection-foreground": colours["background"],
            "footer-key-foreground": colours["ink"],
        },
    )


_HEARTH = _theme(
    HEARTH,
    {
        "background": "#171614",
        "surface": "#1e1c1a",
        "panel": "#2b2824",
        "ink": "#ebe5da",
        "quiet": "#a39c91",
        "amber": "#f2a65a",
        "teal": "#6cc3b4",
        "red": "#e8736c",
        "hairline": "#4a463f",
    },
    dark=True,
)

_PAPER = _theme(
    PAPER,
    {
        "background": "#faf6ee",
        "surface": "#f3ede2",
        "panel": "#e6ddcd",
        "ink": "#2c2721",
        "quiet": "#625b51",
        "amber": "#9c4a0a",
        "teal": "#126d61",
        "red": "#b3332c",
        "hairline": "#c4bbaa",
    },
    dark=False,
)

_TERMINAL = Theme(
    name=TERMINAL,
    ansi=True,
    primary="ansi_yellow",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    success="ansi_cyan",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ink": "ansi_default",
        "quiet": "ansi_default",
        "amber": "ansi_yellow",
        "teal": "ansi_cyan",
        "red": "ansi_red",
        "hairline": "ansi_default",
        # Which of the sixteen is readable as grey only its user knows; dim is asked for instead.
        "quiet-style": "dim",
        "cursor-style": "bold",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "text-muted": "ansi_default",
        "text-disabled": "ansi_default",
        "foreground-muted": "ansi_default",
        "background-muted": "ansi_default",
        "border": "ansi_yellow",
        "border-blurred": "ansi_default",
        "scrollbar": "ansi_default",
        "scrollbar-hover": "ansi_default",
        "scrollbar-active": "ansi_default",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "footer-key-foreground": "ansi_default",
    },
)

THEMES = (_HEARTH, _PAPER, _TERMINAL)
"""The themes themselves; the first is worn when nothing else is asked for."""
