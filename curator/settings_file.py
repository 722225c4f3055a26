"""Changes in curator.toml as a person would make them: its comments and its order stay, and it is never half written.

    set_value(path, ("review", "min_dwell_ms"), 200)
    remove(path, ("checks", "truncated-output", "stops"))

What would not be understood is not written: `SettingsError` says what is wrong with it.
"""

import os
import uuid
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from curator.errors import SettingsError
from curator.settings import Settings, understood

Keys = tuple[str, ...]
"""The way to a setting: the names of its tables, then its own."""


def set_value(path: Path, keys: Keys, value: Any) -> Settings:
    """Give a setting a value, make its tables and the file where there are none. Returns the settings as they are now.

    Raises `SettingsError` when the file cannot be read or written, or would not be allowed.
    """
    return change(path, lambda document: put(document, keys, value))


def remove(path: Path, keys: Keys) -> Settings:
    """Take a setting or a table out, so that its default holds again; nothing happens when it is not there."""
    return change(path, lambda document: take_out(document, keys)) if path.exists() else understood(path, "")


def change(path: Path, edit: Callable[[Any], None]) -> Settings:
    """Read the file, let `edit` change its document with `put`, `take_out` and `arrange`, and write it as one step."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    place = path.resolve()  # a link stays a link
    try:
        before = place.read_bytes() if place.exists() else b""
        text = before.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    understood(path, text)  # what is wrong already is told as what it is
    try:
        document = tomlkit.parse(text)
        edit(document)
        after = tomlkit.dumps(document)
    except (TOMLKitError, TypeError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be changed: {error}. Write it by hand.") from error
    settings = understood(path, after)
    if after.encode() != before:
        _write(place, after.encode())
    return settings


def put(document: Any, keys: Keys, value: Any) -> None:
    """Give a setting of a document a value; an array that only grew keeps the comments in it."""
    import tomlkit
    from tomlkit.items import Array

    *tables, name = keys
    place = document
    for number, table in enumerate(tables):
        if table not in place:
            place[table] = tomlkit.table(is_super_table=number < len(tables) - 1)
        place = place[table]
        if not isinstance(place, MutableMapping):
            raise ValueError(f"{table} is no table")
    held = place.get(name)
    if isinstance(held, Array) and isinstance(value, list | tuple):
        if list(value[: len(held)]) == held.unwrap():
            for item in value[len(held) :]:
                held.append(item)
            return
        value = list(value)
    place[name] = list(value) if isinstance(value, tuple) else value


def take_out(document: Any, keys: Keys) -> None:
    """Take a setting out of a document, and with it the tables that hold nothing else, comments included."""
    *tables, name = keys
    way = [document]
    for table in tables:
        if table not in way[-1]:
            return
        way.append(way[-1][table])
    if name not in way[-1]:
        return
    del way[-1][name]
    for parent, table, place in reversed(list(zip(way, tables, way[1:], strict=False))):
        if len(place) or "#" in place.as_string():
            return
        del parent[table]


def arrange(document: Any, table: str, order: Sequence[tuple[str, str]]) -> None:
    """Put the entries of a table in this order, each as (its name from now on, its name until now); drop the others."""
    import tomlkit
    from tomlkit.items import InlineTable

    held = document[table]
    if isinstance(held, InlineTable):
        raise SettingsError(f"{table} stands in one line. Write it as tables, such as [{table}.NAME], and try again.")
    items = {old: held[old] for _, old in order}
    place = list(document.keys()).index(table)
    later = [(name, document[name]) for name in list(document.keys())[place + 1 :]]
    del document[table]
    for name, _ in later:
        del document[name]
    inline = any(isinstance(item, InlineTable) for item in items.values())
    fresh = tomlkit.table(is_super_table=not inline)
    for new, old in sorted(order, key=lambda pair: not isinstance(items[pair[1]], InlineTable)):
        fresh.append(new, items[old])
    if order:
        document.append(table, fresh)
    for name, item in later:
        document.append(name, item)


def _write(path: Path, body: bytes) -> None:
    """Put a file in the place of another, whole, with the other's rights."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(mode)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error}") from error
