"""One decision about very many examples: by statements over slices of their numbers, in one transaction.

It stores what `EventLog.record` would store row by row, which a test holds against each other: 1,000,000 rows take
seconds where the other takes minutes. What somebody has decided about an example stays, unless that is asked for.
"""

import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.errors import WorkspaceError
from curator.workspace.adjudicating import BEHIND
from curator.workspace.connection import Connection, Statements
from curator.workspace.events import events_of, label, word_of
from curator.workspace.state import BLANK, SETTLE, STAND, StateTables, to_json

#: Examples that one statement goes over: about 50 ms.
SLICE = 20_000

_FIELDS = ("status", "labels", "note", "route")
_CURRENT = """
select p.value as seq, coalesce(s.status, 'pending') as status, coalesce(s.labels, '{}') as labels,
    coalesce(s.note, '') as note, coalesce(s.route, 'train') as route, s.reviewer as reviewer
from json_each(:seqs) p join example e on e.seq = p.value left join state s on s.example = e.seq
where e.load in (select id from load where standing = 1)
    and not exists (select 1 from absent a where a.seq = e.seq and a.retired = 1)
"""
_IN_ERROR = """
select p.value from json_each(?) p where exists (
    select 1 from finding f join code c on c.code = f.code and c.run = f.run
    where f.example = p.value and f.stale = 0 and c.severity = 'error')
"""
_JSON_OF = {"status": "'\"' || {0} || '\"'", "route": "'\"' || {0} || '\"'", "labels": "{0}", "note": "json_of({0})"}
STEP = "create temp table if not exists step(example integer primary key, status, labels, note, route)"

Relabel = Callable[[dict[str, Any]], dict[str, Any]]


class Act(Struct, frozen=True):
    """What is decided about every example: only what is not None. `relabel` gives the labels for those that stand.

    Kept, unless `overwrite`: another status that somebody gave; for a route the rows that are rejected or need a fix;
    another note; another value of the label.
    """

    status: str | None = None
    route: str | None = None
    note: str | None = None
    relabel: Relabel | None = None
    label: str = ""
    overwrite: bool = False


class Tally(Struct):
    """What an act would do: which examples it would change, how many are kept, and of what status and labels."""

    change: "array[int]"
    kept: int
    same: int
    counts: Counter[tuple[str, str, str]]

    @property
    def matched(self) -> int:
        """All examples that were named and are there."""
        return len(self.change) + self.kept + self.same


class Stored(Struct, frozen=True):
    """What was stored: the last event, the batch, and of how many examples something changed."""

    seq: int
    batch: str
    examples: int


class BulkStore:
    """Reads and writes the judgements of very many examples. Generators yield how many examples they have been over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tally(self, act: Act, seqs: Sequence[int]) -> Generator[int, None, Tally]:
        """What an act would do to these examples as they stand."""
        self._register(act)
        found = Tally(array("q"), 0, 0, Counter())
        sql = f"with cur as ({_CURRENT}) select seq, {_outcome(act)} as outcome, status, labels from cur order by seq"
        for done, part in _slices(seqs):
            for seq, outcome, status, labels in list(self._connection.rows(sql, _values(act, part))):
                found.counts[outcome, status, labels] += 1
                if outcome == "change":
                    found.change.append(seq)
                elif outcome == "kept":
                    found.kept += 1
                else:
                    found.same += 1
            yield done
        return found

    def labelled(self) -> dict[tuple[str, str], int]:
        """How many examples have each status and each set of labels, of those that have labels."""
        rows = self._connection.rows(
            "select status, labels, count(*) from state where labels != '{}' and example not in (select seq from "
            "absent where retired = 1) group by status, labels"
        )
        return {(status, labels): count for status, labels, count in rows}

    def in_error(self, seqs: Sequence[int]) -> "array[int]":
        """Those of these examples in which an error stands."""
        found = array("q")
        for _, part in _slices(seqs):
            found.extend([row[0] for row in self._connection.rows(_IN_ERROR, (part,))])
        return found

    def record(self, act: Act, seqs: Sequence[int], actor: str) -> Generator[int, None, Stored]:
        """Stores an act as one operation of `actor`, in one transaction: all of it, or none when it is stopped."""
        self._register(act)
        batch, stored = uuid.uuid4().hex, None
        try:
            with self._connection.write() as sqlite:
                sqlite.execute(STEP)
                for done, part in _slices(seqs):
                    self._store(sqlite, act, part, actor, batch)
                    yield done
                sqlite.execute("drop table temp.step")
                stored = _operate(sqlite, batch, actor)
        except WorkspaceError:
            landed = "select 1 from event where batch = ? limit 1"
            if stored is None or self._connection.value(landed, (batch,)) is None:
                raise
        return stored

    def _store(self, sqlite: Statements, act: Act, part: str, actor: str, batch: str) -> None:
        values = _values(act, part) | {"actor": actor, "batch": batch, "version": curator.__version__}
        values["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        values["start"] = sqlite.execute("select coalesce(max(seq), 0) from event").fetchone()[0]
        wanted = ", ".join(_wanted(act, field) for field in _FIELDS)
        sqlite.execute("delete from temp.step")
        sqlite.execute(
            f"with cur as ({_CURRENT}) insert into temp.step select seq, {wanted} from cur where {_outcome(act)} = "
            "'change'",
            values,
        )
        spoken_of = [field for field in _FIELDS if _wanted(act, field) != "null"]
        for field in spoken_of:
            sqlite.execute(_event(field), values)
        sqlite.execute(_JUDGED, values)
        for field in spoken_of:
            sqlite.execute(_SAY.format(field), values)
        settle_step(sqlite, actor)

    def _register(self, act: Act) -> None:
        sqlite, relabel = self._connection.sqlite, act.relabel
        decode = msgspec.json.Decoder(dict[str, Any]).decode

        def relabelled(*given: Any) -> str:
            (labels,) = given
            return labels if relabel is None else to_json(relabel(decode(labels)))

        def overwrites(*given: Any) -> bool:
            labels = decode(given[0])
            kept = labels.get(act.label)
            new = None if relabel is None else relabel(labels).get(act.label)
            more = isinstance(kept, list) and isinstance(new, list) and all(value in new for value in kept)
            return kept is not None and kept != new and not more

        sqlite.create_scalar_function("relabelled", relabelled, 1, deterministic=False)
        sqlite.create_scalar_function("overwrites", overwrites, 1, deterministic=False)
        sqlite.create_scalar_function("json_of", lambda *given: to_json(given[0]), 1, deterministic=True)


def settle_step(sqlite: Statements, actor: str) -> None:
    """Brings judgements that say nothing, and the standing states, of the examples of the step up to date."""
    of_step = "example in (select example from temp.step)"
    sqlite.execute(f"{SETTLE} where reviewer = ? and {of_step}", (actor,))
    sqlite.execute(f"delete from judgement where reviewer = ? and seq = 0 and {of_step}", (actor,))
    sqlite.execute(
        "insert or ignore into state select example, 'pending', '{}', '', 'train', null, null, 0, null from temp.step"
    )
    sqlite.execute(f"{STAND} where {of_step}")


def _slices(seqs: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The numbers as JSON lists, each with how many have come so far."""
    for start in range(0, len(seqs), SLICE):
        part = seqs[start : start + SLICE]
        yield start + len(part), "[" + ",".join(map(str, part)) + "]"


def _values(act: Act, part: str) -> dict[str, Any]:
    return {"seqs": part, "status": act.status, "route": act.route, "note": act.note}


def _outcome(act: Act) -> str:
    """SQL that says of a row of `cur`: change, kept, or same (it stands so already)."""
    same, kept = [], []
    if act.status is not None:
        same.append("status = :status")
        kept.append("status not in ('pending', :status)")
    if act.route is not None:
        same.append("route = :route")
        kept.append("status in ('rejected', 'fix')")
    if act.note is not None:
        same.append("note = :note")
        kept.append("note not in ('', :note)")
    if act.relabel is not None:
        same.append("relabelled(labels) = labels")
        kept.append("overwrites(labels)")
    keep = "0" if act.overwrite else " or ".join(kept)
    return f"case when {' and '.join(same)} then 'same' when {keep} then 'kept' else 'change' end"


def _wanted(act: Act, field: str) -> str:
    """SQL for what a field is to be; null for one that is not spoken of."""
    if field == "labels" and act.relabel is not None:
        return "relabelled(labels)"
    if field != "labels" and getattr(act, field) is not None:
        return f":{field}"
    return "null"


def _event(field: str) -> str:
    blank = f"'{to_json(BLANK[field])}'" if field == "labels" else f"'{BLANK[field]}'"
    before = _JSON_OF[field].format(f"coalesce(j.{field}, {blank})")
    return (
        "insert into event(op, batch, actor_kind, actor, at, version, field, before, after, example) select :batch || "
        f"'-' || t.example || '-{field}', :batch, 'person', :actor, :at, :version, '{field}', {before}, "
        f"{_JSON_OF[field].format(f't.{field}')}, t.example from temp.step t left join judgement j on j.example = "
        f"t.example and j.reviewer = :actor left join state s on s.example = t.example where t.{field} is not null "
        f"and (t.{field} is not coalesce(j.{field}, {blank}) or (t.{field} is not coalesce(s.{field}, {blank}) and "
        f"not exists (select 1 from judgement a where a.example = t.example and a.seq >= {BEHIND}))) order by t.example"
    )


_JUDGED = """
insert or ignore into judgement(example, reviewer)
select example, :actor from event where seq > :start
"""
_SAY = """
update judgement set {0} = t.{0}, {0}_seq = v.seq
from temp.step t join event v on v.example = t.example and v.seq > :start and v.field = '{0}'
where judgement.example = t.example and judgement.reviewer = :actor
"""


def _operate(sqlite: Statements, batch: str, actor: str) -> Stored:
    """Notes the operation as the log would, from the events that are there."""
    last, examples, size = sqlite.execute(
        "select coalesce(max(seq), 0), count(distinct example), count(*) from event where batch = ?", (batch,)
    ).fetchone()
    if size:
        # Of each thing that was said the first event: words come in the order in which they were said first.
        firsts = events_of(
            sqlite,
            "where seq in (select min(seq) from event where batch = ? group by field, case when field in ('status', "
            "'route') then after end) order by seq",
            (batch,),
        )
        words = label(firsts[0], dict.fromkeys(map(word_of, firsts)), examples)
        StateTables(sqlite).operate(batch, actor, "person", last, size, words, None)
    return Stored(last, batch, examples)
