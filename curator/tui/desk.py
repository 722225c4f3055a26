"""The workspace as review and the screens want it: the only place here that calls its stores."""

import asyncio
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from curator.ends import with_its_end
from curator.errors import SettingsError, WorkspaceError
from curator.model import Entry, Event
from curator.query import Query, parse
from curator.rows import Card, Turned
from curator.settings import Settings, load
from curator.tui.jobs import Jobs
from curator.workspace import Change, StoredFinding, Undone, Workspace

if TYPE_CHECKING:
    from curator.operations.ground import Passage

T = TypeVar("T")


class WorkspaceDesk:
    """One reviewer's view of one workspace. For one thread: a worker opens its own."""

    def __init__(self, workspace: Workspace, reviewer: str, settings: Settings | None = None) -> None:
        self.workspace = workspace
        self.reviewer = reviewer
        self.settings = settings or Settings()
        self.jobs = Jobs(workspace.path)
        self._file = _identity(workspace.path)
        self.saved = 0
        """The last event that a place has stored with this desk: the queue lies under it and says so."""
        self.relabelled: Callable[[Settings], None] | None = None
        """Is told the settings when labels are called otherwise, by an undo."""

    def seqs(self, where: str) -> "array[int]":
        """The numbers of the examples that a filter selects, in its order. Raises `QueryError`."""
        return self.workspace.examples.ids(self.query(where))

    @staticmethod
    def query(where: str) -> Query | None:
        """The parsed filter; None for everything."""
        return parse(where) if where.strip() else None

    def count(self, where: str) -> int:
        """How many examples a filter selects. Raises `QueryError`."""
        return self.workspace.examples.count(self.query(where))

    def tally(self) -> tuple[int, int]:
        """How many examples there are, and how many of them are pending."""
        total = self.count("")
        return total, total - len(self.decided())

    def decided(self) -> "array[int]":
        """The numbers of all examples that somebody has decided: by a status, or by a route to RAG."""
        return self.workspace.examples.decided()

    def cards(self, seqs: Sequence[int]) -> list[Card]:
        """The examples with the severities found in them."""
        found = self.workspace.findings.severities(seqs)
        return [Card(entry, found.get(entry.seq, ())) for entry in self.workspace.examples.entries(seqs)]

    def findings(self, seq: int) -> list[StoredFinding]:
        """What was found in one example, worst first."""
        return self.workspace.findings.of(seq)

    def checked(self) -> bool:
        """Whether any check was ever run here: without one, no finding does not mean that all is well."""
        return self.workspace.checked()

    def entry(self, seq: int) -> Entry:
        """One example as it stands now."""
        return self.workspace.examples.entry(seq)

    def record(self, seq: int, changes: Mapping[str, Any]) -> int:
        """One commit for one example; durable when it returns."""
        self.in_place()
        return self.workspace.log.record(
            [Change(seq, field, value) for field, value in changes.items()], actor=self.reviewer
        ).seq

    def save_text(
        self, seq: int, texts: Mapping[str, str], revision: int, status: str | None, route: str | None = None
    ) -> int:
        """Store edited texts, and a status or a route with them, as one operation. Raises `ConflictError`."""
        self.in_place()
        whole = with_its_end(self.entry(seq).example, texts)
        changes = [Change(seq, field, text, revision) for field, text in whole.items()]
        if status is not None:
            changes.append(Change(seq, "status", status))
        if route is not None:
            changes.append(Change(seq, "route", route))
        return self.workspace.log.record(changes, actor=self.reviewer).seq

    def undo(self) -> Turned | None:
        """Take back the reviewer's last operation. Raises `ConflictError`."""
        self.in_place()
        return self._turned(self.workspace.log.undo(self.reviewer))

    def redo(self) -> Turned | None:
        """Do it again. Raises `ConflictError`."""
        self.in_place()
        return self._turned(self.workspace.log.redo(self.reviewer))

    def pass_over(self) -> str | None:
        """Give up undoing the last operation; what it was, in words."""
        self.in_place()
        return self.workspace.log.pass_over(self.reviewer)

    def _turned(self, done: Undone | None) -> Turned | None:
        if done is None:
            return None
        if not done.seqs:
            return self._labels_turned(done)
        events = self.workspace.log.history(done.seqs[0])
        edited = any(
            event.batch == done.saved.batch and event.field.startswith(("messages[", "alternatives["))
            for event in events
        )
        return Turned(done.label, done.seqs, done.saved.seq, edited)

    def _labels_turned(self, done: Undone) -> Turned:
        from curator.operations.relabel import followed  # what was about no example may be what labels there are

        done, relabelled = followed(self.workspace, done)
        if relabelled:
            self.read_labels()
        return Turned(done.label, (), done.saved.seq, relabelled=relabelled)

    def read_labels(self) -> None:
        """Take the labels over as curator.toml has them now. A file that is wrong changes nothing here."""
        if self.relabelled is not None:
            with suppress(SettingsError):
                self.relabelled(load(self.workspace.path.parent))

    def recheck(self, seqs: Sequence[int]) -> None:
        """Look again for what the checks of single examples find in edited texts. For a worker's thread."""
        from curator.operations.check import recheck  # loads the checks, which nobody needs before an edit

        recheck(self.workspace, *seqs)

    def passages(self, seq: int) -> "list[Passage]":
        """Passages of other examples that hold what this one states without a source. For a worker's thread."""
        from curator.operations.ground import candidates  # loads the word table

        return candidates(self.workspace, self.entry(seq))

    def weigh(self, entry: Entry, passage: str) -> tuple[tuple[str, ...], float]:
        """The facts that a passage leaves without a source, and how much of what is said it has. For a thread."""
        from curator.knowledge.grounded import with_passage
        from curator.knowledge.held import holds, missing

        return missing(with_passage(entry.example, passage)), holds(entry.example, passage)

    def next_undo(self) -> str:
        """What `undo` would take back, in words; empty when nothing."""
        return self.workspace.log.next_undo(self.reviewer)

    def history(self, seq: int) -> list[Event]:
        """What happened to one example, oldest first."""
        return self.workspace.log.history(seq)

    def draft(self, seq: int, field: str) -> str | None:
        """An edit that was never saved, or None."""
        return self.workspace.drafts.load(seq, field, self.reviewer)

    def keep_draft(self, seq: int, field: str, text: str) -> None:
        """Keep an unsaved edit through a crash."""
        self.workspace.drafts.save(seq, field, text, self.reviewer)

    def drop_draft(self, seq: int, field: str) -> None:
        """Forget an unsaved edit."""
        self.workspace.drafts.drop(seq, field, self.reviewer)

    def changed(self) -> bool:
        """Whether another process wrote since this was last asked."""
        self.in_place()
        return self.workspace.changed()

    def in_place(self) -> None:
        """Raises `WorkspaceError` when the file was replaced or moved: what is written now would be lost with it."""
        if _identity(self.workspace.path) != self._file:
            raise WorkspaceError(
                f"{self.workspace.path.name} was replaced or moved while it was open. Leave with q, open it again."
            )


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Errand:
    """A question asked in a thread, on a connection of its own; cancelled, it stops the query too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._workspace: Workspace | None = None

    async def ask(self, question: Callable[[WorkspaceDesk], T]) -> T:
        """What `question` returns. Raises what it raises."""
        try:
            return await asyncio.to_thread(self._run, question)
        except asyncio.CancelledError:
            if self._workspace is not None:
                self._workspace.interrupt()
            raise

    def _run(self, question: Callable[[WorkspaceDesk], T]) -> T:
        with Workspace.open(self._path) as workspace:
            self._workspace = workspace
            try:
                return question(WorkspaceDesk(workspace, ""))
            finally:
                self._workspace = None
