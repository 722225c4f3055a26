"""Taking back, or doing again, a decision about very many examples: by statements, as `bulk` has stored it.

What one event says is what `EventLog` would append for it. Anything out of the ordinary (a text, a field that somebody
has changed since, a field that was changed twice) is left to the log, which goes event by event and says what is wrong.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from msgspec import Struct

import curator
from curator.workspace.bulk import SLICE, STEP, settle_step
from curator.workspace.connection import Statements
from curator.workspace.state import BLANK, JUDGEMENTS, newest_in_effect, to_json

#: Events from which on it is worth it.
MANY = 2_000

_TEXT = "json_extract({0}, '$')"
_VALUE = {"status": _TEXT, "route": _TEXT, "note": _TEXT, "labels": "{0}"}
# SQLite ends a text at its first NUL: such a note is left to the log.
_ODD = "example is null or actor != ? or instr(before, '\\u0000') or instr(after, '\\u0000')"


class Inverted(Struct, frozen=True):
    """The last event of an inverse, how many there are, and the examples."""

    last: int
    size: int
    examples: tuple[int, ...]


def invert(sqlite: Statements, source: str, batch: str, actor: str) -> Inverted | None:
    """Appends the inverse of a batch as another one. None, and nothing is changed, when the log is to do it."""
    first, last, size = sqlite.execute(
        "select min(seq), max(seq), count(*) from event where batch = ?", (source,)
    ).fetchone()
    if size < MANY or last - first + 1 != size or not _plain(sqlite, source, actor):
        return None
    sqlite.execute(STEP)
    for end in range(last, first - 1, -SLICE):
        _append(sqlite, max(first, end - SLICE + 1), end, batch, actor)
    sqlite.execute("drop table temp.step")
    newest = sqlite.execute("select max(seq) from event").fetchone()[0]
    examples = sqlite.execute(
        "select distinct example from event where seq between ? and ? order by seq", (newest - size + 1, newest)
    )
    return Inverted(newest, size, tuple(row[0] for row in examples))


def _plain(sqlite: Statements, source: str, actor: str) -> bool:
    """Whether all events are judgements, each field of an example once, and stand as they left it."""
    marks = ", ".join("?" * len(JUDGEMENTS))
    odd = sqlite.execute(
        f"select 1 from event where batch = ? and ({_ODD} or field not in ({marks})) limit 1",
        (source, actor, *JUDGEMENTS),
    ).fetchone()
    twice = (
        odd
        or sqlite.execute(
            "select 1 from event where batch = ? group by example, field having count(*) > 1 limit 1", (source,)
        ).fetchone()
    )
    if twice:
        return False
    for field in JUDGEMENTS:
        blank = to_json(BLANK[field]) if field == "labels" else BLANK[field]
        moved = sqlite.execute(
            "select 1 from event v left join judgement j on j.example = v.example and j.reviewer = ? where v.batch = ? "
            f"and v.field = '{field}' and coalesce(j.{field}, ?) is not {_VALUE[field].format('v.after')} limit 1",
            (actor, source, blank),
        ).fetchone()
        if moved:
            return False
    return True


def _append(sqlite: Statements, first: int, last: int, batch: str, actor: str) -> None:
    """The inverse of the events from `first` to `last`, in their reverse order."""
    start = int(sqlite.execute("select max(seq) from event").fetchone()[0])
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    sqlite.execute(
        "insert into event(op, batch, actor_kind, actor, at, version, field, before, after, example, source, undoes) "
        "select ?1 || '-' || seq, ?1, actor_kind, ?2, ?3, ?4, field, after, before, example, source, seq from event "
        "where seq between ?5 and ?6 order by seq desc",
        (batch, actor, at, curator.__version__, first, last),
    )
    sqlite.execute("delete from temp.step")
    sqlite.execute("insert or ignore into temp.step(example) select example from event where seq > ?", (start,))
    sqlite.execute("insert or ignore into judgement(example, reviewer) select example, ? from temp.step", (actor,))
    for field in JUDGEMENTS:
        sqlite.execute(
            f"update judgement set {field} = v.value from (select example, {_VALUE[field].format('after')} as value "
            f"from event where seq > ? and field = '{field}') as v where judgement.example = v.example and "
            "judgement.reviewer = ?",
            (start, actor),
        )
    for field in JUDGEMENTS:
        sqlite.executemany(
            f"update judgement set {field}_seq = ? where example = ? and reviewer = ?",
            list(_in_effect(sqlite, field, actor)),
        )
    settle_step(sqlite, actor)


def _in_effect(sqlite: Statements, field: str, actor: str) -> Iterator[tuple[int, int, str]]:
    """For each example of the step the newest change of a field by this reviewer that is not undone."""
    rows: Iterable[Any] = sqlite.execute(
        # Without "cross" SQLite walks over all events for each slice.
        "select v.example, v.seq, v.undoes from temp.step t cross join event v on v.example = t.example where v.actor "
        "= ? and v.field = ? order by t.example, v.seq desc",
        (actor, field),
    )
    for example, events in groupby(rows, key=lambda row: row[0]):
        own = [(seq, undoes) for _, seq, undoes in events]
        yield newest_in_effect(own), example, actor
