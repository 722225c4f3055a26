"""What a message format does not know is kept in ``metadata["message_fields"]`` and rendered back.

The shape is ``{"2": {"refusal": null, "tool_calls[0].index": 0}}``: the message's index in the example, then
the key. A key inside a tool call is written as a path.
"""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from curator.errors import FormatError
from curator.model import Message

#: The metadata key. A column of that name is plain metadata, unless messages have unknown keys as well.
FIELDS = "message_fields"

_CALL = re.compile(r"tool_calls\[(0|[1-9][0-9]*)\]\.(.*)", re.DOTALL)
_INDEX = re.compile("0|[1-9][0-9]*")
_INNER = "function."

Fields = dict[int, dict[str, Any]]


class Keys(Struct, frozen=True):
    """The keys that a format understands; `inner` is empty when its calls have no nested ``function``."""

    message: frozenset[str]
    call: frozenset[str]
    inner: frozenset[str] = frozenset()


def add(metadata: dict[str, Any], fields: Fields, offset: int = 0) -> None:
    """Put unknown keys into metadata; `offset` is how many messages were put before those of the row."""
    if fields:
        if FIELDS in metadata:
            raise FormatError("rename this column: its name is needed for unknown keys of messages", FIELDS)
        metadata[FIELDS] = {str(index + offset): found for index, found in sorted(fields.items())}


def of(metadata: dict[str, Any], messages: Sequence[Message], keys: Keys) -> Fields | None:
    """The unknown keys kept in metadata, by message index; None when the value is not of that shape."""
    kept = metadata.get(FIELDS)
    if type(kept) is not dict or not kept:
        return None
    indexes = {str(index): index for index in range(len(messages))}
    for name, found in kept.items():
        if name not in indexes or type(found) is not dict or not found:
            return None
        calls = len(messages[indexes[name]].tool_calls)
        if any(type(key) is not str or _known(key, calls, keys) for key in found):
            return None
    return {indexes[name]: found for name, found in kept.items()}


def shifted(metadata: dict[str, Any], by: int) -> dict[str, Any]:
    """The metadata of an example whose messages moved `by` places."""
    kept = metadata.get(FIELDS)
    if type(kept) is not dict or not all(_INDEX.fullmatch(str(name)) for name in kept):
        return metadata
    return {**metadata, FIELDS: {str(int(name) + by): found for name, found in kept.items()}}


def in_call(key: str) -> tuple[int, str] | None:
    """The call's index and the key within it, when `key` is a path into a tool call."""
    found = _CALL.fullmatch(key)
    return (int(found[1]), found[2]) if found else None


def put(into: dict[str, Any], calls: Sequence[dict[str, Any]], found: dict[str, Any], keys: Keys) -> None:
    """Give a rendered message and its rendered calls their unknown keys back."""
    for key, value in found.items():
        path = in_call(key)
        if path is None or path[0] >= len(calls):
            into[key] = value
        elif keys.inner and path[1].startswith(_INNER):
            calls[path[0]]["function"][path[1][len(_INNER) :]] = value
        else:
            calls[path[0]][path[1]] = value


def _known(key: str, calls: int, keys: Keys) -> bool:
    path = in_call(key)
    if path is None or path[0] >= calls:
        return key in keys.message
    if keys.inner and path[1].startswith(_INNER):
        return path[1][len(_INNER) :] in keys.inner
    return path[1] in keys.call
