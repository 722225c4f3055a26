"""What a run has worked out so far, on disk beside the workspace, so that a killed run can be taken up again.

A journal belongs to one plan over one state of the examples; for another it starts empty. It holds the packed
answers of the desks in frames with a checksum, and ends where the first broken frame begins. Losing it loses
work and nothing else: it is deleted when the run stands.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Self

import zstandard

from curator.engines.crew import Crew
from curator.engines.plan import Plan
from curator.errors import WorkspaceError
from curator.workspace.locks import FileLock

_MAGIC = b"CURATOR-CHECK-1\n"
_SUM = 8


def journal_path(workspace: Path) -> Path:
    """Where the journal of a workspace's run lies: beside it."""
    return workspace.with_name(workspace.name + "-check")


def identity(plan: Plan, state: bytes, version: str) -> bytes:
    """16 bytes that stand for a plan (checks, options, their code) over a state of the examples."""
    parts = [version.encode(), state]
    for bound in plan.bounds:
        code = getattr(bound.check.function, "__code__", None)
        parts += [bound.check.code.encode(), repr(sorted(bound.options.items())).encode()]
        parts += [] if code is None else [code.co_code, repr(code.co_names).encode()]
    return blake2b(b"\0".join(parts), digest_size=16).digest()


class Journal:
    """The journal of one run. `known` says how many answers it began with, `run` which run of the store they were."""

    def __init__(self, path: Path | None, belongs_to: bytes) -> None:
        self._places: dict[bytes, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._lock: FileLock | None = None
        if path is not None:
            with suppress(OSError, WorkspaceError):  # without one, the run goes on and cannot be taken up again
                self._open(path, belongs_to)
        self.known = len(self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._file is not None:
            self._file.close()
            if self._lock is not None:
                self._lock.path.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    def map(self, crew: Crew, stage: str, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """The packed answers to these calls, in order: those that are known from here, the others from the crew."""
        names: deque[bytes] = deque()

        def unknown() -> Iterator[tuple[Any, ...]]:
            for number, call in enumerate(calls):
                names.append(f"{stage} {number}".encode())
                if names[-1] not in self._places:
                    yield call

        for body in crew.map(method, unknown()):
            while (known := self._read(names[0])) is not None:
                names.popleft()
                yield known
            self._write(names.popleft(), body)
            yield body
        for name in names:
            known = self._read(name)
            assert known is not None
            yield known

    def remove(self) -> None:
        """The run stands: nobody needs its journal."""
        if self._file is not None:
            with suppress(OSError):
                Path(self._file.name).unlink()

    def _open(self, path: Path, belongs_to: bytes) -> None:
        self._lock = FileLock(path.with_name(path.name + "-lock"))
        if not self._lock.attempt():
            return  # another process is checking this workspace: it keeps its journal, we have none
        file = path.open("a+b")
        self._file = file
        file.seek(0)
        if file.read(len(_MAGIC) + len(belongs_to)) != _MAGIC + belongs_to:
            file.truncate(0)
            file.write(_MAGIC + belongs_to)
            file.flush()
            return
        end = file.tell()
        while (frame := self._frame()) is not None:
            name, start, length = frame
            self._places[name] = (start, length)
            end = start + length
        file.truncate(end)

    def _frame(self) -> tuple[bytes, int, int] | None:
        """Name, place and length of the body of the frame at hand, if it is whole."""
        assert self._file is not None
        head = self._file.read(2 + 4 + _SUM)
        if len(head) < 2 + 4 + _SUM:
            return None
        size, length = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:6], "big")
        name = self._file.read(size)
        start = self._file.tell()
        body = self._file.read(length)
        whole = len(body) == length and blake2b(name + body, digest_size=_SUM).digest() == head[6:]
        return (name, start, length) if whole else None

    def _read(self, name: bytes) -> bytes | None:
        place = self._places.get(name)
        if place is None or self._file is None:
            return None
        self._file.seek(place[0])
        return zstandard.decompress(self._file.read(place[1]))

    def _write(self, name: bytes, body: bytes) -> None:
        if self._file is None:
            return
        body = zstandard.compress(body, 1)  # what was learned is mostly zeros
        check = blake2b(name + body, digest_size=_SUM).digest()
        try:
            self._file.write(len(name).to_bytes(2, "big") + len(body).to_bytes(4, "big") + check + name + body)
            self._file.flush()
        except OSError:  # no space for it: the run goes on, it can only not be taken up again from here
            self._file.close()
            self._file = None
