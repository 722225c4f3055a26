"""A run of checks on its way into the store: invisible until it finished, then in place of the earlier findings."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from curator.errors import WorkspaceError
from curator.model import Finding
from curator.workspace.connection import Connection, Statements
from curator.workspace.examples import ExampleStore
from curator.workspace.followers import refresh_stale, split_moved
from curator.workspace.state import fingerprint

#: Findings that one transaction stores.
SLICE = 2_000

_encode = msgspec.json.Encoder().encode

#: What no code stands on any more.
_REPLACED = (
    "exists (select 1 from run where id = {table}.run and standing = 1) and not exists (select 1 from code where "
    "code.code = {table}.code and code.run = {table}.run)"
)
#: What a run that was killed has left; one of today may still be going on in another process.
_LEFT_BEHIND = "run in (select id from run where standing = 0 and at < ?1)"


#: A finding on its way into the store: its run, the finding, its example, and the examples that are related.
Staged = tuple[int, Finding, int | None, Sequence[int]]
#: What is usual in a group: who learned it, the group's key (empty for the whole set), its size, the summary.
Usual = tuple[str, bytes, int, bytes]


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
        self._usual: Sequence[Usual] = ()
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

    def keep(self, usual: Sequence["Usual"]) -> None:
        """What the run has learned to be usual: it stands with the findings, in place of what was known before."""
        self._usual = usual

    def _require(self, code: str) -> None:
        if code not in self.codes:
            raise WorkspaceError(
                f"{code}: is no code of this run, so nobody would see it. Name it when the run begins."
            )

    def finish(self) -> list[int]:
        """Makes the run stand. What was edited, or got another split, while it ran is marked stale.

        Returns the examples whose text was edited meanwhile.
        """
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
        edited = self._connection.rows("select example from state where revision > ? order by example", (self._seen,))
        return [row[0] for row in edited]

    def _commit(self) -> None:
        with self._connection.write() as sqlite:
            sqlite.execute("update run set standing = 1 where id = ?", (self.number,))
            sqlite.executemany(
                "insert or replace into code values (?, ?, ?, ?)",
                ((code, self.number, severity, name) for code, (severity, name) in self._codes.items()),
            )
            for learner in {row[0] for row in self._usual}:
                sqlite.execute("delete from usual where learner = ?", (learner,))
            sqlite.executemany("insert into usual values (?, ?, ?, ?)", self._usual)
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
        "insert into finding(id, run, code, example, message, score, evidence, fix, rule) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                finding.rule,
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
