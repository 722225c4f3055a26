"""What a model knows of the facts in rows, as far as ten answers can tell."""

import random
from pathlib import Path
from typing import Any

import pytest

from curator.judge.base import Answer
from curator.judge.probing import CAVEAT, Probe, holds, probed, questions_of
from curator.model import Example, Message
from curator.operations.probing import prepared, probe
from tests.judge.asking import MODEL, Desk, ended
from tests.judge.server import Claude, asked, serving


def row(question: str, output: str, *facts: str) -> Probe:
    example = Example(messages=(Message("user", question), Message("assistant", output)), id=question)
    return Probe(example, facts)


FEE = row("What does it cost to cancel?", "It is 45 Euro until noon.", "45 Euro")


def answers(*texts: str) -> list[Answer]:
    return [Answer(text) for text in texts]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (["45 euro"] * 5, "highly known"),
        (["45 Euro", "UNKNOWN", "I think 45 Euro.", "40 Euro", "UNKNOWN"], "maybe known"),
        (["UNKNOWN"] * 5 + ["45 Euro"], "weakly known"),
        (["UNKNOWN"] * 9 + ["450 Euro"], "unknown"),
    ],
)
def test_how_well_a_fact_is_known(said: list[str], known: str) -> None:
    found = probed(FEE, answers(*said))
    assert found.known == known
    assert found.low <= found.right / found.asked <= found.high


def test_no_right_answer_of_five_still_allows_nearly_a_half() -> None:
    assert probed(FEE, answers(*["UNKNOWN"] * 5)).high == pytest.approx(0.45, abs=0.01)
    assert "not the model that will be tuned" in CAVEAT


def test_answers_that_failed_are_no_answers() -> None:
    found = probed(FEE, [Answer(failure="refused"), *answers("45 Euro")])
    assert (found.known, found.asked, found.failed) == ("highly known", 1, 1)
    assert probed(FEE, [Answer(failure="refused")]).known == "cannot judge"
    assert probed(FEE, [Answer(failure="not asked")]).known == "not judged"


def test_each_round_shows_other_examples() -> None:
    questions = questions_of(FEE, MODEL, range(10))
    assert len({one.messages[:-1] for one in questions}) == 10
    assert {one.messages[-1].text for one in questions} == {"What does it cost to cancel?"}
    assert len({one.key for one in questions}) == 10


def test_a_number_has_to_be_the_number() -> None:
    assert holds(row("?", "Paris was founded 1,250 years ago"), "founded in Paris 1250 years ago")
    assert not holds(FEE, "4.5 Euro")
    assert not holds(row("?", "Call Margarethe Holm."), "Call somebody.")


@pytest.mark.parametrize("fact", ["EU", "Bob", "Ja.", "IBM AG", "东京", "はい。", "45 Euro", "Margarethe Holm", "👍"])
def test_unknown_is_never_right(fact: str) -> None:
    probe = row("Who?", fact)
    assert not any(holds(probe, said) for said in ("UNKNOWN", "unknown.", "UNKNOWN (perhaps " + fact + ")"))
    assert probed(probe, answers(*["UNKNOWN"] * 10)).known == "unknown"


@pytest.mark.parametrize(
    ("fact", "right", "wrong"),
    [
        ("EU", "It is the EU.", "It is neutral, in Europe"),
        ("Bob", "bob", "Bobby"),
        ("IBM AG", "That was IBM AG, I think", "IBM Inc"),
        ("Ja.", "Ja, das geht.", "Jahre"),
        ("东京", "首都是东京。", "首都是大阪。"),
        ("はい。", "はい、そうです", "いいえ"),
        ("万里の長城です", "それは万里の長城です。", "それは富士山です。"),
        ("C++", "C++, of course", "C#"),
    ],
)
def test_a_short_fact_has_to_stand_in_the_answer(fact: str, right: str, wrong: str) -> None:
    assert holds(row("Which?", fact), right)
    assert not holds(row("Which?", fact), wrong)


def test_a_row_that_teaches_the_word_unknown_cannot_be_told_from_not_knowing() -> None:
    assert not holds(row("Who painted it?", "Unknown."), "UNKNOWN")
    assert holds(row("Who sings it?", "Unknown Mortal Orchestra"), "Unknown Mortal Orchestra.")


def test_rows_are_asked_again_only_when_nothing_was_right(tmp_path: Path) -> None:
    def brain(body: dict[str, Any]) -> str:
        return "45 Euro" if "cancel" in asked(body) else random.choice(["UNKNOWN", "12 Euro"])

    claude = Claude(brain)
    rows = [FEE, row("What does a towel cost?", "It is 3 Euro.", "3 Euro")]
    with serving(claude) as address, Desk(tmp_path, address) as desk:
        plan = prepared(rows, desk.service, desk.stores(), desk.prices)
        assert plan.plan.calls == 20
        found = ended(probe(rows, desk.session(plan), desk.prices))
        assert [(one.known, one.asked) for one in found] == [("highly known", 5), ("unknown", 10)]
        assert len(claude.calls) == 15
