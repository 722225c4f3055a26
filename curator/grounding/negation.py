"""Yes against no: sentences of an output that deny what the context says, or say what it denies."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from curator.grounding.context import Given
from curator.grounding.lexicon import listed
from curator.grounding.names import content, question_of, sentences
from curator.grounding.spans_of_time import within
from curator.grounding.statements import CONDITION, NEGATION, PLACE, Statement, asked, is_one, limits, split, statements
from curator.grounding.values import same, stem, values

Opposed = tuple[Literal["negation", "state"], int, int, str]

_ANSWER = re.compile(r"\s*(yes|no|ja|nein|oui|non|sí|si)\b[\s,.:;!\u2013\u2014-]*", re.IGNORECASE)
_YES = frozenset(("yes", "ja", "oui", "sí", "si"))
# Words that deny: the stem of what they deny. Two of them in two sentences mean the same.
_DENIALS = {
    "prohibited": "allow", "forbidden": "allow", "banned": "allow", "disallowed": "allow", "permitted": "allow",
    "allowed": "allow", "verboten": "erlaub", "erlaubt": "erlaub", "unable": "able", "closed": "open", "open": "open",
}  # fmt: skip
_DENYING = listed("prohibited forbidden banned disallowed verboten unable closed")
_SHORT = listed(
    "don can won isn aren doesn didn couldn shouldn wouldn hasn haven hadn wasn weren needn mustn shan ain mightn"
)
_DENIERS = frozenset(map(stem, listed("never cannot none neither nobody nothing prohibit forbid"))) | {
    stem(word + end) for word in _SHORT for end in ("t", "'t", "\u2019t")
}
_OPENING = re.compile(
    r"^\s*(?:no|nein|non)(?:\s*[,;:!.]\s*|\s+(?=(?:we|i|you|it|he|she|they|this|that|there)\b))", re.I
)
_AVOIDING = re.compile(
    r"\b(?:avoid|refrain|(?:keep|stay) (?:off|away|out)|skip|stop|vermeiden?|évite[zr]?|evit[ea]r?)\b"
)
# "You may take it": it is allowed.
_PERMITTED = re.compile(
    r"\b(?:must|shall) (?=not\b|never\b)|\b(?:may|can) (?:i|we|you|one)\b"
    r"|\b(?:i|we|you|one|they|guests|visitors|customers|people) (?:may|can)(?!['\u2019\w])"
)
# A question that yes or no answers.
_POLAR = re.compile(
    r"\W*(?:(?:and|but|so|then|also)\W+)?(?:do|does|did|is|are|was|were|can|could|will|would|must|should|may|has"
    r"|have|need"
    r"|ist|sind|kann|können|muss|müssen|darf|dürfen|braucht|brauchen)\b(?!.*\b(?:or|oder)\b)",
    re.IGNORECASE | re.DOTALL,
)
# A question with more words of its own than these tells of circumstances.
_PLAIN = 2
_TIME = frozenset(("time", "calendar"))
_EVEN = re.compile(
    r"\b(?:even (?:if|when|with|on|in|for|at|by|as|where|though)|auch (?:wenn|mit|nicht)|selbst (?:wenn|mit)"
    r"|même (?:si|avec)|incluso|aunque)\b",
    re.IGNORECASE,
)
_PREFIXED = re.compile(r"\b(?:non-?|un|in|im|ir|dis)([^\W\d_]{4,})")
# What an order, a request or an account can be in, one at a time.
_STATES = tuple(
    {state: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for state, words in group.items()}
    for group in (
        {
            "pending": "pending|not yet shipped|awaiting", "processing": "processing|in progress|being prepared",
            "shipped": "shipped|dispatched|in transit|on (?:its|the) way|out for delivery|en route",
            "delivered": "delivered|arrived",
            "cancelled": "cancel+ed", "refunded": "refunded", "returned": "returned",
        },
        {"approved": "approved|accepted|granted", "rejected": "rejected|declined|denied|refused",
         "pending": "pending|under review"},
        {"active": "active", "inactive": "inactive|suspended|deactivated|expired|locked|blocked"},
        {"available": "available|in stock", "unavailable": "unavailable|out of stock|sold out"},
        {"paid": "paid", "unpaid": "unpaid|overdue|outstanding"},
        {"passed": "passed|succeeded|successful", "failed": "failed|unsuccessful"},
        {"open": "open", "closed": "closed|resolved"},
    )
)  # fmt: skip
_STATUS = re.compile(
    r"\b(?:status|state|stage|result|outcome)\b[\w ]{0,20}(?::|\bis\b|=)\s*\"?([\w -]{3,30})", re.IGNORECASE
)
_LATER = re.compile(
    r"\b(?:will|would|be|to be|should|can|could|once|when|after|before|until|if|expected|estimated|not|yet|n't|by|soon)"
    r"\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)


def opposed(given: Given, output: str) -> Iterator[Opposed]:
    """Sentences of the output that turn what is given into its opposite, with the sentence they deny."""
    spans = dict(_within(given, output))
    told = (*statements(given.text), *[one for said in spans for one in statements(said)])
    for kind, start, end, denied in _opposed(given, output, told):
        yield kind, start, end, spans.get(denied, denied)


def _opposed(given: Given, output: str, told: tuple[Statement, ...]) -> Iterator[Opposed]:
    about = asked(given.text)
    answer = _ANSWER.match(output)
    for start, end in sentences(output):
        sentence = output[start:end]
        if answer and start == 0:
            if _says(_stated(given.text), _plainly(sentence.rstrip(".! "))):
                continue  # "No one knows."
            start, sentence = answer.end(), output[answer.end() : end]
        if sentence.endswith("?") or not sentence:
            continue
        if _says(_stated(given.text), _plainly(sentence.rstrip(".! "))):
            continue
        denied = _denied(sentence, told, about) or _flag(sentence, given)
        if denied:
            yield "negation", start, end, denied
            return
    yield from _reply(given, output, answer, told, about)
    yield from _states(given, output)


def _within(given: Given, output: str) -> Iterator[tuple[str, str]]:
    """What the context says of a span of time, said of what the output or the question names within it."""
    named = f"{question_of(given.text)} {output}"
    for start, end in sentences(given.text):
        sentence = given.text[start:end]
        if sentence[-1] != "?":
            yield from [(said, sentence) for said in within(sentence, named)]


@lru_cache(maxsize=16)
def _stated(text: str) -> str:
    """A text without its questions: to ask something is not to say it."""
    return _plainly(" ".join(text[start:end] for start, end in sentences(text) if text[end - 1] != "?"))


def _says(told: str, said: str) -> bool:
    """Whether a text has a sentence as it is, and not behind the "no" of "no food is allowed"."""
    at = told.find(said)
    while at >= 0:
        before = told[:at].rpartition(" ")[0] if told[at - 1 : at] == " " else ""
        if not NEGATION.fullmatch(before.rpartition(" ")[2]):
            return True
        at = told.find(said, at + 1)
    return False


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split())


def _reply(
    given: Given, output: str, answer: re.Match[str] | None, told: tuple[Statement, ...], about: frozenset[str]
) -> Iterator[Opposed]:
    """A yes or no that the context denies: bare, or with the question said again, whatever else is said with it."""
    start = answer.end() if answer else 0
    if answer and _bare(output, start):
        denied = _answered(answer[1].casefold() in _YES, given, told, about)
        if denied:
            yield "negation", answer.start(1), answer.end(1), denied
        return
    question = question_of(given.text)
    end = next((end for first, end in sentences(output) if end > start), start)
    said = output[start:end]
    if not (answer or _POLAR.match(question)) or not _repeats(question, said):
        return
    negative = _read(said, content(question))[1]
    if answer and negative == (answer[1].casefold() in _YES):
        return
    denied = _answered(not negative, given, told, about)
    bounds = limits(said) - limits(question) - limits(denied)
    if denied and not any(bounds & limits(statement.sentence) for statement in told):
        yield "negation", start, end, denied


def _repeats(question: str, said: str) -> bool:
    """Whether a sentence says what the question asks, or a part of it, or that and more."""
    asked_for, told = content(question), content(said) - _DENIERS
    return len(asked_for & told) >= 2 and (asked_for <= told or told <= asked_for) and said[-1:] != "?"


def _bare(output: str, end: int) -> bool:
    """Whether a yes or no is followed by nothing, or by what only repeats it: "No, they are not."."""
    rest = output[end:]
    return len(rest) < 3 or (len(rest) < 40 and not content(rest) - _DENIERS and not limits(rest))


def _denied(sentence: str, told: tuple[Statement, ...], about: frozenset[str]) -> str:
    """The sentence of the context that the output's sentence, or a statement in it, turns into its opposite."""
    parts = split(sentence)
    said = [sentence, *parts] if len(parts) > 1 and is_one(parts) else parts
    conditions = {match[0].strip(" ,;(").casefold() for match in CONDITION.finditer(sentence)}
    denied = next((denied for part in said if (denied := _opposite(part, told, about, limits(part) | conditions))), "")
    return denied or next((denied for part in said if (denied := _denied_there(part, told, about, conditions))), "")


def _denied_there(
    said: str, told: tuple[Statement, ...], about: frozenset[str], conditions: frozenset[str] | set[str]
) -> str:
    """What is denied of the place that the sentence before it names: "The yard takes glass. No oil is taken there."."""
    place = PLACE.search(said)
    named = content(place[1]) if place else frozenset()
    for one in told:
        where = named - one.stems
        if place and where and where <= one.before:
            kept = [word for word in place[1].split() if not content(word) & where]  # German has its verb behind
            core = said[: place.start()] + " " + " ".join(kept)
            denied = _opposite(core, (one,), about, limits(core) | conditions) if len(content(core)) > 1 else ""
            if denied:
                return denied
    return ""


def _opposite(said: str, told: tuple[Statement, ...], about: frozenset[str], limited: frozenset[str]) -> str:
    stems = content(said)
    if not stems:
        return ""
    best, found = 0.0, ""
    for statement in told:
        words = statement.stems
        if 2 * len(words & stems) + 2 < len(stems):
            continue
        one, negative = _read(said, words)
        one -= statement.those - words  # "it" is said by its name
        two, denies = _read(statement.text, stems)
        shared = len(one & two)
        share = shared / len(one) if one else 0.0
        whole = shared in (len(one), len(two))
        if shared < 2 or share < (0.6 if whole else 0.75) or (shared < 3 and (not whole or len(two) > 2 * shared)):
            continue
        if negative == denies:
            if share >= best:
                best, found = share, ""
        elif share > best and shared >= 0.5 * len(two) and (limited == limits(statement.text) or _always(statement)):
            if statement.cut and (share < 1 or not negative):
                continue  # "not before nine" is no "not at all"
            if _holds(statement, one | stems, about) and _same_values(said, statement.sentence):
                best, found = share, statement.sentence
    return found


def _always(told: Statement) -> bool:
    """Whether what is denied is denied "even if": no condition makes it so."""
    return _EVEN.search(told.sentence) is not None and NEGATION.search(told.text) is not None


def _holds(told: Statement, said: frozenset[str], about: frozenset[str]) -> bool:
    """Whether what the context states holds of what is spoken of: at its place, beside its conditions."""
    if told.place and not any(place <= said | about for place in told.places):
        return False
    if told.alone or _always(told):
        return True
    return not (said | about) & told.conditions and len(about - said - told.stems) <= _PLAIN


def _same_values(said: str, told: str) -> bool:
    held = values(told)
    return all(
        any(same(value, other) for other in held) for value in values(said) if value.claim or value.units & _TIME
    )


def _read(sentence: str, other: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The content stems of a sentence and whether it denies them, in the words of another sentence.

    "Prohibited" is "not allowed"; "non-refundable" is "not refundable" where the other has "refundable".
    """
    folded = _OPENING.sub("", sentence.casefold())
    # "Neither ... nor" and "No, we don't" deny once.
    count = min(len(NEGATION.findall(folded)), 1) + len(_AVOIDING.findall(folded))
    for match in _PREFIXED.finditer(folded):
        if stem(match[1]) in other and stem(match[0]) not in other:
            count += 1
            folded = folded.replace(match[0], match[1])
    folded = _PERMITTED.sub(" allow ", folded)
    for word, meant in _DENIALS.items():
        if word in folded:
            folded, times = re.subn(rf"\b{word}\b", meant, folded)
            count += times * (word in _DENYING)
    return content(folded) - _DENIERS, count % 2 == 1


def _answered(yes: bool, given: Given, told: tuple[Statement, ...], about: frozenset[str]) -> str:
    """What a yes or no denies, read as an answer to the last question."""
    question = question_of(given.text)
    if not question or NEGATION.search(question):
        return ""
    stated = question.rstrip("?")
    return _denied(stated if yes else f"not {stated}", told, about)


def _flag(sentence: str, given: Given) -> str:
    """What a tool's true or false says, where the sentence names its key and says the opposite."""
    if not given.flags or limits(sentence):
        return ""
    for key, value in given.flags:
        words, denied = _read(key, content(sentence))
        stems, negative = _read(sentence, words)
        if words and words <= stems and (negative == denied) != value:
            return f"{key}: {'yes' if value else 'no'}"
    return ""


def _states(given: Given, output: str) -> Iterator[Opposed]:
    for status in _STATUS.finditer(given.text):
        for group in _STATES:
            held = {state for state, words in group.items() if words.search(status[1])}
            if len(held) != 1 or any(group[state].search(output) for state in held):
                continue
            for state, words in group.items():
                said = words.search(output) if state not in held else None
                if said and not _LATER.search(output[max(0, said.start() - 40) : said.start()]) and "?" not in output:
                    yield "state", said.start(), said.end(), status[0].strip()
                    return
