"""The ladder against a simulated model: the right verdict, at the lowest rung, with nothing lost or counted twice."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from curator.errors import SourceError
from curator.judge.consent import Consent
from curator.model import Example, Message
from curator.operations.asking import Stops
from curator.operations.asking_plan import count
from curator.operations.baseline import BaselineResult, climb
from curator.operations.baseline_ladder import Ladder, rows_of
from curator.operations.baseline_outputs import score_outputs
from curator.operations.baseline_prompts import form_of, prompts_of, schema_of
from curator.operations.baseline_report import shortfalls, winning
from curator.operations.baseline_shots import Shots
from tests.judge.asking import MODEL, Desk, ended
from tests.judge.server import Claude, serving, tokens_of
from tests.operations.baseline_case import LABELS, example, ladder, pool, rows, score, simulated


def measured(
    folder: Path, claude: Claude, count: int = 150, *, batches: bool = False, **options: Any
) -> BaselineResult:
    with serving(claude) as address, Desk(folder, address) as desk:
        made = ladder(desk, count)
        prepared = made.prepared(desk.service, desk.stores(), desk.prices, batches=batches)
        assert claude.received == []
        session = desk.session(prepared, **options)
        result = ended(climb(made, session, score))
        assert session.purse.spent == pytest.approx(result.cost)
        assert prepared.plan.bound is not None
        assert session.purse.spent <= prepared.plan.bound
        return result


def test_prompting_that_suffices_ends_the_climb_at_the_rung_that_does(tmp_path: Path) -> None:
    claude = Claude(simulated(P0=0.2, P1=0.7, P2=0.98))
    result = measured(tmp_path, claude)
    assert result.ended == "suffices"
    assert result.best is not None
    assert result.best.prompt.rung == "P2"
    assert {one.prompt.rung for one in result.results} == {"P0", "P1", "P2"}
    assert result.results[0].reached == "short"
    found = shortfalls(result.results[0], dict(rows(150)), {f"e{place}": str(place % 2) for place in range(150)})
    assert {one.by for one in found} == {"label", "cluster", "kind"}
    assert {key for one in found if one.by == "kind" for key in one.keys} == {
        row.key for row in result.results[0].rows if row.score == 0
    }
    assert any(one.name.endswith("for 'refund'") for one in found)
    assert result.results[0].asked < 150  # surely missed, so not asked to the end
    assert [step.comparison.gain > 0.2 for step in result.steps] == [True, True]
    assert all(step.p < 0.01 for step in result.steps)


def test_prompting_that_falls_short_is_said_to_after_rungs_that_gain_nothing(tmp_path: Path) -> None:
    result = measured(tmp_path, Claude(simulated(P0=0.3, other=0.6)))
    assert result.ended == "short"
    assert "gained nothing" in result.why
    assert {one.prompt.rung for one in result.results} >= {"P1", "P2"}


def test_what_cannot_be_told_is_undecided_after_the_last_rung(tmp_path: Path) -> None:
    result = measured(tmp_path, Claude(simulated(P0=0.5, other=0.895)), 40)
    assert result.ended == "undecided"
    assert {one.prompt.rung for one in result.results} == {"P0", "P1", "P2", "P3", "P4"}
    assert result.spread is not None
    assert result.spread[0] <= result.spread[1]


def test_batches_ask_all_rows_and_look_once(tmp_path: Path) -> None:
    claude = Claude(simulated(other=0.99))
    result = measured(tmp_path, claude, 60, batches=True)
    assert result.ended == "suffices"
    assert result.results[0].asked == 60
    assert "POST /v1/messages" not in claude.paths


@pytest.mark.parametrize("right", [0.97, 0.85])
def test_rows_that_fail_prove_nothing(tmp_path: Path, right: float) -> None:
    brain = simulated(other=right)

    def often_refuses(body: dict[str, Any]) -> Any:
        text = brain(body)
        if re.search(r"Ticket \d*[05]:", body["messages"][0]["content"]):
            return {"text": "", "stop_reason": "refusal"}
        return text

    result = measured(tmp_path, Claude(often_refuses), 30)
    assert result.ended == "undecided"
    for one in result.results:
        assert one.failures["refused"] + one.interval.count == one.asked
        assert one.pessimist.value < one.interval.value < one.optimist.value


def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    claude = Claude(simulated(P0=0.2, P1=0.7, other=0.98))
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        made = ladder(desk, 100)

        def run(stops: Stops | None = None) -> BaselineResult:
            prepared = made.prepared(desk.service, desk.stores(), desk.prices, batches=False)
            return ended(climb(made, desk.session(prepared, stops=stops), score))

        bound = made.prepared(desk.service, desk.stores(), desk.prices, batches=False).plan.bound
        assert bound is not None
        first = run(Stops(budget=bound / 300))
        assert first.ended == "stopped"
        assert "limit" in first.why
        result = run()
        assert result.ended == "suffices"
        assert len(claude.calls) == len({json.dumps(body, sort_keys=True) for body in claude.calls})


def test_no_measured_row_is_ever_shown_as_an_example() -> None:
    twins = [example(place) for place in range(20)]  # the same rows in the pool
    shots = Shots([*twins, *pool(30)], [one for _, one in rows(20)])
    shown = [*shots.drawn(30), *shots.nearest(example(3), 30)]
    assert not {one.id for one in shown} & {one.id for one in twins}
    assert {one.output_text for one in shots.drawn(4)} == set(LABELS)
    assert shots.nearest(example(10_003), 1)[0].id == "e10003"


def test_a_ladder_asks_for_no_more_than_was_foretold(tmp_path: Path) -> None:
    claude = Claude(simulated(P0=0.5, other=0.895))
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        made = ladder(desk, 40)
        prepared = made.prepared(desk.service, desk.stores(), desk.prices)
        consent = Consent.given(prepared.plan, seen=prepared.plan.text())
        counted = count(desk.service, desk.stores(), desk.prices, prepared, consent)
        ended(climb(made, desk.session(counted), score))
        assert len(claude.calls) == counted.plan.calls
        assert counted.plan.input_tokens == pytest.approx(sum(map(tokens_of, claude.calls)), rel=0.1)
        again = made.prepared(desk.service, desk.stores(), desk.prices)
        assert again.plan.calls == again.plan.later  # all else is known


def test_the_winning_prompt_can_be_used_elsewhere(tmp_path: Path) -> None:
    with serving(Claude(simulated(other=0.99))) as address, Desk(tmp_path, address) as desk:
        made = ladder(desk, 30)
        nearest = next(one for one in made.prompts if one.nearest)
        prepared = made.prepared(desk.service, desk.stores(), desk.prices, prompts=[nearest])
        result = ended(climb(made, desk.session(prepared), score, prompts=[nearest]))
        assert result.best is not None
        document = json.loads(winning(made, result.best))
        assert document["instructions"] == nearest.system
        assert document["examples"] == {"count": 8, "chosen": "nearest"}
        assert document["measured"]["rows"] == result.best.interval.count


def test_rows_that_are_no_text_are_kept_with_the_reason(tmp_path: Path) -> None:
    picture = Example(messages=(Message("user", ({"type": "image_url"},)), Message("assistant", "a cat")), id="picture")
    with Desk(tmp_path, "http://127.0.0.1:9") as desk:
        made = Ladder(rows_of([*rows(3), ("picture", picture)]), pool(), MODEL, desk.prices.models[MODEL])
        assert made.unfit == {"picture": "its input holds more than text"}
        assert len(made.rows) == 3


def test_the_contract_is_what_the_pool_shows() -> None:
    form = form_of(pool())
    assert form.task == "labels"
    assert form.labels == tuple(sorted(LABELS))
    names = [one.name for one in prompts_of(form, pool=40)]
    assert names[:2] == ["P0 input only", "P1 description and contract"]
    assert "P2 3 examples, random" in names
    assert "P2 8 examples, nearest" in names
    assert len(prompts_of(form, pool=0)) == 6
    texts = [f'{{"name": "n{place}", "size": {place}, "kind": "{"ab"[place % 2]}"}}' for place in range(10)]
    assert schema_of(texts) == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "kind": {"type": "string", "enum": ["a", "b"]},
        },
        "required": ["name", "size", "kind"],
        "additionalProperties": False,
    }


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_answers_of_any_model_are_scored_on_the_same_rows(tmp_path: Path) -> None:
    some = rows(6)
    path = write(
        tmp_path / "tuned.jsonl",
        {"id": "e0", "output": "refund"},
        {"row": 2, "output": "Label: invoice."},
        {"row": 3, "source": "tickets.jsonl", "answer": "password"},
        {"id": "e3", "output": "password"},
        {"id": "e3", "output": "refund"},
        {"id": "nobody", "output": "refund"},
    )
    result = score_outputs(path, some, score, name="tuned", best=dict.fromkeys(["e0", "e1", "e2"], 0.0))
    assert (result.interval.value, result.interval.count) == (0.75, 4)
    assert result.missing == ("e4", "e5")
    assert result.failures == {"missing": 2}
    assert (result.pessimist.value, result.optimist.value) == (3 / 6, 5 / 6)
    assert (result.unknown, result.twice) == (1, 1)
    assert result.against is not None
    assert (result.against.better, result.against.worse, result.against.count) == (2, 0, 3)


def test_what_is_no_answer_is_no_wrong_answer_either(tmp_path: Path) -> None:
    some = rows(5)
    path = write(
        tmp_path / "tuned.jsonl",
        {"id": "e0", "output": "refund"},
        {"id": "e1", "output": None},
        {"id": "e2", "output": "", "score": None, "failure": "refused", "why": "the model declined to answer"},
        {"id": "e3", "output": "password", "score": 1.0, "failure": None, "why": ""},
        {"id": "e4", "failure": "CUDA out of memory"},
    )
    best = {"e0": 1.0, "e1": 0.0, "e2": 1.0}
    result = score_outputs(path, some, score, name="tuned", best=best)
    assert {row.key: (row.failure, row.why) for row in result.rows if row.failure} == {
        "e1": ("failed", "its output is null"),
        "e2": ("refused", "the model declined to answer"),
        "e4": ("failed", "CUDA out of memory"),
    }
    assert (result.interval.value, result.interval.count) == (1.0, 2)
    assert result.unanswered == "3 of 5 rows without an answer (2 failed, 1 refused)"
    assert result.against is not None
    assert (result.against.better, result.against.worse, result.against.count) == (0, 1, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", ":1: this is not JSON"), ("[]", "no JSON object"), ('{"id": "e0"}', "no output"), ("", "no line is about")],
)
def test_files_that_cannot_be_scored_say_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        score_outputs(path, rows(2), score, name="tuned")


def test_a_source_passage_stands_above_the_question(tmp_path: Path) -> None:
    with Desk(tmp_path, "http://127.0.0.1:9") as desk:
        price = desk.prices.models[MODEL]
        made = Ladder(rows_of(rows(2), {"e0": "Refunds take five days."}), pool(), MODEL, price)
        by_key = {row.key: made.question(made.prompts[1], row) for row in made.rows}
        with_source, without = by_key["e0"].messages[-1].text, by_key["e1"].messages[-1].text
        assert with_source.startswith("<source>\nRefunds take five days.\n</source>")
        assert with_source.endswith(rows(1)[0][1].input_text)
        assert "<source>" not in without
        prepared = made.prepared(desk.service, desk.stores(), desk.prices)
        assert "source passage" in prepared.plan.fields
