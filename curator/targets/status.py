"""Whether each target still takes files: dated facts in `status.toml`, so that they change without code."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from curator.errors import TargetError
from curator.targets.base import Status


def read_statuses(text: str, where: str) -> dict[str, Status]:
    """The statuses of a TOML text with one table a target; `where` names it in the `TargetError`."""
    try:
        return msgspec.convert(tomllib.loads(text), dict[str, Status])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TargetError(f"{where}: {error}") from None


@cache
def statuses() -> dict[str, Status]:
    """The statuses that came with this version, by target name."""
    found = files("curator.targets").joinpath("status.toml")
    return read_statuses(found.read_text(encoding="utf-8"), "status.toml")


def status(name: str) -> Status:
    """The status of one target; raises `TargetError` when `status.toml` has no table for it."""
    try:
        return statuses()[name]
    except KeyError:
        raise TargetError(f"status.toml has no table [{name}]") from None
