"""What people have set aside: a check, a rule of it, or one finding, and scores below which a check is not listed.

It is an event like any other, and the table `ignored` is what the events add up to. A finding that is set aside has
`IGNORED` among the bits of its `stale`, so that whatever asks for standing findings leaves it out.
"""

from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import Event
from curator.workspace.connection import Connection, Statements

#: The fields of the events that set findings aside. Their `source` is a `subject`.
IGNORE, THRESHOLD = "ignored", "threshold"
SET_ASIDE = (IGNORE, THRESHOLD)
#: The bit of `finding.stale` that says so; those below it say that a finding is older than its text or its split.
IGNORED = 4

_encode = msgspec.json.Encoder().encode
_HIDDEN = (
    "exists (select 1 from ignored i where i.code = finding.code and (i.rule is null or i.rule = finding.rule) and "
    "i.example in (0, coalesce(finding.example, 0)) and (i.score is null or finding.score < i.score))"
)


class SetAside(Struct, frozen=True):
    """What is asked for: a check (`rule` None), a rule of it, or with `example` one finding; `score` is a threshold.

    With `reason` None it is set aside no longer.
    """

    code: str
    rule: str | None = None
    example: int | None = None
    score: float | None = None
    reason: str | None = None
    field: str = IGNORE

    @property
    def subject(self) -> str:
        """The check, or the check and the rule, as a filter names them."""
        return self.code if self.rule is None else f"{self.code}/{self.rule}"

    def check(self) -> None:
        """Raises `WorkspaceError` for what cannot be set aside."""
        if self.reason is not None and self.field == IGNORE and not self.reason.strip():
            raise WorkspaceError(f"{self.subject}: say why it is ignored; whoever comes after you will want to know.")
        if self.field == THRESHOLD and self.reason is not None and not (self.score and 0 < self.score <= 1):
            raise WorkspaceError(f"{self.subject}: a threshold is a number above 0 and up to 1.")

    def value(self, actor: str, at: str) -> dict[str, Any] | None:
        """What the event says: by whom, when and why. Undo and redo carry it along unchanged."""
        if self.reason is None:
            return None
        value: dict[str, Any] = {"reason": self.reason, "by": actor, "at": at}
        return value if self.score is None else value | {"score": self.score}


class Ignored(Struct, frozen=True):
    """What is set aside, by whom, when and why, and how many rows it keeps out of the list."""

    code: str
    rule: str | None
    example: int | None
    score: float | None
    reason: str
    actor: str
    at: str
    rows: int = 0

    def lifted(self) -> SetAside:
        """The request that it be set aside no longer."""
        field = IGNORE if self.score is None else THRESHOLD
        return SetAside(self.code, self.rule, self.example, field=field)


def carry(sqlite: Statements, event: Event) -> None:
    """Carries an event into the table."""
    code, slash, rule = str(event.source).partition("/")
    key = (event.field, event.source, event.example or 0)
    if event.after is None:
        sqlite.execute("delete from ignored where field = ? and subject = ? and example = ?", key)
        return
    score = event.after.get("score")
    sqlite.execute(
        "insert or replace into ignored values (?, ?, ?, ?, ?, ?, ?)",
        (*key, code, rule if slash else None, score, _encode(event.after).decode()),
    )


def stands(sqlite: Statements, event: Event) -> Any:
    """What is set aside now where an event did, as an event's value; None for nothing."""
    row = sqlite.execute(
        "select body from ignored where field = ? and subject = ? and example = ?",
        (event.field, event.source, event.example or 0),
    ).fetchone()
    return None if row is None else msgspec.json.decode(row[0])


def settle(sqlite: Statements, code: str, examples: tuple[int, ...] = ()) -> None:
    """Gives the standing findings of a code, or those of some examples, the bit that they should have."""
    few = f"and example in ({', '.join('?' * len(examples))}) " if examples else ""
    sqlite.execute(
        f"update finding set stale = (stale & ~{IGNORED}) | ({IGNORED} - (stale & {IGNORED})) where code = ? and run = "
        f"(select run from code where code = ?) {few}and ((stale & {IGNORED}) != 0) != {_HIDDEN}",
        (code, code, *examples),
    )


def ignores(sqlite: Statements, code: str) -> bool:
    """Whether anything of a code is set aside."""
    return sqlite.execute("select 1 from ignored where code = ? limit 1", (code,)).fetchone() is not None


def codes(sqlite: Statements) -> list[str]:
    """The codes of which anything is set aside."""
    return [row[0] for row in sqlite.execute("select distinct code from ignored order by code")]


def listed(connection: Connection) -> list[Ignored]:
    """All that is set aside, the newest first, with the rows that it keeps out of the list."""
    rows = list(
        connection.rows(
            "select i.code, i.rule, i.example, i.score, i.body, (select count(distinct coalesce(f.example, 0)) from "
            "finding f join code c on c.code = f.code and c.run = f.run where f.code = i.code and f.stale = "
            f"{IGNORED} and (i.rule is null or i.rule = f.rule) and i.example in (0, coalesce(f.example, 0)) and "
            "(i.score is null or f.score < i.score)) from ignored i"
        )
    )
    found = []
    for code, rule, example, score, body, count in rows:
        said = msgspec.json.decode(body)
        found.append(Ignored(code, rule, example or None, score, said["reason"], said["by"], said["at"], count))
    return sorted(found, key=lambda one: one.at, reverse=True)
