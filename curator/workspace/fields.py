"""The fields of an example that people change: its texts, those of its other ends, and which end is preferred.

``messages[2].content`` is a message; ``alternatives[0].messages[0].content`` one of another end; of
``alternatives[0].preferred`` the value is ``liked`` or ``disliked``.
"""

import re

from msgspec.structs import replace

from curator.errors import WorkspaceError
from curator.model import Alternative, Example, Message

_NUMBER = r"\[(0|[1-9][0-9]{0,8})\]"
_MESSAGE = re.compile(rf"messages{_NUMBER}\.content")
_END = re.compile(rf"alternatives{_NUMBER}\.messages{_NUMBER}\.content")
_PREFERRED = re.compile(rf"alternatives{_NUMBER}\.preferred")
#: How a preference is written, as every other field a text.
LIKED, DISLIKED = "liked", "disliked"
_SAID = {LIKED: True, DISLIKED: False}


def check_field(field: str) -> None:
    """Raises `WorkspaceError` for what is no field of an example that can be changed."""
    if not any(pattern.fullmatch(field) for pattern in (_MESSAGE, _END, _PREFERRED)):
        raise WorkspaceError(
            f"{field!r} is no field that can be changed. Use status, labels, note, route, split or messages[N].content."
        )


def text_at(example: Example, field: str) -> str:
    """The text of a field. Raises `WorkspaceError` when there is no such message or it is not plain text."""
    check_field(field)
    if match := _MESSAGE.fullmatch(field):
        return _text(example.messages, int(match[1]), field, "the example")
    if match := _END.fullmatch(field):
        return _text(_other(example, int(match[1]), field).messages, int(match[2]), field, "that end")
    match = _PREFERRED.fullmatch(field)
    assert match is not None
    preferred = _other(example, int(match[1]), field).preferred
    return "" if preferred is None else LIKED if preferred else DISLIKED


def with_text(example: Example, field: str, text: str) -> Example:
    """The example with another text in one field. Raises `WorkspaceError`."""
    text_at(example, field)
    if match := _MESSAGE.fullmatch(field):
        return replace(example, messages=_put(example.messages, int(match[1]), text))
    number = int((_END.fullmatch(field) or _PREFERRED.fullmatch(field) or ("", "0"))[1])
    other = example.alternatives[number]
    if match := _END.fullmatch(field):
        other = replace(other, messages=_put(other.messages, int(match[2]), text))
    elif text in _SAID:
        other = replace(other, preferred=_SAID[text])
    else:
        raise WorkspaceError(f"{field}: {text!r} is no preference. Say {LIKED} or {DISLIKED}.")
    others = list(example.alternatives)
    others[number] = other
    return replace(example, alternatives=tuple(others))


def _put(messages: tuple[Message, ...], index: int, text: str) -> tuple[Message, ...]:
    changed = list(messages)
    changed[index] = replace(changed[index], content=text)
    return tuple(changed)


def _other(example: Example, number: int, field: str) -> Alternative:
    if number >= len(example.alternatives):
        raise WorkspaceError(f"{field}: the example has only {len(example.alternatives)} other ends.")
    return example.alternatives[number]


def _text(messages: tuple[Message, ...], index: int, field: str, where: str) -> str:
    if index >= len(messages):
        raise WorkspaceError(f"{field}: {where} has only {len(messages)} messages.")
    content = messages[index].content
    if not isinstance(content, str):
        raise WorkspaceError(f"{field}: holds parts that are not text; it cannot be edited here.")
    return content
