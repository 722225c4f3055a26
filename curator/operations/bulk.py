"""One act for many rows: what it would do, what speaks against it, and the act itself as one step to undo."""

import heapq
from array import array
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from curator.errors import WorkspaceError
from curator.model import STATUSES, Entry, Progress, Severity
from curator.operations.decide import Decision
from curator.query import parse
from curator.settings import Binding
from curator.text import many
from curator.workspace import Workspace
from curator.workspace.bulk import Act, Stored, Tally

#: Rows that a preview shows.
SHOWN = 8
#: Labels whose balance is told, the most frequent first.
LABELS = 5

Kind = Literal["errors", "conflicts", "last", "groups", "balance"]


class Objection(Struct, frozen=True):
    """Something to know before an act is carried out. The rows that it is about may be left out of it."""

    kind: Kind
    severity: Severity
    text: str
    rows: "array[int]"


class Bulk(Struct, frozen=True):
    """An act: a decision, or a label by its binding, and whether what people decided is overwritten."""

    decision: Decision = Decision()
    binding: Binding | None = None
    overwrite: bool = False

    @property
    def act(self) -> Act:
        """The act as the workspace carries it out."""
        one, binding = self.decision, self.binding
        relabel = None if binding is None else binding.added_to
        label = "" if binding is None else binding.label
        return Act(one.status, one.route, one.note, relabel, label, self.overwrite)


class Preview(Struct, frozen=True):
    """What an act would do: rows matched, changed, kept and so already; statuses now; a sample; what speaks against."""

    matched: int
    change: "array[int]"
    kept: int
    same: int
    statuses: dict[str, int]
    sample: tuple[Entry, ...]
    objections: tuple[Objection, ...]


def preview(ws: Workspace, bulk: Bulk, seqs: Sequence[int], *, seed: int = 0) -> Generator[Progress, None, Preview]:
    """What an act would do to these rows as they stand. Nothing is written."""
    counting = ws.log.many.tally(bulk.act, seqs)
    while True:
        try:
            done = next(counting)
        except StopIteration as ended:
            tally: Tally = ended.value
            break
        yield Progress("counting", done, len(seqs))
    statuses: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for (_, status, _), count in tally.counts.items():
        statuses[status] += count
    yield Progress("looking for what speaks against it", 0, None)
    found = tuple(_objections(ws, bulk, tally))
    return Preview(
        tally.matched,
        tally.change,
        tally.kept,
        tally.same,
        {status: count for status, count in statuses.items() if count},
        tuple(sample(ws, tally.change, seed)),
        found,
    )


def sample(ws: Workspace, seqs: Sequence[int], seed: int, count: int = SHOWN) -> list[Entry]:
    """Some of these rows, scattered by a seed."""

    def scattered(seq: int) -> int:
        return seq * (2654435761 + seed * 97531357) % 4294967291

    return ws.examples.entries(heapq.nsmallest(count, seqs, key=scattered))


def carry_out(ws: Workspace, bulk: Bulk, seqs: Sequence[int], *, actor: str) -> Generator[Progress, None, Stored]:
    """Carries an act out in all these rows but those that it keeps, as one operation of `actor`.

    The workspace is copied first when there are more than one. To cancel is to stop iterating: then nothing was
    changed. Raises `WorkspaceError` when there is nothing to change.
    """
    if len(seqs) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("bulk")
    storing = ws.log.many.record(bulk.act, seqs, actor)
    try:
        while True:
            try:
                done = next(storing)
            except StopIteration as ended:
                stored: Stored = ended.value
                break
            yield Progress("deciding", done, len(seqs))
    finally:
        storing.close()
    if not stored.examples:
        raise WorkspaceError("nothing is left to change: all these rows stand so already, or are kept.")
    return stored


def without(seqs: Sequence[int], dropped: Collection[int]) -> "array[int]":
    """The rows but those that are dropped."""
    bits = _bits(dropped)
    return array("q", (seq for seq in seqs if seq >= len(bits) or not bits[seq]))


# -- what speaks against it --------------------------------------------------------------------------------------


def _objections(ws: Workspace, bulk: Bulk, tally: Tally) -> Iterator[Objection]:
    status = bulk.decision.status
    if not tally.change:
        return
    if status == "accepted" and (wrong := ws.log.many.in_error(tally.change)):
        yield Objection("errors", Severity.ERROR, f"{many(len(wrong))} with an open error would be accepted", wrong)
    if status in ("accepted", "rejected"):
        yield from _conflicts(ws, status, tally.change)
    if status in ("rejected", "fix"):
        yield from _lost_groups(ws, tally.change)
    yield from _labels(ws, bulk, tally)


def _conflicts(ws: Workspace, status: str, change: Sequence[int]) -> Iterator[Objection]:
    bits = _bits(change)
    touched = [
        [seq for seq in cluster if seq < len(bits) and bits[seq]] for cluster in ws.findings.clusters("conflict")
    ]
    rows = array("q", sorted(seq for cluster in touched for seq in cluster))
    if not rows:
        return
    both = sum(len(cluster) > 1 for cluster in touched)
    if status == "accepted" and both:
        text = f"{many(len(rows))} contradict another row; in {both:,} group{_s(both)} several would be accepted"
        yield Objection("conflicts", Severity.ERROR, text, rows)
    else:
        text = f"{many(len(rows))} contradict another row: they are conflicts, not duplicates"
        yield Objection("conflicts", Severity.WARNING, text, rows)


def _lost_groups(ws: Workspace, change: Sequence[int]) -> Iterator[Objection]:
    """Groups of the same example of which no row would be left: whoever rejects duplicates means to keep one."""
    bits = _bits(change)
    gone = _bits(ws.examples.ids(parse("status:rejected,fix")))
    rows = array("q")
    for cluster in ws.findings.clusters("same"):
        touched = [seq for seq in cluster if seq < len(bits) and bits[seq]]
        if touched and all((s < len(bits) and bits[s]) or (s < len(gone) and gone[s]) for s in cluster):
            rows.append(touched[0])
    if groups := len(rows):
        text = f"{groups:,} group{_s(groups)} of duplicates would lose all rows; d keeps one of each"
        yield Objection("groups", Severity.ERROR, text, array("q", sorted(rows)))


def _labels(ws: Workspace, bulk: Bulk, tally: Tally) -> Iterator[Objection]:
    """Labels that no accepted row would have any more, and how the balance of the accepted rows would move."""
    accepted: Counter[str] = Counter()
    for (status, labels), count in ws.log.many.labelled().items():
        accepted[labels] += count * (status == "accepted")
    after = Counter(accepted)
    target, act = bulk.decision.status, bulk.act
    for (outcome, status, labels), count in tally.counts.items():
        if outcome != "change":
            continue
        relabelled = labels if act.relabel is None else _encode(act.relabel(msgspec.json.decode(labels)))
        after[labels] -= count * (status == "accepted")
        after[relabelled] += count * ((target or status) == "accepted")
    before_by, after_by = _by_value(accepted), _by_value(after)
    for value in sorted(value for value, count in before_by.items() if count > 0 and after_by[value] <= 0):
        text = f"no accepted row with {value} would be left; there {_are(before_by[value])} now"
        yield Objection("last", Severity.ERROR, text, array("q"))
    if before_by != after_by and (shares := list(_balance(before_by, after_by))):
        yield Objection("balance", Severity.INFO, f"labels of accepted rows: {', '.join(shares)}", array("q"))


def _by_value(counts: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for labels, count in counts.items():
        for name, value in msgspec.json.decode(labels).items():
            for one in value if isinstance(value, list) else [value]:
                found[name if one is True else f"{name}: {one}"] += count
    return found


def _balance(before: Counter[str], after: Counter[str]) -> Iterator[str]:
    old, new = sum(before.values()), sum(after.values())
    for value, _ in (before | after).most_common(LABELS):
        was, becomes = before[value] / old if old else 0.0, after[value] / new if new else 0.0
        yield f"{value} {was:.0%} → {becomes:.0%}"


def _encode(labels: dict[str, Any]) -> str:
    return msgspec.json.encode(labels).decode()


def _bits(seqs: Collection[int]) -> bytearray:
    bits = bytearray(max(seqs, default=0) + 1)
    for seq in seqs:
        bits[seq] = 1
    return bits


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _are(count: int) -> str:
    return f"is {count:,}" if count == 1 else f"are {count:,}"
