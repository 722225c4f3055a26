"""Yes against no: sentences of an output that deny what the context says, or say what it denies."""

import re
from collections.abc import Iterator
from typing import Literal

from curator.grounding.context import Given
from curator.grounding.lexicon import listed
from curator.grounding.names import content, sentences
from curator.grounding.values import stem

Opposed = tuple[Literal["negation", "state"], int, int, str]

_NEGATION = re.compile(
    r"\b(?:not|cannot|can't|never|no(?!\.\s?\d)|none|nobody|nothing|neither|nor|\w+n['\u2019]t|nicht|kein\w*|nie|niemals|"
    r"ne|jamais|aucun\w*|nunca|ninguna?|ningún|sin)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(yes|no|ja|nein|oui|non|sí|si)\b[\s,.:;!\u2013\u2014-]*", re.IGNORECASE)
_YES = frozenset(("yes", "ja", "oui", "sí", "si"))
# A sentence with conditions is true in part.
_PARTLY = re.compile(
    r"\b(?:but|except|unless|only|if|which|who|whom|whose|that|so|where|then|however|although|though|until|when|while|whether|instead|otherwise|rather|longer|"
    r"more than|less than|before|after|nur|aber|wenn|außer|sofern|sauf|mais|pero|salvo|excepto|other than|without|yet|"
    r"either|because|since|never mind|not (?:only|just|all|every|always|necessarily))\b",
    re.IGNORECASE,
)
# Words that deny: the stem of what they deny. Two of them in two sentences mean the same.
_DENIALS = {
    "prohibited": "allow", "forbidden": "allow", "banned": "allow", "disallowed": "allow", "permitted": "allow",
    "allowed": "allow", "verboten": "erlaub", "erlaubt": "erlaub", "unable": "able", "closed": "open", "open": "open",
}  # fmt: skip
_DENYING = listed("prohibited forbidden banned disallowed verboten unable closed")
_DENIERS = frozenset(("never", "cannot", "none", "neither", "nobody", "nothing", "prohibit", "forbid"))
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
    told = [(content(text), text) for start, end in sentences(given.text) if (text := given.text[start:end])[-1] != "?"]
    answer = _ANSWER.match(output)
    for start, end in sentences(output):
        sentence = output[start:end]
        if answer and start == 0:
            start, sentence = answer.end(), output[answer.end() : end]
        if sentence.endswith("?") or not sentence:
            continue
        if _quoted(sentence, given.text):
            continue
        denied = _denied(sentence, told) or _flag(sentence, given)
        if denied:
            yield "negation", start, end, denied
            return
    if answer and len(output) - answer.end() < 3:
        denied = _answered(answer[1], given, told)
        if denied:
            yield "negation", answer.start(1), answer.end(1), denied
    yield from _states(given, output)


def _quoted(sentence: str, text: str) -> bool:
    """Whether the context has this very sentence, or part of one."""
    return " ".join(sentence.rstrip(".! ").casefold().split()) in " ".join(text.casefold().split())


def _denied(sentence: str, told: list[tuple[frozenset[str], str]]) -> str:
    stems = content(sentence)
    if not stems or _PARTLY.search(sentence):
        return ""
    best, found = 0.0, ""
    for words, text in told:
        if 2 * len(words & stems) + 2 < len(stems):
            continue
        one, negative = _read(sentence, words)
        two, denies = _read(text, stems)
        shared = len(one & two)
        said = shared / len(one) if one else 0.0
        whole = shared in (len(one), len(two))
        if shared < 2 or said < (0.6 if whole else 0.75) or (shared < 3 and (not whole or len(two) > 2 * shared)):
            continue
        if negative == denies:
            if said >= best:
                best, found = said, ""
        elif said > best and not _PARTLY.search(text) and shared >= 0.5 * len(two):
            best, found = said, text
    return found


def _read(sentence: str, other: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The content stems of a sentence and whether it denies them, in the words of another sentence.

    "Prohibited" is "not allowed"; "non-refundable" is "not refundable" where the other has "refundable".
    """
    folded = sentence.casefold()
    count = len(_NEGATION.findall(folded))
    if re.search(r"\bne\b.*\b(?:pas|jamais|aucun)", folded):
        count = 1
    for match in _PREFIXED.finditer(folded):
        if stem(match[1]) in other and stem(match[0]) not in other:
            count += 1
            folded = folded.replace(match[0], match[1])
    for word, meant in _DENIALS.items():
        if word in folded:
            folded, times = re.subn(rf"\b{word}\b", meant, folded)
            count += times * (word in _DENYING)
    return content(folded) - _DENIERS, count % 2 == 1


def _answered(answer: str, given: Given, told: list[tuple[frozenset[str], str]]) -> str:
    """What a bare yes or no denies, read as an answer to the last question."""
    questions = [given.text[start:end] for start, end in sentences(given.text) if given.text[end - 1] == "?"]
    if not questions or _NEGATION.search(questions[-1]):
        return ""
    stated = questions[-1].rstrip("?")
    return _denied(stated if answer.casefold() in _YES else f"not {stated}", told)


def _flag(sentence: str, given: Given) -> str:
    """What a tool's true or false says, where the sentence names its key and says the opposite."""
    if not given.flags or _PARTLY.search(sentence):
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
