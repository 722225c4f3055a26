"""Events as they are stored, what they are called, and how they add up when they are replayed."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from curator.errors import WorkspaceError
from curator.model import Event
from curator.workspace import renaming, stating
from curator.workspace.adjudicating import ADJUDICATED
from curator.workspace.connection import Statements
from curator.workspace.ignoring import SET_ASIDE, THRESHOLD
from curator.workspace.state import JUDGEMENTS, StateTables

COLUMNS = "seq, op, batch, actor_kind, actor, at, version, field, before, after, example, source, undoes"
_WORDS = {"accepted": "accept", "rejected": "reject", "fix": "needs fix", "pending": "back to pending"}


def event_of(row: tuple[Any, ...]) -> Event:
    """The event of a row of `COLUMNS`."""
    decode = msgspec.json.decode
    return Event(
        seq=row[0],
        op=row[1],
        batch=row[2],
        actor_kind=row[3],
        actor=row[4],
        at=row[5],
        version=row[6],
        field=row[7],
        before=None if row[8] is None else decode(row[8]),
        after=None if row[9] is None else decode(row[9]),
        example=row[10],
        source=row[11],
        undoes=row[12],
    )


def word_of(event: Event) -> str:
    """What an event did, in a word or two: ``accept``, ``edit``, ``route to RAG``."""
    if event.field == "status":
        return _WORDS.get(str(event.after), str(event.after))
    if event.field == "route":
        return "route to RAG" if event.after == "rag" else "route to training"
    if event.field in ("labels", "note", "split"):
        return {"labels": "label", "note": "note", "split": "assign split"}[event.field]
    if event.field == ADJUDICATED:
        return "adjudicate"
    if event.field in SET_ASIDE:
        return _setting_aside(event)
    if event.field == renaming.RENAME:
        return renaming.word(event)
    if event.field in stating.STATED:
        return stating.word(event)
    if event.example is None:
        return f"{event.field} {event.source or ''}".strip()
    return "fix" if event.actor_kind == "fix" else "edit"


def _setting_aside(event: Event) -> str:
    if event.field == THRESHOLD:
        return f"threshold of {event.source}" if event.after else f"no threshold of {event.source}"
    if event.example is not None:
        return f"{'no finding' if event.after else 'a finding again'}: {event.source}"
    return f"{'ignore' if event.after else 'no longer ignore'} {event.source}"


def label(first: Event, words: Collection[str], size: int) -> str:
    """An operation in words, as the status line shows it: ``accept #88209``, ``edit and accept #12``.

    `words` are those of its events, each once, in their order; `size` is the number of its examples.
    """
    said = " and ".join(words)
    if first.example is None:
        return said
    return f"{said} #{first.example}" if size == 1 else f"{said} {size:,} examples"


def events_of(sqlite: Statements, where: str, parameters: Sequence[Any]) -> list[Event]:
    """The events that a condition selects."""
    return [event_of(row) for row in sqlite.execute(f"select {COLUMNS} from event {where}", tuple(parameters))]


def judge_anew(sqlite: Statements) -> None:
    """Makes all judgements, and what stands of them, again from the log. Raises `WorkspaceError`."""
    tables = StateTables(sqlite)
    fields = (*JUDGEMENTS, ADJUDICATED, renaming.RENAME)
    sqlite.execute("delete from judgement")
    sqlite.execute("update state set status = 'pending', labels = '{}', note = '', route = 'train', reviewer = null")
    marks = ", ".join("?" * len(fields))
    for event in events_of(sqlite, f"where field in ({marks}) order by seq", fields):
        tables.apply(event)


def replay(sqlite: Statements, events: Iterator[tuple[Any, ...]]) -> list[str]:
    """Builds the derived tables from the log: what `verify` compares the stored ones with.

    Returns the events that cannot be carried out, a sentence each.
    """
    found: list[str] = []
    tables = StateTables(sqlite)
    undoes: dict[str, str | None] = {}
    for batch, rows in groupby((event_of(row) for row in events), key=lambda event: event.batch):
        done = list(rows)
        for event in done:
            try:
                tables.apply(event)
            except WorkspaceError as error:
                found.append(f"event {event.seq} ({event.field}) cannot be carried out: {error}")
        first, last = done[0], done[-1]
        target = None
        if first.undoes is not None:
            target = str(sqlite.execute("select batch from main.event where seq = ?", (first.undoes,)).fetchone()[0])
            target = undoes.get(target) or target
        undoes[batch] = target
        examples = {event.example for event in done}
        words = label(first, dict.fromkeys(map(word_of, done)), len(examples))
        if target is not None:
            words = str(sqlite.execute("select label from operation where batch = ?", (target,)).fetchone()[0])
        tables.operate(batch, first.actor, first.actor_kind, last.seq, len(done), words, target)
    return found
