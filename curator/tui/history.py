"""The past in words: a line for each operation, and what it changed from what to what."""

from collections.abc import Iterable, Sequence
from typing import Any

from curator.model import Event
from curator.tui.diff import changes
from curator.tui.present import labels_text
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.rows import STATUS_GLYPHS
from curator.tui.widgets.wrap import Block, Mark
from curator.workspace.past import Past

EVENTS = 20
"""Events of an operation that are shown; more are counted."""
TEXT = 50_000
"""Characters up to which two texts are compared; of longer ones the beginning is."""
NAMED = 2_000
"""Rows that a filter names one by one."""
RANGES = 40
"""Stretches of rows that a filter names."""

_STANDING = {
    "undone": "undone",
    "void": "cannot be undone any more",
    "inverse": "",
    "done": "",
    "kept": "",
}


def line(past: Past, veil: Veil, *, here: bool, digits: int) -> Pieces:
    """An operation in a line: its number, when, who, what; whether it was undone."""
    undone = past.standing == "undone"
    said = f"{past.turned}: {past.words}" if past.turned else past.words
    return [
        Piece("▸" if here else " ", "pointer"),
        Piece(f"{f'#{past.last:,}':>{digits + 1}} ", "dim"),
        Piece(f"{past.at[5:16].replace('T', ' ')} ", "dim"),
        Piece(f"{veil.head(past.actor, 10):<6} "),
        Piece("↶ " if undone else "  ", "failed"),
        Piece(veil.head(said, 400), "bold" if here else "dim" if undone or past.turned else "plain"),
        Piece("  undone" if undone else "", "dim"),
    ]


def told(past: Past, events: Sequence[Event], veil: Veil) -> tuple[list[Block], list[Mark]]:
    """Who did what and when, and what was there before and after."""
    said = f"{past.turned}: {past.words}" if past.turned else past.words
    who = f"{past.actor} ({past.kind})" if past.kind != "person" else past.actor
    count = f"{past.size:,} event{'' if past.size == 1 else 's'}, one step" if past.size > 1 else "1 event"
    parts = [f"by {who}", f"{past.at[:19].replace('T', ' ')} UTC", count, _STANDING[past.standing]]
    blocks = [Block("", veil.head(said, 400), veil.head(" · ".join(part for part in parts if part), 400))]
    marks: list[Mark] = []
    for event in events[:EVENTS]:
        _event(event, veil, blocks, marks)
    if past.size > len(events[:EVENTS]) and len(events) >= EVENTS:
        blocks.append(Block("", "", f"and {past.size - EVENTS:,} more events; enter shows their rows", "dim"))
    return blocks, marks


def _event(event: Event, veil: Veil, blocks: list[Block], marks: list[Mark]) -> None:
    about = event.source or "" if event.example is None else f"#{event.example}"
    heading = veil.head(f"{about} {event.field}".strip(), 200)
    if isinstance(event.before, str) and isinstance(event.after, str) and _is_text(event.field):
        hidden = [veil.part(text, 0, min(len(text), TEXT)) for text in (event.before, event.after)]
        said = changes(hidden[0], hidden[1])
        field = f"event {event.seq}"
        blocks.append(Block(field, heading, said.text or "what changed is inside of what is masked, or far below"))
        marks += [mark._replace(field=field) for mark in said.marks]
        return
    if event.field == "import" and isinstance(event.after, dict):
        blocks.append(Block("", heading, _import(event.after)))
        return
    if event.field == "label name" and "kind" in event.after:
        blocks.append(Block("", heading, _kinds(event.before, event.after, veil)))
        return
    before, after = (_value(value, event.field, veil) for value in (event.before, event.after))
    blocks.append(Block("", heading, f"{before} → {after}"))


def _kinds(before: dict[str, Any], after: dict[str, Any], veil: Veil) -> str:
    """The kinds of a label, and what became what."""
    said = [f"{before['kind']} → {after['kind']}"]
    for old, new in list(zip(before["values"], after["values"], strict=True))[:EVENTS]:
        was, now = (labels_text({before["label"]: value}) for value in (old, new))
        said += [f"{was} → {now}"] if was != now else []
    return "\n".join(veil.head(line, 400) for line in said)


def _import(counts: dict[str, Any]) -> str:
    """What came of the rows of a source, without what did not happen."""
    words = {
        "stored": "stored", "known": "known already", "changed": "changed in the source", "rejected": "rejected",
        "blank": "blank", "gone": "gone from the source", "retired": "retired",
    }  # fmt: skip
    read = counts.get("read", 0)
    said = [f"{counts[name]:,} {word}" for name, word in words.items() if counts.get(name)]
    return ", ".join([f"{read:,} row{'' if read == 1 else 's'} read", *said])


def _is_text(field: str) -> bool:
    return field == "note" or field.startswith(("messages[", "alternatives["))


def _value(value: Any, field: str, veil: Veil) -> str:
    if value is None or value in ("", {}):
        return "nothing"
    if field == "status":
        return f"{STATUS_GLYPHS.get(value, '')} {value}".strip()
    if field == "labels" and isinstance(value, dict):
        return veil.head(labels_text(value), 400)
    if isinstance(value, dict):
        return veil.head(", ".join(f"{name} {one}" for name, one in value.items() if name != "digest"), 400)
    return veil.head(str(value), 400)


def where(seqs: Sequence[int]) -> str:
    """A filter for these rows, in their order: exactly they, as long as it can be written."""
    if len(seqs) <= NAMED:
        return f"id:{','.join(map(str, seqs))}"
    ranges = list(_ranges(seqs))
    if len(ranges) > RANGES:
        ranges = [(seqs[0], seqs[-1])]
    said = [f"(id>={first} id<={last})" for first, last in ranges]
    return " or ".join(said) if len(said) > 1 else said[0][1:-1]


def _ranges(seqs: Iterable[int]) -> Iterable[tuple[int, int]]:
    first = last = -1
    for seq in seqs:
        if seq != last + 1:
            if first >= 0:
                yield first, last
            first = seq
        last = seq
    if first >= 0:
        yield first, last
