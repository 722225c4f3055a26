"""Is an export still what its manifest says?"""

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from curator.errors import TargetError
from curator.operations.export_files import MANIFEST, said

#: Bytes read at once.
_BLOCK = 1 << 20


class Written(Struct, frozen=True):
    """What the manifest says about one file."""

    rows: int
    sha256: str
    bytes: int


class Manifest(Struct, frozen=True):
    """The part of a manifest that can be proven."""

    files: dict[str, Written]


def verify_export(directory: Path) -> list[str]:
    """What differs between an export's files and its manifest, a sentence each; empty when nothing does.

    Raises `TargetError` when there is no manifest that can be read.
    """
    path = directory / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise TargetError(
            f"{directory}: has no {MANIFEST}, so it is no export, or one that was never finished. Name the folder that "
            "`curator export --out` was given."
        ) from None
    except OSError as error:
        raise TargetError(f"{path}: cannot be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise TargetError(f"{path}: is no manifest of an export ({error}). Export again.") from None
    found = []
    for name, written in sorted(manifest.files.items()):
        found += _differences(directory, name, written)
    strangers = {file.name for file in directory.glob("*.jsonl")} - manifest.files.keys()
    found += [f"{name}: is not in the manifest, so it is not part of this export" for name in sorted(strangers)]
    return found


def is_export(directory: Path) -> bool:
    """Whether a folder has a manifest of an export that can be read."""
    try:
        msgspec.json.decode((directory / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, ValueError):
        return False
    return True


def _differences(directory: Path, name: str, written: Written) -> list[str]:
    if Path(name).name != name:
        return [f"{name!r}: the manifest names a file outside of its folder; it was not read"]
    try:
        sha256, rows = _sha256(directory / name)
    except IsADirectoryError:
        return [f"{name}: is a folder; the manifest says it is a file of {written.rows:,} rows"]
    except FileNotFoundError:
        return [f"{name}: is missing; the manifest says {written.rows:,} rows"]
    except OSError as error:
        return [str(said(error, directory / name))]
    if rows != written.rows and not name.endswith(".parquet"):  # which has no lines to count
        return [f"{name}: has {rows:,} rows; the manifest says {written.rows:,}"]
    if sha256 != written.sha256:
        unit = "rows" if name.endswith(".jsonl") else "lines"
        return [f"{name}: has another content than when it was written, though as many {unit}"]
    return []


def _sha256(path: Path) -> tuple[str, int]:
    """The checksum of a file and how many lines it has. Raises `OSError`."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines
