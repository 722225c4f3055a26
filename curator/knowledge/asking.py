"""How a sentence asks: for a thing, for yes or no, for something to be done; and what about it is only polite."""

import re

from curator.knowledge.lexicon import (
    BEFORE_WH,
    CLASSIFY,
    CUES,
    MAKE,
    POLITE,
    POLITE_BEGINNINGS,
    RECALL,
    REPLY,
    TRANSFORM,
    WH,
    YES_NO,
)

#: A longer text is no greeting.
GREETING_LENGTH = 60
#: What a request may begin with that is no question.
LEADS = RECALL | MAKE | TRANSFORM | CLASSIFY
_RUN = re.compile(r"\w+")
# A full stop before a space, or a line: a rougher cut than `grounding.names` makes, at a third of its price.
_END = re.compile(r"[.!?;][\"'\u201d\u2019)\]]*(?=\s)|\n")
# "Robert E. Howard".
_INITIAL = re.compile(r"[\s.][A-Z]\.")
_ABBREVIATED = ("Dr.", "Mr.", "Mrs.", "Ms.", "St.", "vs.", "No.", "e.g.", "i.e.", "z.B.", "bzw.", "Nr.", "ca.")


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, in order."""
    found, start = [], 0
    for match in _END.finditer(text):
        end = match.end()
        if match[0] == "." and (text.endswith(_ABBREVIATED, start, end) or _INITIAL.match(text, max(0, end - 3), end)):
            continue
        part = text[start:end].strip()
        if part:
            found.append(part)
        start = end
    part = text[start:].strip()
    return [*found, part] if part else found


def ends(part: str) -> bool:
    """Whether a sentence ends with a question mark, perhaps within quotation marks."""
    return part[-1] == "?" or part.rstrip("\"'\u201d\u2019\u00bb)*_ ")[-1:] == "?"


# Within a sentence these join two: "The app crashes when I open a photo".
_JOINING = frozenset(("when", "where", "quand", "où", "när", "wo"))


def asks_what(part: str, cue: int) -> float:
    """How surely a sentence asks for a thing: "Who", "In which year"; less surely "git: which flag"."""
    if cue & WH:
        return 1.0
    if ends(part) and not cue & (LEADS | YES_NO) and CUES.of(part) & WH:
        return 0.9
    words = _RUN.findall(part[:60])[:4]
    if not any(cues_of(word) & WH and word.casefold() not in _JOINING for word in words[1:]):
        return 0.0
    if words[0].casefold() in BEFORE_WH:
        return 1.0
    return 0.8 if len(part) < 2 * GREETING_LENGTH and not cue & LEADS else 0.0


def asks_whether(part: str, cue: int) -> float:
    """How surely a sentence asks for yes or no; "does Bolivia have a coastline" may be typed without its mark."""
    if not cue & YES_NO:
        return 0.0
    if ends(part):
        return 1.0
    words = _RUN.findall(part[:40].casefold())
    return (
        0.8
        if len(words) > 2 and words[1] != "not" and len(part) < 2 * GREETING_LENGTH and part[-1] not in ".!:"
        else 0.0
    )


def cues_of(word: str) -> int:
    """The cues that a word gives by itself."""
    return CUES.of_word(word.casefold())[0]


def begs(part: str) -> bool:
    """Whether a sentence without a question mark asks for something all the same."""
    part = plain(part)
    cue = CUES.at(part)
    return bool(cue & (LEADS | REPLY)) or (part[-1:] not in ".!:;" and (bool(cue & WH) or asks_whether(part, cue) > 0))


# "Question:", "Q1:", "Frage:".
_LABEL = re.compile(r"\W*\w+(?: ?\d+)?:\s+(?=\S)")


def plain(sentence: str) -> str:
    """A sentence without what is only polite: "Could you please name it?" is "name it?"."""
    if ":" in sentence[:20] and (label := _LABEL.match(sentence)):
        sentence = sentence[label.end() :]
    first = _RUN.search(sentence)
    if first is None or first[0].casefold() not in POLITE_BEGINNINGS:
        return sentence
    match = POLITE.match(sentence)
    return sentence[match.end() :] if match else sentence
