"""The ways out that nobody chose from a menu: ctrl+c twice, and the system's word."""

import asyncio
import signal
import time
from contextlib import suppress

from rich.text import Text

from curator.text import visible
from curator.tui.going import GoingApp

TWICE = 1.5
"""Seconds within which a second ctrl+c leaves."""
FAULT = (
    "This is a fault of Curator. Every decision that was shown as saved is on the disk, and a draft is taken up again. "
    "The lines above hold no rows, unless the last one quotes one; please report them."
)
_SIGNALS = (signal.SIGHUP, signal.SIGTERM)


class LeavingApp(GoingApp, inherit_bindings=False):
    """The part of the application that ends it when it is told to."""

    _interrupted = 0.0

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            with suppress(NotImplementedError, ValueError, RuntimeError):  # not on this platform, or not in this thread
                loop.add_signal_handler(number, self._told_to_end)

    def on_unmount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.remove_signal_handler(number)

    def _told_to_end(self) -> None:
        """The terminal goes away or the system ends us: Textual unmounts nothing then, so drafts are kept here."""
        for screen in self.screen_stack:
            if callable(keep := getattr(screen, "keep", None)):
                keep()
        self.exit(return_code=143)

    def _fatal_error(self) -> None:
        """Say what failed and where, without the values of variables: those are rows, which belong to nobody's log."""
        from traceback import format_exc

        self.bell()
        self._exit_renderables.append(Text(visible(f"{format_exc().rstrip()}\n\n{FAULT}")))
        self._close_messages_no_wait()

    def interrupt(self) -> None:
        """Leave when it is asked for a second time."""
        now = time.monotonic()
        if now - self._interrupted < TWICE:
            self.exit()
        self._interrupted = now
        say = getattr(self.screen, "say", None)
        if say is not None:
            drafts = getattr(self.screen, "unsaved", False)
            say(
                f"ctrl+c again leaves; {'what is typed is kept as a draft' if drafts else 'everything is saved'}", "dim"
            )
