"""Yes against no: sentences of an output that deny what the context says, or say what it denies."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from curator.grounding.context import Given
from curator.grounding.lexicon import listed
from curator.grounding.names import content, sentences
from curator.grounding.values import stem

Opposed = tuple[Literal["negation", "state"], int, int, str]

_NEGATION = re.compile(
    r"\b(?:not|cannot|can't|never|no(?!\.)|none|nobody|nothing|neither|nor|\w+n['\u2019]t|"
    r"(?:do|ca|wo|is|are|does|did|could|should|would|has|have|was|were|need|must)nt|nicht|kein\w*|nie|niemals|"
    r"ne|jamais|aucun\w*|nunca|ninguna?|ningún|sin)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(yes|no|ja|nein|oui|non|sí|si)\b[\s,.:;!\u2013\u2014-]*", re.IGNORECASE)
_YES = frozenset(("yes", "ja", "oui", "sí", "si"))
# Where one statement ends and the next begins; each may deny on its own.
_JOINTS = re.compile(
    r"\s*[,;:()\u2013\u2014]+\s+(?:(?:but|and|yet|so|although|though|while|whereas|however|because|since|aber|mais|"
    r"pero|denn|und|et|y)\b\s*)?|\s+(?:but|although|though|whereas|because|since|aber|denn|weil|mais|pero|porque)\s+",
    re.IGNORECASE,
)
# From here on a statement says under which conditions it holds.
_CONDITION = re.compile(
    r"[\s,;(\u2013\u2014]+(?:unless|except|if|when(?:ever)?|provided|providing|as long as|as soon as|on condition|"
    r"in case|excluding|apart from|other than|where|wenn|falls|sofern|außer|solange|sauf|si|à condition|excepto|salvo|"
    r"siempre que)\b",
    re.IGNORECASE,
)
# What holds with one of these need not hold without it.
_LIMITS = re.compile(
    r"\b(?:only|which|who|whom|whose|that|then|until|when(?:ever)?|while|whether|instead|otherwise|rather|longer|"
    r"more than|less than|above|below|under|over|at least|at most|before|after|nur|wenn|sofern|falls|außer|nach|vor|erst|sauf|"
    r"seulement|solo|sólo|salvo|excepto|other than|without|w/o|yet|either|unless|except|if|where|never mind|"
    r"not (?:only|just|all|every|always|necessarily))\b",
    re.IGNORECASE,
)
# Words that deny: the stem of what they deny. Two of them in two sentences mean the same.
_DENIALS = {
    "prohibited": "allow", "forbidden": "allow", "banned": "allow", "disallowed": "allow", "permitted": "allow",
    "allowed": "allow", "verboten": "erlaub", "erlaubt": "erlaub", "unable": "able", "closed": "open", "open": "open",
}  # fmt: skip
_DENYING = listed("prohibited forbidden banned disallowed verboten unable closed")
_DENIERS = listed(
    "never cannot none neither nobody nothing prohibit forbid dont cant wont isnt arent doesnt didnt couldnt shouldnt "
    "wouldnt hasnt havent wasnt werent neednt mustnt"
)
_OPENING = re.compile(
    r"^\s*(?:no|nein|non)(?:\s*[,;:!.]\s*|\s+(?=(?:we|i|you|it|he|she|they|this|that|there)\b))", re.I
)
_AVOIDING = re.compile(
    r"\b(?:avoid|refrain|(?:keep|stay) (?:off|away|out)|skip|stop|vermeiden?|évite[zr]?|evit[ea]r?)\b"
)
# A question with more words of its own than these tells of circumstances.
_PLAIN = 2


class _Told(NamedTuple):
    """What the context states: its content stems, the statement, its sentence, and the stems of its conditions."""

    stems: frozenset[str]
    text: str
    sentence: str
    conditions: frozenset[str]


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
    told = _statements(given.text)
    asked = _asked(given.text)
    answer = _ANSWER.match(output)
    for start, end in sentences(output):
        sentence = output[start:end]
        if answer and start == 0:
            start, sentence = answer.end(), output[answer.end() : end]
        if sentence.endswith("?") or not sentence:
            continue
        if _quoted(sentence, given.text):
            continue
        denied = _denied(sentence, told, asked) or _flag(sentence, given)
        if denied:
            yield "negation", start, end, denied
            return
    if answer and _bare(output, answer.end()):
        denied = _answered(answer[1], given, told, asked)
        if denied:
            yield "negation", answer.start(1), answer.end(1), denied
    yield from _states(given, output)


def _quoted(sentence: str, text: str) -> bool:
    """Whether the context has this very sentence, or part of one."""
    return " ".join(sentence.rstrip(".! ").casefold().split()) in " ".join(text.casefold().split())


@lru_cache(maxsize=16)
def _statements(text: str) -> tuple[_Told, ...]:
    """What a context states, sentence by sentence, whole and in parts; conditions are cut off and kept apart."""
    found: list[_Told] = []
    for start, end in sentences(text):
        sentence = text[start:end]
        if sentence[-1] == "?":
            continue
        parts = _parts(sentence)
        after: frozenset[str] = frozenset()
        for part in reversed(parts):
            condition = _CONDITION.search(part)
            whole = content(part)
            if condition and len(content(part[: condition.start()])) >= 2:
                part = part[: condition.start()]
            stems = content(part)
            if len(stems) >= 2:
                found.append(_Told(stems, part, sentence, (whole | after) - stems))
            after |= whole
        if len(parts) > 1 and _one_statement(parts):
            found.append(_Told(content(sentence), sentence, sentence, frozenset()))
    return tuple(found)


def _one_statement(parts: list[str]) -> bool:
    """Whether the parts are no statements of their own, or none denies: then it is known what the whole denies."""
    denying = [_NEGATION.search(part) is not None for part in parts]
    others = (len(content(part)) < 2 for part, denies in zip(parts, denying, strict=True) if not denies)
    return not any(denying) or (sum(denying) == 1 and all(others))


def _parts(sentence: str) -> list[str]:
    return [part for part in _JOINTS.split(sentence) if part]


@lru_cache(maxsize=16)
def _asked(text: str) -> frozenset[str]:
    """The content of the last question, with what stands before it in its line."""
    stems: frozenset[str] = frozenset()
    line = -1
    for start, end in reversed(sentences(text)):
        if line < 0 and text[end - 1] == "?":
            line = max(text.rfind("\n", 0, start) + 1, start - 200)
        if line >= 0:
            if start < line:
                break
            stems |= content(text[start:end])
    return stems


def _bare(output: str, end: int) -> bool:
    """Whether a yes or no is followed by nothing, or by what only repeats it: "No, they are not."."""
    rest = output[end:]
    return len(rest) < 3 or (len(rest) < 40 and not content(rest) - _DENIERS and not _LIMITS.search(rest))


def _denied(sentence: str, told: tuple[_Told, ...], asked: frozenset[str]) -> str:
    """The sentence of the context that the output's sentence, or a statement in it, turns into its opposite."""
    parts = _parts(sentence)
    said = parts if len(parts) > 1 and not _one_statement(parts) else parts if len(parts) == 1 else [sentence, *parts]
    return next((denied for part in said if (denied := _opposite(part, sentence, told, asked))), "")


def _opposite(said: str, sentence: str, told: tuple[_Told, ...], asked: frozenset[str]) -> str:
    stems = content(said)
    if not stems:
        return ""
    limits = _limits(said) | {match[0].strip(" ,;(").casefold() for match in _CONDITION.finditer(sentence)}
    about = asked | stems
    best, found = 0.0, ""
    for statement in told:
        words = statement.stems
        if 2 * len(words & stems) + 2 < len(stems):
            continue
        one, negative = _read(said, words)
        two, denies = _read(statement.text, stems)
        shared = len(one & two)
        share = shared / len(one) if one else 0.0
        whole = shared in (len(one), len(two))
        if shared < 2 or share < (0.6 if whole else 0.75) or (shared < 3 and (not whole or len(two) > 2 * shared)):
            continue
        if negative == denies:
            if share >= best:
                best, found = share, ""
        elif share > best and shared >= 0.5 * len(two) and _unconditional(statement, limits, about, asked - one):
            best, found = share, statement.sentence
    return found


def _unconditional(told: _Told, limits: frozenset[str], about: frozenset[str], circumstances: frozenset[str]) -> bool:
    """Whether what the context states holds for what is spoken of: under the same limits, beside its conditions."""
    if limits != _limits(told.text):
        return False
    if told.text == told.sentence:
        return True
    return not about & told.conditions and len(circumstances - told.stems) <= _PLAIN


@lru_cache(maxsize=256)
def _limits(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _LIMITS.findall(text))


def _read(sentence: str, other: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The content stems of a sentence and whether it denies them, in the words of another sentence.

    "Prohibited" is "not allowed"; "non-refundable" is "not refundable" where the other has "refundable".
    """
    folded = _OPENING.sub("", sentence.casefold())
    # "Neither ... nor" and "No, we don't" deny once.
    count = min(len(_NEGATION.findall(folded)), 1) + len(_AVOIDING.findall(folded))
    for match in _PREFIXED.finditer(folded):
        if stem(match[1]) in other and stem(match[0]) not in other:
            count += 1
            folded = folded.replace(match[0], match[1])
    for word, meant in _DENIALS.items():
        if word in folded:
            folded, times = re.subn(rf"\b{word}\b", meant, folded)
            count += times * (word in _DENYING)
    return content(folded) - _DENIERS, count % 2 == 1


def _answered(answer: str, given: Given, told: tuple[_Told, ...], asked: frozenset[str]) -> str:
    """What a bare yes or no denies, read as an answer to the last question."""
    questions = [given.text[start:end] for start, end in sentences(given.text) if given.text[end - 1] == "?"]
    if not questions or _NEGATION.search(questions[-1]):
        return ""
    stated = questions[-1].rstrip("?")
    return _denied(stated if answer.casefold() in _YES else f"not {stated}", told, asked)


def _flag(sentence: str, given: Given) -> str:
    """What a tool's true or false says, where the sentence names its key and says the opposite."""
    if not given.flags or _LIMITS.search(sentence):
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
