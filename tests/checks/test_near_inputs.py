"""What counts as nearly the same: which differences are trifles, which never are, and where they are shown."""

import random

import pytest

from curator.checks.alignment import aligned, tokens
from curator.checks.near_duplicate import near_duplicate
from curator.checks.near_inputs import difference
from curator.checks.near_leak import near_leak
from curator.formats.detect import named
from curator.model import Entry, Example, Message, State
from curator.variable import SharedText
from tests.checks.in_memory import found
from tests.checks.test_contract import as_format, numbered

QUESTION = "Where can I find the invoice for my last order?"


def learned(texts: list[str]) -> SharedText:
    shared = SharedText()
    for number, text in enumerate(texts):
        shared.add(Example(messages=(Message("user", text), Message("assistant", f"answer {number}"))))
    return shared


def trifling(left: str, right: str, shared: SharedText | None = None) -> bool:
    differs = difference(left, right, shared or SharedText())
    return differs is not None and not differs.content


@pytest.mark.parametrize(
    "other",
    [
        "WHERE CAN I FIND THE INVOICE FOR MY LAST ORDER",
        "Hi, where could I find an invoice for the last order, please?",
        "Where can I find the in-voice for my last order?",
        "Where can I find the invioce for my last order?",
        "Where can I find the invoices for my last order?",
        "Task: Where can I find the invoice for my last order?",
    ],
)
def test_trifles(other: str) -> None:
    assert trifling(QUESTION, other)
    assert trifling(other, QUESTION)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Book a table for 2 people at the harbour", "Book a table for 4 people at the harbour"),
        ("Book a table in Malmö for the two of us", "Book a table in Turku for the two of us"),
        ("The lamp does light up when I press it", "The lamp doesn't light up when I press it"),
        ("The lamp was cheaper before the sale began", "The lamp was cheaper after the sale began"),
        ("From Oslo to Bergen by train in the morning", "From Bergen to Oslo by train in the morning"),
        ("Is a > b in the second row of it", "Is a < b in the second row of it"),
        ("Is it -3 in the second row of it", "Is it 3 in the second row of it"),
        ("Set user_name to the value of the form", "Set user_mail to the value of the form"),
        ("我想取消昨天的订单", "我想确认昨天的订单"),
    ],
)
def test_what_is_never_a_trifle(left: str, right: str) -> None:
    assert not trifling(left, right)
    assert not trifling(right, left)


def test_a_word_that_the_set_knows_is_no_typing_mistake() -> None:
    left, right = "Please send me the new form today", "Please send me the new fork today"
    assert trifling(left, right)
    known = learned(
        [f"A form for number {number}" for number in range(4)] + [f"A fork {number}" for number in range(4)]
    )
    assert not trifling(left, right, known)


def test_text_that_many_inputs_share_is_a_template() -> None:
    first, second = "Read the notice and answer the guest", "Here is what a guest of our small hotel wants to know"
    names = ["sauna", "garage", "terrace", "breakfast", "library", "elevator", "garden", "laundry", "kitchen", "bar"]
    shared = learned([f"{line}:\nWho looks after the {name}?" for name in names for line in (first, second)])
    left, right = (f"{line}:\nWho looks after the sauna?" for line in (first, second))
    differs = difference(left, right, shared)
    assert differs is not None
    assert differs.template
    assert not differs.content
    assert not trifling(left, right)
    assert not trifling(left, f"{second}:\nWho looks after the garage?", shared)


def test_sentences_and_blocks_may_change_places() -> None:
    passage = "The ferry runs twice a day in winter. It takes cars, but no lorries. Dogs travel for free"
    question = "who may travel on the ferry without paying for it"
    gaps, _ = aligned(f"Question: {question}?\n{passage}.", f"{passage}.\nSay in one word {question}?")
    assert [[len(side) for side in gap] for gap in gaps] == [[1, 4]]


def test_short_forms_are_written_out() -> None:
    assert [token.key for token in tokens("I can't, it's won\u2019t")] == ["i", "can", "not", "it", "s", "will", "not"]


def test_evidence_shows_what_differs() -> None:
    left, right = (
        Example(
            messages=(Message("system", "Be kind."), Message("user", text), Message("assistant", "invoices")), id=text
        )
        for text in (QUESTION, "Hello, where can I find the invioce for my last order?")
    )
    edge = near_duplicate.function(left, right, SharedText())
    assert [(span.field, right.input[1].text[span.start : span.end]) for span in edge.evidence] == [
        ("messages[1].content", "Hello"),
        ("messages[1].content", "invioce"),
    ]
    assert "invioce" in edge.message


TASKS = [
    ("Name the topic of the ticket.", "I was charged twice for my order in May.", "billing"),
    ("Name the topic of the ticket.", "Hello, I was charged twice for the order in May!", "billing"),
    ("Name the topic of the ticket.", "I was charged 3 times for my order in May.", "billing"),
    ("Name the topic of the ticket.", "I was never charged for my order in May.", "billing"),
    ("Name the topic of the ticket.", "The app crashes when I log in with my key.", "bug"),
    ("Name the topic of the ticket.", "The app crashes when I log in with the key, please help me.", "bug"),
    ("Rewrite it politely.", "where is the parcel that I ordered", "Could you tell me where my parcel is?"),
    ("Rewrite it politely.", "where is the parcle that I ordered", "Could you tell me where my parcel is?"),
    ("Rewrite it politely.", "where is the jacket that I ordered", "Could you tell me where my jacket is?"),
]


def tied(name: str, *, order: int = 0, batch: int = 1000) -> set[tuple[str, str, str, tuple[str, ...]]]:
    from msgspec.structs import replace

    rows = [named(name).parse(as_format(name, *task)) for task in TASKS]
    splits = ("train", "test", "train", "train", "train", "train", "train", "train", "test")
    rows = [replace(row, source_split=split) for row, split in zip(rows, splits, strict=True)]
    entries = numbered([Entry(1, row, State()) for row in rows])
    random.Random(order).shuffle(entries)
    findings, problems = found([near_duplicate, near_leak], entries, batch=batch)
    assert not problems
    return {(one.code, one.example_id or "", one.message, one.related) for one in findings}


@pytest.mark.parametrize("name", ["openai-chat", "alpaca", "prompt-completion", "sharegpt"])
def test_formats_order_and_batches_change_nothing(name: str) -> None:
    usual = tied("openai-chat")
    assert sorted((code, int(example[3:35], 16)) for code, example, *_ in usual) == [
        ("DUP002", 6),
        ("DUP002", 8),
        ("SPL002", 2),
    ]
    assert tied(name) == usual
    assert tied(name, order=1, batch=2) == usual
