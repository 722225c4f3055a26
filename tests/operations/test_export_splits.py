"""Splits of an export: dealt out once, remembered, and never parting what has the same input."""

from collections.abc import Callable
from pathlib import Path

from curator.formats.openai_chat import OPENAI_CHAT
from curator.model import Split
from curator.operations.check import check
from curator.workspace import Change, Workspace
from tests.operations.export_case import asked, decide, rows_of, run_export

Fill = Callable[..., Workspace]
TWENTY = [(f"Question {number}?", f"Answer {number}.") for number in range(1, 21)]


def add_source(ws: Workspace, name: str, split: Split | None, *pairs: tuple[str, str]) -> None:
    """A source that says which split its rows are of."""
    load = ws.sources.begin(name, kind="jsonl", format="openai-chat", split=split)
    for row, (question, answer) in enumerate(pairs, start=1):
        messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        load.add(OPENAI_CHAT.parse({"messages": messages}), raw=b"", row=row)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")


def test_shares_are_met_and_the_same_input_is_in_one_file(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY, *[(question.upper(), "Another.") for question, _ in TWENTY])

    result = run_export(ws, folder / "out", splits={"train": 0.8, "validation": 0.2})

    assert result.splits == {"train": 32, "validation": 8}
    train, validation = (
        {question.upper() for question in asked(folder / f"out/{name}.jsonl")} for name in ("train", "validation")
    )
    assert not train & validation


def test_splits_are_one_operation_that_can_be_taken_back(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY)

    run_export(ws, folder / "out", splits={"train": 0.5, "test": 0.5})
    assert ws.status().by_split == {"train": 10, "test": 10}

    undone = ws.log.undo("ana")
    assert undone is not None
    assert undone.label == "assign split 20 examples"
    assert ws.status().by_split == {}


def test_a_split_is_kept_when_more_examples_come(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY[:10])
    run_export(ws, folder / "first", splits={"train": 0.5, "validation": 0.5}, seed=1)
    held_out = asked(folder / "first/validation.jsonl")
    again = [(question, "Said in another way.") for question in held_out]
    workspace(*TWENTY[10:], *again, name="more.jsonl")

    run_export(ws, folder / "second", splits={"train": 0.5, "validation": 0.5}, seed=2)

    second = asked(folder / "second/validation.jsonl")
    assert set(held_out) <= set(second)
    assert not set(held_out) & set(asked(folder / "second/train.jsonl"))
    assert len(second) + len(asked(folder / "second/train.jsonl")) == 25


def test_without_split_what_was_dealt_out_before_stays_so(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY)
    run_export(ws, folder / "first", splits={"train": 0.5, "validation": 0.5})
    new = asked(folder / "first/validation.jsonl")[0]
    workspace((new, "The same question came again."), ("Quite new?", "Yes."), name="more.jsonl")
    before = ws.log.last_seq()

    run_export(ws, folder / "second")

    assert sorted(asked(folder / "second/validation.jsonl")) == sorted([*asked(folder / "first/validation.jsonl"), new])
    assert "Quite new?" in asked(folder / "second/train.jsonl")
    assert ws.log.last_seq() == before


def test_without_split_all_is_train(workspace: Fill, folder: Path) -> None:
    result = run_export(workspace(*TWENTY), folder / "out")

    assert result.splits == {"train": 20}


def test_what_a_source_held_out_stays_held_out(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY[:10])
    add_source(ws, "held.jsonl", "validation", *TWENTY[10:12])

    result = run_export(ws, folder / "out", splits={"train": 0.75, "validation": 0.25})

    assert result.splits == {"train": 9, "validation": 3}
    assert set(asked(folder / "out/validation.jsonl")) >= {"Question 11?", "Question 12?"}


def test_without_split_the_splits_of_the_sources_are_the_files(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Fresh?", "Yes."))
    add_source(ws, "a.jsonl", "train", *TWENTY[:5])
    add_source(ws, "b.jsonl", "test", *TWENTY[5:8])

    result = run_export(ws, folder / "out")

    assert result.splits == {"train": 6, "test": 3}


def test_what_a_source_calls_train_may_be_dealt_out(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Fresh?", "Yes."))
    add_source(ws, "a.jsonl", "train", *TWENTY[:9])

    result = run_export(ws, folder / "out", splits={"train": 0.5, "test": 0.5})

    assert result.splits == {"train": 5, "test": 5}


def test_a_cluster_that_was_parted_before_is_named(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Same?", "Yes."), ("same", "No."), *TWENTY)
    ws.log.record([Change(1, "split", "train"), Change(2, "split", "validation")], actor="ana")

    result = run_export(ws, folder / "out")

    assert len(result.problems) == 1
    assert result.problems[0].startswith("#1 in train and #2 in validation have the same or a near input")
    assert asked(folder / "out/validation.jsonl") == ["same"]


def test_a_cluster_that_a_check_found_stays_together(workspace: Fill, folder: Path) -> None:
    ws = workspace(*TWENTY, name="pairs.jsonl")
    run = ws.findings.begin_run({"DUP002": ("warning", "near-duplicate")}, {})
    run.add_edges([(1, 2, "similar", "DUP002"), (2, 3, "similar", "DUP002")])
    run.finish()
    ws.log.record([Change(2, "split", "test")], actor="ana")
    decide(ws, "status", "rejected", 2)

    run_export(ws, folder / "out")

    assert asked(folder / "out/test.jsonl") == ["Question 1?", "Question 3?"]


def test_a_split_that_gets_nothing_is_said(workspace: Fill, folder: Path) -> None:
    result = run_export(workspace(*TWENTY[:2]), folder / "out", splits={"train": 0.9, "validation": 0.1})

    (problem,) = result.problems
    assert problem.startswith("validation: got no example; there are too few")
    assert rows_of(folder / "out/validation.jsonl") == []


def test_leaks_of_the_splits_before_do_not_stand_after_an_export_has_made_new_ones(
    workspace: Fill, folder: Path
) -> None:
    ws = workspace(("Same?", "Yes."), ("same", "yes"), *TWENTY)
    add_source(ws, "held.jsonl", "train", ("Same?", "Surely."))
    ws.log.record([Change(1, "split", "test")], actor="bo")
    list(check(ws))
    assert [one.finding.code for one in ws.findings.select(["SPL"])] == ["SPL001"]

    run_export(ws, folder / "out", include=("accepted", "pending", "flagged"), splits={"train": 0.8, "test": 0.2})

    assert list(ws.findings.select(["SPL"])) == []
    ws.log.undo("ana")
    assert list(ws.findings.select(["SPL"])) == []
