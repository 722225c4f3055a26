"""What the checks of personal data and secrets share: a place in a text, and one finding a row and kind."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from curator.checks.base import found
from curator.masking import mask
from curator.memo import per_example
from curator.model import Example, Finding, Fix, Span

#: Places of one kind that a finding lists. A table of a thousand addresses is one finding, not a thousand spans.
MOST = 20


class Hit(NamedTuple):
    """Characters `start` to `end` of a text are a `kind` ("e-mail address")."""

    start: int
    end: int
    kind: str


# Six digits with a few characters between: less than any number that is looked for.
_DIGITS = re.compile(r"\d(?:\D{0,3}\d){5}")
Scan = Callable[[str], Sequence[Hit]]
#: The index of a message (-1 for another text of the row), its text, and what is in it.
Place = tuple[int, str, Hit]


@lru_cache(maxsize=256)
def digits_in(text: str) -> bool:
    """Whether there are digits enough for a phone, card or account number. Remembered: several checks ask."""
    return _DIGITS.search(text) is not None


def places(example: Example, scan: Scan) -> tuple[Place, ...]:
    """What `scan` sees in any text of a row. Nearly always nothing."""
    return tuple([(index, text, hit) for index, text in texts_of(example) for hit in scan(text)])


def report(example: Example, seen: Sequence[Place], placeholder: Callable[[str], str]) -> Iterator[Finding]:
    """One finding for each kind of these; the fix writes a placeholder in its place."""
    return _by_kind(example, seen, placeholder) if seen else iter(())


def _by_kind(example: Example, seen: Sequence[Place], placeholder: Callable[[str], str]) -> Iterator[Finding]:
    by_kind: dict[str, list[Place]] = {}
    for place in seen:
        by_kind.setdefault(place[2].kind, []).append(place)
    for kind, hits in sorted(by_kind.items()):
        yield _finding(example, kind, hits, placeholder(kind))


@per_example
def texts_of(example: Example) -> tuple[tuple[int, str], ...]:
    """Every text of a row with the index of its message; -1 for arguments of calls and alternatives."""
    found = []
    for index, message in enumerate(example.messages):
        found.append((index, message.text))
        if message.tool_calls:
            found += [(-1, call.arguments) for call in message.tool_calls]
    if example.alternatives:
        found += [(-1, message.text) for alternative in example.alternatives for message in alternative.messages]
    return tuple(found)


def without_overlaps(hits: list[Hit]) -> tuple[Hit, ...]:
    """The hits in order, without those that begin inside an earlier or longer one."""
    if len(hits) < 2:
        return tuple(hits)
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _finding(example: Example, kind: str, hits: list[Place], placeholder: str) -> Finding:
    values = dict.fromkeys(text[hit.start : hit.end] for _, text, hit in hits)
    shown = ", ".join(f'"{mask(value)}"' for value in list(values)[:3])
    more = f" and {len(values) - 3} more" if len(values) > 3 else ""
    spans = [Span(f"messages[{index}].content", hit.start, hit.end, kind) for index, _, hit in hits if index >= 0]
    return found(
        example,
        f"{_article(kind)} {kind} is in the {_where(example, hits)}: {shown}{more}.",
        evidence=spans[:MOST],
        fix=_replaced(example, hits, placeholder),
        rule=kind,
    )


def _article(kind: str) -> str:
    # "An SSN", "an IBAN", and "a US number".
    return "An" if kind[0] in "aeiAEIO" or kind.startswith("SSH") else "A"


def _where(example: Example, hits: list[Place]) -> str:
    outputs = {
        index >= 0 and example.messages[index].role == "assistant" and example.messages[index].weight != 0
        for index, _, _ in hits
        if index >= 0
    }
    if not outputs:
        return "row"
    return "input and the output" if len(outputs) == 2 else "output" if True in outputs else "input"


def _replaced(example: Example, hits: list[Place], placeholder: str) -> Fix | None:
    """The texts with a placeholder in each place. None when a place is not in a text that can be written."""
    texts: dict[int, str] = {}
    for index, text, hit in reversed(hits):
        if index < 0 or not isinstance(example.messages[index].content, str):
            return None
        before = texts.get(index, text)
        texts[index] = before[: hit.start] + placeholder + before[hit.end :]
    return Fix({f"messages[{index}].content": text for index, text in sorted(texts.items())})


# Right before it: "my mobile is", "reach me at", "cell:".
_OWN = re.compile(
    r"(?:\b(?:my|his|her|their|meine?|mon|ma|mi)\s(?:[^\W\d_]+[- ]?){1,3}?(?:is|ist|est|es)?"
    r"|\b(?:reach|call|ring|text|email|e-mail|write to|contact)\s(?:me|him|her|them)\s(?:at|on|under)"
    r"|\b(?:mobile|cell(?:phone)?|handy(?:nummer)?|m\u00f3vil|celular|portable)(?:\s(?:number|no\.?|is))?)\s?:?\s?\Z",
    re.IGNORECASE,
)
_BEFORE = 40


def is_own(text: str, start: int) -> bool:
    """Whether a text says whose the address or number at this place is: then it is somebody's, even a reserved one."""
    return _OWN.search(text, max(0, start - _BEFORE), start) is not None
