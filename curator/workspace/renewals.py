"""What a source says anew about examples that it already had: their row, their metadata, their split.

The text of such an example is the same, or it would be another one; so its decisions stay. The row that stood before
is kept in `former`. Renewals are staged like examples, and carried out in slices once the import stands: what a kill
leaves undone, the next import carries out.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from curator.model import Example, Split
from curator.workspace.connection import Connection, Statements
from curator.workspace.followers import refresh_stale, split_moved

#: Renewals carried out in one transaction, about 60 ms.
SLICE = 2_000

_encode = msgspec.json.Encoder().encode
_example = msgspec.json.Decoder(Example)
_OLD = (
    "select e.row, coalesce(e.raw, e.body), e.body, l.split from example e join load l on l.id = e.load where e.seq = ?"
)


class Renewals:
    """The renewals of one import, on their way into the store."""

    def __init__(self, connection: Connection, load: int, split: Split | None) -> None:
        self._connection = connection
        self._load = load
        self._split = split
        self._staged: list[tuple[Any, ...]] = []
        self.changed = 0

    def note(self, seq: int, example: Example, *, raw: bytes, row: int, body: bytes) -> bool:
        """Compares a known example with what the source says now; notes a difference and says whether to flush."""
        old = self._connection.row(_OLD, (seq,))
        if old is None:
            return False
        if example.source_split is None and self._split not in (None, old[3]):
            body = _encode(replace(example, source_split=self._split))
        if (row, raw, body) != old[:3]:
            self._staged.append((self._load, seq, row, None if raw == body else raw, body))
            self.changed += body != old[2]
        return len(self._staged) >= SLICE

    def flush(self, sqlite: Statements) -> None:
        """Stages what was noted."""
        sqlite.executemany("insert into renewal values (?, ?, ?, ?, ?)", self._staged)
        self._staged.clear()


def carry_out(connection: Connection) -> None:
    """Renews the examples of every import that stands. Only called by the holder of the import lock."""
    while True:
        with connection.write() as sqlite:
            rows = sqlite.execute(
                "select rowid, seq, row, raw, body from renewal where load in (select id from load where standing = 1) "
                "order by rowid limit ?",
                (SLICE,),
            ).fetchall()
            for number, seq, row, raw, body in rows:
                sqlite.execute(
                    "insert into former select seq, load, row, raw, body from example where seq = ?1 and "
                    "coalesce(raw, body) != coalesce(?2, ?3)",
                    (seq, raw, body),
                )
                before = sqlite.execute("select body from example where seq = ?", (seq,)).fetchone()[0]
                sqlite.execute("update example set row = ?, raw = ?, body = ? where seq = ?", (row, raw, body, seq))
                if before != body:
                    _renew_edited(sqlite, seq, body)
                    split_moved(sqlite, seq)
                sqlite.execute("delete from renewal where rowid = ?", (number,))
        if not rows:
            return


def _renew_edited(sqlite: Statements, seq: int, body: bytes) -> None:
    """An edited example keeps its edited messages and takes the rest from its source."""
    edited = sqlite.execute("select body from state where example = ? and body is not null", (seq,)).fetchone()
    if edited is not None:
        renewed = replace(_example.decode(body), messages=_example.decode(edited[0]).messages)
        sqlite.execute("update state set body = ? where example = ?", (_encode(renewed), seq))
        refresh_stale(sqlite, seq)
