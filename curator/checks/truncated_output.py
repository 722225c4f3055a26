"""TXT003: cut off before the end."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from msgspec import Struct

from curator.checks.base import found, profile_check
from curator.checks.endings import (
    OPEN_WORDS,
    WEAK_WORDS,
    Ending,
    code_like,
    ending,
    kind_of,
    open_bracket,
    open_code,
    open_fence,
    open_json,
)
from curator.checks.options import Between
from curator.corpus import instruction_group
from curator.model import Example, Finding, Severity, Span

# Below this many running texts in the group, nothing is said to be usual there.
_ENOUGH = 10
# So many texts without a stop, or one in fifty, can be accidents. In 200,000 turns of a public set of dialogues
# one in fourteen has none, and none of them is cut.
_FEW = 3
# Two words that need a third: "more grit has been"; not "how good it has been", which is whole.
_OPEN_ENDS = re.compile(
    r"\b(?:(?:has|have|had|will|would|should|must|can|could|may|might) (?:been|be)|(?:is|are|was|were) being"
    r"|(?:such|as well) as|(?:in order|due|according|prior|subject|thanks) to|because of|so that|instead of|rather than"
    r"|more than|at least|at most|up to|out of)\Z"
)
_WHOLE = re.compile(r"\b(?:how|what|whatever|who|whoever|where|wherever|than|as|that|it)\b", re.IGNORECASE)
_MID_WORD = re.compile(r"(?:^|\s)[^\W\d_]{2,}-$")


class Endings(Struct):
    """How the running texts of a group end: with a stop, with a comma, or bare."""

    prose: int = 0
    stopped: int = 0
    commas: int = 0
    outputs: int = 0
    open_code: int = 0

    def add(self, example: Example) -> None:
        """Count the endings of one example's outputs."""
        for _, text in example.output_fields():
            last = kind_of(text)
            self.prose += last.prose
            self.stopped += last.stopped
            self.commas += last.comma
            self.outputs += 1
            self.open_code += last.open_code

    def merge(self, other: "Endings") -> None:
        """Take in another count."""
        self.prose += other.prose
        self.stopped += other.stopped
        self.commas += other.commas
        self.outputs += other.outputs
        self.open_code += other.open_code

    def others_stop(self) -> float:
        """The share of the other running texts that end with a stop, seen from one that does not."""
        return self.stopped / (self.prose - 1) if self.prose > _ENOUGH else 0.0

    @property
    def code_completes(self) -> bool:
        """Whether code that breaks off is rare here: where lines of code are to be gone on with, it is how they end."""
        return self.open_code <= max(_FEW, self.outputs // 50)

    @property
    def always(self) -> bool:
        """Whether texts without a stop are so few that they are accidents, and no habit of some writers."""
        return self.prose - self.stopped <= max(_FEW, self.prose // 50)


class _Cut(NamedTuple):
    start: int
    why: str
    score: float
    what: str = "breaks off"


@profile_check("TXT003", Severity.WARNING, learn=Endings, by=instruction_group)
def truncated_output(
    example: Example, usual: Endings, *, stops: Annotated[float, Between(0.5, 1)] = 0.9
) -> Iterator[Finding]:
    """An output that breaks off: an open code fence, JSON or bracket, a comma or "and the" at its end.

    A missing final stop counts where at least the share `stops` of the other running texts of the same
    instruction (of the whole set, for fewer than ten) has one. Labels, titles, list items, fields, verse, code
    and addresses need no stop.

    Why: the model learns to stop in the middle; usually a token limit cut the text when it was collected.
    Fix: finish the output, or reject the example.
    Example:
        output "You can return the shoes within 30 days, as long as the"
    """
    for field, text in example.output_fields():
        cut = _cut(text, usual, stops)
        if cut is not None:
            span = Span(field, cut.start, len(text.rstrip()), cut.why)
            yield found(example, f"The output {cut.what}: {cut.why}.", evidence=[span], score=cut.score)


def _cut(text: str, usual: Endings, stops: float) -> _Cut | None:
    start = open_fence(text)
    if start is not None:
        return _Cut(start, "a code fence is not closed", 1.0)
    start = open_json(text)
    if start is not None:
        return _Cut(start, "the JSON is not closed", 1.0)
    last = ending(text)
    if last.stopped and not last.line.endswith(":"):
        return None
    words = len(last.text.split())
    if words >= 2 and code_like(last.text):
        why = open_code(last.text) if usual.code_completes else None
        return None if why is None else _Cut(max(last.start, len(last.text) - 20), why, 0.9)
    if words < 4:
        return None
    return _left_open(last, usual) or _no_stop(last, usual, stops)


def _left_open(last: Ending, usual: Endings) -> _Cut | None:
    """What is unfinished in itself, whatever is usual."""
    end, word = len(last.text), last.word
    if last.line.endswith(",") and last.words >= 4 and not _list_of_values(last, usual):
        return _Cut(end - 1, "it ends with a comma", 0.9)
    if word in OPEN_WORDS and last.words >= 4:
        return _Cut(end - len(word), f'it ends with "{word}"', 1.0)
    open_end = _OPEN_ENDS.search(last.line) if last.words >= 6 else None
    if open_end and not _WHOLE.search(last.line, max(0, open_end.start() - 40), open_end.start()):
        return _Cut(end - len(open_end[0]), f'it ends with "{open_end[0]}"', 0.9)
    if _MID_WORD.search(last.text) and last.words >= 5:
        return _Cut(end - 1, "it ends in the middle of a word", 0.9)
    if last.words >= 4:
        start = open_bracket(last.text)
        if start is not None and start >= last.start:
            return _Cut(start, "a bracket is not closed", 0.8)
    return None


def _no_stop(last: Ending, usual: Endings, stops: float) -> _Cut | None:
    """What is unfinished where others finish with a stop."""
    others = usual.others_stop()
    if others < stops:
        return None
    end, word = len(last.text), last.word
    if last.line.endswith(":") and last.words >= 4:
        return _Cut(end - 1, "it ends with a colon, and nothing follows", 0.6)
    if not last.prose or not last.text[-1].isalnum():
        return None
    if word in WEAK_WORDS:
        return _Cut(end - len(word), f'it ends with "{word}"', 0.9)
    if not usual.always:
        return None
    # In a small group all others have to stop, and a name or a letter may well be the end.
    agreed = others >= 0.98 if usual.prose >= 2 * _ENOUGH else others == 1.0 and len(word) > 1 and word.islower()
    if last.sentences or (agreed and last.words >= 8):
        why = f"{others:.0%} of such outputs end with a stop"
        return _Cut(max(last.start, end - 20), why, 0.6, "breaks off or lacks its stop")
    return None


def _list_of_values(last: Ending, usual: Endings) -> bool:
    """Comma-separated values without a space after, or a group in which a final comma is usual."""
    bare = last.line.count(",") >= 2 and ", " not in last.line
    return bare or (usual.commas > 1 and usual.commas * 5 > usual.prose)
