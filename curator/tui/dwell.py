"""Keys that come too soon to be meant: a key that is held, and one pressed for what was shown before."""

import time
from collections.abc import Callable


class Dwell:
    """Says whether a decision comes too soon after what was shown; each that does puts the next one off.

    A held key repeats every 33 ms: it is one press until it has been let go.
    """

    def __init__(self, min_dwell_ms: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._dwell = min_dwell_ms / 1000
        self._clock = clock
        self._until = 0.0

    def shown(self) -> None:
        """Something else can be seen now: what was on its way was meant for what stood there before."""
        self._until = self._clock() + 2 * self._dwell

    def too_soon(self) -> bool:
        """Whether a key that is pressed now is to be dropped."""
        now = self._clock()
        if now >= self._until:
            return False
        self._until = max(self._until, now + self._dwell)
        return True
