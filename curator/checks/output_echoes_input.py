"""TXT009: the input comes back as the output."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Struct

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.prompts import parts
from curator.corpus import instruction_group
from curator.languages import language, named_targets
from curator.model import Example, Finding, Severity, Span
from curator.text import words

Kind = Literal["same", "begins"]

# Tasks in which a good text may come back as it is, or begins what is asked for.
_COPYING = re.compile(
    r"\b(?:repeat|copy|echo|quote|extract|find|identify|locate|pick|select|highlight|underline|"
    r"correct|proof-?read|grammar|"
    r"(?<!british )(?<!american )(?<!uk )(?<!us )spelling|punctuat\w+|capitali\w+|edit|"
    r"clean|normali[sz]\w+|format|reformat|indent|"
    r"redact|anonymi[sz]\w+|mask|trim|strip|sort|replace|remove|convert|transcribe|spell|verbatim|unchanged|as is|"
    r"which (?:sentence|word|part|line|name)|wiederhol\w+|korrigier\w+|extrahier\w+|kopier\w+|"
    r"corrige\w*|extrai\w+|répèt\w+|copie[zr]?|repit\w+|copia\w*|extrae\w*)\b",
    re.IGNORECASE,
)
# A name is its own translation; a sentence of another language than the one that is asked for is none.
_TRANSLATING = re.compile(
    r"\b(?:translat\w+|übersetz\w+|tradui\w+|traduc\w+|traduz\w*|traduci\w*|vertaal\w*|översätt\w*)\b", re.IGNORECASE
)
_CONTINUING = re.compile(
    r"\b(?:continu\w+|complet\w+|finish|fill|expand|extend|add|append|insert|elaborate|story|autocomplete|restate|"
    r"fortsetz\w+|ergänz\w+|vervollständig\w+|complèt\w+|contin[uú]\w+)\b",
    re.IGNORECASE,
)
_PUNCTUATION = " \t\n.!?\u2026\"'`\u201c\u201d\u2019)]}*\u3002\uff01\uff1f"
# Letters of a piece that two texts seldom share by chance.
_PIECE = 12
# Characters of an instruction that an output does not begin with by chance.
_BEGINNING = 30
_OPTION = re.compile(r"\w{1,2}[.):]\s")
# Fewer words are names and labels, which inputs and outputs share.
_WORDS = 4
_SENTENCE = 7
_QUESTION = ("?", "\uff1f", "\u061f")
# To come back and be gone on from, an input is a whole sentence: a beginning is there to be finished.
_WHOLE = (".", "?", "!", "\u3002", "\uff1f", "\uff01", ":", '"', "\u201d")


class Echoes(Struct):
    """How outputs of a group take up their input."""

    outputs: int = 0
    same: int = 0
    begins: int = 0
    copied: int = 0

    def add(self, example: Example) -> None:
        """Count one example's last output."""
        text, given = example.output_text, _last(example)
        if not text:
            return
        self.outputs += 1
        echo = _echo(given, text) if _ends_inside(given, text) else None
        if echo is not None:
            self.same += echo[0] == "same"
            self.begins += echo[0] == "begins"
        elif _instructed(example, text):
            self.begins += 1
        self.copied += _copied(given, text)

    def merge(self, other: "Echoes") -> None:
        """Take in another count."""
        self.outputs += other.outputs
        self.same += other.same
        self.begins += other.begins
        self.copied += other.copied

    def is_usual(self, kind: Kind, share: float, whole: bool = False) -> bool:
        """Whether more outputs than `share` do this, so that it is how the task is done; one or two may be flaws.

        Where outputs are copied out of their inputs, that is one too, but for the `whole` of what was said.
        """
        allowed = max(2.0, share * self.outputs)
        if kind == "same":
            return self.same > allowed or (not whole and self.copied > allowed and 3 * self.copied > self.outputs)
        return self.begins > allowed


@profile_check("TXT009", Severity.WARNING, learn=Echoes, by=instruction_group)
def output_echoes_input(
    example: Example, usual: Echoes, *, share: Annotated[float, Between(0, 1)] = 0.1
) -> Iterator[Finding]:
    """An output that is the input again, or that begins with all of it before it answers.

    Labels and names of up to three words are left alone, tasks in which a text may come back as it is (correcting,
    extracting, translating a name), and groups in which more than the share `share` of the outputs does it.

    Why: the model learns to hand the question back; often the answer was lost, or the prompt was saved with it.
    Fix: write the answer, or cut the input off its beginning; or reject the example.
    Example:
        input "How long does the battery last?", output "How long does the battery last?"
    """
    text, given = example.output_text, _last(example)
    echo = _taken_up(example, given, text)
    if echo is None:
        return
    kind, count, start = echo
    asked = f"{example.system}\n{given[:start]}"
    # A question, or the passage and the question under it, is no part that a task may copy out.
    whole = kind == "same" and (text.rstrip().endswith(_QUESTION) or len(text.strip().splitlines()) > 1)
    if _TRANSLATING.search(asked) and not (kind == "same" and _untranslated(asked, text)):
        return
    if usual.is_usual(kind, share, whole) or _COPYING.search(asked) or (kind == "begins" and _CONTINUING.search(asked)):
        return
    end = len(text.rstrip()) if kind == "same" else _end_of(text, count)
    message = "The output is the input again." if kind == "same" else "The output begins with the input."
    span = Span(f"messages[{example.output_index}].content", 0, end, "the same as the input")
    yield found(example, message, evidence=[span], score=min(1.0, 0.7 + count / 50), rule=message)


def _untranslated(asked: str, text: str) -> bool:
    """Whether a text is a sentence of a language that is none of those that it was to be translated to."""
    wanted = named_targets(asked)
    large = sum(word[:1].isupper() for word in text.split())
    spoken = language(text)
    count = len(text.split())
    # Of so many words none stays as it is in another language, whether or not they tell their own.
    other = spoken not in wanted if spoken is not None else count >= _SENTENCE
    return bool(wanted) and other and 2 * large <= count


def _ends_inside(given: str, text: str) -> bool:
    """Whether the end of what was given is anywhere in the text. In most it is not, and nothing is taken up."""
    return given.rstrip(_PUNCTUATION)[-6:].casefold() in text.casefold()


def _taken_up(example: Example, given: str, text: str) -> tuple[Kind, int, int] | None:
    """How the output takes up what the last user said, the instruction and it, or the instruction alone."""
    if _ends_inside(given, text):
        echo = _echo(given, text)
        if echo is None and len(example.input) == 2 and example.system and len(text) > len(given):
            echo = _echo(f"{example.system}\n{given}", text)
        if echo is not None:
            return echo
    return ("begins", len(words(parts(example).head)), len(given)) if _instructed(example, text) else None


@lru_cache(maxsize=16)
def _echo(given: str, text: str) -> tuple[Kind, int, int] | None:
    """How the output takes up what was given, in how many of its words, and from which character on."""
    said, asked = words(text), words(given)
    if len(said) < _WORDS or not asked:
        return None
    last = asked[-1]
    if last == said[-1] and asked[-len(said) :] == said:
        spaced = len(text.split()) >= _WORDS  # "where_are_you_from" is the name of a label
        start = _line_start(given, len(said)) if spaced else None
        return None if start is None else ("same", len(said), start)
    if last in said and given.rstrip().endswith(_WHOLE):
        for count in range(min(len(said) - 1, len(asked)), _WORDS, -1):
            if said[count - 1] == last and asked[-count:] == said[:count]:
                start = _line_start(given, count)
                return None if start is None else ("begins", count, start)
    return None


def _instructed(example: Example, text: str) -> bool:
    """Whether an output begins with the whole instruction, wherever that stands."""
    first = example.messages[0] if example.messages else None
    if first is None or first.role == "assistant" or text[:_BEGINNING] != first.text[:_BEGINNING]:
        return False
    head = parts(example).head.strip()
    return len(head) >= _BEGINNING and len(text) > len(head) and text.startswith(head)


def _last(example: Example) -> str:
    """What the last user said; without a system message that is often the instruction too."""
    for message in reversed(example.messages):
        if message.role == "user":
            return message.text
    return ""


def _line_start(given: str, count: int) -> int | None:
    """Where the last `count` words begin, when they begin a line or follow a colon or an opening quote."""
    position = len(given)
    folded = given.casefold()
    for word in reversed(words(given)[-count:]):
        position = folded.rfind(word, 0, position)
    before = folded[:position].rstrip("\"'`\u201c\u2018 \t>$\u20ac\u00a3#@\u00bf\u00a1")
    # Not "- that" or "B) that": one of several options may well be the answer, and the last one too.
    whole_line = not before or (before[-1] in "\n:" and not _OPTION.match(folded, position))
    return position if whole_line else None


def _end_of(text: str, count: int) -> int:
    """Where the first `count` words of a text end."""
    position, folded = 0, text.casefold()
    for word in words(text)[:count]:
        position = folded.find(word, position) + len(word)
    return min(position, len(text))


def _copied(given: str, text: str) -> bool:
    """Whether most of the output stands in the input: two of three pieces of it do."""
    if len(text) < 2 * _PIECE:
        return False
    asked = given.casefold()
    first, middle, last = len(text) // 6, len(text) // 2 - _PIECE // 2, len(text) - len(text) // 6 - _PIECE
    held = [text[start : start + _PIECE].casefold() in asked for start in (first, middle)]
    return all(held) or (any(held) and text[last : last + _PIECE].casefold() in asked)
