"""Export: training files that are proven before they have their names, and a manifest that says what they are."""

import hashlib
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.errors import TargetError
from curator.model import Progress, Split
from curator.operations.export_files import MANIFEST, Folder, Sheet
from curator.operations.export_rows import LEFT_OUT, PROVENANCE, RAG, RAG_EVAL, Rows
from curator.operations.export_selection import LeftOut, Selection, nothing_selected
from curator.operations.export_splits import Plan, plan
from curator.query import Query, Word, uses
from curator.targets.base import Target
from curator.targets.jsonl import reread
from curator.workspace import FindingCount, Workspace

#: Reasons that the manifest and the result name, the commonest first.
_NAMED = 50
#: Examples held at once. With 2,000 the garbage collector walks through so many live objects that the export
#: takes a quarter more CPU.
_BATCH = 200
#: Bytes of a written file that are read back at once.
_BLOCK = 1 << 20


class ExportResult(Struct, frozen=True):
    """What an export has written, or with `dry_run` would write.

    `files` maps each file to its rows. `left_out` counts the examples that are in none of the training files
    by kind (``rejected``, ``fix``, ``pending``, ``accepted``, ``error``, ``filter``, ``target``, ``rag``),
    `reasons` by reason. `problems` are what is wrong with the set as a whole, `notes` what else is to know.
    `kept` are the files that were there before, under their new names. `rows` are the examples left out, one
    by one, in a dry run only: otherwise they are in left_out.jsonl.
    """

    target: str
    out: str
    dry_run: bool
    event: int
    files: dict[str, int]
    splits: dict[str, int]
    documents: int
    left_out: dict[str, int]
    reasons: dict[str, int]
    problems: list[str]
    notes: list[str]
    kept: list[str] = []
    rows: list[LeftOut] = []

    @property
    def refused(self) -> int:
        """How many selected examples the target does not take, or no document can be made of."""
        return self.left_out.get("target", 0) + self.left_out.get("rag", 0)


def export(
    ws: Workspace,
    target: Target,
    out: Path,
    *,
    where: Query | None = None,
    include: Collection[str] = ("accepted",),
    splits: Mapping[Split, float] | None = None,
    seed: int = 7,
    dry_run: bool = False,
    force: bool = False,
    reviewer: str = "reviewer",
) -> Generator[Progress, None, ExportResult]:
    """Writes the selected examples for a target into the folder `out`, all of it or nothing.

    Selected are those whose status is named by `include`, among what `where` selects; pending ones with an open
    error only when it names ``flagged`` too. `splits` are shares for those that have no split yet; they are
    remembered as one operation of `reviewer`. All that is read is of one moment. With `dry_run` nothing is
    written anywhere. Raises `TargetError` when nothing is selected, when a file exists and `force` is not
    given, or when the files cannot be written or do not read back as what was meant.
    """
    where = where or Query()
    if uses(where.where, Word):
        yield from ws.words.build()  # writes, so before the moment that is read
    names = _names(target, out)
    guard: AbstractContextManager[Folder | None] = nullcontext() if dry_run else Folder(out, names, force=force)
    with guard as folder:
        with ws.moment():
            event = ws.log.last_seq()
            selection = Selection(ws, where, include)
            if not selection.any():
                raise nothing_selected(ws, target.name, out, where, include)
            dealt = yield from plan(ws, selection, splits, seed)
            rows = yield from _write(ws, target, selection, dealt, folder)
            checks = ws.findings.counts()
        result = _result(target, out, event, rows, dealt, splits, dry_run=dry_run)
        if folder is None:
            return result
        if not result.splits and not result.documents:
            reason = next(iter(rows.tally.reasons), "")
            raise TargetError(f"{target.name} takes none of the selected examples. The commonest reason: {reason}.")
        for sheet in rows.sheets.values():
            yield from _proven(sheet, target.check_row if sheet.name in target.files.values() else _is_row)
        settings = {"include": sorted(include), "where": where.text, "splits": splits, "seed": seed}
        settings["split_batch"] = dealt.remember(ws, reviewer)
        manifest = folder.sheet(MANIFEST)
        manifest.write([_manifest(ws, target, result, rows, checks, settings)])
        manifest.finish()
        kept = folder.place([*rows.sheets, MANIFEST])
    return msgspec.structs.replace(result, kept=kept)


def _names(target: Target, out: Path) -> list[str]:
    """Every file that an export may write, and those of an export that is there already."""
    names = [*target.files.values(), RAG, RAG_EVAL, LEFT_OUT, PROVENANCE]
    try:
        before = msgspec.json.decode((out / MANIFEST).read_bytes())["files"]
        names += [name for name in before if name not in names and Path(name).name == name]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no manifest, or none of ours
    return [*names, MANIFEST]


def _write(
    ws: Workspace, target: Target, selection: Selection, dealt: Plan, folder: Folder | None
) -> Generator[Progress, None, Rows]:
    def sheet(name: str) -> Sheet:
        return Sheet(name, None) if folder is None else folder.sheet(name)

    rows = Rows(target, selection, dealt, sheet, tell=folder is None)
    total = ws.examples.count()
    done = 0
    for batch in ws.examples.batches(_BATCH):
        rows.take(batch)
        done += len(batch)
        yield Progress("writing", done, total)
    for written in rows.sheets.values():
        written.finish()
    order = (*target.files.values(), RAG, RAG_EVAL, LEFT_OUT, PROVENANCE)
    rows.sheets = {name: rows.sheets[name] for name in order if name in rows.sheets}
    return rows


def _proven(sheet: Sheet, check: Callable[[Any], list[str]]) -> Generator[Progress, None, None]:
    """Reads a written file back: each line strictly, by the target's rules, all of it against what was meant."""
    assert sheet.path is not None
    digest, number = hashlib.sha256(), 0
    with sheet.path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            for data in lines:
                number += 1
                digest.update(data)
                try:
                    wrong = check(reread(data))
                except TargetError as error:
                    wrong = [str(error)]
                if wrong:
                    raise TargetError(f"{sheet.name}:{number}: {'; '.join(wrong)}. Nothing was put in place.")
            yield Progress("validating", number, sheet.rows)
    if number != sheet.rows or digest.hexdigest() != sheet.sha256:
        raise TargetError(
            f"{sheet.name}: reads back {number:,} rows that are not the {sheet.rows:,} that were written. Nothing was "
            "put in place; check the disk."
        )


def _is_row(value: Any) -> list[str]:
    return [] if type(value) is dict else ["is not an object"]


def _result(
    target: Target,
    out: Path,
    event: int,
    rows: Rows,
    dealt: Plan,
    splits: Mapping[Split, float] | None,
    *,
    dry_run: bool,
) -> ExportResult:
    tally = rows.tally
    counts: dict[str, int] = {split: tally.splits[split] for split in target.files if tally.splits.get(split)}
    problems = list(dealt.problems)
    if counts:
        problems += target.limits(counts)
        problems += [
            f"{split}: got no example; there are too few to split" for split in splits or {} if split not in counts
        ]
    for name in target.files.values():
        size = rows.sheets[name].size if name in rows.sheets else 0
        if target.max_bytes and size > target.max_bytes:
            problems.append(f"{name}: has {size:,} bytes; at most {target.max_bytes:,} are taken")
    return ExportResult(
        target=target.name,
        out=str(out),
        dry_run=dry_run,
        event=event,
        files={sheet.name: sheet.rows for sheet in rows.sheets.values()},
        splits=counts,
        documents=rows.sheets[RAG].rows if RAG in rows.sheets else 0,
        left_out=dict(sorted(tally.kinds.items())),
        reasons=dict(tally.reasons.most_common(_NAMED)),
        problems=problems,
        notes=_notes(target),
        rows=rows.told,
    )


def _notes(target: Target) -> list[str]:
    status = target.status
    if status.state == "open":
        return []
    words = "takes no more files" if status.state == "closed" else "is closing"
    until = f" (last day {status.until})" if status.until and status.state == "closing" else ""
    return [f"{target.title} {words}{until}, as of {status.verified_on}. {status.note}".strip()]


def _manifest(
    ws: Workspace,
    target: Target,
    result: ExportResult,
    rows: Rows,
    checks: list[FindingCount],
    settings: dict[str, Any],
) -> bytes:
    tally = rows.tally
    manifest = {
        "tool": {"name": "curator", "version": curator.__version__},
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "target": {"name": target.name, "title": target.title, "format": target.format.name, "status": target.status},
        "workspace": ws.path.name,
        "event": result.event,
        "settings": settings,
        "files": {
            sheet.name: {"rows": sheet.rows, "bytes": sheet.size, "sha256": sheet.sha256}
            for sheet in rows.sheets.values()
        },
        "counts": {
            "examples": sum(result.splits.values()) + result.documents + sum(result.left_out.values()),
            "splits": result.splits,
            "documents": result.documents,
            "left_out": result.left_out,
        },
        "left_out_reasons": result.reasons,
        "statuses": dict(sorted(tally.statuses.items())),
        "reviewers": dict(sorted(tally.reviewers.items())),
        "checks": checks,
        "problems": result.problems,
    }
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
