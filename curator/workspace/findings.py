"""What checks have found. A run is invisible until it finished; then it replaces the findings of its codes only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.errors import WorkspaceError
from curator.model import Finding, Fix, Span
from curator.query import Query
from curator.workspace.connection import Connection, Statements, decoding
from curator.workspace.examples import CHUNK, ExampleStore
from curator.workspace.followers import refresh_stale, split_moved
from curator.workspace.identity import id_of
from curator.workspace.state import fingerprint

#: Findings that one transaction stores.
SLICE = 2_000

_encode = msgspec.json.Encoder().encode
_spans = msgspec.json.Decoder(tuple[Span, ...])
_fix = msgspec.json.Decoder(Fix)
_COLUMNS = "f.id, f.code, f.example, f.message, f.score, f.evidence, f.fix, f.stale, c.severity, c.name"
_FROM = "from finding f join code c on c.code = f.code and c.run = f.run"


#: What no code stands on any more.
_REPLACED = (
    "exists (select 1 from run where id = {table}.run and standing = 1) and not exists (select 1 from code where "
    "code.code = {table}.code and code.run = {table}.run)"
)
#: What a run that was killed has left; one of today may still be going on in another process.
_LEFT_BEHIND = "run in (select id from run where standing = 0 and at < ?1)"


class StoredFinding(Struct, frozen=True):
    """A finding with its check's severity and name, its example's number, and whether its text was changed since."""

    finding: Finding
    severity: str
    check: str
    stale: bool
    seq: int | None
    related: tuple[int, ...] = ()


class FindingCount(Struct, frozen=True):
    """How much stands under a code: findings, and the examples that they are about."""

    code: str
    check: str
    severity: str
    findings: int
    examples: int


#: A finding on its way into the store: its run, the finding, its example, and the examples that are related.
Staged = tuple[int, Finding, int | None, Sequence[int]]


class Run:
    """One run of checks, staged. `finish` makes it stand in one commit; `abandon` leaves nothing."""

    def __init__(
        self,
        connection: Connection,
        examples: ExampleStore,
        number: int,
        codes: Mapping[str, tuple[str, str]],
        seen: int,
        whole: bool,
    ) -> None:
        self._connection = connection
        self._examples = examples
        self.number = number
        self._codes = codes
        self._seen = seen
        self._whole = whole
        self._prints = {
            row[0]: fingerprint(row[1])
            for row in connection.rows("select example, body from state where body is not null")
        }
        self._seqs: dict[str, int] = {}
        self._open = True
        self.codes = frozenset(codes)

    def _seq(self, example_id: str) -> int:
        seq = self._seqs.get(example_id)
        if seq is None:
            if len(self._seqs) > 100_000:
                self._seqs.clear()
            seq = self._seqs[example_id] = self._examples.seq_of(example_id)
        return seq

    def add(self, findings: Iterable[Finding]) -> int:
        """Stores findings, in slices. Returns how many.

        Raises `WorkspaceError` when an example is not of this workspace or a code not of this run.
        """
        pending: list[Staged] = []
        count = 0
        for finding in findings:
            self._require(finding.code)
            seq = None if finding.example_id is None else self._seq(finding.example_id)
            pending.append((self.number, finding, seq, [self._seq(related) for related in finding.related]))
            count += 1
            if len(pending) >= SLICE:
                self._store(pending)
                pending = []
        self._store(pending)
        return count

    def _store(self, pending: Sequence[Staged]) -> None:
        if pending:
            with self._connection.write() as sqlite:
                insert(sqlite, pending, self._prints)

    def add_edges(self, edges: Iterable[tuple[int, int, str, str]]) -> None:
        """Stores edges between examples: left, right, kind (same, similar, conflict), and the code that drew them."""
        rows = [(self.number, code, kind, left, right) for left, right, kind, code in edges]
        for code in {row[1] for row in rows}:
            self._require(code)
        for start in range(0, len(rows), 5 * SLICE):
            with self._connection.write() as sqlite:
                sqlite.executemany("insert into edge values (?, ?, ?, ?, ?)", rows[start : start + 5 * SLICE])

    def _require(self, code: str) -> None:
        if code not in self.codes:
            raise WorkspaceError(
                f"{code}: is no code of this run, so nobody would see it. Name it when the run begins."
            )

    def finish(self) -> None:
        """Makes the run stand. What was edited, or got another split, while it ran is marked stale."""
        try:
            self._commit()
        except WorkspaceError:
            # A failed commit may still have landed: the outcome is unknown until it is looked up.
            if not self._connection.value("select standing from run where id = ?", (self.number,)):
                raise
        self._open = False
        with suppress(WorkspaceError):  # it stands already; what it replaced is invisible and goes another time
            self._sweep(_REPLACED)
            yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="milliseconds")
            self._sweep(_LEFT_BEHIND, (yesterday,))

    def _commit(self) -> None:
        with self._connection.write() as sqlite:
            sqlite.execute("update run set standing = 1 where id = ?", (self.number,))
            sqlite.executemany(
                "insert or replace into code values (?, ?, ?, ?)",
                ((code, self.number, severity, name) for code, (severity, name) in self._codes.items()),
            )
            if self._whole:
                sqlite.execute("delete from code where run != ?", (self.number,))
            for (example,) in sqlite.execute("select example from state where revision > ?", (self._seen,)).fetchall():
                refresh_stale(sqlite, example)
            for (example,) in sqlite.execute(
                "select distinct example from event where seq > ? and field = 'split'", (self._seen,)
            ).fetchall():
                split_moved(sqlite, example)

    def abandon(self) -> None:
        """Leaves nothing of the run. Does nothing once it has finished."""
        if self._open:
            self._open = False
            self._sweep("run = ?1", (self.number,))
            with self._connection.write() as sqlite:
                sqlite.execute("delete from run where id = ?", (self.number,))

    def _sweep(self, gone: str, parameters: tuple[int | str, ...] = ()) -> None:
        """Deletes findings and edges in slices."""
        for table in ("finding", "edge"):
            while True:
                with self._connection.write() as sqlite:
                    condition = gone.format(table=table)
                    rows = sqlite.execute(
                        f"select {'id' if table == 'finding' else 'rowid'} from {table} where "
                        f"{condition} limit {SLICE}",
                        parameters,
                    ).fetchall()
                    if table == "finding":
                        sqlite.executemany("delete from member where finding = ?", rows)
                    sqlite.executemany(f"delete from {table} where rowid = ?", rows)
                if not rows:
                    break


def insert(sqlite: Statements, staged: Sequence[Staged], prints: Mapping[int, int]) -> None:
    """Stores findings with the texts that they were found in."""
    first = int(sqlite.execute("select coalesce(max(id), 0) + 1 from finding").fetchone()[0])
    sqlite.executemany(
        "insert into finding(id, run, code, example, message, score, evidence, fix) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                number,
                run,
                finding.code,
                seq,
                finding.message,
                finding.score,
                _encode(finding.evidence).decode(),
                None if finding.fix is None else _encode(finding.fix).decode(),
            )
            for number, (run, finding, seq, _) in enumerate(staged, start=first)
        ),
    )
    sqlite.executemany(
        "insert into member values (?, ?, ?)",
        (
            (number, member, prints.get(member, 0))
            for number, (_, _, seq, related) in enumerate(staged, start=first)
            for member in [*([] if seq is None else [seq]), *(other for other in related if other != seq)]
        ),
    )


class FindingStore:
    """The findings of a workspace, as the newest run of each code left them."""

    def __init__(self, connection: Connection, examples: ExampleStore) -> None:
        self._connection = connection
        self._examples = examples

    def begin_run(
        self, codes: Mapping[str, tuple[str, str]], options: Mapping[str, Any] | None = None, *, whole: bool = False
    ) -> Run:
        """Starts a run of these codes; `codes` maps each to its severity and its check's name.

        With `whole` they are all that there are: when it finishes, what other codes had found stands no more.
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
        )
        return StoredFinding(
            finding=finding,
            severity=row[8],
            check=row[9],
            stale=bool(row[7]),
            seq=row[2],
            related=tuple(seq for seq, _ in related),
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
        """The findings of several examples, worst first; examples without any are left out."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(seqs), CHUNK):
            chunk = tuple(seqs[start : start + CHUNK])
            rows += self._connection.rows(
                f"select {_COLUMNS} {_FROM} where f.example in ({', '.join('?' * len(chunk))}) order by f.stale, case "
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
        self, codes: Sequence[str] = (), query: Query | None = None, *, stale: bool = False
    ) -> Iterator[StoredFinding]:
        """Findings by code prefix or check name and by a query on their examples: those of the whole set first."""
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
            wanted += " and f.stale = 0"
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

    def replace_for(self, seq: int, codes: Sequence[str], findings: Sequence[Finding]) -> None:
        """Replaces the findings of one example under some codes, after its text was changed."""
        with self._connection.write() as sqlite:
            marks = ", ".join("?" * len(codes))
            old = sqlite.execute(
                f"select id from finding where example = ? and code in ({marks})", (seq, *codes)
            ).fetchall()
            sqlite.executemany("delete from member where finding = ?", old)
            sqlite.executemany("delete from finding where id = ?", old)
            row = sqlite.execute("select body from state where example = ?", (seq,)).fetchone()
            prints = {seq: fingerprint(row[0] if row else None)}
            runs = dict(sqlite.execute("select code, run from code").fetchall())
            insert(sqlite, [(runs[one.code], one, seq, ()) for one in findings if one.code in runs], prints)

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
            "d.kind = ?1",
            (kind,),
        ):
            a, b = root(left), root(right)
            parent[max(a, b)] = min(a, b)
        clusters: dict[int, list[int]] = {}
        for seq in sorted(set(parent) - self._examples.hidden()):
            clusters.setdefault(root(seq), []).append(seq)
        return [cluster for cluster in clusters.values() if len(cluster) > 1]
