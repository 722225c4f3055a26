"""The examples near to one: those that findings tie to it, and those that share its rare words, nearest first."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from curator.errors import WorkspaceError
from curator.model import Example
from curator.workspace.connection import Connection

#: How many are near at most, how many are compared, and how many hits the words that are looked up may have.
MOST, COMPARED, HITS = 50, 400, 20_000
#: Words that are looked up, and characters of a text that are read.
WORDS, READ = 12, 3_000
#: A candidate shares at least this part of the runs of letters.
LIKE = 0.15
_RUN = 4

_WORD = re.compile(r"[^\W_]{3,40}")
_example = msgspec.json.Decoder(Example)
_VISIBLE = "not in (select seq from absent where retired = 1)"
_TIED = """select distinct o.example from member m join finding f on f.id = m.finding and f.stale = 0
join code c on c.code = f.code and c.run = f.run join member o on o.finding = f.id where m.example = ? limit ?"""
_BODIES = """select e.seq, coalesce(s.body, e.body) from example e left join state s on s.example = e.seq
where e.load in (select id from load where standing = 1) and e.seq """


def nearest(connection: Connection, seq: int) -> list[int]:
    """The numbers of up to `MOST` examples near to `seq`, itself first. The word index must have been built.

    Raises `WorkspaceError` when there is no such example.
    """
    here = dict(_texts(connection, (seq,))).get(seq)
    if here is None:
        raise WorkspaceError(f"#{seq}: there is no such example in {connection.path}.")
    tied = [row[0] for row in connection.rows(_TIED, (seq, MOST))]
    others = [other for other in dict.fromkeys([*tied, *_sharing(connection, here)]) if other != seq]
    runs = _runs(here)
    likeness = {other: _likeness(runs, _runs(text)) for other, text in _texts(connection, others[:COMPARED])}
    near = [other for other, much in likeness.items() if much >= LIKE or other in tied]
    near.sort(key=lambda other: (-likeness[other], other))
    return [seq, *near[:MOST]]


def _texts(connection: Connection, seqs: Sequence[int]) -> Iterator[tuple[int, str]]:
    marks = ", ".join("?" * len(seqs))
    for number, body in list(connection.rows(f"{_BODIES} in ({marks}) and e.seq {_VISIBLE}", tuple(seqs))):
        example = _example.decode(body)
        yield number, f"{example.input_text[:READ]}\n{example.output_text[:READ]}"


def _sharing(connection: Connection, text: str) -> list[int]:
    """The examples that share the rarest words of a text, those with most of them first."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter)
    )
    list(connection.rows("create virtual table if not exists temp.vocabulary using fts5vocab(main, words, row)"))
    held: list[tuple[int, str]] = []
    for word in dict.fromkeys(_WORD.findall(plain)):
        count = connection.value("select doc from temp.vocabulary where term = ?", (word,))
        if count is not None and count > 1:
            held.append((count, word))
    wanted, hits = list[str](), 0
    for count, word in sorted(held)[:WORDS]:
        if wanted and hits + count > HITS:
            break
        wanted.append(f'"{word}"')
        hits += count
    if not wanted:
        return []
    sql = "select rowid from words where words match ? order by bm25(words) limit ?"
    return [row[0] for row in connection.rows(sql, (" OR ".join(wanted), COMPARED))]


def _runs(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(plain[start : start + _RUN] for start in range(max(1, len(plain) - _RUN + 1)))


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)
