"""Labels: what the checks of label sets say of a group, and what leaves it as it is."""

from collections.abc import Sequence

import numpy as np
import pytest

from curator.checks.base import Check, Space
from curator.checks.confusable_labels import confusable_labels
from curator.checks.doubtful_label import doubtful_label
from curator.checks.label_definitions import definitions
from curator.checks.likely_wrong_label import likely_wrong_label
from curator.checks.wrong_label_cluster import wrong_label_cluster
from curator.model import Finding
from curator.vectors.table import encode
from tests.checks.case_files import Case, cases

DESK = [
    ("I was charged twice for my subscription", "billing"),
    ("Why was I billed two times this month?", "billing"),
    ("There is a double charge on my credit card", "billing"),
    ("I want a refund for last month's payment", "billing"),
    ("When will my package arrive?", "shipping"),
    ("My order has not been delivered yet", "shipping"),
    ("The tracking link for my parcel does not work", "shipping"),
    ("Can you ship to Canada?", "shipping"),
    ("The app crashes when I log in", "technical"),
    ("I get an error on the login page", "technical"),
    ("The website does not load", "technical"),
    ("The export button does nothing", "technical"),
]


def group(rows: Sequence[tuple[str, str]]) -> Space:
    """Rows of input and label as the engine hands them over; their ids are their numbers."""
    texts = [text for text, _ in rows]
    labels = [label for _, label in rows]
    ids = [f"{number:04d}" for number in range(len(rows))]
    return Space(ids=ids, labels=labels, vectors=encode(texts), texts=texts, shared={})


def told(check: Check, rows: Sequence[tuple[str, str]]) -> list[Finding]:
    return list(check.function(group(rows)))


def named(findings: Sequence[Finding], rows: Sequence[tuple[str, str]]) -> list[str]:
    return [rows[int(finding.example_id or 0)][0] for finding in findings]


def relabelled(text: str, label: str) -> list[tuple[str, str]]:
    """The desk's rows, one of them under another label."""
    return [(one, label if one == text else own) for one, own in DESK]


def test_nothing_is_said_of_a_dozen_rows_that_are_right() -> None:
    assert told(likely_wrong_label, DESK) == []
    assert told(doubtful_label, DESK) == []


def test_a_billing_question_labelled_shipping_is_named_with_the_label_that_fits() -> None:
    rows = relabelled("I was charged twice for my subscription", "shipping")
    (finding,) = told(likely_wrong_label, rows)
    assert named([finding], rows) == ["I was charged twice for my subscription"]
    assert finding.message.startswith("'billing' fits better than 'shipping'")
    assert finding.rule == "'shipping' that may be 'billing'"
    assert len(finding.related) == 3


def test_each_row_is_named_by_one_of_the_two_checks_at_most() -> None:
    for text, label in (("Can you ship to Canada?", "billing"), ("Why was I billed two times this month?", "shipping")):
        rows = relabelled(text, label)
        both = named([*told(likely_wrong_label, rows), *told(doubtful_label, rows)], rows)
        assert both == [text]


def test_what_uses_a_word_of_its_own_label_is_left_alone() -> None:
    text = "Is there a charge for shipping, and is it billed twice to my card?"
    rows = [*DESK, (text, "shipping")]
    assert text not in named(told(likely_wrong_label, rows), rows)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = relabelled("Can you ship to Canada?", "billing")
    space = group(rows)
    turned = Space(
        ids=space.ids[::-1],
        labels=space.labels[::-1],
        vectors=np.ascontiguousarray(space.vectors[::-1]),
        texts=space.texts[::-1],
        shared={},
    )
    assert list(likely_wrong_label.function(turned)) == list(likely_wrong_label.function(space))


def test_case_and_spacing_of_a_label_make_no_other_label() -> None:
    rows = [(text, label.upper() if number % 2 else f" {label}") for number, (text, label) in enumerate(DESK)]
    assert told(likely_wrong_label, rows) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        DESK[:1],
        [(text, "billing") for text, _ in DESK],
        [(text, str(number)) for number, (text, _) in enumerate(DESK)],
    ],
    ids=["nothing", "one row", "one label", "each its own label"],
)
@pytest.mark.parametrize("check", [likely_wrong_label, doubtful_label, confusable_labels, wrong_label_cluster])
def test_there_is_nothing_to_compare(check: Check, rows: list[tuple[str, str]]) -> None:
    assert told(check, rows) == []


def test_rows_without_a_label_or_a_known_word_are_passed_over() -> None:
    space = group([*relabelled("I was charged twice for my subscription", "shipping"), ("", "billing")])
    space = Space(
        ids=[*space.ids, "9999"],
        labels=[*space.labels, None],
        vectors=np.vstack([space.vectors, space.vectors[:1]]),
        texts=[*space.texts, DESK[0][0]],
        shared={},
    )
    assert [finding.example_id for finding in likely_wrong_label.function(space)] == ["0000"]


def test_a_group_as_vectors_alone_is_judged_too() -> None:
    space = group(relabelled("I was charged twice for my subscription", "shipping"))
    bare = Space(ids=space.ids, labels=space.labels, vectors=space.vectors, shared={})
    listed = [*likely_wrong_label.function(bare), *doubtful_label.function(bare)]
    assert listed[0].example_id == "0000"


# In each of these cases one class of questions has been moved to another label; it alone has one of these words.
MOVED = {
    "shop desk": ("refund", "money back"),
    "clinic": ("tablets",),
    "smart home": ("garage",),
    "library": ("renew",),
    "phone company": ("refund", "money", "payment"),
}
CLUSTERS = [case for case in cases() if case.code == "LAB006" and case.kind == "hit"]


@pytest.mark.parametrize("case", CLUSTERS, ids=lambda case: case.domain)
def test_a_cluster_holds_rows_of_the_moved_class_only(case: Case) -> None:
    rows = [(entry.example.messages[0].text, entry.example.output_text) for entry in case.entries]
    (finding,) = told(wrong_label_cluster, rows)
    texts = [rows[int(one)][0] for one in (finding.example_id or "", *finding.related)]
    assert len(texts) >= 3
    assert all(any(word in text.lower() for word in MOVED[case.domain]) for text in texts)


def test_confusable_labels_are_said_once_of_the_set() -> None:
    case = next(case for case in cases() if case.code == "LAB005" and case.domain == "shop desk")
    rows = [(entry.example.messages[0].text, entry.example.output_text) for entry in case.entries]
    (finding,) = told(confusable_labels, rows)
    assert finding.example_id is None
    assert finding.rule == "'delivery date' and 'order status'"
    assert {rows[int(one)][1] for one in finding.related} <= {"delivery date", "order status"}


@pytest.mark.parametrize(
    ("instruction", "told"),
    [
        (
            "Give one label: access (gates, codes), billing (invoices), other.",
            {"access": "gates, codes", "billing": "invoices"},
        ),
        (
            "Labels:\n- billing: money, and refunds\n- access: gates and codes.\n- other",
            {"billing": "money, and refunds", "access": "gates and codes"},
        ),
        (
            "billing = money; access = doors; other = the rest",
            {"billing": "money", "access": "doors", "other": "the rest"},
        ),
        ("Answer with billing, access or other.", {}),
        ("Say whether the access is worth its billing.", {}),
    ],
)
def test_what_an_instruction_says_of_its_labels_is_read(instruction: str, told: dict[str, str]) -> None:
    assert definitions(instruction, ["billing", "access", "other"]) == told
