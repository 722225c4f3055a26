"""The sources of a workspace: what each is, when it was imported, and which of its rows could not be stored."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Split
from curator.workspace.connection import Connection, decoding
from curator.workspace.identity import ensure
from curator.workspace.loads import Counts, Load, clear_staged
from curator.workspace.locks import FileLock
from curator.workspace.log import EventLog
from curator.workspace.renewals import carry_out

_encode = msgspec.json.Encoder().encode


class SourceInfo(Struct, frozen=True):
    """A source as it stands: how many of its examples are present, how many of them its newest import lacked."""

    name: str
    kind: str
    format: str
    rows: int
    gone: int
    digest: str
    imported_at: str
    split: str | None
    revision: str | None
    layout: dict[str, Any]
    counts: Counts


class RejectedRow(Struct, frozen=True):
    """A row that could not be stored: where it stands, why, and its bytes (all of them up to 16 MB)."""

    source: str
    row: int
    line: int | None
    offset: int | None
    reason: str
    raw: bytes


class SourceStore:
    """The sources of a workspace and their imports."""

    def __init__(self, connection: Connection, log: EventLog) -> None:
        self._connection = connection
        self._log = log
        self._lock = FileLock(connection.path.with_name(f".{connection.path.name}.import-lock"))

    def name_for(self, location: Path) -> str:
        """The name of a file as a source: its path relative to the workspace's folder, so that both can move."""
        folder = self._connection.path.resolve().parent
        path = location.parent.resolve() / location.name  # links to the folder change nothing; a linked file is itself
        try:
            return Path(os.path.relpath(path, folder)).as_posix()
        except ValueError:  # another drive
            return path.as_posix()

    def begin(self, name: str, *, kind: str, format: str, split: Split | None) -> Load:
        """Starts to stage an import; one runs at a time in a workspace, another process waits for it."""
        if self._lock.held:
            raise WorkspaceError(f"{name}: another import is still running here. Finish or abandon it first.")
        self._lock.__enter__()
        try:
            clear_staged(self._connection)
            carry_out(self._connection)
            with self._connection.write() as sqlite:
                sqlite.execute("insert or ignore into source(name, kind) values (?, ?)", (name, kind))
                source = sqlite.execute("select id from source where name = ?", (name,)).fetchone()[0]
                returning = (
                    sqlite.execute("select 1 from load where source = ? and standing = 1 limit 1", (source,)).fetchone()
                    is not None
                )
                sqlite.execute(
                    "insert into load(source, digest, format, layout, split, at) values (?, '', ?, '{}', ?, ?)",
                    (source, format, split, datetime.now(UTC).isoformat(timespec="milliseconds")),
                )
                number = sqlite.last_insert_rowid()
        except BaseException:
            self._lock.release()
            raise
        if returning:
            ensure(self._connection)
        return Load(
            self._connection,
            self._log,
            self._lock,
            number=number,
            source=source,
            name=name,
            split=split,
            returning=returning,
        )

    def list(self) -> Sequence[SourceInfo]:
        """Every source that has something standing, in the order of their first import."""
        rows = self._connection.rows(
            "select s.name, s.kind, l.format, l.digest, l.at, l.split, l.revision, l.layout, l.counts, s.id from "
            "source s join load l on l.id = (select max(id) from load where source = s.id and standing = 1) "
            "order by s.id"
        )
        with decoding(self._connection.path):
            return [self._info(row) for row in list(rows)]

    def _info(self, row: tuple[Any, ...]) -> SourceInfo:
        present = int(
            self._connection.value(
                "select coalesce(sum(last - first + 1), 0) from span where load in (select id from load where source = "
                "? and standing = 1)",
                (row[9],),
            )
        )
        absent = self._connection.row(
            "select coalesce(sum(1 - a.retired), 0), coalesce(sum(a.retired), 0) from absent a cross join example e on "
            "e.seq = a.seq where e.load in (select id from load where source = ?)",
            (row[9],),
        ) or (0, 0)
        decode = msgspec.json.decode
        return SourceInfo(
            name=row[0],
            kind=row[1],
            format=row[2],
            rows=present - absent[1],
            gone=absent[0],
            digest=row[3],
            imported_at=row[4],
            split=row[5],
            revision=row[6],
            layout=decode(row[7]),
            counts=decode(row[8], type=Counts),
        )

    def rejected(self, name: str | None = None) -> Iterator[RejectedRow]:
        """The rows of the newest import of each source (or of one) that could not be stored."""
        loads = self._connection.rows(
            "select l.id, s.name from load l join source s on s.id = l.source where l.id = (select max(id) from load "
            "where source = s.id and standing = 1) and (?1 is null or s.name = ?1) order by l.id",
            (name,),
        )
        for load, source in list(loads):
            after = 0
            # A page at a time: a statement left open would stand in the way of this connection's own writes.
            while page := list(
                self._connection.rows(
                    "select rowid, row, line, place, reason, raw from rejected where load = ? and rowid > ? "
                    "order by rowid limit 100",
                    (load, after),
                )
            ):
                after = page[-1][0]
                for _, row, line, place, reason, raw in page:
                    yield RejectedRow(source, row, line, place, reason, raw)

    def close(self) -> None:
        """Lets go of the import lock's file."""
        self._lock.close()
