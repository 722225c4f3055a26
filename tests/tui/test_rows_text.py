"""What a row of the list says of its example."""

import pytest

from curator.model import Example, Message
from curator.tui.present import told
from curator.tui.veil import OPEN


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("Sort the message of a customer.\n\nMy lamp is late.", "My lamp is late."),
        ("Answer from the notes:\nNotes: Two years.\nQuestion: How long?", "Notes: Two years. Question: How long?"),
        ("Dear team,\nmy lamp is late.", "Dear team, my lamp is late."),
        ("Sort the message of a customer.", "Sort the message of a customer."),
        ("My lamp is late\nand so is the saw", "My lamp is late and so is the saw"),
    ],
)
def test_an_instruction_above_the_rest_is_left_out(asked: str, shown: str) -> None:
    example = Example(messages=(Message("user", asked), Message("assistant", "late")), id="b2-1-1")
    assert told(example, OPEN) == shown
