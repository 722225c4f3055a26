"""A label gets another kind: what was given goes with it where it fits, and stays as it was given where it does not.

    turning = preview(ws, "remark", "single", ["curt", "odd"])    # who would carry what, nothing is written
    settings, event = carry_out(ws, turning, actor="ana")         # one step, for curator.toml and for every row

What stays can be filtered and is listed as given without a place; it cannot be given any more.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from curator.errors import SettingsError
from curator.operations.relabel import Slot, Slots, edited, free_digits, schema
from curator.settings import CHOICES, MOST, LabelKind, Settings
from curator.workspace import Workspace

#: Values that are told one by one, and those of a text that become values of their own accord.
TOLD, FEW = 6, 9
YES = "yes"


class Turning(Struct, frozen=True):
    """A label before and after; in how many rows a value fits or stays as it is, and the most frequent of both.

    `pairs` are all values that become others, as they were and as they will be.
    """

    before: Slots
    after: Slots
    pairs: tuple[tuple[Any, Any], ...]
    fitting: int
    staying: int
    fits: tuple[tuple[Any, Any, int], ...]
    stays: tuple[tuple[Any, int], ...]
    kinds_of_stays: int


def preview(ws: Workspace, name: str, kind: LabelKind, values: Sequence[str] = (), most: int = 0) -> Turning:
    """What would become of a label and of what was given of it. Nothing is written. Raises SettingsError.

    A single or multi label keeps its values and gets these beside them; a rating offers its numbers, a flag "yes", a
    text what was given where that is little. The first value of others has the label's digit.
    """
    labels = schema(ws).labels
    before = next(label for label in labels if label.name == name)
    most = (most or MOST) if kind == "rating" else 0
    if (kind, most) == (before.kind, before.most):
        raise SettingsError(f"{name} is {kind} already.")
    held = ws.labels.held(name)
    if kind in CHOICES and before.kind not in CHOICES and not values:
        values = _offered(before, held)
    after = Slots(name, kind, _slots(before, kind, values, free_digits(labels)), before.where, most)
    return _planned(before, after, held)


def carry_out(ws: Workspace, turning: Turning, *, actor: str) -> tuple[Settings, int]:
    """Gives the label its other kind: in curator.toml, and as one operation in all that people gave.

    Returns the settings and the number of the event. Raises SettingsError, and WorkspaceError when what was given has
    changed in between; nothing is changed then.
    """
    before, after = turning.before, turning.after
    if before not in schema(ws).labels:
        raise SettingsError(f"{before.name} was changed meanwhile. Look at it again.")
    said = [_said(label, [pair[at] for pair in turning.pairs]) for at, label in enumerate((before, after))]
    event = ws.labels.turn(said[0], said[1], actor=actor)
    try:
        return edited(ws, lambda labels: labels.update({after.name: after})), event
    except SettingsError:
        ws.log.undo(actor)
        raise


def _said(label: Slots, values: list[Any]) -> dict[str, Any]:
    slots = [[slot.value, slot.key] for slot in label.slots]
    return {"label": label.name, "kind": label.kind, "values": values, "slots": slots, "most": label.most}


def _offered(before: Slots, held: Sequence[tuple[Any, int]]) -> list[str]:
    """The values that a label has of its own accord when it gets some."""
    if before.kind == "rating":
        return [str(number) for number in range(1, before.most + 1)]
    if before.kind == "flag":
        return [YES]
    texts = [value for value, _ in held if isinstance(value, str) and value.strip()]
    if not 0 < len(texts) <= FEW:
        given = f"{len(texts):,} texts were given" if texts else "none was given yet"
        raise SettingsError(f"then its values, such as single: warm, cold ({given})")
    return texts


def _slots(before: Slots, kind: LabelKind, values: Sequence[str], free: Sequence[str]) -> list[Slot]:
    """The values of a label under another kind, each with its digit."""
    own = [slot.key for slot in before.slots if slot.key]
    if kind not in CHOICES:
        return [Slot("", own[0] if own else "")]
    held = [Slot(slot.value, slot.key) for slot in before.slots] if before.kind in CHOICES else []
    fresh = list(dict.fromkeys(value for value in values if value and value not in {slot.value for slot in held}))
    digits = iter([*free] if held else [*own, *free])
    return [*held, *(Slot(value, next(digits, "")) for value in fresh)]


def _planned(before: Slots, after: Slots, held: Sequence[tuple[Any, int]]) -> Turning:
    counts = {_key(value): count for value, count in held}
    pairs: dict[str, tuple[Any, Any]] = {}
    become = set(counts)  # what is held already cannot be told apart from what would become it
    fits: list[tuple[Any, Any, int]] = []
    stays: list[tuple[Any, int]] = []
    possible = _possible(before)
    for value in [*possible, *(value for value, _ in held if _key(value) not in set(map(_key, possible)))]:
        new, count = _anew(value, after), counts.get(_key(value), 0)
        same = new is not None and _key(new) == _key(value)
        if new is None or (not same and _key(new) in become):
            stays += [(value, count)] if count else []
            continue
        if not same:
            pairs[_key(value)] = (value, new)
            become.add(_key(new))
        fits += [(value, new, count)] if count else []
    fits.sort(key=lambda one: -one[2])
    stays.sort(key=lambda one: -one[1])
    return Turning(
        before,
        after,
        tuple(pairs.values()),
        sum(one[2] for one in fits),
        sum(one[1] for one in stays),
        tuple(fits[:TOLD]),
        tuple(stays[:TOLD]),
        len(stays),
    )


def _possible(label: Slots) -> list[Any]:
    """What can be given of a label, as it is kept; of several values those alone, of a text nothing."""
    if label.kind == "rating":
        return list(range(1, label.most + 1))
    if label.kind == "flag":
        return [True]
    values = [slot.value for slot in label.slots if slot.value]
    return {"single": list[Any](values), "multi": [[value] for value in values]}.get(label.kind, [])


def _anew(value: Any, label: Slots) -> Any:
    """A value as a label keeps it; None where it does not fit."""
    known = {slot.value for slot in label.slots if slot.value}
    if label.kind == "multi" and isinstance(value, list):
        return value if value and known.issuperset(map(str, value)) else None
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(alone, list | float) or alone is None or alone is False:
        return None
    text = YES if alone is True else str(alone)
    if label.kind == "text":
        return text if text.strip() else None
    if label.kind == "flag":
        return True if text.casefold() in (YES, "true") else None
    if label.kind == "rating":
        return int(text) if text in map(str, range(1, label.most + 1)) else None
    return None if text not in known else [text] if label.kind == "multi" else text


def _key(value: Any) -> str:
    return repr(value)
