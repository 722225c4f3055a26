"""What a text states, part by part, with the conditions under which each part holds."""

import re
from functools import lru_cache
from typing import NamedTuple

from curator.grounding.lexicon import CARDINALS, TIMES
from curator.grounding.names import content, sentences, tokens
from curator.grounding.values import stem

NEGATION = re.compile(
    r"\b(?:not|cannot|can't|never|no(?!\.)|none|nobody|nothing|neither|nor|\w+n['\u2019]t|"
    r"(?:do|ca|wo|is|are|does|did|could|should|would|has|have|was|were|need|must)nt|nicht|kein\w*|nie|niemals|"
    r"ne|jamais|aucun\w*|nunca|ninguna?|ningún|sin)\b",
    re.IGNORECASE,
)
# Where one statement ends and the next begins; each may deny on its own.
_JOINTS = re.compile(
    r"\s*[,;:()\u2013\u2014]+\s+(?:(?:but|and|yet|so|although|though|while|whereas|however|because|since|aber|mais|"
    r"pero|denn|und|et|y)\b\s*)?|\s+(?:but|although|though|whereas|because|since|aber|denn|weil|mais|pero|porque)\s+",
    re.IGNORECASE,
)
_IF = (
    r"(?:unless|except|if|when(?:ever)?|(?<!is\s)(?<!are\s)(?<!be\s)(?<!not\s)(?<!was\s)(?<!were\s)provided"
    r"|providing|as long as|as soon as|on condition|in case|excluding|"
    r"apart from|other than|where|wenn|falls|sofern|außer|solange|sauf|si|à condition|excepto|salvo|siempre que)\b"
)
# From here on a statement says under which conditions it holds.
CONDITION = re.compile(rf"[\s,;(\u2013\u2014]+{_IF}", re.IGNORECASE)
_CONDITION_FIRST = re.compile(rf"\W*{_IF}", re.IGNORECASE)
# Times and amounts that limit a statement, behind it.
_BOUND = re.compile(
    r"\s(?:until|before|after|above|below|under|over|at least|at most|more than|less than|vor|nach|ab|bis)\b", re.I
)
# What holds with one of these need not hold without it.
_LIMITS = re.compile(
    r"\b(?:only|which|who|whom|whose|that|then|until|when(?:ever)?|while|whether|instead|otherwise|rather|longer|"
    r"more than|less than|above|below|under|over|at least|at most|before|after|nur|wenn|sofern|falls|außer|nach|vor|"
    r"erst|sauf|seulement|solo|sólo|salvo|excepto|other than|without|w/o|yet|either|unless|except|if|where|never mind|"
    r"not (?:only|just|all|every|always|necessarily))\b",
    re.IGNORECASE,
)
# What is said of a place or a time need not hold of others.
PLACE = re.compile(
    r"\b(?:in|on|at|during|inside|within|near|from|im|am|auf|bei|während|dans|pendant|durante)\s+(.+)", re.I | re.DOTALL
)
_THERE = re.compile(r"(?<!\A)\b(?:there|here|dort|hier|da|y|là|ici|allí|ahí|aquí|där|här)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*,\s*|\s+(?:and|or|nor|und|oder|et|ou|y|o)\s+", re.IGNORECASE)
# "Visitors may not touch it": what is spoken of stands in the sentence before.
_OF_IT = re.compile(r"(?<!\A)\b(?:it|them)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:they|it|he|she|sie|es|er|ils?|elles?)\b", re.IGNORECASE)


_QUANTITIES = frozenset(map(stem, (*CARDINALS, *TIMES)))


class Statement(NamedTuple):
    """A part of a sentence that states something: its content stems, its text, the sentence, what it depends on.

    `cut` says that a time or an amount that bounds it was cut off; `before` are the stems of the sentence before,
    where it says "there" of what stands in it, `those` where it says "it" or "them". `free` says that nothing else in
    the sentence bears on it.
    """

    stems: frozenset[str]
    text: str
    sentence: str
    conditions: frozenset[str]
    cut: bool = False
    before: frozenset[str] = frozenset()
    free: bool = False
    those: frozenset[str] = frozenset()

    @property
    def alone(self) -> bool:
        """Whether it is its sentence, or one of two things that its sentence says of a subject."""
        return self.free or self.text == self.sentence

    @property
    def place(self) -> frozenset[str]:
        """The stems of where and when it holds."""
        found = PLACE.search(self.text)
        return content(found[1]) - _QUANTITIES if found else frozenset()

    @property
    def places(self) -> tuple[frozenset[str], ...]:
        """The stems of each place of a list, "in the restaurant and the spa": what holds of all holds of each."""
        found = PLACE.search(self.text)
        parts = _LISTED.split(found[1]) if found else ()
        return tuple(stems for part in parts if (stems := content(part) - _QUANTITIES))


@lru_cache(maxsize=16)
def statements(text: str) -> tuple[Statement, ...]:
    """What a text states, its questions left out: sentences by their parts, conditions cut off and kept apart."""
    found: list[Statement] = []
    subject = before = ""
    for start, end in sentences(text):
        sentence = text[start:end]
        if sentence[-1] != "?":
            if not _PRONOUN.match(sentence):
                subject = next((word for word in tokens(sentence) if content(word)), "")
            stated = _stated(sentence, subject)
            if before and _THERE.search(sentence):
                stems = content(before)
                stated = [one._replace(before=stems) if _THERE.search(one.text) else one for one in stated]
            if before and _OF_IT.search(sentence):
                stems = content(before)
                stated = [one._replace(those=stems) if _OF_IT.search(one.text) else one for one in stated]
            found += stated
            found += _contrasted(sentence)
            before = f"{before} {sentence}" if before.endswith(";") else sentence
    return tuple(found)


_WHERE = (
    r"(?:in|on|at|to|for|with|from|inside|during|after|before|into|near|within|on behalf of|auf|im|am|für|bei|mit"
    r"|nach|vor"
    r"|dans|sur|pour|avec|après|avant|en|para|con|på|i|till|för|med)"
)
# "Dogs may stay in the store but not in the rooms."
_CONTRAST = re.compile(
    rf"(?P<head>\S.{{2,120}}?)\s{_WHERE}\s[^,;]{{2,60}}?,?\s(?:but|though|and|aber|mais|pero|men)\s"
    rf"(?:not|never|nicht|pas|no|inte)\s(?P<where>{_WHERE}\s[^,;.!]{{2,60}})",
    re.IGNORECASE,
)


def _contrasted(sentence: str) -> list[Statement]:
    """What is denied behind "but not", said whole."""
    match = _CONTRAST.match(sentence)
    if match is None or NEGATION.search(match["head"]):
        return []
    said = f"{match['head']} not {match['where']}"
    stems = content(said)
    return [Statement(stems, said, sentence, frozenset())] if len(stems) >= 3 else []


def _stated(sentence: str, subject: str) -> list[Statement]:
    found: list[Statement] = []
    parts = split(sentence)
    listed = len(parts) > 1 and parts == _predicates(sentence)
    after: frozenset[str] = frozenset()
    for part in reversed(parts):
        whole = content(part)
        if part is not parts[0] and _CONDITION_FIRST.match(part):
            after |= whole
            continue
        if subject and _PRONOUN.match(part):
            part = _PRONOUN.sub(subject, part, count=1)
        condition = CONDITION.search(part)
        if condition and len(content(part[: condition.start()])) >= 2:
            part = part[: condition.start()]
        bound = _BOUND.search(part)
        for end, cut in ((len(part), False), *(((bound.start(), True),) if bound else ())):
            stems = content(part[:end])
            if len(stems) >= 2:
                free = listed and not condition and not cut
                conditions = whole - stems if listed else (whole | after) - stems
                found.append(Statement(stems, part[:end], sentence, conditions, cut, free=free))
        after |= whole
    if len(parts) > 1 and is_one(parts):
        found.append(Statement(content(sentence), sentence, sentence, frozenset()))
    return found


def split(sentence: str) -> list[str]:
    """The parts of a sentence that may state something of their own; one, where a condition comes first."""
    if _CONDITION_FIRST.match(sentence):
        return [sentence]
    return [one for part in _JOINTS.split(sentence) if part for one in _predicates(part)]


# "Paint is not taken here and must go to the depot": one subject, of which two things are said.
_VERB = (
    r"(?:must|may|can(?:not)?|can['\u2019]t|should|shall|will|would|has|have|had|needs?|is|are|was|were|does|do|did"
    r"|muss|müssen|darf|dürfen|kann|können|ist|sind|wird|werden|hat|haben|doit|doivent|peut|peuvent|est|sont"
    r"|debe|deben|puede|pueden|es|son|måste|får|kan|ska|är)\b"
)
_ANDS = (" and ", " und ", " et ", " y ", " och ")
_ALSO = re.compile(rf"\s(?:and|und|et|y|och)\s(?={_VERB})", re.IGNORECASE)
_SUBJECT = re.compile(rf"(?P<subject>\W*\S.{{1,80}}?)\s{_VERB}", re.IGNORECASE)


def _predicates(part: str) -> list[str]:
    """What a part says of its subject, one by one."""
    if not any(map(part.__contains__, _ANDS)):
        return [part]
    first, *others = _ALSO.split(part)
    subject = _SUBJECT.match(first) if others else None
    if subject is None or not content(subject["subject"]):
        return [part]
    return [first, *[f"{subject['subject']} {other}" for other in others]]


def is_one(parts: list[str]) -> bool:
    """Whether the parts before the last are a mere list: "Pets, bikes and prams are not allowed"."""
    return all(len(content(part)) < 2 and not NEGATION.search(part) for part in parts[:-1])


@lru_cache(maxsize=16)
def asked(text: str) -> frozenset[str]:
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


@lru_cache(maxsize=256)
def limits(text: str) -> frozenset[str]:
    """The words of a text that limit what it states."""
    return frozenset(word.casefold() for word in _LIMITS.findall(text))
