"""Rows of columns: prompt and completion under their many names, Alpaca, TRL's pairs of messages, `--map`."""

from typing import Any

import pytest

from curator.errors import FormatError
from curator.formats.alpaca import ALPACA
from curator.formats.columns import mapped, read_map, write_map
from curator.formats.detect import detect
from curator.formats.openai_chat import OPENAI_CHAT
from curator.formats.prompt_completion import PROMPT_COMPLETION, parse
from curator.formats.prompt_completion_messages import PROMPT_COMPLETION_MESSAGES
from curator.model import Example, Message


def texts(example: Example) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in example.messages]


def test_text_is_kept_exactly() -> None:
    assert texts(parse({"prompt": "2+2=", "completion": " 4"})) == [("user", "2+2="), ("assistant", " 4")]


@pytest.mark.parametrize(
    "row",
    [
        {"question": "q", "answer": "a"},
        {"query": "q", "response": "a", "type": "GSM"},
        {"inputs": "q", "targets": "a"},
        {"problem": "q", "solution": "a"},
        {"input": "q", "output": "a"},
        {"user": "q", "assistant": "a"},
        {"text_input": "q", "output": "a"},
    ],
)
def test_the_names_that_data_sets_give_the_columns(row: dict[str, Any]) -> None:
    assert PROMPT_COMPLETION.matches(row) == 40
    assert texts(parse(row)) == [("user", "q"), ("assistant", "a")]


def test_system_and_context() -> None:
    row = {"system_prompt": "Be brief.", "question": "Who?", "context": "Ann left.", "answer": "Ann", "id": 3}
    example = parse(row)
    assert texts(example) == [("system", "Be brief."), ("user", "Who?\n\nAnn left."), ("assistant", "Ann")]
    assert example.metadata == {"id": 3}
    assert parse({**row, "system_prompt": "", "context": None}).metadata == {
        "system_prompt": "",
        "context": None,
        "id": 3,
    }


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (4, "4"), (True, "true"), ({"a": [1, "é"]}, '{"a":[1,"é"]}'), ("{ }", "{ }")]
)
def test_a_completion_that_is_not_text_becomes_its_json(value: Any, text: str) -> None:
    assert parse({"prompt": "q", "completion": value}).output_text == text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": None, "completion": "x"}, "prompt: must be text, not null"),
        ({"prompt": "x", "chosen": "y"}, "no column for the output"),
        ({"title": "x", "label": 1}, "no column for the input"),
    ],
)
def test_a_pair_that_is_none(row: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match="^" + message):
        parse(row)


def test_alpaca_joins_the_input() -> None:
    row = {"instruction": "Translate.", "input": "Hund", "output": "dog"}
    assert texts(ALPACA.parse(row)) == [("user", "Translate.\n\nHund"), ("assistant", "dog")]
    assert texts(ALPACA.parse({**row, "input": ""}))[0] == ("user", "Translate.")
    assert ALPACA.parse({**row, "text": "Below is"}).metadata == {"text": "Below is"}


def test_alpaca_with_history_and_system() -> None:
    row = {"instruction": "And 3+3?", "output": "6", "history": [["2+2?", "4"]], "system": "Be brief."}
    example = ALPACA.parse(row)
    assert [text for _, text in texts(example)] == ["Be brief.", "2+2?", "4", "And 3+3?", "6"]
    assert ALPACA.render(example) == {**row, "input": ""}


def test_dolly_is_alpaca_with_other_names() -> None:
    row = {"instruction": "Who?", "context": "Ann left.", "response": "Ann", "category": "qa"}
    assert ALPACA.matches(row) == 70
    assert texts(ALPACA.parse(row)) == [("user", "Who?\n\nAnn left."), ("assistant", "Ann")]
    assert ALPACA.parse(row).metadata == {"category": "qa"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"instruction": "x"}, "output: is missing; the columns are: instruction"),
        ({"output": "x"}, "instruction: is missing; the columns are: output"),
        ({"instruction": None, "output": "x"}, "instruction: must be text, not null"),
        (
            {"instruction": "x", "output": "y", "history": [["a"]]},
            "history[0]: must be a pair of texts, [question, answer]",
        ),
        (
            {"instruction": "x", "output": "y", "history": 3},
            "history: must be a list of [question, answer] pairs, not a number",
        ),
    ],
)
def test_a_broken_alpaca_row(row: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        ALPACA.parse(row)
    assert str(caught.value) == message


USER = {"role": "user", "content": "2+2?"}
ANSWER = {"role": "assistant", "content": "4"}


def test_only_the_completion_of_trl_pairs_is_trained_on() -> None:
    example = PROMPT_COMPLETION_MESSAGES.parse({"prompt": [USER, ANSWER, USER], "completion": [ANSWER]})
    assert [message.weight for message in example.messages] == [None, 0, None, None]
    assert example.outputs == (Message("assistant", "4"),)
    assert PROMPT_COMPLETION_MESSAGES.render(example) == {"prompt": [USER, ANSWER, USER], "completion": [ANSWER]}


def test_text_beside_messages_is_one_message() -> None:
    row = {"prompt": [USER], "completion": "4"}
    assert PROMPT_COMPLETION_MESSAGES.matches(row) == 60
    assert PROMPT_COMPLETION.matches(row) == 0
    assert texts(PROMPT_COMPLETION_MESSAGES.parse(row)) == [("user", "2+2?"), ("assistant", "4")]


def test_a_map_names_the_columns() -> None:
    one = mapped(read_map("input=q,output=a,system=kind,reference=gold"), None)
    example = one.parse({"q": "2+2?", "a": 4, "kind": "Math", "gold": 4, "id": "1"})
    assert texts(example) == [("system", "Math"), ("user", "2+2?"), ("assistant", "4")]
    assert (example.reference, example.metadata) == (4, {"id": "1"})


def test_a_map_of_message_lists_keeps_them() -> None:
    one = mapped({"input": "turns", "output": "reply", "context": "facts"}, None)
    example = one.parse({"turns": [{**USER, "id": 1}], "reply": "4", "facts": "Sums."})
    assert texts(example) == [("user", "2+2?\n\nSums."), ("assistant", "4")]
    assert example.metadata == {"message_fields": {"0": {"id": 1}}}


def test_a_partial_map_adds_to_a_format() -> None:
    one = mapped({"system": "kind"}, OPENAI_CHAT)
    row = {"messages": [USER, {**ANSWER, "refusal": None}], "kind": "Math", "id": 1}
    example = one.parse(row)
    assert example.system == "Math"
    assert example.metadata == {"id": 1, "message_fields": {"2": {"refusal": None}}}
    assert one.render(example) == row
    told = {"messages": [{"role": "system", "content": "Old"}, USER, ANSWER], "kind": "New"}
    assert one.parse(told).system == "New"
    assert one.parse({**told, "kind": ""}).system == "Old"


def test_a_mapped_format_can_be_sent_to_another_process() -> None:
    import pickle

    one = pickle.loads(pickle.dumps(mapped({"system": "kind"}, OPENAI_CHAT)))
    assert one.parse({"messages": [USER, ANSWER], "kind": "Math"}).system == "Math"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--map: names no column; write --map input=question,output=answer"),
        ("input", "--map: 'input' is not of the form input=COLUMN"),
        (
            "input=a,ouput=b",
            "--map: 'ouput' cannot be mapped (did you mean 'output'?): use input, output, system, context, "
            "reference, chosen, rejected",
        ),
        ("input=a,output=a", "--map: column 'a' is named twice"),
        ("input=a,input=b", "--map: input is named twice"),
    ],
)
def test_a_map_that_is_none(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_map(text)
    assert str(caught.value) == message


def test_a_map_needs_both_sides_and_columns_that_exist() -> None:
    with pytest.raises(FormatError, match="needs output as well"):
        mapped({"input": "q"}, OPENAI_CHAT)
    with pytest.raises(FormatError, match="needs input and output as well"):
        mapped({"system": "q"}, None)
    with pytest.raises(FormatError, match=r"^a: is missing; the columns are: q, b$"):
        mapped({"input": "q", "output": "a"}, None).parse({"q": "x", "b": "y"})


@pytest.mark.parametrize("column", ["Antwort, kurz", 'say "what"', "Lfd. Nr.", "a=b", "ü"])
def test_a_suggested_map_reads_back_whatever_the_column_is_called(column: str) -> None:
    mapping = {"input": "Frage", "output": column}
    assert read_map(write_map(mapping)) == mapping


def test_the_suggestion_takes_the_long_texts_and_can_be_pasted() -> None:
    rows = [{"Lfd. Nr.": "7", "Anliegen des Kunden": "Wo ist mein Paket?", "Text": "Es ist unterwegs.", "Kanal": "web"}]
    with pytest.raises(FormatError, match="--map 'input=Anliegen des Kunden,output=Text'"):
        detect(rows)
