"""What was said with labels: how many examples have each, and saying it in other words wherever it was given."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

import curator
from curator.errors import WorkspaceError
from curator.model import Event
from curator.workspace.connection import Connection
from curator.workspace.renaming import RENAME, taken, word
from curator.workspace.state import StateTables, to_json

_VISIBLE = "not in (select seq from absent where retired = 1)"
_JUDGED = "select distinct example, labels from judgement where labels != '{}'"
_GIVEN = f"""
select l.key, case when l.type = 'true' then '' else cast(v.atom as text) end, count(distinct j.example)
from ({_JUDGED}) j, json_each(j.labels) l,
    json_each(case l.type when 'array' then l.value else json_array(l.value) end) v
where j.example {_VISIBLE} group by 1, 2
"""
_HELD = f"""
select case l.type when 'true' then 'true' when 'false' then 'false' when 'array' then l.value
    else json_quote(l.value) end, count(distinct j.example)
from ({_JUDGED}) j, json_each(j.labels) l where l.key = ? and j.example {_VISIBLE} group by 1 order by 2 desc, 1
"""


class LabelStore:
    """The labels that people gave."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def given(self) -> dict[tuple[str, str], int]:
        """How many examples somebody has given each value of each label; that of a flag is empty."""
        return {(row[0], row[1]): row[2] for row in self._connection.rows(_GIVEN)}

    def rename(self, label: str, value: str | None, to: str, *, actor: str) -> int:
        """Gives a label, or a value of it, another name in all that was said, as one operation of `actor`.

        Returns the number of the event. Raises `WorkspaceError` when the new name was given to any example already:
        two that became one could not be told apart again.
        """
        before = {"label": label} if value is None else {"label": label, "value": value}
        after = {"label": to} if value is None else {"label": label, "value": to}
        return self._say_anew(
            before, after, actor, f"{to!r} was given to examples already: two names cannot become one."
        )

    def held(self, label: str) -> list[tuple[Any, int]]:
        """What somebody has given of a label, as it is kept, and how many examples: the most frequent first."""
        return [(msgspec.json.decode(row[0]), row[1]) for row in self._connection.rows(_HELD, (label,))]

    def turn(self, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: str) -> int:
        """Gives a label another kind in all that was said, as one operation of `actor`; see `renaming.RENAME`.

        Returns the number of the event. Raises `WorkspaceError` when what a value would become was given already.
        """
        taken = f"{after['label']}: what a value would become was given meanwhile. Look at it again."
        return self._say_anew(dict(before), dict(after), actor, taken)

    def _say_anew(self, before: dict[str, Any], after: dict[str, Any], actor: str, refused: str) -> int:
        label = str(before["label"])
        batch = uuid.uuid4().hex
        event = Event(
            seq=0,
            op=f"{batch}-0",
            batch=batch,
            actor_kind="person",
            actor=actor,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            version=curator.__version__,
            field=RENAME,
            before=before,
            after=after,
            source=label,
        )
        with self._connection.write() as sqlite:
            if taken(sqlite, after):
                raise WorkspaceError(refused)
            sqlite.execute(
                "insert into event(op, batch, actor_kind, actor, at, version, field, before, after, source) values "
                "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (event.op, batch, "person", actor, event.at, event.version, RENAME, to_json(before), to_json(after),
                 label),
            )  # fmt: skip
            seq = sqlite.last_insert_rowid()
            tables = StateTables(sqlite)
            tables.apply(event)
            tables.operate(batch, actor, "person", seq, 1, word(event), None)
        return seq
