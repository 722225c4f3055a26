"""Rows that are nearly what a format reads: what is said about them, and where their parts go."""

from typing import Any

import pytest

from curator.errors import FormatError
from curator.formats.detect import detect, named
from curator.formats.transcripts import marks_of
from curator.model import Example

TURN = {"role": "user", "content": "2+2?"}
REPLY = {"role": "assistant", "content": "4"}


def parse(name: str, row: dict[str, Any]) -> Example:
    return named(name).parse(row)


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("preference", {"prompt": "p", "chosen": "a"}, "chosen: is missing; the columns are: prompt, chosen"),
        ("preference", {"prompt": "p", "chosen": None, "rejected": "b"}, "chosen: must be text, a message or a list"),
        ("preference", {"chosen": "a", "rejected": "b"}, "nothing says what the two ends follow on"),
        ("kto", {"prompt": "p", "completion": "c", "label": "maybe"}, "label: must be true or false, not 'maybe'"),
        ("kto", {"completion": [TURN], "label": True}, "completion: has no answer"),
        ("question-answers", {"question": "q", "answers": 3}, "answers: must be a list of texts"),
        ("function-calls", {"query": "q", "answers": "[]", "tools": "[]"}, "not an empty one"),
        ("function-calls", {"query": "q", "answers": "[{]", "tools": "[]"}, "answers: is text but not valid JSON"),
        ("gemini", {"contents": [{"role": "bot", "parts": []}]}, r"contents\[0\]: must be an object with the role"),
        (
            "converse",
            {"schemaVersion": "x", "messages": [{"role": "user", "content": "x"}]},
            "must be a list of blocks",
        ),
        ("messages-log", {"request": {"messages": [TURN]}, "response": {"error": {"message": "overloaded"}}}, "over"),
        ("completions-log", {"request": {"messages": [TURN]}, "response": {"choices": []}}, "response: has no choices"),
        ("completions-log", {"request": 3, "response": {}}, "no columns hold a request with messages"),
        ("prodigy", {"text": "x", "answer": "maybe"}, "answer: must be one of accept, reject, ignore, not 'maybe'"),
        ("doccano", {"text": "x", "label": [[0, 2, "PER"]]}, r"label\[0\]: is a marked place in the text"),
        ("argilla", {"fields": "x"}, "is no record of Argilla"),
        ("label-studio", {"data": {"text": "x"}, "annotations": [{"result": 3}]}, r"annotations\[0\]\.result: must be"),
        (
            "exchanges",
            {"conversation": [{"input": "a", "output": 3}]},
            r"conversation\[0\]: must be text, not a number",
        ),
        ("transcript", {"text": "Hello"}, "no column has a text with marked turns"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(name: str, row: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(name, row)


def test_a_prompt_that_says_something_else_than_the_conversations_is_kept() -> None:
    row = {"prompt": "A title", "chosen": [TURN, REPLY], "rejected": [TURN, {"role": "assistant", "content": "5"}]}
    example = parse("preference", row)
    assert example.input_text == "2+2?"
    assert example.metadata == {"prompt": "A title"}


def test_ends_that_part_earlier_are_both_alternatives() -> None:
    told = "\n\nHuman: Hi\n\nAssistant: {}\n\nHuman: And?\n\nAssistant: {}"
    example = parse("preference", {"chosen": told.format("a", "b"), "rejected": told.format("c", "d")})
    assert [message.text for message in example.messages] == ["Hi"]
    assert [[message.text for message in end.messages] for end in example.alternatives] == [
        ["a", "And?", "b"],
        ["c", "And?", "d"],
    ]
    assert [end.preferred for end in example.alternatives] == [True, False]


def test_choices_beside_the_first_are_alternatives() -> None:
    choices = [{"index": 0, "message": REPLY}, {"index": 1, "message": {"role": "assistant", "content": "four"}}]
    row = {"request": {"messages": [TURN]}, "response": {"choices": choices}}
    example = parse("completions-log", row)
    assert example.output_text == "4"
    assert [end.messages[0].text for end in example.alternatives] == ["four"]


def test_thinking_is_kept_and_not_taught() -> None:
    content = [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "text", "text": "4"}]
    row = {"request": {"messages": [TURN]}, "response": {"role": "assistant", "content": content}}
    example = parse("messages-log", row)
    assert example.output_text == "4"
    assert example.metadata == {"thinking": content[:1]}


def test_a_log_in_a_batch_file_is_unwrapped() -> None:
    row = {
        "custom_id": "a",
        "request": {"method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": [TURN]}},
        "response": {"status_code": 200, "body": {"choices": [{"index": 0, "message": REPLY}]}},
    }
    assert detect([row]).format.name == "completions-log"
    assert parse("completions-log", row).metadata == {"custom_id": "a", "request": {"model": "m"}}


def test_numbers_of_classes_are_asked_about() -> None:
    with pytest.raises(FormatError, match="--map input=text,output=label"):
        detect([{"text": "Good.", "label": 1}, {"text": "Bad.", "label": 0}])
    assert detect([{"text": "Good.", "label": "positive"}]).format.name == "prompt-completion"


def test_a_text_that_only_speaks_of_humans_is_no_transcript() -> None:
    assert marks_of("A story. Human: it said nothing.") is None
    assert marks_of("USER: only one side") is None
    assert marks_of(3) is None


def test_only_what_most_annotators_say_is_the_output() -> None:
    said = [{"value": value, "user_id": user} for value, user in (("a", "x"), ("b", "y"), ("b", "z"))]
    row = {"fields": {"text": "t"}, "responses": {"label": said}, "suggestions": {}}
    assert parse("argilla", row).output_text == "b"


def test_a_suggestion_is_the_output_while_nobody_has_answered() -> None:
    row = {"fields": {"text": "t"}, "responses": {}, "suggestions": {"label": {"value": "a", "agent": "m"}}}
    assert parse("argilla", row).output_text == "a"
    judgements = named("argilla").judgements
    assert judgements is not None
    assert judgements(row) == ()
