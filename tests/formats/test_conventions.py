"""The rows of common data sets, providers' logs and annotation tools are read without `--map`."""

import pytest

from curator.errors import FormatError
from curator.formats.detect import detect
from curator.model import Example
from tests.formats.conventions import CONVENTIONS, HERE, Convention, conventions_table

ids = [one.file for one in CONVENTIONS]


def read(file: str) -> list[Example]:
    one = next(one for one in CONVENTIONS if one.file == file)
    rows = one.rows()
    return [detect(rows).format.parse(row) for row in rows]


@pytest.mark.parametrize("one", CONVENTIONS, ids=ids)
def test_every_row_is_read_as_it_is_meant(one: Convention) -> None:
    rows = one.rows()
    found = detect(rows)
    examples = [found.format.parse(row) for row in rows]
    assert len(examples) == 6
    assert found.format.name == one.format
    assert " > ".join(message.role for message in examples[1].messages) == one.roles
    assert examples[1].output_text == one.output
    assert len(found.also) == one.others
    assert "(all 6 rows looked at)" in found.why


def test_every_file_of_rows_is_told() -> None:
    assert {path.name for path in (HERE / "rows").iterdir()} == set(ids)


@pytest.mark.parametrize("one", CONVENTIONS, ids=ids)
def test_no_value_of_a_row_is_lost(one: Convention) -> None:
    """Every text of a row is in its example, in the metadata if nowhere else; what people said is in judgements."""
    rows = one.rows()
    found = detect(rows)
    for row in rows:
        example = found.format.parse(row)
        said = found.format.judgements(row) if found.format.judgements else ()
        kept = f"{example!r} {said!r}"
        for text in texts(row):
            assert repr(text)[1:-1] in kept or text in kept or found.format.name in ("transcript", "function-calls")


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in UNSAID for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return (
        [value] if isinstance(value, str) and len(value) > 3 and "{" not in value and "\n\nHuman:" not in value else []
    )


#: Names of roles and shapes, which are said in other words; when somebody annotated what, and how sure a model was.
UNSAID = {"role", "from", "type", "schemaVersion", "status", "origin", "to_name", "agent", "created_at", "options"}
UNSAID |= {"quality.responses.status", "label", "_session_id"}


def test_both_ends_of_a_preference_follow_on_what_they_share() -> None:
    for file in ("ultrafeedback-binarized.jsonl", "orca-dpo-pairs.jsonl", "hh-rlhf.jsonl", "sharegpt-ranking.jsonl"):
        example = read(file)[1]
        (rejected,) = example.alternatives
        assert example.output_text == "A low one: shift down before the hill, not on it."
        assert [message.text for message in rejected.messages] == ["Any gear."]
        assert rejected.preferred is False
    assert read("full-hh-rlhf.jsonl")[0].input[-1].text == "How long does sourdough rise in the fridge?"


def test_who_was_liked_or_not_has_an_alternative_that_says_so() -> None:
    for file in ("ultrafeedback-kto.jsonl", "kto-mix-15k.jsonl", "kto-mix-14k.jsonl"):
        assert [example.alternatives[0].preferred for example in read(file)] == [False, True] * 3
        assert all(example.alternatives[0].messages == example.messages[-1:] for example in read(file))


def test_calls_and_tools_are_taken_out_of_texts() -> None:
    glaive, xlam, log = read("glaive.jsonl")[1], read("xlam.jsonl")[1], read("anthropic-log.jsonl")[0]
    assert glaive.system == "You are a helpful assistant with access to the following functions. Use them if required -"
    assert glaive.tools[0]["function"]["name"] == "get_weather"
    assert glaive.messages[2].tool_calls[0].arguments == '{"city": "Town 1"}'
    assert [message.role for message in glaive.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert xlam.tools[0]["function"]["parameters"]["required"] == ["city"]
    assert [call.arguments for call in xlam.messages[1].tool_calls] == ['{"city":"Town 1"}', '{"city":"Town 2"}']
    assert [message.role for message in log.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert log.messages[2].text == "I look it up."
    assert log.messages[3].tool_call_id == log.messages[2].tool_calls[0].id == "toolu_0"
    assert log.metadata["response"]["usage"] == {"input_tokens": 10, "output_tokens": 5}


def test_what_is_ambiguous_is_told_with_what_chooses_it() -> None:
    told = {one.file: detect(one.rows()).also for one in CONVENTIONS if one.others}
    assert set(told) == {
        *(
            "anthropic-messages.jsonl",
            "full-hh-rlhf.jsonl",
            "kto-mix-14k.jsonl",
            "magpie-pro.jsonl",
            "openr1-math.jsonl",
            "sharegpt-ranking.jsonl",
        ),
        *("ultrafeedback-binarized.jsonl", "ultrafeedback-kto.jsonl", "wiki-qa.jsonl"),
    }
    assert all("--format" in also or "--map" in also for many in told.values() for also in many)
    assert "--format kto" in told["wiki-qa.jsonl"][0]


def test_a_tree_of_messages_is_told_what_to_do() -> None:
    row = {"message_id": "a", "parent_id": None, "text": "Hello", "role": "prompter"}
    with pytest.raises(FormatError, match="one message of a tree"):
        detect([row, row])


def test_the_table_names_every_file() -> None:
    assert conventions_table().count("\n") == len(CONVENTIONS) + 1
