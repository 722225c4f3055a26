"""The application: it owns the workspace, the themes and the way out, and nothing else."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.widgets import Input, TextArea

from curator.query import parse
from curator.settings import Settings
from curator.text import visible
from curator.tui.actions import APP_ACTIONS, bindings
from curator.tui.desk import WorkspaceDesk
from curator.tui.frugal import frugal
from curator.tui.going import GoingApp
from curator.tui.lines import LabelKey
from curator.tui.screens.next_key import NextKey
from curator.tui.screens.queue import QueueScreen
from curator.tui.themes import MONO, THEMES
from curator.tui.widgets.wall import Mono, Wall
from curator.workspace import Workspace

TWICE = 1.5
"""Seconds within which a second ctrl+c leaves."""


class CuratorApp(GoingApp, inherit_bindings=False):
    """Review of one workspace by one reviewer."""

    CSS_PATH = "curator.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(APP_ACTIONS)
    ENABLE_COMMAND_PALETTE = False  # ours has its own key, of the table

    def __init__(self, workspace: Workspace, *, where: str, reviewer: str, settings: Settings) -> None:
        self._walls: tuple[LineFilter, ...] = (Wall(),)
        self._mono = Mono()
        super().__init__()
        self.animation_level = "none"
        self.desk = WorkspaceDesk(workspace, reviewer, settings)
        self._where = where
        self._label_keys = tuple(LabelKey(key, binding) for key, binding in settings.bindings.items())
        self._min_dwell = settings.review.min_dwell_ms / 1000
        self._interrupted = 0.0
        for theme in THEMES:
            self.register_theme(theme)
        self._dress(MONO if self.no_color or os.environ.get("TERM") == "dumb" else THEMES[0].name)

    @property
    def label_words(self) -> dict[str, str]:
        """What each label digit gives, by the name of its action, for help and palette."""
        return {f"label.{label.key}": visible(f"label {label.shown}", line=True) for label in self._label_keys}

    def take(self, settings: Settings) -> None:
        """Work with other settings from now on: the labels and their digits."""
        self.desk.settings = settings
        self._label_keys = tuple(LabelKey(key, binding) for key, binding in settings.bindings.items())
        for screen in self.screen_stack:
            if isinstance(screen, QueueScreen):
                screen.label_keys = self._label_keys

    def on_key(self, event: events.Key) -> None:
        """Letters that came in one burst with the key that opened an input belong into it.

        On a slow line they were sent to what had the focus before, and would be lost, or be decisions.
        """
        focused = self.focused
        if isinstance(self.screen, NextKey):
            self.screen.answer(event.key)
        elif event.character and event.is_printable and isinstance(focused, Input):
            focused.insert_text_at_cursor(event.character)
        elif event.character and event.is_printable and isinstance(focused, TextArea) and not focused.read_only:
            focused.insert(event.character)
        else:
            return
        event.prevent_default()

    def _dress(self, theme: str) -> None:
        """Wear a theme; without colours, reverse and underline take their place."""
        self.set_class(theme == MONO, "-mono")
        self.theme = theme

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, that writes no more than it has to."""
        return frugal(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The second wall, and no colours where none are wanted."""
        return (*self._walls, self._mono) if self.theme == MONO else self._walls

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with suppress(NotImplementedError, ValueError, RuntimeError):  # not on this platform, or not in this thread
                loop.add_signal_handler(number, self._told_to_end)
        self.push_screen(QueueScreen(self.desk, self._where, self._label_keys, self._min_dwell))

    def _told_to_end(self) -> None:
        """The terminal goes away or the system ends us: Textual unmounts nothing then, so drafts are kept here."""
        for screen in self.screen_stack:
            if callable(keep := getattr(screen, "keep", None)):
                keep()
        self.exit(return_code=143)

    def on_unmount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.remove_signal_handler(number)

    def action_app(self, what: str) -> None:
        if what == "help":
            self._help()
        elif what == "palette":
            self._palette()
        elif what == "theme":
            names = [theme.name for theme in THEMES]
            self._dress(names[(names.index(self.theme) + 1) % len(names)])
        elif what == "interrupt":
            self._interrupt()
        else:
            self.exit()

    def _palette(self) -> None:
        from curator.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def _help(self) -> None:
        from curator.tui.screens.help import HelpScreen

        about, actions = getattr(self.screen, "NAME", ""), getattr(self.screen, "ACTIONS", ())
        if actions and not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(about, (*actions, *self.ways()), self.label_words))

    def _interrupt(self) -> None:
        now = time.monotonic()
        if now - self._interrupted < TWICE:
            self.exit()
        self._interrupted = now
        say = getattr(self.screen, "say", None)
        if say is not None:
            say("ctrl+c again leaves; everything is saved", "dim")


def run(path: Path, *, where: str = "", reviewer: str, settings: Settings | None = None) -> None:
    """Review the workspace at `path`. Raises `WorkspaceError`, `QueryError`; returns when the reader leaves."""
    settings = settings or Settings()
    parse(where)
    with Workspace.open(path) as workspace:
        app = CuratorApp(workspace, where=where, reviewer=reviewer, settings=settings)
        app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
