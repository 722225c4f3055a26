"""Personal data, secrets and numbers: what is found, what is shown of it, and what a fix leaves."""

import random
import re
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.checks import checksums, phone_numbers, secret_shapes
from curator.checks.account_numbers import account_numbers
from curator.checks.base import Check
from curator.checks.identity_numbers import identity_numbers
from curator.checks.keys_and_tokens import keys_and_tokens
from curator.checks.personal_data import contact_data, personal_data
from curator.checks.sample_numbers import sample_numbers
from curator.checks.secret_shapes import SHAPES, looked_for, secrets
from curator.checks.sensitive_values import masked_text, sensitive_values
from curator.masking import hidden, mask, masked
from curator.model import Finding
from tests.checks.case_files import cases, entry

SAFETY: tuple[Check, ...] = (personal_data, keys_and_tokens, identity_numbers, sample_numbers)


def findings(row: dict[str, Any]) -> list[Finding]:
    return [finding for check in SAFETY for finding in check.function(entry(row).example)]


@pytest.mark.parametrize(
    "row",
    [row.example for case in cases() if case.code.startswith("SAF") and case.kind == "hit" for row in case.entries],
    ids=lambda example: example.messages[0].text[:20],
)
def test_no_message_shows_a_value(row: Any) -> None:
    texts = [message.text for message in row.messages]
    values = [value for text in texts for value in sensitive_values(text)]
    for check in SAFETY:
        for finding in check.function(row):
            assert not any(value in finding.message or value in finding.rule for value in values)


def test_one_finding_a_row_and_kind() -> None:
    found = findings({"input": "ann@kerr.net, bob@kerr.net", "output": "Call ann@kerr.net or 617-442-8190."})
    assert [finding.rule for finding in found] == ["e-mail address", "phone number"]
    assert len(found[0].evidence) == 3
    assert found[0].message == 'An e-mail address is in the input and the output: "an\u2026", "bo\u2026".'


def test_a_table_of_addresses_is_one_finding_with_a_bounded_number_of_places() -> None:
    (found,) = findings({"input": "Export", "output": "\n".join(f"user{n}@kerr.net" for n in range(500))})
    assert len(found.evidence) == 20
    assert "and 497 more" in found.message


def test_the_fix_puts_placeholders_and_nothing_is_found_after_it() -> None:
    row = {"input": "I am ann@kerr.net", "output": "Thank you, ann@kerr.net and bob@kerr.net."}
    (found,) = findings(row)
    assert found.fix is not None
    assert not found.fix.safe
    assert found.fix.changes == {
        "messages[0].content": "I am [EMAIL]",
        "messages[1].content": "Thank you, [EMAIL] and [EMAIL].",
    }
    assert findings({"input": found.fix.changes["messages[0].content"], "output": "[EMAIL]"}) == []


def test_a_tool_call_is_read_and_has_no_place_in_a_text() -> None:
    (found,) = findings({"input": "Mail Tom.", "output": "", "call": ["send", '{"to": "tom@kerr.net"}']})
    assert found.evidence == ()
    assert found.fix is None


def test_the_same_text_in_other_roles_gives_the_same_findings() -> None:
    system = {"messages": [["system", "Mail ann@kerr.net."], ["user", "Who?"], ["assistant", "Ann."]]}
    joined = {"messages": [["user", "Mail ann@kerr.net.\n\nWho?"], ["assistant", "Ann."]]}
    assert [one.message for one in findings(system)] == [one.message for one in findings(joined)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_hits_lie_in_the_text_and_do_not_overlap(before: str, after: str) -> None:
    text = f"{before} ann@kerr.net, IBAN DE12 5001 0517 0648 4898 90, pwd: Tiger!Lily42 {after}"
    for scan in (contact_data, account_numbers, secrets):
        end = 0
        for hit in scan(text):
            assert end <= hit.start < hit.end <= len(text)
            end = hit.end


@pytest.mark.parametrize("index", [index for index, (_, marks, _) in enumerate(SHAPES) if marks])
@settings(max_examples=15)
@given(data=st.data(), around=st.sampled_from(["", '"', ". ", "\n"]))
def test_every_value_of_a_shape_is_looked_for(index: int, data: st.DataObject, around: str) -> None:
    value = data.draw(st.from_regex(SHAPES[index][2], fullmatch=True))
    assert index in looked_for(f"{around}{value}{around}")


def test_values_without_a_mark_are_looked_for_too() -> None:
    tokens = {
        "Telegram token": "5912837465:AAH3k9ZtPq7LmXv2Rw8sYbN4cJd1FgUeTo0",
        "Discord token": "MTA4NzY1NDMyMTk4NzY1NDMy.GhT7xK.q9Zr2LmPvX5wYbN8sKdJ1fUeTo0cHgRa3ViBt",
    }
    for kind, token in tokens.items():
        assert kind in [SHAPES[index][0] for index in looked_for(f"My token: {token}, thanks.")]


@given(st.text("0123456789 .-/()+x:,a", max_size=40))
def test_a_text_that_is_passed_over_has_no_phone_number(text: str) -> None:
    announced = f"call me on {text}"
    found = phone_numbers.phone_numbers(announced)
    with patch.object(phone_numbers, "_DIGITS", re.compile("")):
        assert found == phone_numbers.phone_numbers(announced)


@given(st.text("aBcD-_.!{}'\"\u0664\u00b29", max_size=40))
def test_a_text_without_a_digit_has_no_password(text: str) -> None:
    named = f"password: {text} key={text}"
    found = secrets.__wrapped__(named)
    with patch.object(secret_shapes, "_DIGIT", re.compile("")):
        assert found == secrets.__wrapped__(named)


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert len(masked_text(text)) == len(text)


def test_masks_keep_the_length_and_little_else() -> None:
    text = "Write to maria.lopez@gmail.com or pay to DE12500105170648489890."
    shown = masked_text(text)
    assert len(shown) == len(text)
    assert shown == "Write to mar" + "\u2022" * 18 + " or pay to DE1" + "\u2022" * 19 + "."
    assert mask("maria.lopez@gmail.com") == "mar\u2026"
    assert mask("12345") == "\u2026"


def test_lines_of_a_key_stay_lines() -> None:
    assert masked("a\nbc\nd", [(0, 6)]) == "a\n\u2022\u2022\n\u2022"


@given(st.text(min_size=7, max_size=30, alphabet="abcdefghijk0123456789"), st.integers(6, 30))
def test_a_quotation_that_breaks_off_is_hidden_too(value: str, length: int) -> None:
    message = f'The same input is answered with "{value[:length]}\u2026".'
    assert value[:length] not in hidden(message, [value])
    assert hidden("Nothing is quoted here.", [value]) == "Nothing is quoted here."


@pytest.mark.parametrize(
    ("holds", "number"),
    [
        (checksums.luhn, "4532091783456120"),
        (checksums.iban, "DE12500105170648489890"),
        (checksums.iban, "ES0921000813610123456788"),
        (checksums.german_tax_id, "57549285033"),
        (checksums.german_document, "L3H7K9PVC1"),
        (checksums.spanish_id, "48203916X"),
    ],
)
def test_one_wrong_digit_breaks_a_check_sum(holds: Any, number: str) -> None:
    assert holds(number)
    for place in [match.start() for match in re.finditer(r"\d", number) if match.start() > 1]:
        for digit in "0123456789".replace(number[place], ""):
            assert not holds(number[:place] + digit + number[place + 1 :])


def test_random_digits_are_seldom_called_anything() -> None:
    chance = random.Random(5)
    runs = ["".join(chance.choices("0123456789", k=chance.randint(6, 22))) for _ in range(3000)]
    named = [run for run in runs if contact_data(f"It was {run} then.") or account_numbers(f"It was {run} then.")]
    assert len(named) < 30
