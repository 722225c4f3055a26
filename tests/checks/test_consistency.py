"""How outputs are compared: as what they are, and the same from both sides."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.checks.answers_given import INPUTS, AnswersGiven
from curator.checks.comparison import compare, conflict_score
from curator.checks.conflicting_outputs import conflicting_outputs
from curator.checks.open_tasks import Freedom, freedom
from curator.checks.prompts import change
from curator.checks.quantities import only_day, only_quantity, quantities
from curator.checks.questions import same_question
from curator.model import Entry, Example, Message, State
from tests.checks.in_memory import found

QUESTION = "What is to be known about it?"


def kind_of(left: str, right: str, question: str = QUESTION) -> tuple[str, bool] | None:
    found = compare(question, Message("assistant", left), Message("assistant", right))
    return None if found is None else (found.kind, found.conflict)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("billing", "Billing.", None),
        ("pending_top_up", "top_up_reverted", ("label", True)),
        ("pending_top_up", "top_up", ("label", True)),
        ("Yes", "no", ("yes or no", True)),
        ("Yes.", "Yes, within 30 days.", ("yes or no", False)),
        ("Ja, gern.", "Nein, leider nicht.", ("yes or no", True)),
        ("30 days", "14 days", ("number", True)),
        ("30 days", "30", ("number", False)),
        ("$5", "$5.49", ("number", True)),
        ("about 100", "103", ("number", False)),
        ("30 days", "1 month", ("number", False)),
        ("03/04/2024", "April 3, 2024", ("date", False)),
        ("March 2024", "5 March 2024", ("date", False)),
        ("March 2024", "5 April 2024", ("date", True)),
        ("Lima", "Cusco", ("short text", True)),
        ("the Eiffel Tower", "Eiffel Tower, Paris", ("short text", False)),
        ("covered", "not covered", ("short text", True)),
        ('{"a": 1, "b": [1, 2]}', '{"b": [2, 1], "a": 1.0, "c": null}', ("json", False)),
        ('{"a": 1}', '{"a": "2"}', ("json", True)),
        ("The seat is included in the price.", "The seat is not included in the price.", ("text", True)),
        ("The wires are not connected.", "There is a gap between the wires.", ("text", False)),
        ("Ask Anna Berg in the Oslo office for it.", "Ask Mona Dahl in the Oslo office for it.", ("text", True)),
    ],
)
def test_outputs_are_compared_as_what_they_are(left: str, right: str, expected: tuple[str, bool] | None) -> None:
    assert kind_of(left, right) == expected
    assert kind_of(right, left) == expected


answers = st.one_of(
    st.text(max_size=60),
    st.sampled_from(("yes", "No, not at all.", "30 days", "two weeks", "2024-03-05", "billing", '{"a": [1]}', "")),
)


@given(answers, answers)
def test_the_sides_are_alike(left: str, right: str) -> None:
    score = conflict_score(QUESTION, left, right)
    assert 0 <= score <= 1
    assert score == pytest.approx(conflict_score(QUESTION, right, left))
    assert conflict_score(QUESTION, left, left) == 0


def test_contradictions_score_above_paraphrases() -> None:
    claim = "The bulb stays lit because the path is closed."
    same = conflict_score("Why is the bulb lit?", claim, "Since its path is still closed, the bulb is lit.")
    opposite = conflict_score("Why is the bulb lit?", claim, "There is a gap, so the bulb goes out.")
    assert same < 0.3 < 0.5 < opposite


def test_paths_that_differ_are_named() -> None:
    left, right = '{"to": {"city": "Oslo"}, "qty": 2}', '{"to": {"city": "Bergen"}, "qty": 2}'
    detail = compare(QUESTION, Message("assistant", left), Message("assistant", right))
    assert detail is not None
    assert detail.detail == 'They differ in to.city ("Oslo" and "Bergen").'


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Write a poem about snow.", Freedom.FREE),
        ("Please suggest a name for my cat", Freedom.FREE),
        ("You are a poet.\nName three rivers.", Freedom.FREE),
        ("Rewrite the draft politely.\n\nsend it now", Freedom.FORM),
        ("What is the capital of Peru?", Freedom.NONE),
        ("Name the topic.\nList of my invoices, please", Freedom.NONE),
        ("I want a list of my invoices", Freedom.NONE),
    ],
)
def test_what_a_task_leaves_open(question: str, expected: Freedom) -> None:
    assert freedom(question) is expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("How do I cancel my order?", "Hi, how can I cancel my orders please?", True),
        ("turn up the volume", "turn the volume up", True),
        ("Where is my adress stored?", "Where is my address stored?", True),
        ("turn the volume up", "turn the volume down", False),
        ("from Rome to Oslo?", "from Oslo to Rome?", False),
        ("Can I log in?", "Can I log out?", False),
        ("I can order", "I can't order", False),
        ("Two seats, please", "Three seats, please", False),
        ("What can you do?", "What are you?", False),
        ("Does my dog bite your cat?", "Does your dog bite my cat?", False),
    ],
)
def test_what_asks_the_same(left: str, right: str, same: bool) -> None:
    assert same_question(left, right) is same
    assert same_question(right, left) is same


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("You are a helpful agent of Acme.", "You're an Acme assistant.", "wording"),
        ("You sell shoes. Returns in 14 days.", "You sell shoes. Returns in 30 days.", "number"),
        ("You sell shoes. Name prices.", "You sell shoes. Never name prices.", "negation"),
        ("Name the topic.", "name the topic", ""),
        ("Name the topic.", "Name the mood.", None),
    ],
)
def test_what_instructions_differ_in(left: str, right: str, expected: str | None) -> None:
    assert change(left, right) == expected


def test_numbers_are_read_with_their_units() -> None:
    read = [(one.value, one.unit) for one in quantities("1. Pay $12.50 within two weeks, by 3 May 2024 at 10:30.")]
    assert read == [(12.5, "$"), (2.0, "weeks")]
    assert only_quantity("AB-12") is None
    assert only_day("on or before 3 May") is None


def row(number: int, given: str, output: str) -> Example:
    return Example(messages=(Message("user", given), Message("assistant", output)), id=str(number))


def many(seed: int) -> list[Example]:
    chance = random.Random(seed)
    return [
        row(n, f"input {chance.randrange(4000)}", f"Answer {chance.randrange(3)} is given here.") for n in range(6000)
    ]


def test_what_is_remembered_of_answers_depends_on_no_order() -> None:
    examples = many(1)
    whole = AnswersGiven()
    for example in examples:
        whole.add(example)
    random.Random(2).shuffle(examples)
    parts = [AnswersGiven() for _ in range(3)]
    for place, example in enumerate(examples):
        parts[place % 3].add(example)
    for part in parts[1:]:
        parts[0].merge(msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=AnswersGiven))
    assert whole.varied(examples[0]) is parts[0].varied(examples[0]) is True
    assert whole.habits == parts[0].habits
    assert whole.size <= 2 * INPUTS
    assert len(msgspec.msgpack.encode(whole)) < 500_000


def entries(rows: list[tuple[str, str]]) -> list[Entry]:
    return [Entry(n, row(n, given, output), State()) for n, (given, output) in enumerate(rows, 1)]


def test_a_set_with_many_answers_for_an_input_has_no_conflicts() -> None:
    pair = [("Where is it?", "It is on the 2nd floor."), ("Where is it?", "It is on the 3rd floor.")]
    assert len(found([conflicting_outputs], entries(pair))[0]) == 2
    dialogues = [(f"ok {n}", f"That makes {n + m} seats.") for n in range(30) for m in range(3)]
    assert found([conflicting_outputs], entries([*pair, *dialogues]))[0] == []


def test_words_that_are_labels_of_the_set_differ_however_alike_they_look() -> None:
    rows = [("My card is lost", "card"), ("my card is lost", "card payment")]
    assert found([conflicting_outputs], entries(rows))[0] == []
    used = [(f"ticket {n}", label) for n, label in enumerate(("card", "card payment") * 3)]
    assert len(found([conflicting_outputs], entries([*rows, *used]))[0]) == 2
