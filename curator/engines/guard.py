"""Stops a check that hangs: on one row, it may take so many seconds and no more.

Before each call the engine notes what it is about to run. A clock looks once in a while whether that is still the
same; when it has been for too long, `Hung` is raised inside the check. In the main thread of a process the clock
is a signal, which also ends a sleep or a runaway regular expression; elsewhere it is a thread, which ends Python
code. Nothing ends a call into C that never comes back.
"""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from curator.checks.base import Check
from curator.model import Example

#: Seconds that a check may take over one example, one pair, or one group.
PATIENCE = 10.0


class Hung(BaseException):
    """Raised inside a check that takes too long. No Exception, so that a check cannot take it for its own."""


class Guard:
    """What is running now in this process, and which checks have been stopped in it."""

    def __init__(self) -> None:
        self.running: tuple[Check, Example | None] | None = None
        #: How many times the usual patience what runs now may take: a whole group is more work than one example.
        self.factor = 1.0
        self.stopped: set[str] = set()
        self._seen: tuple[Check, Example | None] | None = None
        self._since = 0
        self._on = False

    @contextmanager
    def watching(self, patience: float = PATIENCE) -> Iterator[None]:
        """Look after what runs in this thread; what was stopped before may run again."""
        if self._on:  # an engine within an engine: the outer one watches
            yield
            return
        self.stopped = set()
        self.running = self._seen = None
        self.factor = 1.0
        self._on = True
        try:
            main = threading.current_thread() is threading.main_thread()
            with self._by_signal(patience) if main and hasattr(signal, "setitimer") else self._by_thread(patience):
                yield
        finally:
            self._on = False
            self.running = None

    def late(self) -> bool:
        """Whether what runs has been running for four looks at the clock."""
        now = self.running
        if now is None or now is not self._seen:
            self._seen, self._since = now, 0
            return False
        self._since += 1
        return self._since >= 4 * self.factor

    @contextmanager
    def _by_signal(self, patience: float) -> Iterator[None]:
        def look(_number: int, _frame: FrameType | None) -> None:
            if self.late():
                self._seen = None
                raise Hung

        before = signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, patience / 4, patience / 4)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    @contextmanager
    def _by_thread(self, patience: float) -> Iterator[None]:
        watched, done = threading.get_ident(), threading.Event()

        def look() -> None:
            while not done.wait(patience / 4):
                if self.late():
                    self._seen = None
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(watched), ctypes.py_object(Hung))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


#: The one of this process.
GUARD = Guard()
