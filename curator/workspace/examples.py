"""Examples as they stand: the imported text or the edited one, with their state. Reading never holds them all."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from curator.errors import WorkspaceError
from curator.model import Entry, Example, Provenance, State
from curator.query import Query, Term, Word, uses
from curator.workspace import where
from curator.workspace.connection import Connection
from curator.workspace.identity import find, id_of, parse_id
from curator.workspace.words import WordIndex

#: Examples fetched by one statement.
CHUNK = 500

_COLUMNS = (
    "e.seq, e.load, e.row, e.digest, e.copy, coalesce(s.body, e.body), s.status, s.labels, s.note, s.route, "
    "s.reviewer, s.split, s.revision"
)
_FROM = "from example e left join state s on s.example = e.seq"
_example = msgspec.json.Decoder(Example)
_BLANK = State()


class ExampleStore:
    """The examples of a workspace, by number (`seq`) or by a query's order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loads: dict[int, tuple[str, str, str | None]] = {}
        where.register(connection.sqlite)

    # -- which ---------------------------------------------------------------------------------------------------

    def _hidden(self) -> tuple[str, list[Any]]:
        """The condition that leaves out rows still being staged and rows that were retired."""
        staged = [row[0] for row in self._connection.rows("select id from load where standing = 0")]
        sql = f"e.load not in ({', '.join('?' * len(staged))})" if staged else "1"
        if self._connection.value("select 1 from absent where retired = 1 limit 1"):
            sql += " and e.seq not in (select seq from absent where retired = 1)"
        return sql, staged

    def _spans(self) -> list[tuple[int, int]]:
        return [
            (row[0], row[1])
            for row in self._connection.rows(
                "select first, last from span where load in (select id from load where standing = 1) order by first"
            )
        ]

    def _retired(self) -> set[int]:
        return {row[0] for row in self._connection.rows("select seq from absent where retired = 1")}

    def hidden(self) -> set[int]:
        """The numbers of examples that were retired: their source no longer holds them and nobody should see them."""
        return self._retired()

    def count(self, query: Query | None = None) -> int:
        """How many examples a query selects; all without one."""
        if query is None or (query.where is None and query.limit is None):
            return sum(last - first + 1 for first, last in self._spans()) - len(self._retired())
        if query.limit is not None:
            return len(self.ids(query))
        sql, parameters = self._select("count(*)", query)
        return int(self._connection.value(sql, parameters))

    def ids(self, query: Query | None = None) -> "array[int]":
        """The numbers of the selected examples, in the query's order. A million take 8 MB.

        A filter on status alone is answered from the spans of numbers and the few examples that somebody has
        judged: a million in 0.1 s, where a scan takes seconds.
        """
        query = query or Query()
        if query.order == "seq" and query.limit is None:
            if query.where is None:
                return self._all()
            if isinstance(query.where, Term) and query.where.field == "status" and query.where.op in (":", "="):
                return self._by_status(set(query.where.values))
        return array("q", self.found(query))

    def found(self, query: Query) -> Iterator[int]:
        """The numbers of the selected examples one by one, as SQLite finds them: for lists that fill while shown."""
        if uses(query.where, Word):
            for _ in WordIndex(self._connection).build():
                pass
        sql, parameters = self._select("e.seq", query)
        order, more = where.order(query)
        sql += f" order by {order}"
        parameters = (*parameters, *more)
        if query.limit is not None:
            sql, parameters = f"{sql} limit ?", (*parameters, query.limit)
        for row in self._connection.rows(sql, parameters):
            yield row[0]

    def _select(self, what: str, query: Query) -> tuple[str, tuple[Any, ...]]:
        hidden, parameters = self._hidden()
        sql = f"select {what} {_FROM} where {hidden}"
        if query.where is not None:
            condition, values = where.condition(query.where)
            sql += f" and ({condition})"
            parameters = [*parameters, *values]
        return sql, tuple(parameters)

    def _all(self) -> "array[int]":
        ids = array("q")
        for first, last in self._spans():
            ids.extend(range(first, last + 1))
        retired = self._retired()
        return array("q", (seq for seq in ids if seq not in retired)) if retired else ids

    def _by_status(self, wanted: set[str]) -> "array[int]":
        retired = self._retired()
        if "pending" not in wanted:
            marks = ", ".join("?" * len(wanted))
            rows = self._connection.rows(
                f"select example from state where status in ({marks}) order by example", tuple(wanted)
            )
            return array("q", (row[0] for row in rows if row[0] not in retired))
        marks = ", ".join("?" * len(wanted))
        others = [
            row[0]
            for row in self._connection.rows(
                f"select example from state where status not in ({marks}) order by example", tuple(wanted)
            )
        ]
        ids = self._all()
        if not others:
            return ids
        out = set(others)
        return array("q", (seq for seq in ids if seq not in out))

    # -- what ----------------------------------------------------------------------------------------------------

    def _load(self, number: int) -> tuple[str, str, str | None]:
        if number not in self._loads:
            row = self._connection.row(
                "select s.name, l.format, l.split from load l join source s on s.id = l.source where l.id = ?",
                (number,),
            )
            if row is None:
                raise WorkspaceError(f"{self._connection.path}: import {number} is missing. Run `curator verify`.")
            self._loads[number] = (row[0], row[1], row[2])
        return self._loads[number]

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        source, format, split = self._load(row[1])
        parsed = _example.decode(row[5])
        example = Example(
            messages=parsed.messages,
            tools=parsed.tools,
            alternatives=parsed.alternatives,
            reference=parsed.reference,
            metadata=parsed.metadata,
            id=id_of(row[3], row[4]),
            source_split=parsed.source_split or split,
            provenance=Provenance(source, row[2], format),
        )
        if row[6] is None:
            return Entry(row[0], example, _BLANK)
        return Entry(
            row[0],
            example,
            State(
                status=row[6],
                labels=msgspec.json.decode(row[7]),
                note=row[8],
                route=row[9],
                reviewer=row[10],
                split=row[11],
                revision=row[12],
            ),
        )

    def entries(self, seqs: Sequence[int]) -> list[Entry]:
        """Examples by number, in the order given. Raises `WorkspaceError` for a number that does not exist."""
        found: dict[int, Entry] = {}
        for start in range(0, len(seqs), CHUNK):
            chunk = tuple(seqs[start : start + CHUNK])
            marks = ", ".join("?" * len(chunk))
            for row in self._connection.rows(f"select {_COLUMNS} {_FROM} where e.seq in ({marks})", chunk):
                found[row[0]] = self._entry(row)
        missing = next((seq for seq in seqs if seq not in found), None)
        if missing is not None:
            raise WorkspaceError(f"#{missing}: there is no such example in {self._connection.path}.")
        return [found[seq] for seq in seqs]

    def entry(self, seq: int) -> Entry:
        """One example by number. Raises `WorkspaceError` when it does not exist."""
        return self.entries((seq,))[0]

    def seq_of(self, example_id: str) -> int:
        """The number of an example by its id. Raises `WorkspaceError` when it is unknown."""
        seq = find(self._connection, *parse_id(example_id))
        if seq is None:
            raise WorkspaceError(f"{example_id}: there is no such example in {self._connection.path}.")
        return seq

    def ids_of(self, seqs: Sequence[int]) -> list[str]:
        """The ids of examples by number, in the order given."""
        found: dict[int, str] = {}
        for start in range(0, len(seqs), CHUNK):
            chunk = tuple(seqs[start : start + CHUNK])
            marks = ", ".join("?" * len(chunk))
            for seq, digest, copy in self._connection.rows(
                f"select seq, digest, copy from example where seq in ({marks})", chunk
            ):
                found[seq] = id_of(digest, copy)
        return [found[seq] for seq in seqs]

    def stream(self, query: Query | None = None) -> Iterator[Entry]:
        """The selected examples in the query's order, a chunk at a time."""
        query = query or Query()
        if query.where is None and query.order == "seq" and query.limit is None:
            for batch in self.batches():
                yield from batch
            return
        ids = self.ids(query)
        for start in range(0, len(ids), CHUNK):
            yield from self.entries(ids[start : start + CHUNK])

    def batches(self, size: int = 2_000, after: int = 0, until: int | None = None) -> Iterator[list[Entry]]:
        """All examples in the order of their numbers, in lists of up to `size`; from `after` (excluded) to `until`."""
        hidden, parameters = self._hidden()
        sql = (
            f"select {_COLUMNS} {_FROM} where {hidden} and e.seq > ? and (? is null or e.seq <= ?) "
            "order by e.seq limit ?"
        )
        while True:
            rows = list(self._connection.rows(sql, (*parameters, after, until, until, size)))
            if not rows:
                return
            yield [self._entry(row) for row in rows]
            after = rows[-1][0]

    def original(self, seq: int) -> Example:
        """An example as it was imported, before any edit."""
        row = self._connection.row("select body from example where seq = ?", (seq,))
        if row is None:
            raise WorkspaceError(f"#{seq}: there is no such example in {self._connection.path}.")
        return _example.decode(row[0])

    def raw(self, seq: int) -> bytes:
        """The row as it stood in its source: a line's bytes, a record's bytes, or canonical JSON."""
        return bytes(self._connection.value("select raw from example where seq = ?", (seq,)) or b"")
