"""Examples as they stand: the imported text or the edited one, with their state. Reading never holds them all."""

import time
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from curator.errors import QueryError, WorkspaceError
from curator.model import Entry, Example, Provenance, Split, State
from curator.query import Query, Term, Word, near_to, uses
from curator.workspace import where
from curator.workspace.connection import Connection, damaged
from curator.workspace.identity import ensure, find, id_of, parse_id
from curator.workspace.ordering import arranged
from curator.workspace.similar import nearest
from curator.workspace.sql_functions import register
from curator.workspace.where import Scope
from curator.workspace.words import WordIndex

#: Examples fetched by one statement.
CHUNK = 500
#: Numbers that a progressive search looks through in its first statement, and in any: it goes on in strides of `SOON`.
WINDOW, WINDOWS = 4_000, 256_000
#: Seconds that one statement is meant to take: so soon there is something new to show, or a stop is noticed.
SOON = 0.05

_COLUMNS = (
    "e.seq, e.load, e.row, e.digest, e.copy, coalesce(s.body, e.body), s.status, s.labels, s.note, s.route, "
    "s.reviewer, s.split, s.revision, s.body is not null"
)
_BODY = "coalesce(s.body, e.body)"
_DECIDED = "select example from state where status != 'pending' or route = 'rag' order by example"
_FROM = "from example e left join state s on s.example = e.seq"
#: Leaves out rows that are still being staged and rows that were retired. It is part of each statement: asked
#: beforehand, the answer would be old once another process begins an import.
_PRESENT = (
    "e.load in (select id from load where standing = 1) and not exists (select 1 from absent a where a.seq = e.seq "
    "and a.retired = 1)"
)
_COUNT = (
    "select coalesce(sum(last - first + 1), 0) - (select count(*) from absent where retired = 1) from span where load "
    "in (select id from load where standing = 1)"
)
#: The highest number that SQLite can give.
_LAST = 2**63 - 1
_example = msgspec.json.Decoder(Example)
_BLANK = State()


class ExampleStore:
    """The examples of a workspace, by number (`seq`) or by a query's order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loads: dict[int, tuple[str, str, Split | None]] = {}
        register(connection.sqlite)

    # -- which ---------------------------------------------------------------------------------------------------

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

    def decided(self) -> "array[int]":
        """The numbers of the examples that somebody has decided, in order: by a status, or by a route to RAG."""
        retired = self._retired()
        rows = self._connection.rows(_DECIDED)
        return array("q", (row[0] for row in rows if row[0] not in retired))

    def count(self, query: Query | None = None) -> int:
        """How many examples a query selects; all without one."""
        if query is None or (query.where is None and query.limit is None):
            return int(self._connection.value(_COUNT))
        if query.limit is not None:
            return len(self.ids(query))
        sql, parameters = self._select("count(*)", query, self._scope(query))
        return int(self._connection.value(sql, parameters))

    def counting(self, query: Query) -> Iterator[int]:
        """How many examples a query selects, as far as it has come: the last is the answer."""
        if query.where is None or query.limit is not None or self._by_status_alone(query):
            yield len(self.ids(query))
            return
        found = 0
        for window in self._windows(self._scope(query)):
            sql, parameters = self._select("count(*)", query, window)
            found += int(self._connection.value(f"{sql} and e.seq between ? and ?", (*parameters, *window.window)))
            yield found

    def ids(self, query: Query | None = None) -> "array[int]":
        """The numbers of the selected examples, in the query's order. A million take 8 MB.

        A filter on status alone is answered from the spans of numbers and the few examples that somebody has
        judged: a million in 0.1 s, where a scan takes seconds.
        """
        query = query or Query()
        scope = self._scope(query)
        if query.order == "len" or (query.order == "seq" and query.limit is not None):
            return self._found(query, scope)
        if query.where is None:
            found = self._all()
        elif isinstance(query.where, Term) and self._by_status_alone(query):
            found = self._by_status(set(query.where.values))
        else:
            found = self._found(query, scope)
        return found if query.order == "seq" else arranged(self._connection, found, query, scope.near)[: query.limit]

    @staticmethod
    def _by_status_alone(query: Query) -> bool:
        where = query.where
        return isinstance(where, Term) and where.field == "status" and where.op in (":", "=")

    def found(self, query: Query) -> Iterator[int]:
        """The numbers of the selected examples bit by bit, as SQLite finds them."""
        for part in self.growing(query):
            yield from part

    def growing(self, query: Query) -> Iterator["array[int]"]:
        """The numbers of the selected examples in parts, some of them empty: for lists that fill while they are shown.

        It goes through windows of numbers, so that nothing is half read while the caller shows, or records, something.
        Whatever has to be ordered comes as one part.
        """
        if query.order != "seq" or query.where is None or self._by_status_alone(query):
            yield self.ids(query)
            return
        left = query.limit
        for window in self._windows(self._scope(query)):
            part = self._found(msgspec.structs.replace(query, limit=left), window)
            yield part
            if left is not None:
                left -= len(part)
                if left <= 0:
                    return

    def _windows(self, scope: Scope) -> Iterator[Scope]:
        """Windows over all numbers, as wide as can be looked through soon. Raises once the connection was stopped."""
        self._connection.stopped = False
        width = WINDOW
        for first, last in self._spans():
            start = first
            while start <= last:
                if self._connection.stopped:
                    raise WorkspaceError(f"{self._connection.path}: the query was stopped.")
                began = time.monotonic()
                yield scope._replace(first=start, last=min(start + width - 1, last))
                start += width
                took = time.monotonic() - began
                width = (
                    min(WINDOWS, 2 * width) if took < SOON / 2 else max(WINDOW, width // 2) if took > SOON else width
                )

    def _scope(self, query: Query) -> Scope:
        """What a query means by words that stand for other examples. Builds the word index where it is asked for."""
        if query.tagged is None and uses(query.where, Term, "tag"):
            raise QueryError("rows are tagged in a session of review only", query.text, max(0, query.text.find("tag")))
        asked = near_to(query.where)
        if asked or uses(query.where, Word):
            for _ in WordIndex(self._connection).build():
                pass
        tagged = None if query.tagged is None else array("q", sorted(query.tagged))
        return Scope(tagged=tagged, near={seq: nearest(self._connection, seq) for seq in asked})

    def _found(self, query: Query, scope: Scope) -> "array[int]":
        sql, parameters = self._select("e.seq", query, scope)
        if scope.first:
            sql, parameters = f"{sql} and e.seq between ? and ?", (*parameters, *scope.window)
        sql += f" order by {f'length_of({_BODY}, ?) desc, ' if query.order == 'len' else ''}e.seq"
        if query.order == "len":
            parameters = (*parameters, "out")
        if query.limit is not None and query.order in ("seq", "len"):
            sql, parameters = f"{sql} limit ?", (*parameters, query.limit)
        return array("q", (row[0] for row in self._connection.rows(sql, parameters)))

    @staticmethod
    def _select(what: str, query: Query, scope: Scope) -> tuple[str, tuple[Any, ...]]:
        sql = f"select {what} {_FROM} where {_PRESENT}"
        if query.where is None:
            return sql, ()
        condition, values = where.condition(query.where, scope)
        return f"{sql} and ({condition})", tuple(values)

    def _all(self) -> "array[int]":
        ids = array("q")
        for first, last in self._spans():
            ids.extend(range(first, last + 1))
        retired = self._retired()
        return array("q", (seq for seq in ids if seq not in retired)) if retired else ids

    def _by_status(self, wanted: set[str]) -> "array[int]":
        if "pending" not in wanted:
            retired = self._retired()
            marks = ", ".join("?" * len(wanted))
            rows = self._connection.rows(
                f"select example from state where status in ({marks}) order by example", tuple(wanted)
            )
            return array("q", (row[0] for row in rows if row[0] not in retired))
        marks = ", ".join("?" * len(wanted))
        with self._connection.snapshot():
            others = {
                row[0]
                for row in self._connection.rows(
                    f"select example from state where status not in ({marks})", tuple(wanted)
                )
            }
            ids = self._all()
        return array("q", (seq for seq in ids if seq not in others)) if others else ids

    # -- what ----------------------------------------------------------------------------------------------------

    def _load(self, number: int) -> tuple[str, str, Split | None]:
        if number not in self._loads:
            row = self._connection.row(
                "select s.name, l.format, l.split from load l join source s on s.id = l.source where l.id = ? and "
                "l.standing = 1",
                (number,),
            )
            if row is None:
                raise WorkspaceError(
                    f"{self._connection.path}: import {number} has not finished. Try again when it has, or run "
                    "`curator verify`."
                )
            self._loads[number] = (row[0], row[1], row[2])
        return self._loads[number]

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        source, format, split = self._load(row[1])
        try:  # no context manager: it would take a third of the time of this function
            parsed = _example.decode(row[5])
            labels = {} if row[7] is None else msgspec.json.decode(row[7])
        except msgspec.MsgspecError as error:
            raise damaged(self._connection.path, f"#{row[0]}: {error}") from error
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
                labels=labels,
                note=row[8],
                route=row[9],
                reviewer=row[10],
                split=row[11],
                revision=row[12],
                edited=bool(row[13]),
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
        wanted = parse_id(example_id)
        seq = find(self._connection, *wanted)
        if seq is None:
            ensure(self._connection)
            seq = find(self._connection, *wanted)
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
        missing = next((seq for seq in seqs if seq not in found), None)
        if missing is not None:
            raise WorkspaceError(f"#{missing}: there is no such example in {self._connection.path}.")
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
        sql = f"select {_COLUMNS} {_FROM} where {_PRESENT} and e.seq > ? and e.seq <= ? order by e.seq limit ?"
        last = _LAST if until is None else until
        while True:
            rows = list(self._connection.rows(sql, (after, last, size)))
            if not rows:
                return
            yield [self._entry(row) for row in rows]
            after = rows[-1][0]

    def original(self, seq: int) -> Example:
        """An example as it was imported, before any edit."""
        columns = _COLUMNS.replace("coalesce(s.body, e.body)", "e.body")
        row = self._connection.row(f"select {columns} {_FROM} where e.seq = ?", (seq,))
        if row is None:
            raise WorkspaceError(f"#{seq}: there is no such example in {self._connection.path}.")
        return self._entry(row).example

    def raw(self, seq: int) -> bytes:
        """The row as it stood in its source: a line's bytes, a record's bytes, or canonical JSON."""
        row = self._connection.row("select coalesce(raw, body) from example where seq = ?", (seq,))
        if row is None:
            raise WorkspaceError(f"#{seq}: there is no such example in {self._connection.path}.")
        return bytes(row[0])
