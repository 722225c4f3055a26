"""GRD003 and GRD005: a record and the text that is to say the same."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated

from curator.checks.base import found, profile_check
from curator.checks.options import Between
from curator.checks.slots import OTHERS, Rows, beyond, json_leaves, structured
from curator.corpus import instruction_group, opening
from curator.grounding.following import follows
from curator.grounding.measures import in_unit
from curator.grounding.records import hints, record, says, stands, value_stems
from curator.grounding.values import stem, values
from curator.model import Example, Finding, Severity, Span
from curator.text import shorten

# Invented facts are said where at most so many of the other rows have any.
_RARE = 0.05


@profile_check("GRD003", Severity.WARNING, learn=Rows, by=instruction_group)
def untold_slot(
    example: Example, usual: Rows, *, usually: Annotated[float, Between(0.5, 1)] = 0.95
) -> Iterator[Finding]:
    """A value of the input's record that the text leaves out, or a fact of the text that the record has not.

    Records are ``slot[value]``, ``slot=value``, ``slot: value`` in lines or in one line, or JSON, as input or output:
    in an extraction, a value of the output's JSON that the input has not. Which slots the text always has as they stand
    is learned from the group (of ten rows and more, two may fail to); a slot that is told in other words ("no" as "not
    for children") or left out in more than a few rows is not asked for. Numbers, dates, weekdays and times are compared
    as values, and a number that follows from the input's ("two tyres at 22 euros each": 44) is in it.

    Why: the model learns to drop what it is given and to invent what it is not.
    Fix: complete or correct the output, or the record; else reject the example.
    Example:
        input "name[The Mill], area[riverside]", output "The Mill is a pub."
    """
    index = example.output_index
    output = example.output_text
    if index is None or not usual.rows:
        return
    as_json = output.lstrip()[:1] in ("{", "[")
    # A glance at what is usual: where no slot is always told and inventions are common, no text is read.
    if not (usual.always_copied(usually) if as_json else usual.always_told(usually) or _told_alone(usual)):
        return
    given = opening(example)
    if not structured(given, output):
        return
    field = f"messages[{index}].content"
    if as_json:
        yield from _extracted(example, field, given, output, usual, usually)
    else:
        yield from _told(example, field, given, output, usual, usually)


def _extracted(example: Example, field: str, given: str, output: str, usual: Rows, usually: float) -> Iterator[Finding]:
    always = usual.always_copied(usually)
    for path, leaf in json_leaves(output):
        if path not in always or says(given, leaf):
            continue
        counted = usual.copied[path]
        if counted.literal < usually * (counted.rows - 1) and hints(given, leaf):
            continue
        if follows(given, leaf) or _measured(path, given, leaf) or _in_general_words(given, leaf):
            continue
        start = max(output.find(leaf, output.find(path.rpartition(".")[2].removesuffix("[]"))), 0)
        span = Span(
            field, start, start + len(leaf) if output[start:].startswith(leaf) else len(output), "not in the input"
        )
        message = f'"{shorten(path)}" is "{shorten(leaf)}", which the input has nowhere.'
        yield found(example, message, evidence=[span], score=0.9, rule=f"{shorten(path)} not in the input")
        return


def _measured(path: str, given: str, leaf: str) -> bool:
    """Whether a number is given in another unit than the one that its key ends with: "weight_kg" of "950 g"."""
    unit = re.split(r"[_. -]", path.removesuffix("[]"))[-1]
    if not unit or not re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", leaf):
        return False
    return in_unit(unit, Fraction(leaf), values(given), given)


# What is done about a thing or is the matter with it, in words of the writer: "removal of stitches".
_GENERAL = frozenset(
    stem(word)
    for word in (
        "removal installation repair replacement change exchange renewal cancellation booking reservation request "
        "question query inquiry enquiry issue problem trouble complaint fault check checkup examination inspection "
        "consultation appointment visit treatment cleaning delivery delay cost payment refund return loss lost missing "
        "broken damaged new used late early follow up access information advice help order purchase update"
    ).split()
)


def _in_general_words(given: str, leaf: str) -> bool:
    """Whether a phrase names what the input has, and besides only what is done or the matter with it."""
    wanted = value_stems(leaf)
    missing = [token for token in wanted if token not in _GENERAL and not stands(given, token)]
    return len(wanted) > 1 and leaf == leaf.casefold() and not missing and not wanted <= _GENERAL


def _told(example: Example, field: str, given: str, output: str, usual: Rows, usually: float) -> Iterator[Finding]:
    told = usual.told
    always = usual.always_told(usually)
    missing = [
        (slot, value)
        for slot, value in record(given)
        if slot in always and not hints(output, value) and not told.tells((slot, value), output)
    ]
    if missing:
        slot, value = missing[0]
        message = f'The input has {shorten(slot)} "{shorten(value)}", the output does not say it.'
        span = Span(field, 0, len(output), "a value of the input is missing")
        yield found(example, message, evidence=[span], score=0.9, rule=f"{shorten(slot)} is missing")
        return
    if not _told_alone(usual):
        return
    added = beyond(given, output, told.ordinary)
    if added:
        start, end = added[0]
        yield found(
            example,
            f'The output says "{shorten(output[start:end])}", which the input\'s record has not.',
            evidence=[Span(field, *place, "not in the input's record") for place in added],
            score=0.7,
            rule="a fact that the record has not",
        )


def _told_alone(usual: Rows) -> bool:
    """Whether hardly any text says more than its record."""
    told = usual.told
    return told.rows > OTHERS and told.beyond - 1 <= _RARE * told.rows


@profile_check("GRD005", Severity.INFO, learn=Rows, by=instruction_group, at_least=20)
def doubtful_slot(
    example: Example, usual: Rows, *, least: Annotated[float, Between(0.01, 1)] = 0.02
) -> Iterator[Finding]:
    """A value of the input's record for which the text has none of the words that usually tell it: a ranking.

    For each value of each slot, the words that go with it are learned by counting: "no" of a slot may be told as
    "not for children". The score is how unlikely it is that the text tells all its slots; below `least` nothing
    is said. A value is judged once ten rows have it and ten have not.

    Why: texts that leave out parts of their record teach the model to do so.
    Fix: look from the highest score down, and complete the outputs or reject the examples.
    Example:
        input "name[Aromi], food[Thai], area[riverside]", output "Aromi is a place by the river."
    """
    index = example.output_index
    if index is None or not usual.rows or not usual.told.known:
        return
    output = example.output_text
    given = opening(example)
    if output.lstrip()[:1] in ("{", "[") or not structured(given, output):
        return
    doubts = usual.told.doubts(record(given), output)
    kept = 1.0
    for doubt, _ in doubts:
        kept *= 1 - doubt
    if 1 - kept >= least:
        _, (slot, value) = max(doubts)
        message = f'Nothing in the output usually tells {shorten(slot)} "{shorten(value)}".'
        span = Span(f"messages[{index}].content", 0, len(output), f"{shorten(slot)} may be missing")
        yield found(example, message, evidence=[span], score=min(1 - kept, 1.0), rule=f"{shorten(slot)} may be missing")
