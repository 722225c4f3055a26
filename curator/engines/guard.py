"""Stops a check that hangs: over one row it may take so many seconds and no more.

Everything of a check that is called goes through `guarded`, which notes what is about to run. A clock looks once in a
while whether that is still the same; when it has been for too long, `Hung` is raised inside the check. In the main
thread of a process the clock is a signal, which also ends a sleep or a runaway regular expression; elsewhere it is a
thread, which ends Python code. A check that takes `Hung` for its own and goes on ends its process, if that is one of
the engine's own; nothing else ends a call into C that never comes back.
"""

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from curator.checks.base import Check
from curator.model import Example

Given = TypeVar("Given")

#: Seconds that a check may take over one example, one pair, or one group.
PATIENCE = 10.0
#: Looks at the clock within that time.
_LOOKS = 4
#: How often a check is told to stop before its process ends.
_TOLD = 3


class Hung(BaseException):
    """Raised inside a check that takes too long. No Exception, so that a check cannot take it for its own."""


class Watched:
    """What is running now in one thread, and what has been stopped in it."""

    def __init__(self) -> None:
        self.running: tuple[Check, Example | None] | None = None
        #: How many times the usual patience what runs now may take: a whole group is more work than one example.
        self.factor = 1.0
        #: Names of functions that did not come back: they are not called again.
        self.stopped: set[str] = set()
        #: In a process of the engine's own: the folder in which it says why it ends.
        self.last_words: Path | None = None
        self.on = False
        self._seen: tuple[Check, Example | None] | None = None
        self._looks = 0
        self._told = 0

    def begin(self, last_words: Path | None) -> None:
        """Watch from here on, with nothing stopped."""
        self.running, self.factor, self.stopped = None, 1.0, set()
        self.on, self.last_words = True, last_words
        self._seen, self._looks, self._told = None, 0, 0

    def note(self, words: str) -> None:
        """In a process of the engine's own: leave word of what runs now, should it not live to tell; "" when it has."""
        if self.last_words is not None:
            path = self.last_words / f"running {os.getpid()}"
            path.write_text(words, encoding="utf-8", errors="replace") if words else path.unlink(missing_ok=True)

    def late(self) -> bool:
        """Whether what runs has been running for too long. Called by the clock."""
        now = self.running
        if now is None or now is not self._seen:
            self._seen, self._looks, self._told = now, 0, 0
            return False
        self._looks += 1
        if self._looks < _LOOKS * self.factor:
            return False
        self._looks = 0
        self._told += 1
        if self._told > _TOLD and self.last_words is not None:
            (self.last_words / f"stopped {now[0].code}").touch()
            os._exit(70)
        return True


class _Guard(threading.local):
    def __init__(self) -> None:
        self.now = Watched()


#: What is watched in this thread.
GUARD = _Guard()


def guarded(check: Check, example: Example | None, function: Callable[..., Given], *given: Any) -> Given:
    """Call a function of a check, watched. Raises what it raises, and `Hung` when it takes too long."""
    now = GUARD.now
    now.running = (check, example)
    try:
        return function(*given)
    finally:
        now.running = None


@contextmanager
def watching(patience: float = PATIENCE, last_words: Path | None = None) -> Iterator[None]:
    """Look after what runs in this thread; what was stopped before may run again."""
    now = GUARD.now
    if now.on:  # an engine within an engine: the outer one watches
        yield
        return
    now.begin(last_words)
    main = threading.current_thread() is threading.main_thread()
    try:
        with _by_signal(now, patience) if main and hasattr(signal, "setitimer") else _by_thread(now, patience):
            yield
    finally:
        now.on = False


@contextmanager
def _by_signal(now: Watched, patience: float) -> Iterator[None]:
    def look(_number: int, _frame: FrameType | None) -> None:
        if now.late():
            raise Hung

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, patience / _LOOKS, patience / _LOOKS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_thread(now: Watched, patience: float) -> Iterator[None]:
    watched, done = threading.get_ident(), threading.Event()

    def look() -> None:
        while not done.wait(patience / _LOOKS):
            if now.late():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(watched), ctypes.py_object(Hung))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
