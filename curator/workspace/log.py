"""The event log: every change, in order, with who made it; undo and redo without end."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.errors import ConflictError, UndoRefusedError, WorkspaceError
from curator.model import ROUTES, SPLITS, STATUSES, ActorKind, Event
from curator.workspace import adjudicating
from curator.workspace.adjudicating import ADJUDICATED
from curator.workspace.bulk import BulkStore
from curator.workspace.bulk_undo import invert
from curator.workspace.connection import Connection, Statements, decoding
from curator.workspace.events import COLUMNS, event_of, events_of, label, word_of
from curator.workspace.fields import check_field
from curator.workspace.followers import Followers
from curator.workspace.ignoring import SET_ASIDE, SetAside
from curator.workspace.renaming import RENAME
from curator.workspace.state import GIVEN_UP, StateTables, is_text, same, to_json
from curator.workspace.stating import STATED, Stated


class Change(Struct, frozen=True):
    """A change that is asked for. `seq` is the example's; `revision` is the text revision that was seen."""

    seq: int
    field: str
    after: Any
    revision: int | None = None


class Saved(Struct, frozen=True):
    """What a commit stored: the number of its last event (0 when nothing changed), its batch, how many changes."""

    seq: int
    batch: str
    changes: int


class Undone(Struct, frozen=True):
    """An operation that was undone or redone, the examples it touched, and those whose text it changed."""

    batch: str
    label: str
    seqs: tuple[int, ...]
    edited: tuple[int, ...]
    saved: Saved


def check_value(change: Change) -> None:
    """Raises `WorkspaceError` when a value is none that its field can take."""
    allowed: dict[str, tuple[Any, ...]] = {"status": STATUSES, "route": ROUTES, "split": (*SPLITS, None)}
    if change.field in allowed:
        if change.after not in allowed[change.field]:
            known = ", ".join(str(value) for value in allowed[change.field] if value is not None)
            raise WorkspaceError(f"{change.field}: {change.after!r} is not one of {known}.")
    elif change.field == "labels":
        if not isinstance(change.after, dict) or not all(isinstance(name, str) for name in change.after):
            raise WorkspaceError("labels: must be a mapping from a label's name to its value.")
        if not _storable(change.after):
            raise WorkspaceError(f"labels: {change.after!r} holds what is no JSON. Use text, numbers or yes/no.")
    elif change.field == ADJUDICATED:
        adjudicating.check_value(change.after)
        if not _storable(change.after):
            raise WorkspaceError("adjudicated: holds what is no JSON. Use text, numbers or yes/no.")
    else:
        if change.field != "note":
            check_field(change.field)
        if not isinstance(change.after, str):
            raise WorkspaceError(f"{change.field}: must be text, not {type(change.after).__name__}.")
        try:
            change.after.encode()
        except UnicodeEncodeError as error:
            raise WorkspaceError(
                f"{change.field}: character {error.start} is a lone surrogate, which is no text."
            ) from error


def _storable(value: Any) -> bool:
    """Whether a value comes back from the log as it went in."""
    try:
        return bool(msgspec.json.decode(to_json(value)) == value)
    except (TypeError, ValueError):
        return False


class EventLog:
    """Records changes; every change is one event, every operation of a person one batch."""

    def __init__(self, connection: Connection, followers: Followers) -> None:
        self._connection = connection
        self._followers = followers
        self.many = BulkStore(connection)

    def record(
        self, changes: Iterable[Change], *, actor: str, kind: ActorKind = "person", batch: str | None = None
    ) -> Saved:
        """Stores changes as one operation in one transaction. When this returns they survive a power cut.

        Saying again what already stands is no event. Raises `ConflictError` when a text was changed
        since the revision that was seen, `WorkspaceError` for an unknown field or value. A `batch` is recorded once.
        """
        batch = batch or uuid.uuid4().hex
        asked = list(changes)  # a generator may itself read or write the workspace: not inside the transaction
        saved: Saved | None = None
        try:
            with self._connection.write() as sqlite:
                if sqlite.execute("select 1 from event where batch = ? limit 1", (batch,)).fetchone():
                    raise WorkspaceError(f"the operation {batch} is recorded already. Give a new one another name.")
                saved = self._record(sqlite, asked, actor, kind, batch)
        except WorkspaceError:
            if saved is None or not self._landed(batch):
                raise
        return saved

    def _landed(self, batch: str) -> bool:
        """Whether a commit that failed is there all the same: its outcome is unknown until it is looked up."""
        return self._connection.value("select 1 from event where batch = ? limit 1", (batch,)) is not None

    def _record(self, sqlite: Statements, changes: Iterable[Change], actor: str, kind: ActorKind, batch: str) -> Saved:
        tables = StateTables(sqlite)
        first: Event | None = None
        last = size = 0
        examples: set[int] = set()
        words: dict[str, None] = {}
        seen: dict[int, int] = {}
        for change in changes:
            check_value(change)
            tables.require(change.seq)
            before = tables.current(change.seq, change.field, actor)
            self._refuse_stale(tables, change, before, seen)
            if tables.says_nothing(change.seq, change.field, before, change.after):
                continue
            event = self._append(
                sqlite,
                Event(
                    seq=0,
                    op=f"{batch}-{size}",
                    batch=batch,
                    actor_kind=kind,
                    actor=actor,
                    at=_now(),
                    version=curator.__version__,
                    field=change.field,
                    before=before,
                    after=change.after,
                    example=change.seq,
                ),
            )
            tables.apply(event)
            self._followers.follow(sqlite, event)
            first, last, size = first or event, event.seq, size + 1
            examples.add(change.seq)
            words[word_of(event)] = None
        if first is not None:
            tables.operate(batch, actor, kind, last, size, label(first, words, len(examples)), None)
        return Saved(seq=last, batch=batch, changes=size)

    @staticmethod
    def _refuse_stale(tables: StateTables, change: Change, before: Any, seen: dict[int, int]) -> None:
        if change.revision is None:
            if is_text(change.field):
                raise WorkspaceError(f"{change.field}: an edit must name the revision of the text that it saw.")
            return
        # Another edit of the example in this very operation moves its revision on: that is no conflict.
        revision = seen.setdefault(change.seq, tables.body(change.seq)[1])
        if revision != change.revision:
            raise ConflictError(
                f"#{change.seq} {change.field}: somebody changed it since you opened it. Theirs: "
                f"{before!r}. Yours: {change.after!r}. Open it again and decide."
            )

    @staticmethod
    def _append(sqlite: Statements, event: Event) -> Event:
        sqlite.execute(
            "insert into event(op, batch, actor_kind, actor, at, version, field, before, after, example, source, "
            "undoes) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.op,
                event.batch,
                event.actor_kind,
                event.actor,
                event.at,
                event.version,
                event.field,
                to_json(event.before),
                to_json(event.after),
                event.example,
                event.source,
                event.undoes,
            ),
        )
        return msgspec.structs.replace(event, seq=sqlite.last_insert_rowid())

    def note(self, sqlite: Statements, *, field: str, source: str, after: Any, actor: str) -> int:
        """Adds the one event of an import, inside the import's own transaction. Returns its number."""
        return self._note(sqlite, field=field, source=source, after=after, actor=actor, kind="import")

    def _note(
        self, sqlite: Statements, *, field: str, source: str | None, after: Any, actor: str, kind: ActorKind
    ) -> int:
        batch = uuid.uuid4().hex
        event = self._append(
            sqlite,
            Event(
                seq=0,
                op=f"{batch}-0",
                batch=batch,
                actor_kind=kind,
                actor=actor,
                at=_now(),
                version=curator.__version__,
                field=field,
                after=after,
                source=source,
            ),
        )
        tables = StateTables(sqlite)
        tables.apply(event)
        tables.operate(batch, actor, kind, event.seq, 1, label(event, [word_of(event)], 1), None)
        return event.seq

    def set_aside(self, asked: Iterable[SetAside], *, actor: str) -> Saved:
        """Ignores checks, rules or findings, sets thresholds, or lifts that, as one step. Raises `WorkspaceError`."""
        return self._say(asked, actor)

    def state(self, asked: Iterable[Stated], *, actor: str) -> Saved:
        """States what holds of the whole set, or takes it back, as one operation. Raises `WorkspaceError`."""
        return self._say(asked, actor)

    def _say(self, asked: Iterable[SetAside] | Iterable[Stated], actor: str) -> Saved:
        batch, at = uuid.uuid4().hex, _now()
        first: Event | None = None
        words: dict[str, None] = {}
        examples: set[int | None] = set()
        last = size = 0
        with self._connection.write() as sqlite:
            tables = StateTables(sqlite)
            for one in asked:
                one.check()
                event = Event(
                    seq=0,
                    op=f"{batch}-{size}",
                    batch=batch,
                    actor_kind="person",
                    actor=actor,
                    at=at,
                    version=curator.__version__,
                    field=one.field,
                    after=one.value(actor, at),
                    example=one.example,
                    source=one.subject,
                )
                event = msgspec.structs.replace(event, before=tables.stands(event, actor))
                if event.before == event.after or (isinstance(one, Stated) and one.says_again(event.before)):
                    continue
                event = self._append(sqlite, event)
                tables.apply(event)
                self._followers.follow(sqlite, event)
                first, last, size = first or event, event.seq, size + 1
                words[word_of(event)] = None
                examples.add(event.example)
            if first is not None:
                tables.operate(batch, actor, "person", last, size, label(first, words, len(examples)), None)
        return Saved(seq=last, batch=batch, changes=size)

    def undo(self, actor: str) -> Undone | None:
        """Takes back this reviewer's last operation by appending its inverse. None when there is nothing left.

        Raises `ConflictError`, with both versions, when somebody has changed one of its fields since.
        """
        return self._invert(actor, "done")

    def redo(self, actor: str) -> Undone | None:
        """Does again what was undone last, until a new change is made. None when there is nothing to redo."""
        return self._invert(actor, "undone")

    def pass_over(self, actor: str) -> str | None:
        """Gives up undoing this reviewer's last operation, so that the ones before it can be undone.

        For an operation whose undo is refused because somebody changed the same field since. Nothing that stands
        changes. Returns what was given up, in words; None when there is nothing.
        """
        with self._connection.write() as sqlite:
            row = sqlite.execute(
                "select batch, label from operation where actor = ? and standing = 'done' order by last desc limit 1",
                (actor,),
            ).fetchone()
            if row is None:
                return None
            self._note(sqlite, field=GIVEN_UP, source=None, after=row[0], actor=actor, kind="person")
        return str(row[1])

    def next_undo(self, actor: str) -> str:
        """What `undo` would take back, in words; empty when nothing."""
        return str(
            self._connection.value(
                "select label from operation where actor = ? and standing = 'done' order by last desc limit 1",
                (actor,),
            )
            or ""
        )

    def _invert(self, actor: str, standing: str) -> Undone | None:
        undone: Undone | None = None
        try:
            with self._connection.write() as sqlite:
                undone = self._append_inverse(sqlite, actor, standing)
        except WorkspaceError:
            if undone is None or not self._landed(undone.saved.batch):
                raise
        return undone

    def _append_inverse(self, sqlite: Statements, actor: str, standing: str) -> Undone | None:
        row = sqlite.execute(
            "select batch, label from operation where actor = ? and standing = ? order by last desc limit 1",
            (actor, standing),
        ).fetchone()
        if row is None:
            return None
        target, words = row
        source = target
        if standing == "undone":
            source = sqlite.execute(
                "select batch from operation where undoes = ? order by last desc limit 1", (target,)
            ).fetchone()[0]
        tables = StateTables(sqlite)
        kind = sqlite.execute("select actor_kind from operation where batch = ?", (target,)).fetchone()[0]
        batch, seqs, edited, last, size = uuid.uuid4().hex, dict[int, None](), dict[int, None](), 0, 0
        if (swept := invert(sqlite, source, batch, actor)) is not None:
            tables.operate(batch, actor, kind, swept.last, swept.size, words, target)
            return Undone(target, words, swept.examples, (), Saved(swept.last, batch, swept.size))
        for old in events_of(sqlite, "where batch = ? order by seq desc", (source,)):
            example = old.example
            if example is None and old.field not in (*SET_ASIDE, *STATED, RENAME):
                continue
            current = tables.stands(old, actor)
            if not same(current, old.after):
                about = old.source if example is None else f"#{example}"
                raise UndoRefusedError(
                    f"{about} {old.field}: was changed since. Now: {current!r}. Undoing would write: "
                    f"{old.before!r}. Change it by hand if you mean it, or leave it and undo what came before: "
                    "curator undo --skip.",
                    versions=(str(current), str(old.before)),
                )
            event = self._append(
                sqlite,
                Event(
                    seq=0,
                    op=f"{batch}-{size}",
                    batch=batch,
                    actor_kind=old.actor_kind,
                    actor=actor,
                    at=_now(),
                    version=curator.__version__,
                    field=old.field,
                    before=old.after,
                    after=old.before,
                    example=example,
                    source=old.source,
                    undoes=old.seq,
                ),
            )
            tables.apply(event)
            self._followers.follow(sqlite, event)
            if example is not None:
                seqs[example] = None
            if example is not None and is_text(event.field):
                edited[example] = None
            last, size = event.seq, size + 1
        tables.operate(batch, actor, kind, last, size, words, target)
        saved = Saved(seq=last, batch=batch, changes=size)
        return Undone(batch=target, label=words, seqs=tuple(seqs), edited=tuple(edited), saved=saved)

    def history(self, example: int) -> list[Event]:
        """Every event of one example, oldest first."""
        return _read(self._connection, "where example = ? order by seq", (example,))

    def tail(self, count: int = 50) -> list[Event]:
        """The newest events, newest first."""
        return _read(self._connection, "order by seq desc limit ?", (count,))

    def last_seq(self) -> int:
        """The number of the newest event, 0 when there is none."""
        return int(self._connection.value("select coalesce(max(seq), 0) from event"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _read(connection: Connection, where: str, parameters: tuple[Any, ...]) -> list[Event]:
    with decoding(connection.path):
        return [event_of(row) for row in connection.rows(f"select {COLUMNS} from event {where}", parameters)]
