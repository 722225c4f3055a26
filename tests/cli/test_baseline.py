"""`curator baseline`, from an imported file to the verdict, against a server that speaks the Messages API."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from curator.advice.intervals import wilson
from curator.advice.looks import bounds, plan_of
from curator.operations.measured import measured_of
from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl
from tests.judge.server import Claude, asked, serving, tokens_of
from tests.operations.baseline_case import LABELS, simulated

MODEL = ("--model", "claude-haiku-5-5")


def ticket(place: int) -> dict[str, Any]:
    kind = LABELS[place % len(LABELS)]
    return chat(f"Ticket {place}: please help me with my {kind} of order {place * 7919 % 10_007}.", kind)


@pytest.fixture
def desk(run: Run, folder: Path) -> Run:
    """400 tickets, accepted; 120 of them are the eval set."""
    write_jsonl(folder / "tickets.jsonl", [ticket(place) for place in range(400)])
    assert run("import", "tickets.jsonl").exit_code == 0
    run("decide", "--where", "", "--accept", "--yes")
    assert run("eval-set", "create", "--rows", "120").exit_code == 0
    return run


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Iterator[Claude]:
    """A model that learns the labels once it is told them, asked at an address that the environment names."""
    one = Claude(simulated(P0=0.1, P1=0.7, other=0.97))
    with serving(one) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
        yield one


def baseline(run: Run, *words: str) -> Any:
    return run("baseline", *MODEL, "--no-batches", *words)


def test_the_plan_is_shown_and_nothing_is_sent_without_a_yes(desk: Run, claude: Claude) -> None:
    shown = baseline(desk, "--dry-run")
    assert shown.exit_code == 0
    for line in ("Endpoint  http://127.0.0.1", "Model     claude-haiku-5-5", "Rows      ", "never more than $",
                 "Secrets   none found", "First request, as it would be sent:"):  # fmt: skip
        assert line in shown.stdout
    refused = baseline(desk)  # nobody can be asked here
    assert refused.exit_code == 1
    assert "Nothing was sent. Say --yes to agree to this." in refused.stderr
    assert claude.received == []


def test_all_that_leaves_of_training_rows_is_named_and_shown(run: Run, folder: Path) -> None:
    names = ["Maria Huber, Wien", "John Q. Private", "Li Wei"]
    rows = [
        chat(f"Whose is ticket {place}? It says {place * 7919 % 10_007}.", names[place % 3]) for place in range(300)
    ]
    write_jsonl(folder / "tickets.jsonl", rows)
    run("import", "tickets.jsonl")
    run("eval-set", "create", "--rows", "100")
    shown = baseline(run, "--dry-run", "--rungs", "P0,P1").stdout
    fields = next(line for line in shown.splitlines() if line.startswith("Rows"))
    assert fields == "Rows      100; fields: input (all turns), list of 3 labels: outputs of the pool"
    first, later = shown.split("A later request, with fields that those before do not have:")
    assert not any(name in first for name in names)
    assert all(name in later for name in names)
    alone = baseline(run, "--dry-run", "--rungs", "P0").stdout
    assert "fields: input (all turns)\n" in alone
    assert "A later request" not in alone
    examples = baseline(run, "--dry-run", "--rungs", "P0,P1,P2").stdout
    assert "outputs of the pool, input and output of examples from the pool" in examples
    assert examples.count("A later request") == 1  # that with examples has the labels, too


def test_values_that_a_schema_lists_are_named_and_shown(run: Run, folder: Path) -> None:
    said = [json.dumps({"owner": ("Anna", "Bert")[place % 2], "count": place}) for place in range(300)]
    write_jsonl(folder / "t.jsonl", [chat(f"Ticket {place}: {place * 7919}", said[place]) for place in range(300)])
    run("import", "t.jsonl")
    run("eval-set", "create", "--rows", "100")
    shown = baseline(run, "--dry-run", "--rungs", "P0,P1").stdout
    assert "names and frequent values of the fields of JSON outputs of the pool" in shown
    assert "Bert" in shown.partition("A later request")[2]


def test_the_service_counts_the_tokens_where_that_was_agreed_to(desk: Run, claude: Claude) -> None:
    counting = "POST /v1/messages/count_tokens"
    shown = baseline(desk, "--rungs", "P1", "--count-tokens", "--dry-run")
    assert (shown.exit_code, claude.paths) == (0, [])
    assert baseline(desk, "--rungs", "P1", "--count-tokens").exit_code == 1
    assert claude.paths == []
    baseline(desk, "--rungs", "P1", "--yes", "--count-tokens", "--batches")
    assert 0 < claude.paths.count(counting) < 120
    assert claude.paths.index(counting) < claude.paths.index("POST /v1/messages/batches")


def test_the_counted_tokens_are_those_that_are_sent(desk: Run, claude: Claude) -> None:
    done = baseline(desk, "--rungs", "P1", "--yes", "--count-tokens", "--batches")
    counted = done.stderr.partition("counted by the service on a sample")[0].rpartition("about ")[2]
    sent = sum(map(tokens_of, claude.calls))
    assert abs(int(counted.split()[0].replace(",", "")) - sent) <= 0.1 * sent


def test_a_climb_ends_where_prompting_suffices_and_assess_says_so(desk: Run, claude: Claude, folder: Path) -> None:
    assert "No baseline has been measured" in desk("assess").stdout
    done = baseline(desk, "--yes", "--out", "won")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("claude-haiku-5-5 on eval (120 rows in 120 clusters), the right label, target 90%")
    assert [line.split()[0] for line in lines if line.startswith("  P")][:3] == ["P0", "P1", "P2"]
    assert "Prompting suffices: P2 3 examples, random reaches 90%" in done.stdout
    assert not claude.saw("You do this work")  # P3 was never asked
    prompt = json.loads((folder / "won" / "prompt.json").read_text(encoding="utf-8"))
    assert prompt["name"].startswith("P2")
    kept = [json.loads(line) for line in (folder / "won" / "eval.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(kept) == 120
    assert desk("assess").stdout.startswith("The prompt is enough")


def test_run_again_it_asks_nothing_that_was_answered(desk: Run, claude: Claude) -> None:
    baseline(desk, "--yes", "--rungs", "P0,P1")
    asked = len(claude.calls)
    assert 0 < asked <= 240
    again = baseline(desk, "--yes", "--rungs", "P0,P1")
    assert (again.exit_code, len(claude.calls)) == (0, asked)


def test_the_rows_that_were_missed_are_opened_by_the_filter_that_is_printed(desk: Run, claude: Claude) -> None:
    told = json.loads(baseline(desk, "--yes", "--rungs", "P1", "--json").stdout)
    assert (told["ended"], told["best"]) == ("short", "P1 description and contract")
    missed = {seq for part in told["short"] if part["by"] == "kind" for seq in part["seqs"]}
    labels = {seq for part in told["short"] if part["by"] == "label" for seq in part["seqs"]}
    assert missed == labels
    said = baseline(desk, "--yes", "--rungs", "P1").stdout
    assert "Ask first whether the reference is wrong" in said
    where = said.partition('curator review --where "')[2].partition('"')[0]
    with Workspace.open("tickets.curator") as ws:
        from curator.query import parse

        assert set(ws.examples.ids(parse(where))) == missed
    assert claude.saw("Ticket")


def test_a_budget_stops_it_before_more_is_spent(desk: Run, claude: Claude) -> None:
    done = json.loads(baseline(desk, "--yes", "--budget", "0.002", "--json").stdout)
    assert done["ended"] == "stopped"
    assert "the limit of $0.002 is reached" in done["why"]
    assert done["cost"] <= 0.002
    assert len(claude.calls) < 120


@pytest.mark.parametrize(
    ("option", "value"), [("--budget", "nan"), ("--budget", "-1"), ("--minutes", "nan"), ("--minutes", "-5"),
                          ("--target", "nan")],
)  # fmt: skip
def test_what_is_no_limit_is_refused_with_the_range(desk: Run, claude: Claude, option: str, value: str) -> None:
    done = baseline(desk, "--yes", option, value)
    assert done.exit_code == 2
    assert option in done.stderr
    assert "is not in the range" in done.stderr
    assert claude.received == []


REFUSAL = {"text": "", "stop_reason": "refusal", "details": {"category": "other", "explanation": "no"}}


def test_a_baseline_without_an_answer_stops_early_and_leaves_a_trace(desk: Run, claude: Claude, folder: Path) -> None:
    claude.brain = lambda _: REFUSAL
    done = baseline(desk, "--yes", "--out", "won")
    assert done.exit_code == 2
    asked = len(claude.calls)
    assert 20 <= asked <= 60  # of nine prompts with 120 rows each
    assert f"nothing was measured: none of {asked} answers could be used ({asked} refused)" in done.stderr
    assert "--list-models" in done.stderr
    assert "measured as #0" not in done.stdout
    assert not (folder / "won").exists()
    said = desk("assess").stdout
    assert said.startswith("Unknown: measure")
    assert f"A baseline was tried (claude-haiku-5-5, {date.today().isoformat()})" in said
    assert f"none of its {asked} answers could be used ({asked} refused)" in said
    again = baseline(desk, "--yes")
    assert (again.exit_code, len(claude.calls)) == (2, asked)


def test_a_baseline_of_a_service_that_is_down_could_not(desk: Run, claude: Claude) -> None:
    claude.always = lambda _: (400, {})
    done = baseline(desk, "--yes", "--rungs", "P0")
    assert done.exit_code == 2
    assert "nothing was measured" in done.stderr
    assert "answers could be used" in desk("assess").stdout
    claude.always = lambda _: None
    assert baseline(desk, "--yes", "--rungs", "P0").exit_code == 0
    assert "answers could be used" not in desk("assess").stdout


def test_a_prompt_whose_answers_are_of_use_is_measured_beside_one_without(desk: Run, claude: Claude) -> None:
    right = claude.brain
    claude.brain = lambda body: right(body) if "fixed set of labels" in json.dumps(body) else REFUSAL
    told = json.loads(baseline(desk, "--yes", "--rungs", "P0,P1", "--json").stdout)
    assert [(one["rung"], one["scored"] > 0) for one in told["prompts"]] == [("P0", False), ("P1", True)]
    assert told["prompts"][0]["asked"] < 60


def test_failures_are_named_and_count_for_nobody(desk: Run, claude: Claude) -> None:
    right = claude.brain

    def brain(body: dict[str, Any]) -> Any:
        number = int(str(body["messages"][-1]["content"]).rpartition("Ticket ")[2].partition(":")[0])
        if number % 10 == 0:
            return {"text": "", "stop_reason": "refusal", "details": {"category": "other", "explanation": "no"}}
        return {"text": right(body), "stop_reason": "max_tokens"} if number % 10 == 1 else right(body)

    claude.brain = brain
    claude.first = [(429, {"retry-after": "0.01"}), (529, {})]
    done = json.loads(baseline(desk, "--yes", "--rungs", "P2", "--json").stdout)
    for one in done["prompts"]:
        assert set(one["failures"]) == {"refused", "truncated"}
        assert one["scored"] + sum(one["failures"].values()) == one["asked"]
    assert done["ended"] == "undecided"  # a fifth of the rows may be either


def test_a_key_that_is_wrong_is_said_and_costs_nothing(desk: Run, claude: Claude) -> None:
    claude.always = lambda _: (401, {})
    done = baseline(desk, "--yes")
    assert done.exit_code == 2
    assert "401" in done.stderr
    assert claude.calls == []


def test_rows_with_a_secret_stay_here(run: Run, folder: Path, claude: Claude) -> None:
    canary = "sk-ant-api03-" + "Qw7x" * 20 + "-AbCdEfGhAA"
    rows = [ticket(place) for place in range(200)]
    rows += [
        chat(f"Ticket {place}: my key is {canary}{place}. Help me with my refund.", "refund")
        for place in range(900, 920)
    ]
    write_jsonl(folder / "tickets.jsonl", rows)
    run("import", "tickets.jsonl")
    run("eval-set", "create", "--rows", "110")
    done = baseline(run, "--yes")
    assert done.exit_code == 0
    assert "it holds a secret and was left out" in done.stdout
    assert not claude.saw("sk-ant-api03-Qw7x")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say which model is asked"),
        (("--model", "gpt-9"), "no price of 'gpt-9' is known"),
        ((*MODEL, "--rungs", "P9"), "name some of P0"),
        ((*MODEL, "--eval-set", "none"), "there is no eval set 'none'"),
        ((*MODEL, "--out", "."), "holds files already"),
    ],
)
def test_what_cannot_be_measured_is_said(desk: Run, claude: Claude, words: tuple[str, ...], said: str) -> None:
    done = desk("baseline", *words)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert claude.received == []


def test_the_models_of_the_service_are_listed(desk: Run, claude: Claude, monkeypatch: pytest.MonkeyPatch) -> None:
    said = desk("baseline", "--list-models").stdout
    assert "claude-haiku-5-5: $0.1 in, $0.5 out a million tokens" in said
    assert "claude-haiku-5-5: Claude-Haiku-5-5, active" in said
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    before = len(claude.paths)
    assert "nobody was asked" in desk("baseline", "--list-models").stderr
    assert len(claude.paths) == before


def test_the_form_of_the_answers_is_measured_beside_whether_they_are_right(desk: Run, claude: Claude) -> None:
    right = claude.brain
    claude.brain = lambda body: f"Answer: {right(body)}"
    said = baseline(desk, "--yes", "--rungs", "P1").stdout
    assert "the form of the set 0.0%" in said
    assert "Prompting does not hold the form of the outputs" in desk("assess").stdout
    claude.brain = lambda body: str(right(body)).strip()
    held = json.loads(baseline(desk, "--yes", "--rungs", "P2", "--json").stdout)
    assert held["best"].startswith("P2")
    assert "Prompting holds the form of the outputs" in desk("assess").stdout


def test_the_dearest_model_is_the_largest_and_its_climb_is_evidence_of_a_limit(desk: Run, claude: Claude) -> None:
    claude.models = ("claude-haiku-5-5", "claude-fable-5-1")
    claude.brain = simulated(other=0.3)
    baseline(desk, "--yes")
    assert "the largest model: `curator baseline --model`" in desk("assess").stdout
    desk("baseline", "--model", "claude-fable-5-1", "--no-batches", "--yes")
    assert "the largest model: `curator baseline" not in desk("assess").stdout
    with Workspace.open("tickets.curator") as ws:
        assert ("P5", "claude-fable-5-1") in {(one.rung, one.model) for one in measured_of(ws)}


def reads_both(body: dict[str, Any]) -> str:
    """A reader who holds the longer answer for the better one, whatever its place."""
    data = json.loads(asked(body).split("\n")[1])
    first, second = len(data["first"]), len(data["second"])
    verdict = "first" if first > second else "second" if second > first else "equal"
    return json.dumps({"reason": "it says more", "quotes": [], "verdict": verdict})


def test_a_model_reads_answers_beside_the_references_in_both_orders(desk: Run, claude: Claude) -> None:
    wrong = simulated(other=0.5)

    def brain(body: dict[str, Any]) -> str:
        return reads_both(body) if "output_config" in body and "first" in str(body["output_config"]) else wrong(body)

    claude.brain = brain
    done = baseline(desk, "--yes", "--rungs", "P1", "--prefer", "claude-haiku-5-5")
    assert done.exit_code == 0
    line = next(line for line in done.stdout.splitlines() if " in both orders: " in line)
    assert line.startswith("claude-haiku-5-5 read P1 description and contract beside the reference in both orders: ")
    assert "alike letter by letter were not read" in done.stdout
    assert "swayed by the order" not in done.stdout

    def first_is_best(body: dict[str, Any]) -> str:
        if "output_config" in body and "first" in str(body["output_config"]):
            return json.dumps({"reason": "it came first", "quotes": [], "verdict": "first"})
        return wrong(body)

    claude.brain = first_is_best
    told = baseline(desk, "--yes", "--rungs", "P1", "--prefer", "claude-sonnet-5-5", "--json").stdout.splitlines()
    found = json.loads(told[-1])
    assert list(found["counts"]) == ["swayed"]
    assert (found["mean"], found["right"]) == (0.5, "the reference")


def test_rows_that_people_rejected_are_left_out_and_said_and_corrected_ones_are_frozen_anew(
    desk: Run, claude: Claude
) -> None:
    seqs = json.loads(desk("eval-set", "show", "--json").stdout)["members"]
    assert "(120 rows in 120 clusters)" in baseline(desk, "--rungs", "P1", "--yes").stdout
    desk("decide", "--where", f"id:{','.join(map(str, seqs[:15]))}", "--reject", "--yes")
    done = baseline(desk, "--rungs", "P1", "--yes").stdout
    assert "(105 rows in 105 clusters)" in done
    assert "15 rows of the set were rejected, marked to be fixed or routed to RAG since: not measured." in done
    before = len(claude.calls)
    assert desk("eval-set", "create", "--like", "eval", "--name", "corrected").exit_code == 0
    assert "(105 rows in 105 clusters)" in baseline(desk, "--rungs", "P1", "--yes", "--eval-set", "corrected").stdout
    assert len(claude.calls) == before  # the same rows: nothing is asked twice


def test_rows_with_one_input_count_as_one(run: Run, folder: Path, claude: Claude) -> None:
    write_jsonl(folder / "tickets.jsonl", [ticket(place // 3) for place in range(600)])
    assert run("import", "tickets.jsonl").exit_code == 0
    assert run("eval-set", "create", "--rows", "120").exit_code == 0
    claude.brain = simulated(other=0.9)
    found = json.loads(baseline(run, "--rungs", "P1", "--yes", "--json", "--out", "won").stdout)
    (prompt,) = found["prompts"]
    seen = plan_of(120).index(prompt["asked"])
    z = bounds(tuple(one / 120 for one in plan_of(120)))[seen]
    free = wilson(round(prompt["mean"] * prompt["scored"]), prompt["scored"], z)
    assert prompt["low"] < free.low
    assert prompt["high"] > free.high
    rows = [json.loads(line) for line in (folder / "won" / "eval.jsonl").read_text(encoding="utf-8").splitlines()]
    write_jsonl(folder / "tuned.jsonl", [{"id": row["id"], "output": "a much longer answer"} for row in rows])
    claude.brain = reads_both
    words = ("--outputs", "tuned.jsonl", "--as", "tuned", "--prefer", "claude-haiku-5-5", "--yes", "--json")
    read = json.loads(baseline(run, *words).stdout.splitlines()[-1])
    assert read["mean"] == 1.0
    assert read["low"] < wilson(read["scored"], read["scored"]).low
