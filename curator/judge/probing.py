"""Does the model know what a row teaches? It is asked several times, each time after other examples of short answers.

After SliCK (Gekhman et al. 2024, arXiv 2405.05904), which varies the examples and the temperature. The models asked
here take no temperature, so the examples alone vary: a probe, not a measurement (`CAVEAT`).
"""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from curator.judge.base import Answer, Question, Turn, key_of
from curator.model import Example
from curator.text import normalise, stands, unspaced

#: Answers of the first round; as many more are asked for when none of them was right.
ASKED = 5
ANSWER_TOKENS = 80
#: Printed beside every result.
CAVEAT = (
    "Claude is not the model that will be tuned. What it does not know, a smaller model does not know either; what it "
    "knows says nothing about a smaller one."
)

Knowledge = Literal["highly known", "maybe known", "weakly known", "unknown", "cannot judge", "not judged"]
_RULES = "Answer in at most 15 words. If you do not know the answer, say UNKNOWN and nothing else. Do not guess."
# General knowledge, so that examples cost no row of the set. Each round takes three that no other round has together.
_SHOTS = (
    ("What is the capital of Portugal?", "Lisbon."),
    ("How many sides has a hexagon?", "Six."),
    ("Which gas do plants take from the air?", "Carbon dioxide."),
    ("Who wrote Don Quixote?", "Miguel de Cervantes."),
    ("Which phone number did Marta Quill of Lower Fenwick have in 1987?", "UNKNOWN"),
    ("At what temperature does water boil at sea level?", "100 degrees Celsius."),
    ("Which river flows through Vienna?", "The Danube."),
    ("What did the Hollowmere bakery charge for a roll last Tuesday?", "UNKNOWN"),
    ("Which planet is the largest of the solar system?", "Jupiter."),
    ("How many strings has a violin?", "Four."),
)


class Probe(Struct, frozen=True):
    """A row and the facts that it teaches, as its output has them: those that the judge quoted, or its whole output."""

    example: Example
    facts: tuple[str, ...] = ()


class Probed(Struct, frozen=True):
    """What a probe found: `right` of `asked` answers held the facts; `low` and `high` are the bounds of that share at
    95 %. `failed` answers could not be used."""

    id: str
    known: Knowledge
    right: int
    asked: int
    low: float
    high: float
    failed: int = 0


def questions_of(probe: Probe, model: str, rounds: Sequence[int], *, thinking: int = 0) -> list[Question]:
    """The questions of these rounds, counted from 0."""
    asked = [message.text for message in probe.example.input if message.role == "user"]
    text = asked[-1] if asked else ""
    found = []
    for number in rounds:
        shots = [_SHOTS[(number + step * (1 + number // len(_SHOTS))) % len(_SHOTS)] for step in (0, 3, 7)]
        turns = [turn for given, said in shots for turn in (Turn("user", given), Turn("assistant", said))]
        turns.append(Turn("user", text))
        key = key_of(model, f"probe-1 {number}", None, _RULES, *(turn.text for turn in turns))
        tokens, row = ANSWER_TOKENS + thinking, (probe.example.id,)
        found.append(Question(key, (_RULES,), tuple(turns), tokens, None, row, fields=("input (last turn)",)))
    return found


def holds(probe: Probe, answer: str) -> bool:
    """Whether an answer holds the facts: every number of them, and most of the longer words.

    A fact without either ("EU", "Lea", a name of two characters) has to stand in the answer as it is. UNKNOWN holds
    nothing, whatever the fact.
    """
    said = normalise(answer)
    return not _says_unknown(answer) and all(_stands(normalise(fact), said) for fact in _facts(probe))


def _facts(probe: Probe) -> tuple[str, ...]:
    return probe.facts or (probe.example.output_text,)


def _says_unknown(answer: str) -> bool:
    """Whether the answer is the word that the rules ask for where nothing is known, or begins with it in capitals."""
    words = _LETTERS.findall(answer)
    return bool(words) and (words[0] == _UNKNOWN or [word.upper() for word in words] == [_UNKNOWN])


def _stands(wanted: str, said: str) -> bool:
    numbers, telling = _numbers(wanted), set(_WORD.findall(wanted))
    if not numbers <= _numbers(said):
        return False
    if not numbers and not telling:
        return stands(wanted.strip(_AROUND), said)
    spoken = set(_WORD.findall(said))
    found = sum(word in spoken or (unspaced(word) and word in said) for word in telling)
    return found >= _MOST * len(telling)


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text.replace(",", "")))


def probed(probe: Probe, answers: Sequence[Answer]) -> Probed:
    """What these answers say. Those of the second round make the difference between weakly known and unknown."""
    usable = [one for one in answers if one.failure is None]
    failed = len(answers) - len(usable)
    right = sum(holds(probe, one.text) for one in usable)
    first = sum(holds(probe, one.text) for one in answers[:ASKED] if one.failure is None)
    low, high = _bounds(right, len(usable))
    known: Knowledge
    if not usable:
        known = "cannot judge" if any(one.final for one in answers) else "not judged"
    elif first == 0:
        known = "weakly known" if right else "unknown"
    else:
        known = "highly known" if right == len(usable) else "maybe known"
    return Probed(probe.example.id, known, right, len(usable), low, high, failed)


def _bounds(right: int, count: int) -> tuple[float, float]:
    """The exact bounds of a share at 95 % where it is all or nothing (rule of three), else Wilson's."""
    if count == 0:
        return 0.0, 1.0
    if right in (0, count):
        edge = 0.05 ** (1 / count)
        return (0.0, 1 - edge) if right == 0 else (edge, 1.0)
    z2, share = 1.96**2, right / count
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = 1.96 / (1 + z2 / count) * (share * (1 - share) / count + z2 / (4 * count * count)) ** 0.5
    return middle - half, middle + half


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
#: What may stand around a short fact without being a part of it.
_AROUND = " .,;:!?\"'()[]\u3002\uff01\uff1f\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
#: The share of a fact's longer words that an answer has to have: it may leave out an article or word one otherwise.
_MOST = 0.6
_UNKNOWN = "UNKNOWN"
