"""The card of a data set: what was written, what was decided and by whom, what was found, what was left out and why."""

from collections.abc import Iterable, Mapping, Sequence

from curator.operations.export_result import ExportResult
from curator.operations.export_rows import Rows
from curator.targets.base import Target
from curator.text import visible
from curator.workspace import FindingCount

CARD = "CARD.md"
#: Reasons that the card names; the manifest has more.
_REASONS = 20
_KINDS = {
    "rejected": "rejected by a reviewer",
    "fix": "marked as needing a fix",
    "pending": "not decided yet",
    "accepted": "accepted, but not asked for",
    "error": "not decided yet, with an open error",
    "filter": "not selected by the filter",
    "target": "refused by the rules of the target",
    "rag": "routed to RAG, without a text",
    "eval": "kept for an eval set",
}


def card_of(target: Target, result: ExportResult, rows: Rows, checks: Sequence[FindingCount]) -> str:
    """The card in Markdown, without a heading of the first rank: a target may have one above it."""
    parts = [
        f"Rows for {target.title}. manifest.json has the checksums, provenance.jsonl says of each row which example it "
        "is and what was decided about it.",
        *_table("Splits", ("Split", "Examples"), result.splits.items()),
        *_table("Decisions", ("Status", "Examples"), rows.tally.statuses.items()),
        *_table("Reviewers of what was written", ("Reviewer", "Examples"), rows.tally.reviewers.items()),
        *_checks(checks),
        *_overlaps(result),
        *_left_out(result),
        *_list("Problems", result.problems),
        *_list("Notes", result.notes),
    ]
    if result.documents:
        documents = f"{rows.tally.routed:,} examples were routed to RAG and became {result.documents:,} documents"
        parts.append(f"{documents} (rag.jsonl); rag_eval.jsonl has the questions that should find them.")
    return "\n\n".join(parts) + "\n"


def _checks(checks: Sequence[FindingCount]) -> list[str]:
    if not checks:
        return ["## Checks", "None has run."]
    rows = [(one.code, one.check, one.severity, one.examples) for one in checks if one.findings]
    told = f"{len(checks):,} kinds of flaws were looked for in the whole workspace, before and after decisions."
    if not rows:
        return ["## Checks", f"{told} None was found."]
    return [*_rows("Checks", ("Code", "Check", "Severity", "Examples"), rows, told)]


def _overlaps(result: ExportResult) -> list[str]:
    rows = [(one.split, one.other, one.shares, f"{one.rows:,} of {one.of:,}") for one in result.overlaps]
    head = ("Of the rows of", "with rows of", "share", "Rows")
    return _rows("Overlap of splits", head, rows) if rows else []


def _left_out(result: ExportResult) -> list[str]:
    if not result.left_out:
        return []
    kinds = _table(
        "Left out", ("Why", "Examples"), ((_KINDS.get(kind, kind), n) for kind, n in result.left_out.items())
    )
    reasons = list(result.reasons.items())[:_REASONS]
    return [*kinds, *_table("Reasons", ("Reason", "Examples"), reasons, rank=3)]


def _table(title: str, head: tuple[str, str], counts: Iterable[tuple[str, int]], rank: int = 2) -> list[str]:
    rows = [(name, count) for name, count in counts if count]
    return _rows(title, head, rows, rank=rank) if rows else []


def _rows(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str | int]], told: str = "", rank: int = 2
) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return [f"{'#' * rank} {title}", *([told] if told else []), "\n".join(lines)]


def _list(title: str, said: Sequence[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"- {_cell(one)}" for one in said)] if said else []


def _cell(value: str | int) -> str:
    """Text of the data stays in its cell, and is text: no table, no tag, no control character comes of it."""
    if isinstance(value, int):
        return f"{value:,}"
    text = " ".join(visible(value).split())
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")


def with_card(extras: Mapping[str, bytes], card: str) -> dict[str, bytes]:
    """The files beside, with the card: under the README.md that a target has of its own, else in a file CARD.md."""
    own = extras.get("README.md")
    if own is None:
        return {**extras, CARD: f"# Curated examples\n\n{card}".encode()}
    return {**extras, "README.md": own.rstrip(b"\n") + b"\n\n" + card.encode()}
