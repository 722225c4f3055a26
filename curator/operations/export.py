"""Export: training files that are proven before they have their names, and a manifest that says what they are."""

import hashlib
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import TargetError
from curator.model import Entry, Progress, Split
from curator.operations.cycles import no_cycles
from curator.operations.export_beside import finished
from curator.operations.export_card import CARD, card_of
from curator.operations.export_files import MANIFEST, Folder, Sheet
from curator.operations.export_origin import EDITS, PROVENANCE, RAG_PROVENANCE, Origins
from curator.operations.export_result import ExportResult, doubts, manifest_of, result_of
from curator.operations.export_rows import LEFT_OUT, RAG, RAG_EVAL, Rows
from curator.operations.export_selection import Selection, nothing_selected
from curator.operations.export_splits import Plan, held_out, plan, refuse_parted
from curator.query import Query, Word, uses
from curator.targets.base import Target
from curator.targets.jsonl import reread_each
from curator.targets.overrides import in_folder
from curator.workspace import Workspace

__all__ = ["ExportResult", "export", "file_names"]

_BESIDE = (RAG, RAG_EVAL, LEFT_OUT, PROVENANCE, RAG_PROVENANCE, EDITS, CARD)
#: Examples held at once. With 2,000 the garbage collector walks through so many live objects that the export
#: takes a quarter more CPU.
_BATCH = 200
#: Bytes of a written file that are read back at once: few, for the same reason.
_BLOCK = 1 << 16


def export(
    ws: Workspace,
    target: Target,
    out: Path,
    *,
    where: Query | None = None,
    include: Collection[str] = ("accepted",),
    splits: Mapping[Split, float] | None = None,
    seed: int = 7,
    split_by: str = "",
    part_clusters: bool = False,
    dry_run: bool = False,
    force: bool = False,
    reviewer: str = "reviewer",
) -> Generator[Progress, None, ExportResult]:
    """Writes the selected examples for a target into the folder `out`, all of it or nothing.

    Selected are those whose status is named by `include`, among what `where` selects; pending ones with an open
    error only when it names ``flagged`` too. `splits` are shares for those that have no split yet; they are
    remembered as one operation of `reviewer`. What has the same value of the metadata key `split_by` is never
    parted; rows of one cluster that were given different splits before are refused, unless `part_clusters`. All that
    is read is of one moment. With `dry_run` nothing is written anywhere. Raises `TargetError` when nothing is
    selected, when a file exists and `force` is not given, or when the files cannot be written or do not read back as
    what was meant.
    """
    where = where or Query()
    target = in_folder(target, ws.path.parent)
    if uses(where.where, Word):
        yield from ws.words.build()  # writes, so before the moment that is read
    names = file_names(target, out)
    guard: AbstractContextManager[Folder | None] = nullcontext() if dry_run else Folder(out, names, force=force)
    with no_cycles(), guard as folder:
        with ws.moment():
            event = ws.log.last_seq()
            selection = Selection(ws, where, include)
            if not selection.any():
                raise nothing_selected(ws, target.name, out, where, include)
            dealt, rows = yield from _staged(ws, target, selection, folder, splits, seed, split_by)
            if not (dry_run or part_clusters):
                refuse_parted(dealt)
            checks = ws.findings.counts()
            said = doubts(ws, checks)
        result = result_of(target, out, event, rows, dealt, splits, dry_run=dry_run)
        result = msgspec.structs.replace(result, notes=[*result.notes, *said])
        if folder is None:
            return result
        if not result.splits and not result.documents:
            reason = next(iter(rows.tally.reasons), "")
            raise TargetError(f"{target.name} takes none of the selected examples. The commonest reason: {reason}.")
        for sheet in rows.sheets.values():
            trained = sheet.name in target.files.values()
            yield from _proven(sheet, target.check_row if trained else None)
        beside = finished(target, rows, folder, card_of(target, result, rows, checks))
        settings = {
            "include": sorted(include),
            "where": where.text,
            "splits": splits,
            "seed": seed,
            "split_by": split_by,
        }
        settings["split_batch"] = dealt.remember(ws, reviewer)
        manifest = folder.sheet(MANIFEST)
        manifest.write([manifest_of(ws, target, result, rows, checks, settings)])
        manifest.finish()
        kept = folder.place([*rows.sheets, MANIFEST])
    return msgspec.structs.replace(result, kept=kept, beside=beside)


def file_names(target: Target, out: Path) -> list[str]:
    """Every file that an export may write, and those of an export that is there already."""
    names = [*target.files.values(), *_BESIDE, *target.extra_names]
    try:
        before = msgspec.json.decode((out / MANIFEST).read_bytes())["files"]
        names += [name for name in before if name not in names and Path(name).name == name]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no manifest, or none of ours
    return [*names, MANIFEST]


def _staged(
    ws: Workspace,
    target: Target,
    selection: Selection,
    folder: Folder | None,
    splits: Mapping[Split, float] | None,
    seed: int,
    split_by: str,
) -> Generator[Progress, None, tuple[Plan, Rows]]:
    """The files written, and the splits they were written by.

    Without `splits` it is written in the hope that nothing was ever held out, and again by a plan when something
    was: most workspaces have nothing, and to look for it first would cost a tenth of the whole export.
    """
    if splits is None and not split_by and all(source.split in (None, "train") for source in ws.sources.list()):
        rows = yield from _write(ws, target, selection, Plan(), folder, stop=held_out)
        if rows is not None:
            return Plan(), rows
    dealt = yield from plan(ws, target, selection, splits, seed, split_by)
    rows = yield from _write(ws, target, selection, dealt, folder, stop=None)
    assert rows is not None
    return dealt, rows


def _write(
    ws: Workspace,
    target: Target,
    selection: Selection,
    dealt: Plan,
    folder: Folder | None,
    *,
    stop: Callable[[Entry], bool] | None,
) -> Generator[Progress, None, Rows | None]:
    """Writes all files but the manifest; gives up and returns None at an example for which `stop` holds."""
    if folder is not None:
        folder.restart()

    trained = set(target.files.values())

    def sheet(name: str) -> Sheet:
        mark = target.mark if name in trained else b""
        if folder is None:
            return Sheet(name, None, mark)
        return folder.sheet(name, draft=name in trained and target.convert is not None, mark=mark)

    rows = Rows(target, selection, dealt, sheet, Origins(ws, target), tell=folder is None)
    total = ws.examples.count()
    done = 0
    for batch in ws.examples.batches(_BATCH):
        if stop is not None and any(map(stop, batch)):
            return None
        rows.take(batch)
        done += len(batch)
        yield Progress("writing", done, total)
    for written in rows.sheets.values():
        written.finish()
    order = (*target.files.values(), *_BESIDE)
    rows.sheets = {name: rows.sheets[name] for name in order if name in rows.sheets}
    return rows


def _proven(sheet: Sheet, check: Callable[[Any], list[str]] | None) -> Generator[Progress, None, None]:
    """Reads a written file back: each line strictly, by the target's rules, all of it against what was meant.

    Without `check` its rows are no target's: that they are rows is enough.
    """
    assert sheet.path is not None
    digest, number = hashlib.sha256(), 0
    with sheet.path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            digest.update(b"".join(lines))
            if number == 0:
                lines[0] = lines[0].removeprefix(sheet.mark)
            good, wrong = _good_rows(lines, check)
            number += good
            if wrong:
                raise TargetError(f"{sheet.name}:{number + 1}: {'; '.join(wrong)}. Nothing was put in place.")
            yield Progress("validating", number, sheet.rows)
    if number != sheet.rows or digest.hexdigest() != sheet.sha256:
        raise TargetError(
            f"{sheet.name}: reads back {number:,} rows that are not the {sheet.rows:,} that were written. Nothing was "
            "put in place; check the disk."
        )


def _good_rows(lines: Sequence[bytes], check: Callable[[Any], list[str]] | None) -> tuple[int, list[str]]:
    """How many lines are right before the first that is not, and what is wrong with that one."""
    good = 0
    try:
        for row in reread_each(lines, fields=check is None):
            wrong = check(row) if check is not None else []
            if wrong:
                return good, wrong
            good += 1
    except TargetError as error:
        return good, [str(error)]
    return good, []
