"""What the name of a file says: its container and its split."""

import os
import re
from collections.abc import Iterable

from curator.model import Split
from curator.sources.base import Part

_SPLITS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}


def split_of(name: str) -> Split | None:
    """The split that a name states (``train-00000-of-00002.parquet``, ``my_dev.jsonl``), if it states one."""
    words = re.split(r"[^a-z]+", os.path.basename(name).lower())
    stated = {_SPLITS[word] for word in words if word in _SPLITS}
    return stated.pop() if len(stated) == 1 else None


def has_ending(location: str, suffixes: Iterable[str]) -> bool:
    """Whether a name ends in one of the endings, in any case, and is not that of a folder."""
    return location.lower().endswith(tuple(suffixes)) and not os.path.isdir(location)


def file_part(location: str) -> Part:
    """The part of a file that holds one table."""
    return Part(location, location, split_of(location))
