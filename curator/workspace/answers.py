"""What models answered: kept for ever, because it was paid for, and the batches that are still under way.

An answer is no event: nobody decided anything. It may be asked for again and would differ, so it is never replaced.
"""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import local
from types import TracebackType
from typing import Self

import msgspec

from curator.judge.base import Answer
from curator.judge.keeping import Sent
from curator.workspace.connection import Connection, decoding, open_connection

_AT_ONCE = 500
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Answer)


class AnswerStore:
    """Keeps answers by the key of their question. `Kept` in judge/keeping.py says what it is used for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def beside(cls, path: Path) -> "AnswerStore":
        """One with a connection of its own, for another thread; to be closed. Raises `WorkspaceError`."""
        connection, _ = open_connection(path)
        return cls(connection)

    def close(self) -> None:
        """Closes the connection; only for those made by `beside`."""
        self._connection.close()

    def known(self, keys: Sequence[str]) -> dict[str, Answer]:
        """The answers of these keys, of those that have one."""
        found: dict[str, Answer] = {}
        with decoding(self._connection.path):
            for start in range(0, len(keys), _AT_ONCE):
                some = tuple(keys[start : start + _AT_ONCE])
                marks = ",".join("?" * len(some))
                query = f"select key, body from answer where key in ({marks})"
                found |= {str(key): _DECODER.decode(body) for key, body in self._connection.rows(query, some)}
        return found

    def cost(self, keys: Sequence[str]) -> float:
        """What the answers of these keys have cost, in US dollars."""
        return sum(
            float(self._connection.value("select coalesce(max(cost), 0) from answer where key = ?", (key,)))
            for key in keys
        )

    def keep(self, model: str, answers: dict[str, Answer], costs: dict[str, float]) -> None:
        """Keeps answers, each with what it cost. One that is there already stays."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        rows = [(key, model, at, costs.get(key, 0.0), _ENCODER.encode(one)) for key, one in answers.items()]
        with self._connection.write() as sqlite:
            sqlite.executemany("insert or ignore into answer values (?, ?, ?, ?, ?)", rows)

    def sending(self, endpoint: str, model: str, keys: Sequence[str], bound: float) -> Sent:
        """Notes that a batch is about to be sent."""
        at = time.time()
        with self._connection.write() as sqlite:
            sqlite.execute(
                "insert into asked(at, endpoint, model, keys, bound) values (?, ?, ?, ?, ?)",
                (at, endpoint, model, json.dumps(list(keys)), bound),
            )
            number = int(sqlite.last_insert_rowid())
        return Sent(number, at, endpoint, model, tuple(keys), bound)

    def sent(self, number: int, batch: str) -> None:
        """Notes the name that the service gave to a batch."""
        with self._connection.write() as sqlite:
            sqlite.execute("update asked set batch = ? where id = ?", (batch, number))

    def done(self, number: int) -> None:
        """Forgets a batch whose answers are kept, or that was never made."""
        with self._connection.write() as sqlite:
            sqlite.execute("delete from asked where id = ?", (number,))

    def open(self, endpoint: str, model: str) -> list[Sent]:
        """The batches of this service and model that are not done, oldest first."""
        query = "select id, at, keys, bound, batch from asked where endpoint = ? and model = ? order by id"
        return [
            Sent(number, at, endpoint, model, tuple(json.loads(keys)), bound, batch)
            for number, at, keys, bound, batch in self._connection.rows(query, (endpoint, model))
        ]


class AnswerStores:
    """A store for each thread that asks for one, each with a connection of its own; closed together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = local()
        self._made: list[AnswerStore] = []

    def __call__(self) -> AnswerStore:
        """The store of this thread."""
        store: AnswerStore | None = getattr(self._own, "store", None)
        if store is None:
            store = self._own.store = AnswerStore.beside(self._path)
            self._made.append(store)
        return store

    def close(self) -> None:
        """Closes them all, once the threads are done."""
        while self._made:
            self._made.pop().close()
        self._own = local()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
