"""Deciding all rows with the same difference: what is asked before, in words, and the work itself.

`look`, `decided` and `check_cards` run in a worker's thread; the rest only puts words to what they return.
"""

from array import array
from collections.abc import Generator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from curator.model import Progress, Status
from curator.text import many, shorten
from curator.tui.cards import Card, CheckCard, listed, sample
from curator.tui.desk import WorkspaceDesk
from curator.tui.veil import Veil
from curator.tui.widgets.wrap import Block
from curator.workspace import StoredFinding

if TYPE_CHECKING:  # loads the checks, which nobody needs before a group is asked for
    from curator.operations.fix import Proposed
    from curator.operations.group import Members

What = Literal["accept", "reject", "fix"]
KEYS: dict[str, What] = {"accept": "accept", "reject": "reject", "fix": "fix"}
STATUSES: dict[str, Status] = {"accept": "accepted", "reject": "rejected"}


class Seen(NamedTuple):
    """What was asked for, and the rows that a worker has found for it."""

    what: What
    item: StoredFinding
    members: "Members"
    proposed: "Sequence[Proposed]"
    example: "Proposed | None"
    away: int

    @property
    def seqs(self) -> Sequence[int]:
        """The rows that would be changed."""
        return sorted({one.seq for one in self.proposed}) if self.what == "fix" else self.members.open


class Done(NamedTuple):
    """What was done: in words, to which rows, as which event, and whether they got a status."""

    words: str
    seqs: Sequence[int]
    event: int
    decided: bool


def named(item: StoredFinding) -> str:
    """The group of a finding in a few words."""
    rule = item.finding.rule
    return f"{item.finding.code} {shorten(rule, 50)}" if rule else item.finding.code


def asked(seen: Seen) -> str:
    """What is asked, as a title."""
    return f"{seen.what} {many(len(seen.seqs))} with {named(seen.item)}"


# -- in a worker's thread ----------------------------------------------------------------------------------------


def look(desk: WorkspaceDesk, *, what: What, item: StoredFinding, here: int, queued: "array[int]") -> Seen:
    """The rows of a group and, for a fix, the texts that it would write; the fix of the row `here` as an example."""
    from curator.operations.group import Group, group_fixes, members

    group = Group(item.finding.code, item.finding.rule)
    found = members(desk.workspace, group)
    proposed = group_fixes(desk.workspace, group) if what == "fix" else []
    example = next((one for one in proposed if one.seq == here), proposed[0] if proposed else None)
    inside = set(queued)
    return Seen(what, item, found, proposed, example, sum(seq not in inside for seq in found.open))


def decided(desk: WorkspaceDesk, seen: Seen, reviewer: str) -> Generator[Progress, None, Done]:
    """Do what was asked, as one operation."""
    from curator.operations.group import Group, decide_group, fix_group

    group = Group(seen.item.finding.code, seen.item.finding.rule)
    if seen.what == "fix":
        fixed = yield from fix_group(desk.workspace, group, seen.seqs, actor=reviewer)
        words = f"fixed {fixed.changes:,} text{'' if fixed.changes == 1 else 's'} of {many(fixed.examples)}"
        return Done(f"{words} · saved #{fixed.event:,}", seen.seqs, fixed.event, False)
    status = STATUSES[seen.what]
    saved = yield from decide_group(desk.workspace, group, status, seen.seqs, actor=reviewer)
    return Done(f"{status} {many(saved.changes)} · saved #{saved.seq:,}", seen.seqs, saved.seq, True)


@cache
def check_cards() -> Mapping[str, CheckCard]:
    """What each installed check looks for, and a second reader, by code. Half a second when it is first asked for."""
    from curator.checks.base import checks
    from curator.operations.opinions import OPINIONS

    return {
        code: CheckCard(name, card.what, card.why, card.fix, card.example)
        for code, name, card in [(one.code, one.name, one.card) for one in checks()]
        + [(one.code, one.name, one.card) for one in OPINIONS]
    }


# -- in words ----------------------------------------------------------------------------------------------------


def question(seen: Seen, veil: Veil) -> Card:
    """How many rows have the finding, which of them stay as they are, what happens to the others."""
    members, item, count = seen.members, seen.item, len(seen.seqs)
    shared = item.finding.rule or "none is named: the rows share the check, and may differ in everything else"
    blocks = [
        Block("", f"{seen.what.upper()} A GROUP  {item.finding.code} {item.check}", _effect(seen)),
        Block("", "WHAT THEY SHARE", shared),
    ]
    if members.kept:
        told = f"KEPT AS {'IT IS' if members.kept == 1 else 'THEY ARE'}  {many(members.kept)} decided before"
        blocks.append(Block("", told, listed(members.decided, members.kept, veil)))
    if seen.what != "fix" and count:
        blocks.append(Block("", f"{many(count)} TO {seen.what}".upper(), listed(members.first, count, veil)))
    if seen.example is None:
        return blocks, []
    heading = f"FOR EXAMPLE #{seen.example.seq}  {seen.example.field}"
    change, marks = sample(heading, seen.example.before, seen.example.after, veil)
    return [*blocks, *change], marks


def _effect(seen: Seen) -> str:
    members, count = seen.members, len(seen.seqs)
    lines = [f"{many(len(members.all))} have this finding."]
    if not count:
        return f"{lines[0]} None of them is left to {seen.what}."
    if seen.what == "fix":
        texts = len(seen.proposed)
        safe = all(one.safe for one in seen.proposed)
        lines.append(
            f"y writes {texts:,} new text{'' if texts == 1 else 's'} in {many(count)}, which stay pending. "
            + ("The fix cannot change the meaning." if safe else "The fix may change the meaning.")
        )
        if rest := len(members.open) - count:
            lines.append(f"{many(rest)} without a fix: kept.")
    else:
        lines.append(f"y gives {many(count)} the status {STATUSES[seen.what]}.")
    if seen.away:
        lines.append(f"{seen.away:,} of the pending rows {'is' if seen.away == 1 else 'are'} not in this queue.")
    return "\n".join([*lines, "It is one step: u takes all of it back."])
