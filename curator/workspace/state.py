"""What events add up to: the judgement of each reviewer, the standing state, the operations to undo.

The same code runs when an event is recorded and when `verify` replays all of them, so the two cannot differ.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from curator.errors import WorkspaceError
from curator.model import Event, Example
from curator.workspace import adjudicating, renaming, stating
from curator.workspace.adjudicating import ADJUDICATED
from curator.workspace.connection import Statements
from curator.workspace.fields import text_at, with_text
from curator.workspace.ignoring import SET_ASIDE, carry, stands
from curator.workspace.stating import STATED

#: The field of the event that says: this operation of mine is not to be undone any more.
GIVEN_UP = "give up undo"
JUDGEMENTS = ("status", "labels", "note", "route")
BLANK: dict[str, Any] = {"status": "pending", "labels": {}, "note": "", "route": "train"}

#: The number of a judgement is that of the newest of its fields.
SETTLE = f"update judgement set seq = max({', '.join(f'{field}_seq' for field in JUDGEMENTS)})"
_LAST = (
    "(select j.{0} from judgement j where j.example = state.example and j.{0}_seq > 0 order by j.{0}_seq desc limit 1)"
)
#: Makes each field stand as it was said last, whoever said it: who adds a note or a route to what another has accepted
#: takes nothing back. Who decided is who gave the status; while there is none, who said the rest.
STAND = f"""
update state set
    status = coalesce({_LAST.format("status")}, 'pending'), labels = coalesce({_LAST.format("labels")}, '{{}}'),
    note = coalesce({_LAST.format("note")}, ''), route = coalesce({_LAST.format("route")}, 'train'),
    reviewer = coalesce(
        (select case when j.status != 'pending' then j.reviewer end from judgement j where j.example = state.example
            and j.status_seq > 0 order by j.status_seq desc limit 1),
        (select j.reviewer from judgement j where j.example = state.example
            and (j.labels, j.note, j.route) is not ('{{}}', '', 'train') order by j.seq desc limit 1))
"""

_encode = msgspec.json.Encoder().encode
_sorted = msgspec.json.Encoder(order="deterministic").encode
_example = msgspec.json.Decoder(Example)


def to_json(value: Any) -> str:
    """A JSON value as it is stored in the log."""
    return _encode(value).decode()


def same(left: Any, right: Any) -> bool:
    """Whether two values are stored alike. For Python 1, 1.0 and True are equal; as labels they are not."""
    return _sorted(left) == _sorted(right)


def fingerprint(body: bytes | None) -> int:
    """What a finding was found in: 0 for the text as imported, else a hash of the edited example without metadata."""
    if body is None:
        return 0
    text = _encode(msgspec.structs.replace(_example.decode(body), metadata={}, source_split=None))
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big") + 1


def is_text(field: str) -> bool:
    """Whether a field is a text of the example; the others are judgements, the split and what is set aside."""
    return field not in (*JUDGEMENTS, ADJUDICATED, "split", *SET_ASIDE, *STATED)


def newest_in_effect(events: Sequence[tuple[int, int | None]]) -> int:
    """Of changes and what they undo, the newest first, the one that is in effect; 0 when none is."""
    undone: set[int] = set()
    for seq, undoes in events:
        if seq in undone:
            continue  # whatever it undid is in effect again
        if undoes is None:
            return seq
        undone.add(undoes)
    return 0


class StateTables:
    """The derived tables, kept in step with the log. Always used inside a write transaction."""

    def __init__(self, sqlite: Statements) -> None:
        self._sqlite = sqlite

    def judgement(self, example: int, reviewer: str) -> dict[str, Any]:
        """What this reviewer has decided about an example; the blank judgement when nothing."""
        row = self._sqlite.execute(
            "select status, labels, note, route from judgement where example = ? and reviewer = ?",
            (example, reviewer),
        ).fetchone()
        if row is None:
            return dict(BLANK)
        return {"status": row[0], "labels": msgspec.json.decode(row[1]), "note": row[2], "route": row[3]}

    def require(self, example: int) -> None:
        """Raises `WorkspaceError` unless the example exists and its import has finished.

        A number that is only being staged may be given to another example tomorrow: nothing may be said about it.
        """
        row = self._sqlite.execute(
            "select 1 from example e join load l on l.id = e.load where e.seq = ? and l.standing = 1", (example,)
        ).fetchone()
        if row is None:
            raise WorkspaceError(f"#{example}: there is no such example in this workspace.")

    def body(self, example: int) -> tuple[bytes, int]:
        """The standing text of an example and its revision. Raises `WorkspaceError` when it does not exist."""
        row = self._sqlite.execute(
            "select coalesce(s.body, e.body), coalesce(s.revision, 0) from example e left join state s "
            "on s.example = e.seq where e.seq = ?",
            (example,),
        ).fetchone()
        if row is None:
            raise WorkspaceError(f"#{example}: there is no such example in this workspace.")
        return row[0], row[1]

    def current(self, example: int, field: str, actor: str) -> Any:
        """The value of a field now: of this reviewer's judgement, or of the example for text and split."""
        if field in JUDGEMENTS:
            return self.judgement(example, actor)[field]
        if field == "split":
            row = self._sqlite.execute("select split from state where example = ?", (example,)).fetchone()
            return row[0] if row else None
        if field == ADJUDICATED:
            return adjudicating.stands(self._sqlite, example)
        return text_at(_example.decode(self.body(example)[0]), field)

    def says_nothing(self, example: int, field: str, before: Any, after: Any) -> bool:
        """Whether a reviewer who has said `before` adds nothing by saying `after`.

        Who says again what another has changed since means it to stand again. Not so behind an adjudication.
        """
        if not same(before, after):
            return False
        if field not in JUDGEMENTS or adjudicating.stands(self._sqlite, example) is not None:
            return True
        row = self._sqlite.execute(f"select {field} from state where example = ?", (example,)).fetchone()
        return row is None or same(msgspec.json.decode(row[0]) if field == "labels" else row[0], after)

    def stands(self, event: Event, actor: str) -> Any:
        """The value now of what an event has changed."""
        if event.field in SET_ASIDE:
            return stands(self._sqlite, event)
        if event.field in STATED:
            return stating.stands(self._sqlite, event)
        if event.field == renaming.RENAME:
            return renaming.stands(self._sqlite, event)
        return None if event.example is None else self.current(event.example, event.field, actor)

    def apply(self, event: Event) -> None:
        """Carries one event into the tables."""
        example = event.example
        if event.field in SET_ASIDE:
            carry(self._sqlite, event)
            return
        if event.field in STATED:
            stating.carry(self._sqlite, event)
            return
        if event.field == renaming.RENAME:
            renaming.carry(self._sqlite, event)
            return
        if event.field == GIVEN_UP:
            self._sqlite.execute("update operation set standing = 'void' where batch = ?", (event.after,))
        if example is None:
            return
        if event.field in JUDGEMENTS:
            self._judge(example, event)
            self._stand(example)
        elif event.field == ADJUDICATED:
            adjudicating.carry(self._sqlite, event)
            self._stand(example)
        elif event.field == "split":
            self._state_row(example)
            self._sqlite.execute("update state set split = ? where example = ?", (event.after, example))
        else:
            self._edit(example, event)

    def _state_row(self, example: int) -> None:
        self._sqlite.execute(
            "insert or ignore into state values (?, 'pending', '{}', '', 'train', null, null, 0, null)",
            (example,),
        )

    def _judge(self, example: int, event: Event) -> None:
        """Notes what a reviewer says of one field, and that it is the newest of theirs that is not undone."""
        said = self._in_effect(example, event)
        value = to_json(event.after) if event.field == "labels" else event.after
        self._sqlite.execute("insert or ignore into judgement(example, reviewer) values (?, ?)", (example, event.actor))
        self._sqlite.execute(
            f"update judgement set {event.field} = ?, {event.field}_seq = ? where example = ? and reviewer = ?",
            (value, said, example, event.actor),
        )
        self._sqlite.execute(f"{SETTLE} where example = ? and reviewer = ?", (example, event.actor))
        self._sqlite.execute(
            "delete from judgement where example = ? and reviewer = ? and seq = 0", (example, event.actor)
        )

    def _stand(self, example: int) -> None:
        self._state_row(example)
        self._sqlite.execute(f"{STAND} where example = ?", (example,))

    def _in_effect(self, example: int, event: Event) -> int:
        """The newest change of the field by this reviewer that is not undone; 0 when all are.

        Taking back a decision must not lift an old one over what another reviewer has decided since.
        """
        if event.undoes is None:
            return event.seq
        rows = self._sqlite.execute(
            "select seq, undoes from event where example = ? and seq <= ? and actor = ? and field = ? "
            "order by seq desc",
            (example, event.seq, event.actor, event.field),
        )
        return newest_in_effect([(event.seq, event.undoes), *((s, u) for s, u in rows if s != event.seq)])

    def _edit(self, example: int, event: Event) -> None:
        edited = with_text(_example.decode(self.body(example)[0]), event.field, event.after)
        body: bytes | None = _encode(edited)
        original = self._sqlite.execute("select body from example where seq = ?", (example,)).fetchone()
        if original is not None and original[0] == body:
            body = None
        self._state_row(example)
        self._sqlite.execute("update state set body = ?, revision = ? where example = ?", (body, event.seq, example))

    def operate(self, batch: str, actor: str, kind: str, last: int, size: int, label: str, undoes: str | None) -> None:
        """Notes an operation. A new one forgets what could be redone; an undo or redo moves what it undoes."""
        if undoes is None:
            undoable = kind in ("person", "fix") and not label.startswith(GIVEN_UP)
            if undoable:
                self._sqlite.execute(
                    "update operation set standing = 'void' where actor = ? and standing = 'undone'", (actor,)
                )
            standing = "done" if undoable else "kept"
        else:
            standing = "inverse"
            self._sqlite.execute(
                "update operation set standing = case standing when 'done' then 'undone' else "
                "'done' end, last = ? where batch = ?",
                (last, undoes),
            )
        self._sqlite.execute(
            "insert into operation values (?, ?, ?, ?, ?, ?, ?, ?)",
            (batch, actor, kind, last, size, label, standing, undoes),
        )
