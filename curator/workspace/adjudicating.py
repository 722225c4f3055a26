"""What somebody has decided between reviewers: it stands until it is adjudicated again, whoever judges later.

It is a judgement like any other, by a name that says so, with a number behind all others: what takes the latest
judgement for the standing one needs to know nothing of it.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from curator.errors import WorkspaceError
from curator.model import ROUTES, STATUSES, Event
from curator.workspace.connection import Statements

#: The field of the event. `before` and `after` hold who adjudicated and all four parts of the judgement, or are None.
ADJUDICATED = "adjudicated"
#: What is added to the number of such an event: behind every judgement that anybody will ever make.
BEHIND = 1 << 62
#: What follows on the name of who adjudicated.
MARK = " (adjudicated)"

_PARTS = {"by", "status", "labels", "note", "route"}


def adjudication(by: str, *, status: str, labels: Mapping[str, Any], note: str = "", route: str = "train") -> Any:
    """The value of the event: what is to stand, and who says so. Undo and redo carry it along unchanged."""
    return {"by": by, "status": status, "labels": dict(labels), "note": note, "route": route}


def check_value(value: Any) -> None:
    """Raises `WorkspaceError` for what is no adjudication."""
    fits = isinstance(value, dict) and value.keys() == _PARTS
    if not fits or value["status"] not in STATUSES or value["route"] not in ROUTES:
        raise WorkspaceError("adjudicated: must hold by, status, labels, note and route.")
    if not isinstance(value["labels"], dict) or not isinstance(value["note"], str):
        raise WorkspaceError("adjudicated: labels must be a mapping, and the note a text.")


def carry(sqlite: Statements, event: Event) -> None:
    """Carries an event into the judgements."""
    sqlite.execute("delete from judgement where example = ? and seq >= ?", (event.example, BEHIND))
    said = event.after
    if said is not None:
        labels = msgspec.json.encode(said["labels"]).decode()
        sqlite.execute(
            "insert into judgement values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, ?7, ?7)",
            (event.example, said["by"] + MARK, said["status"], labels, said["note"], said["route"], BEHIND + event.seq),
        )


def stands(sqlite: Statements, example: int) -> Any:
    """How an example was adjudicated, as an event's value; None when it was not."""
    row = sqlite.execute(
        "select reviewer, status, labels, note, route from judgement where example = ? and seq >= ?", (example, BEHIND)
    ).fetchone()
    if row is None:
        return None
    labels = msgspec.json.decode(row[2])
    return adjudication(row[0].removesuffix(MARK), status=row[1], labels=labels, note=row[3], route=row[4])
