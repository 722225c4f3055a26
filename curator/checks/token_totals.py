"""The tokens of whole messages. Read by LEN001 and TRN008."""

import json
from collections.abc import Sequence
from math import inf

from curator.memo import per_example
from curator.model import Example, Message
from curator.tokens import LOW, PER_MESSAGE, Counting, count

#: The lowest limit that hosted fine-tuning services had for one example in 2026.
DEFAULT = 16_384
# No vocabulary makes more tokens of a character than this.
_MOST = 3


def total(example: Example, messages: Sequence[Message], limit: int, how: Counting) -> int | None:
    """The tokens of these messages and of the example's tools, when they are over the limit for sure; else None."""
    if _at_most(example) <= limit:
        return None
    texts = [message.text for message in messages]
    texts += [f"{call.name}{call.arguments}" for message in messages for call in message.tool_calls]
    if example.tools:
        texts.append(json.dumps(example.tools, ensure_ascii=False, default=str))
    if _MOST * sum(map(len, texts)) + PER_MESSAGE * len(messages) <= limit:
        return None
    counted = sum(count(text, how) for text in texts) + PER_MESSAGE * len(messages)
    sure = counted * LOW if how == "estimate" else counted
    return counted if sure > limit else None


@per_example
def _at_most(example: Example) -> float:
    """What an example without calls and tools cannot exceed; of others nothing is known at a glance."""
    characters = 0
    for message in example.messages:
        if message.tool_calls:
            return inf
        characters += len(message.text)
    return inf if example.tools else _MOST * characters + PER_MESSAGE * len(example.messages)


def about(counted: int, how: Counting) -> str:
    """The number for a message: "20,113", or "about 20,000" when it is estimated."""
    if how != "estimate":
        return f"{counted:,}"
    return f"about {round(counted, 2 - len(str(counted))):,}"
