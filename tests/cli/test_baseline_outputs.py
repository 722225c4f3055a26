"""`curator baseline --outputs`: the answers of a tuned model beside the prompt that was measured, weeks later too."""

import json
import random
from pathlib import Path
from typing import Any

from tests.cli.baseline_desk import desk, ticket
from tests.conftest import Run, chat, write_jsonl
from tests.judge.server import Claude
from tests.operations.baseline_case import simulated

MODEL = ("--model", "claude-haiku-5-5", "--no-batches", "--yes")


def right(row: dict[str, Any]) -> str:
    said: str = row["messages"][-1]["content"]
    return said


def tuned(folder: Path, rows: list[dict[str, Any]], share: float) -> None:
    """A file of answers that are right in a share of the rows."""
    lines = [
        {"id": row["id"], "output": right(row) if random.Random(row["id"]).random() < share else "wrong"}
        for row in rows
    ]
    write_jsonl(folder / "tuned.jsonl", lines)


def held_against(run: Run, *words: str) -> dict[str, Any]:
    done = run("baseline", "--outputs", "tuned.jsonl", "--as", "ours", "--json", *words)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return {key: found[key] for key in ("best_prompt", "against", "mean")}


def test_the_prompt_that_was_measured_is_held_against_whatever_became_of_the_pool(
    run: Run, folder: Path, claude: Claude
) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL)
    tuned(folder, rows, 0.85)
    before = held_against(run)
    assert before["best_prompt"].startswith("P2")
    assert before["against"]["gain"] < 0
    asked = len(claude.calls)
    first = next(row for row in range(1, 401) if row not in {one["row"] for one in rows})
    run("decide", "--where", f"id:{first}", "--reject", "--yes")
    assert held_against(run) == before
    write_jsonl(folder / "more.jsonl", [ticket(place) for place in range(5_000, 5_100)])
    run("import", "more.jsonl")
    assert held_against(run) == before
    assert len(claude.calls) == asked
    told = run("baseline", "--outputs", "tuned.jsonl", "--as", "ours").stdout
    assert f"{before['best_prompt']} " in told
    assert "It did not surely pay." in told


def test_a_secret_in_the_pool_hides_no_prompt(run: Run, folder: Path, claude: Claude) -> None:
    key = "sk-ant-api03-" + "aB3dE5gH7jK9" * 7 + "-aaaaAA"
    rows = desk(run, folder, chat(f"Ticket 9999: please help me with my refund, my key is {key}", "refund"))
    run("baseline", *MODEL)
    assert not claude.saw("9999")
    tuned(folder, rows, 0.85)
    assert held_against(run)["best_prompt"].startswith("P2")


def test_the_prompts_of_another_model_are_held_against_where_it_is_named(
    run: Run, folder: Path, claude: Claude
) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL)
    claude.brain = simulated(other=0.3)
    run("baseline", "--model", "claude-sonnet-5-5", "--no-batches", "--yes", "--rungs", "P1")
    tuned(folder, rows, 0.85)
    assert held_against(run)["best_prompt"] == "P1 description and contract"  # of the model measured last
    assert held_against(run, "--model", "claude-haiku-5-5")["best_prompt"].startswith("P2")


def test_answers_that_are_read_beside_those_of_the_prompt_are_those_that_it_gave(
    run: Run, folder: Path, claude: Claude
) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL, "--rungs", "P1")
    write_jsonl(folder / "tuned.jsonl", [{"id": row["id"], "output": right(row)} for row in rows])
    run("decide", "--where", "", "--accept", "--yes")
    claude.brain = lambda _: json.dumps({"reason": "alike", "quotes": [], "verdict": "equal"})
    words = ("--outputs", "tuned.jsonl", "--as", "ours", "--prefer", "claude-haiku-5-5", "--yes", "--json")
    score, read = map(json.loads, run("baseline", "--no-batches", *words).stdout.splitlines())
    assert (read["left"], read["right"]) == ("ours", "P1 description and contract")
    assert read["scored"] == score["against"]["better"] > 0  # the others are alike letter by letter
