"""The label schema in words: a line for each label and value, and what can be done about one."""

from typing import Any, NamedTuple

from curator.errors import SettingsError
from curator.operations.label_kind import Turning
from curator.operations.relabel import Edit, Schema, Slot, Slots, added
from curator.settings import CHOICES, MOST, LabelKind
from curator.text import many
from curator.tui.veil import Veil
from curator.tui.widgets.ink import Piece, Pieces
from curator.tui.widgets.wrap import Block

KINDS: dict[LabelKind, str] = {
    "single": "one of its values",
    "multi": "any of its values",
    "flag": "yes or no",
    "rating": "a number",
    "text": "a line of free text",
}
TURN = "single: warm, cold · multi: wrong, rude · flag · rating 5 · text; values that are there stay"
Kind = tuple[LabelKind, list[str], int]
"""A kind as it is typed: what it is, its values, the best of a rating."""
WRITE = "clarity rating 5 · unsafe flag · remark text · tone single: warm, cold · flaws multi: wrong, rude"


class Line(NamedTuple):
    """A line of the list: a label, a value of one, or with neither something given that has no place any more."""

    label: Slots | None
    slot: Slot | None = None
    stray: tuple[str, str, int] | None = None

    @property
    def whole(self) -> bool:
        """Whether it stands for a label, and not for a value."""
        return self.label is not None and self.slot is None

    @property
    def gone(self) -> bool:
        """Whether it is the place of a value that is gone."""
        return self.slot is not None and not self.slot.value

    @property
    def name(self) -> str:
        """What it is called."""
        if self.stray is not None:
            return self.stray[1] or self.stray[0]
        assert self.label is not None
        return self.slot.value if self.slot is not None else self.label.name


def lines_of(schema: Schema) -> list[Line]:
    """The labels, each with its values below it, and what was given that is no longer there."""
    found: list[Line] = []
    for label in schema.labels:
        found.append(Line(label))
        if label.kind in CHOICES:
            found += [Line(label, slot) for slot in label.slots]
    return [*found, *(Line(None, stray=stray) for stray in schema.strays)]


def count_of(schema: Schema, line: Line) -> int:
    """How many rows have it."""
    if line.stray is not None:
        return line.stray[2]
    assert line.label is not None
    if line.slot is not None:
        return schema.given.get((line.label.name, line.slot.value), 0) if line.slot.value else 0
    return sum(count for (name, _), count in schema.given.items() if name == line.label.name)


def shown(schema: Schema, line: Line, veil: Veil, *, here: bool) -> Pieces:
    """A line of the list."""
    count = f"{many(count_of(schema, line)):>13}"
    pointer = Piece("▸" if here else " ", "pointer")
    if line.stray is not None:
        said = f"{line.stray[0]}: {line.stray[1]}" if line.stray[1] else line.stray[0]
        return [pointer, Piece(" ! ", "failed"), Piece(f"{_cut(said, 32, veil)}"), Piece(count, "dim"),
                Piece("  given, but no label here", "dim")]  # fmt: skip
    assert line.label is not None
    if line.gone and line.slot is not None:
        return [pointer, Piece(f"   {line.slot.key or '·'} ", "dim"),
                Piece("gone; its digit stays empty" if line.slot.key else "gone", "dim")]  # fmt: skip
    ink = "bold" if here else "plain"
    if line.slot is not None:
        return [pointer, Piece(f"   {line.slot.key or '·'} ", "key"), Piece(_cut(line.slot.value, 30, veil), ink),
                Piece(count, "dim")]  # fmt: skip
    label = line.label
    key = label.slots[0].key or "·" if label.kind not in CHOICES else " "
    kind = kind_of(label)
    more = f"  / {veil.head(label.where, 60)}" if label.where else ""
    return [pointer, Piece(f" {key} ", "key"), Piece(_cut(label.name, 20, veil), "title"), Piece(f"{kind:<12}", "dim"),
            Piece(count, "dim"), Piece(more, "dim")]  # fmt: skip


def kind_of(label: Slots) -> str:
    """The kind of a label as it is shown."""
    return f"{label.kind} 1-{label.most}" if label.kind == "rating" else label.kind


def _cut(text: str, room: int, veil: Veil) -> str:
    shown = veil.head(text, 200)
    return f"{shown if len(shown) < room else shown[: room - 2] + '…':<{room}}"


def told(schema: Schema, line: Line, veil: Veil) -> list[Block]:
    """What a line stands for, how it is given, and what changing it would do."""
    count = count_of(schema, line)
    if line.stray is not None:
        label, value, _ = line.stray
        what = f"{many(count)} carry it, and curator.toml has no place for it: it can be filtered, not given."
        return [Block("", veil.head(f"{label}: {value}" if value else label, 300), f"{what}\ni takes it in.")]
    label_of = line.label
    assert label_of is not None
    if line.slot is not None:
        key = f"Digit {line.slot.key} gives it, for good." if line.slot.key else "No digit gives it; b binds one."
        if line.gone:
            return [Block("", "A VALUE THAT IS GONE", "Its digit gives nothing, so that no finger has to learn anew.")]
        what = f"{key}\n{many(count)} carry it.\ne renames it here and in what was given; x takes it out: rows keep it."
        return [Block("", veil.head(f"{label_of.name}: {line.slot.value}", 300), what)]
    key = label_of.slots[0].key
    ways = {
        "single": "its digits give one value, the next takes its place",
        "multi": "its digits turn values on and off",
        "flag": f"{key or 'no digit'} turns it on and off",
        "rating": f"{key or 'no digit'}, then 1 to {label_of.most}, gives it; 0 takes it away",
        "text": f"{key or 'no digit'} asks for a line",
    }
    where = f"Offered for rows of: {veil.head(label_of.where, 300)}" if label_of.where else "Offered for all rows."
    what = f"{KINDS[label_of.kind]}: {ways[label_of.kind]}.\n{where}\n{many(count)} carry it."
    return [Block("", veil.head(f"{label_of.name} · {label_of.kind}", 300), what)]


def read_label(text: str) -> tuple[str, Edit]:
    """A new label as it is typed: ``tone single: warm, cold``. Raises SettingsError that says what is missing."""
    head, _, rest = text.partition(" ")
    name, colon, _ = head.partition(":")
    if not name:
        raise SettingsError("a name, a kind, and what belongs to it: " + WRITE)
    if colon or not rest.strip():
        raise SettingsError(f"{name}: then a kind: {', '.join(KINDS)}")
    kind, values, most = read_kind(rest, name)
    if kind in CHOICES and not values:
        raise SettingsError(f"{name} {kind}: then its values, such as {name} {kind}: warm, cold")
    return name, added(name, kind, values, most)


def read_kind(text: str, name: str = "") -> Kind:
    """A kind as it is typed: ``single: warm, cold`` or ``rating 5``. Raises SettingsError that says what is missing."""
    head, colon, rest = text.partition(":")
    words = head.split()
    label = f"{name} " if name else ""
    kind = next((one for one in KINDS if words and one == words[0]), None)
    if kind is None:
        raise SettingsError(f"{name}: then a kind: {', '.join(KINDS)}" if name else f"a kind: {', '.join(KINDS)}")
    if kind not in CHOICES and colon:
        raise SettingsError(f"a {kind} has no values")
    most = words[1] if len(words) > 1 else str(MOST)
    if kind == "rating" and most not in tuple("23456789"):
        raise SettingsError(f"{label}rating: then its best, a number from 2 to 9")
    return kind, [value.strip() for value in rest.split(",") if value.strip()], int(most) if kind == "rating" else 0


def turning(found: Turning, veil: Veil) -> list[Block]:
    """What another kind of a label would do to what was given."""
    before, after = found.before, found.after
    head = veil.head(f"{before.name}: {kind_of(before)} → {kind_of(after)}", 200)
    slots = [
        f"{slot.key or 'no digit'} {slot.value}".strip() for slot in after.slots if slot.value or len(after.slots) < 2
    ]
    said = (
        f"y does it in curator.toml and in all that was given, as one step that u undoes.\nDigits: {', '.join(slots)}"
    )
    blocks = [Block("", head, veil.head(said, 1_000))]
    if found.fitting:
        lines = [f"{_become(old, new)}   {many(count)}" for old, new, count in found.fits]
        lines += ["…"] if sum(one[2] for one in found.fits) < found.fitting else []
        blocks.append(Block("", f"FITS, IN {many(found.fitting).upper()}", _lines(lines, veil)))
    if found.staying:
        lines = [f"{_value(old)}   {many(count)}" for old, count in found.stays]
        lines += [f"and {found.kinds_of_stays - len(found.stays):,} more"] if found.kinds_of_stays > len(lines) else []
        kept = "These rows keep what they carry: it can be filtered, and not given any more."
        blocks.append(Block("", f"DOES NOT FIT, IN {many(found.staying).upper()}", f"{_lines(lines, veil)}\n{kept}"))
    if not found.fitting and not found.staying:
        blocks.append(Block("", "GIVEN TO NO ROW", "Nothing that was given changes."))
    return blocks


def _lines(lines: list[str], veil: Veil) -> str:
    return "\n".join(veil.head(line, 300) for line in lines)


def _become(old: Any, new: Any) -> str:
    before, after = _value(old), _value(new)
    return before if before == after else f"{before} → {after}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(map(str, value)) or "none"
    return " ".join(str(value).split())
