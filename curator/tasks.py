"""What a group of examples is asked to do, inferred from its outputs: name a label, write JSON, code, prose.

A one-word output is right in a label set and a flaw among answers in sentences; so checks ask for the task of
an example's group before they judge its output.
"""

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct, field

from curator.model import Example
from curator.text import normalise, words

Task = Literal["labels", "extraction", "json", "code", "prose", "mixed"]

#: Different short answers that are counted one by one; a group with more of them is no label set.
LABELS = 2_000
#: Longer answers than this, in words, are no labels.
LABEL_WORDS = 10
#: The share of a group's outputs that makes its task.
MAJORITY = 0.8

_FENCE = re.compile(r"\A\s*```[\w+-]*\s*\n")
_CODE_LINE = re.compile(
    r"^\s*(?:def |class |import |from \w+ import|function |const |let |var |public |private |#include|SELECT |INSERT "
    r"|UPDATE |CREATE |return\b|if \(|for \(|while \(|@\w+|\}|\{$)|[;{}]\s*$|^\s*\w+(?:\.\w+)*\(.*\)\s*;?$",
    re.MULTILINE,
)
# Code has one of these somewhere.
_CODE_MARK = re.compile(r"[(){};=]|\A(?:SELECT|INSERT|UPDATE|CREATE) ")
# Between a small letter and a capital, and all that joins words in names.
_NAME_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-./:|]+")


class Outputs(Struct):
    """Counts of what a group's outputs look like. Mergeable in any order; at most `LABELS` answers are kept apart.

    `answers` counts short answers as they compare (`normalise`), `written` as they are written.
    """

    outputs: int = 0
    json: int = 0
    code: int = 0
    short: int = 0
    sentences: int = 0
    copied: int = 0
    turns: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    overflow: bool = False
    told: Task | None = None

    def add(self, example: Example) -> None:
        """Count the last output of one example; one without text is not counted."""
        stripped = example.output_text.strip()
        if not stripped:
            return
        self.told = None
        self.outputs += 1
        self.turns += [message.role for message in example.messages].count("user") > 1
        if looks_json(stripped):
            self.json += 1
        elif looks_code(stripped):
            self.code += 1
        elif is_short(stripped):
            self.short += 1
            answer = normalise(stripped)
            self._count(answer, stripped, 1)
            self.copied += len(answer) > 2 and answer in normalise(_below_instruction(example.input_text))
        else:
            self.sentences += 1

    def merge(self, other: "Outputs") -> None:
        """Take in another count."""
        self.told = None
        self.outputs += other.outputs
        self.json += other.json
        self.code += other.code
        self.short += other.short
        self.sentences += other.sentences
        self.copied += other.copied
        self.turns += other.turns
        self.overflow |= other.overflow
        for written, count in other.written.items():
            self._count(normalise(written), written, count)
        if self.overflow:
            self.answers.clear()
            self.written.clear()

    @property
    def task(self) -> Task:
        """What at least `MAJORITY` of the outputs are; "mixed" without such a majority."""
        if self.told is None:
            self.told = self._task()
        return self.told

    def _task(self) -> Task:
        if not self.outputs:
            return "mixed"
        if self.json >= MAJORITY * self.outputs:
            return "json"
        if self.code >= MAJORITY * self.outputs:
            return "code"
        if self.short >= MAJORITY * self.outputs:
            return "labels" if self._repeats else "extraction"
        if self.sentences >= MAJORITY * self.outputs:
            return "prose"
        return "mixed"

    @property
    def labels(self) -> dict[str, int]:
        """How often each answer of a label set was given, normalised; empty where the task is no label set."""
        return self.answers if self.task == "labels" else {}

    @property
    def _repeats(self) -> bool:
        """Whether the short answers are drawn from a closed set.

        60 % of the rows use an answer that is used three times or more (in a small group: twice), or there is at
        most one different answer in three; and they are not copied from the input with ever new values, as in an
        extraction.
        """
        if self.overflow or not self.short:
            return False
        often = 3 if self.short >= 30 else 2
        repeated = sum(count for count in self.answers.values() if count >= often)
        closed = repeated >= 0.6 * self.short or len(self.answers) <= 0.35 * self.short
        varied = len(self.answers) >= (0.1 if self.short >= 100 else 0.5) * self.short
        return closed and not (self.copied >= 0.9 * self.short and varied)

    def _count(self, answer: str, written: str, count: int) -> None:
        if self.overflow:
            return
        self.answers[answer] = self.answers.get(answer, 0) + count
        self.written[written] = self.written.get(written, 0) + count
        if len(self.written) > LABELS:
            self.overflow = True
            self.answers.clear()
            self.written.clear()


def names_labels(usual: Outputs) -> bool:
    """Whether a group's task is to name one of a closed set of labels."""
    return usual.task == "labels"


def looks_json(text: str) -> bool:
    """Whether a stripped text sets out to be a JSON object or array, well formed or not, in a fence or bare."""
    inner = _FENCE.sub("", text).lstrip() if text.startswith("```") else text
    if inner[:1] == "{":
        return inner[1:].lstrip()[:1] in ('"', "'", "}", "")
    return inner[:1] == "[" and inner[1:].lstrip()[:1] in ('"', "'", "{", "[", "]", "", *"-0123456789")


@lru_cache(maxsize=64)
def looks_code(text: str) -> bool:
    """Whether a stripped text is code: in a fence from its first line, or most of its lines are statements."""
    if text.startswith("```"):
        return True
    if _CODE_MARK.search(text) is None:
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    hits = len(_CODE_LINE.findall(text))
    return hits >= 1 and 2 * hits >= len(lines)


def is_short(text: str) -> bool:
    """Whether a text is short enough for a label or an extracted value: one line of at most `LABEL_WORDS` words."""
    return len(text) < 120 and "\n" not in text and len(text.split()) <= LABEL_WORDS and len(words(text)) <= LABEL_WORDS


def _below_instruction(text: str) -> str:
    """What stands below the first paragraph or line: a label in the list of an instruction is not copied from there."""
    above, _, below = text.partition("\n\n")
    if not below.strip():
        above, _, below = text.partition("\n")
    return below if below.strip() else above


def spelt_out(label: str) -> str:
    """What a label's name says, as words: "cardArrival" and "CARD_ARRIVAL" are "card arrival"."""
    return " ".join(_NAME_PARTS.sub(" ", label).split()).lower()
