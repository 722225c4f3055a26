"""Whether two texts ask for the same thing in other words: what has to agree, and what is left over on each side.

Vectors put "increase" beside "decrease", Monday beside Tuesday and "from A to B" on "from B to A"; so numbers, names,
negations, opposites, question words and roles are compared one by one, and vectors only say which of the remaining
words may stand for each other.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from curator.checks.contradiction import NUMBER_WORDS, stem
from curator.checks.opposites import Signs, signs
from curator.checks.request_words import FIXED, GENERIC, SAME
from curator.text import normalise, words
from curator.vectors.likeness import word_cosines

#: From this cosine on, two words may stand for each other. Of 49 pairs of synonyms 31 are above, of 51 pairs of things
#: of one kind 11; those and their like are named in `FIXED`.
SYNONYMS = 0.5
_DENYING = ("un", "non", "dis", "in", "im", "ir", "il", "de", "mis", "re", "anti")
_ASKS = {"who": "who", "whom": "who", "whose": "who", "where": "where", "when": "when", "why": "why"}
_AMOUNT = frozenset(("many", "much", "often", "far", "old", "tall", "big", "large"))
_PREPOSITIONS = frozenset(("from", "to", "into", "by", "before", "after", "over", "under", "with", "against", "than"))
_PLACES = "in on at for of about during until since von nach mit zu de à con a"
_PLACED = _PREPOSITIONS | frozenset(_PLACES.split())
# A sentence of the template, a label of a field, or a line.
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
# snake_case, camelCase and paths: code and records, where every letter counts.
_IDENTIFIER = re.compile(r"\b\w*[a-z][A-Z]\w*\b|\b\w+_\w+\b|\b\w+(?:[./\\]\w+)+\b")
# What one word means beside its usual neighbours.
_OTHERWISE = {"left": "forgot", "close": "near", "next": "near", "toward": "to", "towards": "to"}
_TIMES = ("days", "mornings", "afternoons", "evenings", "nights", "weekends")
_COUNTED = frozenset(("number", "amount", "count"))
_LEAVERS = frozenset((word,) for word in ("i", "we", "he", "she", "they", "have", "has", "had", "ive", "been"))
_LEFT_BEHIND = frozenset((word,) for word in ("a", "my", "our", "his", "her", "their", "it", "behind"))
_FAVOURED = frozenset(("me", "you", "him", "her", "us", "them"))
_CAPITAL = re.compile(r"(?<=[^\W\d_,;)])\s+[\"'(\u201c]?([A-Z][\w'&-]*)")


class Request(Struct, frozen=True):
    """What a text asks for, taken apart. `content` are the stems of its telling words, in order, each once."""

    content: tuple[str, ...]
    free: tuple[str, ...]
    spelled: dict[str, str]
    values: tuple[str, ...]
    names: frozenset[str]
    signs: Signs
    asks: frozenset[str]
    identifiers: frozenset[str]
    roles: tuple[tuple[str, str], ...]
    ties: tuple[tuple[str, str], ...]
    favoured: str


class Rephrasing(Struct, frozen=True):
    """Two texts that may ask for the same: shared content, and what neither side has a word for on the other."""

    shared: int
    left_over: tuple[str, ...]
    right_over: tuple[str, ...]
    substituted: tuple[tuple[str, str], ...]


def own_parts(left: str, right: str) -> tuple[str, str]:
    """Both texts without the sentences and lines that they have in common: an instruction, a passage."""
    ones, others = _sentences(left), _sentences(right)
    common = ones.keys() & others.keys()
    mine = " ".join(text for key, text in ones.items() if key not in common)
    return mine, " ".join(text for key, text in others.items() if key not in common)


@lru_cache(maxsize=4096)
def rephrased(left: str, right: str) -> Rephrasing | None:
    """How one text rephrases the other; None when something in them says that they ask for different things."""
    one, two = request(left), request(right)
    if not one.content or not two.content or one.values != two.values or _differ_in_names(one, two, left, right):
        return None
    if one.signs.clashes(two.signs) or one.signs.negations != two.signs.negations:
        return None
    if asks_apart(one, two):
        return None
    shared = [word for word in one.content if word in two.content]
    if len(shared) == len(one.content) == len(two.content) and _reordered(one, two):
        return None
    left_over = [word for word in one.content if word not in two.content]
    right_over = [word for word in two.content if word not in one.content]
    matched = _synonyms(one, two, left_over, right_over)
    return Rephrasing(
        len(shared),
        tuple(word for word in left_over if word not in {mine for mine, _ in matched}),
        tuple(word for word in right_over if word not in {theirs for _, theirs in matched}),
        tuple(matched),
    )


def asks_apart(one: Request, two: Request) -> bool:
    """Whether question words, identifiers or roles of two requests differ."""
    return (
        one.identifiers != two.identifiers
        or bool(one.asks and two.asks and one.asks != two.asks)
        or _roles_swapped(one, two)
    )


@lru_cache(maxsize=2048)
def request(text: str) -> Request:
    """A text taken apart."""
    found = words(text)
    plain = tuple(word.replace("'", "").replace("\u2019", "") for word in found)
    content: dict[str, str] = {}
    free: list[str] = []
    values: list[str] = []
    roles: list[tuple[str, str]] = []
    ties: list[tuple[str, str]] = []
    before = last = favoured = ""
    for place, word in enumerate(plain):
        number = NUMBER_WORDS.get(word, word.replace(",", "") if word[0].isdigit() else "")
        if word in _OTHERWISE and _otherwise(word, plain[place - 1 : place], plain[place + 1 : place + 2]):
            word = _OTHERWISE[word]
        if word.endswith(_TIMES):
            word = word[:-1]
        elif word in _COUNTED and plain[place + 1 : place + 2] == ("of",):
            continue
        if word in FIXED or (number and word != "one"):
            values.append(number or word)
            word_stem = number or word
        elif word in GENERIC or _going_on(word):
            if before == "for" and word in _FAVOURED:
                favoured = word
            before = word if word in _PLACED else before
            continue
        else:
            word_stem = stem(word)
            content.setdefault(word_stem, word)
            if not before:
                free.append(word_stem)
        if before in _PREPOSITIONS:
            roles.append((before, word_stem))
        if before == "for":
            favoured = word_stem
        if before and last:
            ties.append((word_stem, last))
        before, last = "", word_stem
    return Request(
        content=tuple(content),
        free=tuple(dict.fromkeys(free)),
        spelled=content,
        values=tuple(sorted(values)),
        names=frozenset(name.casefold() for name in _CAPITAL.findall(text) if name != "I" and name[:2] != "I'"),
        signs=signs(plain),
        asks=_asked(plain),
        identifiers=frozenset(_IDENTIFIER.findall(text)),
        roles=tuple(roles),
        ties=tuple(ties),
        favoured=favoured,
    )


def _going_on(word: str) -> bool:
    """Whether a word is the form in -ing of one that tells nothing: "are you coming", "do you come"."""
    return word.endswith("ing") and (word[:-3] in GENERIC or f"{word[:-3]}e" in GENERIC)


def _otherwise(word: str, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether "left" is no side ("I left it") and "close" no verb ("close to it")."""
    if word == "left":
        return before in _LEAVERS or after in _LEFT_BEHIND
    return word not in ("close", "next") or after == ("to",)


def names_either(text: str, stems: Iterable[str]) -> bool:
    """Whether a text speaks of one of these."""
    said = request(text).content
    return any(word in said for word in stems)


@lru_cache(maxsize=1024)
def _sentences(text: str) -> dict[str, str]:
    return {normalise(part.rstrip(" ;:,")): part for part in _SENTENCE.split(text) if part.strip()}


def _asked(plain: tuple[str, ...]) -> frozenset[str]:
    asked = {_ASKS[word] for word in plain if word in _ASKS}
    for word, following in pairwise(plain):
        if word == "how" and following in _AMOUNT:
            asked.add(f"how {following}")
        elif word == "how" and following == "long":
            asked.add("when")
    return frozenset(asked)


def _differ_in_names(one: Request, two: Request, left: str, right: str) -> bool:
    said, other = set(words(left)), set(words(right))
    stems, others = {stem(word) for word in said}, {stem(word) for word in other}
    return any(name not in other and stem(name) not in others for name in one.names) or any(
        name not in said and stem(name) not in stems for name in two.names
    )


def _roles_swapped(one: Request, two: Request) -> bool:
    """Whether what follows "from" in one text follows another preposition in the other."""
    mine, theirs = dict(one.roles), dict(two.roles)
    for place, word in mine.items():
        for other_place, other_word in theirs.items():
            moved = theirs.get(place, word) != word or {place, other_place} == {"from", "to"}
            if word == other_word and place != other_place and moved:
                return True
    # "Can my mother renew it for me" against "can I renew it for my mother".
    if any(
        a.favoured in _FAVOURED and (b.favoured in a.free or b.favoured in a.values)
        for a, b in ((one, two), (two, one))
    ):
        return True
    # "A master's in maths and a bachelor's in law" against "a master's in law and a bachelor's in maths".
    tied, others = dict(one.ties), dict(two.ties)
    retied = {(tied[word], others[word]) for word in tied.keys() & others.keys() if tied[word] != others[word]}
    return any((there, here) in retied for here, there in retied)


def _reordered(one: Request, two: Request) -> bool:
    """Whether three or more words that no preposition places come in another order: who does what to whom.

    Two clauses that changed places do not count ("The app crashes when I open it", "When I open it, ...").
    """
    mine = [word for word in one.free if word in two.free]
    theirs = [word for word in two.free if word in one.free]
    turned = any(mine[cut:] + mine[:cut] == theirs for cut in range(2, len(mine) - 1))
    return len(mine) >= 3 and mine != theirs and not turned


def _synonyms(one: Request, two: Request, left_over: list[str], right_over: list[str]) -> list[tuple[str, str]]:
    """Left-over words that may stand for each other, the nearest first, each used once."""
    if not left_over or not right_over or len(left_over) * len(right_over) > 100:
        return []
    cosines = word_cosines([one.spelled[word] for word in left_over], [two.spelled[word] for word in right_over])
    near = [
        (float(cosines[row, column]), mine, theirs)
        for row, mine in enumerate(left_over)
        for column, theirs in enumerate(right_over)
    ]
    near = [(_likely(cosine, one.spelled[mine], two.spelled[theirs]), mine, theirs) for cosine, mine, theirs in near]
    matched: list[tuple[str, str]] = []
    for cosine, mine, theirs in sorted(near, key=lambda found: (-found[0], found[1:])):
        if cosine >= SYNONYMS and all(mine != used and theirs != taken for used, taken in matched):
            matched.append((mine, theirs))
    return matched


def _likely(cosine: float, mine: str, theirs: str) -> float:
    """The cosine of two words, or 1 for one root and known synonyms and -1 for a word and its denial."""
    short, long = sorted((mine, theirs), key=len)
    if long in {prefix + short for prefix in _DENYING}:
        return -1.0
    if (len(short) >= 4 and long.startswith(short)) or SAME.get(mine, -1) == SAME.get(theirs, -2):
        return 1.0
    return 1.0 if stem(mine)[:5] == stem(theirs)[:5] and len(stem(short)) >= 5 else cosine
