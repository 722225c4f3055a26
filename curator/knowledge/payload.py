"""What an output states that its prompt does not hold, as spans and as shares of its words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from curator.grounding.calendar import next_to
from curator.grounding.lexicon import CLAIMING, EMPTY, LIKE_DAYS, MONTHS, SCALES, WEEKDAYS, listed
from curator.grounding.measures import converted
from curator.grounding.names import Name, known, names, tokens, vocabulary
from curator.grounding.values import Value, same, stem, values
from curator.knowledge.lexicon import LINK
from curator.vectors.table import pieces

#: Characters of an output that are read.
OUTPUT = 2_000
# The vocabulary that the vectors come with is sorted by frequency: a word behind this place, or one that it only has
# in pieces, is rare (about one in 400,000 words of running English).
_RARE = 9_000
_RAREST = 30_000
_MONEY = re.compile(
    r"[$\u20ac\u00a3\u00a5\u20b9]|\b(?:usd|eur|gbp|chf|sek|kr|kronor|euros?|dollars?|pounds?|pence|cents?|rs|rupees?|"
    r"pesos?|francs?|franken)\b",
    re.IGNORECASE,
)
_GERMAN = listed(
    "der die das den dem des und nicht ich sie ist ein eine einen einem mit auf für zu von im bei wir es wird "
    "werden kann "
    "sich auch aber oder aus nach wenn zum zur nein ihnen ihre mir dir bitte"
)
_ENUMERATED = re.compile(r"\s{0,2}[.)]\s")
_RUN = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
# What a link or a telephone number has.
_LINK_PARTS = ("http", "www.", "@")
# Words that state a value; "one" and "half" bear one out and state none.
_STATING = CLAIMING | frozenset((*SCALES, *WEEKDAYS, *LIKE_DAYS, *MONTHS))
# A capital behind a word: without one, a text has no name but its first word.
_END = re.compile(r"[.!?](?=\s)|\n")
_CAPITAL = re.compile(r"\S\s+[^\w\s]*[^\W\d_a-zß-öø-ÿ]")
# Characters of an output whose numbers in words are read.
_LONG = 300


class Fact(NamedTuple):
    """A span of an output that its prompt does not hold: a link, price, date, time, number, name or rare term."""

    start: int
    end: int
    kind: str


class Payload(NamedTuple):
    """What an output adds to its prompt.

    `facts` are in order, those that begin alike once; `novel` is the share (0 to 1) of its content words that the
    prompt does not have, `words` how many words it has, `values` how many values it states at all. `answer` says that
    it is a short answer that begins with a capital and that the prompt does not hold. `cut` says that the output was
    read up to `OUTPUT` characters only.
    """

    facts: tuple[Fact, ...]
    novel: float
    words: int
    values: int
    answer: bool
    cut: bool

    def count(self, *kinds: str) -> int:
        """How many facts are of these kinds."""
        return sum([fact.kind in kinds for fact in self.facts])


#: What is said of an output that was not looked at.
NOTHING = Payload((), novel=0.0, words=0, values=0, answer=False, cut=False)


@lru_cache(maxsize=16)
def payload(given: str, output: str) -> Payload:
    """Compares an output with all that the model was given before it."""
    text = output[:OUTPUT]
    held = stems(given)
    written = tokens(text)
    content = [word for word in written if word not in EMPTY and not word[0].isdigit()]
    novel = [word for word in content if not _is_held(word, held)]
    named = () if _is_german(written) else names(text) if text[:1].isupper() or _CAPITAL.search(text) else ()
    digits = _DIGIT.search(text) is not None
    facts: list[Fact] = []
    if digits or any(map(text.__contains__, _LINK_PARTS)):
        facts += [Fact(match.start(), match.end(), "link") for match in LINK.finditer(text) if match[0] not in given]
    # In a long text without a digit, numbers in words are figures of speech.
    stated = [value for value in _stated(text) if value.claim] if digits or len(text) < _LONG else []
    facts += _values(stated, text, given)
    new = _unknown(named, text, given)
    facts += [Fact(name.start, name.end, "name") for name in new if not name.first]
    facts += _terms(text, novel) if novel and _is_english(content) else []
    answer = bool(named) and len(written) <= 6 and text.lstrip()[:1].isupper() and named[0] in new
    return Payload(
        facts=_apart(facts),
        novel=len(novel) / len(content) if content else 0.0,
        words=len(written),
        values=len(stated),
        answer=answer,
        cut=len(output) > OUTPUT,
    )


def _is_held(word: str, held: frozenset[str]) -> bool:
    """Whether a prompt has a word in any of its forms; of "non-profits", it has both parts."""
    if stem(word) in held:
        return True
    parts = _RUN.findall(word)
    return len(parts) > 1 and all(stem(part) in held or part in EMPTY for part in parts)


def _unknown(named: tuple[Name, ...], text: str, given: str) -> list[Name]:
    """The names that a prompt does not have, in any of their forms."""
    unseen = [name for name in named if text[name.start : name.end] not in given]
    held = vocabulary(given) if unseen else frozenset()
    return [name for name in unseen if not known(name, held)]


def stems(text: str) -> frozenset[str]:
    """What the words of a text say, without their endings."""
    return frozenset(map(stem, set(_RUN.findall(text.casefold())) - EMPTY))


def _stated(text: str) -> Iterator[Value]:
    """The values of a text, looked for only in sentences that have a digit or a word that states one."""
    start = 0
    for match in _END.finditer(text):
        yield from _stated_in(text, start, match.end())
        start = match.end()
    yield from _stated_in(text, start, len(text))


def _stated_in(text: str, start: int, end: int) -> Iterator[Value]:
    part = text[start:end]
    if _DIGIT.search(part) is None and _STATING.isdisjoint(_RUN.findall(part.casefold())):
        return
    for value in values(part):
        yield value._replace(start=value.start + start, end=value.end + start)


def _values(stated: list[Value], text: str, given: str) -> list[Fact]:
    new = [value for value in stated if text[value.start : value.end] not in given and not _counts_lines(value, text)]
    held = list(_stated(given)) if new else []
    return [
        Fact(value.start, value.end, _kind(value, text))
        for value in new
        if not any(same(value, other) for other in held)
        and not converted(value, text, [(other, given) for other in held])
        and not (value.kind == "date" and next_to(value, held, given, text))
    ]


def _counts_lines(value: Value, text: str) -> bool:
    """Whether a number only counts the lines of a list, or the steps of a solution."""
    before = text[text.rfind("\n", 0, value.start) + 1 : value.start].strip()
    return before in ("", "#", "##", "###", "####", "(", "-", "*") and bool(
        _ENUMERATED.match(text, value.end) or before.startswith("#")
    )


def _kind(value: Value, text: str) -> str:
    around = text[max(0, value.start - 2) : value.end + 8]
    if value.kind == "number":
        if _MONEY.search(around):
            return "price"
        return "rate" if "%" in around else "number"
    if value.kind == "code":
        return "number"
    return "date" if value.kind == "date" else "time"


def _terms(text: str, novel: list[str]) -> list[Fact]:
    rare = {word for word in novel if len(word) > 3 and rank(word) > _RARE}
    if not rare:
        return []
    found = {}
    lowered = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    for word in rare:
        at = lowered.find(word)
        if at >= 0:
            found[at] = Fact(at, at + len(word), "term")
    return list(found.values())


def _is_german(written: tuple[str, ...]) -> bool:
    """Whether a text writes all its nouns with capitals, so that these say nothing of names."""
    return sum([word in _GERMAN for word in written]) > 0.12 * len(written)


def _is_english(content: list[str]) -> bool:
    """Whether the frequent words of English make up most of a text: else each of its words would count as rare."""
    return 2 * sum([rank(word) <= _RARE for word in content]) >= len(content)


def rank(word: str) -> int:
    """The place of a word among the frequent ones of English; a word in pieces comes behind all of them."""
    found = pieces()[word]
    if len(found) == 1:
        return found[0]
    return _RAREST + 2_000 * len(found) if found else _RAREST + 10_000


def _apart(facts: list[Fact]) -> tuple[Fact, ...]:
    """Facts in order, of overlapping ones the first and longest."""
    kept: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: (fact.start, -fact.end)):
        if not kept or fact.start >= kept[-1].end:
            kept.append(fact)
    return tuple(kept)
