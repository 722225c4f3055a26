"""CSV and TSV: every value is the text that stands there. 007 stays 007, NA stays NA, an empty field is empty."""

import csv
from collections.abc import Iterator
from itertools import islice

from curator.errors import SourceError
from curator.sources.base import Part, Reading, Row, Source
from curator.sources.csv_records import Record, Records
from curator.sources.jsonl import BOM_NOTE
from curator.sources.lines import Lines
from curator.sources.naming import file_part, has_ending
from curator.sources.stored import Stored

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst")

_DELIMITERS = (",", ";", "\t", "|")

#: The delimiter is decided on the header and this many records after it, within the first 256 kB.
_LOOK = 50
_LOOK_BYTES = 256 * 1024


def accepts(location: str) -> bool:
    """Whether the name is that of a CSV or TSV file."""
    return has_ending(location, SUFFIXES)


def parts(location: str) -> list[Part]:
    """The one part of a file."""
    return [file_part(location)]


def read(part: Part) -> Reading:
    """The rows of a file. Raises `SourceError` for a bad file or a header that cannot be used."""
    return read_stored(Stored(part.location), tab=".tsv" in part.location.lower()[-8:])


def read_stored(stored: Stored, *, tab: bool = False) -> Reading:
    """The rows of an open file; with `tab` its delimiter is not guessed."""
    delimiter = "\t" if tab else _delimiter(stored.head)
    lines = Lines(stored.blocks())
    records = Records(lines, delimiter)
    stream = iter(records)
    names, width = _header(stream, stored)
    records.width = width
    layout = {"header": names, "delimiter": delimiter}
    reading = Reading(iter(()), layout=layout, notes=[BOM_NOTE] if lines.bom else [])
    unnamed = [position for position, name in enumerate(names, 1) if name == f"column {position}"]
    if unnamed:
        reading.notes.append(f"column {unnamed[0]} has no name in the header; it is called 'column {unnamed[0]}'")

    def rows() -> Iterator[Row]:
        yield from _rows(stream, names, width)
        reading.digest = stored.digest

    reading.rows = rows()
    return reading


def row_value(raw: bytes, names: list[str], delimiter: str) -> dict[str, str]:
    """The columns of one kept record: what a reader of `raw` does with the `layout`."""
    lines = [line + "\n" for line in raw.decode("utf-8").split("\n")]
    fields = next(csv.reader(lines, delimiter=delimiter, strict=True))
    return dict(zip(names, fields, strict=False))


def _rows(stream: Iterator[Record], names: list[str], width: int) -> Iterator[Row]:
    count = len(names)
    number = 0
    for record in stream:
        if record.blank:
            yield Row(number, record.raw, blank=True, offset=record.offset, line=record.line)
            continue
        number += 1
        reason = record.reason or _misfit(record.fields, names, width)
        if reason:
            yield Row(number, record.raw, reason=reason, offset=record.offset, line=record.line)
        else:
            value = dict(zip(names, record.fields[:count], strict=True))
            yield Row(number, record.raw, value, offset=record.offset, line=record.line)


def _misfit(fields: list[str], names: list[str], width: int) -> str:
    """Why a record does not fit the header; empty when it does."""
    if len(fields) == len(names) or (len(names) < len(fields) <= width and not any(fields[len(names) :])):
        return ""
    if len(names) < len(fields) <= width:
        return f"has a value in column {len(names) + 1}, which has no name in the header"
    fields_word = "field" if len(fields) == 1 else "fields"
    return f"has {len(fields)} {fields_word}, the header has {len(names)}"


def _header(stream: Iterator[Record], stored: Stored) -> tuple[list[str], int]:
    """The column names, without empty ones at the end, and the width of the header with them."""
    record = next((record for record in stream if not record.blank), None)
    if record is None:
        raise SourceError(f"{stored.name}: holds only empty lines; the first line must name the columns")
    if b"\r" in record.raw.rstrip(b"\r") and b"\n" not in stored.head:
        raise SourceError(f"{stored.name}: its lines end in CR alone; save it with LF or CRLF line ends")
    if record.reason:
        raise SourceError(f"{stored.name}:{record.line}: the header cannot be read: {record.reason}")
    names = [name.strip() for name in record.fields]
    width = len(names)
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SourceError(f"{stored.name}:{record.line}: the header names no column")
    names = [name or f"column {position}" for position, name in enumerate(names, 1)]
    for name in names:
        if names.count(name) > 1:
            raise SourceError(f"{stored.name}:{record.line}: the header names the column {name!r} twice; rename one")
    return names, width


def _delimiter(head: bytes) -> str:
    """The delimiter under which most records have as many fields as the header, more fields winning a tie."""

    def score(delimiter: str) -> tuple[int, int]:
        records = Records(Lines([head[:_LOOK_BYTES]]), delimiter)
        widths = [len(record.fields) for record in islice(records, _LOOK) if not record.blank]
        if not widths or widths[0] < 2:
            return (0, 0)
        return (sum(width == widths[0] for width in widths), widths[0])

    return max(_DELIMITERS, key=score)


SOURCE = Source("csv", "CSV or TSV", SUFFIXES, accepts, parts, read)
