"""What GRD001 and GRD002 share: the claims of a row's outputs, and how usual it is in a group to be borne out."""

from msgspec import Struct

from curator.grounding.claims import NOTHING, Assessment, Issue, assess
from curator.languages import language
from curator.memo import per_example
from curator.model import Example
from curator.tasks import looks_code, looks_json
from curator.text import shorten

# Shorter inputs are nothing to answer from.
_LEAST = 40
# Longer outputs are documents; their first part is read.
_LONGEST = 6_000
# So many digits, or an @, and a code may be somebody's number or address.
_PRIVATE = 7


@per_example
def assessed(example: Example) -> tuple[tuple[str, str, Assessment], ...]:
    """Field, text and assessment of every output that there is something to hold against."""
    found = []
    turns: list[tuple[str, str]] = []
    for index, message in enumerate(example.messages):
        text = message.text
        if message.role == "assistant" and message.weight != 0 and turns and text:
            assessment = _assessment(tuple(turns), text)
            if assessment is not NOTHING:
                found.append((f"messages[{index}].content", text, assessment))
        turns.append((message.role, text))
    return tuple(found)


def _assessment(turns: tuple[tuple[str, str], ...], output: str) -> Assessment:
    # JSON and code are assessed by nobody; the first is told at a glance.
    if looks_json(output.lstrip()) or sum([len(text) for _, text in turns]) < _LEAST or looks_code(output):
        return NOTHING
    found = assess(turns, output[:_LONGEST])
    if any(issue.kind == "name" for issue in found.absent) and _in_another_language(turns, output):
        # What a thing is called there is no other thing.
        return found._replace(absent=tuple(issue for issue in found.absent if issue.kind != "name"))
    return found


def _in_another_language(turns: tuple[tuple[str, str], ...], output: str) -> bool:
    told, said = language(" ".join(text for _, text in turns)), language(output)
    return told is not None and said is not None and told != said


class Claims(Struct):
    """How many rows of a group claim something against a context, how many it contradicts, and how many others say
    what it has nowhere.
    """

    rows: int = 0
    clashing: int = 0
    lacking: int = 0

    def add(self, example: Example) -> None:
        """Count one example."""
        found = [assessment for _, _, assessment in assessed(example)]
        if not found:
            return
        clashing = any(assessment.clashes for assessment in found)
        self.rows += clashing or any(assessment.claims for assessment in found)
        self.clashing += clashing
        self.lacking += not clashing and any(assessment.absent for assessment in found)

    @property
    def borne_out(self) -> int:
        """The rows all of whose claims the context bears out."""
        return self.rows - self.clashing - self.lacking

    def merge(self, other: "Claims") -> None:
        """Take in another count."""
        self.rows += other.rows
        self.clashing += other.clashing
        self.lacking += other.lacking


def quoted(issue: Issue, text: str) -> str:
    """The words of an issue for a message; an address or a long number is not repeated."""
    written = text[issue.start : issue.end]
    if issue.kind == "code" and ("@" in written or sum(map(str.isdigit, written)) >= _PRIVATE):
        return "a number or address"
    return f'"{shorten(written)}"'
