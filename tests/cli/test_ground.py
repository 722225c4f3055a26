"""`curator ground`: a passage from a file or a pipe."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run, chat, write_jsonl

PASSAGE = "Standard parcels are free. Express delivery is 9.90 euros and takes one working day.\n"


@pytest.fixture
def desk(run: Run, folder: Path) -> Run:
    """A checked workspace with two pairs that teach facts."""
    rows = [
        chat("What does express delivery cost?", "Express delivery is 9.90 euros."),
        chat("Who founded Quillfern?", "Quillfern was founded by Mara Lindqvist in 2011."),
    ]
    write_jsonl(folder / "desk.jsonl", rows)
    (folder / "delivery.txt").write_text(PASSAGE, encoding="utf-8")
    run("import", "desk.jsonl")
    run("check")
    return run


def found(run: Run) -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in run("findings", "--select", "KNO", "--json").stdout.splitlines()]
    return [(line["code"], line["example"]["row"]) for line in lines]


def test_a_pair_is_grounded_checked_again_and_can_be_taken_back(desk: Run) -> None:
    assert found(desk) == [("KNO001", 1), ("KNO001", 2)]

    done = desk("ground", "--where", "#1", "--passage", "delivery.txt")

    assert done.exit_code == 0
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "#1: KNO001 gone",
        "1 pair grounded, saved as #2; the finding is gone from 1. `curator undo` takes it back.",
    ]
    assert found(desk) == [("KNO001", 2)]
    assert "edit #1" in desk("undo").stderr
    assert found(desk) == [("KNO001", 1), ("KNO001", 2)]


def test_a_passage_from_a_pipe_for_many_pairs(desk: Run) -> None:
    refused = desk("ground", "--where", "finding:KNO", "--passage", "-", stdin=PASSAGE)
    assert refused.exit_code == 2
    assert "selects 2 pairs; add --yes" in refused.stderr

    done = desk("ground", "--where", "finding:KNO", "--passage", "-", "--yes", stdin=PASSAGE)

    assert done.exit_code == 1
    assert '#2: still KNO001; the passage does not hold "Mara Lindqvist", "2011"' in done.stderr
    assert found(desk) == [("KNO001", 2)]


@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "gone.txt: cannot be read: No such file"), (b"\xff\xfe", "is no UTF-8 at byte 0"), (b" \n", "is empty")],
)
def test_a_passage_that_is_none_is_refused(desk: Run, folder: Path, data: bytes | None, said: str) -> None:
    if data is not None:
        (folder / "gone.txt").write_bytes(data)
    refused = desk("ground", "--where", "#1", "--passage", "gone.txt")
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_check_that_was_not_run_again_is_said(desk: Run, folder: Path) -> None:
    (folder / "curator.toml").write_text('[checks]\nignore = ["KNO"]\n', encoding="utf-8")

    done = desk("ground", "--where", "#1", "--passage", "delivery.txt")

    assert done.exit_code == 1
    assert "#1: KNO001 not checked again" in done.stderr
    assert "gone from none" in done.stderr
    assert "1 pair was edited and not checked again" in done.stderr


def test_a_passage_that_bears_nothing_out_is_said(run: Run, folder: Path) -> None:
    row = chat("Is the Sleeve covered by the warranty?", "Sleeves are not covered by the warranty.")
    write_jsonl(folder / "desk.jsonl", [row])
    (folder / "cold.txt").write_text("The page turns slowly in the cold. Let the tablet warm up.", encoding="utf-8")
    run("import", "desk.jsonl")
    run("check")

    done = run("ground", "--where", "#1", "--passage", "cold.txt")

    assert done.exit_code == 1
    assert "#1: still KNO001" in done.stderr
    assert "gone from none" in done.stderr


def test_facts_are_masked_as_they_stand_in_their_sentence(run: Run, folder: Path) -> None:
    card = "4111 1111 1111 1111"
    write_jsonl(folder / "desk.jsonl", [chat("Which card is on file?", f"The card on file is {card}.")])
    (folder / "cold.txt").write_text("The page turns slowly in the cold. Let the tablet warm up.", encoding="utf-8")
    run("import", "desk.jsonl")
    run("check")

    done = run("ground", "--where", "#1", "--passage", "cold.txt")

    assert "does not hold" in done.stderr
    assert "1111" not in done.stderr


def test_a_passage_about_something_else_mends_nothing(run: Run, folder: Path) -> None:
    row = chat("Do you offer a discount for non-profits?", "Yes, registered non-profits get 40% off any annual plan.")
    write_jsonl(folder / "desk.jsonl", [row])
    (folder / "pizza.txt").write_text("Pizza is nice with basil.", encoding="utf-8")
    run("import", "desk.jsonl")
    run("check")
    assert found(run) == [("KNO001", 1)]

    done = run("ground", "--where", "#1", "--passage", "pizza.txt")

    assert done.exit_code == 1
    assert '#1: still KNO001; the passage does not hold "40%"' in done.stderr
    assert "gone from none" in done.stderr
    assert found(run) == [("KNO001", 1)]


def test_a_second_passage_is_said_and_may_stand_instead_of_the_first(desk: Run, folder: Path) -> None:
    (folder / "old.txt").write_text("Express delivery was 7.90 euros until May.", encoding="utf-8")
    desk("ground", "--where", "#1", "--passage", "old.txt")

    below = desk("ground", "--where", "#1", "--passage", "delivery.txt")

    assert "1 pair held a passage already, which stands above this one now" in below.stderr
    both = desk("examples", "--where", "#1", "--json").stdout
    assert "7.90" in both
    assert "9.90" in both

    desk("undo")
    instead = desk("ground", "--where", "#1", "--passage", "delivery.txt", "--replace")

    assert "held a passage already" not in instead.stderr
    assert "7.90" not in desk("examples", "--where", "#1", "--json").stdout
