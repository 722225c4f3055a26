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
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from curator.model import Example, content_field

#: Where no fact can be looked for, a passage that has less than this share of the words of an answer is no source.
BORNE_OUT = 0.5

_ABOVE, _BELOW = "Context:\n", "\n\nQuestion:\n"
# A passage that has the line below itself would end there: it keeps the line, without the gap before it.
_LIKE_BELOW = re.compile(r"\n\n+Question:\n")
# Up to here stands what a model is to do, not what is asked: "Answer the question from the article."
_TOLD = re.compile(
    r"\A[^\n?]*\b(?:answer|reply|respond|beantworte\w*|antworte\w*|réponds|répondez|respond[ea]|svara|besvara)\b[^\n?]*\n+",
    re.IGNORECASE,
)
# Characters that such a line may have.
_LINE = 300
# A line that begins with the name of what follows: of a question, or of the answer to one.
_LABEL = re.compile(
    r"^[ \t*#]*(?:(?P<question>question|frage|pregunta|fråga|q)|answer|antwort|réponse|respuesta|svar|a)[ *]{0,2}:"
    r"[ \t*]*",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED = re.compile(r"[?\uff1f][\"'\u201d\u00bb)*\t ]*$", re.MULTILINE)
_PARTS = re.compile(r"\n\s*\n")
# A passage of so many words may hold a fact; a shorter text only names it.
_PASSAGE = 5
# Paragraphs of a row that are offered, and their characters together: a row may be a book.
_PARAGRAPHS, _READ = 40, 20_000


class Placed(NamedTuple):
    """Where a passage goes: the field that changes, and its text with the passage in it."""

    field: str
    text: str


def why_not(example: Example, passage: str = "", *, instead: bool = False) -> str:
    """Why no passage, or not this one, can be put into this pair, as a clause; empty when it can.

    `instead` of what stands there, a part of that may be put there.
    """
    index = _asking(example)
    if index is None:
        return "it has no turn of a user that a passage could stand in"
    if not isinstance(example.messages[index].content, str):
        return "its last turn of the user is not plain text"
    held, wanted = _split(example.messages[index].text)[0], _tidy(passage)
    if wanted and (held == wanted if instead else f"\n\n{wanted}\n\n" in f"\n\n{held}\n\n"):
        return "this passage stands in its input already"
    return ""


def held_passage(example: Example) -> str:
    """The passages that were put into a pair before; empty without."""
    index = _asking(example)
    return _split(example.messages[index].text)[0] if index is not None else ""


def placed(example: Example, passage: str, *, instead: bool = False) -> Placed:
    """Where a passage goes. A second one goes below the first, or stands `instead` of it.

    Raises `ValueError` where `why_not` says why not.
    """
    index, refused = _asking(example), why_not(example, passage, instead=instead)
    if refused or index is None:
        raise ValueError(refused)
    held, asked = _split(example.messages[index].text)
    wanted = _tidy(passage)
    if not wanted:
        raise ValueError("the passage is empty")
    whole = _tidy(f"{held}\n\n{wanted}") if held and not instead else wanted
    return Placed(content_field(index), f"{_ABOVE}{whole}{_BELOW}{asked}")


def _split(text: str) -> tuple[str, str]:
    """The passages that stand in a turn, and what is asked below the first line that says so: it is ours."""
    if text.startswith(_ABOVE) and _BELOW in text:
        held, _, asked = text.removeprefix(_ABOVE).partition(_BELOW)
        return held, asked
    return "", text


def _tidy(passage: str) -> str:
    return _LIKE_BELOW.sub("\nQuestion:\n", passage.strip())


def with_passage(example: Example, passage: str) -> Example:
    """The pair with a passage in its input. Raises `ValueError` where `why_not` says why not."""
    return _with_turn(example, placed(example, passage).text)


def without_passage(example: Example) -> Example:
    """The pair without the passages that were put into it before: what another one in their place is held against."""
    index = _asking(example)
    if index is None or not held_passage(example):
        return example
    return _with_turn(example, _split(example.messages[index].text)[1])


def _with_turn(example: Example, text: str) -> Example:
    index = _asking(example)
    messages = [
        replace(message, content=text) if at == index else message for at, message in enumerate(example.messages)
    ]
    return replace(example, messages=tuple(messages))


def question_of(example: Example) -> str:
    """What the user asks last, without a passage or an instruction above it; empty without a turn of the user."""
    index = _asking(example)
    return "" if index is None else asked_in(example.messages[index].text)


def asked_in(turn: str) -> str:
    """What is asked in a turn of a user, without a passage or an instruction above it.

    A label ("Question:") ends what stands above, unless something is asked there that nobody has answered yet.
    """
    text = _split(turn)[1].strip()
    start, place, open_ = 0, 0, False
    for label in _LABEL.finditer(text):
        open_ = open_ or _ASKED.search(text, place, label.start()) is not None
        if not label["question"]:
            open_ = False
        elif not open_:
            start, open_ = label.end(), True
        place = label.end()
    text = text[start:].strip() or text
    told = _TOLD.match(text, 0, _LINE)
    return text[told.end() :].strip() if told else text


def _asking(example: Example) -> int | None:
    last = len(example.input) - 1
    return next((index for index in range(last, -1, -1) if example.messages[index].role == "user"), None)


def passages(example: Example) -> list[str]:
    """The texts in a pair's input that facts could be taken from: its paragraphs that ask nothing."""
    found: dict[str, None] = {}
    left = _READ
    for part in _paragraphs(example):
        text = part.strip().removeprefix(_ABOVE)
        if len(found) == _PARAGRAPHS:
            break
        if text in found or len(text) > left or len(text.split()) < _PASSAGE or text.endswith("?"):
            continue
        label = _LABEL.match(text)
        if label is None or not label["question"]:
            found[text] = None
            left -= len(text)
    return list(found)


def _paragraphs(example: Example) -> Iterator[str]:
    for message in example.input:
        if message.role != "assistant":
            for text in _split(message.text):
                yield from _PARTS.split(text)
