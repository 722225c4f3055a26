"""The readers and summaries below the format checks: what is JSON, what mends it, what is usual."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.checks.format_drift import format_drift, rare_format
from curator.checks.invalid_json import invalid_json
from curator.checks.json_drift import json_drift
from curator.checks.json_or_prose import json_or_prose
from curator.checks.json_shapes import near
from curator.checks.json_texts import embedded, fault, like, read
from curator.checks.output_formats import Formats
from curator.checks.signatures import FEATURES, bare, lead, signature
from curator.model import Example, Finding, Message, ToolCall
from tests.checks.laws import holds_in_any_order

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4) | st.lists(VALUES, max_size=4)


def example(number: int, output: str, given: str = "") -> Example:
    turns = (Message("system", "Do it."), Message("user", given or f"Row {number}."), Message("assistant", output))
    return Example(messages=turns, id=f"b2-{number}-1")


def learned(examples: list[Example]) -> Formats:
    usual = Formats()
    for one in examples:
        usual.add(one)
    return usual


def found(check: Any, outputs: list[str], given: str = "") -> list[Finding]:
    """What a check finds in the last of these outputs, which is one of their group."""
    examples = [example(number, output, given) for number, output in enumerate(outputs)]
    return list(check.function(examples[-1], learned(examples)))


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_what_a_writer_of_json_writes_has_no_fault(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert read(text).kind == "json"
    assert fault(text) is None
    assert like(text, value) == text


@given(st.dictionaries(st.text("abc,}]\"'\\ ", max_size=6), VALUES, min_size=1, max_size=3))
def test_a_trailing_comma_is_mended_without_touching_a_text(value: dict[str, Any]) -> None:
    problem = fault(json.dumps(value)[:-1] + " ,\n}")
    assert problem is not None
    assert problem.safe
    assert json.loads(problem.mended or "") == value


@given(st.dictionaries(st.text("abc ", max_size=6), VALUES, min_size=1, max_size=3))
def test_what_python_prints_is_mended_and_never_safely(value: dict[str, Any]) -> None:
    problem = fault(repr(value))
    assert problem is not None
    assert problem.mended is None or json.loads(problem.mended) == value
    assert not problem.safe


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1,}', "a comma before the closing bracket"),
        ("{'a': 1}", "single quotes where JSON has double ones"),
        ('{"a": NaN}', "NaN is no JSON value"),
        ('{"a": None}', "None is no JSON value"),
        ("{a: 1}", 'the key "a" has no quotes'),
        ('{"a": 1, "a": 2}', 'the key "a" is there twice'),
        ('{"a": 1', "it breaks off before it is closed"),
        ('{"a": "x', "it breaks off inside a text"),
        ('{"a": 1} as you asked', "text after the JSON"),
        ('{"a": 1}\n{"a": 2}', "a second JSON document follows"),
        ('{"a": 1}}', "a bracket too many"),
        ('{"a": 1 "b": 2}', "a comma is missing"),
        ('{"a" 1}', "a colon is missing"),
        ('{"a": "he said "no" twice"}', "a comma is missing, or a quote inside a text is not escaped"),
        ("{\u201ca\u201d: 1}", "curly quotes where JSON has straight ones"),
        ('{"a": 1, // one\n"b": 2}', "a comment, which JSON does not have"),
        ('{"a": "x\ny"}', "a line break or control character inside a text"),
        ('{"a": "\\q"}', '"\\q" is no escape that JSON knows'),
    ],
)
def test_a_fault_is_named(text: str, why: str) -> None:
    problem = fault(text)
    assert problem is not None
    assert problem.why == why
    assert 0 <= problem.at <= len(text)


def test_a_document_is_found_among_words() -> None:
    text = 'Here it is: {"a": [1, 2]}. Anything else?'
    start, end = embedded(text) or (0, 0)
    assert text[start:end] == '{"a": [1, 2]}'
    assert embedded("Use {name} and [1].") is None


@given(
    st.lists(
        st.sampled_from(['{"a": 1}', '{"a": "x", "b": [1, {"c": null}]}', "[1]", "Hello.", "- a\n- b", "", '{"a":}']),
        max_size=12,
    ),
    st.randoms(),
)
def test_what_is_usual_does_not_depend_on_order_or_parts(outputs: list[str], chance: random.Random) -> None:
    holds_in_any_order(learned, [example(number % 3, output) for number, output in enumerate(outputs)], chance)


def test_what_is_usual_stays_small() -> None:
    usual = learned(
        [example(number, json.dumps({f"key {number}": number, "same": f"text {number}"})) for number in range(3_000)]
    )
    assert len(usual.shapes.paths) == 1
    assert usual.shapes.paths["$"].open
    usual = learned([example(number, f"answer {number}") for number in range(3_000)])
    assert usual.many
    assert not usual.answers


ORDERS = [
    json.dumps({"order": f"K-{n}", "quantity": n % 4 + 1, "status": ["open", "shipped"][n % 2]}) for n in range(12)
]


@pytest.mark.parametrize(
    ("output", "rule", "fixed"),
    [
        (
            '{"order": "K-9", "qty": 2, "status": "open"}',
            'key "qty"',
            '{"order": "K-9", "quantity": 2, "status": "open"}',
        ),
        (
            '{"order": "K-9", "quantity": "2", "status": "open"}',
            '"quantity" is text',
            '{"order": "K-9", "quantity": 2, "status": "open"}',
        ),
        (
            '{"order": "K-9", "quantity": 2, "status": "Open"}',
            '"status" is spelled "Open"',
            '{"order": "K-9", "quantity": 2, "status": "open"}',
        ),
        ('{"order": "K-9", "quantity": 2}', 'no key "status"', None),
        ('{"order": "K-9", "quantity": [2], "status": "open"}', '"quantity" is a list', None),
    ],
)
def test_drift_of_json_is_grouped_by_rule_and_mended(output: str, rule: str, fixed: str | None) -> None:
    (finding,) = found(json_drift, [*ORDERS, output])
    assert finding.rule == rule
    assert (finding.fix.changes["messages[2].content"] if finding.fix else None) == fixed


def test_the_arguments_of_a_tool_are_held_against_other_calls() -> None:
    def calls(arguments: str) -> Example:
        call = ToolCall("weather", arguments)
        return Example(
            messages=(Message("user", "Weather?"), Message("assistant", "", tool_calls=(call,))), id="b2-1-1"
        )

    examples = [calls(json.dumps({"city": f"Town {n}", "days": n})) for n in range(10)] + [
        calls('{"town": "Bath", "days": 2}')
    ]
    (finding,) = json_drift.function(examples[-1], learned(examples))
    assert finding.message.startswith('In the call of weather: The key "town" is "city"')


def test_a_fix_leaves_nothing_to_find() -> None:
    answers = [f"The shop in street {n} opens at nine." for n in range(12)]
    for output in (
        "Answer: The tent is green.",
        "- The tent is green.",
        "Sure! Here is the answer: The tent is green.",
        '"The tent is green."',
        "```\nThe tent is green.\n```",
    ):
        (finding,) = found(format_drift, [*answers, output])
        assert finding.fix is not None
        assert not finding.fix.safe
        assert finding.fix.changes == {"messages[2].content": "The tent is green."}
    (finding,) = found(json_or_prose, [*ORDERS, f"```json\n{ORDERS[0]}\n```"])
    assert finding.fix is not None
    assert finding.fix.changes == {"messages[2].content": ORDERS[0]}
    (finding,) = found(invalid_json, [*ORDERS, ORDERS[0][:-1] + ",}"])
    assert finding.fix is not None
    assert (finding.fix.safe, finding.fix.changes["messages[2].content"]) == (True, ORDERS[0])


def test_the_message_counts() -> None:
    answers = [f"The shop in street {n} opens at nine." for n in range(37)]
    (finding,) = found(format_drift, [*answers, *["Answer: The tent is green."] * 3])
    assert finding.message == "The output starts with 'Answer:'; 3 of 40 do, 37 do not."
    assert finding.rule == "starts with 'Answer:'"


def test_without_a_majority_nothing_is_said() -> None:
    half = [f"Answer: {n} lamps" for n in range(10)] + [f"{n} lamps and a tent" for n in range(10)]
    assert found(format_drift, half) == []
    assert found(json_or_prose, [*half, *ORDERS]) == []


def test_requests_of_their_own_may_ask_for_any_form_but_not_for_a_lead() -> None:
    def row(number: int, asked: str, output: str) -> Example:
        turns = (Message("user", f"{asked}\nIn short, please."), Message("assistant", output))
        return Example(messages=turns, id=f"b2-{number}-1")

    asked = [row(number, f"Tell me of street {number}.", f"{number} shops.") for number in range(50)]
    for output, said in (
        ('"Call me Ishmael."', False),
        ("# TODO: write tests", False),
        ("Answer: 12 shops.", True),
        ("```\n12 shops.\n```", True),
    ):
        one = row(99, "What is said of it?", output)
        assert bool(list(format_drift.function(one, learned([*asked, one])))) is said, output


def test_a_form_that_is_asked_for_is_right() -> None:
    answers = [f"The shop in street {n} opens at nine." for n in range(40)]
    assert found(format_drift, [*answers, '"Call me Ishmael."'], "Quote the first line of the novel.") == []
    assert found(format_drift, [*answers, "# TODO: write tests"], "Write a bash comment for the tests.") == []
    assert found(format_drift, [*answers, "(555) 010-0199"], "Give an example of a number.") == []
    assert found(format_drift, [*answers, '"Call me Ishmael."'], "How does the novel begin?") != []


def test_a_last_line_of_its_own_is_no_form() -> None:
    answers = [f"The shop in street {n} opens at nine.\nIt closes at {n} past six in the evening." for n in range(40)]
    said = found(rare_format, [*answers, "Leaves drift to the ground\nsmoke above the roofs"])
    assert [finding.message for finding in said] == ["The output ends without a stop; none of the 40 others does."]


def test_small_groups_need_not_keep_to_a_set_of_other_tasks() -> None:
    prose = [example(number, f"The shop in street {number} opens at nine.") for number in range(60)]
    turns = (Message("system", "Extract it."), Message("user", "K-1, a lamp."), Message("assistant", ORDERS[1]))
    other = Example(messages=turns, id="b2-99-1")
    whole = learned([*prose, other])
    assert not whole.together
    assert not list(json_or_prose.function(other, whole))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Answer: 12", "'Answer:'"),
        ("**Final answer:** yes", "'Final answer:'"),
        ("Sure, here's what I found: it is red.", "'Here is \u2026:'"),
        ("Here is the rewritten text:\n\nGood morning.", "'Here is \u2026:'"),
        ("Certainly! The tent is green.", "'Certainly!'"),
        ("Okay, it is green.", "'Okay,'"),
        ("Antwort: ja", "'Antwort:'"),
        ("Sunday: closed.", ""),
        ("Here are some tips for the garden: water it.", ""),
        ("Answering takes time.", ""),
        ("A: no", "'A:'"),
        ("12:30", ""),
    ],
)
def test_what_is_said_before_an_answer(text: str, said: str) -> None:
    assert lead(text)[0] == said
    assert bare(text) == bare(bare(text))


@given(st.text(min_size=1).filter(lambda text: text.strip() != ""))
def test_every_text_has_a_signature(text: str) -> None:
    assert len(signature(text)) == len(FEATURES)
    assert bare(text) in text


def test_spellings_of_one_word() -> None:
    assert near("numberOfSeats", "number_of_seats")
    assert near("custommer", "customer")
    assert near("opne", "open")
    assert not near("date", "rate")
    assert not near("address_1", "address_2")
    assert not near("pickup_date", "pickup_time")
