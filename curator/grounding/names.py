"""Proper names in a text, as far as capitals show them, and the content words of its sentences."""

import re
from functools import lru_cache
from typing import NamedTuple

from curator.grounding.lexicon import EMPTY, MONTHS, WEEKDAYS, listed
from curator.grounding.values import stem

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019.&-][^\W\d_]+)*|\d+")
# A full stop ends a sentence when a capital, a digit or a bracket follows; "Dr." and "e.g." do not end one.
_END = re.compile(
    r"(?:(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bSt)(?<!\bvs)(?!(?<=\b[Nn]o)\.\s?\d)(?<![.\s][A-Z])[.!?;]+[\"'\u201d\u2019)\]]*\s+)|\s*\n+\s*"
)
_LINKS = listed("of the de la le van von der den and & del di da du bin al")
# Where so many of the words inside sentences have capitals, they are no sign of a name: headlines, tables.
_MANY_CAPITALS = 0.5
_ENOUGH_WORDS = 12
# German writes every noun with a capital.
_GERMAN = re.compile(r"\b(?:der|die|das|den|dem|und|ist|sind|nicht|ein|eine|einen|für|mit|auf|wird|werden|sich|von)\b")
# What a line is, and no part of its sentence.
_LABEL = re.compile(
    r"[\W_]*(?:question|context|answer|article|document|passage|text|source|notes?|user|customer|assistant|input|output|"
    r"frage|antwort|kontext|artikel|contexte|réponse|contexto|pregunta|respuesta|q|a|(?:\w{2,12}\s)?asks?|query)"
    r"[*_]{0,2}\s?\d*:[*_]{0,2}\s+",
    re.IGNORECASE,
)
_NO_NAME = listed(
    "i i'm i'll i've i'd ok okay ai faq faqs pdf url api id json html css sql usb wifi wi-fi tv pc yes no n/a na qty "
    "asap eta mr mrs ms dr prof sir madam dear hello hi thanks thank regards best sincerely am pm a.m p.m utc gmt est "
    "pst ceo cfo cto hr it usa us uk eu ltd inc gmbh co etc note answer question total tbd todo bc ad bce ce"
)


_AND = re.compile(r"\s+(?:and|&|und|et|y)\s+")
# What a thing is, beside its name, and may be said in another word: the Paris Accord and the Paris Agreement.
_HEADS = listed(
    "agreement accord treaty act law bill program programme project mission scheme plan initiative campaign hospital "
    "clinic library school college university institute academy centre center museum gallery theatre theater station "
    "airport street road avenue lane square park garden gardens lake river bridge building tower hall house hotel inn "
    "restaurant cafe café bakery bar church cathedral temple bank fund trust foundation company corporation group inc "
    "firm agency office bureau department ministry committee commission council board court team club society "
    "association union league party festival award prize cup war battle city town county state province district "
    "region island mountain mount valley desert sea ocean bay times post news magazine journal press report study "
    "paper book novel film movie show series game app system service services software platform model edition version "
    "store shop market mall mr mrs ms dr prof professor president king queen sir captain mayor senator judge general"
)
# Letters of a text in the wrong encoding.
_GARBLED = re.compile("[\u00c3\u00c2\ufffd]")


class Name(NamedTuple):
    """A run of words with capitals. `words` are its own words, case folded, without links such as "of"."""

    start: int
    end: int
    words: tuple[str, ...]
    first: bool


@lru_cache(maxsize=64)
def names(text: str) -> tuple[Name, ...]:
    """The proper names of a text, in order; none where capitals mean nothing (German nouns, headlines, capitals).

    `first` marks a single word at the beginning of a sentence, which may have its capital from there.
    """
    runs: list[list[tuple[int, int, str, bool]]] = []
    capitals = inner = 0
    for start, end in sentences(text):
        previous = -1
        for match in _TOKEN.finditer(text, start, end):
            word, first = match[0], previous < 0
            capital = word[0].isupper()
            if not first:
                inner += word[0].isalpha()
                capitals += capital
            adjacent = previous >= 0 and not text[previous : match.start()].strip(" ")
            previous = match.end()
            if capital or (word.casefold() in _LINKS and adjacent and runs and runs[-1][-1][1] == match.start() - 1):
                if not (adjacent and runs and runs[-1][-1][1] == match.start() - 1):
                    runs.append([])
                runs[-1].append((match.start(), match.end(), word, first))
    if (inner >= _ENOUGH_WORDS and capitals > _MANY_CAPITALS * inner) or is_german(text, inner):
        return ()
    return tuple(name for run in runs if (name := _name(run)) is not None)


def is_german(text: str, words: int) -> bool:
    """Whether a text of so many words writes all nouns with capitals, told from the small words of German."""
    return len(_GERMAN.findall(text)) * 8 > words + 8


def _name(run: list[tuple[int, int, str, bool]]) -> Name | None:
    while run and (not run[-1][2][0].isupper() or _ordinary(run[-1][2])):
        run = run[:-1]
    while run and (_ordinary(run[0][2]) or (run[0][3] and run[0][2].casefold() in EMPTY)):
        run = run[1:]
    words = tuple(word.casefold().rstrip(".") for _, _, word, _ in run if word.casefold() not in _LINKS)
    if not words or (len(words) == 1 and len(words[0]) < 2):
        return None
    return Name(run[0][0], run[-1][1], words, len(run) == 1 and run[0][3])


def _ordinary(word: str) -> bool:
    plain = word.casefold().replace("\u2019", "'")
    return bool(_GARBLED.search(word)) or plain in _NO_NAME or plain in MONTHS or plain in WEEKDAYS or plain in EMPTY


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence or line of a text starts and ends."""
    found = []
    start = _after_label(text, 0)
    for match in _END.finditer(text):
        if match.start() > start:
            found.append((start, match.start() + len(match[0].rstrip())))
        start = _after_label(text, match.end())
    if start < len(text):
        found.append((start, len(text)))
    return tuple(found)


def _after_label(text: str, start: int) -> int:
    match = _LABEL.match(text, start) if text.find(":", start, start + 24) >= 0 else None
    return match.end() if match else start


@lru_cache(maxsize=16)
def question_of(text: str) -> str:
    """The last question of a text; empty without one."""
    for start, end in reversed(sentences(text)):
        if text[end - 1] == "?":
            return text[start:end]
    return ""


@lru_cache(maxsize=256)
def content(sentence: str) -> frozenset[str]:
    """The stems of the words that say what a sentence is about."""
    return frozenset(stem(word) for word in tokens(sentence) if word not in EMPTY and not word[0].isdigit())


@lru_cache(maxsize=256)
def tokens(sentence: str) -> tuple[str, ...]:
    """The words of a text, case folded, in order."""
    return tuple(word.rstrip(".") for word in _TOKEN.findall(sentence.casefold()))


def people(name: Name, text: str) -> tuple[Name, ...]:
    """The names that "and" joins, where each has two words or more: "Ada Holt and Ben Roth", not "Holt and Sons"."""
    if len(name.words) < 4:
        return (name,)
    found = []
    start = name.start
    for end, after in [*[match.span() for match in _AND.finditer(text, name.start, name.end)], (name.end, name.end)]:
        words = tuple(word for word in tokens(text[start:end]) if word not in _LINKS)
        found.append(Name(start, end, words, name.first))
        start = after
    return tuple(found) if all(len(one.words) > 1 for one in found) else (name,)


def another(name: Name, given: frozenset[str], held: tuple[Name, ...]) -> bool:
    """Whether a name of two words has one of them from another such name of the text: Ada Holt for Ada Roth."""
    if len(name.words) != 2:
        return False
    own = [word for word in name.words if not _held(word, given)]
    if len(own) != 1 or own[0] in _HEADS or not own[0].isalpha() or len(own[0]) < 3:
        return False
    place = name.words.index(own[0])
    return any(
        len(other.words) == 2
        and other.words[1 - place] == name.words[1 - place]
        and other.words[place] not in _HEADS
        and other.words[place].isalpha()
        for other in held
    )


def known(name: Name, given: frozenset[str]) -> bool:
    """Whether a text with these words bears a name out: half of its words, as stems, beginnings or initials."""
    held = sum(_held(word, given) for word in name.words)
    return 2 * held >= len(name.words)


_STEM = 4


def _held(word: str, given: frozenset[str]) -> bool:
    # "Sayer" is nobody who says something: of a short word, no stem is left that would bear a name out.
    if word in given or (len(stem(word)) >= _STEM and stem(word) in given):
        return True
    parts = re.split(r"['\u2019.&-]", word)
    if len(parts) > 1 and any(len(part) > 2 and (part in given or stem(part) in given) for part in parts):
        return True
    beginning = word[: max(4, len(word) - 3)]
    return len(word) >= 4 and any(other.startswith(beginning) for other in given)


@lru_cache(maxsize=64)
def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, their parts, their stems and the initials of its names; what `known` looks in."""
    found: set[str] = set()
    for word in tokens(text):
        found.add(word)
        found.add(stem(word))
        if not word.isalpha():
            found.update(part for part in re.split(r"['\u2019.&-]", word) if len(part) > 1)
    initials = re.findall(r"(?:\b[A-Z][\w-]*\s+(?:of |the |and |for )*){1,5}[A-Z][\w-]*", text)
    found.update("".join(part[0] for part in name.split() if part[0].isupper()).casefold() for name in initials)
    return frozenset(found)
