"""Findings by check and rule: how many rows, and how many of those that people have decided were really wrong."""

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from curator.model import KNOWLEDGE
from curator.workspace.connection import Connection
from curator.workspace.ignoring import IGNORED

#: Rules of a check that are told one by one; a check that quotes may have a hundred thousand.
RULES = 200

_RANK = "case c.severity when 'error' then 0 when 'warning' then 1 else 2 end"
_ROWS = "count(distinct coalesce(f.example, 0))"
_SCATTERED = "f.example * (2654435761 + ?1 * 97531357) % 4294967291"
_STANDS = "from finding f join code c on c.code = f.code and c.run = f.run"
_SHOWN = "(f.example is null or f.example not in (select seq from absent where retired = 1))"
# A row whose finding went away with its old text was really wrong; where it stands in a text that was accepted, not.
# Whoever routes a pair to RAG says that it teaches facts.
_ROUTED = f"(s.route = 'rag' and f.code glob '{KNOWLEDGE}*')"
_DECIDED = f"""
select code, rule, sum(real), count(*) from (
    select code, rule, example, max(real) as real from (
        select f.code, f.rule, f.example,
            (s.status in ('rejected', 'fix') or f.stale & 1 or {_ROUTED}) as real
        from state s join finding f on f.example = s.example join code c on c.code = f.code and c.run = f.run
        where f.stale < {IGNORED} and (s.status != 'pending' or f.stale & 1 or {_ROUTED})
        union all
        select m.code, m.rule, m.example, 1 from mended m join state s on s.example = m.example
        where s.body is not null
        union all
        select code, rule, example, 0 from ignored where example > 0 and rule is not null)
    group by code, rule, example)
group by code, rule
"""


class RuleCount(Struct, frozen=True):
    """The standing findings of one rule: rows with it, findings, and those of them with a fix that is safe.

    `rule` is None for all the rules of a check that are not told one by one; `others` is how many they are.
    """

    rule: str | None
    rows: int
    findings: int
    fixes: int
    others: int = 0


class CheckCount(Struct, frozen=True):
    """The standing findings of one check: its rows, and its rules, those with the most rows first."""

    code: str
    check: str
    severity: str
    rows: int
    rules: tuple[RuleCount, ...]


class RuleStore:
    """What stands, seen from the checks and not from the examples. Every answer reads all findings once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self) -> list[CheckCount]:
        """Every check that has found something that nobody ignores, the worst first."""
        rows = self._connection.rows(
            f"select f.code, f.rule, {_ROWS}, count(*), "
            f"coalesce(sum(json_extract(f.fix, '$.safe')), 0) {_STANDS} where f.stale = 0 and {_SHOWN} "
            "group by f.code, f.rule order by f.code, 3 desc, f.rule"
        )
        rules = {code: tuple(_told(found)) for code, found in groupby(rows, key=lambda row: row[0])}
        heads = list(
            self._connection.rows(
                f"select f.code, c.name, c.severity, {_ROWS} {_STANDS} where f.stale = 0 and {_SHOWN} group by f.code "
                f"order by {_RANK}, f.code"
            )
        )
        return [CheckCount(code, name, severity, count, rules.get(code, ())) for code, name, severity, count in heads]

    def decided(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By check and rule: rows in which people have shown the finding to be real, of rows that they decided."""
        return {(row[0], row[1]): (row[2], row[3]) for row in self._connection.rows(_DECIDED)}

    def sample(self, code: str, rule: str | None, count: int, seed: int = 0) -> list[int]:
        """Some rows with this finding, scattered by a seed; with `rule` None of the check."""
        return [
            row[0]
            for row in self._connection.rows(
                f"select distinct f.example, {_SCATTERED} {_STANDS} where f.code = ?2 and f.stale = 0 and (?3 is null "
                f"or f.rule = ?3) and f.example is not null and {_SHOWN} order by 2 limit ?4",
                (seed, code, rule, count),
            )
        ]

    def below(self, code: str, score: float) -> int:
        """How many standing findings of a check score lower than this, those that a threshold hides now included."""
        return int(
            self._connection.value(
                f"select count(*) {_STANDS} where f.code = ? and f.stale & ~{IGNORED} = 0 and f.score < ?",
                (code, score),
            )
        )


def _told(found: Iterator[tuple[str, str, int, int, int]]) -> Iterator[RuleCount]:
    rows = findings = fixes = others = 0
    for number, (_, rule, own, all_own, safe) in enumerate(found):
        if number < RULES:
            yield RuleCount(rule, own, all_own, safe)
        else:
            rows, findings, fixes, others = rows + own, findings + all_own, fixes + safe, others + 1
    if others:
        yield RuleCount(None, rows, findings, fixes, others)
