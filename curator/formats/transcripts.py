"""Conversations that are one text, the turns told apart by marks such as ``\\n\\nHuman:``: how they are taken apart."""

import re
from functools import lru_cache
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.formats.values import compact, decoded
from curator.model import Message, Role, ToolCall


class Marks(Struct, frozen=True):
    """A way to mark turns: the pattern of a mark, whose group `who` is the speaker, and what ends the text of a turn.

    `exact` keeps the text between two marks as it is, but for one space after the mark; else white space around it
    belongs to the marks.
    """

    name: str
    pattern: re.Pattern[str]
    roles: dict[str, Role]
    ends: tuple[str, ...] = ()
    exact: bool = False


_USER: dict[str, Role] = {"human": "user", "user": "user", "instruction": "user", "prompter": "user"}
_ROLES: dict[str, Role] = {
    **_USER,
    **dict.fromkeys(("assistant", "response", "bot", "gpt", "model"), "assistant"),
    "system": "system",
    **dict.fromkeys(("function response", "tool", "observation"), "tool"),
}

#: The surest marks first.
MARKS = (
    Marks("<|im_start|>", re.compile(r"<\|im_start\|>(?P<who>\w+)[ ]?\n"), _ROLES, ("<|im_end|>",)),
    Marks("\\n\\nHuman:", re.compile(r"(?:\A|\n\n)(?P<who>Human|Assistant):"), _ROLES, exact=True),
    Marks("### Human:", re.compile(r"### (?P<who>Human|Assistant|User|System):"), _ROLES, ("</s>",)),
    Marks(
        "USER:",
        re.compile(r"(?:\A|\n)[ ]*(?P<who>USER|ASSISTANT|SYSTEM|FUNCTION RESPONSE):"),
        _ROLES,
        ("<|endoftext|>", "</s>"),
    ),
)

_CALL = re.compile(r"<functioncall>(.*)\Z", re.DOTALL)
_QUOTED = re.compile(r"""("arguments"\s*:\s*)'(.*)'(\s*\}\s*)\Z""", re.DOTALL)


def marks_of(value: Any) -> Marks | None:
    """How the turns of a text are marked; None when it is no text with a turn of the user and one of the assistant."""
    return _marks(value) if type(value) is str and (":" in value or "<|im" in value) else None


@lru_cache(maxsize=8)
def _marks(text: str) -> Marks | None:
    for marks in MARKS:
        start = marks.pattern.search(text)
        if start is None or text[: start.start()].strip():
            continue
        roles = {marks.roles.get(found["who"].lower()) for found in marks.pattern.finditer(text)}
        if "user" in roles and (marks.exact or "assistant" in roles):
            return marks
    return None


def read_turns(text: str, field: str, marks: Marks) -> list[Message]:
    """The messages of a text. Raises `FormatError` for a speaker that nobody knows, and for a call without JSON."""
    found = list(marks.pattern.finditer(text))
    messages = []
    for index, mark in enumerate(found):
        role = marks.roles.get(mark["who"].lower())
        if role is None:
            raise FormatError(f"turn {index + 1}: {mark['who']!r} is no speaker that is known", field)
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        said = _said(text[mark.end() : end], marks)
        call = _CALL.search(said) if role == "assistant" else None
        if call is None:
            messages.append(Message(role, said))
        else:
            calls = (_read_call(call[1], f"{field}: turn {index + 1}: <functioncall>"),)
            messages.append(Message(role, said[: call.start()].rstrip(), None, calls))
    return messages


def write_turns(messages: list[Message]) -> str:
    """The text of messages in the marks of hh-rlhf; the caller looks whether they come back."""
    names = {"user": "Human", "assistant": "Assistant"}
    if any(message.role not in names for message in messages):
        raise FormatError("a text with marked turns holds those of a user and an assistant only")
    return "".join(f"\n\n{names[message.role]}: {message.text}" for message in messages)


def _said(text: str, marks: Marks) -> str:
    if marks.exact:
        return text.removeprefix(" ")
    text = text.strip()
    for end in marks.ends:
        text = text.removesuffix(end).rstrip()
    return text


def _read_call(text: str, field: str) -> ToolCall:
    """A call of glaive's: JSON, but the arguments are JSON text in single quotes."""
    quoted = _QUOTED.search(text.strip())
    arguments = None
    if quoted is not None:
        arguments = quoted[2].replace("\\'", "'")
        text = f"{text.strip()[: quoted.start()]}{quoted[1]}null{quoted[3]}"
    value = decoded(text.strip(), field)
    if type(value) is not dict or type(value.get("name")) is not str:
        raise FormatError("is no call with a name", field)
    given = value.get("arguments") if arguments is None else arguments
    return ToolCall(value["name"], given if type(given) is str else compact(given if given is not None else {}))
