"""What people state about the whole set: prompts they tried and how they did, answers to questions, the eval set.

A statement is an event like any other, under a field of `STATED` and by a name; the table `stated` is what the events
add up to. Who says something else under the same name makes a new version: the log has all of them, undo goes back.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Event
from curator.workspace.connection import Connection, Statements, decoding

#: The fields of the events: a prompt that was tried, an answer to a question, a frozen eval set, a measured rung.
PROMPT, ANSWER, EVAL_SET, MEASURED = "prompt", "answer", "eval set", "baseline"
STATED = (PROMPT, ANSWER, EVAL_SET, MEASURED)
#: Characters of a name: it stands in the history, in files and on command lines.
LONGEST = 60

_encode = msgspec.json.Encoder().encode


class Stated(Struct, frozen=True):
    """What is to be stated under a field and a name; with `body` None it is stated no longer."""

    field: str
    subject: str
    body: Mapping[str, Any] | None
    example: None = None

    def check(self) -> None:
        """Raises `WorkspaceError` for what cannot be stated."""
        if self.field not in STATED:
            raise WorkspaceError(f"{self.field!r} is nothing that can be stated; use {', '.join(STATED)}.")
        if not 0 < len(self.subject.strip()) <= LONGEST or not self.subject.isprintable():
            raise WorkspaceError(
                f"{self.field} {self.subject[:80]!r}: a name has 1 to {LONGEST} characters, on one line."
            )
        try:
            stored = self.body is None or msgspec.json.decode(_encode(self.body)) == self.body
        except (TypeError, ValueError):
            stored = False
        if not stored:
            raise WorkspaceError(f"{self.field} {self.subject}: holds what is no JSON. Use text, numbers or yes/no.")

    def value(self, actor: str, at: str) -> dict[str, Any] | None:
        """What the event says: by whom, when and what."""
        return None if self.body is None else {**self.body, "by": actor, "at": at}

    def says_again(self, before: Any) -> bool:
        """Whether what stands says this already, whoever said it and when."""
        if before is None or self.body is None:
            return before is self.body
        return {key: value for key, value in before.items() if key not in ("by", "at")} == dict(self.body)


class Statement(Struct, frozen=True):
    """What stands: under which name, what, by whom and when."""

    name: str
    body: dict[str, Any]
    actor: str
    at: str


def carry(sqlite: Statements, event: Event) -> None:
    """Carries an event into the table."""
    if event.after is None:
        sqlite.execute("delete from stated where field = ? and subject = ?", (event.field, event.source))
        return
    sqlite.execute(
        "insert or replace into stated values (?, ?, ?)", (event.field, event.source, _encode(event.after).decode())
    )


def stands(sqlite: Statements, event: Event) -> Any:
    """What is stated now where an event stated something, as an event's value; None for nothing."""
    row = sqlite.execute(
        "select body from stated where field = ? and subject = ?", (event.field, event.source)
    ).fetchone()
    return None if row is None else msgspec.json.decode(row[0])


def word(event: Event) -> str:
    """What an event did, in a few words."""
    if event.field == EVAL_SET:
        return f"{'freeze' if event.after else 'give up'} eval set {event.source}"
    if event.after is None:
        return f"no {event.field} {event.source}"
    return f"{event.field} {event.source}{' again' if event.before else ''}"


class StatedStore:
    """Reads what is stated."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, field: str) -> dict[str, Statement]:
        """What stands under a field, by name, sorted."""
        rows = self._connection.rows("select subject, body from stated where field = ? order by subject", (field,))
        with decoding(self._connection.path):
            return {subject: _statement(subject, msgspec.json.decode(body)) for subject, body in list(rows)}

    def one(self, field: str, name: str) -> Statement | None:
        """What stands under a field and a name; None for nothing."""
        return self.all(field).get(name)


def _statement(name: str, body: dict[str, Any]) -> Statement:
    said = {key: value for key, value in body.items() if key not in ("by", "at")}
    return Statement(name, said, str(body.get("by", "")), str(body.get("at", "")))
