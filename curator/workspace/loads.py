"""Import, seen from the store: rows are staged in slices that hold nobody up, and one commit makes them visible."""

import hashlib
from array import array
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from curator.errors import WorkspaceError
from curator.model import Example, Split
from curator.workspace.connection import Connection
from curator.workspace.identity import find, id_of, key_of
from curator.workspace.locks import FileLock
from curator.workspace.log import EventLog
from curator.workspace.renewals import Renewals, carry_out

#: Rows that one transaction stages: 20 to 60 ms of writing at 400 bytes a row.
SLICE = 4_000

_encode = msgspec.json.Encoder().encode


class Counts(Struct, frozen=True):
    """What became of the rows of a source: read = stored + known + rejected + blank. `gone` were there before;
    `changed` are known, with other metadata or another split than before."""

    read: int = 0
    stored: int = 0
    known: int = 0
    rejected: int = 0
    blank: int = 0
    gone: int = 0
    retired: int = 0
    changed: int = 0


class Load:
    """One import of one source, staged. Nothing of it is visible before `finish`, nothing is left after `abandon`."""

    def __init__(
        self,
        connection: Connection,
        log: EventLog,
        lock: FileLock,
        *,
        number: int,
        source: int,
        name: str,
        split: Split | None,
        returning: bool,
    ) -> None:
        self._connection = connection
        self._renewals = Renewals(connection, number, split)
        self._log = log
        self._lock = lock
        self.number = number
        self._source = source
        self._name = name
        self._returning = returning
        self._hasher = hashlib.blake2b(name.encode() + b"\0", digest_size=16)
        self._copies: dict[int, int] = {}
        self._keys = array("q")
        self._known = array("q")
        self._examples: list[tuple[Any, ...]] = []
        self._refused: list[tuple[Any, ...]] = []
        self._first = int(connection.value("select coalesce(max(seq), 0) from example")) + 1
        self._open = True
        self._numbered = False
        self.known = self.rejected = 0

    @property
    def stored(self) -> int:
        """How many examples were staged."""
        return len(self._keys)

    def add(self, example: Example, *, raw: bytes, row: int, copy: int | None = None) -> str:
        """Stages one example; an example that this source already has is counted as known. Returns its id.

        `copy` is the number of its copy where that is known from before; then it is given for all of a load. Without
        it the copies are counted as they come, and in a new source the id's number is only settled by `finish`.
        """
        body = _encode(example)
        hasher = self._hasher.copy()
        if example.metadata or example.source_split is not None:
            hasher.update(_encode(replace(example, metadata={}, source_split=None)))
        else:
            hasher.update(body)
        digest = hasher.digest()
        key = key_of(digest)
        self._numbered = self._numbered or copy is not None
        if self._returning and copy is None:
            copy = self._copies[key] = self._copies.get(key, 0) + 1
        copy = copy or 1
        if self._returning:
            known = find(self._connection, digest, copy)
            if known is not None:
                self._known.append(known)
                self.known += 1
                if not self._numbered and self._renewals.note(known, example, raw=raw, row=row, body=body):
                    self._flush()
                return id_of(digest, copy)
        self._keys.append(key)
        self._examples.append((self.number, row, digest, copy, None if raw == body else raw, body))
        if len(self._examples) >= SLICE:
            self._flush()
        return id_of(digest, copy)

    def reject(self, *, raw: bytes, row: int, line: int | None, offset: int | None, reason: str) -> None:
        """Keeps a row that cannot be stored, with the reason."""
        self._refused.append((self.number, row, line, offset, reason, raw))
        self.rejected += 1
        if len(self._refused) >= SLICE:
            self._flush()

    def _flush(self) -> None:
        with self._connection.write() as sqlite:
            if self._examples:
                # Only the holder of the import lock adds examples, so the numbers that SQLite gives follow each other.
                sqlite.executemany(
                    "insert into example(load, row, digest, copy, raw, body) values (?, ?, ?, ?, ?, ?)", self._examples
                )
                last = sqlite.last_insert_rowid()
                sqlite.execute("insert into span values (?, ?, ?)", (self.number, last - len(self._examples) + 1, last))
            sqlite.executemany("insert into rejected values (?, ?, ?, ?, ?, ?)", self._refused)
            self._renewals.flush(sqlite)
        self._examples.clear()
        self._refused.clear()

    def finish(
        self,
        *,
        digest: str,
        layout: dict[str, Any],
        revision: str | None,
        blank: int,
        actor: str,
        retire: bool = False,
        whole: bool = True,
    ) -> Counts:
        """Makes the import visible in one commit. `whole` says that the source was read to its end, so that
        what it no longer holds is known to be gone; `retire` hides that."""
        self._flush()
        if not self._returning and not self._numbered:
            self._number_copies()
        gone = self._gone() if self._returning and whole else array("q")
        counts = Counts(
            read=self.stored + self.known + self.rejected + blank,
            stored=self.stored,
            known=self.known,
            rejected=self.rejected,
            blank=blank,
            gone=len(gone),
            retired=len(gone) if retire else 0,
            changed=self._renewals.changed,
        )
        try:
            self._commit(counts, gone, digest=digest, layout=layout, revision=revision, actor=actor, retire=retire)
        except WorkspaceError:
            # A failed commit may still have landed: the outcome is unknown until it is looked up.
            if not self._connection.value("select standing from load where id = ?", (self.number,)):
                raise
        with suppress(WorkspaceError):  # the import stands; the next one carries out what is left
            carry_out(self._connection)
        self._close()
        return counts

    def _commit(
        self,
        counts: Counts,
        gone: "array[int]",
        *,
        digest: str,
        layout: dict[str, Any],
        revision: str | None,
        actor: str,
        retire: bool,
    ) -> None:
        with self._connection.write() as sqlite:
            sqlite.execute(
                "update load set standing = 1, digest = ?, layout = ?, revision = ?, counts = ? where id = ?",
                (digest, _encode(layout).decode(), revision, _encode(counts).decode(), self.number),
            )
            sqlite.executemany("delete from absent where seq = ?", ((seq,) for seq in self._known))
            sqlite.executemany(
                "insert or replace into absent values (?, ?, ?)",
                ((seq, self.number, int(retire)) for seq in gone),
            )
            sqlite.execute("delete from span where load = ?", (self.number,))
            sqlite.executemany(
                "insert into span values (?, ?, ?)",
                [(self.number, self._first, self._first + self.stored - 1)] if self.stored else [],
            )
            self._log.note(
                sqlite,
                field="import",
                source=self._name,
                actor=actor,
                after={"load": self.number, "digest": digest, **msgspec.structs.asdict(counts)},
            )

    def _number_copies(self) -> None:
        """Gives the second and later examples with the same content their numbers, where they were not looked up."""
        import numpy as np

        keys = np.frombuffer(self._keys, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
        copies: dict[int, int] = {}
        numbered = []
        for place in again.tolist():
            key = int(keys[order[place]])
            copies[key] = copies.get(key, 1) + 1
            numbered.append((copies[key], self._first + int(order[place])))
        for start in range(0, len(numbered), SLICE):
            with self._connection.write() as sqlite:
                sqlite.executemany("update example set copy = ? where seq = ?", numbered[start : start + SLICE])

    def _gone(self) -> "array[int]":
        """What the source held before and holds no longer; what was retired then stays as it is."""
        settled = set(self._known)
        settled.update(row[0] for row in self._connection.rows("select seq from absent where retired = 1"))
        spans = self._connection.rows(
            "select first, last from span where load in (select id from load where source = ? and standing = 1) "
            "order by first",
            (self._source,),
        )
        return array("q", (seq for first, last in spans for seq in range(first, last + 1) if seq not in settled))

    def abandon(self) -> None:
        """Removes what was staged, in slices. Does nothing once the import has finished."""
        if self._open:
            with suppress(WorkspaceError):  # a full disk may refuse even this: the next import clears it away
                clear_staged(self._connection)
            self._close()

    def _close(self) -> None:
        self._open = False
        self._lock.release()


def clear_staged(connection: Connection) -> None:
    """Removes what imports that never finished have left. Only called by the holder of the import lock."""
    for (load,) in list(connection.rows("select id from load where standing = 0 order by id desc")):
        # What is staged has the highest numbers: it is cut off from the end, without looking for it.
        while True:
            with connection.write() as sqlite:
                top = sqlite.execute("select coalesce(max(seq), 0) from example").fetchone()[0]
                sqlite.execute("delete from example where seq > ? and load = ?", (top - SLICE, load))
                deleted = sqlite.changes()
            if not deleted:
                break
        with connection.write() as sqlite:
            for table, column in (("rejected", "load"), ("span", "load"), ("renewal", "load"), ("load", "id")):
                sqlite.execute(f"delete from {table} where {column} = ?", (load,))
