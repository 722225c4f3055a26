"""`curator status`: the workspace in numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.workspace_option import open_workspace, workspace_option
from curator.text import many

if TYPE_CHECKING:
    from curator.operations.agreement import Agreement, Measure
    from curator.operations.overview import Balance, Figures, Lengths, Texts
    from curator.workspace import Summary, Workspace

#: Labels that are listed.
LISTED = 10


@click.command("status")
@workspace_option
@click.option("--rejected", is_flag=True, help="List the rows that could not be stored instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --rejected: a line a row).")
def command(workspace: Path | None, rejected: bool, as_json: bool) -> None:
    """Says how many examples there are, what was decided, found and is open, how long outputs are, what is next."""
    from curator.cli.output import data, progress, record
    from curator.operations.agreement import agreement, why_none
    from curator.operations.overview import figures, texts

    with open_workspace(workspace) as ws:
        if rejected:
            _rejected(ws, as_json)
            return
        found, told, agreed = figures(ws), progress(texts(ws)), agreement(ws)
        if as_json:
            record(_record(found, told, agreed))
            return
        summary = found.summary
        data(f"{ws.path}: {many(summary.examples, 'example')}, {many(summary.last_event, 'event')}")
        lines = [*_lines(found, told), *_agreement(agreed, "" if agreed is not None else why_none(ws))]
        if (step := found.next) is not None:
            lines.append(("next", step.words))
        for name, words in lines:
            data(f"  {name:<8}  {words}")


def _record(found: "Figures", told: "Texts", agreed: "Agreement | None") -> dict[str, Any]:
    import msgspec

    whole: dict[str, Any] = msgspec.to_builtins(found.summary)
    for name, value in (
        ("findings", found.codes), ("open", found.open), ("next", found.next),
        ("lengths", told.lengths), ("balance", told.balance),
    ):  # fmt: skip
        whole[name] = msgspec.to_builtins(value)
    if agreed is not None:
        whole["agreement"] = msgspec.to_builtins(agreed)
    return whole


def _lines(found: "Figures", told: "Texts") -> list[tuple[str, str]]:
    summary = found.summary
    decided = ", ".join(f"{status} {count:,}" for status, count in sorted(summary.by_status.items()) if count)
    lines = [("status", decided or "nothing yet")]
    lines.append(("route", f"train {summary.by_route.get('train', 0):,}, rag {summary.by_route.get('rag', 0):,}"))
    if summary.by_split:
        lines.append(("split", ", ".join(f"{split} {count:,}" for split, count in summary.by_split.items())))
    lines.append(("edited", f"{summary.edited:,}"))
    for code in found.codes:
        if code.findings:
            about = f"{many(code.examples, 'example')}, {code.open:,} open" if code.examples else "about the whole set"
            lines.append((code.severity, f"{code.code} {code.check}: {about}"))
    if not found.checked:
        lines.append(("findings", "not checked yet: curator check"))
    return [*lines, ("open", _open(found)), *_lengths(told.lengths), *_balance(told.balance), *_sources(summary)]


def _open(found: "Figures") -> str:
    left = found.open
    conflicts = "open conflict" if left.conflicts == 1 else "open conflicts"
    counts = [
        (left.unchecked, "unchecked"), (left.stale, "findings out of date"), (left.conflicts, conflicts),
        (left.errors, "pending with an error"), (left.passed, "accepted with an error"), (left.fix, "to fix"),
        (left.pending, "to decide"),
    ]  # fmt: skip
    return ", ".join(f"{count:,} {words}" for count, words in counts if count) or "nothing"


def _lengths(found: "Lengths") -> list[tuple[str, str]]:
    if not found.outputs:
        return []
    return [("length", f"of outputs: median {found.median:,}, 95% {found.p95:,}, longest {found.longest:,} characters")]


def _balance(found: "Balance") -> list[tuple[str, str]]:
    from curator.checks.sensitive_values import masked_text

    if not found.rows:
        return []
    shown = [
        f"{masked_text(': '.join(filter(None, (row.label, row.value))))} {row.count:,} ({row.count / found.of:.0%})"
        for row in found.rows[:LISTED]
    ]
    more = f" and {len(found.rows) - LISTED:,} more" if len(found.rows) > LISTED else ""
    return [(found.kind, ", ".join(shown) + more)]


def _agreement(found: "Agreement | None", why_none: str) -> list[tuple[str, str]]:
    if found is None:
        return [("agree", why_none)] if why_none else []
    lines = [("agree", f"{found.reviewers} reviewers on {found.rows:,} row{'' if found.rows == 1 else 's'} in common")]
    return [*lines, *(("", _measured(one)) for one in found.measures)]


def _measured(one: "Measure") -> str:
    from curator.checks.sensitive_values import masked_text

    alike = f"{one.share:.0%} of {one.rows:,} alike"
    name = masked_text(one.name)
    if one.alpha is None:
        return f"{name}: {alike}; nothing was told apart, so alpha says nothing"
    between = "too few rows for an interval" if one.low is None else f"{one.low:.2f} to {one.high:.2f} in 95 of 100"
    return f"{name}: Krippendorff's alpha {one.alpha:.2f}, {one.word} ({between}), {alike}"


def _sources(summary: "Summary") -> list[tuple[str, str]]:
    lines = []
    for source in summary.sources:
        gone = f", {source.gone:,} gone from the file" if source.gone else ""
        bad = f", {many(source.counts.rejected)} rejected" if source.counts.rejected else ""
        lines.append(("source", f"{source.name}: {source.rows:,} examples ({source.format}){gone}{bad}"))
    return lines


def _rejected(ws: "Workspace", as_json: bool) -> None:
    from curator.cli.output import data, place, record

    for row in ws.sources.rejected():
        head = row.raw[:200].decode("utf-8", "backslashreplace").rstrip("\r\n")
        if as_json:
            line = {"source": row.source, "row": row.row, "line": row.line, "offset": row.offset,
                    "reason": row.reason, "head": head}  # fmt: skip
            record(line)
        else:
            data(f"{row.source}:{place(row.row, row.line, row.offset)}: {row.reason}\n    {head}")
