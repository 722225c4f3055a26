"""The workspace: one SQLite file that holds the examples, what was found in them and what people decided."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from curator.errors import WorkspaceError
from curator.workspace import schema, snapshots, verify
from curator.workspace.connection import Connection, open_connection
from curator.workspace.counts import CountStore
from curator.workspace.drafts import DraftStore
from curator.workspace.events import judge_anew
from curator.workspace.examples import ExampleStore
from curator.workspace.findings import FindingCount, FindingStore
from curator.workspace.followers import Followers
from curator.workspace.judgements import JudgementStore
from curator.workspace.labels import LabelStore
from curator.workspace.log import EventLog
from curator.workspace.past import PastStore
from curator.workspace.sources import SourceInfo, SourceStore
from curator.workspace.stating import StatedStore
from curator.workspace.words import WordIndex


class Summary(Struct, frozen=True):
    """A workspace in numbers."""

    examples: int
    by_status: dict[str, int]
    by_route: dict[str, int]
    by_split: dict[str, int]
    edited: int
    findings: list[FindingCount]
    sources: list[SourceInfo]
    last_event: int


class Workspace:
    """An open workspace. Use it from one thread; another thread or process opens its own."""

    def __init__(self, connection: Connection) -> None:
        self.path = connection.path
        self._connection = connection
        self.examples = ExampleStore(connection)
        self.log = EventLog(connection, Followers())
        self.findings = FindingStore(connection, self.examples)
        self.sources = SourceStore(connection, self.log)
        self.counts = CountStore(connection, self.examples)
        self.labels = LabelStore(connection)
        self.past = PastStore(connection)
        self.judgements = JudgementStore(connection)
        self.drafts = DraftStore(connection)
        self.stated = StatedStore(connection)
        self.words = WordIndex(connection)
        self._data_version = connection.value("pragma data_version")

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Opens a workspace that exists, brought up to date after a snapshot. Raises `WorkspaceError`."""
        return cls(_current(*open_connection(Path(path))))

    @classmethod
    def create(cls, path: Path | str) -> Self:
        """Makes a new workspace. Raises `WorkspaceError` when the file exists."""
        if Path(path).exists():
            raise WorkspaceError(f"{path}: exists already. Name another file, or open this one.")
        return cls.open_or_create(path)

    @classmethod
    def open_or_create(cls, path: Path | str) -> Self:
        """Opens a workspace, or makes it where there is none yet."""
        return cls(_current(*open_connection(Path(path), create=True)))

    def close(self) -> None:
        """Closes the file."""
        self.sources.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def changed(self) -> bool:
        """Whether another connection has committed something since this was last asked."""
        version = self._connection.value("pragma data_version")
        moved = version != self._data_version
        self._data_version = version
        return bool(moved)

    def moment(self) -> AbstractContextManager[None]:
        """Everything read inside is of one moment, whatever others commit meanwhile. Nothing is written inside."""
        return self._connection.snapshot()

    def checked(self) -> bool:
        """Whether a check has ever been run here to its end."""
        return self._connection.value("select 1 from code limit 1") is not None

    def interrupt(self) -> None:
        """Stops the query that another thread runs on this workspace; it raises `WorkspaceError`."""
        self._connection.interrupt()

    def verify(self) -> list[str]:
        """Builds all that is derived from the log again and says what differs; empty when nothing does."""
        return verify.differences(self._connection)

    def backup(self, destination: Path | str) -> None:
        """Writes a consistent copy, also while others work. Never overwrites."""
        snapshots.copy_to(self._connection, Path(destination))

    def snapshot(self, reason: str) -> Path:
        """Copies the workspace beside itself before something large is done; the newest few copies are kept."""
        return snapshots.take(self._connection, reason)

    def status(self) -> Summary:
        """The workspace in numbers, all of one moment."""
        with self._connection.snapshot():
            return self._summary()

    def _summary(self) -> Summary:
        total = self.examples.count()
        hidden = "where example not in (select seq from absent where retired = 1)"
        by_status = self._group("status", hidden)
        by_route = self._group("route", hidden)
        by_status["pending"] = total - sum(n for status, n in by_status.items() if status != "pending")
        by_route["train"] = total - by_route.get("rag", 0)
        return Summary(
            examples=total,
            by_status=by_status,
            by_route=by_route,
            by_split=self._group("split", hidden),
            edited=int(self._connection.value(f"select count(*) from state {hidden} and body is not null")),
            findings=self.findings.counts(),
            sources=list(self.sources.list()),
            last_event=self.log.last_seq(),
        )

    def _group(self, column: str, hidden: str) -> dict[str, int]:
        return {
            row[0]: row[1]
            for row in self._connection.rows(
                f"select {column}, count(*) from state {hidden} and {column} is not null group by {column}"
            )
        }


def _current(connection: Connection, version: int) -> Connection:
    """The connection, once its file has the newest schema; a file that had an older one was copied first."""
    if version < schema.VERSION:
        try:
            if version:
                snapshots.take(connection, f"before-schema-{schema.VERSION}")
            _migrate(connection)
        except BaseException:
            connection.abandon()
            raise
    return connection


def _migrate(connection: Connection) -> None:
    """Runs the migrations that are missing, all in one transaction."""
    with connection.write() as sqlite:
        version = int(sqlite.execute("pragma user_version").fetchone()[0])  # another process may have been first
        for number, migration in enumerate(schema.MIGRATIONS[version:], start=version + 1):
            migration(connection.sqlite)
            sqlite.execute(f"pragma user_version = {number}")
        if version < schema.JUDGED_ANEW:
            judge_anew(sqlite)
        sqlite.execute(f"pragma application_id = {schema.APPLICATION_ID}")
