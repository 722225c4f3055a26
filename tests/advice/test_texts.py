"""What a sample of texts shows."""

import pytest

from curator.advice.metrics import token_f1
from curator.advice.signals import Prefix, Share
from curator.advice.texts import conformity, consistency, narrowness, neighbours, prefix, usual_form, vendi, volatile
from curator.tokens import estimate

ANIMALS = ("otter", "falcon", "walrus", "lizard", "hamster", "badger", "heron", "beetle", "salmon", "weasel")
FAR = [
    "How do I bake bread?", "Sum 3 and 4", "the parliament of Norway", "a red bicycle", "quantum tunnelling",
    "your invoice is late", "tennis on clay", "an opera by Verdi", "print the list in Python", "whales sing at night",
    "knit a scarf", "volcanoes of Iceland",
]  # fmt: skip


def test_copies_are_one_text_and_strangers_are_many() -> None:
    assert vendi(["the same text"] * 50)[0] == pytest.approx(1, abs=0.01)
    assert vendi(FAR)[0] > 5
    assert vendi(FAR)[0] <= len(FAR)
    assert vendi(["", "?"]) == (0.0, 0)


def test_a_narrow_task_has_nearer_inputs_than_a_mixed_one() -> None:
    tight = narrowness([f"where is my {one}" for one in ANIMALS], ["late"] * 10, 0.5)
    loose = narrowness(FAR, FAR, 0.0)
    assert tight is not None
    assert loose is not None
    assert tight.nearest > loose.nearest
    assert tight.inputs < loose.inputs
    assert narrowness(FAR[:9], FAR[:9], 0.0) is None


def test_outputs_of_near_inputs_are_alike_where_there_is_something_to_learn() -> None:
    inputs = [f"where is my {one}, number {n}" for n in range(6) for one in ANIMALS]
    told, random = [one for _ in range(6) for one in ANIMALS], [str(n) for n in range(60)]
    learnable, none = neighbours(inputs, told, token_f1), neighbours(inputs, random, token_f1)
    assert learnable is not None
    assert none is not None
    assert learnable.gain > 0.5
    assert none.gain == 0
    assert neighbours(inputs[:19], told[:19], token_f1) is None


def test_one_form_is_consistent_and_as_many_as_there_are_is_not() -> None:
    assert consistency([[("end", "stop"), ("case", "upper")]] * 9) == 1
    assert consistency([[("end", str(n))] for n in range(9)]) == pytest.approx(0)
    half = consistency([[("end", "stop"), ("case", str(n))] for n in range(9)])
    assert half == pytest.approx(0.5)
    assert consistency([]) is None


def test_what_four_of_five_outputs_have_is_their_form_and_an_answer_has_it_or_not() -> None:
    forms = [[("end", "stop"), ("case", str(n))] for n in range(8)] + [[("end", ""), ("case", "8")]] * 2
    usual = usual_form(forms)
    assert usual == {"end": "stop"}
    assert conformity(usual, forms) == 0.8
    assert conformity(usual, [[("end", "stop")], [("end", "colon")]]) == 0.5
    assert conformity(usual, []) is None
    assert conformity({}, forms) is None
    assert usual_form(forms + [[("end", "")]] * 1) == {}


def test_a_system_text_that_most_rows_have_is_the_prefix() -> None:
    system = "You answer for the bank, briefly and in one sentence."
    rows = [(system, f"{system}\nTicket {n} came in") for n in range(9)] + [("", "Ticket")]
    found = prefix(rows)
    assert found.share == 0.9
    assert estimate(system) <= found.tokens <= estimate(system) + 4


def test_without_one_the_beginning_that_most_inputs_share_is() -> None:
    rows = [("", f"Sort this ticket into one of five kinds: {one}") for one in ANIMALS]
    assert prefix(rows).tokens == estimate("Sort this ticket into one of five kinds:")
    assert prefix([("", one) for one in FAR]) == Prefix(0, 0.0)
    assert prefix([]) == Prefix(0, 0.0)


def test_what_will_not_stay_true_is_seen() -> None:
    said = (
        "It costs $ 4.",
        "As of 2026 it is 7.",
        "Version 2.10.3 does.",
        "Currently, yes.",
        "Ask the desk.",
        "Room 2041b",
    )
    assert volatile(said) == Share(4, 6)
