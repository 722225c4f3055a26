"""Message batches: any order, anything missing, and a program that ends at any moment."""

from pathlib import Path
from typing import Any

import pytest

from curator.errors import JudgeError
from curator.operations.asking import Stops
from tests.judge.asking import Desk, ended, question, questions
from tests.judge.server import Claude, asked, serving

Results = list[dict[str, Any]]


def echo(body: dict[str, Any]) -> str:
    return "seen: " + asked(body)


def test_many_calls_go_by_batches_and_their_answers_come_in_any_order(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        some = questions(201)
        answers = desk.ask(some)
        assert [answers[one.key].text for one in some] == ["seen: " + one.messages[0].text for one in some]
        assert all(one.batch for one in answers.values())
        assert "POST /v1/messages" not in claude.paths
        assert len(claude.batches) == 1
        desk.ask(some)
        assert len(claude.calls) == 201


def test_what_expired_went_wrong_or_got_lost_is_asked_again(tmp_path: Path) -> None:
    claude = Claude(echo)
    kinds = iter(["expired", "canceled", "errored", "lost", "garbage"])

    def spoil(results: Results) -> Results:
        if len(claude.batches) > 0:
            return results
        for place, kind in enumerate(kinds):
            name = results[place]["custom_id"]
            error = {"type": "error", "error": {"type": "api_error", "message": "oops"}}
            results[place] = {"custom_id": name, "result": {"type": kind, "error": error}}
            if kind == "lost":
                results[place] = {"custom_id": "f" * 64, "result": {"type": "succeeded", "message": {}}}
            if kind == "garbage":
                results[place] = {"custom_id": name, "result": {"type": "succeeded", "message": {"content": 7}}}
        return results

    claude.edit = spoil
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(30), batches=True)
        assert len(answers) == 30
        assert all(one.failure is None for one in answers.values())
        assert len(claude.calls) == 35


def test_a_request_that_is_refused_as_it_is_fails_at_once(tmp_path: Path) -> None:
    claude = Claude(echo)

    def refuse(results: Results) -> Results:
        error = {"type": "error", "error": {"type": "invalid_request_error", "message": "too odd"}}
        results[0]["result"] = {"type": "errored", "error": error}
        return results

    claude.edit = refuse
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(10), batches=True)
        assert [one.why for one in answers.values() if one.failure] == ["invalid_request_error: too odd"]
        assert len(claude.batches) == 1


def test_large_runs_are_cut_into_batches_within_the_limits(tmp_path: Path) -> None:
    from msgspec.structs import replace

    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        desk.prices = replace(desk.prices, limits=replace(desk.prices.limits, batch_requests=7))
        answers = desk.ask(questions(20), batches=True)
        assert [batch["size"] for batch in claude.batches.values()] == [7, 7, 6]
        assert all(one.failure is None for one in answers.values())


def test_a_batch_that_takes_longer_is_waited_for_by_the_next_run(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.looks_to_end = 10**9
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(10), batches=True, stops=Stops(seconds=0.3))
        assert {one.failure for one in answers.values()} == {"not asked"}
        assert "under way" in next(iter(answers.values())).why
        claude.looks_to_end = 0
        prepared = desk.prepare(questions(10))
        assert prepared.plan.calls == 0
        assert prepared.plan.known == 10
        answers = ended(desk.session(prepared).ask(list(prepared.questions)))
        assert all(one.failure is None for one in answers.values())
        assert len(claude.calls) == 10


def test_a_batch_whose_making_was_never_confirmed_is_found_again(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.drop_batch_answer = True
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(12), batches=True)
        assert all(one.failure is None for one in answers.values())
        assert len(claude.batches) == 1


MADE = "POST /v1/messages/batches"


def test_a_batch_is_not_made_twice_while_the_list_of_batches_is_busy(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.drop_batch_answer, claude.first_listed = True, [(503, {}), (529, {})]
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(12), batches=True)
        session = desk.session(prepared)
        answers = ended(session.ask(list(prepared.questions)))
        assert all(one.failure is None for one in answers.values())
        assert claude.paths.count(MADE) == 1
        assert session.purse.spent == pytest.approx(sum(session.cost(one) for one in answers.values()))


def test_a_batch_that_cannot_be_looked_for_is_told_of_and_found_by_the_next_run(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.drop_batch_answer, claude.first_listed = True, [(503, {})] * 50
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        with pytest.raises(JudgeError, match="12 questions may have been made"):
            desk.ask(questions(12), batches=True)
        claude.first_listed = []
        answers = desk.ask(questions(12), batches=True)
        assert all(one.failure is None for one in answers.values())
        assert claude.paths.count(MADE) == 1


def test_a_batch_of_somebody_else_is_not_taken_for_the_one_that_was_not_made(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        desk.service.submit([question(f"another row {place}") for place in range(12)])
        claude.first = [(504, {})]  # perhaps it was made, and it was not
        some = questions(12)
        answers = desk.ask(some, batches=True)
        assert [answers[one.key].text for one in some] == ["seen: " + one.messages[0].text for one in some]
        assert len(claude.batches) == 2


def test_a_batch_that_is_never_made_is_given_up(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.first = [(504, {})] * 50
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(12), batches=True)
        session = desk.session(prepared)
        answers = ended(session.ask(list(prepared.questions)))
        assert {one.why for one in answers.values()} == {"the service made no batch of it"}
        assert (session.purse.spent, session.purse.lost) == (0.0, 0.0)
        assert desk.stores().open(desk.service.endpoint, desk.service.model) == []


def test_answers_that_got_lost_are_counted_at_their_bound(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.edit = lambda results: results[1:] if len(claude.batches) == 0 else results
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(30), batches=True)
        session = desk.session(prepared)
        answers = ended(session.ask(list(prepared.questions)))
        assert all(one.failure is None for one in answers.values())
        lost = session.bound(prepared.questions[-1])
        assert session.purse.lost == pytest.approx(lost)
        assert session.purse.spent == pytest.approx(lost + sum(session.cost(one) for one in answers.values()))


@pytest.mark.parametrize("forgets", [False, True])
def test_answers_that_cannot_be_read_are_not_asked_for_again_beyond_the_bound(tmp_path: Path, forgets: bool) -> None:
    claude = Claude(echo)
    claude.forgets = forgets  # else each result is something that is no message
    claude.edit = lambda results: [
        {**one, "result": {"type": "succeeded", "message": {"hello": 1}}} for one in results
    ]  # fmt: skip
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(20), batches=True)
        session = desk.session(prepared)
        answers = ended(session.ask(list(prepared.questions)))
        assert {one.failure for one in answers.values()} == {"failed"}
        assert claude.paths.count(MADE) == 1
        assert session.purse.spent == pytest.approx(prepared.plan.bound)
        assert "limit" in session.why_stopped()


@pytest.mark.parametrize("named", [False, True])
def test_a_batch_that_a_killed_run_had_sent_is_taken_up(tmp_path: Path, named: bool) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        some = questions(12)
        strangers = [desk.service.submit(questions(n)) for n in (12, 3)]  # another program's, with the same key
        claude.batches[strangers[0].id]["results"] = []
        kept = desk.stores()
        noted = kept.sending(desk.service.endpoint, desk.service.model, [one.key for one in some], 1.0)
        state = desk.service.submit(some)
        if named:
            kept.sent(noted.number, state.id)
        calls = len(claude.calls)
        answers = desk.ask(some, batches=True)
        assert all(one.failure is None for one in answers.values())
        assert len(claude.calls) == calls
        assert kept.open(desk.service.endpoint, desk.service.model) == []


def test_a_batch_that_was_never_made_is_made(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        some = questions(12)
        desk.stores().sending(desk.service.endpoint, desk.service.model, [one.key for one in some], 1.0)
        answers = desk.ask(some, batches=True)
        assert all(one.failure is None for one in answers.values())
        assert len(claude.calls) == 12


def test_a_key_that_is_not_accepted_ends_a_batch_run(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.first = [(401, {})]
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        with pytest.raises(JudgeError, match="key"):
            desk.ask(questions(12), batches=True)
        assert desk.stores().open(desk.service.endpoint, desk.service.model) == []
