"""What a written row does not say: which example it is, what was decided about it, and what the row cannot hold."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import FormatError
from curator.formats.base import Format
from curator.model import ROUTES, STATUSES, Entry, Example, Route, Split, Status
from curator.targets.base import Target
from curator.workspace import Workspace

PROVENANCE = "provenance.jsonl"
RAG_PROVENANCE = "rag_provenance.jsonl"
EDITS = "edits.jsonl"

# The very objects that the struct has for its defaults: only those are left out of a line.
_STATUS: dict[Status, Status] = {name: name for name in STATUSES}
_ROUTE: dict[Route, Route] = {name: name for name in ROUTES}
_encode = msgspec.json.Encoder().encode
#: Formats whose rows give an example back that was plain to their target.
PLAINLY_WHOLE = frozenset({"openai-chat", "alpaca"})


class Said(Struct, frozen=True, omit_defaults=True):
    """What one reviewer has said of an example; `adjudicated` when it was said between reviewers."""

    reviewer: str
    status: Status = "pending"
    labels: dict[str, Any] = {}
    note: str = ""
    route: Route = "train"
    adjudicated: bool = False


class Origin(Struct, frozen=True, omit_defaults=True):
    """Which example a written row came from, and what stands for it: a line of provenance.jsonl.

    Rows count from 1 in both files. `revision` is the event that last changed its text; it is missing for the text as
    imported. `split` is the one that it was given, or that it was written into when that says more than its source
    does. `said` is there when not all comes from `reviewer`. `content` is the example where the row alone does not
    give it back: a target may hold less, or hold it in another way.
    """

    file: str
    row: int
    id: str
    source: str
    source_row: int
    revision: int = 0
    format: str = ""
    status: Status = "pending"
    route: Route = "train"
    labels: dict[str, Any] = {}
    note: str = ""
    reviewer: str | None = None
    split: Split | None = None
    source_split: Split | None = None
    metadata: dict[str, Any] = {}
    said: tuple[Said, ...] = ()
    content: Example | None = None


class Edit(Struct, frozen=True, omit_defaults=True):
    """A text as it was imported and as it is now, of a field that was changed since; and who changed it last."""

    field: str
    before: str
    after: str
    by: str


class Edits(Struct, frozen=True):
    """What was changed in the text of an example since its import: a line of edits.jsonl."""

    id: str
    edits: tuple[Edit, ...]


def content_of(example: Example) -> Example:
    """An example without what only the workspace knows of it: what its identity is made from."""
    return Example(
        messages=example.messages,
        tools=example.tools,
        alternatives=example.alternatives,
        reference=example.reference,
    )


class Origins:
    """Makes the lines of provenance. What several reviewers have said is asked for once a batch."""

    def __init__(self, ws: Workspace, target: Target) -> None:
        self._ws = ws
        self._target = target
        self._several = len(ws.judgements.actors()) > 1
        self._said: dict[int, tuple[Said, ...]] = {}

    def look(self, batch: Sequence[Entry]) -> None:
        """Asks what was said of these examples."""
        self._said.clear()
        judged = [entry.seq for entry in batch if entry.state.reviewer is not None] if self._several else []
        for seq, all_said in self._ws.judgements.of(judged).items():
            self._said[seq] = tuple(
                Said(one.reviewer, one.status, one.labels, one.note, one.route, one.adjudicated) for one in all_said
            )

    def of(self, entry: Entry, file: str, row: int, split: Split, *, whole: bool) -> bytes:
        """The line for one written row; `whole` when the row alone gives the example back."""
        example, state = entry.example, entry.state
        given = example.source_split
        origin = Origin(
            file, row, example.id, example.provenance.source, example.provenance.row, state.revision,
            example.provenance.format, _STATUS[state.status], _ROUTE[state.route], state.labels, state.note,
            state.reviewer, state.split or (split if split != (given or "train") else None), given, example.metadata,
            self._told(entry), None if whole else content_of(example),
        )  # fmt: skip
        return _encode(origin) + b"\n"

    def _told(self, entry: Entry) -> tuple[Said, ...]:
        said = self._said.get(entry.seq, ())
        return () if len(said) == 1 and said[0].reviewer == entry.state.reviewer else said

    def whole(self, example: Example, row: dict[str, Any], *, plain: bool) -> bool:
        """Whether the row alone gives the example back, to the byte that its identity is made from."""
        target = self._target
        if not isinstance(target.format, Format) or target.renders is not None or target.convert is not None:
            return False
        if plain and target.format.name in PLAINLY_WHOLE:
            return example.reference is None
        try:
            back = target.format.parse(row)
        except FormatError:
            return False
        if plain:  # texts only, which are equal when they are the same
            alone = not back.tools and not back.alternatives and back.reference is None and example.reference is None
            return alone and back.messages == example.messages
        return _encode(content_of(back)) == _encode(content_of(example))

    def edits(self, entry: Entry) -> bytes | None:
        """The line that says what was changed in its text since its import; None when nothing was."""
        if not entry.state.revision:
            return None
        before, after = self._ws.examples.original(entry.seq), entry.example
        by = {event.field: event.actor for event in self._ws.log.history(entry.seq)}
        found = [
            Edit(name, old.content, new.content, by.get(name, ""))
            for index, (old, new) in enumerate(zip(before.messages, after.messages, strict=True))
            for name in [f"messages[{index}].content"]
            if isinstance(old.content, str) and isinstance(new.content, str) and old.content != new.content
        ]
        return _encode(Edits(after.id, tuple(found))) + b"\n" if found else None
