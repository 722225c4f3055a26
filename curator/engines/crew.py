"""Who does the work: this process, or several of this machine. The answers come in the order of the tasks."""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from curator.engines.desk import Desk, open_desk
from curator.engines.plan import Plan

#: More processes than this wait for the one that writes.
MOST = 8

_desk: Desk | None = None


class Crew:
    """Calls methods of a desk, here or in `processes` others, each with a desk of its own.

    When a process dies (killed for memory, or unable to start), the rest of the work is done here; `broken` says so.
    """

    def __init__(self, desk: Desk, path: Path, plan: Plan, processes: int) -> None:
        self._desk = desk
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self.broken = False
        if processes > 1:
            self._pool = ProcessPoolExecutor(
                processes, mp_context=get_context("spawn"), initializer=_sit_down, initargs=(path, plan)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """The answer to each call, in order. Few calls are under way at a time, so that answers do not pile up."""
        waiting: deque[tuple[tuple[Any, ...], Future[Any] | None]] = deque()
        for call in calls:
            waiting.append((call, self._submit(method, call)))
            if len(waiting) > 2 * self._processes or self._pool is None:
                yield self._answer(method, *waiting.popleft())
        while waiting:
            yield self._answer(method, *waiting.popleft())

    def _submit(self, method: str, call: tuple[Any, ...]) -> "Future[Any] | None":
        if self._pool is None or self.broken:
            return None
        try:
            with _without_main():
                return self._pool.submit(_call, method, call)
        except BrokenProcessPool:
            self.broken = True
            return None

    def _answer(self, method: str, call: tuple[Any, ...], future: "Future[Any] | None") -> Any:
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                self.broken = True
        return getattr(self._desk, method)(*call)


def processors() -> int:
    """The processors that this process may use, up to what is worth a process each."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, MOST)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keeps new processes from running the caller's script again.

    A spawned process imports the main module of its parent. Ours need nothing from it, and a script that
    calls Curator without the ``__name__`` guard would otherwise run once more in each of them.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _sit_down(path: Path, plan: Plan) -> None:
    global _desk
    _desk = open_desk(path, plan)


def _call(method: str, call: tuple[Any, ...]) -> Any:
    return getattr(_desk, method)(*call)
