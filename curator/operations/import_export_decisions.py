"""What was decided about the examples of an export, recorded again under the names of those who decided."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from curator.model import State
from curator.operations.export_origin import Edits, Origin, Said
from curator.workspace import Change, Workspace
from curator.workspace.adjudicating import ADJUDICATED, adjudication

_FIELDS = ("status", "labels", "note", "route")
_DEFAULT = {"status": "pending", "labels": {}, "note": "", "route": "train"}
# Who gave a split or changed a text is not always known; an operation needs a name all the same.
_NOBODY = "export"


class Decisions:
    """Collects what was decided and records it: one operation of the kind import for each reviewer and turn.

    Who has not the last word is recorded first, so that what stood stands again. `anew` says that some of the examples
    were here before: about which something was decided keep that; `kept` counts them.
    """

    def __init__(self, ws: Workspace, edited: Mapping[str, Edits], named_now: Mapping[str, str], *, anew: bool) -> None:
        self.count = 0
        self.kept = 0
        self._ws = ws
        self._edited = edited
        self._named_now = named_now
        self._anew = anew
        self._turns: dict[tuple[int, str], list[Change]] = defaultdict(list)

    def add(self, origin: Origin) -> None:
        """Notes what stands for one example, unless something was decided about it here."""
        name = self._named_now.get(origin.id, origin.id)
        seq = self._ws.examples.seq_of(name)
        if self._anew and self._ws.examples.entry(seq).state != State():
            self.kept += 1
            return
        edits = self._edited.get(origin.id) if name == origin.id else None
        for edit in edits.edits if edits else ():
            self._turns[0, edit.by or _NOBODY].append(Change(seq, edit.field, edit.after, revision=0))
        for turn, actor, field, after in _decided(origin):
            self._turns[turn, actor].append(Change(seq, field, after))

    def record(self) -> None:
        """Records what was noted."""
        for (_, actor), changes in sorted(self._turns.items(), key=lambda one: one[0]):
            saved = self._ws.log.record(
                [self._seen(change) for change in changes], actor=actor, kind="import", batch=uuid.uuid4().hex
            )
            self.count += saved.changes
        self._turns.clear()

    def _seen(self, change: Change) -> Change:
        """An edit has to name the text that it saw: two people may have changed one example."""
        if change.revision is None:
            return change
        return replace(change, revision=self._ws.examples.entry(change.seq).state.revision)


def _decided(origin: Origin) -> Iterator[tuple[int, str, str, Any]]:
    """What was decided: the turn in which it is recorded, by whom, the field and its value."""
    actor = origin.reviewer or _NOBODY
    if origin.split is not None:
        yield 0, actor, "split", origin.split
    people = [one for one in origin.said if not one.adjudicated]
    if not people:
        yield from ((1, actor, field, value) for field in _FIELDS if (value := _of(origin, field)) != _DEFAULT[field])
    for field in _FIELDS if people else ():
        stands = _of(origin, field)
        last = _last(people, field, stands, origin.reviewer)
        for one in people:
            value = _of(one, field)
            if one is not last and value != _DEFAULT[field]:
                yield 1, one.reviewer, field, value
        if last is not None and any(_of(one, field) != _DEFAULT[field] for one in people):
            yield (3 if last.reviewer == origin.reviewer else 2), last.reviewer, field, stands
    for one in origin.said:
        if one.adjudicated:
            value = adjudication(one.reviewer, status=one.status, labels=one.labels, note=one.note, route=one.route)
            yield 4, one.reviewer, ADJUDICATED, value


def _of(said: Said | Origin, field: str) -> Any:
    return getattr(said, field)


def _last(people: Sequence[Said], field: str, stands: Any, reviewer: str | None) -> Said | None:
    """Who has the last word on a field: who gave the status, when that is what stands, else whoever says it."""
    agreeing = [one for one in people if _of(one, field) == stands]
    return next((one for one in agreeing if one.reviewer == reviewer), agreeing[-1] if agreeing else None)
