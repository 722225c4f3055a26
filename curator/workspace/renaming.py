"""A label, or a value of one, gets another name, or a label another kind: in what everybody has said, by one event.

Nobody's judgement becomes somebody else's by it, and none becomes the latest: what was said is said in other words.
What has no words in another kind stays as it was said.
"""

from typing import Any

import msgspec

from curator.model import Event
from curator.workspace.connection import Statements

#: The field of the event. `before` and `after` are ``{"label": ..., "value": ...}``, without a value for the label
#: itself. Where it gets another kind, they are ``{"label": ..., "kind": ..., "values": [...], ...}``: what was one of
#: the values before is the one at the same place after, and the rest is how it stands in curator.toml.
RENAME = "label name"

_encode = msgspec.json.Encoder().encode
_JUDGED = "from judgement where labels != '{}'"


def carry(sqlite: Statements, event: Event) -> None:
    """Carries an event into the judgements and what stands of them."""
    sqlite.execute("create temp table if not exists renamed(old text primary key, new text not null) without rowid")
    sqlite.execute("delete from temp.renamed")
    found = sqlite.execute(f"select distinct labels {_JUDGED}").fetchall()
    sqlite.executemany(
        "insert into temp.renamed values (?, ?)",
        [
            (text, _encode(after).decode())
            for (text,) in found
            if (after := said_anew(before := msgspec.json.decode(text), event.before, event.after)) != before
        ],
    )
    for table in ("judgement", "state"):
        sqlite.execute(
            f"update {table} set labels = (select new from temp.renamed where old = labels) "
            "where labels in (select old from temp.renamed)"
        )


def said_anew(labels: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Labels with another name, or a value of another kind, in the place of the old one."""
    name, value = before["label"], before.get("value")
    held = labels.get(name)
    if "kind" in before:
        place = _place(held, before["values"])
        return labels if place is None else {**labels, name: after["values"][place]}
    if value is None:
        return {after["label"] if key == name else key: held for key, held in labels.items()}
    if isinstance(held, list):
        return {**labels, name: [after["value"] if one == value else one for one in held]}
    return {**labels, name: after["value"]} if held == value else labels


def _place(held: Any, values: list[Any]) -> int | None:
    """Where a value stands among others; what is true is no 1."""
    found = (place for place, one in enumerate(values) if type(one) is type(held) and one == held)
    return next(found, None)


def given(labels: dict[str, Any], name: dict[str, Any]) -> bool:
    """Whether labels have a label, or a value of it."""
    held, value = labels.get(name["label"]), name.get("value")
    if "kind" in name:
        return _place(held, name["values"]) is not None
    return held is not None if value is None else held == value or (isinstance(held, list) and value in held)


def taken(sqlite: Statements, name: dict[str, Any]) -> bool:
    """Whether somebody has said this of any example."""
    found = sqlite.execute(f"select distinct labels {_JUDGED}").fetchall()
    return any(given(msgspec.json.decode(text), name) for (text,) in found)


def stands(sqlite: Statements, event: Event) -> Any:
    """The name now of what an event has renamed; None when it cannot have its old name again, which others use now."""
    return None if taken(sqlite, event.before) else event.after


def word(event: Event) -> str:
    """What an event did, in a few words."""
    before, after = event.before, event.after
    if "kind" in after:
        return f"make label {after['label']} {_kind(after)}, {_kind(before)} before"
    if "value" not in after:
        return f"rename label {before['label']} to {after['label']}"
    return f"rename {before['label']} {before['value']} to {after['value']}"


def _kind(said: dict[str, Any]) -> str:
    return f"rating 1-{said['most']}" if said["kind"] == "rating" else str(said["kind"])
