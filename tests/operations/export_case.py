"""What the export tests share: run an export, read what it wrote, plant a finding."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from curator.model import Finding, Split
from curator.operations.export import ExportResult, export
from curator.query import parse
from curator.targets.named import named
from curator.workspace import Change, Workspace


def run_export(
    ws: Workspace,
    out: Path,
    *,
    to: str = "trl",
    where: str = "",
    include: Collection[str] = ("accepted", "pending"),
    splits: Mapping[Split, float] | None = None,
    seed: int = 7,
    dry_run: bool = False,
    force: bool = False,
    split_by: str = "",
    part_clusters: bool = False,
) -> ExportResult:
    """An export run to its end."""
    steps = export(
        ws,
        named(to),
        out,
        where=parse(where),
        include=include,
        splits=splits,
        seed=seed,
        dry_run=dry_run,
        force=force,
        reviewer="ana",
        split_by=split_by,
        part_clusters=part_clusters,
    )
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: ExportResult = stop.value
            return result


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file; none where there is no file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def asked(path: Path) -> list[str]:
    """What the users of a chat file ask, row by row."""
    return [next(m["content"] for m in row["messages"] if m["role"] == "user") for row in rows_of(path)]


def decide(ws: Workspace, field: str, value: Any, *seqs: int) -> None:
    """Ana decides about examples."""
    ws.log.record([Change(seq, field, value) for seq in seqs], actor="ana")


def find_error(ws: Workspace, seq: int, *, conflicts_with: int | None = None, code: str = "CON001") -> None:
    """A check that finds an error in one example, alone or as a conflict with another one."""
    run = ws.findings.begin_run({code: ("error", "conflicting-outputs")}, {})
    related = () if conflicts_with is None else tuple(ws.examples.ids_of([conflicts_with]))
    run.add([Finding(code=code, example_id=ws.examples.ids_of([seq])[0], message="wrong", related=related)])
    if conflicts_with is not None:
        run.add_edges([(conflicts_with, seq, "conflict", code)])
    run.finish()


def where_each_went(ws: Workspace, out: Path) -> Counter[str]:
    """How often each example of the workspace is in the files of an export, by id: once, if all is well."""
    went = Counter(row["id"] for row in rows_of(out / "left_out.jsonl"))
    went.update(row["id"] for row in rows_of(out / "rag_eval.jsonl"))
    went.update(row["id"] for row in rows_of(out / "provenance.jsonl"))
    for entry in ws.examples.stream():
        went.setdefault(entry.example.id, 0)
    return went
