"""Grounding: a passage that holds the facts is put into the input of a pair, so that its answer can be read off there.

The passage stands above what is asked, each under a line that names it:

    Context:
    Express delivery is 9.90 euros.

    Question:
    What does express delivery cost?

It goes into the last turn of the user and not into the system prompt, because it belongs to this question and not to
all of them; and above the whole turn, because nobody can tell for sure where in a turn an instruction ends.
"""

import re
from typing import NamedTuple

from msgspec.structs import replace

from curator.model import Example, content_field

_ABOVE, _BELOW = "Context:\n", "\n\nQuestion:\n"
# Up to here stands what a model is to do, not what is asked: "Answer the question from the article."
_TOLD = re.compile(
    r"\A[^\n?]*\b(?:answer|reply|respond|beantworte\w*|antworte\w*|réponds|répondez|respond[ea]|svara|besvara)\b[^\n?]*\n+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:\A|\n)[*#\s]*(?:question|frage|pregunta|fråga|q)[* ]?:[*\s]*", re.IGNORECASE)
_PARTS = re.compile(r"\n\s*\n")
# A passage of so many words may hold a fact; a shorter text only names it.
_PASSAGE = 5


class Placed(NamedTuple):
    """Where a passage goes: the field that changes, and its text with the passage in it."""

    field: str
    text: str


def why_not(example: Example) -> str:
    """Why no passage can be put into this pair, as a clause; empty when it can."""
    index = _asking(example)
    if index is None:
        return "it has no turn of a user that a passage could stand in"
    if not isinstance(example.messages[index].content, str):
        return "its last turn of the user is not plain text"
    return ""


def placed(example: Example, passage: str) -> Placed:
    """Where a passage goes. A second one goes below the first. Raises `ValueError` where `why_not` says why not."""
    index = _asking(example)
    if why_not(example) or index is None:
        raise ValueError(why_not(example))
    text, wanted = example.messages[index].text, passage.strip()
    if not wanted:
        raise ValueError("the passage is empty")
    if text.startswith(_ABOVE) and _BELOW in text:
        held, _, asked = text.removeprefix(_ABOVE).rpartition(_BELOW)
        return Placed(content_field(index), f"{_ABOVE}{held}\n\n{wanted}{_BELOW}{asked}")
    return Placed(content_field(index), f"{_ABOVE}{wanted}{_BELOW}{text}")


def with_passage(example: Example, passage: str) -> Example:
    """The pair with a passage in its input. Raises `ValueError` where `why_not` says why not."""
    index, text = _asking(example), placed(example, passage).text
    messages = tuple(
        [replace(message, content=text) if at == index else message for at, message in enumerate(example.messages)]
    )
    return replace(example, messages=messages)


def question_of(example: Example) -> str:
    """What the user asks last, without a passage or an instruction above it; empty without a turn of the user."""
    index = _asking(example)
    text = "" if index is None else example.messages[index].text.strip()
    labels = [match.end() for match in _LABEL.finditer(text)]
    text = (text[labels[-1] :] if labels else text).strip() or text
    return _TOLD.sub("", text, count=1).strip()


def _asking(example: Example) -> int | None:
    last = len(example.input) - 1
    return next((index for index in range(last, -1, -1) if example.messages[index].role == "user"), None)


def passages(example: Example) -> list[str]:
    """The texts in a pair's input that facts could be taken from: its paragraphs that ask nothing."""
    found: dict[str, None] = {}
    for message in example.input:
        for part in _PARTS.split(message.text) if message.role != "assistant" else ():
            text = part.strip().removeprefix(_ABOVE)
            if len(text.split()) >= _PASSAGE and not text.endswith("?") and not _LABEL.match(text):
                found[text] = None
    return list(found)
