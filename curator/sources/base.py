"""What a source is: a container that rows are read from, one at a time, with nothing lost and nothing changed."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from curator.model import Split, Status

#: The longest row that is read, in bytes. A longer one is rejected, with its first bytes kept.
ROW_LIMIT = 16 * 1024 * 1024


class Row(Struct, frozen=True, gc=False):
    """One row as read.

    `number` counts from 1 as in the source: the line of a JSONL file, the record of a CSV file (without its
    header), the row of a table. `line` is the physical line where it starts, `offset` its first byte, where
    the container has them. `raw` is kept for ever. Exactly one of three holds: `value` is the mapping,
    `reason` says why there is none, or `blank` is true.
    """

    number: int
    raw: bytes
    value: dict[str, Any] | None = None
    reason: str = ""
    blank: bool = False
    offset: int | None = None
    line: int | None = None


class Decided(Struct, frozen=True):
    """What people decided about a row before, where its container says so: who, a status, labels, a note."""

    reviewer: str
    status: Status
    labels: dict[str, Any] = {}
    note: str = ""


class Part(Struct, frozen=True):
    """One source to import: a file, or one split of a data set that holds several.

    `name` is the source's name in identities (``train.jsonl``, ``hf:org/name:default/train``); import
    shortens a file's name to the path relative to the workspace. `split` is what the source itself says.
    `key` names the part inside the location where it holds several (the split of a saved data set, the key
    of a JSON object); then `name` is the location, a colon and the key. `format` is the shape of its rows, where
    the source says it.
    """

    location: str
    name: str
    split: Split | None = None
    key: str = ""
    format: str = ""


class Reading(Struct):
    """A source being read. Iterate `rows` to the end; then `digest` is the SHA-256 of all bytes that were read.

    `layout` is what a reader of the raw rows needs to know besides (a CSV's header and delimiter, a Parquet
    schema). `revision` pins a remote data set. `notes` are sentences for the user: casts, ignored files.
    `decided` says what people decided about a row, where the container knows that.
    Iterating raises `SourceError` when the source turns out to be damaged; then nothing may be kept of it.
    """

    rows: Iterator[Row]
    digest: str = ""
    layout: dict[str, Any] = field(default_factory=dict)
    revision: str | None = None
    notes: list[str] = field(default_factory=list)
    decided: Callable[[Row], Decided | None] | None = None


class Source(Struct, frozen=True):
    """A kind of container. One module of `sources/` holds one of these.

    `accepts(location)` looks at the name (and a folder's content), never reads rows. `parts(location)` lists
    what there is to import behind a location. `read(part)` opens one part; it raises `SourceError` with what,
    where and what to do. `suffixes` are the file endings it is found by in a folder.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    accepts: Callable[[str], bool]
    parts: Callable[[str], list[Part]]
    read: Callable[[Part], Reading]
