"""How much there is: what is open under each check, what no check has seen, lengths, labels. All of it counted by SQL.

Whatever walks over all texts goes through windows of numbers, so that it can be stopped and holds one window.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from curator.model import KNOWLEDGE
from curator.workspace.connection import Connection
from curator.workspace.examples import ExampleStore
from curator.workspace.ignoring import IGNORED

#: Characters of an output that may be one of a set of labels.
SHORT = 40
#: Numbers of examples that one statement reads: about 30 ms.
WINDOW = 20_000

_VISIBLE = "not in (select seq from absent where retired = 1)"
_PENDING = "coalesce(s.status, 'pending') = 'pending'"
# A route to RAG is a decision, and the answer to what says that a pair teaches facts. Other errors go with it.
_ROUTED = "coalesce(s.route, 'train') = 'rag'"
_ANSWERED = f"({_ROUTED} and (c.code glob '{KNOWLEDGE}*' or c.severity != 'error'))"
_STANDING = "from code c join finding f on f.code = c.code and f.run = c.run and f.stale = 0"
#: Older than its text or its split, and not set aside.
_OLDER = f"stale between 1 and {IGNORED - 1}"
_RANK = "case c.severity when 'error' then 0 when 'warning' then 1 else 2 end"

# An example is counted once under a code: the index of findings gives them side by side, so nothing is sorted.
_BY_CODE = f"""
with found as materialized (
    select c.code as code, f.example as example, count(*) as findings
    {_STANDING} where f.example is null or f.example {_VISIBLE} group by c.code, f.example)
select c.code, c.name, c.severity, coalesce(sum(x.findings), 0), count(x.example),
    coalesce(sum(x.example is not null and {_PENDING} and not {_ANSWERED}), 0)
from code c left join found x on x.code = c.code left join state s on s.example = x.example
group by c.code order by {_RANK}, 6 desc, c.code
"""
_ERRORS = f"""
select s.status, count(*) from (
    select distinct f.example as example {_STANDING} left join state s on s.example = f.example
    where c.severity = 'error' and not {_ANSWERED} and f.example {_VISIBLE}) x
left join state s on s.example = x.example group by 1
"""
_ROUTED_ALONE = f"select count(*) from state s where {_ROUTED} and s.status = 'pending' and s.example {_VISIBLE}"
_NEW = """
select coalesce(sum(last - first + 1), 0) from span where load in (
    select json_extract(after, '$.load') from event where seq > ? and field = 'import')
"""
# The usual last message is read by SQLite itself, which lets other threads work meanwhile; any other by `text_of`.
_LAST = "json_extract(body, '$.messages[#-1]"
_OUTPUT = (
    f"case when {_LAST}.role') = 'assistant' and json_type(body, '$.messages[#-1].content') = 'text' "
    f"then {_LAST}.content') else text_of(body, 'out') end"
)
_OUTPUTS = f"""
with body as materialized (
    select coalesce(s.body, e.body) as body from example e left join state s on s.example = e.seq
    where e.seq between ? and ? and e.seq {_VISIBLE}),
said as materialized (select {_OUTPUT} as said from body)
select length(said), case when length(said) <= {SHORT} then said end, count(*) from said group by 1, 2
"""
#: Values of a label that are counted one by one; one with more is free text, and counted as given.
VALUES = 200
_LABELS = f"""
with given as (
    select l.key as label, case 'true' when l.type then '' when v.type then '' else cast(v.atom as text) end as value,
        count(*) as times
    from state s, json_each(s.labels) l, json_each(case l.type when 'array' then l.value else json_array(l.value) end) v
    where s.labels != '{{}}' and s.example {_VISIBLE} group by 1, 2),
whole as (select label, sum(times) as times, count(*) as different from given group by 1)
select given.label, given.value, given.times from given join whole using (label) where different <= ?1
union all select label, '', times from whole where different > ?1 order by 3 desc, 1, 2
"""


class CodeCount(Struct, frozen=True):
    """How much stands under a code: findings, the examples that they are about, those of them that are pending."""

    code: str
    check: str
    severity: str
    findings: int
    examples: int
    open: int


class Open(Struct, frozen=True):
    """What is still to be done. None of it is a verdict.

    `unchecked` examples were imported after the checks ran; `stale` findings are about texts that were changed since.
    `conflicts` are clusters of rows that would be trained on and contradict each other, as the conflicts screen shows
    them. `errors` are pending examples with a finding of that severity; `passed` ones were accepted in spite of it.
    What a route to RAG answers (the knowledge checks) is no error of a pair that has that route. `pending` are those
    that nobody has decided: a route to RAG is a decision too.
    """

    unchecked: int
    stale: int
    conflicts: int
    errors: int
    passed: int
    pending: int
    fix: int


class Said(NamedTuple):
    """So many outputs of one length, with their text when it is short."""

    length: int
    text: str | None
    times: int


class LabelCount(Struct, frozen=True):
    """How many examples have a label; the value of one that is no more than given is empty."""

    label: str
    value: str
    count: int


class CountStore:
    """Counts over the whole workspace."""

    def __init__(self, connection: Connection, examples: ExampleStore) -> None:
        self._connection = connection
        self._examples = examples

    def by_code(self) -> list[CodeCount]:
        """What stands under each code that was run: the worst first, then where most is open."""
        return [CodeCount(*row) for row in self._connection.rows(_BY_CODE)]

    def open(self, conflicts: int) -> Open:
        """What is still to be done; `conflicts` are counted by who reads what the rows of one say."""
        total, status = self._examples.count(), self._statuses()
        errors = {row[0] or "pending": row[1] for row in self._connection.rows(_ERRORS)}
        return Open(
            unchecked=self.unchecked(),
            stale=self._number(f"select count(*) {_STANDING.replace('stale = 0', _OLDER)}"),
            conflicts=conflicts,
            errors=errors.get("pending", 0),
            passed=errors.get("accepted", 0),
            pending=total - sum(status.values()) - self._number(_ROUTED_ALONE),
            fix=status.get("fix", 0),
        )

    def unchecked(self) -> int:
        """How many examples no check has seen that was run; all of them before any was."""
        seen = self._connection.value("select min(r.seen) from code c join run r on r.id = c.run")
        return self._examples.count() if seen is None else self._number(_NEW, (seen,))

    def labelled(self) -> int:
        """How many examples have labels."""
        return self._number(f"select count(*) from state where labels != '{{}}' and example {_VISIBLE}")

    def labels(self) -> list[LabelCount]:
        """How often each label was given, the most frequent first; a free text counts as given, whatever it says."""
        return [LabelCount(*row) for row in self._connection.rows(_LABELS, (VALUES,))]

    def windows(self) -> Iterator[tuple[int, int]]:
        """The numbers from and to (included) that `outputs` takes one after the other."""
        spans = "select first, last from span where load in (select id from load where standing = 1) order by first"
        for first, last in list(self._connection.rows(spans)):
            yield from ((at, min(at + WINDOW - 1, last)) for at in range(first, last + 1, WINDOW))

    def outputs(self, window: tuple[int, int]) -> list[Said]:
        """How long the outputs of a window are, and which short ones there are. A text counts up to its first NUL."""
        return [Said(*row) for row in self._connection.rows(_OUTPUTS, window)]

    def _statuses(self) -> dict[str, int]:
        """How many examples were decided, by status."""
        sql = f"select status, count(*) from state where status != 'pending' and example {_VISIBLE} group by status"
        return {row[0]: row[1] for row in self._connection.rows(sql)}

    def _number(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        return int(self._connection.value(sql, parameters))
