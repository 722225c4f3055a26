"""Folders that `curator export` wrote: the training files, with what was decided about each of their rows.

What is written here is what `provenance.jsonl` says of each row: its status, who gave it, labels and note. Documents
(`rag.jsonl`) and the list of what was left out are no pairs, and are passed over. So are read exports inside of a
folder that is named, and those whose rows are chosen by hand; an export that is named itself is given back under its
ids by `operations.import_export`.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from curator.errors import SourceError
from curator.model import Status
from curator.sources import jsonl, parquet
from curator.sources.base import Decided, Part, Reading, Row, Source
from curator.sources.naming import split_of

MANIFEST, PROVENANCE = "manifest.json", "provenance.jsonl"
#: Files of an export that hold no pairs to train on.
_NO_PAIRS = frozenset(
    ("rag.jsonl", "rag_eval.jsonl", "left_out.jsonl", PROVENANCE, "rag_provenance.jsonl", "edits.jsonl")
)
_READERS = {".jsonl": jsonl.SOURCE, ".parquet": parquet.SOURCE}


class _Origin(Struct, frozen=True):
    """The part of a line of provenance.jsonl that is read."""

    file: str
    row: int
    status: Status = "pending"
    reviewer: str = ""
    labels: dict[str, Any] = {}
    note: str = ""


def accepts(location: str) -> bool:
    """Whether a folder holds an export with its manifest."""
    return os.path.isdir(location) and _manifest(location) is not None


def parts(location: str) -> list[Part]:
    """One part a training file, in the order train, validation, test."""
    found = _manifest(location)
    assert found is not None
    names = [name for name in found["files"] if name not in _NO_PAIRS and os.path.splitext(name)[1] in _READERS]
    if not names:
        raise SourceError(
            f"{location}: this export holds no training file, only documents. There is nothing to import."
        )
    order = ("train", "validation", "test")
    names.sort(key=lambda name: (order.index(split_of(name) or "train"), name))
    shape = str(found.get("target", {}).get("format", ""))
    return [
        Part(path, path, split_of(name), format=shape) for name in names for path in (os.path.join(location, name),)
    ]


def read(part: Part) -> Reading:
    """The rows of one training file. Raises `SourceError` when it, or what is said of its rows, cannot be read."""
    reading = _READERS[os.path.splitext(part.location)[1]].read(part)
    reading.decided = _decided(part.location)
    return reading


def _decided(path: str) -> Callable[[Row], Decided | None]:
    folder, name = os.path.split(path)
    said: dict[int, Decided] = {}
    for origin in _origins(os.path.join(folder, PROVENANCE)):
        if origin.file == name and (origin.status != "pending" or origin.labels or origin.note):
            said[origin.row] = Decided(origin.reviewer or "export", origin.status, origin.labels, origin.note)
    return lambda row: said.get(row.number)


def _origins(path: str) -> Iterator[_Origin]:
    decode = msgspec.json.Decoder(_Origin).decode
    try:
        with open(path, "rb") as lines:
            yield from map(decode, lines)
    except FileNotFoundError:
        return  # an export of an earlier version: its rows are there, what was decided is not
    except (OSError, msgspec.MsgspecError) as error:
        raise SourceError(
            f"{path}: cannot be read ({error}). Name the training file itself to import it alone."
        ) from None


def _manifest(location: str) -> dict[str, Any] | None:
    try:
        with open(os.path.join(location, MANIFEST), "rb") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    tool = found.get("tool") if isinstance(found, dict) else None
    ours = isinstance(tool, dict) and tool.get("name") == "curator" and isinstance(found.get("files"), dict)
    return found if ours else None


SOURCE = Source("export", "an export of Curator, with its manifest", (), accepts, parts, read)
