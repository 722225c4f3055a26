"""The signs of knowledge and of behaviour in a pair, each a number from 0 to 1, and what they are called.

The positive ones say that facts are asked for and stated without a source; the negative ones that the output is
something else: worked out, chosen, made up, transformed, said in conversation. What says so strongly enough also takes
the weight off the positive ones (`_freed`): a sum full of new numbers is a sum.
"""

import math
import re
from typing import NamedTuple

from curator.grounding.bearing import borne_out
from curator.grounding.lexicon import CARDINALS
from curator.grounding.values import YEAR, values
from curator.knowledge.lexicon import (
    ASKED_SUM,
    ASKS_BACK,
    CONVERSING,
    CONVERT,
    CUES,
    FIRST_PERSON,
    HEARD,
    MATHEMATICS,
    NAMED,
    PLACEHOLDER,
    PROGRAM,
    REFUSAL,
    RULING,
    SNAKE,
    SUM,
    TRUTH,
    YES,
)
from curator.knowledge.payload import NOTHING, OUTPUT, Payload, payload, stems
from curator.knowledge.request import Request, Turn, opened, request
from curator.tasks import looks_code, looks_json

# Words of material that make it likely that there is something to answer from: with so many it is 63 %.
_MATERIAL = 8
# Letters that forms of one word, and compounds with it, have in common.
_HEAD = 5
# Material of a few words is enough where all the numbers of an output stand in it.
_ENOUGH = 0.85
# A statement that is to be judged has fewer words; with more there is a passage to judge it by.
_JUDGED = 20
# Figures of which new ones can be worked out.
_FIGURES = 3
# A prompt and an output of more characters hold more than a sum, and of fewer numbers there is none.
_RECKONED = 800
_OPERANDS = 2
# Words of a short answer, or of a label.
_SHORT = 6
# Words of a result without a sentence: "157", "40 miles".
_RESULT = 3
# Words of what a clue ("... was formed in this city.") is answered with.
_CLUED = 8
# Kinds of facts that are values.
_VALUES = ("number", "price", "rate", "date", "time")
# How far each exemption frees a pair when it is certain.
_FREEING = {
    "a calculation": 1.0,
    "a label": 1.0,
    "code": 1.0,
    "made up": 0.95,
    "made to order": 0.4,
    "a template": 0.7,
    "another form of its input": 0.8,
    "a record in words": 0.9,
    "small talk": 0.9,
    "an open question": 0.5,
    "a question back": 0.9,
    "conversation": 0.4,
}


class Signs(NamedTuple):
    """All that is known of a pair: the numbers by name, and what they were read from.

    `exemptions` says how far (0 to 1) each of them applies.
    """

    numbers: dict[str, float]
    request: Request
    payload: Payload
    exemptions: dict[str, float]


def signs(turns: tuple[Turn, ...], output: str, often: float = 0.0, closed_set: bool = False) -> Signs:
    """Reads a pair. `often` (0 to 1) says how surely the output is one that many inputs have, `closed_set` that its
    group draws its outputs from a closed set."""
    asked = request(opened(turns))
    text = output[:OUTPUT].strip()
    # Of JSON and code nothing needs to be looked up: they are a large part of most sets.
    written = _structured(asked, 0.0) if looks_json(text) else looks_code(text)
    said = NOTHING if written else payload(asked.given, output)
    spoken = _Spoken(text, said)
    source = _source(asked, said, text)
    freed = _freed(asked, said, spoken, source, text, often, closed_set)
    left = 1.0
    for name, strength in freed.items():
        left *= 1 - _FREEING[name] * min(1.0, strength)
    left *= 1 - 0.8 * spoken.refusal
    return Signs(_Weighed(asked, said, spoken, source, freed, left, text).numbers(), asked, said, freed)


def saturated(count: float, half: float) -> float:
    """A count as a number from 0 to 1; `half` of it is 0.63."""
    return 1 - math.exp(-count / half) if count else 0.0


def _source(asked: Request, said: Payload, text: str) -> float:
    """How surely (0 to 1) the output is drawn from material that the prompt has.

    There is material; and the output takes its words from there, or the material is about what is asked.
    """
    there = max(saturated(_words(asked.material), _MATERIAL), asked.passage)
    if there < 0.05:
        return max(asked.record, 0.9 * asked.carries)
    held = stems(asked.material)
    heads = frozenset([word[:_HEAD] for word in held if len(word) >= _HEAD])
    question = stems(asked.asking)
    said_words = stems(text[:1_000])
    taken = said_words - question
    drawn = _share(taken, held, heads)
    new = said.count(*_VALUES)
    # A number that is not new stands in the material: what is asked for, more often than not.
    held_values = 1 - min(1.0, new / said.values) if said.values else 0.0
    if asked.passage and not held_values and question and not _share(question | said_words, held, heads):
        return max(asked.record, 0.9 * asked.carries)  # a text about something else is no source
    if said.values:
        drawn = max(drawn, 0.9 * held_values) if taken else held_values
        if held_values and len(_NUMBER.findall(asked.material)) >= _FIGURES:
            drawn = max(drawn, 0.6 + 0.3 * held_values)  # differences and sums of figures are new, and worked out
    if said.values and not new and _NUMBER.search(asked.material):
        there = max(there, _ENOUGH)
    told = max(1 - saturated(2 * (said.count("name") + new), 3), 0.8 * held_values)
    # Beside a passage, what has no new name and no new number is drawn from it, in other words.
    about = max(_share(question, held, heads), 0.9 * asked.refers * told, 0.75 * asked.passage * told)
    if said.answer and said.words <= _SHORT:
        about *= 0.8 if asked.passage else 0.5
    if _words(asked.material) < _JUDGED:
        there *= 1 - 0.7 * asked.verify  # what is to be judged is no source of the judgement
    return max(asked.record, 0.9 * asked.carries, there * (1 - (1 - drawn) * (1 - about)))


_RUN = re.compile(r"[^\W\d_]+")


def _share(wanted: frozenset[str], held: frozenset[str], heads: frozenset[str]) -> float:
    """The share of words that material has, in any of their forms; 1 for none."""
    if not wanted:
        return 1.0
    return sum([word in held or word[:_HEAD] in heads for word in wanted]) / len(wanted)


def _words(text: str) -> int:
    return text.count(" ") + text.count("\n") + 1 if text.strip() else 0


class _Spoken:
    """How an output is worded."""

    def __init__(self, text: str, said: Payload) -> None:
        words = max(said.words, 1)
        counts = CUES.counts(text, FIRST_PERSON | CONVERSING | RULING)
        self.chat = min(1.0, counts.get(FIRST_PERSON, 0) / max(1.0, words / 12))
        self.refusal = float(bool(CUES.of(text[:200]) & REFUSAL))
        self.yes = float(YES.match(text) is not None)
        self.truth = words == 1 and TRUTH.match(text) is not None
        self.short = float(words <= _SHORT and not (text.endswith((".", "!", "?")) and words > 2))
        conversing = min(1.0, counts.get(CONVERSING, 0) / max(1.0, words / 8))
        self.statement = float(words > 3) * (1 - self.chat) * (1 - conversing)
        ends = text.count(".") + text.count("!") + text.count("?") or 1
        self.asks_back = float(text.endswith("?") or 3 * text.count("?") >= ends or ASKS_BACK.search(text) is not None)
        self.ruling = counts.get(RULING, 0)
        self.code = float("```" in text or looks_code(text) or PROGRAM.search(text) is not None)


def _structured(asked: Request, source: float) -> float:
    """How surely JSON is a record of what was said, rather than facts that were asked for in that form."""
    return source if "json" in asked.asking.casefold() else 1.0


def _stands(answer: str, given: str) -> bool:
    """Whether an answer stands in a prompt as it is, between other words."""
    at = given.find(answer) if answer else -1
    while at >= 0:
        if not given[at - 1 : at].isalnum() and not given[at + len(answer) : at + len(answer) + 1].isalnum():
            return True
        at = given.find(answer, at + 1)
    return False


_NUMBER = re.compile(r"\d[\d.,:/]*")
# A date or a range is one.
_STATED = re.compile(r"\d[\d.,:/]*(?:-\d+)*")


def _stated(text: str) -> int:
    """How many numbers a prompt states, in digits or in words."""
    return len(_STATED.findall(text)) + sum(map(CARDINALS.__contains__, _RUN.findall(text.casefold())))


# "3 days after Monday", "in 5 weeks".
_AWAY = re.compile(
    r"\b(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|\w+zig|zwei|drei|vier|deux|trois|dos|tres|två|tre) "
    r"(?:minute|hour|day|week|month|year|minuten|stunde|tag|woche|monat|jahr|heure|jour|semaine|mois|an|hora|día|semana"
    r"|mes|año|timm|dag|veck|månad|år)\w*\W+(?:after|before|from|later|earlier|ago|nach|vor|später|après|avant"
    r"|plus tard|después|antes|efter|före|från|senare)\b",
    re.IGNORECASE,
)


def _follows(asked: Request, output: str) -> bool:
    """Whether all the values of an output come of those of its prompt, and of each other: durations, totals, times."""
    if len(asked.given) > _RECKONED or len(output) > _RECKONED:
        return False
    joined = f"{asked.given}\n{output}"
    stated = [value for value in values(joined) if YEAR not in value.units and not any(day[0] for day in value.dates)]
    start = len(joined) - len(output)
    held = [value for value in stated if value.start < start]
    own = [value for value in stated if value.start >= start and value.claim]
    if not own or not (asked.calculate or any(value.kind == "time" for value in own)):
        return False
    for value in own:
        if value.kind not in ("number", "time") or not borne_out(value, tuple(held), joined, joined):
            return False
        held.append(value)
    return True


def _worked_out(asked: Request, said: Payload, output: str) -> float:
    """How surely a short output is the result of what its question spells out: a sum, a conversion, a date."""
    if said.words > _JUDGED or said.count("name", "link"):
        return 0.0
    text = asked.asking
    if MATHEMATICS.search(text) and _NUMBER.search(text):
        return 0.9
    if said.values and ASKED_SUM.search(text):
        return 1.0
    if said.values and _stated(asked.given) >= _OPERANDS and _follows(asked, output):
        return 0.9
    if said.values and asked.calculate and CONVERT.search(text) and _NUMBER.search(text):
        return 0.9
    return 0.9 * float(_AWAY.search(text) is not None)


def _freed(
    asked: Request, said: Payload, spoken: _Spoken, source: float, text: str, often: float, closed_set: bool
) -> dict[str, float]:
    closed = 1 - source
    sums = float(SUM.search(text) is not None)
    numbers = _stated(asked.given) if said.values else 0
    worked = float(numbers >= 2) * max(sums, 0.6 * asked.calculate)
    if numbers >= 2 and said.words <= _RESULT and not NAMED.search(asked.given):
        worked = max(worked, 0.7)
    worked = max(worked, 0.9 * sums * float(numbers >= 1 and said.values >= 3), _worked_out(asked, said, text))
    proper = 0.0 if closed_set else float(text[:1].isupper()) * (0.9 if asked.question or asked.wh else 0.4)
    chosen = spoken.short * 0.9 * asked.classify * (1 - spoken.yes * asked.question * closed)
    # A number that many questions have for an answer is still an answer.
    often *= 0.2 if said.count(*_VALUES) else 1.0
    used = spoken.short * max(often, float(closed_set)) * (1 - 0.8 * spoken.yes) * (1 - proper)
    # "Positive or negative?" above a review; "the sun or the moon?" with nothing below asks what is known.
    offered = spoken.short * source * float(text.casefold() in asked.asking.casefold())
    named = float(SNAKE.fullmatch(text) is not None)
    # "Do you ship to Iceland?" means a company: its answers speak of rules, or are a bare yes or no.
    rules = saturated(spoken.ruling, 2) if spoken.chat < 0.5 else 0.0
    talk = asked.you * (1 - float(said.count("name") > 1)) * max(spoken.chat, 0.9 * float(said.words < 15), 0.5)
    talk *= (1 - 0.7 * rules) * (1 - 0.5 * spoken.yes * float(said.words < 3))
    # "Do you offer a discount?" means a company too, where a price, a rate or an address answers.
    talk *= 1 - 0.8 * float(said.count("price", "rate", "link") > 0 and spoken.chat < 0.5)
    asks = max(asked.wh, asked.yes_no, asked.question)
    heard = float(HEARD.fullmatch(text) is not None) * (1 - asks)
    return {
        "a calculation": worked,
        "a label": max(named, chosen, used, 0.9 * offered) * (1 - 0.8 * asked.verify),
        "code": _structured(asked, source) if looks_json(text) else spoken.code,
        "made up": asked.fiction,
        "made to order": asked.make * (1 - asks),
        "a template": float(PLACEHOLDER.search(text) is not None),
        "another form of its input": asked.transform * source,
        "a record in words": asked.record,
        "small talk": max(talk, asked.greets, heard),
        "a question back": spoken.asks_back,
        "an open question": max(asked.open, asked.indefinite * float(not said.count("name", *_VALUES))),
        "conversation": spoken.chat,
    }


class _Weighed(NamedTuple):
    """What the signs of a pair are made of; see `signs`. `left` is what its exemptions leave of it."""

    asked: Request
    said: Payload
    spoken: _Spoken
    source: float
    freed: dict[str, float]
    left: float
    text: str

    def numbers(self) -> dict[str, float]:
        """All signs by name."""
        asked, said, spoken = self.asked, self.said, self.spoken
        names = said.count("name") + 0.5 * said.answer
        terms, links, values = said.count("term"), said.count("link"), said.count(*_VALUES)
        facts = saturated(2 * names + 2 * values + 3 * links + 0.5 * terms, 3)
        # A statement alone, and "True" or "False" alone: it is judged by what is known.
        judged = max(asked.verify, 0.8 * float(spoken.truth and not asked.asks and not asked.greets))
        asks = max(asked.asks, 0.8 * asked.clue * (said.words <= _CLUED), judged)
        stated = (1 - self.source) * self.left
        return {
            "names": saturated(names, 1.5) * stated,
            "values": saturated(values, 1.5) * stated,
            "links": float(links > 0) * (1 - self.freed["code"]),
            "rare terms": saturated(terms, 3) * stated,
            "facts without material": max(asked.transform, asked.recall) * facts * stated,
            **self._asked(asks, judged, facts),
            **self._behaviour(asks, facts, values),
        }

    def _asked(self, asks: float, judged: float, facts: float) -> dict[str, float]:
        """The signs that something is to be known: `asks` says how surely."""
        asked, said, spoken = self.asked, self.said, self.spoken
        closed = 1 - self.source
        closed_book = closed * asks * self.left
        bare = spoken.yes * closed * max(asks, judged) * (1 - self.freed["small talk"])
        return {
            "asked closed-book": closed_book,
            "facts asked for": facts * closed_book,
            "new words": said.novel * closed_book,
            "yes or no": bare * (1 - 0.7 * asked.open),
            "rules": saturated(spoken.ruling, 2) * spoken.statement * closed_book,
            "statement": spoken.statement * closed_book,
            "short answer": float(said.words <= _SHORT) * closed_book,
            "judged": judged * closed,
        }

    def _behaviour(self, asks: float, facts: float, new: int) -> dict[str, float]:
        """The signs of something else than knowledge; `new` counts the values that the prompt does not hold."""
        asked, said, spoken, text = self.asked, self.said, self.spoken, self.text
        stands = _stands(text.casefold().rstrip("."), asked.given.casefold())
        return {
            "source": self.source,
            "grounded": self.source * (1 - said.novel) * (1 - new / max(1, said.values, new)),
            "copied": float(stands) * (1 - spoken.yes) * (0.3 + 0.7 * self.source),
            "calculation": self.freed["a calculation"],
            "label": self.freed["a label"],
            "code": self.freed["code"],
            "fiction": asked.fiction,
            "made to order": asked.make * (1 - facts * asked.recall),
            "transformed": self.freed["another form of its input"],
            "conversation": spoken.chat * (1 - 0.7 * facts),
            "small talk": self.freed["small talk"],
            "open question": max(asked.open, asked.indefinite) * (1 - 0.5 * facts),
            "refusal": spoken.refusal,
            "asks back": spoken.asks_back,
            "choices": asked.choices,
            "not asked": (1 - asks) * (1 - 0.5 * facts),
            "placeholder": self.freed["a template"],
            "record": asked.record,
        }
