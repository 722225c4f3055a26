"""In groups of eight or nine rows, what contradicts its source is found, the rest left alone, in every format."""

import json

import pytest

from curator.checks.absent_from_context import absent_from_context
from curator.checks.contradicted_output import contradicted_output
from curator.checks.false_arithmetic import false_arithmetic
from curator.checks.slots import Rows
from curator.checks.untold_slots import doubtful_slot, untold_slot
from curator.formats.detect import named
from curator.model import Entry, Example, Message, State
from tests.checks.in_memory import found
from tests.checks.test_contract import as_format, numbered

CHECKS = [contradicted_output, absent_from_context, untold_slot, doubtful_slot, false_arithmetic]

ANSWER = "Answer the question using only the passage."
PASSAGES = [
    ("zoo", "Bern", 9, 12, "When does it open?", "It opens at 9 am."),
    ("spa", "Ulm", 10, 30, "What does a ticket cost?", "A ticket costs 30 euros."),
    ("museum", "Lyon", 8, 14, "When does it open?", "At 8 am."),
    ("tower", "Graz", 11, 7, "What does a ticket cost?", "7 euros."),
    ("park", "Linz", 6, 3, "What does it cost?", "A ticket costs 5 euros."),  # 3
    ("gallery", "Nice", 10, 9, "Where is it?", "The gallery is in Marseille."),  # Nice
    ("aquarium", "Genoa", 9, 25, "When does it open?", "The aquarium opens at 9 in the morning."),
    ("castle", "Prague", 10, 11, "What does a ticket cost?", "The ticket is €11."),
    ("hall", "Turin", 7, 4, "Is it free?", "No, a ticket costs 4 euros."),
]
EXTRACT = "Extract name, date and amount as JSON."
INVOICES = [
    ("Acme", "Acme", "3 May 2024", "2024-05-03", 120),
    ("Bolt", "Bolt", "7 June 2024", "2024-06-07", 80),
    ("Corex", "Corex", "1 July 2024", "2024-07-01", 45),
    ("Dune", "Dune", "9 May 2024", "2024-05-09", 310),
    ("Elba", "Elba", "2 April 2024", "2024-04-02", 99),
    ("Fynn", "Fynn", "5 May 2024", "2024-05-05", 12),
    ("Gram", "Gram", "30 May 2024", "2024-05-30", 77),
    ("Hoya", "Hyoa Ltd", "8 May 2024", "2024-05-08", 61),  # Hoya
    ("Iris", "Iris", "4 May 2024", "2024-05-14", 52),  # the 4th
]
DESCRIBE = "Write one sentence about the product."
PRODUCTS = [
    ("Lumo", 20, "red", "The red Lumo costs $20."),
    ("Vita", 35, "blue", "The blue Vita costs $35."),
    ("Nano", 15, "green", "For $15 you get the green Nano."),
    ("Zeta", 50, "black", "The black Zeta is $50."),
    ("Orbi", 44, "white", "The white Orbi costs $44."),
    ("Kilo", 18, "grey", "The Kilo costs $18."),  # the colour is left out
    ("Pico", 66, "pink", "The pink Pico costs $66."),
    ("Tera", 70, "gold", "The gold Tera costs $75."),  # 70
]
TASKS = [
    *(
        (
            ANSWER,
            f"Passage: The {what} in {town} opens at {hour} am and a ticket costs {cost} euros.\n\nQuestion: {q}",
            out,
        )
        for what, town, hour, cost, q, out in PASSAGES
    ),
    *(
        (
            EXTRACT,
            f"Invoice from {name}, {day}: {sum_} dollars.",
            json.dumps({"name": said, "date": iso, "amount": sum_}),
        )
        for name, said, day, iso, sum_ in INVOICES
    ),
    *(
        (DESCRIBE, json.dumps({"name": name, "price": price, "colour": colour}), out)
        for name, price, colour, out in PRODUCTS
    ),
]
WRONG = {(5, "GRD001"), (6, "GRD002"), (17, "GRD003"), (18, "GRD003"), (24, "GRD003"), (26, "GRD002"), (26, "GRD003")}


@pytest.mark.parametrize("name", ["openai-chat", "alpaca", "prompt-completion", "sharegpt"])
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    entries = numbered([Entry(1, named(name).parse(as_format(name, *task)), State()) for task in TASKS])
    numbers = {entry.example.id: entry.seq for entry in entries}
    findings, problems = found(CHECKS, entries)
    assert not problems
    assert {(numbers[finding.example_id or ""], finding.code) for finding in findings} == WRONG


def test_numbers_and_addresses_of_people_are_not_repeated_in_messages() -> None:
    rows = [*TASKS[:4], *TASKS[6:9], (ANSWER, TASKS[0][1], "It opens at 9 am, call 030 1234 5678.")]
    entries = numbered([Entry(1, named("alpaca").parse(as_format("alpaca", *row)), State()) for row in rows])
    (finding,), _ = found([absent_from_context], entries)
    assert "1234" not in finding.message


def test_a_sample_does_not_depend_on_order_or_on_how_it_was_merged() -> None:
    rows = [
        Example(messages=(Message("user", f"size[{n}], colour[red]"), Message("assistant", f"A red one of {n}.")))
        for n in range(4_000)
    ]
    forwards, backwards, left, right = Rows(), Rows(), Rows(), Rows()
    for number, row in enumerate(rows):
        forwards.add(row)
        (left if number % 3 else right).add(row)
    for row in reversed(rows):
        backwards.add(row)
    left.merge(right)
    assert forwards.lowest == backwards.lowest == left.lowest
    assert len(forwards.lowest) < len(rows)


# A third of a small group may contradict its context, where the others are borne out by theirs.
LANES = [
    ("Mill Lane", 320, "3 May", "Marta Keele"),
    ("Kiln Row", 140, "8 June", "Ivo Brandt"),
    ("Tanner Way", 75, "19 July", "Ruth Adler"),
    ("Holm Quay", 410, "2 March", "Piet Vos"),
]
WRONGLY_TOLD = [
    "It has 230 spaces.",
    "It opened on 18 June.",
    "Thomas Arkwright drew up the plans.",
    "It opened on 12 March.",
]


def test_a_third_of_a_small_group_may_contradict_its_context() -> None:
    told = [
        f"Passage: The car park in {lane} has {spaces} spaces and opened on {day}. {planner} drew up its plans."
        for lane, spaces, day, planner in LANES
    ]
    right = [
        (told[index], question, answer)
        for index, (_, spaces, day, _) in enumerate(LANES)
        for question, answer in (("How many spaces has it?", f"It has {spaces} spaces."), ("When?", f"On {day}."))
    ]
    wrong = list(zip(told, ["How many?", "When did it open?", "Who planned it?", "When?"], WRONGLY_TOLD, strict=True))
    rows = [(ANSWER, f"{passage}\n\nQuestion: {question}", answer) for passage, question, answer in (*right, *wrong)]
    entries = numbered([Entry(1, named("alpaca").parse(as_format("alpaca", *row)), State()) for row in rows])
    findings, _ = found([contradicted_output], entries)
    numbers = {entry.example.id: entry.seq for entry in entries}
    assert sorted(numbers[one.example_id or ""] for one in findings) == [9, 10, 11, 12]
    # Where as many rows are contradicted as are borne out, the passage is not what they are answered from.
    few, _ = found([contradicted_output], [entry for entry in entries if entry.seq > 4])
    assert not few
