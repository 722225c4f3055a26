"""`curator baseline --outputs`: the answers of a tuned model beside the prompt that was measured, weeks later too."""

import json
import random
from pathlib import Path
from typing import Any

from tests.cli.baseline_desk import desk, ticket
from tests.conftest import Run, chat, write_jsonl
from tests.judge.server import Claude, asked
from tests.operations.baseline_case import simulated

MODEL = ("--model", "claude-haiku-5-5", "--no-batches", "--yes")
BATCHES = ("--model", "claude-haiku-5-5", "--batches", "--yes")


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


def longer(body: dict[str, Any]) -> str:
    """A reader who holds the longer answer for the better one, whatever its place."""
    data = json.loads(asked(body).split("\n")[1])
    verdict = "first" if len(data["first"]) > len(data["second"]) else "second"
    return json.dumps({"reason": "it says more", "quotes": [], "verdict": verdict})


def test_the_answers_of_a_tuned_model_are_held_against_the_best_prompt(run: Run, folder: Path, claude: Claude) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL, "--rungs", "P0,P1")
    calls = len(claude.calls)
    lines = [{"id": row["id"], "output": right(row)} for row in rows[:-5]]
    write_jsonl(folder / "tuned.jsonl", [*lines, lines[0], {"id": "b2-none", "output": "refund"}])
    done = run("baseline", "--outputs", "tuned.jsonl", "--as", "ours-7b")
    assert done.exit_code == 0
    assert len(claude.calls) == calls
    assert "ours-7b" in done.stdout
    assert "P1 description and contract" in done.stdout
    assert "It did pay." in done.stdout
    assert "5 rows have no answer in the file." in done.stderr
    assert "1 lines are about no row of the eval set." in done.stderr
    assert "ours-7b" in run("assess").stdout
    unnamed = run("baseline", "--outputs", "tuned.jsonl")
    assert (unnamed.exit_code, "--as NAME" in unnamed.stderr) == (2, True)


def test_answers_find_their_rows_by_the_ids_that_the_eval_set_shows(run: Run, folder: Path) -> None:
    desk(run, folder)
    shown = json.loads(run("eval-set", "show", "--json").stdout)
    words = ("baseline", "--outputs", "tuned.jsonl", "--as", "ours")
    write_jsonl(folder / "tuned.jsonl", [{"id": "6", "output": "refund"}])
    refused = run(*words)
    assert (refused.exit_code, "`curator eval-set show --json` lists the ids" in refused.stderr) == (2, True)
    write_jsonl(folder / "tuned.jsonl", [{"id": one, "output": "refund"} for one in shown["ids"]])
    assert "Kept as #" in run(*words).stdout
    again = run(*words).stdout
    assert "#0" not in again
    assert "The same was kept before" in again


def test_the_prompt_that_was_measured_is_held_against_whatever_became_of_the_pool(
    run: Run, folder: Path, claude: Claude
) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL)
    tuned(folder, rows, 0.85)
    before = held_against(run)
    assert before["best_prompt"].startswith("P2")
    assert before["against"]["gain"] < 0
    calls = len(claude.calls)
    first = next(row for row in range(1, 401) if row not in {one["row"] for one in rows})
    run("decide", "--where", f"id:{first}", "--reject", "--yes")
    assert held_against(run) == before
    write_jsonl(folder / "more.jsonl", [ticket(place) for place in range(5_000, 5_100)])
    run("import", "more.jsonl")
    assert held_against(run) == before
    assert len(claude.calls) == calls
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


def test_rows_that_a_model_skipped_are_not_in_its_favour(run: Run, folder: Path, claude: Claude) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL, "--rungs", "P1")
    calls = len(claude.calls)
    write_jsonl(folder / "tuned.jsonl", [{"id": row["id"], "output": right(row)} for row in rows[:60]])
    done = run("baseline", "--outputs", "tuned.jsonl", "--as", "half")
    assert "60 of 120 rows without an answer (60 missing): 50.0% (" in done.stdout
    assert "rows, those without an answer being wrong (p = " in done.stdout
    assert "It did not surely pay." in done.stdout
    assert "60 rows have no answer in the file." in done.stderr
    found = json.loads(run("baseline", "--outputs", "tuned.jsonl", "--as", "half", "--json").stdout)
    assert (found["mean"], found["reached"], found["failures"]) == (1.0, "undecided", {"missing": 60})
    assert len(claude.calls) == calls
    told = run("assess").stdout
    assert "on 120 eval rows; 60 of 120 rows without an answer (60 missing)" in told
    assert "The tuned model is not shown to be better" in told
    assert "paired with the best prompt" in told


def test_our_own_answers_are_scored_as_they_were(run: Run, folder: Path, claude: Claude) -> None:
    desk(run, folder)
    good = claude.brain
    refusal = {"text": "", "stop_reason": "refusal"}
    claude.brain = lambda body: refusal if "9: please" in asked(body) else good(body)
    told = json.loads(run("baseline", *BATCHES, "--rungs", "P2", "--out", "won", "--json").stdout)
    best = next(one for one in told["prompts"] if one["name"] == told["best"])
    assert best["failures"]["refused"] > 0
    found = json.loads(run("baseline", "--outputs", "won/answers.jsonl", "--as", "again", "--json").stdout)
    assert (found["failures"], found["scored"], found["mean"]) == (best["failures"], best["scored"], best["mean"])
    assert (found["against"]["gain"], found["against"]["count"]) == (0.0, best["scored"])


def test_a_model_that_nothing_was_held_against_is_not_called_paired(run: Run, folder: Path) -> None:
    rows = desk(run, folder)
    tuned(folder, rows, 0.85)
    assert "No prompt was measured" in run("baseline", "--outputs", "tuned.jsonl", "--as", "ours").stderr
    assert "held against no prompt" in run("assess").stdout


def test_answers_are_read_beside_those_of_the_prompt_only_after_a_yes(run: Run, folder: Path, claude: Claude) -> None:
    rows = desk(run, folder)
    run("baseline", *MODEL, "--rungs", "P1")
    write_jsonl(folder / "tuned.jsonl", [{"id": row["id"], "output": "a much longer answer"} for row in rows])
    calls = len(claude.calls)
    words = ("--outputs", "tuned.jsonl", "--as", "tuned", "--prefer", "claude-haiku-5-5", "--no-batches")
    refused = run("baseline", *words)
    assert (refused.exit_code, len(claude.calls)) == (1, calls)
    assert "reading two answers to each row, in both orders" in refused.stderr
    claude.brain = longer
    found = json.loads(run("baseline", *words, "--yes", "--json").stdout.splitlines()[-1])
    assert (found["left"], found["right"], found["mean"]) == ("tuned", "P1 description and contract", 1.0)
    assert found["counts"] == {"left": found["scored"]}
    assert found["scored"] >= 60
