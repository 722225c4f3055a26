"""Parquet, in batches, with page checksums verified where the file has them."""

import json
import os
from collections.abc import Iterator
from typing import Any

from curator.errors import SourceError
from curator.sources.base import ROW_LIMIT, Part, Reading, Row, Source
from curator.sources.lines import HEAD
from curator.sources.naming import file_part, has_ending
from curator.sources.plain import Plain
from curator.sources.stored import file_digest, open_regular
from curator.sources.strict_json import NotStrict, canonical, is_deep

SUFFIXES = (".parquet",)

#: A batch holds about this much uncompressed data, in bytes, and at most `_BATCH_ROWS` rows.
_BATCH_BYTES = 8 * 1024 * 1024
_BATCH_ROWS = 1000


def accepts(location: str) -> bool:
    """Whether the name is that of a Parquet file."""
    return has_ending(location, SUFFIXES)


def parts(location: str) -> list[Part]:
    """The one part of a file."""
    return [file_part(location)]


def read(part: Part) -> Reading:
    """The rows of a file. Raises `SourceError`, also while iterating a damaged file.

    A Parquet file is not read front to back, so its digest is taken by a pass of its own, after the rows.
    """
    path = part.location
    file = _open(path)
    schema = file.schema_arrow
    reading = Reading(iter(()), layout={"schema": {field.name: str(field.type) for field in schema}})
    plain = Plain(reading.notes, _features(schema.metadata), encoded=True)

    def rows() -> Iterator[Row]:
        with file:
            number = 0
            for batch in _batches(file, path):
                for value in batch:
                    number += 1
                    yield table_row(number, value, plain)
        reading.digest = file_digest([path])

    reading.rows = rows()
    return reading


def table_row(number: int, value: dict[str, Any], plain: Plain) -> Row:
    """A row of a typed table; its raw form is canonical JSON."""
    try:
        columns = plain.row(value)
        raw = canonical(columns)
    except (NotStrict, ValueError, RecursionError) as error:
        return Row(number, repr(value)[:HEAD].encode("utf-8", "replace"), reason=str(error))
    if len(raw) > ROW_LIMIT:
        return Row(number, raw[:HEAD], reason=f"longer than {ROW_LIMIT // 1024**2} MB ({len(raw)} bytes)")
    if is_deep(columns):
        return Row(number, raw, reason="nested too deeply")
    return Row(number, raw, columns)


def _open(path: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    os.close(open_regular(path))  # says in words what is wrong with the path
    if os.path.getsize(path) == 0:
        raise SourceError(f"{path}: is empty; there is nothing to import")
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: is damaged or no Parquet file: {_first_line(error)}") from None
    names = file.schema_arrow.names
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        file.close()
        raise SourceError(f"{path}: has the column {doubled[0]!r} twice; rename one")
    return file


def _batches(file: Any, path: str) -> Iterator[list[dict[str, Any]]]:
    import pyarrow as pa

    groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
    widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    size = max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(widest, 1)))
    try:
        for batch in file.iter_batches(batch_size=size, use_threads=False):
            yield batch.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: is damaged: {_first_line(error)}") from None


def _features(metadata: dict[bytes, bytes] | None) -> dict[str, Any] | None:
    """What `datasets` wrote into the file about its columns, such as the names of classes."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError):
        return None
    return features if isinstance(features, dict) else None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


SOURCE = Source("parquet", "Parquet", SUFFIXES, accepts, parts, read)
