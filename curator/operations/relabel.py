"""The labels of curator.toml are changed: what people gave is kept, and every digit stays with its value.

The first change writes the digits down that labels have without it, so that nothing later moves them.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import SettingsError
from curator.query import parse
from curator.settings import CHOICES, DIGITS, NAME, LabelKind, Settings, digits, load
from curator.settings_file import arrange, change, put, take_out
from curator.workspace import Undone, Workspace
from curator.workspace.renaming import RENAME

Edit = Callable[[dict[str, "Slots"]], None]


class Slot(Struct):
    """A value of a label and its digit; the value is "" when it is gone and its digit stays empty."""

    value: str
    key: str


class Slots(Struct):
    """A label as it stands in curator.toml, places of values that are gone included."""

    name: str
    kind: LabelKind
    slots: list[Slot]
    where: str = ""
    most: int = 0

    def at(self, value: str) -> int:
        """Where a value stands."""
        return next(place for place, slot in enumerate(self.slots) if slot.value == value)


class Schema(Struct, frozen=True):
    """The labels that can be given, and how many rows each was given to; `("quality", "")` counts a flag."""

    labels: tuple[Slots, ...]
    given: dict[tuple[str, str], int]

    @property
    def strays(self) -> list[tuple[str, str, int]]:
        """What was given and cannot be given any more, or never could."""
        known = {(label.name, slot.value) for label in self.labels for slot in label.slots}
        free = {label.name for label in self.labels if label.kind in ("rating", "text")}
        return [(*one, count) for one, count in sorted(self.given.items()) if one not in known and one[0] not in free]


def place_of(ws: Workspace) -> Path:
    """The curator.toml of a workspace, whether there is one or not."""
    return ws.path.parent / NAME


def schema(ws: Workspace) -> Schema:
    """The labels as they stand, with their counts. Raises SettingsError."""
    return Schema(written(place_of(ws)), ws.labels.given())


def written(path: Path) -> tuple[Slots, ...]:
    """The labels as a file has them. Raises SettingsError."""
    load(path.parent)
    return tuple(slots_of(tomllib.loads(path.read_text(encoding="utf-8-sig"))).values()) if path.exists() else ()


def slots_of(document: Mapping[str, Any]) -> dict[str, Slots]:
    """The labels of a document, each value with its digit."""
    tables = document.get("labels", {})
    counts = {
        name: (len(table.get("values", ())) if table.get("kind", "single") in CHOICES else 1, table.get("keys"))
        for name, table in tables.items()
    }
    keys = digits(counts)
    return {
        name: Slots(
            name,
            table.get("kind", "single"),
            [Slot(*pair) for pair in zip(table.get("values", [""]), keys[name], strict=True)],
            table.get("where", ""),
            table.get("most", 5 if table.get("kind") == "rating" else 0),
        )
        for name, table in tables.items()
    }


def free_digits(labels: Sequence[Slots]) -> list[str]:
    """The digits that nothing has, not even a value that is gone."""
    taken = {slot.key for label in labels for slot in label.slots}
    return [digit for digit in DIGITS if digit not in taken]


def edited(ws: Workspace, edit: Callable[[dict[str, Slots]], None]) -> Settings:
    """Changes the labels of curator.toml with `edit`, and makes the file where there is none. Raises SettingsError."""

    def carry(document: Any) -> None:
        labels = slots_of(document.unwrap())
        before = list(labels)
        edit(labels)
        for name, label in labels.items():
            _written(document, name, label)
        for name in before:
            if name not in labels:
                take_out(document, ("labels", name))
        if [name for name in before if name in labels] != [name for name in labels if name in before]:
            arrange(document, "labels", [(name, name) for name in labels])

    return change(place_of(ws), carry)


def _written(document: Any, name: str, label: Slots) -> None:
    where = ("labels", name)
    put(document, (*where, "kind"), label.kind)
    if label.kind in CHOICES:
        put(document, (*where, "values"), [slot.value for slot in label.slots])
    else:
        take_out(document, (*where, "values"))
    put(document, (*where, "keys"), [slot.key for slot in label.slots])
    if label.kind == "rating":
        put(document, (*where, "most"), label.most)
    else:
        take_out(document, (*where, "most"))
    if label.where:
        put(document, (*where, "where"), label.where)
    else:
        take_out(document, (*where, "where"))


# -- edits -------------------------------------------------------------------------------------------------------


def added(name: str, kind: LabelKind, values: Sequence[str] = (), most: int = 5) -> Edit:
    """A new label at the end, its values with the digits that are free."""

    def edit(labels: dict[str, Slots]) -> None:
        if name in labels:
            raise SettingsError(f"there is a label {name!r} already.")
        free = iter(free_digits(tuple(labels.values())))
        slots = [Slot(value, next(free, "")) for value in (values if kind in CHOICES else ("",))]
        labels[name] = Slots(name, kind, slots, most=most if kind == "rating" else 0)

    return edit


def with_value(name: str, value: str) -> Edit:
    """One more value, with a digit that is free."""

    def edit(labels: dict[str, Slots]) -> None:
        free = free_digits(tuple(labels.values()))
        if not value.strip() or any(slot.value == value for slot in labels[name].slots):
            raise SettingsError(f"{name} has {value!r} already." if value.strip() else "a name is missing.")
        labels[name].slots.append(Slot(value, free[0] if free else ""))

    return edit


def without(name: str, value: str | None) -> Edit:
    """A value less, whose digit stays empty; with None the whole label, whose digits become free."""

    def edit(labels: dict[str, Slots]) -> None:
        if value is None:
            del labels[name]
        elif sum(bool(slot.value) for slot in labels[name].slots) == 1:
            raise SettingsError(f"{value!r} is the only value of {name}: remove the label instead.")
        else:
            labels[name].slots[labels[name].at(value)].value = ""

    return edit


def moved(name: str, value: str | None, step: int) -> Edit:
    """A value, or a label, one place up or down, its digit with it."""

    def edit(labels: dict[str, Slots]) -> None:
        if value is not None:
            slots = labels[name].slots
            place = labels[name].at(value)
            if 0 <= place + step < len(slots):
                slots[place], slots[place + step] = slots[place + step], slots[place]
            return
        order = list(labels)
        place = order.index(name)
        if 0 <= place + step < len(order):
            order[place], order[place + step] = order[place + step], order[place]
        held = dict(labels)
        labels.clear()
        labels.update((one, held[one]) for one in order)

    return edit


def offered(name: str, where: str) -> Edit:
    """Only for the rows of a filter; "" for all. Raises QueryError for one that is wrong."""
    if where.strip():
        parse(where)

    def edit(labels: dict[str, Slots]) -> None:
        labels[name].where = where.strip()

    return edit


def bound(name: str, value: str, digit: str) -> Edit:
    """A digit for a value that has none. One that another value has is refused; a value that is gone gives its own."""

    def edit(labels: dict[str, Slots]) -> None:
        slot = labels[name].slots[labels[name].at(value)]
        if digit not in DIGITS or not digit:
            raise SettingsError(f"{digit!r} is no digit from 1 to 9.")
        if slot.key:
            raise SettingsError(f"{value or name!r} has {slot.key} for good.")
        for label in labels.values():
            for other in label.slots:
                if other.key == digit and (other.value or label.kind not in CHOICES):
                    raise SettingsError(f"{digit} belongs to {other.value or label.name!r} for good.")
                if other.key == digit:
                    other.key = ""
        slot.key = digit

    return edit


# -- renaming ----------------------------------------------------------------------------------------------------


def rename(ws: Workspace, name: str, value: str | None, to: str, *, actor: str) -> tuple[Settings, int]:
    """Gives a label, or a value, another name: in curator.toml, and as one operation in all that people gave.

    Returns the settings and the number of the event. Raises SettingsError, and WorkspaceError when the name was
    given to examples already; nothing is changed then.
    """
    labels = {label.name: label for label in schema(ws).labels}
    known = [slot.value for slot in labels[name].slots] if value is not None else list(labels)
    if not to.strip() or to in known:
        raise SettingsError(f"there is {to!r} already." if to.strip() else "a name is missing.")
    event = ws.labels.rename(name, value, to, actor=actor)
    try:
        return renamed(ws, name, value, to), event
    except SettingsError:
        ws.log.undo(actor)
        raise


def renamed(ws: Workspace, name: str, value: str | None, to: str) -> Settings:
    """Gives a label, or a value, another name in curator.toml alone."""

    def carry(document: Any) -> None:
        labels = slots_of(document.unwrap())
        for one, label in labels.items():
            _written(document, one, label)
        if value is None:
            arrange(document, "labels", [(to if one == name else one, one) for one in labels])
        else:
            slots = labels[name].slots
            put(document, ("labels", name, "values"), [to if slot.value == value else slot.value for slot in slots])

    return change(place_of(ws), carry)


def followed(ws: Workspace, undone: Undone) -> tuple[Undone, bool]:
    """Lets curator.toml follow an operation that was undone or done again; and whether that had changed a label.

    Where the file cannot be written, what was undone says so in its words.
    """
    event = None if undone.seqs else next(iter(ws.past.events(undone.saved.batch, 1)), None)
    if event is None or event.field != RENAME:
        return undone, False
    try:
        _follow(ws, event.before, event.after)
    except SettingsError as error:
        return replace(undone, label=f"{undone.label}, but not in curator.toml: {error}"), True
    return undone, True


def _follow(ws: Workspace, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A label as an event has left it, where the file has it as the event found it."""
    labels = {label.name: label for label in schema(ws).labels}
    held, value = labels.get(before["label"]), before.get("value")
    if held is None:
        return
    if "kind" in before:
        if (held.kind, held.most) == (before["kind"], before["most"]):
            edited(ws, _restored(after))
    elif value is None or any(slot.value == value for slot in held.slots):
        renamed(ws, before["label"], value, after["label"] if value is None else after["value"])


def _restored(said: Mapping[str, Any]) -> Edit:
    """A label with its kind and its values as an event has them; a digit that another label got since stays there."""

    def edit(labels: dict[str, Slots]) -> None:
        held = labels[said["label"]]
        taken = {slot.key for name, label in labels.items() if name != held.name for slot in label.slots}
        slots = [Slot(value, "" if key in taken else key) for value, key in said["slots"]]
        labels[held.name] = Slots(held.name, said["kind"], slots, held.where, said["most"])

    return edit
