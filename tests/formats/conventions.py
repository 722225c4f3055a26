"""The columns that data sets, providers and annotation tools use: six rows of each, and how they are read."""

import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from curator.formats.detect import detect

HERE = Path(__file__).parent


class Convention(Struct, frozen=True):
    """Whose columns a file has, and how it is read: the format, and roles and output of its second row.

    `others` counts the other readings that are told.
    """

    file: str
    who: str
    format: str
    roles: str
    output: str
    others: int = 0

    @property
    def path(self) -> Path:
        """Where the file is."""
        return HERE / "rows" / self.file

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the file."""
        text = self.path.read_text(encoding="utf-8")
        lines = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        return msgspec.convert(lines, list[dict[str, Any]])


CONVENTIONS = tuple(
    msgspec.convert({"file": file, **told}, Convention)
    for file, told in tomllib.loads((HERE / "conventions.toml").read_text(encoding="utf-8")).items()
)


def conventions_table() -> str:
    """The table of the README: whose columns, which, how they are read, and what else they could mean."""
    lines = ["| Rows of | Columns | Read as | Also told |", "| --- | --- | --- | --- |"]
    for one in CONVENTIONS:
        rows = one.rows()
        found = detect(rows)
        columns = ", ".join(f"`{name}`" for name in rows[0])
        how = found.why.partition(": ")[2].rpartition(" (")[0].replace("|", "\\|")
        also = "; ".join(other.partition(" (")[0] for other in found.also).replace("|", "\\|")
        lines.append(f"| {one.who} | {columns} | {one.format}: {how} | {also} |")
    return "\n".join(lines)
