"""Export: who takes part, which file each goes to, and what the files hold."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from curator.errors import TargetError
from curator.workspace import Change, Workspace
from tests.operations.export_case import asked, decide, find_error, rows_of, run_export, where_each_went

Fill = Callable[..., Workspace]
TEN = [(f"Question {number}?", f"Answer {number}.") for number in range(1, 11)]


def test_the_accepted_examples_are_exported(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    decide(ws, "status", "accepted", 2, 5)

    result = run_export(ws, folder / "out", include=("accepted",))

    assert asked(folder / "out/train.jsonl") == ["Question 2?", "Question 5?"]
    assert result.files == {"train.jsonl": 2, "left_out.jsonl": 8, "provenance.jsonl": 2}
    assert result.left_out == {"pending": 8}


def test_a_row_holds_messages_and_nothing_that_names_it(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)

    run_export(ws, folder / "out")

    first = rows_of(folder / "out/train.jsonl")[0]
    assert first == {
        "messages": [{"role": "user", "content": "Question 1?"}, {"role": "assistant", "content": "Answer 1."}]
    }


def test_where_each_row_came_from_is_in_a_file_of_its_own(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    decide(ws, "status", "rejected", 1)
    revision = ws.log.record([Change(2, "messages[1].content", "Better.", revision=0)], actor="ana").seq

    run_export(ws, folder / "out")

    ids = ws.examples.ids_of([2, 3])
    source = {"file": "train.jsonl", "source": "train.jsonl", "format": "openai-chat", "source_split": "train"}
    assert rows_of(folder / "out/provenance.jsonl")[:2] == [
        {**source, "row": 1, "id": ids[0], "source_row": 2, "revision": revision},
        {**source, "row": 2, "id": ids[1], "source_row": 3},
    ]


def test_the_edited_text_is_exported(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    ws.log.record([Change(1, "messages[1].content", "Better.", revision=0)], actor="ana")

    run_export(ws, folder / "out")

    assert rows_of(folder / "out/train.jsonl")[0]["messages"][1]["content"] == "Better."


def test_every_example_is_in_exactly_one_file(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN, ("Empty?", ""))
    decide(ws, "status", "accepted", 1, 2, 3, 11)
    decide(ws, "status", "rejected", 4)
    decide(ws, "status", "fix", 5)
    decide(ws, "route", "rag", 1, 6)
    find_error(ws, 7)

    result = run_export(ws, folder / "out")

    assert set(where_each_went(ws, folder / "out").values()) == {1}
    assert result.left_out == {"error": 1, "fix": 1, "rejected": 1, "target": 1}
    reasons = {row["row"]: row["reason"] for row in rows_of(folder / "out/left_out.jsonl")}
    assert reasons[4] == "rejected by ana"
    assert reasons[5] == "marked as needing a fix by ana"
    assert reasons[7] == "open error CON001"
    assert reasons[11].startswith("trl: messages[1]")
    assert result.refused == 1


def test_retired_examples_are_nowhere(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    load = ws.sources.begin("train.jsonl", kind="jsonl", format="openai-chat", split=None)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana", retire=True)
    workspace(("Other?", "Yes."), name="other.jsonl")

    run_export(ws, folder / "out")

    assert asked(folder / "out/train.jsonl") == ["Other?"]
    assert rows_of(folder / "out/left_out.jsonl") == []


@pytest.mark.parametrize("include", [("accepted",), ("accepted", "flagged")])
def test_nothing_accepted_yet_says_which_command_exports_all(
    workspace: Fill, folder: Path, include: tuple[str, ...]
) -> None:
    ws = workspace(*TEN)

    with pytest.raises(TargetError, match="no example is accepted yet") as caught:
        run_export(ws, folder / "my out", include=include)

    chosen = "pending" if include == ("accepted",) else "flagged,pending"
    command = f"curator export -w {ws.path} --to trl --out '{folder}/my out' --include {chosen}"
    assert command in str(caught.value)
    assert not (folder / "my out").exists()


def test_a_filter_that_selects_nothing_accepted_says_so(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    decide(ws, "status", "accepted", 1)

    with pytest.raises(TargetError, match="matches --where 'id:2' is accepted yet"):
        run_export(ws, folder / "out", where="id:2", include=("accepted",))


def test_an_empty_workspace_says_how_to_fill_it(folder: Path) -> None:
    with (
        Workspace.create(folder / "empty.curator") as ws,
        pytest.raises(TargetError, match=r"holds no examples. `curator import FILE"),
    ):
        run_export(ws, folder / "out")


def test_pending_with_an_open_error_stay_out_unless_named(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    find_error(ws, 3)
    find_error(ws, 4, code="TXT001")
    decide(ws, "status", "accepted", 4)

    run_export(ws, folder / "careful")
    run_export(ws, folder / "all", include=("accepted", "pending", "flagged"))

    assert "Question 3?" not in asked(folder / "careful/train.jsonl")
    assert "Question 4?" in asked(folder / "careful/train.jsonl")
    assert len(asked(folder / "all/train.jsonl")) == 10


def test_both_sides_of_a_conflict_stay_out(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Can I return it?", "Yes."), ("Can I return it?", "No."), *TEN)
    find_error(ws, 2, conflicts_with=1)

    run_export(ws, folder / "out")

    reasons = {row["row"]: row["reason"] for row in rows_of(folder / "out/left_out.jsonl")}
    assert reasons == {1: "open error: conflicts with #2", 2: "open error CON001"}


def test_when_everything_pending_has_an_error_it_says_how_to_go_on(workspace: Fill, folder: Path) -> None:
    ws = workspace(("A?", "B."))
    find_error(ws, 1)

    with pytest.raises(TargetError, match=r"every pending example has an open error.*\n.*--include pending,flagged"):
        run_export(ws, folder / "out")


def test_where_only_documents_are_written_it_says_what_waits(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    decide(ws, "route", "rag", 1)

    result = run_export(ws, folder / "out", include=("accepted",))

    assert result.problems == ["there is no training file: 9 pending: accept them, or add --include pending"]


def test_where_only_documents_are_written_it_says_what_is_kept_out_and_why(workspace: Fill, folder: Path) -> None:
    ws = workspace(("When do you open?", "At ten."), ("Which plan?", "Pro."), ("Anything?", ""))
    find_error(ws, 2)
    decide(ws, "route", "rag", 1)

    result = run_export(ws, folder / "out", include=("accepted", "pending"))

    assert result.problems == [
        "there is no training file: 1 pending with an open error: mend them, or add --include pending,flagged; "
        "1 refused by the target's rules: mend them, or name another target"
    ]


def test_a_filter_chooses_among_them(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)

    result = run_export(ws, folder / "out", where="id:2,4 or Question", include=("accepted", "pending"))
    few = run_export(ws, folder / "few", where="order:len limit:3")

    assert result.splits == {"train": 10}
    assert few.splits == {"train": 3}
    assert few.reasons == {"not selected by --where order:len limit:3": 7}


def test_what_is_routed_to_rag_is_no_training_row(workspace: Fill, folder: Path) -> None:
    ws = workspace(("When do you open?\nOn Sundays.", "At ten."), *TEN)
    decide(ws, "route", "rag", 1)

    result = run_export(ws, folder / "out")

    assert result.documents == 1
    assert "When do you open?\nOn Sundays." not in asked(folder / "out/train.jsonl")


def test_rejected_examples_become_no_documents(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN)
    decide(ws, "route", "rag", 1)
    decide(ws, "status", "rejected", 1)

    run_export(ws, folder / "out")

    assert not (folder / "out/rag.jsonl").exists()


def test_a_document_needs_a_text(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Anything?", " "), *TEN)
    decide(ws, "route", "rag", 1)

    result = run_export(ws, folder / "out")

    assert result.reasons == {"routed to RAG, but its output has no text": 1}


def test_an_export_of_documents_alone_needs_no_training_rows(workspace: Fill, folder: Path) -> None:
    ws = workspace(("A?", "B."))
    decide(ws, "route", "rag", 1)

    result = run_export(ws, folder / "out", to="openai")

    assert (result.documents, result.splits) == (1, {})
    assert result.problems == ["there is no training file: what was selected is routed to RAG"]
    assert not (folder / "out/train.jsonl").exists()


def test_too_few_rows_for_a_provider_are_written_and_said(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN[:9])

    result = run_export(ws, folder / "out", to="openai")

    assert len(rows_of(folder / "out/train.jsonl")) == 9
    assert "must have at least 10 examples" in result.problems[0]
    assert result.notes[0].startswith("OpenAI supervised fine-tuning is closing")


def test_when_the_target_takes_none_nothing_is_written(workspace: Fill, folder: Path) -> None:
    ws = workspace(("A?", ""))

    with pytest.raises(TargetError, match="trl takes none of the selected examples"):
        run_export(ws, folder / "out")

    assert not (folder / "out").exists()


def test_a_dry_run_counts_the_same_and_writes_nothing(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN, ("Empty?", ""))
    decide(ws, "status", "rejected", 2)
    before = (sorted(folder.iterdir()), ws.log.last_seq())

    dry = run_export(ws, folder / "out", dry_run=True, splits={"train": 0.8, "validation": 0.2})
    assert (sorted(folder.iterdir()), ws.log.last_seq()) == before
    real = run_export(ws, folder / "out", splits={"train": 0.8, "validation": 0.2})

    assert (dry.files, dry.left_out, dry.splits, dry.reasons) == (
        real.files,
        real.left_out,
        real.splits,
        real.reasons,
    )
    assert [(row.row, row.kind) for row in dry.rows] == [(2, "rejected"), (11, "target")]


def test_all_that_is_exported_is_of_one_moment(workspace: Fill, folder: Path) -> None:
    from curator.operations.export import export
    from curator.targets.named import named

    ws = workspace(*[(f"Question {number}?", "Yes.") for number in range(1, 401)])
    steps = export(ws, named("trl"), folder / "out", include=("accepted", "pending"))
    next(steps)  # the first slice is written
    with Workspace.open(ws.path) as other:
        other.log.record([Change(400, "status", "rejected")], actor="ben")
    for _ in steps:
        pass

    assert len(rows_of(folder / "out/train.jsonl")) == 400
    assert json.loads((folder / "out/manifest.json").read_bytes())["event"] == ws.log.last_seq() - 1


def test_the_manifest_says_what_the_export_is(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TEN, ("Empty?", ""))
    find_error(ws, 3)
    decide(ws, "status", "accepted", 3)

    result = run_export(ws, folder / "out", where="-id:9", splits={"train": 0.5, "test": 0.5}, seed=11)

    manifest = json.loads((folder / "out/manifest.json").read_bytes())
    assert manifest["target"]["name"] == "trl"
    assert manifest["workspace"] == "work.curator"
    assert manifest["event"] == result.event
    assert manifest["settings"]["seed"] == 11
    assert manifest["settings"]["splits"] == {"train": 0.5, "test": 0.5}
    assert manifest["settings"]["where"] == "-id:9"
    assert manifest["counts"]["examples"] == 11
    assert manifest["counts"]["left_out"] == {"filter": 1, "target": 1}
    assert manifest["reviewers"] == {"ana": 1}
    assert manifest["statuses"] == {"accepted": 1, "pending": 8}
    assert [(check["code"], check["findings"]) for check in manifest["checks"]] == [("CON001", 1)]
    assert set(manifest["files"]) == {"train.jsonl", "test.jsonl", "left_out.jsonl", "provenance.jsonl", "CARD.md"}
