"""What an export says of itself: the result that its caller gets, and the manifest beside its files."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

import curator
from curator.model import Split
from curator.operations.export_overlap import Overlap
from curator.operations.export_rows import RAG, Rows
from curator.operations.export_selection import LeftOut
from curator.operations.export_splits import Plan
from curator.query import parse
from curator.targets.base import Target
from curator.workspace import FindingCount, Workspace

#: Reasons that the manifest and the result name, the commonest first.
_NAMED = 50
#: Of the kinds of `left_out` those that might have made a training file, and what to do that they make one.
_WAITING = {
    "accepted": "accepted: add --include accepted",
    "pending": "pending: accept them, or add --include pending",
    "error": "pending with an open error: mend them, or add --include pending,flagged",
    "target": "refused by the target's rules: mend them, or name another target",
}


class ExportResult(Struct, frozen=True):
    """What an export has written, or with `dry_run` would write.

    `files` maps each file to its rows, `beside` names those that the target has besides. `left_out` counts the
    examples that are in none of the training files by kind (``rejected``, ``fix``, ``pending``, ``accepted``,
    ``error``, ``filter``, ``target``, ``rag``), `reasons` by reason. `problems` are what is wrong with the set as a
    whole, `notes` what else is to know. `kept` are the files that were there before, under their new names. `changed`
    counts, by what is told of them, the rows that are written without a part of them or at a risk. A dry run has the
    examples left out one by one in `rows`, else they are in left_out.jsonl, and those in `changed_rows`.
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
    beside: list[str] = []
    changed: dict[str, int] = {}
    changed_rows: list[LeftOut] = []
    overlaps: list[Overlap] = []

    @property
    def refused(self) -> int:
        """How many selected examples the target does not take, or no document can be made of."""
        return self.left_out.get("target", 0) + self.left_out.get("rag", 0)


def result_of(
    target: Target,
    out: Path,
    event: int,
    rows: Rows,
    dealt: Plan,
    splits: Mapping[Split, float] | None,
    *,
    dry_run: bool,
) -> ExportResult:
    """What became of an export, before its files are in place."""
    tally = rows.tally
    counts: dict[str, int] = {split: tally.splits[split] for split in target.files if tally.splits.get(split)}
    problems = list(dealt.parted)
    if counts:
        lengths, sizes = _sheets(target, rows)
        problems += target.limits.broken(lengths, sizes)
        problems += [
            f"{split}: got no example; there are too few, or all were dealt before (`curator undo` takes a split back)"
            for split in splits or {}
            if split not in counts
        ]
    elif RAG in rows.sheets:
        problems.append(_no_training_file(rows))
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
        notes=_notes(target, tally.changed.most_common(_NAMED)) + dealt.notes,
        overlaps=dealt.overlaps,
        rows=rows.told,
        changed=dict(tally.changed.most_common(_NAMED)),
        changed_rows=rows.changed,
    )


def _no_training_file(rows: Rows) -> str:
    """Why an export has documents only, and what to do about it: what waits for a decision, or is kept out."""
    kinds = rows.tally.kinds
    waiting = [f"{kinds[kind]:,} {how}" for kind, how in _WAITING.items() if kinds.get(kind)]
    return f"there is no training file: {'; '.join(waiting) or 'what was selected is routed to RAG'}"


def _sheets(target: Target, rows: Rows) -> tuple[dict[Split, int], dict[Split, int]]:
    """The rows and the bytes of each training file: an example may make several rows."""
    found = {split: rows.sheets[name] for split, name in target.files.items() if name in rows.sheets}
    return {split: sheet.rows for split, sheet in found.items()}, {split: sheet.size for split, sheet in found.items()}


def doubts(ws: Workspace, checks: list[FindingCount]) -> list[str]:
    """What a user should know about accepted examples before training on them; accepting them was their decision."""
    if not checks:
        return ["nothing was checked in this workspace: `curator check` finds what is wrong before you train on it."]
    if not any(count.severity == "error" and count.examples for count in checks):
        return []
    where = "status:accepted route:train sev:error"
    wrong = ws.examples.count(parse(where))
    return (
        [f"accepted with an open error: {wrong:,}. `curator findings --where '{where}'` lists them."] if wrong else []
    )


def _notes(target: Target, changed: Sequence[tuple[str, int]]) -> list[str]:
    told = [f"{count:,} row{'' if count == 1 else 's'} written all the same: {text}" for text, count in changed]
    return _warnings(target) + told


def _warnings(target: Target) -> list[str]:
    status = target.status
    if status.state == "open":
        return []
    words = "takes no more files" if status.state == "closed" else "is closing"
    until = f" ({'last day' if status.state == 'closing' else 'since'} {status.until})" if status.until else ""
    return [f"{target.title} {words}{until}, as of {status.verified_on} ({status.source}). {status.note}".strip()]


def manifest_of(
    ws: Workspace,
    target: Target,
    result: ExportResult,
    rows: Rows,
    checks: list[FindingCount],
    settings: dict[str, Any],
) -> bytes:
    """The text of manifest.json: what was written, from what, by which rules, and who decided."""
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
            "examples": sum(result.splits.values()) + tally.routed + sum(result.left_out.values()),
            "splits": result.splits,
            "documents": result.documents,
            "left_out": result.left_out,
        },
        "left_out_reasons": result.reasons,
        "changed": result.changed,
        "statuses": dict(sorted(tally.statuses.items())),
        "reviewers": dict(sorted(tally.reviewers.items())),
        "checks": checks,
        "overlaps": result.overlaps,
        "problems": result.problems,
    }
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
