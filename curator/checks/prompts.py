"""What of an input is instruction and what is asked, as far as one example tells, and how two instructions differ."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from curator.checks.contradiction import FUNCTION_WORDS, plain_words, stem
from curator.checks.opposites import NEGATIONS, vocabulary
from curator.corpus import opening
from curator.memo import per_example
from curator.model import Example, Message
from curator.text import fingerprint, normalise, worded, words

#: Words of an instruction that say who answers and how, not what is right.
_MANNER = frozenset(
    map(
        stem,
        vocabulary(
            "act role behave you your assistant agent bot chatbot ai model system representative rep expert "
            "specialist helper helpful friendly polite kind professional courteous concise brief short clear "
            "precise accurate careful patient warm answer answers reply respond response help assist support "
            "serve service customer customers client user users people person visitor team desk question "
            "questions query queries request message following please always briefly shortly clearly concisely "
            "politely sentence one given below below here using use work working company official dedicated "
            "virtual digital online live chat good great best tone style voice manner wording plain simple nice "
            "cheerful gentle calm neutral formal informal casual formally casually warmly nicely simply plainly kindly "
            "single"
        ),
    )
)
_PERSONA = re.compile(
    r"\W*(?:you(?:'re|\u2019re| are| work| act| help| answer)|act as|as an?|your (?:role|job|task))\b", re.IGNORECASE
)
_BLANK = re.compile(r"\n[ \t]*\n")
# A number before one of these sets the size or number of the answers; it is a parameter, and no policy.
_SIZES = frozenset(
    map(
        stem,
        vocabulary(
            "word words sentence sentences bullet bullets point points character characters item items example "
            "examples line lines paragraph paragraphs token tokens keyword keywords option options question "
            "questions label labels class classes category categories synonym synonyms step steps shot shots "
            "letter letters syllable syllables idea ideas suggestion suggestions choice choices title titles fact "
            "facts tag tags emoji year-old grade grader"
        ),
    )
)

# How many of these are asked for is no size that varies from row to row, where all others ask for one number of them.
_LABELS = frozenset(map(stem, vocabulary("label labels class classes category categories tag tags")))
# A number before one of these says how long an answer is, which never makes another answer right.
_LENGTHS = frozenset(
    map(
        stem, vocabulary("word words sentence sentences bullet bullets character characters line lines paragraph token")
    )
)
_AUXILIARY = vocabulary("do does did")
# "Answer with the label and nothing else" forbids nothing that would be right.
_BARE = re.compile(
    r"\b(?:and|with)? ?(?:nothing|not anything) (?:else|more|other)\b|\b(?:not? more than|at most|up to)\b",
    re.IGNORECASE,
)

Change = Literal["", "wording", "length", "number", "negation"]


class Parts(NamedTuple):
    """An input: its instruction ("" without one), what is asked under it, and the turns in between."""

    head: str
    asked: str
    later: tuple[Message, ...]


@per_example
def parts(example: Example) -> Parts:
    """The instruction is the system prompt; without one, what stands above the first blank line or line break."""
    system: list[str] = []
    turns: list[Message] = []
    for message in example.input:
        if message.role == "system":
            system.append(message.text)
        else:
            turns.append(message)
    first = turns[0].text if turns and turns[0].role == "user" else ""
    later = tuple(turns[1:] if first else turns)
    head = "\n".join(system).strip()
    if head:
        return Parts(head, first.strip(), later)
    first = first.strip()
    cut = _BLANK.search(first)
    if cut is not None:
        return Parts(first[: cut.start()].strip(), first[cut.end() :].strip(), later)
    above, _, below = first.partition("\n")
    return Parts(above.strip(), below.strip(), later) if below.strip() else Parts("", first, later)


def asked(example: Example) -> str:
    """What an output answers: the whole opening in a conversation of one turn, else the turn before the output."""
    given = example.input
    if len(given) > 2 and given[-1].role == "user":
        return given[-1].text
    return opening(example)


def fixed_key(head: str, later: tuple[Message, ...], kind: str, *more: str) -> bytes:
    """A key of an instruction and later turns as they are worded, and of something more."""
    turns = [text for message in later for text in (message.role, worded(message.text))]
    return fingerprint(kind, worded(head), str(len(turns)), *turns, *more)


@lru_cache(maxsize=1024)
def change(left: str, right: str) -> Change | None:
    """What two instructions differ in. None when they are different tasks, "" when they are worded alike."""
    if worded(left) == worded(right):
        return ""
    one, two = _significant(left), _significant(right)
    numbers, others = [word for word in one if word[0].isdigit()], [word for word in two if word[0].isdigit()]
    negations = sum(word in NEGATIONS for word in one), sum(word in NEGATIONS for word in two)
    if _policy(one) != _policy(two):
        return None
    if negations[0] != negations[1]:
        return "negation" if numbers == others else None
    if numbers == others:
        return "wording"
    if _without_lengths(left) == _without_lengths(right):
        return "length"
    return "number" if len(numbers) == len(others) else None


def is_persona(head: str) -> bool:
    """Whether an instruction says who answers ("You are ..."), as policies do, and passages to answer from do not."""
    return bool(_PERSONA.match(head))


@lru_cache(maxsize=256)
def family(head: str) -> str:
    """The instruction without its numbers and negations: variants of one instruction share it."""
    found = ["" if word[:1].isdigit() else word for word in plain_words(normalise(head))]
    # "1 decimal" and "2 decimals" are one wording.
    counted = [
        word.removesuffix("s") if not before else word for before, word in zip(["x", *found], found, strict=False)
    ]
    return " ".join(word or "#" for word in counted if word not in NEGATIONS and word not in _AUXILIARY)


@lru_cache(maxsize=256)
def masked_words(head: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What varies between the members of a family, in order: numbers and negations without sizes; how many labels are
    asked for; how long answers are to be.
    """
    found = plain_words(normalise(head))
    varies: list[str] = []
    labels: list[str] = []
    lengths: list[str] = []
    for word, after in zip(found, (*found[1:], ""), strict=True):
        if word in NEGATIONS:
            varies.append(word)
        elif word[0].isdigit():
            sized = stem(after)
            if sized in _LABELS:
                labels.append(word)
            elif sized in _LENGTHS:
                lengths.append(word)
            elif sized not in _SIZES:
                varies.append(word)
    return tuple(varies), tuple(labels), tuple(lengths)


def _without_lengths(head: str) -> list[str]:
    """The numbers of an instruction, but for those that say how long the answers are."""
    found = plain_words(head)
    return [
        word
        for word, after in zip(found, (*found[1:], ""), strict=True)
        if word[0].isdigit() and stem(after) not in _LENGTHS
    ]


def _significant(head: str) -> list[str]:
    return [
        word if word in NEGATIONS else stem(word)
        for word in plain_words(_BARE.sub(" ", head))
        if word in NEGATIONS or (word not in FUNCTION_WORDS and stem(word) not in _MANNER)
    ]


def _policy(significant: list[str]) -> tuple[str, ...]:
    return tuple(word for word in significant if not word[0].isdigit() and word not in NEGATIONS)


def word_spans(text: str, word: str) -> list[tuple[int, int]]:
    """Where a word stands in a text, case folded."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)] if word in words(text) else []
