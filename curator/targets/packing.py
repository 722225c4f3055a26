"""What `pack` and `unpack` of targets with rows of their own share: the system message apart, texts, reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

from curator.errors import TargetError

Row = dict[str, Any]


def only(wrong: Sequence[str]) -> None:
    """Raises `TargetError` when something is wrong."""
    if wrong:
        raise TargetError("; ".join(wrong))


def parted(messages: list[Row]) -> tuple[str, list[Row]]:
    """The text of the system message, which comes first or not at all, and the messages after it."""
    if messages and messages[0]["role"] == "system":
        return messages[0]["content"], messages[1:]
    return "", messages


def led(system: str, messages: list[Row]) -> list[Row]:
    """The messages with a system message before them, unless its text is empty."""
    return [{"role": "system", "content": system}, *messages] if system else messages


def turns_in(value: Any, name: str, keys: tuple[str, str], roles: Mapping[str, str]) -> list[Row]:
    """Messages of turns that have just these two keys, the role by one of these names; raises `TargetError`."""
    by, key = keys
    if type(value) is not list or not value:
        raise TargetError(f"{name}: must be a list that is not empty")
    messages = []
    for index, turn in enumerate(value):
        if type(turn) is not dict or len(turn) != 2 or by not in turn or key not in turn:
            raise TargetError(f"{name}[{index}]: must be an object with {by} and {key}, and nothing else")
        role = turn[by]
        if type(role) is not str or role not in roles:
            raise TargetError(f"{name}[{index}].{by}: {str(role)[:40]!r} is not one of {', '.join(roles)}")
        messages.append({"role": roles[role], "content": turn[key]})
    return messages


def blocks_in(value: Any, name: str, key: str, roles: Mapping[str, str]) -> list[Row]:
    """As `turns_in`, for turns whose text is a list of one text block."""
    plain = _plain_blocks(value, key, roles)
    if plain:
        return plain
    messages = turns_in(value, name, ("role", key), roles)
    for index, message in enumerate(messages):
        content = message["content"]
        block = content[0] if type(content) is list and len(content) == 1 else None
        if type(block) is not dict or len(block) != 1 or type(block.get("text")) is not str:
            raise TargetError(f"{name}[{index}].{key}: must be a list of one text block")
        message["content"] = block["text"]
    return messages


def _plain_blocks(value: Any, key: str, roles: Mapping[str, str]) -> list[Row]:
    """The messages of turns with which nothing is wrong, which is soon told; none where something may be."""
    messages = []
    try:
        for turn in value:
            (block,) = turn[key]
            text = block["text"]
            if len(turn) != 2 or len(block) != 1 or type(text) is not str:
                return []
            messages.append({"role": roles[turn["role"]], "content": text})
    except (TypeError, KeyError, ValueError):
        return []
    return messages
