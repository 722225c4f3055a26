"""CON004: one system prompt with two policies in it."""

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

from curator.alternation import one_of
from curator.checks.base import found, profile_check
from curator.checks.contradiction import NUMBER_WORDS
from curator.checks.prompts import family, is_persona, masked_words, parts, word_spans
from curator.corpus import opening
from curator.model import Example, Finding, Severity, Span
from curator.text import fingerprint

#: Variants that a slip or a change of policy leaves behind; a prompt that has more of them has a parameter.
FORMS = 3
#: Rows that the usual variant has at least; and with another number of labels, for each row of the rarer one.
USUAL = 3
LABELLED = 12
#: The same of another length of answers in who answers how; in a task, the length is a parameter.
LENGTH = 5
#: Words of an instruction; a shorter first line is a heading ("Invoice 2024").
_WORDS = 6
# A limit is a rule; "in 3 sentences" is what is asked for.
_LIMIT = re.compile(
    r"\b(?:at most|no more than|not more than|up to|maximum(?: of)?|max\.?|under|fewer than|less than|within|höchstens"
    rf"|maximal|au plus|como máximo)\s(?:\d|{one_of(NUMBER_WORDS)}\b)",
    re.IGNORECASE,
)
#: Characters of an instruction that are looked at.
_LONGEST = 8_000


def prompt_family(example: Example) -> bytes | None:
    """The key of examples whose instructions are the same but for numbers and negations."""
    head = _head(example)
    return fingerprint("family", family(head)) if head else None


class PromptForms(Struct):
    """The variants of one instruction, by their numbers and negations, and how many rows have each."""

    families: list[str] = field(default_factory=list)
    forms: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    many: bool = False
    sized: bool = False

    def add(self, example: Example) -> None:
        """Count the instruction of one example."""
        head = _head(example)
        if head:
            self._take([family(head)], *[{" ".join(words): 1} for words in masked_words(head)])

    def merge(self, other: "PromptForms") -> None:
        """Take in another count."""
        self.many |= other.many
        self.sized |= other.sized
        self._take(other.families, *other.counted)

    @property
    def counted(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        """How many rows have each of the variants: by numbers and negations, by labels, by lengths."""
        return self.forms, self.labels, self.lengths

    def _take(self, families: list[str], *counted: dict[str, int]) -> None:
        for one in families:
            if one not in self.families:
                self.families.append(one)
        for mine, theirs in zip(self.counted, counted, strict=True):
            for form, rows in theirs.items():
                mine[form] = mine.get(form, 0) + rows
        # Whatever comes in whatever order: of more variants than these nothing is kept.
        self.many |= len(self.families) > 1 or len(self.forms) > FORMS
        self.sized |= self.many or len(self.labels) > FORMS or len(self.lengths) > FORMS
        if self.many:
            self.families, self.forms = [], {}
        if self.sized:
            self.labels, self.lengths = {}, {}


@profile_check("CON004", Severity.WARNING, learn=PromptForms, by=prompt_family, at_least=USUAL + 1)
def prompt_variants(example: Example, usual: PromptForms) -> Iterator[Finding]:
    """A system prompt that differs from the usual one in a number or a negation only.

    Reported in the rows of the rarer variant, of two or three in all; of more, the number is a parameter. So is one
    that sets the size of the answers ("in 3 sentences"), but where it limits it ("at most 60 words") or says who
    answers, and five times as many rows have another size; how many labels are asked for only counts where twelve
    times as many ask for another number of them. An instruction without a system message is what stands above the
    first blank line, or the first line break.

    Why: two policies in one prompt ("refunds within 14 days", "within 30 days") are an old version that was left
    behind; the model learns to ignore that line, or to obey the wrong one.
    Fix: write the current policy into all of them, or reject the rows of the old one.
    Example:
        12 rows say "Refunds within 30 days.", 3 rows say "Refunds within 14 days."
    """
    if max(map(len, usual.counted)) < 2:
        return
    head = _head(example)
    if not head:
        return
    variants = list(zip(map(" ".join, masked_words(head)), usual.counted, (1, LABELLED, LENGTH), strict=True))
    for form, counted, ratio in variants if is_persona(head) or _LIMIT.search(head) else variants[:-1]:
        common = min(counted, key=lambda one: (-counted[one], one), default=form)
        rows, others = counted.get(form, 0), counted.get(common, 0)
        if not rows or form == common or others < USUAL or others < ratio * rows:
            continue
        mine, theirs = _apart(form, common)
        yield found(
            example,
            f"These instructions have {_named(mine)}; those of {others:,} others, which are the same else, "
            f"have {_named(theirs)}.",
            evidence=_evidence(example, mine),
            score=round(others / (others + rows), 3),
            rule=f"instructions with {_named(mine)} for {_named(theirs)}",
        )
        return


def _head(example: Example) -> str:
    head = parts(example).head
    return head if len(head) <= _LONGEST and head.count(" ") >= _WORDS - 1 else ""


def _apart(form: str, common: str) -> tuple[list[str], list[str]]:
    """The words of each that the other lacks."""
    one, two = Counter(form.split()), Counter(common.split())
    return sorted((one - two).elements()), sorted((two - one).elements())


def _named(words: list[str]) -> str:
    return " and ".join(f'"{word}"' for word in words[:3]) or "none of that"


def _evidence(example: Example, words: list[str]) -> Iterator[Span]:
    text = opening(example)
    for index, message in enumerate(example.messages):
        if message.role not in ("system", "user") or message.text not in text:
            continue
        for word in words:
            for start, end in word_spans(message.text, word)[:1]:
                yield Span(f"messages[{index}].content", start, end, "the usual instructions differ here")
        return
