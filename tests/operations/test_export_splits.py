"""Splits of an export: dealt out once, remembered, and never parting what has the same input."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.errors import TargetError
from curator.formats.openai_chat import OPENAI_CHAT
from curator.formats.prompt_completion import PROMPT_COMPLETION
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

    with pytest.raises(TargetError, match=r"#1 in train and #2 in validation .* Nothing was written") as refused:
        run_export(ws, folder / "out")
    assert "--part-clusters" in str(refused.value)
    assert not (folder / "out").exists()

    result = run_export(ws, folder / "out", part_clusters=True)

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


def grouped(folder: Path, names: Sequence[str | None], path: str = "work.curator") -> Workspace:
    """A workspace of one question each, of the customers with these names."""
    ws = Workspace.open_or_create(folder / path)
    load = ws.sources.begin("talks.jsonl", kind="jsonl", format="pairs", split=None)
    for row, name in enumerate(names, start=1):
        said = {"prompt": f"Question {row}?", "completion": f"Answer {row}.", "customer": name}
        load.add(PROMPT_COMPLETION.parse(said), raw=b"", row=row)
    load.finish(digest="", layout={}, revision=None, blank=0, actor="ana")
    return ws


def test_a_metadata_key_is_never_parted(folder: Path) -> None:
    with grouped(folder, ["a", "b", "c", "d", "e"] * 4) as ws:
        result = run_export(ws, folder / "out", splits={"train": 0.6, "test": 0.4}, split_by="customer")

        assert result.splits == {"train": 12, "test": 8}
        given = {entry.example.metadata["customer"]: entry.state.split for entry in ws.examples.stream()}
        assert all(entry.state.split == given[entry.example.metadata["customer"]] for entry in ws.examples.stream())
        shared = [one for one in result.overlaps if one.shares == "the same customer"]
        assert [(one.split, one.other, one.rows, one.of) for one in shared] == [
            ("train", "test", 0, 12),
            ("test", "train", 0, 8),
        ]


def test_a_metadata_key_that_no_row_has_is_refused(folder: Path) -> None:
    with grouped(folder, ["a", "b"]) as ws, pytest.raises(TargetError, match="the first rows have customer"):
        run_export(ws, folder / "out", split_by="custommer")


def test_rows_without_the_key_are_on_their_own_and_told(folder: Path) -> None:
    with grouped(folder, ["a", None, "a", None]) as ws:
        result = run_export(ws, folder / "out", splits={"train": 0.5, "test": 0.5}, split_by="customer")

    assert "2 of the rows have no 'customer': they are on their own." in result.notes


def test_rows_of_one_customer_with_splits_of_before_are_refused_by_their_numbers(folder: Path) -> None:
    with grouped(folder, ["a", "b", "a", "b"]) as ws:
        ws.log.record([Change(1, "split", "train"), Change(3, "split", "test")], actor="ana")

        run_export(ws, folder / "out")
        with pytest.raises(TargetError, match=r"#1 in train and #3 in test have the same .* or the same customer"):
            run_export(ws, folder / "by", split_by="customer")


def test_overlap_is_counted_in_both_directions(workspace: Fill, folder: Path) -> None:
    ws = workspace(("Same?", "Yes."), ("same", "No."), ("Same!", "Yes!"), ("Other?", "No."))
    ws.log.record([Change(1, "split", "train"), *[Change(seq, "split", "test") for seq in (2, 3, 4)]], actor="ana")

    result = run_export(ws, folder / "out", part_clusters=True)

    assert [(one.split, one.rows, one.of, one.share) for one in result.overlaps if "input" in one.shares][:2] == [
        ("train", 1, 1, 1.0),
        ("test", 2, 3, 0.6667),
    ]
    manifest = json.loads((folder / "out/manifest.json").read_text())
    first = {"shares": "the same input", "split": "train", "other": "test", "rows": 1, "of": 1, "share": 1.0}
    assert manifest["overlaps"][0] == first


def test_each_label_has_its_share_in_each_split(workspace: Fill, folder: Path) -> None:
    ws = workspace(*[(f"Is {number} even?", "yes" if number % 10 == 0 else "no") for number in range(200)])

    run_export(ws, folder / "out", splits={"train": 0.8, "test": 0.2})

    answers = [row["messages"][-1]["content"] for row in rows_of(folder / "out/test.jsonl")]
    assert len(answers) == 40
    assert answers.count("yes") == 4


@settings(max_examples=40, deadline=None)
@given(
    first=st.lists(st.sampled_from("abcde"), min_size=2, max_size=12),
    more=st.lists(st.sampled_from("abcdefg"), max_size=12),
    seeds=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    shares=st.sampled_from([{"train": 0.5, "test": 0.5}, {"train": 0.8, "validation": 0.1, "test": 0.1}]),
)
def test_a_row_never_changes_its_split(
    first: list[str], more: list[str], seeds: tuple[int, int], shares: dict[Split, float]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with grouped(folder, first) as ws:
            run_export(ws, folder / "one", splits=shares, seed=seeds[0], split_by="customer")
            before = {entry.example.id: entry.state.split for entry in ws.examples.stream()}
        with grouped(folder, [*first, *more]) as ws:
            run_export(ws, folder / "two", splits={"train": 0.3, "test": 0.7}, seed=seeds[1], split_by="customer")
            after = {entry.example.id: entry.state.split for entry in ws.examples.stream()}
            of_one: dict[Any, set[Split | None]] = {}
            for entry in ws.examples.stream():
                of_one.setdefault(entry.example.metadata["customer"], set()).add(entry.state.split)

    assert {key: after[key] for key in before} == before
    assert all(len(splits) == 1 for splits in of_one.values())


def about_halls(number: int, *, above: str = "") -> list[tuple[str, str]]:
    """Two questions of one passage, which no other hall has."""
    passage = (
        f"Context:\nHall {number} of the fair was built in {1900 + number} by the firm of {'Ada' * number} and holds "
        f"up to {300 + number} visitors, who reach it by the east gate of the town."
    )
    return [
        (f"{above}{passage}\n\nQuestion:\nWhen was it built?", f"In {1900 + number}."),
        (f"{above}{passage}\n\nQuestion:\nHow many visitors does it hold?", f"{300 + number}."),
    ]


def halls(path: Path) -> list[str]:
    return [question.split("Hall ")[1].split()[0] for question in asked(path)]


def test_two_questions_of_one_passage_are_in_one_file(workspace: Fill, folder: Path) -> None:
    ws = workspace(*[pair for number in range(20) for pair in about_halls(number)])

    result = run_export(ws, folder / "out", splits={"train": 0.8, "validation": 0.2})

    assert result.splits == {"train": 32, "validation": 8}
    assert not set(halls(folder / "out/train.jsonl")) & set(halls(folder / "out/validation.jsonl"))
    told = {overlap.shares: overlap.rows for overlap in result.overlaps}
    assert told["the same passage"] == 0


def test_an_instruction_that_all_rows_share_is_no_passage(workspace: Fill, folder: Path) -> None:
    above = (
        "Read the text below with care and answer the question in one short sentence, using nothing but what the text "
        "says, and in the words of the text.\n\n"
    )
    ws = workspace(*[pair for number in range(20) for pair in about_halls(number, above=above)])

    result = run_export(ws, folder / "out", splits={"train": 0.8, "validation": 0.2})

    assert result.splits == {"train": 32, "validation": 8}
    assert not set(halls(folder / "out/train.jsonl")) & set(halls(folder / "out/validation.jsonl"))


def test_another_question_of_a_passage_follows_it_when_it_comes_later(workspace: Fill, folder: Path) -> None:
    ws = workspace(*[about_halls(number)[0] for number in range(20)])
    run_export(ws, folder / "first", splits={"train": 0.5, "validation": 0.5})
    workspace(*[about_halls(number)[1] for number in range(20)], name="more.jsonl")

    run_export(ws, folder / "second", splits={"train": 0.5, "validation": 0.5})

    for name in ("train", "validation"):
        before, after = halls(folder / f"first/{name}.jsonl"), halls(folder / f"second/{name}.jsonl")
        assert sorted(after) == sorted(before * 2)
