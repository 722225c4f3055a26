"""Who does the work: this process, or several of this machine. The answers come in the order of the tasks."""

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, ModuleType, TracebackType
from typing import Any, Protocol, Self

import msgspec

from curator.engines.answers import Answer, Packed, packed, unpacked
from curator.engines.desk import Desk, open_desk
from curator.engines.guard import GUARD, PATIENCE, watching
from curator.engines.plan import Plan
from curator.engines.problems import name_of

#: More processes than this wait for the one that writes.
MOST = 8


#: A call under way, and who was to do it.
Sent = tuple["Future[bytes] | None", "ProcessPoolExecutor | None"]


class Crew(Protocol):
    """Those who do the work of a run."""

    #: Whether a process died on the way; then the rest was done in this one.
    broken: bool
    #: The codes of checks that were ended with their process, or that ended it: with the row, where it is known.
    ended: dict[str, str]

    def teach(self, learned: Packed) -> None:
        """Tell every desk what is usual, before the calls that ask for it."""

    def map(self, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """The packed answer of a desk's method to each call, in order."""


class Alone:
    """All the work in this process."""

    broken = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.ended: dict[str, str] = {}

    def teach(self, learned: Packed) -> None:
        """Tell the desk."""
        self._desk.teach(learned)

    def map(self, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """One answer after the other."""
        for call in calls:
            yield packed(getattr(self._desk, method)(*call))


class Processes:
    """Several processes of this machine, each with a desk of its own.

    When one dies (killed for memory, or unable to start), the rest of the work is done here; `broken` says so. When
    it was ended because a check hung and would not be told, or by a check from elsewhere, others take its place, which
    know that check.
    `scratch` is a folder for what all processes are told.
    """

    def __init__(self, desk: Desk, path: Path, plan: Plan, processes: int, scratch: Path, patience: float) -> None:
        self._desk = desk
        self._processes = processes
        self._scratch = scratch
        self._seat = (path, plan, scratch, patience)
        self._told = 0
        self.ended: dict[str, str] = {}
        self._pool: ProcessPoolExecutor | None = None
        self.broken = False
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def teach(self, learned: Packed) -> None:
        """Tell every desk; the other processes read it from a file when they are next called."""
        self._desk.teach(learned)
        self._told += 1
        (self._scratch / str(self._told)).write_bytes(msgspec.msgpack.encode(learned))

    def map(self, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """The answers, in order. Few calls are under way at a time, so that answers do not pile up."""
        waiting: deque[tuple[tuple[Any, ...], Sent]] = deque()
        for call in calls:
            waiting.append((call, self._submit(method, call)))
            if len(waiting) > 2 * self._processes:
                yield self._answer(method, *waiting.popleft())
        while waiting:
            yield self._answer(method, *waiting.popleft())

    def _start(self) -> None:
        try:
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=get_context("spawn"), initializer=_sit_down, initargs=self._seat
            )
        except (OSError, NotImplementedError, ImportError):  # no semaphores here, or too many processes
            self.broken = True

    def _submit(self, method: str, call: tuple[Any, ...]) -> "Sent":
        if self.broken or self._pool is None:
            return None, self._pool
        try:
            with _without_main():
                return self._pool.submit(_call, self._told, method, call), self._pool
        except BrokenProcessPool:
            return None, self._pool  # the answer to an earlier call finds out why
        except OSError:
            self.broken = True
            return None, self._pool

    def _answer(self, method: str, call: tuple[Any, ...], sent: "Sent") -> bytes:
        while not self.broken:
            future, pool = sent
            with suppress(BrokenProcessPool):
                if future is not None:
                    return future.result()
            if pool is self._pool:  # else others have taken their place already
                self._start_again()
            sent = self._submit(method, call)
        return packed(getattr(self._desk, method)(*call))

    def _start_again(self) -> None:
        """New processes, where a check has ended the last ones; else the work goes on in this one."""
        ended = dict(self.ended)
        for path in self._scratch.glob("stopped *"):
            ended.setdefault(path.name.partition(" ")[2], "")
        for path in self._scratch.glob("running *"):
            code, _, where = path.read_text(encoding="utf-8").partition("\n")
            path.unlink()
            if code:
                ended.setdefault(code, where)
                (self._scratch / f"stopped {code}").touch()
        self.broken = ended == self.ended
        self.ended = ended
        if not self.broken:
            self._start()


@contextmanager
def crew(desk: Desk, path: Path, plan: Plan, processes: int, patience: float = PATIENCE) -> Iterator[Crew]:
    """This process alone, or so many others (0: alone)."""
    if not processes:
        yield Alone(desk)
        return
    with (
        TemporaryDirectory(prefix="curator-") as scratch,
        Processes(desk, path, plan, processes, Path(scratch), patience) as several,
    ):
        yield several


def answers(crew: Crew, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[Answer]:
    """The answers to calls, in order."""
    for body in crew.map(method, calls):
        yield unpacked(method, body)


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


def _sit_down(path: Path, plan: Plan, scratch: Path, patience: float) -> None:
    global _seat
    sys.stdout = sys.stderr  # what a check prints is no data
    signal.signal(signal.SIGTERM, _told_to_end)
    ended = {found.name.partition(" ")[2] for found in scratch.glob("stopped *")}
    _seat = _Seat(open_desk(path, plan), scratch, watching(patience, last_words=scratch))
    GUARD.now.stopped |= {name_of(bound.check.function) for bound in plan.bounds if bound.check.code in ended}
    _settle()


def _told_to_end(_number: int, _frame: FrameType | None) -> None:
    GUARD.now.note("")  # another process died, and this one is ended with it
    os._exit(128 + signal.SIGTERM)


def _settle() -> None:
    """Take what is there for good (code, tables, what was learned) from what the collector looks through, over and
    over, while examples come and go."""
    gc.collect()
    gc.freeze()


def _call(told: int, method: str, call: tuple[Any, ...]) -> bytes:
    assert _seat is not None
    return _seat.answer(told, method, call)


class _Seat:
    """A desk in a process of its own, and how far it has been told what is usual."""

    def __init__(self, desk: Desk, scratch: Path, watching: AbstractContextManager[None]) -> None:
        self._desk = desk
        self._watching = watching  # as long as the process lives
        watching.__enter__()
        self._scratch = scratch
        self._told = 0

    def answer(self, told: int, method: str, call: tuple[Any, ...]) -> bytes:
        if told != self._told:
            body = (self._scratch / str(told)).read_bytes()
            self._desk.teach(msgspec.msgpack.decode(body, type=Packed))
            self._told = told
            _settle()
        return packed(getattr(self._desk, method)(*call))


_seat: _Seat | None = None
