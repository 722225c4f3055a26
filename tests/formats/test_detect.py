"""Which format a file has: the one that fits most rows, with the reason and the other readings."""

from typing import Any

import pytest

from curator.errors import FormatError
from curator.formats.detect import detect, formats, named

TURN = {"role": "user", "content": "2+2?"}
REPLY = {"role": "assistant", "content": "4"}
SAID = {"from": "human", "value": "2+2?"}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"messages": [TURN, REPLY]}, "openai-chat"),
        ({"prompt": "2+2?", "prompt_id": "x", "messages": [TURN, REPLY]}, "openai-chat"),
        ({"conversation": [TURN, REPLY], "model": "m"}, "openai-chat"),
        ({"problem": "p", "solution": "s", "answer": "4", "messages": [TURN, REPLY]}, "openai-chat"),
        ({"messages": []}, "openai-chat"),
        ({"conversations": [SAID]}, "sharegpt"),
        ({"messages": [SAID]}, "sharegpt"),
        ({"conversations": '[{"from": "human", "value": "x"}]', "tools": "[]"}, "sharegpt"),
        ({"instruction": "i", "input": "", "output": "o", "text": "t"}, "alpaca"),
        ({"instruction": "i", "context": "c", "response": "r", "category": "x"}, "alpaca"),
        ({"instruction": "i", "response": "r"}, "alpaca"),
        ({"prompt": "p", "completion": "c", "label": True}, "kto"),
        ({"prompt": "p", "completion": "c", "label": "news"}, "prompt-completion"),
        ({"prompt": "p", "chosen": "a", "rejected": "b"}, "preference"),
        ({"article": "a", "highlights": "h", "id": 1}, "prompt-completion"),
        ({"id": 1, "system_prompt": "", "question": "q", "response": "r"}, "prompt-completion"),
        ({"prompt": [TURN], "completion": [REPLY]}, "prompt-completion-messages"),
    ],
)
def test_the_usual_columns(row: dict[str, Any], name: str) -> None:
    assert detect([row]).format.name == name


def test_it_says_why_and_what_else_would_fit() -> None:
    rows = [{"problem": "p", "solution": "s", "answer": "4"}] * 300
    found = detect(rows)
    assert found.why == "prompt-completion: `problem` is the input and `answer` the output (all 200 rows looked at)"
    assert found.also == ("`problem` as input, `solution` as output (--map input=problem,output=solution)",)


def test_most_rows_decide() -> None:
    found = detect([{"prompt": "p", "completion": "c"}, *[{"messages": [TURN, REPLY]}] * 2])
    assert found.format.name == "openai-chat"
    assert found.why == "openai-chat: `messages` is a list of messages with role and content (2 of 3 rows)"
    assert found.also == (
        "prompt-completion: `prompt` is the input and `completion` the output "
        "(--format prompt-completion; 1 of 3 rows)",
    )


@pytest.mark.parametrize(
    ("row", "example"),
    [
        (
            {"Article": "a", "Highlights": "h", "id": 1},
            "the columns are: Article, Highlights, id. Say which is which, "
            "for example --map input=Article,output=Highlights",
        ),
        ({"Text": "a", "label": 3}, "--map input=Text,output=label"),
        ({"foo": "a", "bar": "b"}, "--map input=foo,output=bar"),
        ({"text": "a"}, "text is the only column"),
        ({}, "the rows have no columns"),
    ],
)
def test_rows_that_fit_nothing_are_told_how_to_name_their_columns(row: dict[str, Any], example: str) -> None:
    with pytest.raises(FormatError) as caught:
        detect([row, row])
    assert example in str(caught.value)


def test_no_rows() -> None:
    with pytest.raises(FormatError, match="no rows"):
        detect([])


def test_formats_by_name() -> None:
    assert {one.name for one in formats()} >= {
        *("alpaca", "openai-chat", "prompt-completion", "prompt-completion-messages", "sharegpt"),
        *("preference", "kto", "argilla", "label-studio", "prodigy", "doccano", "messages-log", "completions-log"),
    }
    assert [one.name for one in formats()] == sorted(one.name for one in formats())
    assert named("openai_chat").name == "openai-chat"
    with pytest.raises(
        FormatError, match=r"'sharegtp' is not a format \(did you mean 'sharegpt'\?\); the formats are: "
    ):
        named("sharegtp")
