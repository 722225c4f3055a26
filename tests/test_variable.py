"""What many inputs share is counted and taken off, however a format cuts the text and in whatever order it comes."""

import random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.formats.detect import named
from curator.model import Example, Message
from curator.units import PHRASE, hash_of, units_of, word_hash
from curator.variable import Frame, SharedText, covered_words, frame_of, given_text, variable_part, variable_parts

SYSTEM = "You are the assistant of a small bicycle shop. Answer in one sentence, and never promise a date."
QUESTIONS = [
    "Do you repair electric bicycles?",
    "Which lock fits a cargo bicycle?",
    "May I rent a trailer for two children?",
    "Where can I leave my bicycle over night?",
    "Is there a discount for students of the university?",
    "How long does a new chain last in winter?",
    "Can the saddle be changed for a softer one?",
    "What does a yearly inspection include?",
    "Who may ride the test bicycles?",
    "Why does my bell not ring any more?",
]


def chat(question: str, system: str = SYSTEM, output: str = "Yes.") -> Example:
    return Example(messages=(Message("system", system), Message("user", question), Message("assistant", output)))


def learned(examples: list[Example]) -> SharedText:
    shared = SharedText()
    for example in examples:
        shared.add(example)
    return shared


SHOP = learned([chat(question) for question in QUESTIONS])


def test_a_system_prompt_that_all_inputs_share_is_taken_off() -> None:
    assert [variable_part(chat(question), SHOP) for question in QUESTIONS] == [
        question.rstrip("?") for question in QUESTIONS
    ]


def test_a_passage_that_several_questions_are_asked_about_is_taken_off() -> None:
    passage = "The lighthouse was built on the northern cliff by two brothers who had lost a ship there."
    questions = [f"{question} Answer from the text:\n{passage}" for question in QUESTIONS[:7]]
    shared = learned([Example(messages=(Message("user", text), Message("assistant", "x"))) for text in questions])
    assert all("lighthouse" not in part for part in variable_parts(questions, shared))


def test_the_text_of_a_few_copies_stays() -> None:
    copies = [chat(QUESTIONS[0]), chat(QUESTIONS[0] + " Thanks!"), chat("Hello, " + QUESTIONS[0])]
    shared = learned([*copies, *map(chat, QUESTIONS)])
    assert "electric bicycles" in variable_part(copies[1], shared)


def test_where_all_is_shared_the_rarest_stays() -> None:
    shared = learned([chat("Yes, that works for me.") for _ in range(10)] + [chat(question) for question in QUESTIONS])
    shared.merge(learned([chat(f"{question} ({number})") for number, question in enumerate(5 * QUESTIONS)]))
    assert "works for me" in variable_part(chat("Yes, that works for me."), shared)


def test_a_small_set_shares_nothing() -> None:
    shared = learned([chat(question) for question in QUESTIONS[:3]])
    assert "bicycle shop" in variable_part(chat(QUESTIONS[0]), shared)
    assert variable_parts([], shared) == []
    assert variable_parts(["", "?!"], shared) == ["", ""]


def rows(name: str) -> list[Example]:
    made = []
    for question in QUESTIONS:
        if name == "openai-chat":
            turns = [("system", SYSTEM), ("user", question), ("assistant", "Yes.")]
            row: dict[str, object] = {"messages": [{"role": role, "content": text} for role, text in turns]}
        elif name == "alpaca":
            row = {"instruction": SYSTEM, "input": question, "output": "Yes."}
        else:
            row = {"prompt": f"{SYSTEM}\n\n{question}", "completion": "Yes."}
        made.append(named(name).parse(row))
    return made


@pytest.mark.parametrize("name", ["alpaca", "prompt-completion"])
@pytest.mark.parametrize("count", [3, 10])
def test_every_format_has_the_same_variable_part(name: str, count: int) -> None:
    parts = []
    for examples in (rows("openai-chat")[:count], rows(name)[:count]):
        parts.append(variable_parts([given_text(example) for example in examples], learned(examples)))
    assert parts[0] == parts[1]


TEXTS = st.lists(st.text(st.sampled_from("ab .\n?:é漢🙂'3"), max_size=30), max_size=8)


@given(TEXTS, st.randoms(use_true_random=False), st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_order_and_parts_do_not_matter(texts: list[str], order: random.Random, cut: int) -> None:
    examples = [Example(messages=(Message("user", text), Message("assistant", "x"))) for text in texts]
    whole = learned(examples)
    order.shuffle(examples)
    halves = learned(examples[:cut])
    halves.settle()
    other = msgspec.msgpack.decode(msgspec.msgpack.encode(learned(examples[cut:])), type=SharedText)
    halves.merge(other)
    for summary in (whole, halves):
        summary.settle()
    assert whole.rows == halves.rows == len(texts)
    assert bytes(whole.counters) == bytes(halves.counters)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_texts_do_not_depend_on_their_neighbours(texts: list[str]) -> None:
    assert variable_parts(texts, SHOP) == [variable_parts([text], SHOP)[0] for text in texts]


@given(st.text(st.sampled_from("aB c.\n?:;'3!"), max_size=40))
@settings(max_examples=60, deadline=None)
def test_one_word_at_a_time_gives_the_same_hashes(text: str) -> None:
    units = units_of([text])
    real = units.words[~units.edge].tolist()
    spans = zip(units.start[~units.edge].tolist(), units.end[~units.edge].tolist(), strict=True)
    assert real == [word_hash(text[start:end]) for start, end in spans]
    assert units.phrases.tolist() == [
        hash_of(units.words[first : first + PHRASE].tolist()) for first in units.phrase_first.tolist()
    ]


def test_short_and_long_texts_are_covered_alike() -> None:
    short = f"{SYSTEM}\n{QUESTIONS[0]}"
    long = short + "\n" + " ".join(f"word{number}" for number in range(200))
    one, other = covered_words(short, SHOP), covered_words(long, SHOP)
    covered = {start for start, level in one.items() if level == 2}
    assert covered == {start for start, level in other.items() if level == 2}
    assert {short[start:].split()[0] for start in covered} >= {"You", "bicycle", "promise"}


def test_counts_are_never_too_low() -> None:
    words = units_of(["bicycle"]).words[:1]
    assert SHOP.count("word", words).tolist() == [len(QUESTIONS)]
    assert SHOP.outputs_like(chat("?")) == len(QUESTIONS)
    assert SHOP.outputs_like(chat("?", output="No.")) == 0
    assert np.array_equal(SharedText().count("word", words), [0])


turns = st.builds(Message, role=st.sampled_from(["system", "user", "assistant", "tool"]), content=st.text(max_size=9))


@given(st.lists(turns, max_size=6))
def test_all_that_is_given_is_every_turn_before_the_output(conversation: list[Message]) -> None:
    example = Example(messages=tuple(conversation))
    assert given_text(example) == "\n".join(message.text for message in example.input)


def test_a_frame_is_what_most_texts_begin_and_end_with() -> None:
    texts = [
        f"Sort this ticket:\n{word} is lost, please\nThe label is" for word in ("card", "cash", "parcel", "key")
    ] * 5
    frame = frame_of([*texts, "Something else"])
    assert frame.off(texts[0]) == "card"
    assert frame.off("Something else") == "Something else"
    nothing = "Sort this ticket:\n is lost, please\nThe label is"
    assert frame.off(nothing) == nothing


def test_words_that_some_texts_share_are_no_frame() -> None:
    texts = [f"help me with my {'refund' if place % 2 else 'invoice'} {place}" for place in range(20)]
    frame = frame_of([f"please {text}" for text in texts])
    assert frame.off("please help me with my refund 7") == "refund 7"
    halves = frame_of([f"{'Translate:' if place % 2 else 'Summarise:'} text {place}" for place in range(20)])
    assert halves == frame_of([]) == Frame()
