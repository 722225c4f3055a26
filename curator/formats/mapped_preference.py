"""Preference pairs whose columns are named by the user: ``--map input=question,chosen=better,rejected=worse``."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.errors import FormatError
from curator.formats.base import Format
from curator.formats.inverse import lost
from curator.formats.preference import PREFERENCE
from curator.formats.values import REFERENCE, missing
from curator.model import Example

#: What a column can be mapped to here; without an input, both ends are whole conversations.
SIDES = ("chosen", "rejected")
_NAMES = {"input": "prompt", "chosen": "chosen", "rejected": "rejected", "system": "system", "reference": REFERENCE}


def is_preference(mapping: dict[str, str]) -> bool:
    """Whether a mapping names a side of a preference pair."""
    return any(side in mapping for side in SIDES)


def mapped_preference(mapping: dict[str, str]) -> Format:
    """A format that reads these columns. Raises `FormatError` when a side is missing, or a role makes no sense."""
    for side in SIDES:
        if side not in mapping:
            raise FormatError(f"needs {side} as well, as in --map input=question,chosen=better,rejected=worse", "--map")
    odd = next((role for role in mapping if role not in _NAMES), None)
    if odd:
        raise FormatError(f"{odd} has no place beside chosen and rejected; the output is the chosen end", "--map")
    return _Mapped(mapping).format()


class _Mapped(Struct, frozen=True):
    """A struct, so that a mapped format can be sent to another process."""

    mapping: dict[str, str]

    def format(self) -> Format:
        return Format(
            name="mapped",
            title=", ".join(f"{role}={column}" for role, column in self.mapping.items()),
            columns=frozenset(self.mapping.values()),
            matches=self.matches,
            parse=self.parse,
            holds=self.holds,
            render=self.render,
            readings=self.readings,
        )

    def matches(self, row: dict[str, Any]) -> int:
        return 100 if all(column in row for column in self.mapping.values()) else 0

    def parse(self, row: dict[str, Any]) -> Example:
        for column in self.mapping.values():
            if column not in row:
                raise missing(column, row)
        example = PREFERENCE.parse({_NAMES[role]: row[column] for role, column in self.mapping.items()})
        used = self.mapping.values()
        rest = {name: value for name, value in row.items() if name not in used}
        return replace(example, metadata={**{self._named(k): v for k, v in example.metadata.items()}, **rest})

    def _named(self, name: str) -> str:
        """The column of the row that was read under another name, for what is kept of it."""
        return next((column for role, column in self.mapping.items() if _NAMES[role] == name), name)

    def holds(self, example: Example) -> str | None:
        return lost(example, self.render, self.parse)

    def render(self, example: Example) -> dict[str, Any]:
        row = PREFERENCE.render(replace(example, metadata={}))
        if "input" not in self.mapping:
            row["chosen"], row["rejected"] = ([*row["prompt"], *row[side]] for side in SIDES)
        return {**{column: row.get(_NAMES[role]) for role, column in self.mapping.items()}, **example.metadata}

    def readings(self, _row: dict[str, Any]) -> tuple[str, ...]:
        return (", ".join(f"`{column}` is the {role}" for role, column in self.mapping.items()),)
