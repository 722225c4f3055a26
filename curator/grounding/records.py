"""Records in text: slots with values, in the notations that models are given, and JSON as paths with leaves."""

import json
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from curator.grounding.lexicon import CARDINALS, EMPTY, LIKE_DAYS, MONTHS, TIMES, WEEKDAYS, listed
from curator.grounding.values import Value, same, stem, values

Slot = tuple[str, str]

_BRACKETED = re.compile(r"([^\W\d_][\w .-]{0,39})\[([^\[\]\n]{0,200})\]")
_ASSIGNED = re.compile(r"(?:\b\w{1,30}\()?([^\W\d_][\w.-]{0,39})\s?=\s?([^=;,|()\[\]\n]{0,200})(?=[;,|()\[\]\n]|$)")
_LINED = re.compile(
    r"^[ \t]*[-*\u2022]?[ \t]*\**([^\W\d_][\w /.-]{0,39})\**[ \t]*[:|][ \t]+([^\n]{1,120})$", re.MULTILINE
)
# "title: Low Tide | year: 1911", "title: Low Tide; year: 1911", "title: Low Tide, year: 1911": all on one line.
_KEYED = re.compile(
    r"(?:^|[|;,\t]|\s/\s)[ \t]*\**([^\W\d_][\w.-]{0,29}(?: [\w.-]{1,20}){0,2})\**[ \t]?[:=][ \t]+(?=\S)"
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[$€£]")
_LONGEST = 4_000
# Of a text that is taken for a record, this share is slots.
_SHARE = 0.6
# Weekday or month -> the stems of its short forms and of its names in other languages.
_NAMES = {
    word: frozenset(stem(other) for other, same_number in (*forms.items(), *like.items()) if same_number == number)
    for forms, like in ((WEEKDAYS, LIKE_DAYS), (MONTHS, {}))
    for word, number in forms.items()
}
# Units of time by their own names, and how long those of a dimension are.
_SIZES = {unit[0]: unit for unit in TIMES.values()}
_SMALLER = {
    dimension: sorted({size for _, other, size in TIMES.values() if other == dimension})
    for _, dimension, _ in TIMES.values()
}
_ONE_UNIT = re.compile(rf"\b(half )?an? ({'|'.join(sorted(TIMES, key=len, reverse=True))})\b( and a half\b)?", re.I)
_NO_VALUE = frozenset(("", "none", "null", "n/a", "-", "?", "dontcare", "unknown"))


@lru_cache(maxsize=64)
def record(text: str) -> tuple[Slot, ...]:
    """The slots of the record that a text ends with, below an instruction or alone; empty without a record.

    Read are ``slot[value], ...``, ``slot=value; ...``, ``ACT(slot=value)``, three of ``slot: value`` in lines or in one
    line with marks between them, and JSON.
    """
    if len(text) > _LONGEST:
        return ()
    for pattern, mark in ((_BRACKETED, "["), (_ASSIGNED, "=")):
        if mark in text:
            found = list(pattern.finditer(text))
            if found and _covers(text, found):
                slots = [(match[1].strip(), match[2].strip()) for match in found]
                return tuple((slot, value) for slot, value in slots if value.casefold() not in _NO_VALUE)
    start = text.find("{")
    if start >= 0 and text.rstrip()[-1] in "}`":
        try:
            document = json.loads(text[start:].strip().removesuffix("```"))
        except (ValueError, RecursionError):
            return ()
        return tuple((path, str(leaf)) for path, leaf in leaves(document) if leaf is not True and leaf is not False)
    if text.count(": ") + text.count("| ") >= 3:
        lines = list(_LINED.finditer(text))
        if len(lines) >= 3 and len(lines) * 2 > text.count("\n") - 2 and _covers(text, lines):
            return tuple((match[1].strip(), match[2].strip()) for match in lines)
        return _in_line(text.rstrip().rpartition("\n")[2])
    return ()


def _in_line(line: str) -> tuple[Slot, ...]:
    """The slots of one line that is all slots, three or more of them, each key once."""
    keys = list(_KEYED.finditer(line))
    if len(keys) < 3 or keys[0].start() > 0 or len({key[1] for key in keys}) < len(keys):
        return ()
    ends = [key.start() for key in keys[1:]] + [len(line)]
    slots = [(key[1], line[key.end() : end].strip(" ;.|")) for key, end in zip(keys, ends, strict=True)]
    return tuple((slot, value) for slot, value in slots if value.casefold() not in _NO_VALUE)


def _covers(text: str, found: list[re.Match[str]]) -> bool:
    """Whether what is between the first and the last slot is little, and little follows."""
    start, end = found[0].start(), found[-1].end()
    held = sum(match.end() - match.start() for match in found)
    return held >= _SHARE * (end - start) and len(text) - end < 40 and (start == 0 or len(found) > 1 or held > 20)


def leaves(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every value of a JSON document with its path; the elements of a list share one."""
    if depth > 8:
        return
    if isinstance(document, dict):
        for key, item in document.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(document, list):
        for item in document[:50]:
            yield from leaves(item, path + "[]", depth + 1)
    elif document is not None:
        yield path, document


@lru_cache(maxsize=128)
def stems(text: str) -> tuple[str, ...]:
    """The tokens of a text in order: stems of words, numbers (those written out as digits), currencies."""
    return tuple(
        str(CARDINALS[word]) if word in CARDINALS and len(word) > 2 else stem(word)
        for word in _TOKEN.findall(text.casefold())
    )


@lru_cache(maxsize=2048)
def value_stems(value: str) -> frozenset[str]:
    """What of a value a text has to have to say it: its tokens, without articles and the like."""
    every = stems(value)
    telling = frozenset(token for token in every if token not in EMPTY)
    return telling or frozenset(every)


@lru_cache(maxsize=64)
def _held(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def says(text: str, value: str) -> bool:
    """Whether a text has a value: all its tokens, or, for numbers, dates and times, the same in another notation."""
    if stands(text, value):
        return True
    other_names = _NAMES.get(value.casefold())
    if other_names:
        return not _held(text).isdisjoint(other_names)
    if len(value) > 60 or not any(map(str.isdigit, value)):
        return False
    stated = values(value)
    if not stated:
        return False
    given = values(text)
    held = _held(text)
    words = [token for token in value_stems(value) if not token.isdigit() and token not in _NOTATION]
    if value.strip().isdecimal() and _in_another_unit(Fraction(value.strip()), text, given):
        return True
    return all(any(same(one, other) for other in given) for one in stated) and (
        stated[0].kind != "number" or all(word in held for word in words)
    )


def _in_another_unit(number: Fraction, text: str, given: Iterable[Value]) -> bool:
    """Whether a time of the text is so many of a smaller unit: "a week" is 7 nights, "half a year" is 6 months."""
    spoken = [(match[2].casefold(), match[1] is not None, match[3] is not None) for match in _ONE_UNIT.finditer(text)]
    lengths = [(TIMES[word], Fraction(1, 2) if half else Fraction(3, 2) if more else 1) for word, half, more in spoken]
    lengths += [(_SIZES[name], amount) for one in given for name in one.units & _SIZES.keys() for amount in one.plain]
    return any(
        factor < size and factor * number == size * amount
        for (_, dimension, size), amount in lengths
        for factor in _SMALLER[dimension]
    )


def stands(text: str, value: str) -> bool:
    """Whether a text has all tokens of a value, wherever."""
    return _as_written(text, value) or value_stems(value) <= _held(text)


def _as_written(text: str, value: str) -> bool:
    """Whether a value is in a text just so, as whole words: a glance, which spares most texts to be cut into tokens."""
    start = text.find(value)
    if start < 0 or not text.isascii():  # beyond ASCII a mark may become a letter when its case is folded
        return False
    end = start + len(value)
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


def hints(text: str, value: str) -> bool:
    """Whether a text may say a value in part or in another form: half of its words, by their beginnings."""
    if says(text, value):
        return True
    wanted = value_stems(value)
    if any(token.isdigit() for token in wanted):
        return False
    folded = text.casefold()
    return 2 * sum(token[: max(4, len(token) // 2)] in folded for token in wanted) >= len(wanted)


_NOTATION = listed("am pm a m p and to st nd rd th o clock uhr $ € £")
