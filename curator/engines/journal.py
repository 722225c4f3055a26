"""What a run has worked out so far, on disk beside the workspace, so that a killed run can be taken up again.

A journal belongs to one plan over one state of the examples; for another it starts empty. It holds the packed
answers of the desks in frames with a checksum, and ends where the first broken frame begins. Losing it loses
work and nothing else: it is deleted when the run stands.
"""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Self

import zstandard

import curator
from curator.engines.crew import Crew
from curator.engines.plan import Plan
from curator.errors import WorkspaceError
from curator.workspace.locks import FileLock

#: What the code that runs is made of.
_READ = (".py", ".json", ".npz", ".bin", ".txt", ".gz")
_MAGIC = b"CURATOR-CHECK-1\n"
_SUM = 8
#: Bytes of one answer at the most; a file that claims more was not written here.
_LARGEST = 1 << 30


def journal_path(workspace: Path) -> Path:
    """Where the journal of a workspace's run lies: beside it."""
    return workspace.with_name(workspace.name + "-check")


def identity(plan: Plan, state: bytes) -> bytes:
    """16 bytes that stand for a plan (checks, options, and the code that runs) over a state of the examples."""
    parts = [state]
    bounds = {bound.check.code: bound for bound in (*plan.bounds, *plan.precedence.values())}
    for code, bound in sorted(bounds.items()):
        parts += [code.encode(), repr(sorted(bound.options.items())).encode()]
    written = [getattr(sys.modules[bound.check.function.__module__], "__file__", None) for bound in bounds.values()]
    package = Path(curator.__file__).parent.rglob("*")  # with the tables and weights that checks read
    files = {Path(file) for file in written if file} | {path for path in package if path.suffix in _READ}
    parts += sorted(blake2b(path.read_bytes(), digest_size=16).digest() for path in files)
    return blake2b(b"\0".join(parts), digest_size=16).digest()


class Journal:
    """The journal of one run. `known` says how many answers it began with, `run` which run of the store they were."""

    def __init__(self, path: Path | None, belongs_to: bytes, mode: int = 0o600) -> None:
        self._places: dict[bytes, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._path = path
        self._lock: FileLock | None = None
        if path is not None:
            with suppress(OSError, WorkspaceError):  # without one, the run goes on and cannot be taken up again
                self._open(path, belongs_to, mode)
        self.known = len(self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._close()

    def _close(self) -> None:
        file, self._file = self._file, None
        with suppress(OSError):
            if file is not None:
                file.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

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
        if self._file is not None and self._path is not None:
            with suppress(OSError):
                self._file.truncate(0)  # should it not go, it is empty
            self._close()
            with suppress(OSError):
                self._path.unlink()

    def _open(self, path: Path, belongs_to: bytes, mode: int) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, mode)
        file = os.fdopen(descriptor, "a+b", buffering=0)
        self._lock = FileLock(path)
        ours = self._lock.attempt() and path.stat().st_ino == os.fstat(descriptor).st_ino
        file.seek(0)
        if not ours or file.read(len(_MAGIC)) not in (_MAGIC, b""):
            file.close()  # another process is checking this workspace, or this is no journal: we have none
            return
        self._file = file
        file.seek(0)
        if file.read(len(_MAGIC) + len(belongs_to)) != _MAGIC + belongs_to:
            file.truncate(0)
            file.write(_MAGIC + belongs_to)
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
        return zstandard.decompress(self._file.read(place[1]), max_output_size=_LARGEST)

    def _write(self, name: bytes, body: bytes) -> None:
        if self._file is None:
            return
        body = zstandard.compress(body, 1)  # what was learned is mostly zeros
        check = blake2b(name + body, digest_size=_SUM).digest()
        try:
            self._file.write(len(name).to_bytes(2, "big") + len(body).to_bytes(4, "big") + check + name + body)
        except OSError:  # no space for it: the run goes on, it can only not be taken up again from here
            self._close()
