"""What checks have found. A run is invisible until it finished; then it replaces the findings of its codes only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.model import Finding, Fix, Span
from curator.query import Query
from curator.workspace.connection import Connection, decoding
from curator.workspace.examples import CHUNK, ExampleStore
from curator.workspace.identity import id_of
from curator.workspace.ignoring import IGNORED, Ignored, ignores, listed, settle
from curator.workspace.rules import RuleStore
from curator.workspace.runs import Run, insert
from curator.workspace.state import fingerprint

_encode = msgspec.json.Encoder().encode
_spans = msgspec.json.Decoder(tuple[Span, ...])
_fix = msgspec.json.Decoder(Fix)
_COLUMNS = "f.id, f.code, f.example, f.message, f.score, f.evidence, f.fix, f.stale, c.severity, c.name, f.rule"
_FROM = "from finding f join code c on c.code = f.code and c.run = f.run"


class StoredFinding(Struct, frozen=True):
    """A finding with its check's severity and name, its example's number, and whether its text was changed since."""

    finding: Finding
    severity: str
    check: str
    stale: bool
    seq: int | None
    related: tuple[int, ...] = ()
    ignored: bool = False


class FindingCount(Struct, frozen=True):
    """How much stands under a code: findings, and the examples that they are about."""

    code: str
    check: str
    severity: str
    findings: int
    examples: int


class FindingStore:
    """The findings of a workspace, as the newest run of each code left them."""

    def __init__(self, connection: Connection, examples: ExampleStore) -> None:
        self._connection = connection
        self._examples = examples
        self.rules = RuleStore(connection)

    def ignored(self) -> list[Ignored]:
        """What people have set aside, the newest first: with who, when and why."""
        return listed(self._connection)

    def begin_run(
        self, codes: Mapping[str, tuple[str, str]], options: Mapping[str, Any] | None = None, *, whole: bool = False
    ) -> Run:
        """Starts a run of these codes; `codes` maps each to its severity and its check's name.

        With `whole` they are all that there are: when it finishes, what other codes had found stands no more, but for
        what a second reader said.
        """
        with self._connection.write() as sqlite:
            seen = sqlite.execute("select coalesce(max(seq), 0) from event").fetchone()[0]
            sqlite.execute(
                "insert into run(at, version, options, seen) values (?, ?, ?, ?)",
                (
                    datetime.now(UTC).isoformat(timespec="milliseconds"),
                    curator.__version__,
                    _encode(options or {}).decode(),
                    seen,
                ),
            )
            number = sqlite.last_insert_rowid()
        return Run(self._connection, self._examples, number, codes, seen, whole)

    def _finding(self, row: tuple[Any, ...], members: Sequence[tuple[int, str]]) -> StoredFinding:
        related = [(seq, name) for seq, name in members if seq != row[2]]
        own = next((name for seq, name in members if seq == row[2]), None)
        finding = Finding(
            code=row[1],
            example_id=own,
            message=row[3],
            score=row[4],
            evidence=_spans.decode(row[5]),
            related=tuple(name for _, name in related),
            fix=None if row[6] is None else _fix.decode(row[6]),
            rule=row[10],
        )
        return StoredFinding(
            finding=finding,
            severity=row[8],
            check=row[9],
            stale=bool(row[7] & ~IGNORED),
            seq=row[2],
            related=tuple(seq for seq, _ in related),
            ignored=bool(row[7] & IGNORED),
        )

    def _with_members(self, rows: Sequence[tuple[Any, ...]]) -> list[StoredFinding]:
        members: dict[int, list[tuple[int, str]]] = {row[0]: [] for row in rows}
        numbers = tuple(members)
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            for number, seq, digest, copy in self._connection.rows(
                "select m.finding, m.example, e.digest, e.copy from member m join example e on e.seq = m.example "
                f"where m.finding in ({', '.join('?' * len(chunk))}) order by m.rowid",
                chunk,
            ):
                members[number].append((seq, id_of(digest, copy)))
        with decoding(self._connection.path):
            return [self._finding(row, members[row[0]]) for row in rows]

    def of(self, seq: int) -> list[StoredFinding]:
        """The findings of one example, worst first; stale ones last."""
        return self.of_many((seq,)).get(seq, [])

    def of_many(self, seqs: Sequence[int]) -> dict[int, list[StoredFinding]]:
        """The findings of several examples that nobody ignores, worst first; examples without any are left out."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(seqs), CHUNK):
            chunk = tuple(seqs[start : start + CHUNK])
            rows += self._connection.rows(
                f"select {_COLUMNS} {_FROM} where f.stale < {IGNORED} and f.example in ({', '.join('?' * len(chunk))}) "
                "order by f.stale, case "
                "c.severity when 'error' then 0 when 'warning' then 1 else 2 end, f.code, f.id",
                chunk,
            )
        found: dict[int, list[StoredFinding]] = {}
        for stored in self._with_members(rows):
            if stored.seq is not None:
                found.setdefault(stored.seq, []).append(stored)
        return found

    def severities(self, seqs: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The severities found in each of several examples, worst first: all that a list needs to draw."""
        found: dict[int, tuple[str, ...]] = {}
        for start in range(0, len(seqs), CHUNK):
            chunk = tuple(seqs[start : start + CHUNK])
            for seq, severity in self._connection.rows(
                "select distinct f.example, c.severity "
                f"{_FROM} where f.stale = 0 and f.example in ({', '.join('?' * len(chunk))}) "
                "order by case c.severity when 'error' then 0 when 'warning' then 1 else 2 end",
                chunk,
            ):
                found[seq] = (*found.get(seq, ()), severity)
        return found

    def select(
        self,
        codes: Sequence[str] = (),
        query: Query | None = None,
        *,
        stale: bool = False,
        ignored: bool = False,
    ) -> Iterator[StoredFinding]:
        """Findings by code prefix or check name and by a query on their examples: those of the whole set first.

        With `stale` and `ignored`, those that are older than their text, and those that somebody has set aside, too.
        """
        wanted = "1"
        parameters: list[Any] = []
        if codes:
            wanted = (
                "("
                + " or ".join(
                    f"substr(f.code, 1, length(?{n})) = ?{n} or c.name = ?{n}" for n in range(4, 4 + len(codes))
                )
                + ")"
            )
            parameters = list(codes)
        if not stale:
            wanted += f" and f.stale & ~{IGNORED} = 0" if ignored else " and f.stale = 0"
        elif not ignored:
            wanted += f" and f.stale < {IGNORED}"
        everything = query is None or (query.where is None and query.limit is None)
        chosen = None if everything else set(self._examples.ids(query))
        hidden = self._examples.hidden()
        # A page at a time: a statement left open would stand in the way of this connection's own writes.
        page = f"select {_COLUMNS} {_FROM} where {wanted} and %s order by f.example, f.code, f.id limit {CHUNK}"
        for place in ("f.example is null and (f.code, f.id) > (?2, ?3)", "(f.example, f.code, f.id) > (?1, ?2, ?3)"):
            after = (-1, "", 0)
            while rows := list(self._connection.rows(page % place, (*after, *parameters))):
                after = (rows[-1][2], rows[-1][1], rows[-1][0])
                yield from self._with_members(
                    [row for row in rows if row[2] not in hidden and (chosen is None or row[2] in chosen)]
                )

    def counts(self) -> list[FindingCount]:
        """How much stands under each code that was run, worst first; codes that found nothing count 0."""
        hidden = (
            ""
            if not self._examples.hidden()
            else (" and (f.example is null or f.example not in (select seq from absent where retired = 1))")
        )
        rows = self._connection.rows(
            "select c.code, c.name, c.severity, count(f.id), count(distinct f.example) from code c left join finding f "
            f"on f.code = c.code and f.run = c.run and f.stale = 0{hidden} group by c.code order by case c.severity "
            "when 'error' then 0 when 'warning' then 1 else 2 end, c.code"
        )
        return [FindingCount(*row) for row in rows]

    def replace_for(self, seqs: Sequence[int], codes: Sequence[str], findings: Sequence[Finding]) -> None:
        """Replaces the findings of these examples under some codes, after the text of one of them was changed."""
        named = [
            (finding, [self._examples.seq_of(name) for name in (finding.example_id, *finding.related)])
            for finding in findings
            if finding.example_id is not None
        ]
        with self._connection.write() as sqlite:
            marks, places = ", ".join("?" * len(codes)), ", ".join("?" * len(seqs))
            old = sqlite.execute(
                f"select f.id, f.example, f.code, f.rule from finding f join code c on c.code = f.code and c.run = "
                f"f.run where f.example in ({places}) and f.code in ({marks})",
                (*seqs, *codes),
            ).fetchall()
            sqlite.executemany("delete from member where finding = ?", [row[:1] for row in old])
            sqlite.executemany("delete from finding where id = ?", [row[:1] for row in old])
            runs = dict(sqlite.execute("select code, run from code").fetchall())
            prints = {}
            for seq in {seq for _, members in named for seq in members}:
                row = sqlite.execute("select body from state where example = ?", (seq,)).fetchone()
                prints[seq] = fingerprint(row[0] if row else None)
            staged = [(runs[one.code], one, members[0], members[1:]) for one, members in named if one.code in runs]
            insert(sqlite, staged, prints)
            found = {(members[0], one.code, one.rule) for one, members in named}
            gone = {row[1:] for row in old} - found
            edited = "insert or ignore into mended select ?1, ?2, ?3 from state where example = ?1 and body is not null"
            sqlite.executemany(edited, sorted(gone))
            sqlite.executemany("delete from mended where example = ? and code = ? and rule = ?", sorted(found))
            for code in codes:
                if ignores(sqlite, code):
                    settle(sqlite, code, tuple(seqs))

    def tied(self, seq: int, code: str) -> list[int]:
        """The examples that a code's findings name together with this one, itself included; empty without any."""
        rows = self._connection.rows(
            "select distinct o.example from member m join finding f on f.id = m.finding join code c on c.code = f.code "
            "and c.run = f.run join member o on o.finding = f.id where m.example = ? and f.code = ? order by o.example",
            (seq, code),
        )
        return [row[0] for row in rows]

    def usual(self, learner: str, key: bytes = b"", at_least: int = 1) -> bytes | None:
        """What the last run has learned to be usual in a group of at least so many; without `key` in the whole set."""
        found: bytes | None = self._connection.value(
            "select body from usual where learner = ? and key = ? and (size >= ? or key = x'')",
            (learner, key, at_least),
        )
        return found

    def clusters(self, kind: str | None = None) -> list[list[int]]:
        """The examples that standing edges tie together, each cluster sorted, by their first member."""
        parent: dict[int, int] = {}

        def root(seq: int) -> int:
            while parent.setdefault(seq, seq) != seq:
                parent[seq] = parent[parent[seq]]
                seq = parent[seq]
            return seq

        for left, right in self._connection.rows(
            "select d.left, d.right from edge d join code c on c.code = d.code and c.run = d.run where ?1 is null or "
            "(d.kind = ?1 and not exists (select 1 from ignored i where ?1 = 'conflict' and i.subject = d.code and "
            "i.score is null and i.example = 0))",
            (kind,),
        ):
            a, b = root(left), root(right)
            parent[max(a, b)] = min(a, b)
        clusters: dict[int, list[int]] = {}
        for seq in sorted(set(parent) - self._examples.hidden()):
            clusters.setdefault(root(seq), []).append(seq)
        return [cluster for cluster in clusters.values() if len(cluster) > 1]
