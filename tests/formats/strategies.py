"""Hypothesis strategies for examples: tame ones that most formats hold, wild ones that many refuse."""

import os
from typing import Any

import msgspec
from hypothesis import strategies as st

from curator.formats.values import compact
from curator.model import Alternative, Example, Message, ToolCall

#: Examples a law is tried on: 200 in every run, more by hand (CURATOR_FORMAT_RUNS=5000).
RUNS = int(os.environ.get("CURATOR_FORMAT_RUNS", "200"))

NAUGHTY = (
    "",
    " ",
    " 4",
    "\n",
    "\x00\x1b[31m\x7f",
    "\u2028\u2029\x85",
    "\ufeff007",
    "null",
    "[1, 2]",
    '{"role": "user"}',
    '[{"role": "user", "content": "x"}]',
    "مرحبا 🧑🏽‍🚀 ﷽",
    "'; DROP TABLE rows; --",
)
COLUMNS = (
    *("system", "system_prompt", "messages", "tools", "functions", "prompt", "completion", "response", "input"),
    *("output", "instruction", "context", "history", "reference_answer", "message_fields", "conversations"),
    *("kind", "parallel_tool_calls", "role", "from", ""),
)

texts = st.sampled_from(NAUGHTY) | st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, values, max_size=3)
weights = st.none() | st.sampled_from((0, 1, 0.5))
extra_keys = texts | st.sampled_from(
    (
        "refusal",
        "tool_calls[0].index",
        "tool_calls[0].function.strict",
        "tool_calls[0].function.name",
        "tool_calls[0].id",
        "role",
        "value",
    )
)
message_fields = st.dictionaries(
    st.sampled_from(("0", "1", "2", "9", "01")), st.dictionaries(extra_keys, values, min_size=1, max_size=2), max_size=2
)
arguments = texts | st.sampled_from(("{}", '{"city":"Łódź"}', '{"city": "Paris"}', '{"a":1e400}', '{"a":1,"a":2}'))
calls = st.builds(ToolCall, texts, arguments, st.none() | texts)

plain_metadata = st.dictionaries(texts.filter(lambda name: name not in COLUMNS), values, max_size=2)
metadata = st.dictionaries(texts | st.sampled_from(COLUMNS), values, max_size=3) | st.fixed_dictionaries(
    {"message_fields": message_fields}
)


@st.composite
def pairs(draw: st.DrawFn) -> Example:
    """One question and one answer, perhaps under a system message."""
    system = draw(st.none() | texts.filter(bool))
    start = () if system is None else (Message("system", system),)
    return Example(
        messages=(*start, Message("user", draw(texts)), Message("assistant", draw(texts))),
        reference=draw(st.none() | values),
        metadata=draw(plain_metadata),
    )


@st.composite
def chats(draw: st.DrawFn) -> Example:
    """Plain turns of user and assistant, perhaps under a system message."""
    first = draw(pairs())
    turns = draw(st.lists(st.tuples(texts, texts), max_size=2))
    more = [message for user, bot in turns for message in (Message("user", user), Message("assistant", bot))]
    return Example(messages=(*first.messages, *more), reference=first.reference, metadata=first.metadata)


tame_messages = st.one_of(
    st.builds(Message, st.sampled_from(("user", "assistant", "tool")), texts),
    st.builds(Message, st.just("assistant"), texts, weight=weights),
    st.builds(Message, st.just("assistant"), tool_calls=st.lists(calls, max_size=2).map(tuple)),
)
wild_messages = tame_messages | st.builds(
    Message,
    st.sampled_from(("system", "user", "assistant", "tool")),
    texts | st.lists(objects, max_size=2).map(tuple),
    name=st.none() | texts,
    tool_calls=st.lists(calls, max_size=2).map(tuple),
    tool_call_id=st.none() | texts,
    weight=weights,
)
tool_lists = st.lists(objects, max_size=2).map(tuple)

#: Text turns, weights and calls, with metadata that no format knows.
conversations = st.builds(
    Example,
    messages=st.lists(tame_messages, min_size=1, max_size=4).map(tuple),
    tools=tool_lists,
    reference=st.none() | values,
    metadata=plain_metadata | st.fixed_dictionaries({"message_fields": message_fields}),
)
#: Anything the model can say.
anything = st.builds(
    Example,
    messages=st.lists(wild_messages, max_size=4).map(tuple),
    tools=tool_lists,
    alternatives=st.just(()) | st.just((Alternative((Message("assistant", "no"),), preferred=False),)),
    reference=st.none() | values | st.just(float("nan")),
    metadata=metadata | st.just({"bytes": b"x"}),
)


@st.composite
def clashing(draw: st.DrawFn) -> Example:
    """Nearly held: a pair with metadata named as columns are, an empty system message, a NaN in a tool."""
    found = draw(pairs() | chats())
    clash = draw(st.dictionaries(st.sampled_from(COLUMNS), texts | st.lists(objects, max_size=1), max_size=2))
    start = draw(st.sampled_from(((), (Message("system", ""),), (Message("system", "A", weight=1),))))
    fields = draw(st.just({}) | message_fields.map(lambda kept: {"message_fields": kept}))
    return Example(
        messages=(*start, *found.messages) if found.messages[0].role == "user" else found.messages,
        tools=draw(st.sampled_from(((), ({"name": "w"},), ({"limit": float("nan")},)))),
        metadata={**clash, **fields},
    )


@st.composite
def calling(draw: st.DrawFn) -> Example:
    """A call whose message has keys of its own, in the message and inside the call."""
    found = Message("assistant", tool_calls=tuple(draw(st.lists(calls, min_size=1, max_size=2))))
    kept = draw(st.dictionaries(extra_keys, values, min_size=1, max_size=2))
    return Example(messages=(Message("user", "?"), found), metadata={"message_fields": {"1": kept}})


examples = st.one_of(pairs(), chats(), conversations, anything, clashing(), calling())


@st.composite
def preferences(draw: st.DrawFn) -> Example:
    """A conversation with a chosen and a rejected end."""
    found = draw(chats())
    other = draw(texts)
    ends = draw(st.just(()) | st.just((Message("user", "more"), Message("assistant", "yes"))))
    rejected = Alternative((Message("assistant", other), *ends), preferred=False)
    if not ends:
        return msgspec.structs.replace(found, alternatives=(rejected,))
    chosen = Alternative((found.messages[-1], *ends[:1], Message("assistant", draw(texts))), preferred=True)
    return msgspec.structs.replace(found, messages=found.messages[:-1], alternatives=(chosen, rejected))


@st.composite
def liked(draw: st.DrawFn) -> Example:
    """A conversation whose answer was liked or not."""
    found = draw(chats())
    end = Alternative(found.messages[-1:], preferred=draw(st.booleans()))
    return msgspec.structs.replace(found, alternatives=(end,))


@st.composite
def using_tools(draw: st.DrawFn) -> Example:
    """A question, calls with their results, an answer, and the tools."""
    objects_in_json = st.dictionaries(texts, values, max_size=2).map(compact)
    made = draw(st.lists(st.builds(ToolCall, texts, objects_in_json, texts), min_size=1, max_size=2))
    results = [Message("tool", draw(texts), None, (), call.id) for call in made]
    said = Message("assistant", draw(texts), None, tuple(made))
    tool = {"type": "function", "function": {"name": draw(texts), "parameters": {"type": "object", "properties": {}}}}
    first = draw(pairs())
    messages = (*first.messages[:-1], said, *results, first.messages[-1])
    return Example(messages=messages, tools=(tool,) * draw(st.integers(0, 1)), metadata=first.metadata)


@st.composite
def calling_at_once(draw: st.DrawFn) -> Example:
    """A question that calls answer."""
    made = draw(st.lists(calls, min_size=1, max_size=2))
    tool = {"type": "function", "function": {"name": draw(texts)}}
    messages = (Message("user", draw(texts)), Message("assistant", "", None, tuple(made)))
    metadata = draw(plain_metadata)
    return Example(messages=messages, tools=(tool,) * draw(st.integers(0, 1)), metadata=metadata)


def same(left: Example, right: Example) -> bool:
    """Whether two examples agree in everything that a format carries."""
    fields = ("messages", "tools", "alternatives", "reference", "metadata")
    return all(getattr(left, field) == getattr(right, field) for field in fields)


def mixed(value: Any) -> str:
    """The value with the types written out, so that 1, 1.0 and True are told apart."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{mixed(item)}" for key, item in sorted(value.items())) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(mixed(item) for item in value) + "]"
    return repr(value)
