"""The word index (FTS5), built in slices when a filter first asks for a word; import never waits for it."""

from collections.abc import Iterator

import msgspec

from curator.model import Example, Progress
from curator.workspace.connection import Connection, Statements
from curator.workspace.identity import TOP

#: Examples indexed in one transaction: about 60 ms, so that no other writer waits longer.
SLICE = 2_000

_example = msgspec.json.Decoder(Example)
_TEXT = "select coalesce(s.body, e.body) from example e left join state s on s.example = e.seq where e.seq = ?"


def _texts(body: bytes) -> tuple[str, str]:
    example = _example.decode(body)
    return "\n".join(message.text for message in example.input), example.output_text


def reindex(sqlite: Statements, example: int) -> None:
    """Renews one example in the index, if the index has come to it."""
    done = sqlite.execute("select done from word_index").fetchone()
    if done is not None and example <= done[0]:
        body = sqlite.execute(_TEXT, (example,)).fetchone()
        if body is not None:
            sqlite.execute("delete from words where rowid = ?", (example,))
            sqlite.execute("insert into words(rowid, input, output) values (?, ?, ?)", (example, *_texts(body[0])))


class WordIndex:
    """Finds the examples that hold words."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def missing(self) -> int:
        """How many examples are not indexed yet."""
        return int(self._connection.value(f"select max(0, ({TOP}) - done) from word_index") or 0)

    def build(self) -> Iterator[Progress]:
        """Indexes what is missing, a slice a step. May be stopped and gone on with at any time."""
        total = self.missing()
        done = 0
        while (left := self.missing()) > 0:
            with self._connection.write() as sqlite:
                start = sqlite.execute("select done from word_index").fetchone()
                first = 0 if start is None else int(start[0])
                rows = sqlite.execute(
                    "select e.seq, coalesce(s.body, e.body) from example e left join state s on s.example = e.seq "
                    f"where e.seq > ? and e.seq <= min(?, ({TOP}))",
                    (first, first + SLICE),
                ).fetchall()
                sqlite.executemany(
                    "insert into words(rowid, input, output) values (?, ?, ?)",
                    ((seq, *_texts(body)) for seq, body in rows),
                )
                sqlite.execute(f"update word_index set done = min(?, ({TOP}))", (first + SLICE,))
            done = total - left
            yield Progress("indexing words", min(total, done + SLICE), total)
