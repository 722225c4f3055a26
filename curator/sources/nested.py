"""Rows that hold, or are parts of, several examples: SQuAD's articles of questions, OpenAssistant's trees of messages.

Both are unfolded behind whatever container they came in. What cannot be is handed on as a rejected row.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from curator.sources.base import Reading, Row
from curator.sources.strict_json import canonical

_Value = dict[str, Any]
_Way = tuple[Callable[[Iterator[Row]], Iterator[Row]], str, str]
_ROLES = {"prompter": "user", "user": "user", "assistant": "assistant", "system": "system"}
#: Rows before which the shape of the first ones is known.
_LOOK = 20
#: The deepest tree that is walked; a conversation has no more turns.
_DEEPEST = 1_000


def unfold(reading: Reading) -> Reading:
    """The reading with a row for each question of an article, and for each conversation of a tree of messages.

    Any other reading is handed back as it is. A note says what was unfolded, once its rows were read.
    """
    rows = iter(reading.rows)
    head: list[Row] = []
    for row in rows:
        head.append(row)
        if row.value is not None or len(head) >= _LOOK:
            break
    first = next((row.value for row in head if row.value is not None), {})
    way = _way(first)
    reading.rows = chain(head, rows) if way is None else _noted(reading, way, chain(head, rows))
    return reading


def _way(value: _Value) -> _Way | None:
    """How rows like this one are unfolded, what they are, and what they are unfolded into."""
    if _is_article(value):
        return _articles, "articles", "questions"
    if isinstance(value.get("prompt"), dict) and "replies" in value["prompt"]:
        return _trees, "trees", "conversations"
    if {"message_id", "parent_id", "text", "role"} <= value.keys():
        return _messages, "messages", "conversations"
    return None


def _noted(reading: Reading, way: _Way, rows: Iterator[Row]) -> Iterator[Row]:
    unfolded, what, made = way
    counts = [0, 0]

    def counted() -> Iterator[Row]:
        for row in rows:
            counts[0] += not row.blank
            yield row

    for row in unfolded(counted()):
        counts[1] += row.value is not None
        yield row
    reading.notes.append(f"{counts[0]:,} {what} were unfolded into {counts[1]:,} {made}")


def _is_article(value: _Value) -> bool:
    paragraphs = value.get("paragraphs")
    return isinstance(paragraphs, list) and any(isinstance(one, dict) and "qas" in one for one in paragraphs)


def _articles(rows: Iterator[Row]) -> Iterator[Row]:
    """{"title": ..., "paragraphs": [{"context": ..., "qas": [{"question": ..., "answers": [{"text": ...}]}]}]}"""
    number = 0
    for row in rows:
        parts = [row] if row.value is None else _questions(row, row.value)
        for part in parts:
            number += 1
            yield Row(number, part.raw, part.value, part.reason, part.blank, part.offset, part.line)


def _questions(row: Row, value: _Value) -> Iterator[Row]:
    if not _is_article(value):
        yield _rejected(row, value, "has no paragraphs with questions (`qas`), as the first article has")
        return
    told = {name: one for name, one in value.items() if name != "paragraphs"}
    for place, paragraph in enumerate(value["paragraphs"], 1):
        asked = paragraph.get("qas") if isinstance(paragraph, dict) else None
        if not isinstance(asked, list):
            yield _rejected(row, paragraph, f"paragraph {place} has no list of questions (`qas`)")
            continue
        around = {name: one for name, one in paragraph.items() if name != "qas"}
        for index, question in enumerate(asked, 1):
            if isinstance(question, dict):
                found = {**told, **around, **question, **_answers(question)}
                yield Row(0, canonical(found), found, offset=row.offset, line=row.line)
            else:
                yield _rejected(row, question, f"question {index} of paragraph {place} is no object")


def _answers(question: _Value) -> _Value:
    """The answers as the Hub has them: texts, and where they start."""
    answers = question.get("answers")
    if not isinstance(answers, list) or not all(isinstance(one, dict) and "text" in one for one in answers):
        return {}
    starts = [one["answer_start"] for one in answers if "answer_start" in one]
    found: _Value = {"text": [one["text"] for one in answers]}
    return {"answers": found | ({"answer_start": starts} if len(starts) == len(answers) else {})}


def _rejected(row: Row, value: Any, reason: str) -> Row:
    return Row(row.number, canonical(value), reason=reason, offset=row.offset, line=row.line)


def _trees(rows: Iterator[Row]) -> Iterator[Row]:
    """{"message_tree_id": ..., "prompt": {"text": ..., "role": "prompter", "replies": [...]}}"""
    number = 0
    for row in rows:
        parts = [row] if row.value is None else list(_paths(row, row.value))
        for part in parts:
            number += 1
            yield Row(number, part.raw, part.value, part.reason, part.blank, part.offset, part.line)


def _paths(row: Row, value: _Value) -> Iterator[Row]:
    root = value.get("prompt")
    if not isinstance(root, dict):
        yield _rejected(row, value, "its `prompt` is no message with replies, as that of the first tree")
        return
    told = {name: one for name, one in value.items() if name != "prompt" and not isinstance(one, (dict, list))}
    found = False
    waiting: list[tuple[_Value, ...]] = [(root,)]
    while waiting:
        path = waiting.pop()
        replies = path[-1].get("replies")
        on = [one for one in replies if isinstance(one, dict)] if isinstance(replies, list) else []
        if on and len(path) < _DEEPEST:
            waiting += [(*path, one) for one in reversed(on)]
        if not any(one.get("role") == "prompter" and one.get("replies") for one in on) and _ends(path):
            found = True
            yield _conversation(row, told, path)
    if not found:
        yield _rejected(row, value, "no message of the tree is an answer of the assistant")


def _ends(path: tuple[_Value, ...]) -> bool:
    """Whether a conversation ends here: with an answer."""
    return len(path) > 1 and path[-1].get("role") == "assistant"


def _conversation(row: Row, told: _Value, path: tuple[_Value, ...]) -> Row:
    for message in path:
        role, text = message.get("role"), message.get("text")
        if role not in _ROLES or not isinstance(text, str):
            return _rejected(row, {**told, "path": [one.get("message_id") for one in path]}, _why(message))
        if message.get("deleted") is True:
            name = message.get("message_id")
            return _rejected(row, {**told, "message_id": name}, f"message {name} was deleted by its authors")
    last = {
        name: one
        for name, one in path[-1].items()
        if name not in ("replies", "text", "role") and not isinstance(one, (dict, list))
    }
    said = [{"role": _ROLES[message["role"]], "content": message["text"]} for message in path]
    value = {"messages": said, **told, **last}
    return Row(row.number, canonical(value), value, offset=row.offset, line=row.line)


def _why(message: _Value) -> str:
    name = message.get("message_id")
    if not isinstance(message.get("text"), str):
        return f"message {name} has no `text`"
    return f"message {name} has the role {message.get('role')!r}; known are prompter and assistant"


def _messages(rows: Iterator[Row]) -> Iterator[Row]:
    """A message a row, which names its parent: {"message_id": ..., "parent_id": ..., "text": ..., "role": ...}"""
    own: dict[Any, Row] = {}
    for row in rows:
        value = row.value
        name = None if value is None else value.get("message_id")
        if value is None:
            yield row
        elif not isinstance(name, str) or not {"parent_id", "text", "role"} <= value.keys():
            yield _rejected(row, value, "lacks `message_id`, `parent_id`, `text` or `role`, which the first row has")
        elif name in own:
            yield _rejected(row, value, f"message {name} is there twice, first in row {own[name].number}")
        else:
            own[name] = row
    goes_on = _followed(own)
    used: set[Any] = set()
    for name, row in own.items():
        value = row.value or {}
        if value.get("role") != "assistant" or name in goes_on:
            continue
        path = _up(value, own)
        if isinstance(path, str):
            used.add(name)
            yield _rejected(row, value, path)
        else:
            used.update(message["message_id"] for message in path)
            yield _conversation(row, {}, path)
    for name, row in own.items():
        if name not in used:
            yield _rejected(row, row.value, "nobody answers it, so it is in no conversation")


def _followed(own: dict[Any, Row]) -> set[Any]:
    """The answers whose conversation goes on to another answer."""
    found = set()
    for row in own.values():
        value = row.value or {}
        asked = own.get(value.get("parent_id")) if value.get("role") == "assistant" else None
        if asked is not None and asked.value is not None:
            found.add(asked.value.get("parent_id"))
    return found


def _up(value: _Value, own: dict[Any, Row]) -> tuple[_Value, ...] | str:
    """The messages from the first to this one, or why there is no such path."""
    path = [value]
    while (parent := path[-1].get("parent_id")) is not None:
        above = own.get(parent)
        if above is None or above.value is None:
            return f"its parent {parent} is not in the file"
        path.append(above.value)
        if len(path) > _DEEPEST:
            return "its parents lead in a circle, or the conversation has more than 1,000 turns"
    return tuple(reversed(path)) if len(path) > 1 else "it answers no message"
