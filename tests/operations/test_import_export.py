"""An export with its manifest comes back: the same examples, splits and decisions, and the same files once more."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curator.model import Split
from curator.operations.import_ import import_sources
from curator.workspace import Change, Workspace
from tests.conftest import Run, chat, write_jsonl
from tests.operations.export_case import run_export

TEXT = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()))
NAUGHTY = st.sampled_from(["\u202eabc", "a\u2028b", "\x1b[31mred", "[INST]", "ﷺ", "null", '"', "\\", "👩‍👧"]) | TEXT
DECISION = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["accepted", "accepted", "rejected", "fix", "pending"]),
        "labels": st.dictionaries(st.sampled_from(["topic", "tone"]), st.sampled_from(["a", "b"]), max_size=2),
        "note": st.sampled_from(["", "looks right", "ask Ben"]),
        "who": st.sampled_from(["ana", "ben"]),
    }
)
ROW = st.tuples(NAUGHTY, NAUGHTY, DECISION, st.none() | NAUGHTY)


def through(steps: Iterator[Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def filled(folder: Path, rows: list[Any]) -> Workspace:
    """A workspace of these rows, decided and some of them edited."""
    write_jsonl(
        folder / "rows.jsonl", [chat(f"{number} {asked}", said) for number, (asked, said, _, _) in enumerate(rows)]
    )
    ws = Workspace.open_or_create(folder / "work.curator")
    through(import_sources(ws, [str(folder / "rows.jsonl")], actor="ana"))
    for number, (_, _, decided, edited) in enumerate(rows, 1):
        changes = [Change(number, "labels", decided["labels"]), Change(number, "note", decided["note"])]
        if decided["status"] != "pending":
            changes.append(Change(number, "status", decided["status"]))
        if edited is not None:
            changes.append(Change(number, "messages[1].content", edited, 0))
        ws.log.record(changes, actor=decided["who"])
    return ws


def standing(ws: Workspace) -> list[tuple[Any, ...]]:
    """What an export holds of each row that it holds: the text, and what was decided."""
    found = []
    for batch in ws.examples.batches():
        for entry in batch:
            state = entry.state
            if state.status in ("accepted", "pending"):
                decided = (
                    state.status,
                    state.reviewer if state.status != "pending" else None,
                    state.labels,
                    state.note,
                )
                found.append((state.split or entry.example.source_split or "train", entry.example.messages, decided))
    return sorted(found, key=repr)


def written(ws: Workspace, out: Path, target: str, splits: dict[Split, float] | None = None) -> dict[str, bytes]:
    """The training files of an export of all that is accepted or pending."""
    run_export(ws, out, to=target, include=("accepted", "pending", "flagged"), splits=splits)
    names = [name for name in json.loads((out / "manifest.json").read_bytes())["files"] if name.split(".")[0] in
             ("train", "validation", "valid", "test")]  # fmt: skip
    return {name: (out / name).read_bytes() for name in names}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(ROW, min_size=1, max_size=6),
    st.sampled_from(["trl", "openai", "mlx", "sharegpt", "trl-prompt-completion"]),
)
def test_an_export_comes_back_with_its_decisions(rows: list[Any], target: str) -> None:
    if not any(decided["status"] in ("accepted", "pending") for _, _, decided, _ in rows):
        return
    folder = Path(tempfile.mkdtemp())
    try:
        with filled(folder, rows) as first:
            files = written(first, folder / "out", target, {"train": 0.6, "validation": 0.4})
            before = standing(first)
        left = [json.loads(line) for line in (folder / "out" / "left_out.jsonl").read_bytes().splitlines()]
        refused = {row["row"] for row in left if row["kind"] == "target"}
        with Workspace.open_or_create(folder / "again.curator") as second:
            through(import_sources(second, [str(folder / "out")], actor="eva"))
            if not refused:
                assert standing(second) == before
            assert written(second, folder / "out2", target) == files
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def exported(run: Run, folder: Path) -> Path:
    """An export of four decided rows."""
    rows = [chat("2+2?", "4"), chat("3+3?", "6"), chat("4+4?", "8"), chat("What are the hours?", "9 to 5.")]
    write_jsonl(folder / "sums.jsonl", rows)
    run("import", "sums.jsonl")
    run("decide", "--where", "id:1,2", "--accept", "--label", "topic=sums", "--yes", "--as", "ben")
    run("decide", "--where", "id:3", "--reject", "--yes")
    run("decide", "--where", "id:4", "--route", "rag", "--yes")
    assert run("export", "--to", "trl", "--out", "out").exit_code == 0
    return folder / "out"


def test_only_pairs_come_back_and_who_decided_them(run: Run, exported: Path, folder: Path) -> None:
    done = run("import", str(exported), "-w", "again.curator")
    assert done.exit_code == 0
    assert "read 2 = stored 2" in done.stdout + done.stderr
    assert "as the manifest of the export says" in done.stdout + done.stderr
    with Workspace.open(folder / "again.curator") as ws:
        states = [ws.examples.entry(seq).state for seq in (1, 2)]
        assert [(state.status, state.reviewer, state.labels) for state in states] == [
            ("accepted", "ben", {"topic": "sums"})
        ] * 2
    again = run("import", str(exported), "-w", "again.curator")
    assert "known 2" in again.stdout + again.stderr


def test_a_file_that_was_changed_is_refused_with_its_name(run: Run, exported: Path) -> None:
    path = exported / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"4", b"5", 1))
    done = run("import", str(exported), "-w", "again.curator")
    assert done.exit_code == 2
    assert "is not what its manifest says: train.jsonl" in done.stderr
    assert "name the training file itself" in done.stderr
    assert run("import", str(path), "-w", "again.curator").exit_code == 0


@pytest.mark.usefixtures("exported")
def test_an_export_of_documents_alone_holds_no_pairs(run: Run) -> None:
    run("export", "--to", "trl", "--out", "facts", "--where", "route:rag")
    done = run("import", "facts", "-w", "again.curator")
    assert (done.exit_code, "holds no training file, only documents" in done.stderr) == (2, True)


def test_provenance_that_cannot_be_read_is_named(run: Run, exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_bytes())
    del manifest["files"]["provenance.jsonl"]  # so that the manifest does not speak of it
    (exported / "provenance.jsonl").write_text("{", encoding="utf-8")
    (exported / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = run("import", str(exported), "-w", "again.curator")
    assert (done.exit_code, "provenance.jsonl" in done.stderr) == (2, True)
