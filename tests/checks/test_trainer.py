"""What trainers drop: each flaw is said once, by the check that it belongs to."""

from typing import Any

import pytest

from curator.checks.base import checks
from curator.model import Example
from tests.checks.case_files import entry

TRAINER = [check for check in checks() if check.code.startswith("TRN")]
MADE_OF = {
    "u": ["user", "Where is my parcel?"],
    "a": ["assistant", "On its way."],
    "s": ["system", "Be brief."],
    "t": ["tool", "3"],
}


def codes(example: Example) -> list[str]:
    return [check.code for check in TRAINER for _ in check.function(example)]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("ua", []),
        ("sua", []),
        ("uaua", []),
        ("suauaua", []),
        ("u", []),
        ("", []),
        ("uau", ["TRN002"]),
        ("uua", ["TRN003"]),
        ("uaa", ["TRN003"]),
        ("usa", ["TRN004"]),
        ("ssua", ["TRN004"]),
        ("uta", ["TRN005"]),
        ("aua", ["TRN006"]),
        ("saua", ["TRN006"]),
        ("uuaau", ["TRN002", "TRN003"]),
    ],
)
def test_order_of_roles(roles: str, expected: list[str]) -> None:
    row: dict[str, Any] = {"messages": [MADE_OF[role] for role in roles]}
    example = entry(row).example if roles else Example(messages=(), id="b2-0-1")
    assert codes(example) == expected


def test_a_row_without_weight_is_found_once() -> None:
    row = {"input": "Hi", "output": "Hello", "weights": {"1": 0}}
    assert codes(entry(row).example) == ["TRN001"]


def test_an_empty_output_is_left_to_the_check_of_empty_outputs() -> None:
    assert codes(entry({"input": "Hi", "output": ""}).example) == []


def test_the_name_of_the_role_is_taken_off() -> None:
    check = next(check for check in TRAINER if check.code == "TRN007")
    (found,) = check.function(entry({"input": "Returns?", "output": "Assistant: Within 30 days."}).example)
    assert found.fix.changes == {"messages[1].content": "Within 30 days."}
    assert found.rule == "starts with 'Assistant:'"


def test_cards_name_what_trainers_do() -> None:
    trainers = ("TRL", "LLaMA-Factory", "torchtune", "axolotl", "MLX", "OpenAI", "Mistral")
    assert all(any(name in check.card.what for name in trainers) for check in TRAINER)
