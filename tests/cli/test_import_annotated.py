"""Exports of annotation tools, as a user imports them: labels, statuses and annotators come along."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl
from tests.formats.conventions import HERE


def bring(run: Run, folder: Path, file: str) -> list[dict[str, Any]]:
    shutil.copy(HERE / "rows" / file, folder / file)
    result = run("import", file, "-w", "a.curator")
    assert result.exit_code == 0, result.output
    assert "read 6 = stored 6 + known 0 + rejected 0 + blank 0" in result.output
    return [json.loads(line) for line in run("examples", "-w", "a.curator", "--json").stdout.splitlines()]


def test_prodigys_answers_are_decisions(run: Run, folder: Path) -> None:
    rows = bring(run, folder, "prodigy-textcat.jsonl")
    assert [row["status"] for row in rows] == ["accepted", "rejected", "accepted", "pending", "accepted", "accepted"]
    assert {row["reviewer"] for row in rows} == {"cafe-ann"}
    assert rows[3]["labels"] == {"label": "bicycle", "answer": "ignore"}
    assert [row["messages"][-1]["content"] for row in rows][:2] == ["house", "bicycle"]


def test_two_annotators_of_argilla_stay_two_reviewers(run: Run, folder: Path) -> None:
    rows = bring(run, folder, "argilla-v2.json")
    assert {row["status"] for row in rows} == {"accepted"}
    assert rows[1]["messages"][-1]["content"] == "bicycle"
    with Workspace.open(folder / "a.curator") as ws:
        said = [(event.actor[-1], event.field, event.after) for event in ws.log.history(2)]
    assert said == [
        ("1", "status", "accepted"),
        ("1", "labels", {"topic": "bicycle", "clear": 4}),
        ("2", "status", "accepted"),
        ("2", "labels", {"topic": "house"}),
    ]


def test_a_rating_of_a_given_pair_is_no_approval(run: Run, folder: Path) -> None:
    rows = bring(run, folder, "label-studio-pair.json")
    assert {row["status"] for row in rows} == {"pending"}
    assert rows[0]["labels"] == {"stars": 1, "ground_truth": True}
    assert rows[5]["labels"] == {"skipped": True}
    assert {row["reviewer"] for row in rows} == {"ann@example.org", "label-studio:3"}


@pytest.mark.parametrize("file", ["doccano-approved.jsonl", "label-studio.json", "argilla-v1-feedback.jsonl"])
def test_who_gave_the_output_has_accepted_it(run: Run, folder: Path, file: str) -> None:
    rows = bring(run, folder, file)
    assert {row["status"] for row in rows} == {"accepted"}
    assert all(row["reviewer"] and row["labels"] for row in rows)


def test_the_same_export_again_says_nothing_and_a_later_decision_stands(run: Run, folder: Path) -> None:
    bring(run, folder, "prodigy-pair.jsonl")
    run("decide", "-w", "a.curator", "--where", "#1", "--reject", "--yes")
    again = run("import", "prodigy-pair.jsonl", "-w", "a.curator")
    assert "known 6" in again.output
    assert "of annotators" not in again.output
    rows = [json.loads(line) for line in run("examples", "-w", "a.curator", "--json").stdout.splitlines()]
    assert rows[0]["status"] == "rejected"


def test_what_was_annotated_since_is_recorded(run: Run, folder: Path) -> None:
    bring(run, folder, "prodigy-pair.jsonl")
    path = folder / "prodigy-pair.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"answer": "ignore"', '"answer": "accept"'))
    again = run("import", "prodigy-pair.jsonl", "-w", "a.curator")
    assert "recorded 1 decision of annotators" in again.output
    rows = [json.loads(line) for line in run("examples", "-w", "a.curator", "--json").stdout.splitlines()]
    assert rows[3]["status"] == "accepted"


def test_undo_does_not_take_back_what_was_decided_elsewhere(run: Run, folder: Path) -> None:
    bring(run, folder, "prodigy-pair.jsonl")
    run("undo", "-w", "a.curator", "--as", "cafe-ann")
    rows = [json.loads(line) for line in run("examples", "-w", "a.curator", "--json").stdout.splitlines()]
    assert [row["status"] for row in rows][:2] == ["accepted", "rejected"]


def test_rows_that_nobody_annotated_are_rejected_with_the_reason(run: Run, folder: Path) -> None:
    tasks = json.loads((HERE / "rows" / "label-studio.json").read_text(encoding="utf-8"))
    tasks[2]["annotations"] = []
    (folder / "tasks.json").write_text(json.dumps(tasks))
    result = run("import", "tasks.json", "-w", "a.curator")
    assert result.exit_code == 1
    assert "read 6 = stored 5 + known 0 + rejected 1 + blank 0" in result.output
    assert "nobody has said what its output is: it has no annotation yet" in result.output


def test_the_other_readings_are_told_and_a_named_format_is_remembered(run: Run, folder: Path) -> None:
    shutil.copy(HERE / "rows" / "wiki-qa.jsonl", folder / "wiki.jsonl")
    assert "it could also be read as kto" in run("import", "wiki.jsonl", "-w", "a.curator").output
    chosen = run("import", "wiki.jsonl", "-w", "b.curator", "--format", "kto")
    assert "format kto" in chosen.output
    assert "known 6" in run("import", "wiki.jsonl", "-w", "b.curator").output


def test_classes_and_nested_features_of_a_parquet_file(run: Run, folder: Path) -> None:
    features = {
        "text": {"dtype": "string", "_type": "Value"},
        "label": {"names": ["negative", "positive"], "_type": "ClassLabel"},
    }
    table = pa.table({"text": ["Good.", "Bad."], "label": pa.array([1, 0], pa.int64())})
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(metadata), folder / "train_sft-00000-of-00001.parquet")
    result = run("import", "train_sft-00000-of-00001.parquet", "-w", "a.curator")
    assert "column label: class number written as its name" in result.output
    rows = [json.loads(line) for line in run("examples", "-w", "a.curator", "--json").stdout.splitlines()]
    assert [row["messages"][-1]["content"] for row in rows] == ["positive", "negative"]
    squad = {"question": ["Who?"], "context": ["Ann."], "answers": [{"text": ["Ann"], "answer_start": [0]}]}
    pq.write_table(pa.table(squad), folder / "validation-00000-of-00001.parquet")
    nested = run("import", "validation-00000-of-00001.parquet", "-w", "b.curator", "--json")
    assert json.loads(nested.stdout)["format"] == "question-answers"
    with Workspace.open(folder / "a.curator") as ws:
        assert [source.split for source in ws.sources.list()] == ["train"]
    with Workspace.open(folder / "b.curator") as ws:
        assert [source.split for source in ws.sources.list()] == ["validation"]


def test_records_of_argilla_in_a_table(run: Run, folder: Path) -> None:
    rows = json.loads((HERE / "rows" / "argilla-v2.json").read_text(encoding="utf-8"))
    rows[0]["responses"]["clear"] = []  # nobody said it: a table says null
    pq.write_table(pa.Table.from_pylist([{**row, "vectors": None} for row in rows]), folder / "r.parquet")
    result = run("import", "r.parquet", "-w", "a.curator")
    assert "read 6 = stored 6 + known 0 + rejected 0 + blank 0" in result.output
    assert "recorded 24 decisions" in result.output


def test_a_preference_pair_is_one_example_with_an_alternative(run: Run, folder: Path) -> None:
    bring(run, folder, "hh-rlhf.jsonl")
    with Workspace.open(folder / "a.curator") as ws:
        example = ws.examples.entry(1).example
    assert len(example.messages) == 4
    assert [other.preferred for other in example.alternatives] == [False]


def test_rows_of_a_chat_bring_no_decisions(run: Run, folder: Path) -> None:
    write_jsonl(folder / "chat.jsonl", [chat("a", "b")])
    assert "of annotators" not in run("import", "chat.jsonl").output


def test_the_sides_of_a_pair_can_be_named(run: Run, folder: Path) -> None:
    write_jsonl(folder / "p.jsonl", [{"q": "2+2?", "better": "4", "worse": "5", "n": 1}])
    assert run("import", "p.jsonl", "--map", "input=q,chosen=better,rejected=worse").exit_code == 0
    with Workspace.open(folder / "p.curator") as ws:
        example = ws.examples.entry(1).example
    assert (example.input_text, example.output_text, example.metadata) == ("2+2?", "4", {"n": 1})
    assert [other.messages[0].text for other in example.alternatives] == ["5"]
    assert "needs rejected as well" in run("import", "p.jsonl", "--map", "input=q,chosen=better").output
