"""The card of a data set: numbers and decisions for whoever gets the folder."""

from collections.abc import Callable
from pathlib import Path

import yaml

from curator.operations.verify import verify_export
from curator.workspace import Change, Workspace
from tests.operations.export_case import decide, find_error, run_export

Fill = Callable[..., Workspace]
SIX = [(f"Question {number}?", f"Answer {number}.") for number in range(6)]


def decided(workspace: Fill) -> Workspace:
    """Six pairs: four accepted, one with an error; one rejected, one pending."""
    ws = workspace(*SIX)
    decide(ws, "status", "accepted", 1, 2, 3)
    ws.log.record([Change(4, "status", "accepted")], actor="b|o\n# <script>")
    decide(ws, "status", "rejected", 5)
    find_error(ws, 4)
    return ws


def test_the_card_says_what_was_decided_and_left_out(workspace: Fill, folder: Path) -> None:
    run_export(decided(workspace), folder / "out", include=("accepted",), splits={"train": 0.5, "test": 0.5})

    card = (folder / "out/CARD.md").read_text()
    for row in ("| train | 2 |", "| test | 2 |", "| accepted | 4 |", "| ana | 3 |", "| rejected by ana | 1 |"):
        assert row in card
    assert "| CON001 | conflicting-outputs | error | 1 |" in card
    assert "| not decided yet | 1 |" in card
    assert "| test | train | the same input | 0 of 2 |" in card
    assert "accepted with an open error: 1" in card
    assert verify_export(folder / "out") == []


def test_names_of_people_stay_text(workspace: Fill, folder: Path) -> None:
    run_export(decided(workspace), folder / "out", include=("accepted",))

    card = (folder / "out/CARD.md").read_text()
    assert "b\\|o" in card
    assert "<script>" not in card
    assert "\n# &lt;" not in card


def test_a_data_set_for_the_hub_has_one_card_whose_head_is_yaml(workspace: Fill, folder: Path) -> None:
    run_export(decided(workspace), folder / "out", to="hf", include=("accepted",), splits={"train": 0.5, "test": 0.5})

    assert not (folder / "out/CARD.md").exists()
    start, head, card = (folder / "out/README.md").read_text().split("---\n", 2)
    assert start == ""
    said = yaml.safe_load(head)
    assert said["configs"][0]["data_files"][0] == {"split": "train", "path": "train.parquet"}
    assert [split["num_examples"] for split in said["dataset_info"]["splits"]] == [2, 2]
    assert "| rejected by ana | 1 |" in card
    assert verify_export(folder / "out") == []
