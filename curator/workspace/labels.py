"""What was said with labels: how many examples have each, and renaming one wherever it was given."""

import uuid
from datetime import UTC, datetime

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
                raise WorkspaceError(f"{to!r} was given to examples already: two names cannot become one.")
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
