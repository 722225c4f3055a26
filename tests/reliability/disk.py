"""A disk between SQLite and the real one: it remembers every write in order, or fails the one it was told to.

It replaces the VFS of the whole process, so it is only used in processes of its own.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import apsw

SECTOR = 512


class Disk(apsw.VFS):
    """SQLite's default VFS from now on; `on_change(kind, file, offset, data)` is called before each change of a file.

    Kinds are write, truncate, sync and delete. What `on_change` raises, SQLite meets as an error of the disk.
    """

    def __init__(self, on_change: Callable[[str, str, int, bytes], None]) -> None:
        self.on_change = on_change
        super().__init__("watched", base="unix", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> "File":
        return File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.on_change("delete", Path(filename).name, 0, b"")
        super().xDelete(filename, syncdir)


class File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "").name
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.on_change("write", self.name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.disk.on_change("truncate", self.name, size, b"")
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self.disk.on_change("sync", self.name, flags, b"")
        super().xSync(flags)


Operation = tuple[str, str, int, bytes]


def after_power_cut(before: dict[str, bytes], log: list[Operation], chance: Random) -> dict[str, bytes]:
    """What the files may hold when the power goes after `log`.

    What was synced is there. Of what was written since the last sync of a file, all, nothing, the beginning, or any
    part is there: whole writes in any choice, or single sectors of them.
    """
    durable = {name: bytearray(data) for name, data in before.items()}
    waiting: dict[str, list[Operation]] = {}
    for operation in log:
        kind, name = operation[:2]
        if kind == "sync":
            _apply(durable, waiting.pop(name, []))
        elif kind != "said":
            waiting.setdefault(name, []).append(operation)
    for operations in waiting.values():
        _apply(durable, _survivors(operations, chance))
    return {name: bytes(data) for name, data in durable.items()}


def _survivors(operations: list[Operation], chance: Random) -> list[Operation]:
    way = chance.choice(["all", "nothing", "beginning", "some", "torn"])
    if way == "all":
        return operations
    if way == "nothing":
        return []
    if way == "beginning":
        return operations[: chance.randint(0, len(operations))]
    if way == "some":
        return [operation for operation in operations if chance.random() < 0.5]
    return [
        (kind, name, offset + start, data[start : start + SECTOR])
        for kind, name, offset, data in operations
        if kind == "write"
        for start in range(0, len(data), SECTOR)
        if chance.random() < 0.5
    ]


def _apply(files: dict[str, bytearray], operations: list[Operation]) -> None:
    for kind, name, offset, data in operations:
        if kind == "delete":
            files.pop(name, None)
            continue
        file = files.setdefault(name, bytearray())
        end = offset + len(data)
        if kind == "truncate":
            del file[offset:]
        file.extend(bytes(max(0, end - len(file))))
        file[offset:end] = data
