"""Calls that are made again when the service is busy: a few times, with a wait that has a limit.

Services say how long to wait; a client that believes any number may sleep for a day. Here no wait is longer than
`longest`, and all calls of a run wait together when one of them is told to. Where a run has an end, nobody waits for a
moment that comes after it.
"""

import random
import time
from collections.abc import Callable
from threading import Event, Lock
from typing import TypeVar

from msgspec import Struct

from curator.judge.base import Trouble

Given = TypeVar("Given")


class Retries(Struct, frozen=True):
    """How often a call is made, and how long is waited between: doubling from `first` seconds up to `longest`."""

    attempts: int = 5
    first: float = 0.5
    longest: float = 30.0

    def wait(self, attempt: int, after: float | None) -> float:
        """The seconds before the next attempt; up to a quarter less by chance, so that calls do not come at once."""
        if after is not None and after > 0:
            return min(after, self.longest)
        return min(self.first * 2.0**attempt, self.longest) * (1 - 0.25 * random.random())


class Pacing:
    """What the calls of one run share: until when the service wants to be left alone, and whether to stop."""

    def __init__(self, retries: Retries | None = None, *, seconds: float | None = None) -> None:
        """`seconds` from now on the time of the run is over."""
        self.retries = retries or Retries()
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._over = False
        self._stop = Event()
        self._lock = Lock()
        self._until = 0.0

    def stop(self) -> None:
        """Begins nothing new, and wakes whoever waits."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    @property
    def over(self) -> bool:
        """Whether the time is over, or the service wants to be left alone until it is."""
        return self._over or (self._ends is not None and time.monotonic() >= self._ends)

    def rest(self, seconds: float) -> None:
        """Waits, unless it is told to stop, and not beyond the end."""
        left = seconds if self._ends is None else self._ends - time.monotonic()
        self._stop.wait(max(0.0, min(seconds, left)))

    def call(self, once: Callable[[], Given], *, trouble: Callable[[Trouble], None] | None = None) -> Given:
        """Makes a call until it succeeds. `trouble` hears of each attempt that did not.

        Raises the last `Trouble` when it will not, when there were attempts enough, when the next one would come after
        the end, or when it was told to stop.
        """
        last = Trouble("the time was over before it was sent", again=True)
        for attempt in range(self.retries.attempts):
            if not self._wait():
                raise last
            try:
                return once()
            except Trouble as error:
                if trouble is not None:
                    trouble(error)
                if not error.again or attempt + 1 >= self.retries.attempts:
                    raise
                with self._lock:
                    self._until = max(self._until, time.monotonic() + self.retries.wait(attempt, error.after))
                last = error
        raise last

    def _wait(self) -> bool:
        """Waits as long as the service wants to be left alone; False when that is beyond the end."""
        while True:
            with self._lock:
                until = self._until
            if self._stop.is_set():
                raise Trouble("was stopped before it was sent")
            left = until - time.monotonic()
            if left <= 0:
                return True
            if self._ends is not None and until > self._ends:
                self._over = True
                return False
            self._stop.wait(left)
