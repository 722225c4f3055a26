"""A run of checks on its way into the store: invisible until it finished, then in place of the earlier findings."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec

from curator.errors import WorkspaceError
from curator.model import JUDGED, Finding
from curator.workspace import ignoring
from curator.workspace.connection import Connection, Statements
from curator.workspace.examples import CHUNK, ExampleStore
from curator.workspace.followers import refresh_stale, split_moved
from curator.workspace.identity import ensure, id_of, key_of, parse_id
from curator.workspace.state import fingerprint

#: Findings that one transaction stores.
SLICE = 2_000

_FIND = (
    "select e.digest, e.copy, i.seq from identity i join example e on e.seq = i.seq where i.key in ({keys}) "
    "and e.load in (select id from load where standing = 1)"
)

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
        self._usual: Sequence[Usual] = ()
        self._open = True
        self.codes = frozenset(codes)

    def add(self, findings: Iterable[Finding]) -> int:
        """Stores findings, in slices. Returns how many.

        Raises `WorkspaceError` when an example is not of this workspace or a code not of this run.
        """
        given = iter(findings)
        count = 0
        while part := list(islice(given, SLICE)):
            for finding in part:
                self._require(finding.code)
            seqs = self._seqs_of({name for finding in part for name in (finding.example_id, *finding.related) if name})
            self._store(
                [
                    (
                        self.number,
                        finding,
                        None if finding.example_id is None else seqs[finding.example_id],
                        [seqs[related] for related in finding.related],
                    )
                    for finding in part
                ]
            )
            count += len(part)
        return count

    def _seqs_of(self, example_ids: AbstractSet[str]) -> dict[str, int]:
        """The numbers of these examples: asked for together, each takes a fifth of the time."""
        ensure(self._connection)
        keys = [key_of(parse_id(example_id)[0]) for example_id in example_ids]
        seqs: dict[str, int] = {}
        for start in range(0, len(keys), CHUNK):
            part = tuple(keys[start : start + CHUNK])
            found = self._connection.rows(_FIND.format(keys=", ".join("?" * len(part))), part)
            seqs.update((id_of(digest, copy), seq) for digest, copy, seq in found)
        for example_id in example_ids - seqs.keys():
            seqs[example_id] = self._examples.seq_of(example_id)
        return seqs

    def _store(self, pending: Sequence[Staged]) -> None:
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
                sqlite.execute(f"delete from code where run != ? and code not glob '{JUDGED}*'", (self.number,))
            for (example,) in sqlite.execute("select example from state where revision > ?", (self._seen,)).fetchall():
                refresh_stale(sqlite, example)
            for (example,) in sqlite.execute(
                "select distinct example from event where seq > ? and field = 'split'", (self._seen,)
            ).fetchall():
                split_moved(sqlite, example)
            for code in ignoring.codes(sqlite):
                if code in self.codes:
                    ignoring.settle(sqlite, code)

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
