"""What holds from one month or weekday to another holds in those between: "closed from May to August", in July."""

import re
from collections.abc import Iterator, Mapping

from curator.alternation import one_of
from curator.grounding.lexicon import MONTHS, WEEKDAYS

_TO = r"\s*(?:and|to|through|thru|until|till|und|bis|et|\u00e0|au|y|a|al|[-\u2013])\s*"
_FROM = r"(?:(?:between|from|zwischen|von|vom|entre|de|du|desde)\s+)"


def _range(words: Mapping[str, int]) -> re.Pattern[str]:
    one = one_of([word for word in words if len(word) > 2])
    return re.compile(rf"\b(?:{_FROM}(?P<a>{one})|(?P<b>{one})){_TO}(?P<to>{one})\b(?!\s*\d)", re.IGNORECASE)


# The cycle, what names one of it, and how one is named in a sentence.
_CYCLES = tuple(
    (
        words,
        _range(words),
        re.compile(rf"\b{one_of([word for word in words if len(word) > 2])}\b", re.IGNORECASE),
        where,
    )
    for words, where in ((MONTHS, "in"), (WEEKDAYS, "on"))
)
_LENGTHS = {"in": 12, "on": 7}


def within(sentence: str, text: str) -> Iterator[str]:
    """A sentence about a span of months or weekdays, said of each one within it that a text names."""
    for words, spans, one, where in _CYCLES:
        span = spans.search(sentence)
        if span is None:
            continue
        first, last = words[(span["a"] or span["b"]).casefold()], words[span["to"].casefold()]
        many = _LENGTHS[where]
        for named in dict.fromkeys(match[0] for match in one.finditer(text)):
            if 0 < (words[named.casefold()] - first) % many < (last - first) % many:
                yield f"{sentence[: span.start()]}{where} {named}{sentence[span.end() :]}"
