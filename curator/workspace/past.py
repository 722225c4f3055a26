"""What happened, operation by operation, read a page at a time: the log of a workspace may hold millions of events."""

from array import array
from collections.abc import Iterator

from msgspec import Struct

from curator.model import ActorKind, Event
from curator.workspace.connection import Connection, damaged, decoding
from curator.workspace.events import COLUMNS, event_of

_OPERATION = """
select o.label, o.size, o.standing, o.undoes, e.actor, e.actor_kind, e.at,
    (select u.batch from event u where u.seq = e.undoes)
from event e join operation o on o.batch = e.batch where e.seq = ?
"""


class Past(Struct, frozen=True):
    """An operation: its events `first` to `last`, who did it and when, what in words, how many events it has.

    `turned` is "undid" or "redid" for one that took back, or did again, another; `standing` says what became of it:
    done, undone, void (it cannot be undone any more), kept (it never could be) or inverse.
    """

    first: int
    last: int
    batch: str
    words: str
    size: int
    standing: str
    actor: str
    kind: ActorKind
    at: str
    turned: str = ""


class PastStore:
    """Reads operations, the newest first. Of a workspace, or of what touched one example."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def before(self, seq: int | None, count: int) -> list[Past]:
        """The `count` operations before event `seq`; the newest of all without one."""
        found: list[Past] = []
        at = self._seq("select max(seq) from event where seq < ?", seq if seq is not None else 2**62)
        while at is not None and len(found) < count:
            found.append(self._operation(at))
            at = self._seq("select max(seq) from event where seq < ?", found[-1].first)
        return found

    def after(self, seq: int, count: int) -> list[Past]:
        """The `count` operations that came next after event `seq`, the newest of them first."""
        found: list[Past] = []
        at = self._seq("select min(seq) from event where seq > ?", seq)
        while at is not None and len(found) < count:
            found.append(self._operation(at))
            at = self._seq("select min(seq) from event where seq > ?", found[-1].last)
        return found[::-1]

    def of(self, example: int) -> list[Past]:
        """All operations that touched an example."""
        rows = list(
            self._connection.rows(
                "select max(seq) from event where example = ? group by batch order by 1 desc", (example,)
            )
        )
        return [self._operation(row[0]) for row in rows]

    def events(self, batch: str, count: int, example: int | None = None) -> list[Event]:
        """The first events of an operation; with `example`, those that touched it."""
        which, parameters = ("", (batch, count)) if example is None else ("and example = ? ", (batch, example, count))
        sql = f"select {COLUMNS} from event where batch = ? {which}order by seq limit ?"
        with decoding(self._connection.path):
            return [event_of(row) for row in self._connection.rows(sql, parameters)]

    def examples(self, batch: str) -> "array[int]":
        """The numbers of the examples that an operation touched, in their order, each once."""
        sql = "select distinct example from event where batch = ? and example is not null order by example"
        return array("q", _numbers(self._connection, sql, batch))

    def _operation(self, seq: int) -> Past:
        batch = self._connection.value("select batch from event where seq = ?", (seq,))
        # Two statements: the ends of an index are found at once, both of them in one statement are not.
        first = int(self._connection.value("select min(seq) from event where batch = ?", (batch,)))
        last = int(self._connection.value("select max(seq) from event where batch = ?", (batch,)))
        row = self._connection.row(_OPERATION, (first,))
        if row is None:
            raise damaged(self._connection.path, f"event {first} belongs to no operation")
        words, size, standing, undoes, actor, kind, at, inverted = row
        turned = "" if undoes is None else "undid" if inverted == undoes else "redid"
        return Past(first, last, batch, words, size, standing, actor, kind, at, turned)

    def _seq(self, sql: str, seq: int) -> int | None:
        found = self._connection.value(sql, (seq,))
        return None if found is None else int(found)


def _numbers(connection: Connection, sql: str, batch: str) -> Iterator[int]:
    return (row[0] for row in connection.rows(sql, (batch,)))
