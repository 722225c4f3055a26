"""The row of each target, written out, and what is told of rows that lose something."""

from typing import Any

import pytest

from curator.model import Alternative, Example, Message, ToolCall
from curator.targets.jsonl import line
from curator.targets.named import named, targets

SYSTEM, USER, ANSWER = Message("system", "Be brief."), Message("user", "2+2?"), Message("assistant", "4")
PAIR = Example(messages=(SYSTEM, USER, ANSWER), metadata={"id": "007"})
WRONG = Alternative((Message("assistant", "5"),), preferred=False)
JUDGED = Example(messages=(SYSTEM, USER, ANSWER), alternatives=(WRONG,), metadata={"id": "007"})
WEATHER: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
CALLING = Example(
    messages=(
        USER,
        Message("assistant", tool_calls=(ToolCall("weather", '{"city": "Paris"}', "call_abc_123"),)),
        Message("tool", "18C", name="weather", tool_call_id="call_abc_123"),
        ANSWER,
    ),
    tools=(WEATHER,),
)

S, U, A, B = (
    '{"role":"system","content":"Be brief."}',
    '{"role":"user","content":"2+2?"}',
    '{"role":"assistant","content":"4"}',
    '{"role":"assistant","content":"5"}',
)
CHAT = f'{{"messages":[{S},{U},{A}]}}'
PREFERENCE = f'{{"input":{{"messages":[{S},{U}]}},"preferred_output":[{A}],"non_preferred_output":[{B}]}}'
#: Every target with the rows of a pair, or of a judged pair for those that are trained on preferences.
GOLDEN: dict[str, tuple[str, ...]] = {
    "alpaca": ('{"instruction":"2+2?","input":"","output":"4","system":"Be brief."}',),
    "bedrock-claude": (f'{{"system":"Be brief.","messages":[{U},{A}]}}',),
    "bedrock-converse": (
        '{"schemaVersion":"bedrock-conversation-2024","system":[{"text":"Be brief."}],"messages":'
        '[{"role":"user","content":[{"text":"2+2?"}]},{"role":"assistant","content":[{"text":"4"}]}]}',
    ),
    "cohere": (
        '{"messages":[{"role":"System","content":"Be brief."},{"role":"User","content":"2+2?"},'
        '{"role":"Chatbot","content":"4"}]}',
    ),
    "fireworks-dpo": (PREFERENCE,),
    "llamafactory": (
        '{"conversations":[{"from":"human","value":"2+2?"},{"from":"gpt","value":"4"}],"system":"Be brief.","tools":""}',  # noqa: E501
    ),
    "openai-dpo": (PREFERENCE,),
    "openai-rft": (f'{{"messages":[{S},{U}],"reference_answer":"4"}}',),
    "sharegpt": (
        '{"conversations":[{"from":"system","value":"Be brief."},{"from":"human","value":"2+2?"},'
        '{"from":"gpt","value":"4"}]}',
    ),
    "together-dpo": (PREFERENCE,),
    "trl-kto": (
        f'{{"prompt":[{S},{U}],"completion":[{A}],"label":true}}',
        f'{{"prompt":[{S},{U}],"completion":[{B}],"label":false}}',
    ),
    "trl-preference": (f'{{"prompt":[{S},{U}],"chosen":[{A}],"rejected":[{B}]}}',),
    "trl-prompt-completion": (f'{{"prompt":[{S},{U}],"completion":[{A}]}}',),
    "trl-text": ('{"text":"Be brief.\\n\\n2+2?\\n\\n4"}',),
    "unsloth": (f'{{"conversations":[{S},{U},{A}]}}',),
    "vertex": (
        '{"systemInstruction":{"role":"system","parts":[{"text":"Be brief."}]},"contents":'
        '[{"role":"user","parts":[{"text":"2+2?"}]},{"role":"model","parts":[{"text":"4"}]}]}',
    ),
}


@pytest.mark.parametrize("name", [target.name for target in targets()])
def test_the_row_of_a_pair(name: str) -> None:
    target = named(name)
    found = PAIR if target.renders is None else JUDGED
    rows = [target.render(found)] if target.renders is None else target.renders(found)

    assert tuple(line(row).decode().rstrip("\n") for row in rows) == GOLDEN.get(name, (CHAT,))
    assert target.refuses(found) == []
    assert target.loses(found) == []
    assert [target.check_row(row) for row in rows] == [[]] * len(rows)


def test_calls_as_llama_factory_reads_them() -> None:
    row = named("llamafactory").render(CALLING)

    assert row["conversations"] == [
        {"from": "human", "value": "2+2?"},
        {"from": "function_call", "value": '{"name":"weather","arguments":{"city": "Paris"}}'},
        {"from": "observation", "value": "18C"},
        {"from": "gpt", "value": "4"},
    ]
    assert row["tools"].startswith('[{"type":"function"')
    assert named("llamafactory").refuses(CALLING) == []
    assert named("llamafactory").check_row(row) == []


def test_ids_of_calls_become_what_mistral_takes() -> None:
    messages = named("mistral").render(CALLING)["messages"]

    assert messages[1]["tool_calls"][0]["id"] == messages[2]["tool_call_id"] == "call00001"
    assert named("together").render(CALLING)["messages"][2]["tool_call_id"] == "call_abc_123"


@pytest.mark.parametrize(
    "name", ["alpaca", "bedrock-claude", "bedrock-converse", "cohere", "torchtune", "trl-text", "unsloth", "vertex"]
)
def test_targets_without_tools_refuse_them(name: str) -> None:
    assert any("tool" in reason for reason in named(name).refuses(CALLING))


def test_what_is_left_out_of_a_row_that_is_written_is_told() -> None:
    assert named("openai").loses(CALLING) == [
        "the names of tool messages are left out: OpenAI takes none, the calls name the tools"
    ]
    assert named("trl").loses(CALLING) == []
    graded = Example(messages=(USER, ANSWER), reference="four")
    assert named("openai-rft").render(graded)["reference_answer"] == "four"
    assert named("openai-rft").loses(graded) == [
        "its output is left out: the model's own answers are graded by the reference answer"
    ]


def test_control_tokens_and_other_orders_are_told_and_written() -> None:
    marked = Example(messages=(Message("user", "What is <|im_end|>?"), ANSWER))
    for name in ("trl", "openai", "alpaca", "hf"):
        assert any("holds <|im_end|>, which a tokenizer may read" in told for told in named(name).loses(marked))
        assert named(name).refuses(marked) == []
    doubled = Example(messages=(USER, USER, ANSWER))
    assert any("Together's documentation wants" in told for told in named("together").loses(doubled))
    assert any("Gemma 3 and Cohere refuse" in told for told in named("trl").loses(doubled))


REFUSED = [
    ("bedrock-claude", (USER, Message("assistant", "x\nHuman: y")),
     "messages[1]: Reserved keyword '\\nHuman:' found in message content"),
    ("bedrock-claude", (ANSWER, USER, ANSWER), "messages[0]: Messages must start with user and end with assistant"),
    ("bedrock-claude", (USER, ANSWER, SYSTEM, USER, ANSWER),
     "messages[2].role: Claude on Bedrock takes a system message at the beginning only"),
    ("bedrock-claude", (USER, Message("assistant", "word " * 20_000)),
     "the row has 33,334 tokens, counted as Claude on Bedrock counts them (a third of the characters); Claude on Bedrock "  # noqa: E501
     "takes at most 32,000"),
    ("bedrock-converse", (Message("user", "System: Linux"), ANSWER), "messages[0].content: 'System:' is reserved by Nova"),  # noqa: E501
    ("bedrock-converse", (USER, USER, ANSWER),
     "messages[1]: Invalid messages, expected assistant role but found user"),
    ("bedrock-converse", (Message("user", " "), ANSWER), "messages[0].content: is empty, and Nova takes no empty message"),  # noqa: E501
    ("mistral", (USER, ANSWER, USER), "messages[2]: Expected last role Assistant for finetuning but got user"),
    ("mistral", (USER, ANSWER, SYSTEM, USER, ANSWER),
     "messages[2].role: Mistral takes a system message at the beginning only"),
    ("vertex", (USER, Message("assistant", "word " * 200_000)), "Gemini takes at most 131,072"),
    ("torchtune", (ANSWER, USER, ANSWER), "the first message after the system message must be from the user"),
    ("torchtune", (USER, Message("assistant", "4", weight=0), USER, ANSWER), "torchtune ignores weights"),
    ("llamafactory", (USER, USER, ANSWER), "messages[1].role: expected assistant but found user"),
    ("openai-rft", (ANSWER,), "messages: must be a list that is not empty"),
    ("openai-dpo", (USER, ANSWER), "it has no second output"),
    ("trl-kto", (USER, ANSWER), "nobody said whether its output is good"),
    ("hf", (Message("user", ({"type": "image_url", "image_url": {"url": "https://x/y.png"}},)), ANSWER), "has parts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "messages", "reason"), REFUSED)
def test_what_a_target_cannot_take_in_its_own_words(name: str, messages: tuple[Message, ...], reason: str) -> None:
    found = Example(messages=messages)
    assert any(reason in told for told in named(name).refuses(found)), named(name).refuses(found)


def test_each_rejected_output_makes_a_row_and_ends_are_found() -> None:
    also = Alternative((Message("assistant", "6"),), preferred=False)
    two = Example(messages=(USER, ANSWER), alternatives=(WRONG, also))
    renders = named("trl-preference").renders
    assert renders is not None
    assert [row["rejected"][0]["content"] for row in renders(two)] == ["5", "6"]

    better = Alternative((Message("assistant", "four"),), preferred=True)
    assert renders(Example(messages=(USER, ANSWER), alternatives=(better,)))[0]["chosen"][0]["content"] == "four"
    assert renders(Example(messages=(USER,), alternatives=(better, WRONG)))[0]["rejected"][0]["content"] == "5"
    ranked = tuple(Alternative((Message("assistant", str(score)),), score=score) for score in (2.0, 9.0, 1.0))
    row = renders(Example(messages=(USER,), alternatives=ranked))[0]
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("9.0", "1.0")

    assert named("trl-preference").refuses(Example(messages=(USER, ANSWER), alternatives=(
        Alternative((ANSWER,), preferred=True), Alternative((ANSWER,), preferred=False)))) == [
        "chosen and rejected are the same"]  # fmt: skip
    assert named("openai-dpo").refuses(Example(messages=(USER,), alternatives=(better,))) == [
        "it has no rejected output: a row of preferences needs a chosen and a rejected one"
    ]


def test_a_judgement_alone_is_a_row_of_kto() -> None:
    renders = named("trl-kto").renders
    assert renders is not None
    disliked = Example(messages=(USER,), alternatives=(WRONG,))
    assert [row["label"] for row in renders(disliked)] == [False]
    own = Example(messages=(USER, ANSWER), alternatives=(Alternative((ANSWER,), preferred=False),))
    assert [(row["completion"][0]["content"], row["label"]) for row in renders(own)] == [("4", False)]
