"""FMT001: JSON that no reader of JSON reads."""

import re
from collections.abc import Iterator

from curator.checks.base import found, profile_check
from curator.checks.json_texts import Fault, embedded, fault, keys_twice, place, read, unfenced
from curator.checks.output_formats import AT_LEAST, MAJORITY, Formats
from curator.corpus import instruction_group, opening
from curator.model import Example, Finding, Fix, Severity, Span
from curator.text import shorten

_ASKED = re.compile(r"\bjson\b", re.IGNORECASE)
_EDGE = 20


@profile_check("FMT001", Severity.ERROR, learn=Formats, by=instruction_group, at_least=AT_LEAST)
def invalid_json(example: Example, usual: Formats) -> Iterator[Finding]:
    """JSON that cannot be read: single quotes, a comma too many, NaN, a key twice, cut off, text around it.

    Looked for where the outputs of the same instruction are JSON, where the input asks for JSON, and in the
    arguments of tool calls, which are JSON always. Where the others are broken in the same way (one document a line,
    Python literals), that is their format.

    Why: what reads the model's JSON fails on it, and the model learns to write it.
    Fix: mend what the message names; a trailing comma or a raw line break is mended safely by the fix.
    Example:
        input "Extract the order as JSON.", output {"order": "Q-20711", "quantity": 2,}
    """
    for field, text in example.output_fields():
        problem = _problem(example, usual, text)
        if problem is None:
            continue
        body = unfenced(text)
        start = text.find(body) if body in text else 0
        at = min(start + problem.at, max(0, len(text) - 1))
        end = min(len(text), at + _EDGE)
        fix = None if problem.mended is None else Fix({field: text.replace(body, problem.mended)}, safe=problem.safe)
        says = f"The JSON cannot be read: {problem.why} ({place(text, at)})."
        yield found(example, says, evidence=[Span(field, at, end, problem.why)], fix=fix, rule=_rule(problem.why))
    for message in example.outputs:
        for call in message.tool_calls:
            wrong = fault(call.arguments) if call.arguments.strip() else None
            if wrong is not None:
                says = f"The arguments of the call of {shorten(call.name)} are no JSON: {wrong.why}"
                yield found(example, f"{says} ({place(call.arguments, wrong.at)}).", rule=_rule(wrong.why))


def _problem(example: Example, usual: Formats, text: str) -> Fault | None:
    reading = read(text)
    if reading.kind == "empty":
        return None
    if reading.kind == "json":
        body = unfenced(text)
        return fault(body) if keys_twice(body, _keys(reading.value)) else None
    if reading.kind == "broken":
        return fault(unfenced(text)) if _json_task(example, usual, True) else None
    if usual.json < MAJORITY * max(1, usual.outputs - 1) or not _json_task(example, usual, False):
        return None
    lies = embedded(text)
    if lies is None:
        return None
    before = text[: lies[0]].strip(" \n`")
    why = "text before the JSON" if before.removesuffix("json").strip() else "text after the JSON"
    at = 0 if before else lies[1]
    return Fault(at, why, text[lies[0] : lies[1]])


def _json_task(example: Example, usual: Formats, broken: bool) -> bool:
    """Whether JSON is what is wanted here: the others are, or the input asks for it and the output sets out to be."""
    others = usual.outputs - 1
    sound = usual.together and usual.json >= MAJORITY * (usual.json + usual.broken - broken)
    if sound and others >= 3 and usual.json >= MAJORITY * others:
        return True
    if not broken or (usual.together and usual.broken > max(1, usual.json)):
        return False
    return _ASKED.search(opening(example)) is not None


def _keys(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_keys(item) for item in value.values() if isinstance(item, (dict, list)))
    if isinstance(value, list):
        return sum(_keys(item) for item in value if isinstance(item, (dict, list)))
    return 0


def _rule(why: str) -> str:
    return re.sub(r'"[^"]*"', "…", why)
