"""Rows without an answer: none makes a prompt the best one, and each is said, in the climb and in `curator assess`."""

import json
import re
from pathlib import Path
from typing import Any

from tests.cli.baseline_desk import desk
from tests.conftest import Run
from tests.judge.server import Claude, text_of
from tests.operations.baseline_case import LABELS, rung_of, simulated

BASELINE = ("baseline", "--model", "claude-haiku-5-5", "--yes", "--batches")


def place_of(text: str) -> int:
    return int(re.findall(r"Ticket (\d+): please", text.rpartition("</example>")[2])[-1])


def rambling(body: dict[str, Any]) -> Any:
    """A model that is right in 8 of 10 rows; under one prompt it is cut off but for a few rows, and right in these."""
    text = text_of(body)
    if rung_of(text, body) == "P3" and "You do this work" in text:
        place = place_of(text)
        return {"text": "I think that", "stop_reason": "max_tokens"} if place % 10 else LABELS[place % 4]
    return simulated(P0=0.1, other=0.8)(body)


def test_a_prompt_that_answers_few_rows_is_not_the_best_one(run: Run, folder: Path, claude: Claude) -> None:
    texts = [row["messages"][0]["content"] for row in desk(run, folder)]
    cut = sum(place_of(text) % 10 != 0 for text in texts)
    said = f"P3 role and rules: {cut} of 120 rows without an answer ({cut} truncated)"
    claude.brain = rambling
    done = run(*BASELINE, "--out", "won")
    assert done.exit_code == 0, done.stderr
    assert "100.0%" in next(line for line in done.stdout.splitlines() if "P3 role and rules" in line)
    assert json.loads((folder / "won" / "prompt.json").read_text(encoding="utf-8"))["name"].startswith("P1")
    assert "over P3 role and rules" not in done.stdout
    assert said in next(line for line in done.stdout.splitlines() if line.startswith("Undecided"))
    assert said in run("assess").stdout


def test_rows_without_an_answer_stand_in_the_verdict(run: Run, folder: Path, claude: Claude) -> None:
    desk(run, folder)
    good = simulated(other=0.97)
    refusal = {"text": "", "stop_reason": "refusal"}
    claude.brain = lambda body: good(body) if place_of(text_of(body)) % 4 else refusal
    run("check", "--select", "CON,LAB,SPL,KNO")
    run(*BASELINE, "--rungs", "P0,P1")
    told = json.loads(run("assess", "--json").stdout)
    assert told["verdict"] == "unknown"
    assert re.search(r"P\d [\w ]+: \d+ of 120 rows without an answer \(\d+ refused\)", told["why"])
    assert "ask another model" in told["next"]


def test_a_prompt_that_suffices_in_spite_of_them_says_them(run: Run, folder: Path, claude: Claude) -> None:
    desk(run, folder)
    good = simulated(other=1.0)
    refusal = {"text": "", "stop_reason": "refusal"}
    claude.brain = lambda body: good(body) if place_of(text_of(body)) != 7 else refusal
    done = run(*BASELINE, "--rungs", "P1")
    assert "1 of 120 rows without an answer (1 refused)" in done.stdout
    told = run("assess").stdout
    assert told.startswith("The prompt is enough")
    assert "1 of 120 rows without an answer (1 refused), counted as wrong" in told
