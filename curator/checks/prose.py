"""What can be named when two running texts contradict each other: yes and no, a value, an opposite, a name."""

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from curator.checks.contradiction import content, lacking, plain_words, stem
from curator.checks.opposites import NEGATIONS, signs
from curator.checks.quantities import Quantity, days, quantities, times
from curator.text import shorten

_YES = r"yes|yeah|yep|yup|true|correct|indeed|agreed?|affirmative|ja|oui|sí|sì|sim"
_NO = r"no|nope|false|incorrect|disagreed?|negative|nein|non|não|nee"
_POLAR = re.compile(
    rf"\W*(?:(?P<yes>{_YES})|(?P<no>{_NO}))\b(?!-|\.\s?\d| "
    r"(?:problem|worries|idea|doubt|one|matter|longer|wonder|thanks)\b)"
    rf"(?P<rest>\W*$|\s*[,.;:!\u2013\u2014-].*| (?:it|you|we|they|he|she|i|this|that|there|the|a|an|is|are|not)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][^\W\d_]+(?:\s+[A-Z][^\W\d_]+)*")
#: Texts longer than this say so much that two numbers with one unit need not be about one thing.
_SHORT_TEXT = 30
#: Shares of the content words that one of two texts may lack: where their opposites turn the meaning round, and where
#: a negation or a name does; and of longer texts whose numbers are compared.
_MOSTLY, _ALMOST, _PARTLY = 0.4, 0.25, 0.6


class Polarity(Struct, frozen=True):
    """Whether an answer says yes or no, where it does, and whether that is all it says."""

    yes: bool
    whole: bool
    start: int
    end: int


class Clash(Struct, frozen=True):
    """What contradicts: its kind, a sentence that names it, a score, and the characters on both sides."""

    kind: Literal["number", "date", "time", "opposites", "names"]
    detail: str
    score: float
    left: tuple[int, int] | None = None
    right: tuple[int, int] | None = None


@lru_cache(maxsize=512)
def polarity(text: str) -> Polarity | None:
    """Whether an answer begins with yes or no, in six languages; None when it does neither."""
    match = _POLAR.match(text)
    if match is None:
        return None
    word = "yes" if match["yes"] else "no"
    return Polarity(bool(match["yes"]), not re.search(r"\w", match["rest"]), match.start(word), match.end(word))


# What yes and no are put as in answers to a question for one of them: "Sorry, dogs are not allowed."
_REGRETS = re.compile(
    r"\W*(?:sorry|unfortunately|regrettably|(?:i|we)(?:['\u2019]m| am|['\u2019]re| are) (?:afraid|sorry)|my apologies"
    r"|leider|malheureusement|désolée?|lamentablemente|por desgracia|tyvärr)\b",
    re.IGNORECASE,
)
_GRANTS = re.compile(
    r"\W*(?:of course|certainly|sure|absolutely|by all means|(?:you|they)(?:['\u2019]re| are) welcome to|please do"
    r"|natürlich|selbstverständlich|klar|gerne?|bien sûr|claro|por supuesto|självklart)\b(?!\s+(?:not|nicht|no)\b)",
    re.IGNORECASE,
)
_ASKS_FOR_ONE = re.compile(
    r"(?:^|[.,:;!?]\s|\n)\W*(?:and |but |so |und |et |y )?"
    r"(?:do|does|did|is|are|was|were|can|could|will|would|must|should|may|have|has|need"
    r"|ist|sind|kann|können|darf|dürfen|muss|müssen|gibt es|haben|est-ce|puis-je|peut-on|puedo|se puede|hay|kan|får)\b"
    r"(?:(?!\b(?:or|oder|ou|eller)\b)[^?])*\?\W*\Z",
    re.IGNORECASE,
)
_FIRST = re.compile(r"[.!?\n]")
_GRANTED = 5


@lru_cache(maxsize=512)
def answered_polarity(question: str, text: str) -> Polarity | None:
    """Whether an answer says yes or no to a question, in these words or in others: with regret, or gladly."""
    plain = polarity(text)
    if plain is not None or not _ASKS_FOR_ONE.search(question):
        return plain
    regrets = _REGRETS.match(text)
    opening = regrets or _GRANTS.match(text)
    if opening is None:
        return None
    said = plain_words(_FIRST.split(text[opening.end() :], maxsplit=1)[0])
    # "You are welcome to, as long as you do not ..." is a yes.
    denies = any(word in NEGATIONS for word in (said if regrets else said[:_GRANTED]))
    if denies != bool(regrets):
        return None
    return Polarity(not regrets, False, opening.start(), opening.end())


def clash(left: str, right: str) -> Clash | None:
    """What can be named where two answers to one question contradict each other, the clearest first."""
    return _dates(left, right) or _amounts(left, right) or _wording(left, right)


def _dates(left: str, right: str) -> Clash | None:
    one, two = days(left), days(right)
    if len(one) == 1 and len(two) == 1 and not one[0].same(two[0]):
        return _quoting("date", left, right, (one[0].start, one[0].end), (two[0].start, two[0].end))
    hours, others = times(left), times(right)
    if len(hours) == 1 and len(others) == 1:
        (minute, sure, *place), (other, certain, *elsewhere) = hours[0], others[0]
        apart = (minute - other) % 1440 if sure and certain else (minute - other) % 720
        if apart:
            return _quoting("time", left, right, (place[0], place[1]), (elsewhere[0], elsewhere[1]))
    return None


def _amounts(left: str, right: str) -> Clash | None:
    """A unit that both texts give numbers of, and none of one text's numbers can be one of the other's."""
    one, two = quantities(left), quantities(right)
    if not one or not two or not _comparable(left, right):
        return None
    for amount in one:
        facing = [other for other in two if _measures(amount, other)]
        own = [other for other in one if _measures(amount, other)]
        if not facing or not amount.unit or len(own) > 2 or len(facing) > 2:
            continue
        if any(mine.same(other) or mine.value == other.value for mine in own for other in two):
            continue
        if any(mine.value == other.value for mine in one for other in facing):
            continue
        other = facing[0]
        return _quoting("number", left, right, (amount.start, amount.end), (other.start, other.end))
    return None


def _measures(one: Quantity, two: Quantity) -> bool:
    return bool(one.unit and two.unit) and one.comparable(two)


def _comparable(left: str, right: str) -> bool:
    words, others = plain_words(left), plain_words(right)
    if max(len(words), len(others)) <= _SHORT_TEXT:
        return True
    says, other = content(words), content(others)
    return min(lacking(says, other), lacking(other, says)) <= _PARTLY


def _wording(left: str, right: str) -> Clash | None:
    """Nearly the same words, and one of the few that differ turns the meaning round: an opposite, a not, a name."""
    words, others = plain_words(left), plain_words(right)
    says, other = content(words), content(others)
    apart = max(lacking(says, other), lacking(other, says))
    stand, against = signs(words), signs(others)
    clashes = stand.clashes(against)
    aligned = _in_order(words, says & other) == _in_order(others, says & other)
    if len(says & other) >= 2 and clashes == 1 and apart <= _MOSTLY and aligned:
        return Clash("opposites", "One says the opposite of the other.", 0.85)
    odd = sum(word in NEGATIONS for word in (*words, *others)) % 2
    denied = clashes or (stand.negations > 0) != (against.negations > 0)
    if len(says & other) >= 2 and odd and denied and apart <= _ALMOST and aligned:
        return Clash("opposites", "One denies what the other says.", 0.85)
    return _names(left, right, says, other) if aligned and len(says & other) >= 2 else None


def _in_order(words: tuple[str, ...], shared: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in map(stem, words) if word in shared)


def _names(left: str, right: str, says: frozenset[str], other: frozenset[str]) -> Clash | None:
    """Different names in the same sentence."""
    one, two = _names_in(left, right), _names_in(right, left)
    if not one or not two:
        return None
    named = {stem(word) for name in (*one, *two) for word in plain_words(name)}
    if max(lacking(says - named, other), lacking(other - named, says)) > _ALMOST:
        return None
    return _quoting("names", left, right, next(iter(one.values())), next(iter(two.values())))


def _names_in(text: str, other: str) -> dict[str, tuple[int, int]]:
    """The names of a text that the other lacks, and where they stand."""
    lower = other.casefold()
    found = {match[0]: match.span() for match in _NAME.finditer(text)}
    return {name: place for name, place in found.items() if not any(part.casefold() in lower for part in name.split())}


def _quoting(
    kind: Literal["number", "date", "time", "names"],
    left: str,
    right: str,
    here: tuple[int, int],
    there: tuple[int, int],
) -> Clash:
    detail = f'One says "{_around(left, *here)}", the other "{_around(right, *there)}".'
    return Clash(kind, detail, 0.9 if kind != "names" else 0.8, here, there)


def _around(text: str, start: int, end: int) -> str:
    """The value with a word on both sides."""
    before = text[max(0, start - 24) : start].rsplit(None, 2)
    first = start - len(before[-1]) - 1 if text[:start].endswith(" ") and before else start
    after = re.match(r"\s?\S*", text[end:])
    return shorten(
        text[max(0, first) if first != start else start : end + (after.end() if after else 0)].strip(" .,;"), 40
    )
