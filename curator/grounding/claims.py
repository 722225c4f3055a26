"""Holds what an output claims against what the model was given: contradicted, absent, or borne out."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from curator.grounding.context import Given, Turn, given_text
from curator.grounding.lexicon import CURRENCIES, MANY_DAYS, PRICES, TIMES, listed
from curator.grounding.names import Name, content, known, names, sentences, tokens, vocabulary
from curator.grounding.negation import opposed
from curator.grounding.values import YEAR, Value, same, stem, values

Kind = Literal["number", "date", "time", "weekday", "code", "name", "negation", "state"]


class Issue(NamedTuple):
    """A piece of an output that the context does not bear out. `instead` is what the context says in its place."""

    kind: Kind
    start: int
    end: int
    instead: str = ""
    where: str = ""


class Assessment(NamedTuple):
    """How the claims of one output stand: how many there are, which are contradicted, which are nowhere given."""

    claims: int
    clashes: tuple[Issue, ...]
    absent: tuple[Issue, ...]


NOTHING = Assessment(0, (), ())
_MOST = 60
# With more numbers than these, some two of them have any sum: then all three have to count the same thing.
_FEW = 10
# A sentence with more values of one kind is a list, of which none stands for another.
_RIVALS = 3
# Characters before a value that say what it is the value of.
_NEAR = 40
_LIST_MARK = re.compile(r"(?:^|\n)[\s\-*(#]*(?:(?:step|schritt|point|option|question|no\.?|nr\.?) ?)?\Z", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"\b(?:how many|how much|number of|wie viele|wieviele|combien de|cuántos|cuántas)\s+(?:\w+\s+)??([^\W\d_]+)", re.I
)
_RATES = re.compile(r"\b(?:per|each|every|apiece|times|%|pro|je|jede[rsn]?|par|chaque|por|cada)\b|%|/", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|over|more than|less than|up to|some|~|under|circa|etwa|rund|"
    r"environ|unos|unas)\s*\Z",
    re.IGNORECASE,
)
# Who reckons comes to numbers of their own.
_SUM = re.compile(r"[\d)]\s?[-+*/\u00d7÷x]\s?[$€£(]?\d[\d.,]*\)?\s?=|=\s?[$€£]?\d|#### ?\d")
_SMALL = Fraction(12)
_MEASURES = frozenset((*CURRENCIES.values(), "%", "time", "calendar", YEAR, *(name for name, _, _ in TIMES.values())))
_DIMENSIONS = frozenset(("time", "calendar"))


@lru_cache(maxsize=64)
def assess(turns: tuple[Turn, ...], output: str) -> Assessment:
    """Every claim of an output, held against the turns before it. Nothing where there is nothing to answer from."""
    stripped = output.strip()
    if not stripped or stripped[0] in "{[" or "```" in output:
        return NOTHING
    given = given_text(turns)
    if not given.grounded or given.free or _SUM.search(output):
        return NOTHING
    claims = 0
    clashes: list[Issue] = []
    absent: list[Issue] = []
    for issue in (*_value_issues(given, output), *_name_issues(given, output)):
        claims += 1
        if issue is not None:
            (clashes if issue.instead else absent).append(issue)
    clashes += [Issue(kind, start, end, instead, instead) for kind, start, end, instead in opposed(given, output)]
    return Assessment(claims, tuple(clashes), tuple(absent))


def _value_issues(given: Given, output: str) -> Iterator[Issue | None]:
    """For each value that the output claims: None where it is borne out, else what is wrong."""
    own = values(output)
    if not own:
        return
    held = values(given.text)[:400]
    asked = _asked_unit(given.text) if len(output) <= 20 else ""
    for value in own:
        if not value.claim or _list_mark(value, output):
            continue
        if asked and value.kind == "number" and not value.units:
            value = _with_unit(value, asked)
        if _borne_out(value, held, given.text, output):
            yield None
            continue
        opposite = _opposite(value, own, held, given, output)
        if opposite is not None:
            where = _sentence(given.text, opposite.start)
            yield Issue(value.kind, value.start, value.end, given.text[opposite.start : opposite.end], where)
        elif value.kind != "number" or _telling(value):
            yield Issue(value.kind, value.start, value.end)


def _list_mark(value: Value, output: str) -> bool:
    return (
        value.kind == "number"
        and (output[value.end : value.end + 1] or " ") in ".):]"
        and _LIST_MARK.search(output[max(0, value.start - 20) : value.start]) is not None
        and bool(output[value.end + 1 :].strip())
    )


def _with_unit(value: Value, word: str) -> Value:
    name, dimension, factor = TIMES.get(word, ("", "", Fraction(1)))
    units = frozenset((name, dimension)) if name else frozenset((stem(word),))
    return value._replace(units=units, amounts=frozenset(amount * factor for amount in value.plain))


def _asked_unit(text: str) -> str:
    found = _HOW_MANY.findall(text)
    return str(found[-1]).casefold() if found else ""


def _telling(value: Value) -> bool:
    """Whether a number that is nowhere given is worth a word: small ones count things, and are right."""
    if value.units & _MEASURES:
        return True
    return all(amount > _SMALL or amount.denominator != 1 for amount in value.plain)


def _borne_out(value: Value, held: tuple[Value, ...], text: str, output: str) -> bool:
    if any(same(value, other) for other in held):
        return True
    if value.kind == "code":
        folded = text.casefold()
        digits = re.sub(r"\D", "", value.code)
        if value.code in folded or (len(digits) > 3 and digits in re.sub(r"\D", "", folded)):
            return True
        return any(value.code in other.code or other.code in value.code for other in held if other.code)
    if value.kind == "weekday":
        return bool(MANY_DAYS & set(tokens(text))) or _in_day_range(value, held, text)
    if value.kind == "date":
        years = {year for year, _, _ in value.dates}
        return any(other.plain & years for other in held) and all(not month for _, month, _ in value.dates)
    if value.kind == "time":
        return _in_minutes(value, held)
    return _in_parts(value, held) or _derived(value, held, text, output)


def _in_minutes(value: Value, held: Iterable[Value]) -> bool:
    """ "Half past 11" is given as 11 and a half; "at 9" as a bare number."""
    hours = {amount // 60 for amount in value.amounts} | {amount // 60 % 12 for amount in value.amounts}
    return any(other.plain & hours for other in held if other.kind == "number" and not other.units & _MEASURES)


def _in_parts(value: Value, held: Iterable[Value]) -> bool:
    """A number that is the day or year of a date, or inside of a code."""
    for other in held:
        if other.dates and any(part and Fraction(part) in value.plain for date in other.dates for part in date):
            return True
        if other.code and any(str(amount) in re.findall(r"\d+", other.code) for amount in value.plain):
            return True
    return False


def _in_day_range(value: Value, held: tuple[Value, ...], text: str) -> bool:
    days = [other for other in held if other.kind == "weekday"]
    for one, two in pairwise(days):
        if re.fullmatch(r"\s?(?:-|\u2013|\u2014|to|through|until|till|bis|à|a)\s?", text[one.end : two.start]):
            first, last = int(min(one.amounts)), int(min(two.amounts))
            span = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
            if value.amounts & {Fraction(day) for day in span}:
                return True
    return False


def _derived(value: Value, held: tuple[Value, ...], text: str, output: str) -> bool:
    """Whether a number follows from two given ones: a sum or difference of like things, or a rate times an amount."""
    numbers = [other for other in held if other.kind == "number"][:_MOST]
    wanted = value.plain | value.amounts
    rough = _ABOUT.search(output[max(0, value.start - 16) : value.start]) is not None
    if any(_near(one, two, rough) for other in numbers for one in other.plain | other.amounts for two in wanted):
        return True
    if YEAR in value.units:
        return False
    rated = _RATES.search(text) is not None or "?" in text[-300:]
    many = len(numbers) > _FEW
    for index, left in enumerate(numbers):
        for right in numbers[index + 1 :]:
            shared = left.units & right.units
            if many and not shared & value.units:
                continue
            if (shared or not (left.units and right.units)) and _sums(left, right) & wanted:
                return True
            if rated and _products(left, right) & wanted:
                return True
    return False


def _near(given: Fraction, said: Fraction, rough: bool) -> bool:
    if not given or given == said:
        return given == said
    step = Fraction(1, 20) if rough else Fraction(1, 100) if given.denominator != 1 else Fraction(0)
    return abs(given - said) <= step * abs(given)


def _sums(left: Value, right: Value) -> set[Fraction]:
    if not (left.claim and right.claim):
        return set()
    return {
        result
        for one, two in ((left.amounts, right.amounts), (left.plain, right.plain))
        for a in one
        for b in two
        for result in (a + b, abs(a - b))
    }


def _products(left: Value, right: Value) -> set[Fraction]:
    found: set[Fraction] = set()
    for a in left.plain:
        for b in right.plain:
            found.add(a * b)
            if a and b:
                found.update((a / b, b / a))
            if "%" in left.units or "%" in right.units:
                part, whole = (a, b) if "%" in left.units else (b, a)
                found.update((whole * part / 100, whole * (100 - part) / 100, whole * (100 + part) / 100))
    if left.claim and right.claim:
        return found
    return {result for result in found if result.denominator != 1 or result > _SMALL}


def _opposite(value: Value, own: tuple[Value, ...], held: tuple[Value, ...], given: Given, output: str) -> Value | None:
    """The given value that stands where the output has another one: of the same kind and unit, in a like sentence."""
    text = given.text
    own_words = content(_sentence(output, value.start)) - value.units
    question = content(_question(text))
    about = own_words | question
    strict = value.kind not in ("number", "code") or YEAR in value.units
    near = content(output[max(0, value.start - _NEAR) : value.start])
    best: tuple[tuple[int, int], Value] | None = None
    rivals = [
        (other, shared)
        for other in held
        if other.claim and other.kind == value.kind and (shared := _comparable(value, other, text, output))
    ]
    for other, shared in rivals:
        sentence = _sentence(text, other.start)
        if sentence.endswith("?") or any(same(other, said) for said in own):
            continue
        told = content(sentence) - other.units
        overlap = len((about - value.units) & told)
        if strict and not given.tool and not _alike(own_words or question, told):
            continue
        if sum(_sentence(text, rival.start) == sentence for rival, _ in rivals) > _RIVALS:
            continue
        alone = given.tool and len(rivals) == 1
        rank = overlap, len(near & content(text[max(0, other.start - _NEAR) : other.start]))
        if overlap + (shared - 1) + alone >= 1 and (best is None or rank > best[0]):
            best = rank, other
    return best[1] if best else None


def _alike(said: frozenset[str], told: frozenset[str]) -> bool:
    """Whether a sentence of the context says the same but for the value: half of the words, and not much more."""
    shared = len(said & told)
    return 2 * shared >= len(said) and 5 * shared >= len(told)


def _comparable(value: Value, other: Value, text: str, output: str) -> int:
    """0 when two values are no alternatives to each other, 1 when they may be, 2 when they count the same thing."""
    if value.kind in ("date", "weekday", "time"):
        if value.dates and other.dates:
            return int(any(_as_fine(one, two) for one in value.dates for two in other.dates))
        return 1
    if value.kind == "code":
        led, leads = _word_before(output, value.start), _word_before(text, other.start)
        return 2 if led and led == leads else 0
    shared = value.units & other.units
    if shared:
        return 1 if shared & _MEASURES else 2
    before = set(tokens(text[max(0, other.start - 30) : other.start]))
    return int(bool(value.units & set(CURRENCIES.values())) and not other.units and bool(before & PRICES))


def _as_fine(one: tuple[int, int, int], two: tuple[int, int, int]) -> bool:
    return any(a and b and a != b for a, b in zip(one, two, strict=True))


def _sentence(text: str, position: int) -> str:
    spans = sentences(text)
    index = bisect_right(spans, (position, len(text) + 1)) - 1
    return text[slice(*spans[max(index, 0)])] if spans else text


@lru_cache(maxsize=16)
def _question(text: str) -> str:
    """The last question of a text; empty without one."""
    for start, end in reversed(sentences(text)):
        if text[end - 1] == "?":
            return text[start:end]
    return ""


def _name_issues(given: Given, output: str) -> Iterator[Issue | None]:
    own = names(output)
    if not own:
        return
    heard = vocabulary(given.text)
    short = len(output) <= 60 and output.istitle()
    for name in own:
        if name.first and not short:
            continue
        if known(name, heard):
            yield None
            continue
        opposite = _other_name(name, given.text, output)
        instead = given.text[opposite.start : opposite.end] if opposite else ""
        where = _sentence(given.text, opposite.start) if opposite else ""
        yield Issue("name", name.start, name.end, instead, where)


def _other_name(name: Name, text: str, output: str) -> Name | None:
    """A name that the context has in the same place of a sentence which otherwise says the same."""
    question = _question(text)
    about = content(_sentence(output, name.start)) - {stem(word) for word in name.words}
    alone = not about
    about = about or content(question)
    if not about:
        return None
    said = set(tokens(output)) | set(tokens(question))
    best: tuple[float, Name] | None = None
    for other in names(text):
        sentence = _sentence(text, other.start)
        if sentence.endswith("?") or any(word in said for word in other.words) or other.first:
            continue
        if not alone and _word_before(output, name.start) != _word_before(text, other.start):
            continue
        rest = content(sentence) - {stem(word) for word in other.words}
        share = len(about & rest) / len(about)
        if (
            share >= (0.75 if alone else 0.6)
            and len(about & rest) >= max(2, len(rest) / 4)
            and (best is None or share > best[0])
        ):
            best = share, other
    return best[1] if best else None


def _word_before(text: str, position: int) -> str:
    """The word that leads up to a name; empty at the beginning of a sentence."""
    before = [
        word for word in tokens(text[max(0, position - 40) : position].rpartition("\n")[2]) if word not in _TITLES
    ]
    start = _sentence(text, position)[:12].strip()
    return "" if text[position:].startswith(start[:6]) else before[-1] if before else ""


_TITLES = listed("dr mr mrs ms prof sir the a an context article document question answer")
