"""What a user knows better than this version: ``[targets.NAME]`` in curator.toml, over status and limits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import SettingsError
from curator.settings import load
from curator.targets.base import Status, Target
from curator.targets.limits import Limits

_BOM = "bom"


def in_folder(target: Target, folder: Path) -> Target:
    """The target with what the curator.toml of a folder says about it. Raises `SettingsError`."""
    table = load(folder).targets.get(target.name)
    return target if table is None else overridden(target, table, f"{folder / 'curator.toml'}: [targets.{target.name}]")


def overridden(target: Target, table: Mapping[str, Any], where: str) -> Target:
    """The target with other status and limits; `bom` turns the byte order mark of its files on or off.

    Raises `SettingsError` that names the key, and what is allowed there.
    """
    known = (*Status.__struct_fields__, *Limits.__struct_fields__, _BOM)
    for key in table:
        if key not in known:
            raise SettingsError(f"{where}: there is no setting {key!r} (there are {', '.join(known)})")
    if type(table.get(_BOM, True)) is not bool:
        raise SettingsError(f"{where}: bom must be true or false")
    try:
        status = _changed(target.status, table, Status)
        limits = _changed(target.limits, table, Limits)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {error}") from None
    mark = target.mark if _BOM not in table else b"\xef\xbb\xbf" if table[_BOM] else b""
    return msgspec.structs.replace(target, status=status, limits=limits, mark=mark)


def _changed(value: Any, table: Mapping[str, Any], kind: type[Any]) -> Any:
    own = {key: item for key, item in table.items() if key in kind.__struct_fields__}
    return msgspec.convert(msgspec.to_builtins(value) | own, kind)
