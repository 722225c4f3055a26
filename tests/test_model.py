"""What an example is, whatever its row looked like."""

import copy
import pickle

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from curator.corpus import opening, same_pair
from curator.model import Example, Message, Severity, ToolCall
from curator.variable import given_text


def talk(*messages: tuple[str, str]) -> Example:
    return msgspec.convert({"messages": [{"role": role, "content": text} for role, text in messages]}, Example)


def test_the_output_is_the_last_assistant_message_and_the_input_all_before_it() -> None:
    example = talk(
        ("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "See you")
    )
    assert example.output_text == "See you"
    assert [message.text for message in example.input] == ["Be brief.", "Hi", "Hello", "Bye"]
    assert example.input_text == "Hi\n\nHello\n\nBye"
    assert example.system == "Be brief."


def test_without_an_assistant_everything_is_input() -> None:
    example = talk(("user", "Hi"))
    assert example.output is None
    assert example.output_text == ""
    assert example.input == example.messages


def test_outputs_leave_out_what_is_not_trained_on() -> None:
    example = Example(
        messages=(Message("user", "Hi"), Message("assistant", "draft", weight=0), Message("assistant", "Hello"))
    )
    assert [message.text for message in example.outputs] == ["Hello"]
    assert list(example.output_fields()) == [("messages[2].content", "Hello")]


def test_parts_keep_what_is_no_text() -> None:
    parts = ({"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "data:,"}})
    message = Message("user", parts)
    assert message.text == "Look:"
    assert msgspec.json.decode(msgspec.json.encode(message), type=Message) == message


def test_worse_ranks_higher() -> None:
    assert sorted(Severity, key=lambda severity: -severity.rank) == [Severity.ERROR, Severity.WARNING, Severity.INFO]


texts = st.text(st.characters(exclude_categories=["Cs"]))
messages = st.builds(
    Message, role=st.sampled_from(["system", "user", "assistant", "tool"]), content=texts,
    name=st.none() | texts, tool_calls=st.lists(st.builds(ToolCall, texts, texts, st.none() | texts)).map(tuple),
    tool_call_id=st.none() | texts, weight=st.none() | st.integers(0, 1),
)  # fmt: skip


@given(st.lists(messages, min_size=1).map(tuple))
def test_what_is_stored_is_what_was_built(conversation: tuple[Message, ...]) -> None:
    example = Example(messages=conversation)
    assert msgspec.json.decode(msgspec.json.encode(example), type=Example) == example


def told(example: Example) -> tuple[object, ...]:
    """All that is kept once it was asked for."""
    return (
        example.output_index, example.system, example.input, example.output, example.outputs, example.input_text,
        example.output_text, example.output_fields(), opening(example), given_text(example), same_pair(example),
    )  # fmt: skip


conversations = st.lists(messages).map(tuple)


@given(conversations, conversations)
def test_what_was_asked_about_an_example_is_no_part_of_it(
    conversation: tuple[Message, ...], other: tuple[Message, ...]
) -> None:
    asked, fresh = Example(messages=conversation), Example(messages=conversation)
    assert told(asked) == told(asked) == told(fresh)
    never = Example(messages=conversation)
    assert asked == never
    assert repr(asked) == repr(never)
    assert msgspec.msgpack.encode(asked) == msgspec.msgpack.encode(never)
    for copied in (pickle.loads(pickle.dumps(asked)), copy.copy(asked), copy.deepcopy(asked)):
        assert copied == asked
        assert not vars(copied)
    assert told(msgspec.structs.replace(asked, messages=other)) == told(Example(messages=other))


def test_what_is_asked_often_is_worked_out_once() -> None:
    example = talk(("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "See you"))
    assert example.input_text is example.input_text
    assert opening(example) is opening(example)
