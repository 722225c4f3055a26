"""What a group of outputs is inferred to be."""

import random
from collections.abc import Sequence

import pytest

from curator.model import Example, Message
from curator.tasks import Outputs, names_labels, spelt_out


def outputs(rows: Sequence[tuple[str, str]]) -> Outputs:
    usual = Outputs()
    for asked, answer in rows:
        usual.add(Example(messages=(Message("user", asked), Message("assistant", answer))))
    return usual


TICKETS = [(f"Ticket {number} about something.", ("billing", "bug", "account")[number % 3]) for number in range(12)]
NAMES = [
    (f"Who signed? Signed by {name}.", name)
    for name in ("Ana", "Tom", "Lina", "Per", "Eva", "Jan", "Mia", "Olaf", "Ida", "Max", "Bo", "Kim")
]
PROSE = [
    (f"Question {number}?", f"This is the answer to question number {number}, as we see it.") for number in range(12)
]
JSON = [(f"Extract {number}", f'{{"number": {number}}}') for number in range(12)]
CODE = [(f"Write function {number}", f"def answer():\n    return {number}") for number in range(12)]


@pytest.mark.parametrize(
    ("rows", "task"),
    [
        (TICKETS, "labels"),
        (NAMES, "extraction"),
        (PROSE, "prose"),
        (JSON, "json"),
        (CODE, "code"),
        (TICKETS + PROSE, "mixed"),
        ([], "mixed"),
    ],
)
def test_the_task_is_what_most_outputs_are(rows: list[tuple[str, str]], task: str) -> None:
    assert outputs(rows).task == task


def test_a_few_flaws_do_not_change_the_task() -> None:
    flawed = [
        *TICKETS,
        ("Ticket.", "Billing issue"),
        ("Ticket.", "I am sorry, but I cannot tell what this ticket is about, friend."),
    ]
    assert outputs(flawed).task == "labels"
    assert names_labels(outputs(flawed))


def test_labels_that_the_instruction_lists_above_the_input_are_not_copied_from_it() -> None:
    listed = [(f"Answer with billing, bug or account.\n\n{asked}", answer) for asked, answer in TICKETS]
    assert outputs(listed).task == outputs(TICKETS).task == "labels"


def test_spellings_are_counted_apart_and_answers_together() -> None:
    usual = outputs([*TICKETS, ("Ticket.", "Billing.")])
    assert (usual.written["billing"], usual.written["Billing."], usual.labels["billing"]) == (4, 1, 5)


def test_order_and_halves_do_not_matter() -> None:
    rows = TICKETS + NAMES + JSON
    shuffled = rows[:]
    random.Random(1).shuffle(shuffled)
    left, right = outputs(shuffled[:9]), outputs(shuffled[9:])
    left.merge(right)
    whole = outputs(rows)
    assert (left.task, left.answers, left.written) == (whole.task, whole.answers, whole.written)
    left.add(Example(messages=(Message("user", "?"), Message("assistant", "billing"))))
    assert left.outputs == whole.outputs + 1


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("CARD_ARRIVAL", "card arrival"),
        ("cardArrival", "card arrival"),
        ("card-arrival", "card arrival"),
        ("Billing", "billing"),
    ],
)
def test_a_label_is_spelt_out(label: str, said: str) -> None:
    assert spelt_out(label) == said
