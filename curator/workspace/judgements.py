"""What each reviewer has said of an example, where they differ, and how often each pair of words was said together."""

from array import array
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from curator.model import Route, Status
from curator.workspace.adjudicating import BEHIND, MARK
from curator.workspace.connection import Connection

_VISIBLE = "not in (select seq from absent where retired = 1)"
_OF_PEOPLE = f"j.seq < {BEHIND} and j.status != 'pending'"
# What is written alike is most of it, and is told apart without reading it as JSON.
_DIFFERENT = f"""
select example from (
    select j.example as example, min(j.status) as least, max(j.status) as most, min(j.labels) as one,
        max(j.labels) as other
    from judgement j where {_OF_PEOPLE} group by j.example having count(*) > 1) as outside
where (least != most or (one != other and (select count(distinct settled(j.labels)) from judgement j
    where j.example = outside.example and {_OF_PEOPLE}) > 1))
"""
_ADJUDICATED = f"exists (select 1 from judgement a where a.example = outside.example and a.seq >= {BEHIND})"
_TOGETHER = f"""
select said, count(*) from (
    select json_group_array(json_array(j.status, j.labels)) as said from judgement j
    where {_OF_PEOPLE} and j.example {_VISIBLE} group by j.example having count(*) > 1)
group by said
"""
_REVIEWERS = f"""
select count(distinct j.reviewer) from judgement j where {_OF_PEOPLE} and j.example in (
    select j.example from judgement j where {_OF_PEOPLE} and j.example {_VISIBLE}
    group by j.example having count(*) > 1)
"""
# Whoever has judged has done an operation, and those are few and sorted: no look at a million judgements of one person.
_ACTORS = """
with recursive known(actor) as (
    select min(actor) from operation
    union all select (select min(o.actor) from operation o where o.actor > known.actor) from known
    where known.actor is not null)
select actor from known where actor is not null
"""
_JUDGED = f"select exists (select 1 from judgement j where {_OF_PEOPLE} and j.reviewer = ?)"
_SAID = f"""
select j.example, j.reviewer, j.status, j.labels, j.note, j.route, j.seq >= {BEHIND}, v.at
from judgement j left join event v on v.seq = j.seq %% {BEHIND} where j.example in (%s) order by j.example, j.seq
"""

_together = msgspec.json.Decoder(list[tuple[Status, str]])
_labels = msgspec.json.Decoder(dict[str, Any])


class Judgement(Struct, frozen=True):
    """What somebody has said of an example and when; `adjudicated` when it was said between reviewers, to stand."""

    reviewer: str
    status: Status
    labels: dict[str, Any]
    note: str
    route: Route
    at: str
    adjudicated: bool = False


class Together(Struct, frozen=True):
    """What two or more reviewers have said of one example, and of how many examples they have said just this."""

    said: tuple[tuple[Status, dict[str, Any]], ...]
    examples: int


class JudgementStore:
    """Judgements of all reviewers, of which the examples show only the one that stands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, seqs: Sequence[int]) -> dict[int, list[Judgement]]:
        """What was said of examples: the oldest first, an adjudication last; without those nobody has judged."""
        found: dict[int, list[Judgement]] = {}
        for start in range(0, len(seqs), 500):
            part = tuple(seqs[start : start + 500])
            rows = list(self._connection.rows(_SAID % ", ".join("?" * len(part)), part))
            for seq, reviewer, status, labels, note, route, adjudicated, at in rows:
                name = reviewer.removesuffix(MARK) if adjudicated else reviewer
                one = Judgement(name, status, _labels.decode(labels), note, route, at or "", bool(adjudicated))
                found.setdefault(seq, []).append(one)
        return found

    def different(self, *, adjudicated: bool = False) -> "array[int]":
        """The examples that reviewers judged differently and that are still open; or those that were adjudicated."""
        which = "" if adjudicated else "not "
        sql = f"{_DIFFERENT} and {which}{_ADJUDICATED} and example {_VISIBLE} order by example"
        return array("q", (row[0] for row in self._connection.rows(sql)))

    def together(self) -> list[Together]:
        """What was said together by two reviewers or more, counted."""
        return [
            Together(
                tuple((status, _labels.decode(labels)) for status, labels in _together.decode(said)), int(examples)
            )
            for said, examples in self._connection.rows(_TOGETHER)
        ]

    def reviewers(self) -> int:
        """How many reviewers have judged an example that another one has judged too."""
        return int(self._connection.value(_REVIEWERS))

    def actors(self) -> list[str]:
        """Everybody who has done anything here, sorted."""
        return [row[0] for row in self._connection.rows(_ACTORS)]

    def people(self) -> int:
        """How many reviewers have judged any example; as soon as there can be one only, nothing is read."""
        actors = self.actors()
        if len(actors) < 2:
            return len(actors)
        return sum(int(self._connection.value(_JUDGED, (actor,))) for actor in actors)

    def compared(self) -> int:
        """The last event that the checks had seen which have found conflicts; 0 when none has found any."""
        sql = (
            "select coalesce(min(r.seen), 0) from code c join run r on r.id = c.run where exists (select 1 from edge d "
            "where d.code = c.code and d.run = c.run and d.kind = 'conflict')"
        )
        return int(self._connection.value(sql))
