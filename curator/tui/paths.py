"""Completing a path while it is typed: what lies in the folder that it names."""

import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

MOST = 400
"""Names that are listed; of a folder with more of them, the first that fit."""
SCANNED = 50_000
"""Names of a folder that are looked through."""


class Shelf(NamedTuple):
    """What could stand where a text ends: names that go on with it (folders end in a slash), and what they share."""

    text: str
    names: tuple[str, ...]
    shared: str
    problem: str = ""

    def with_name(self, name: str) -> str:
        """The text with one of the names in the place of its last part."""
        return self.text[: len(self.text) - len(os.path.basename(self.text))] + name


def above(text: str) -> str:
    """The folder above the one that a text names, as a text that ends in a slash; empty for the current folder."""
    folder = os.path.normpath(os.path.join(os.path.dirname(text) or ".", ".."))
    return "" if folder == "." else os.path.join(folder, "")


def shelf(text: str, wanted: Callable[[str], bool]) -> Shelf:
    """The names of files that are `wanted`, and of folders, that begin as the text ends. For a worker's thread."""
    folder, start = os.path.split(os.path.expanduser(text))
    try:
        with os.scandir(folder or ".") as entries:
            names = sorted(islice(_names(islice(entries, SCANNED), start, wanted), SCANNED))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Shelf(text, (), start, f"{folder or '.'}: {reason}")
    shared = _shared(names[0], names[-1]) if names else start
    return Shelf(text, tuple(names[:MOST]), shared)


def _shared(first: str, last: str) -> str:
    """What all names between two in order begin with."""
    end = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:end]


def _names(entries: "Iterator[os.DirEntry[str]]", start: str, wanted: Callable[[str], bool]) -> Iterator[str]:
    for entry in entries:
        if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
            continue
        try:
            folder = entry.is_dir()
        except OSError:
            continue
        if folder:
            yield f"{entry.name}/"
        elif wanted(entry.name):
            yield entry.name


def size(count: int) -> str:
    """A number of bytes for people: 812 B, 4.0 kB, 1.3 GB."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
