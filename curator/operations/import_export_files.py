"""The training files of an export, read again beside what its provenance says of each row."""

from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from curator.errors import CuratorError, FormatError, SourceError
from curator.formats.base import Format
from curator.formats.detect import named
from curator.model import Example
from curator.operations.export_origin import Origin, content_of
from curator.operations.verify import Written

_MARK = b"\xef\xbb\xbf"


class Tool(Struct, frozen=True):
    """Who wrote a manifest."""

    name: str


class Said(Struct, frozen=True):
    """What a manifest says of the target: the shape of its rows."""

    name: str
    format: str


class Manifest(Struct, frozen=True):
    """The part of a manifest that an import reads."""

    tool: Tool
    target: Said
    files: dict[str, Written]


class ExportFiles:
    """The training files of an export, each read once from its beginning on, in the order of provenance."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self._format = _format(manifest)
        self._open: dict[str, tuple[BinaryIO, list[int]]] = {}

    def example(self, origin: Origin) -> tuple[bytes, Example]:
        """The raw form of an example and itself, as it stood when it was exported."""
        if origin.content is not None:
            return msgspec.json.encode(origin.content), origin.content
        where = f"{self.folder / origin.file}:{origin.row}"
        raw = self._row(origin).removesuffix(b"\n")
        if self._format is None:
            raise SourceError(f"{where}: no format reads rows of this target here. Export again with this version.")
        try:
            return raw, content_of(self._format.parse(msgspec.json.decode(raw)))
        except (FormatError, msgspec.MsgspecError, ValueError) as error:
            raise SourceError(f"{where}: cannot be read ({error}). Export again.") from None

    def _row(self, origin: Origin) -> bytes:
        if origin.file not in self._open:
            self._open[origin.file] = ((self.folder / origin.file).open("rb"), [0])
        file, at = self._open[origin.file]
        raw = b""
        while at[0] < origin.row:
            raw = file.readline()
            at[0] += 1
        return raw.removeprefix(_MARK) if origin.row == 1 else raw

    def close(self) -> None:
        """Lets go of the files."""
        for file, _ in self._open.values():
            file.close()


def _format(manifest: Manifest) -> Format | None:
    try:
        return named(manifest.target.format)
    except CuratorError:
        return None  # the shape of a target: such rows carry their example in provenance
