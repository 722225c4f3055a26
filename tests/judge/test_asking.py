"""Asking a service on loopback: what comes back is typed, kept, paid for once, and never more than was shown."""

import random
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from curator.errors import JudgeError
from curator.judge import anthropic as service
from curator.judge.base import Answer
from curator.judge.consent import Consent
from curator.judge.retrying import Retries
from curator.model import Example, Message
from curator.operations.asking import Session, Stops
from curator.operations.asking_plan import count
from curator.operations.service import service_of
from tests.judge.asking import MODEL, Desk, ended, question, questions
from tests.judge.server import Claude, asked, serving, tokens_of


def echo(body: dict[str, Any]) -> str:
    return "seen: " + asked(body)


def test_answers_come_back_and_are_asked_once(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        some = questions(10)
        answers = desk.ask([*some, some[0]])
        assert {one.key: one.messages[0].text for one in some} == {
            key: answer.text.removeprefix("seen: ") for key, answer in answers.items()
        }
        assert len(claude.calls) == 10
        again = desk.ask(some)
        assert again == answers
        assert len(claude.calls) == 10
        body = claude.calls[0]
        assert not {"temperature", "top_p", "top_k", "tool_choice"} & set(body)
        assert body["messages"][-1]["role"] == "user"


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ({"text": "", "stop_reason": "refusal", "details": {"type": "refusal", "category": "bio"}}, "refused"),
        ({"text": "half an ans", "stop_reason": "max_tokens"}, "truncated"),
        ({"text": "", "stop_reason": "model_context_window_exceeded"}, "too long"),
        ({"text": "no JSON at all"}, "unreadable"),
    ],
)
def test_what_cannot_be_used_says_why_and_is_not_asked_again(tmp_path: Path, said: Any, failure: str) -> None:
    claude = Claude(lambda _: said)
    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        one = question("a row", schema=schema)
        answer = desk.ask([one])[one.key]
        assert answer.failure == failure
        assert answer.usage.sent > 0
        assert answer.why
        desk.ask([one])
        assert len(claude.calls) == 1


def test_a_bad_request_fails_its_row_alone(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.always = lambda body: (400, {}) if "number 3" in asked(body) else None
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(8))
        assert [one.failure for one in answers.values()].count("failed") == 1
        assert len(claude.calls) == 7


@pytest.mark.parametrize(
    ("status", "said"), [(401, "key"), (403, "key"), (402, "pay"), (404, "no model"), (307, "elsewhere")]
)
def test_what_no_call_survives_ends_the_run(tmp_path: Path, status: int, said: str) -> None:
    claude = Claude(echo)
    claude.always = lambda _: (status, {"location": "http://127.0.0.1:9/"})
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        with pytest.raises(JudgeError, match=said):
            desk.ask(questions(30))
        assert len(claude.received) <= 8


@pytest.mark.parametrize("status", [429, 529, 500, 503])
def test_a_busy_service_is_asked_again_without_waiting_for_days(tmp_path: Path, status: int) -> None:
    claude = Claude(echo)
    claude.first = [(status, {"retry-after": "86400"})] * 2
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(6))
        assert all(one.failure is None for one in answers.values())


def test_a_service_that_is_down_is_given_up(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.always = lambda _: (529, {"retry-after": "86400"})
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(100))
        assert {one.failure for one in answers.values()} <= {"failed", "not asked"}
        assert sum(one.failure == "not asked" for one in answers.values()) > 80
        claude.always = lambda _: None
        assert all(one.failure is None for one in desk.ask(questions(100)).values())


def test_an_answer_that_is_none_fails(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.spoil = True
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(2))
        assert {one.failure for one in answers.values()} == {"failed"}


def test_nobody_listens(tmp_path: Path) -> None:
    with Desk(tmp_path, "http://127.0.0.1:9") as desk:
        answers = desk.ask(questions(2))
        assert {one.failure for one in answers.values()} == {"failed"}


CANARY = "kanariengelb-4711"


def test_nothing_is_sent_without_a_yes(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare([question(f"a row with {CANARY}")])
        text = prepared.plan.text()
        assert CANARY in text  # the first request is shown, not sent
        assert address in text
        assert claude.received == []
        with pytest.raises(JudgeError, match="shown"):
            Consent.given(prepared.plan, seen="something else")
        other = desk.prepare([question("another row")])
        consent = Consent.given(other.plan, seen=other.plan.text())
        with pytest.raises(JudgeError, match="Nobody agreed"):
            Session(desk.service, desk.stores, desk.prices, prepared.plan, consent)
        with pytest.raises(JudgeError, match="Nobody agreed"):
            count(desk.service, desk.stores(), desk.prices, prepared, consent)
        session = Session(desk.service, desk.stores, desk.prices, other.plan, consent)
        with pytest.raises(JudgeError, match="not among those"):
            ended(session.ask(list(prepared.questions)))
        assert not claude.saw(CANARY)
        assert claude.received == []


SECRET = "sk-ant-api03-" + "Zk3vQ8mXw1Lr7TnB5yHd2GcJ9sPf4UaE6oKiRtVxYbWqMzNu" + "AA"


def test_rows_with_secrets_stay_here_unless_they_are_allowed(tmp_path: Path) -> None:
    row = f"My key is {SECRET}, why is it refused?"
    example = Example(messages=(Message("user", row), Message("assistant", "It has expired.")), id=row[:40])
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        some = [question(row), *questions(3)]
        for known in ({}, {example.id: example}):
            prepared = desk.prepare(some, examples=known)
            assert prepared.plan.left_out == (example.id,)
            assert "left out" in prepared.plan.text()
            assert SECRET not in prepared.plan.text()
        desk.ask(some)
        assert not claude.saw(SECRET)
        assert len(claude.calls) == 3
        allowed = desk.prepare([some[0]], allow_secrets=True)
        assert "you allowed it" in allowed.plan.text()
        assert SECRET not in allowed.plan.text()
        desk.ask(some, allow_secrets=True)
        assert claude.saw(SECRET)


def test_contact_data_of_people_is_counted_in_everything_that_is_sent(tmp_path: Path) -> None:
    people = [f"Mail from anna.huber{place}@firma-{place}.at, phone +43 660 1234{place:03d}" for place in range(3)]
    with Desk(tmp_path, "http://127.0.0.1:9") as desk:
        shots = [question(f"row {place}", system="\n\n".join(people)) for place in range(20)]
        assert desk.prepare(shots).plan.personal == {"e-mail address": 3, "phone number": 3}
        assert "Personal  3 e-mail address" in desk.prepare(shots).plan.text()
        schema = {"type": "object", "properties": {"who": {"enum": ["anna.huber@firma-1.at"]}}}
        assert desk.prepare([question("row", schema=schema)]).plan.personal == {"e-mail address": 1}
        wrapped = [question(f'{{"text": "Call me:\\n+43 660 1234{place:03d}"}}') for place in range(2)]
        assert desk.prepare(wrapped).plan.personal == {"phone number": 2}
        assert "Personal  none found" in desk.prepare(questions(3)).plan.text()


@pytest.mark.parametrize("batches", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_tokens_are_foretold_and_the_cost_is_never_more_than_shown(tmp_path: Path, seed: int, batches: bool) -> None:
    chance = random.Random(seed)

    def rambling(_: dict[str, Any]) -> dict[str, Any]:
        return {"text": "word", "output_tokens": chance.choice([1, 7, 120, 400, 9_000])}

    claude = Claude(rambling)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        words = "the crate of lanterns fell 17 metres and broke; naïve façade, Äpfel {}[]".split()
        some = [
            question(f"{place} " + " ".join(chance.choices(words, k=chance.randint(3, 900))), tokens=400)
            for place in range(120)
        ]
        prepared = desk.prepare(some, batches=batches)
        consent = Consent.given(prepared.plan, seen=prepared.plan.text())
        counted = count(desk.service, desk.stores(), desk.prices, prepared, consent)
        assert counted.plan.counted
        assert counted.plan.bound == prepared.plan.bound
        session = desk.session(counted)
        answers = ended(session.ask(list(counted.questions)))
        sent = sum(tokens_of(body) for body in claude.calls)
        assert abs(counted.plan.input_tokens - sent) <= 0.1 * sent
        assert sum(one.usage.sent for one in answers.values()) == sent
        price = desk.prices.models["claude-haiku-5-5"]
        share = 0.5 if batches else 1.0
        cost = share * sum(price.cost(fresh=one.usage.sent, output=one.usage.output) for one in answers.values())
        assert session.purse.spent == pytest.approx(cost)
        assert counted.plan.bound is not None
        assert cost <= counted.plan.bound


@pytest.mark.parametrize("batches", [False, True])
def test_a_budget_ends_the_run_before_it_is_exceeded(tmp_path: Path, batches: bool) -> None:
    claude = Claude(lambda _: {"text": "long", "output_tokens": 50})
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(40), batches=batches)
        assert prepared.plan.bound is not None
        session = desk.session(prepared, stops=Stops(budget=prepared.plan.bound / 3))
        answers = ended(session.ask(list(prepared.questions)))
        assert session.purse.spent <= prepared.plan.bound / 3
        left = [one for one in answers.values() if one.failure == "not asked"]
        assert 0 < len(left) < 40
        assert "limit" in left[0].why
        assert len(claude.calls) + len(left) == 40


def test_time_ends_the_run(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        answers = desk.ask(questions(5), stops=Stops(seconds=0.0))
        assert {one.why for one in answers.values()} == {"the time is over"}
        assert claude.calls == []


@pytest.mark.parametrize("batches", [False, True])
def test_nobody_waits_for_a_moment_after_the_end(tmp_path: Path, batches: bool) -> None:
    claude = Claude(echo)
    claude.always = lambda _: (529, {"retry-after": "86400"})
    claude.first = [(529, {"retry-after": "86400"})] * 100
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(40), batches=batches)
        stops, patient = Stops(seconds=1.0), Retries(attempts=3, first=2.0, longest=2.0)
        session = desk.session(prepared, stops=stops, retries=patient)
        answers = ended(session.ask(list(prepared.questions)))
        assert {one.failure for one in answers.values()} <= {"failed", "not asked"}
        assert session.why_stopped() == "the time is over"
        assert sum(path.startswith("POST") for path in claude.paths) <= desk.prices.limits.concurrency
        claude.always, claude.first = lambda _: None, []
        assert all(one.failure is None for one in desk.ask(questions(40), batches=batches).values())


@pytest.mark.parametrize("number", [float("nan"), -1.0, float("inf")])
def test_a_limit_is_a_number_from_0_on(number: float) -> None:
    for name in ("budget", "seconds"):
        with pytest.raises(JudgeError, match=rf"{name}: {number} is no limit; name a number from 0 on"):
            Stops(**{name: number})


def test_cancelling_keeps_what_was_paid_for(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare(questions(50))
        steps = desk.session(prepared).ask(list(prepared.questions))
        for _ in range(4):
            next(steps)
        steps.close()
        paid = len(claude.calls)
        assert 0 < paid < 50
        answers: dict[str, Answer] = desk.ask(questions(50))
        assert all(one.failure is None for one in answers.values())
        assert max(claude.answered.values()) == 1


def test_a_model_without_a_price_is_not_asked(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address, model="claude-next") as desk:
        prepared = desk.prepare(questions(2))
        assert "unknown" in prepared.plan.text()
        with pytest.raises(JudgeError, match=r"\[models\.claude-next\]"):
            desk.session(prepared)
        assert claude.received == []


def test_the_models_are_those_that_the_service_lists(tmp_path: Path) -> None:
    with serving(Claude(echo, models=("claude-a", "claude-b"))) as address, Desk(tmp_path, address) as desk:
        assert [(one.id, one.active, one.structured) for one in desk.service.models()] == [
            ("claude-a", True, True),
            ("claude-b", True, True),
        ]


def test_a_model_is_asked_in_its_own_manner(tmp_path: Path) -> None:
    with Desk(tmp_path, "http://127.0.0.1:9") as desk:
        long = question("a row", system="Rules. " * 1_000)
        haiku = service_of(MODEL, desk.prices).request(long)
        assert haiku["output_config"] == {"effort": "low"}
        assert haiku["thinking"] == {"type": "disabled"}
        assert haiku["system"][0]["cache_control"] == {"type": "ephemeral"}
        assert "cache_control" not in service_of(MODEL, desk.prices).request(question("a row"))["system"][0]
        assert "cache_control" not in service_of(MODEL, desk.prices).request(replace(long, shared=False))["system"][0]
        opus = service_of("claude-opus-5-5", desk.prices).request(long)
        assert "thinking" not in opus
        plain = service_of("claude-next", desk.prices).request(long)
        assert set(plain) == {"model", "system", "messages", "max_tokens"}


def test_what_the_package_makes_of_a_request_is_what_was_shown(tmp_path: Path) -> None:
    claude = Claude(echo)
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        prepared = desk.prepare([question("a row")])
        ended(desk.session(prepared).ask(list(prepared.questions)))
        assert claude.calls == [prepared.plan.first]


def test_a_call_that_timed_out_counts_as_paid(tmp_path: Path) -> None:
    claude = Claude(echo)
    claude.hold_after = 0
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        desk.service = service.Claude(MODEL, key="test-key", base_url=address, timeout=0.3)
        prepared = desk.prepare(questions(3))
        session = desk.session(prepared)
        answers = ended(session.ask(list(prepared.questions)))
        assert all(one.failure in ("failed", "not asked") for one in answers.values())
        assert prepared.plan.bound is not None
        assert session.purse.spent == pytest.approx(prepared.plan.bound)
        assert claude.paths.count("POST /v1/messages") == 3  # there was no money to ask again
        claude.hold_after = None
        assert all(one.failure is None for one in desk.ask(questions(3)).values())
