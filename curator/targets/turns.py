"""The rules of whole conversations: the order of roles, the last message, reserved texts, tokens of a row."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from curator import tokens
from curator.targets.chat import ChatRules, fits, misplaced

#: The error of the estimate that tokens.py measured, for people.
ESTIMATED = "an estimate, which is off by -45 % to +40 %"

_WORDS = {
    "first": "{where}.role: the first message after the system message must be from the {expected}, not {role}",
    "order": "{where}.role: expected {expected} but found {role}: user and assistant must take turns",
    "last": "{where}.role: the last message must be from the assistant, not {role}",
    "system": "{where}.role: {who} takes a system message at the beginning only",
    "reserved": "{where}.content: {word!r} is reserved by {who}",
}


def check_turns(messages: list[dict[str, Any]], field: str, names: Sequence[str], rules: ChatRules) -> list[str]:
    """What is wrong with messages that are each well formed."""
    roles = [message["role"] for message in messages]
    wrong = [
        said(rules, key, where=names[index], role=roles[index], expected=expected)
        for index, key, expected in misplaced(roles, rules.order)
    ]
    if roles[-1] != "assistant":
        wrong.append(said(rules, "last", where=names[-1], role=roles[-1]))
    trained = [message for message in messages if message["role"] == "assistant" and message.get("weight") != 0]
    if not trained:
        had = "assistant" in roles
        wrong.append(f"{field}: {'every assistant message has weight 0' if had else 'has no assistant message'}")
    if len(messages) < rules.least:
        wrong.append(f"{field}: has {len(messages)} message(s); {rules.who} takes at least {rules.least}")
    for name, message in zip(names, messages, strict=True):
        texts = _texts(message)
        held = [word for word in rules.reserved if any(word in text for text in texts)]
        wrong += [said(rules, "reserved", where=name, role=message["role"], word=word) for word in held]
    return wrong + _too_long(messages, rules)


def said(rules: ChatRules, key: str, **values: str) -> str:
    """A rule in the provider's words, else in ours."""
    own = rules.says.get(key)
    text = (own or _WORDS[key]).format(who=rules.who, **values)
    return f"{values['where']}: {text}" if own and "{where}" not in own else text


def marks_in(messages: Sequence[tuple[str, str]], marks: Sequence[str]) -> list[str]:
    """The control tokens in texts that come with their field, in words."""
    found = []
    for where, text in messages:
        held = [mark for mark in marks if mark in text] if "<" in text or "[" in text else []
        if held:
            found.append(f"{where}: holds {', '.join(held)}, which a tokenizer may read as a control token")
    return found


def maybe_long(texts: Sequence[str], rules: ChatRules) -> list[str]:
    """That a row may have more tokens than it may, where only an estimate says so."""
    if fits(sum(map(len, texts)), rules) or _counting(rules) != "estimate":
        return []
    count = sum(tokens.estimate(text) + tokens.PER_MESSAGE for text in texts)
    if count <= rules.row_tokens / 1.45 or int(tokens.LOW * count) > rules.row_tokens:
        return []
    return [f"it may be longer than {rules.row_tokens:,} tokens: about {count:,} ({ESTIMATED})"]


def _too_long(messages: list[dict[str, Any]], rules: ChatRules) -> list[str]:
    texts = [text for message in messages for text in _texts(message)]
    if fits(sum(map(len, texts)), rules):
        return []
    how = _counting(rules)
    if how == "characters/3":
        count = sum(len(text) // 3 for text in texts)
        told = f"has {count:,} tokens, counted as {rules.who} counts them (a third of the characters)"
    elif how == "o200k_base":
        count = sum(tokens.count(text, "o200k_base") for text in texts)
        told = f"has {count:,} tokens (o200k_base)"
    else:
        count = int(tokens.LOW * sum(map(tokens.estimate, texts)))
        told = f"has at least {count:,} tokens (the low end of {ESTIMATED})"
    return [f"the row {told}; {rules.who} takes at most {rules.row_tokens:,}"] if count > rules.row_tokens else []


def _counting(rules: ChatRules) -> str:
    return "estimate" if rules.counting == "o200k_base" and not _has_bpe() else rules.counting


@cache
def _has_bpe() -> bool:
    return find_spec("bpe_openai") is not None


def _texts(message: dict[str, Any]) -> list[str]:
    content = message["content"]
    return [content] if type(content) is str else [part["text"] for part in content if part.get("type") == "text"]
