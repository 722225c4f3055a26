"""How everything looks: the theme, the glyphs, and what filters every line before the terminal is given it."""

import os
from collections.abc import Sequence
from typing import ClassVar

from textual.driver import Driver
from textual.filter import LineFilter
from textual.scrollbar import ScrollBar, ScrollBarRender

from curator.settings import Review
from curator.tui import glyphs
from curator.tui.frugal import frugal
from curator.tui.themes import MONO, THEMES, named
from curator.tui.widgets.ink import InkApp
from curator.tui.widgets.wall import Mono, Wall


class _AsciiBars(ScrollBarRender):
    """Bars whose ends are a whole cell."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class LooksApp(InkApp, inherit_bindings=False):
    """The part of the application that knows colours and glyphs."""

    def __init__(self) -> None:
        self._walls: tuple[LineFilter, ...] = (Wall(),)
        self._mono = Mono()
        super().__init__()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)

    def dress(self, review: Review) -> None:
        """Look as the settings say; without colours where the terminal or the reader wants none."""
        glyphs.use_ascii(glyphs.wanted(review.glyphs))
        ScrollBar.renderer = _AsciiBars if glyphs.only_ascii() else ScrollBarRender
        colourless = self.no_color or os.environ.get("TERM") == "dumb"
        self._wear(MONO if colourless else named(review.theme))

    def next_theme(self) -> None:
        """Wear the theme after this one."""
        names = [theme.name for theme in THEMES]
        self._wear(names[(names.index(self.theme) + 1) % len(names)])

    def _wear(self, theme: str) -> None:
        """Wear a theme; without colours, reverse and underline take their place."""
        self.set_class(theme == MONO, "-mono")
        self.set_class(glyphs.only_ascii(), "-ascii")
        self.theme = theme

    def get_css_variables(self) -> dict[str, str]:
        """Textual's, and how the sides of a frame are drawn."""
        return {**super().get_css_variables(), "edge": "ascii" if glyphs.only_ascii() else "solid"}

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, that writes no more than it has to."""
        return frugal(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The second wall, and no colours where none are wanted."""
        return (*self._walls, self._mono) if self.theme == MONO else self._walls
