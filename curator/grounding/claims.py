"""Holds what an output claims against what the model was given: contradicted, absent, or borne out."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple

from curator.grounding.bearing import MEASURES, borne_out, counted_otherwise, designated, multiplied
from curator.grounding.context import Given, Turn, given_text
from curator.grounding.lexicon import CURRENCIES, EMPTY, PRICES, TIMES, listed
from curator.grounding.names import (
    Name,
    another,
    content,
    is_german,
    known,
    names,
    people,
    question_of,
    sentences,
    tokens,
    vocabulary,
)
from curator.grounding.negation import opposed
from curator.grounding.values import SINGULAR, YEAR, Value, same, stem, values

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
# A sentence with more values of one kind is a list, of which none stands for another.
_RIVALS = 3
# What kind of a thing is asked for, which the answer need not say.
_KIND = re.compile(
    r"\b(?:what|which) (day|date|time|year|month|weekday|hour|number|price|percentage|age)s?\b", re.IGNORECASE
)
# Letters that words of one root share.
_ROOT = 6
# Characters before a value that say what it is the value of.
_NEAR = 40
_LIST_MARK = re.compile(r"(?:^|\n)[\s\-*(#]*(?:(?:step|schritt|point|option|question|no\.?|nr\.?) ?)?\Z", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"\b(?:how many|how much|number of|wie viele?|wieviele|combien de|cuántos|cuántas|hur många)\s+"
    r"([^\W\d_]+)(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?",
    re.I,
)
_THEM = frozenset((stem("davon"),))
# What a number counts stands in the question, where nothing or one of these stands behind the number.
_OF_THEM = re.compile(r"\s?(?:of (?:them|these|those|which)\b|davon\b|[.,;:!)]|\Z|de ellos\b|av dem\b)", re.IGNORECASE)
# "{name}, your train is late."
_GAP = re.compile(r"[{\[]{1,2} ?[\w ]{1,30}[}\]]{1,2}[,!: ]+\w")
# Who reckons comes to numbers of their own.
_SUM = re.compile(r"[\d)]\s?[-+*/\u00d7÷x]\s?[$€£(]?\d[\d.,]*\)?\s?=|=\s?[$€£]?\d|#### ?\d")
_SMALL = Fraction(12)
# What answers it is the one who does it, wherever the context names him.
_WHO = re.compile(r"\W*(?:and |but )?(?:who|wer|qui|quién|vem)\b", re.IGNORECASE)


@lru_cache(maxsize=64)
def assess(turns: tuple[Turn, ...], output: str) -> Assessment:
    """Every claim of an output, held against the turns before it. Nothing where there is nothing to answer from."""
    stripped = output.strip()
    if not stripped or (stripped[0] in "{[" and not _GAP.match(stripped)) or "```" in output:
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
    asked = _asked_units(given.text)
    missing: list[Value] = []
    borne: list[Value] = []
    for value in own:
        if not value.claim or _list_mark(value, output):
            continue
        if asked and value.kind == "number" and value.units <= _THEM and _OF_THEM.match(output, value.end):
            value = _with_units(value, asked)
        other = counted_otherwise(value, held)
        if other is not None:
            where = _sentence(given.text, other.start)
            yield Issue(value.kind, value.start, value.end, given.text[other.start : other.end], where)
        elif borne_out(value, held, given.text, output) or multiplied(value, borne, held):
            borne.append(value)
            yield None
        else:
            missing.append(value)
    for value in missing:
        opposite = _opposite(value, own, held, given, output)
        if (
            opposite is None
            and given.retold
            and sum(_alternatives(value, other, output, output) for other in missing) < 2
        ):
            opposite = _replaced(value, own, held, given.text, output)
        if opposite is not None:
            where = _sentence(given.text, opposite.start)
            yield Issue(value.kind, value.start, value.end, given.text[opposite.start : opposite.end], where)
        elif value.kind != "number" or _telling(value) or designated(value, output):
            yield Issue(value.kind, value.start, value.end)


def _list_mark(value: Value, output: str) -> bool:
    return (
        value.kind == "number"
        and (output[value.end : value.end + 1] or " ") in ".):]"
        and _LIST_MARK.search(output[max(0, value.start - 20) : value.start]) is not None
        and bool(output[value.end + 1 :].strip())
    )


def _with_units(value: Value, words: tuple[str, ...]) -> Value:
    name, dimension, factor = TIMES.get(words[0], ("", "", Fraction(1)))
    units = frozenset((name, dimension)) if name else frozenset(map(stem, words))
    return value._replace(units=units, amounts=frozenset(amount * factor for amount in value.plain))


def _asked_units(text: str) -> tuple[str, ...]:
    """The words of what a question asks the number of, up to its verb: "day", "passes"; of time, the first one."""
    question = question_of(text)
    found = list(_HOW_MANY.finditer(question)) if question else []
    if not found:
        return ()
    words = [str(word).casefold() for word in found[-1].groups() if word]
    words = list(takewhile(lambda word: word not in EMPTY, words))
    if len(words) > 1 and words[0] in SINGULAR:
        words = words[1:]
    return tuple(words)


def _telling(value: Value) -> bool:
    """Whether a number that is nowhere given is worth a word: small ones count things, and are right."""
    if value.units & MEASURES:
        return True
    return all(amount > _SMALL or amount.denominator != 1 for amount in value.plain)


def _opposite(value: Value, own: tuple[Value, ...], held: tuple[Value, ...], given: Given, output: str) -> Value | None:
    """The given value that stands where the output has another one: of the same kind and unit, in a like sentence."""
    text = given.text
    own_words = content(_sentence(output, value.start)) - value.units
    question = content(question_of(text))
    wanted = question - content(" ".join(_KIND.findall(question_of(text))))
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
        beside = sum(_sentence(text, rival.start) == sentence for rival, _ in rivals)
        answers = bool(wanted) and wanted <= told and beside == 1 and _worded_alike(own_words, wanted)
        if strict and not given.tool and not answers and not _alike(own_words or question, told):
            continue
        if beside > _RIVALS:
            continue
        alone = given.tool and len(rivals) == 1
        rank = overlap, len(near & content(text[max(0, other.start - _NEAR) : other.start]))
        if overlap + (shared - 1) + alone >= 1 and (best is None or rank > best[0]):
            best = rank, other
    return best[1] if best else None


def _worded_alike(said: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether a sentence says no more than its question asks: "the inspection" of what "is inspected"."""
    return all(any(word[:_ROOT] == other[:_ROOT] and len(word) >= _ROOT for other in asked) for word in said - asked)


def _alternatives(value: Value, other: Value, text: str, output: str) -> bool:
    """Whether one value can stand where the other was: of the same kind, measure or designation."""
    if value.kind == "date":
        return bool(other.dates) and _comparable(value, other, text, output) > 0
    if other.kind != value.kind:
        return False
    if value.kind == "number":
        led = designated(value, output)
        return led == designated(other, text) and bool(led or value.units & other.units)
    return value.kind != "code" or bool(_comparable(value, other, text, output))


def _replaced(value: Value, own: tuple[Value, ...], held: tuple[Value, ...], text: str, output: str) -> Value | None:
    """The one value that a retold text has lost, where it has gained this one: of the same kind and measure."""
    lost = [
        other
        for other in held
        if (other.claim or other.kind != "number")
        and _alternatives(value, other, text, output)
        and not any(same(other, said) for said in own)
    ]
    return lost[0] if len(lost) == 1 else None


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
    led = designated(value, output)
    if led or designated(other, text):
        return 2 if led == designated(other, text) else 0
    shared = value.units & other.units
    if shared:
        return 1 if shared & MEASURES else 2
    before = set(tokens(text[max(0, other.start - 30) : other.start]))
    return int(bool(value.units & set(CURRENCIES.values())) and not other.units and bool(before & PRICES))


def _as_fine(one: tuple[int, int, int], two: tuple[int, int, int]) -> bool:
    return any(a and b and a != b for a, b in zip(one, two, strict=True))


def _sentence(text: str, position: int) -> str:
    spans = sentences(text)
    index = bisect_right(spans, (position, len(text) + 1)) - 1
    return text[slice(*spans[max(index, 0)])] if spans else text


def _name_issues(given: Given, output: str) -> Iterator[Issue | None]:
    own = names(output)
    if not own or is_german(given.text, given.text.count(" ")):
        return
    heard = vocabulary(given.text)
    short = len(output) <= 60 and output.istitle()
    held = tuple([part for joined in names(given.text) for part in people(joined, given.text)])
    for name in [part for joined in own for part in people(joined, output)]:
        if name.first and not short:
            continue
        if known(name, heard) and not another(name, heard, held):
            yield None
            continue
        opposite = _other_name(name, held, given.text, output)
        instead = given.text[opposite.start : opposite.end] if opposite else ""
        where = _sentence(given.text, opposite.start) if opposite else ""
        yield Issue("name", name.start, name.end, instead, where)


def _other_name(name: Name, held: tuple[Name, ...], text: str, output: str) -> Name | None:
    """A name that the context has in the same place of a sentence which otherwise says the same."""
    question = question_of(text)
    about = content(_sentence(output, name.start)) - {stem(word) for word in name.words}
    alone = not about
    about = about or content(question)
    if not about:
        return None
    said = (set(tokens(output)) | set(tokens(question))) - set(name.words)
    asked_who = _WHO.match(question) is not None
    best: tuple[tuple[float, int], Name] | None = None
    for other in held:
        sentence = _sentence(text, other.start)
        if sentence.endswith("?") or any(word in said for word in other.words) or other.first:
            continue
        led = _word_before(output, name.start)
        if not alone and led != _word_before(text, other.start) and (led or not asked_who):
            continue
        rest = content(sentence) - {stem(word) for word in other.words}
        share = len(about & rest) / len(about)
        rank = share, len(about & content(text[other.end : other.end + _NEAR]))
        if (
            share >= (0.75 if alone else 0.6)
            and len(about & rest) >= max(2, len(rest) / 4)
            and (best is None or rank > best[0])
        ):
            best = rank, other
    return best[1] if best else None


def _word_before(text: str, position: int) -> str:
    """The word that leads up to a name; empty at the beginning of a sentence."""
    before = [
        word for word in tokens(text[max(0, position - 40) : position].rpartition("\n")[2]) if word not in _TITLES
    ]
    start = _sentence(text, position)[:12].strip()
    return "" if text[position:].startswith(start[:6]) else before[-1] if before else ""


_TITLES = listed("dr mr mrs ms prof sir the a an context article document question answer")
