"""Rows of one passage are dealt into one split, however the passage is set off; what many rows share is no passage."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from curator.operations.export_overlap import Overlap
from curator.workspace import Workspace
from tests.operations.export_case import asked, decide, run_export

Fill = Callable[..., Workspace]
ASKED = ("When was it built?", "How many visitors does it hold?")
SHARES = {"train": 0.8, "validation": 0.2}


def hall(number: int) -> str:
    return (
        f"Hall {number} of the fair was built in {1900 + number} by Ada and Sons. It holds {300 + number} visitors, "
        f"who reach it by gate {number} of the town."
    )


def pavilion(number: int) -> str:
    return (
        f"第{number}号展馆建于{1900 + number}年,由阿达公司承建。最多可容纳{300 + number}名参观者,参观者可以从城东的"
        "大门步行到达。馆内设有餐厅、书店和儿童游乐区,每天上午九点开放,下午六点关闭。"
    )


def shared(overlaps: Sequence[Overlap]) -> dict[str, int]:
    """How many rows of each split have the passage of a row of another one."""
    return {one.split: one.rows for one in overlaps if one.shares == "the same passage"}


def sides(out: Path, name: Callable[[str], str]) -> set[str]:
    """What is asked about in both files."""
    train, validation = ({name(text) for text in asked(out / f"{file}.jsonl")} for file in SHARES)
    return train & validation


@pytest.mark.parametrize(
    "laid_out",
    [
        pytest.param(lambda passage, question: f"Context: {passage}\nQuestion: {question}", id="a line each"),
        pytest.param(lambda passage, question: f"{question}\n{passage}", id="the question first"),
        pytest.param(lambda passage, question: f"Passage: {passage} Question: {question}", id="in one line"),
        pytest.param(lambda passage, question: json.dumps({"question": question, "text": passage}), id="JSON"),
    ],
)
def test_two_questions_of_a_passage_are_in_one_file_however_it_is_set_off(
    workspace: Fill, folder: Path, laid_out: Callable[[str, str], str]
) -> None:
    ws = workspace(*[(laid_out(hall(n), question), f"{n}.") for n in range(20) for question in ASKED])

    result = run_export(ws, folder / "out", splits=SHARES)

    assert result.splits == {"train": 32, "validation": 8}
    assert sides(folder / "out", lambda text: text.split("Hall ")[1].split()[0]) == set()
    assert shared(result.overlaps) == {"train": 0, "validation": 0}


def test_a_passage_without_spaces_is_one_as_well(workspace: Fill, folder: Path) -> None:
    questions = ("什么时候建的?", "能容纳多少人?")
    ws = workspace(*[(f"{pavilion(n)}\n{question}", f"{n}。") for n in range(20) for question in questions])

    run_export(ws, folder / "out", splits=SHARES)

    assert sides(folder / "out", lambda text: text.split("号")[0]) == set()


def test_what_a_twentieth_of_a_large_set_shares_is_an_instruction(workspace: Fill, folder: Path) -> None:
    def desk(number: int) -> str:
        return (
            f"You are the desk of shop {number}. Answer in short sentences, never promise anything, always stay polite "
            "and say whom to call when you cannot help."
        )

    ws = workspace(*[(f"{desk(n % 5)}\n\nWhere is parcel {n}?", f"At stop {n}.") for n in range(200)])

    result = run_export(ws, folder / "out", splits=SHARES)

    assert result.splits == {"train": 160, "validation": 40}
    assert sides(folder / "out", lambda text: text.split("shop ")[1][0]) == set("01234")


def test_rows_of_several_passages_that_hang_together_do_not_become_one_cluster(workspace: Fill, folder: Path) -> None:
    given = [(f"{hall(n)}\n\n{hall(n + 1)}\n\nWhich hall is larger?", f"Hall {n + 1}.") for n in range(60)]
    ws = workspace(*given)

    result = run_export(ws, folder / "out", splits=SHARES)

    assert abs(result.splits["validation"] - 12) < 10  # no cluster is larger than what may share one passage
    parted = shared(result.overlaps)
    assert 0 < parted["validation"] < 12  # what the chain was parted at is told


def test_splits_of_before_stand_where_a_passage_was_parted(workspace: Fill, folder: Path) -> None:
    def pairs(*questions: str) -> list[tuple[str, str]]:
        return [(f"{hall(n)}\n{question}", f"{n}.") for n in range(20) for question in questions]

    ws = workspace(*pairs(*ASKED))
    decide(ws, "split", "train", *range(1, 41, 2))
    decide(ws, "split", "validation", *range(2, 41, 2))
    workspace(*pairs("Which gate is it at?"), name="more.jsonl")

    result = run_export(ws, folder / "out", splits=SHARES)

    assert result.problems == []
    assert sum("When was it built?" in text for text in asked(folder / "out/train.jsonl")) == 20
    assert sum("many visitors" in text for text in asked(folder / "out/validation.jsonl")) == 20
