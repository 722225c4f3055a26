"""Import of an export: with its manifest, the same examples and decisions come back under their ids."""

import hashlib
from collections.abc import Generator, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from curator.errors import SourceError, TargetError
from curator.model import Example, Message, Progress
from curator.operations.export_files import MANIFEST
from curator.operations.export_origin import EDITS, PROVENANCE, RAG_PROVENANCE, Edits, Origin
from curator.operations.export_rows import LEFT_OUT, RAG, RAG_EVAL
from curator.operations.import_export_decisions import Decisions
from curator.operations.import_export_files import ExportFiles, Manifest
from curator.operations.verify import verify_export
from curator.workspace import Counts, Workspace

#: Rows between two reports of progress.
STEP = 2_000
_BESIDE = (RAG, RAG_EVAL, LEFT_OUT, PROVENANCE, RAG_PROVENANCE, EDITS)

_origin = msgspec.json.Decoder(Origin)
_edits = msgspec.json.Decoder(Edits)


class Restored(Struct, frozen=True):
    """What came back of an export: rows by what became of them, decisions that were recorded, what did not come."""

    counts: Counts
    judged: int
    notes: tuple[str, ...]


def export_in(location: str) -> Path | None:
    """The folder of an export of ours, when the location is one: its manifest or its provenance says so."""
    folder = Path(location)
    if not (folder / MANIFEST).is_file():
        return None
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
        ours = isinstance(manifest, dict) and isinstance(manifest.get("tool"), dict)
        return folder if ours and manifest["tool"].get("name") == "curator" else None
    except (OSError, ValueError):
        return folder if (folder / PROVENANCE).exists() else None


def plain_files(folder: Path) -> list[str]:
    """The training files of an export, to be read as any other data: nothing else of the folder is examples."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        names = [name for name in manifest.files if Path(name).name == name]
    except (OSError, msgspec.MsgspecError, ValueError):
        names = [file.name for file in sorted(folder.glob("*.jsonl"))]
    found = [str(folder / name) for name in names if name not in _BESIDE and (folder / name).suffix in _KINDS]
    present = [name for name in found if Path(name).exists()]
    if not present:
        raise SourceError(f"{folder}: has no training file that is there. Name the files that you want to import.")
    return present


_KINDS = (".jsonl", ".json", ".parquet")


def import_export(ws: Workspace, folder: Path, *, actor: str) -> Generator[Progress, None, Restored]:
    """Stores the examples of an export under their ids, and records what was decided about them.

    What is known here already keeps what was decided here. Raises `SourceError`, and stores nothing, when the files are
    not those of the manifest.
    """
    manifest, notes = _proven(folder)
    edited = _edited(folder)
    if EDITS in manifest.files and not (folder / EDITS).exists():
        notes.append(f"{EDITS} is gone: what was changed in a text is now that text as imported, under another id.")
    stored = known = 0
    named_now: dict[str, str] = {}
    files = ExportFiles(folder, manifest)
    try:
        for source, origins in groupby(_origins(folder), key=lambda one: one.source):
            counts = yield from _load(ws, source, origins, files, edited, named_now, actor)
            stored, known = stored + counts.stored, known + counts.known
    finally:
        files.close()
    decisions = Decisions(ws, edited, named_now, anew=known > 0)
    for number, origin in enumerate(_origins(folder), start=1):
        decisions.add(origin)
        if number % STEP == 0:
            decisions.record()
            yield Progress("recording decisions", number, stored + known)
    decisions.record()
    if decisions.kept:
        notes.append(
            f"{decisions.kept:,} were decided about here before: that stands, not what the export says of them."
        )
    left = manifest.files.get(LEFT_OUT)
    if left is not None and left.rows:
        notes.append(f"{left.rows:,} left out of the export are not in it, only their ids and reasons ({LEFT_OUT}).")
    return Restored(Counts(read=stored + known, stored=stored, known=known), decisions.count, tuple(notes))


def _proven(folder: Path) -> tuple[Manifest, list[str]]:
    """The manifest of an export whose files are what it says, and what else lies there."""
    way_out = (
        f"Nothing was imported. Bring back the files as they were, or export again; or read its training files as any "
        f"other data, without ids and decisions: curator import {folder} --as-data"
    )
    try:
        differences = verify_export(folder)
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except TargetError as error:
        raise SourceError(f"{error} {way_out}") from None
    except msgspec.MsgspecError as error:
        raise SourceError(f"{folder / MANIFEST}: is no manifest that an import can read ({error}). {way_out}") from None
    strange = [said for said in differences if "is not in the manifest" in said]
    gone = [said for said in differences if said.startswith(f"{EDITS}: is missing")]
    wrong = [said for said in differences if said not in strange and said not in gone]
    if PROVENANCE not in manifest.files:
        wrong.append(f"{PROVENANCE}: is not in the manifest, so nobody knows which example a row is")
    if wrong:
        raise SourceError(f"{folder}: is not the export that its {MANIFEST} describes: {'; '.join(wrong)}. {way_out}")
    return manifest, [f"{said}; it was passed over" for said in strange]


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from file


def _origins(folder: Path) -> Iterator[Origin]:
    """The examples of an export in their order, each once though it may be several rows."""
    last = ""
    for name in (PROVENANCE, RAG_PROVENANCE):
        for number, line in enumerate(_lines(folder / name), start=1):
            try:
                origin = _origin.decode(line)
            except (msgspec.MsgspecError, ValueError) as error:
                raise SourceError(f"{folder / name}:{number}: cannot be read ({error}). Export again.") from None
            if origin.id != last:
                yield origin
            last = origin.id


def _edited(folder: Path) -> dict[str, Edits]:
    try:
        return {one.id: one for one in map(_edits.decode, _lines(folder / EDITS))}
    except (msgspec.MsgspecError, ValueError) as error:
        raise SourceError(f"{folder / EDITS}: cannot be read ({error}). Export again.") from None


def _load(
    ws: Workspace,
    source: str,
    origins: Iterator[Origin],
    files: ExportFiles,
    edited: Mapping[str, Edits],
    named_now: dict[str, str],
    actor: str,
) -> Generator[Progress, None, Counts]:
    """Stores consecutive examples of one source, all or none."""
    first = next(origins)
    load = ws.sources.begin(source, kind="export", format=first.format, split=None)
    digest = hashlib.sha256()
    try:
        for number, origin in enumerate(_with(first, origins), start=1):
            raw, example = files.example(origin)
            digest.update(raw)
            before = as_imported(example, edited.get(origin.id))
            whole = replace(before, metadata=origin.metadata, source_split=origin.source_split)
            found = load.add(whole, raw=raw, row=origin.source_row, copy=int(origin.id.rpartition("-")[2]))
            if found != origin.id:
                named_now[origin.id] = found
            if number % STEP == 0:
                yield Progress(f"importing {source}", number)
        why = f"the export in {files.folder.name}, with its manifest"
        return load.finish(
            digest=digest.hexdigest(), layout={"why": why}, revision=None, blank=0, actor=actor, whole=False
        )
    except BaseException:
        load.abandon()
        raise


def _with(first: Origin, rest: Iterator[Origin]) -> Iterator[Origin]:
    yield first
    yield from rest


def as_imported(example: Example, edits: Edits | None) -> Example:
    """An example with the texts that it had before anybody changed them."""
    if edits is None:
        return example
    messages: list[Message] = list(example.messages)
    for edit in edits.edits:
        index = int(edit.field.partition("[")[2].partition("]")[0])
        messages[index] = replace(messages[index], content=edit.before)
    return replace(example, messages=tuple(messages))
