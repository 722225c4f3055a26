"""The rows that are exported to be loaded by real trainers: what data sets hold, and what readers stumble over."""

from typing import Any

NAUGHTY = (
    "plain text", "two\nlines", "\ttabs\tand  spaces ", "quotes \" and ' and \\ backslashes", "null", "None", "NaN",
    "0", "{\"a\": [1, 2]}", "emoji 👩‍👧 and Ελληνικά and 中文",
    "العربية", "line\u2028separator", "\u202ereversed", "ab",
    "<b>markup</b> & entities &amp;", "`code` and ```fences```", "e\u0301 and é", "zero\u200bwidth", "very long " * 400,
)  # fmt: skip
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a town.",
        "parameters": {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]},
    },
}


def chats() -> list[dict[str, Any]]:
    """Conversations of one and of several turns, with and without a system prompt."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"{number}: {text}"},
                {"role": "assistant", "content": f"{text} back"},
            ]
        }
        for number, text in enumerate(NAUGHTY)
    ]
    for number in range(6):
        rows.append({"messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": f"Question {number}?"}, {"role": "assistant", "content": "First answer."},
            {"role": "user", "content": "And then?"}, {"role": "assistant", "content": f"Second answer {number}."},
        ]})  # fmt: skip
    return rows


def calls() -> list[dict[str, Any]]:
    """Conversations in which a tool is called, and its result read."""
    return [
        {
            "messages": [
                {"role": "user", "content": f"Is it raining in town {number}?"},
                {"role": "assistant", "content": "", "tool_calls": [{
                    "id": "call_1", "type": "function",
                    "function": {"name": "weather", "arguments": f'{{"town": "town {number}"}}'}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
                {"role": "assistant", "content": f"Yes, it rains in town {number}."},
            ],
            "tools": [WEATHER],
        }
        for number in range(4)
    ]  # fmt: skip


def preferences() -> list[dict[str, Any]]:
    """Pairs of a chosen and a rejected end."""
    return [
        {"prompt": f"{number}: {text}", "chosen": f"{text}, kindly", "rejected": f"{text}, rudely"}
        for number, text in enumerate(NAUGHTY)
    ]


def judged() -> list[dict[str, Any]]:
    """Answers that were liked or not."""
    return [
        {"prompt": f"{number}: {text}", "completion": f"{text} back", "label": number % 2 == 0}
        for number, text in enumerate(NAUGHTY)
    ]


def refused() -> dict[str, dict[str, Any]]:
    """Rows that no target takes as they are, by what is wrong with them."""
    asked = {"role": "user", "content": "How do I reset it?"}
    return {
        "no assistant message": {"messages": [asked, {"role": "user", "content": "Hello?"}]},
        "an empty answer": {"messages": [asked, {"role": "assistant", "content": ""}]},
        "nothing but an answer": {"messages": [{"role": "assistant", "content": "Press the button."}]},
        "two questions in a row": {"messages": [asked, asked, {"role": "assistant", "content": "Press the button."}]},
        "a system message in between": {
            "messages": [
                asked,
                {"role": "system", "content": "Be short."},
                {"role": "assistant", "content": "Press it."},
            ]
        },
    }


def as_sharegpt(row: dict[str, Any]) -> dict[str, Any]:
    """The same conversation with the names that ShareGPT has for roles."""
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    return {"conversations": [{"from": names[one["role"]], "value": one["content"]} for one in row["messages"]]}
