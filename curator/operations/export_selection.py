"""Who takes part in an export, and why not: statuses, open errors, the filter."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from curator.errors import TargetError
from curator.model import KNOWLEDGE, Entry
from curator.operations.eval_set import HeldOut
from curator.query import Query, Term, parse
from curator.workspace import Workspace

Include = Literal["accepted", "pending", "flagged"]
INCLUDES: tuple[Include, ...] = ("accepted", "pending", "flagged")

#: Why an example is left out: its status, an open error, the filter, the target's rules, no document to make of it,
#: an eval set that it is kept for. `changed` are those that are written all the same, without a part or at a risk.
Kind = Literal["rejected", "fix", "pending", "accepted", "error", "filter", "target", "rag", "eval", "changed"]


#: Pairs that nobody accepted and somebody routed to RAG: the route is a decision, it needs no other.
ROUTED = parse("status:pending route:rag")


class LeftOut(Struct, frozen=True):
    """An example that is not exported, or not whole, and why. `row` counts from 1, as in the source."""

    id: str
    source: str
    row: int
    kind: Kind
    reason: str


def left_out(entry: Entry, kind: Kind, reason: str) -> LeftOut:
    """That an example is left out, with where it came from."""
    provenance = entry.example.provenance
    return LeftOut(entry.example.id, provenance.source, provenance.row, kind, reason)


class Selection:
    """Which examples are exported. Made inside the moment that is exported; what it knows it holds in bits."""

    def __init__(self, ws: Workspace, where: Query, include: Collection[str]) -> None:
        unknown = next((name for name in include if name not in INCLUDES), None)
        if unknown is not None:
            raise TargetError(f"--include: {unknown!r} is nothing to include; name {', '.join(INCLUDES)}.")
        self._ws = ws
        self._statuses = {name for name in include if name in ("accepted", "pending")}
        self._text = where.text
        self._chosen = None if where.where is None and where.limit is None else _bits(ws.examples.ids(where))
        self._routed = _bits(ws.examples.ids(ROUTED))
        self._wrong, self._mates = bytearray(), dict[int, int]()
        if ("pending" in self._statuses or 1 in self._routed) and "flagged" not in include:
            self._wrong, self._mates = _open_errors(ws)
            self._answer([seq for seq, bit in enumerate(self._routed) if bit and self._in_error(seq)])
        held_out = HeldOut(ws)
        self._measured = held_out if held_out else None
        self._clean = not self._mates and 1 not in self._wrong

    def _answer(self, seqs: Sequence[int]) -> None:
        """The route is the answer to what says that a pair teaches facts: that holds it back no longer."""
        stored = self._ws.findings.of_many(seqs)
        for seq in seqs:
            open_ones = (one for one in stored.get(seq, ()) if one.severity == "error" and not one.stale)
            if seq < len(self._wrong) and all(one.finding.code.startswith(KNOWLEDGE) for one in open_ones):
                self._wrong[seq] = 0

    def any(self) -> bool:
        """Whether anything is selected at all."""
        routed = (seq for seq, bit in enumerate(self._routed) if bit)
        if any(self._picked(seq) and not self._in_error(seq) for seq in routed):
            return True
        if not self._statuses:
            return False
        ids = self._ws.examples.ids(Query(where=Term("status", ":", tuple(self._statuses))))
        if any(self._picked(seq) and not self._in_error(seq) for seq in ids):
            return True
        if "accepted" not in self._statuses:
            return False
        accepted = self._ws.examples.ids(Query(where=Term("status", ":", ("accepted",))))
        return any(self._picked(seq) for seq in accepted)

    def outcome(self, entry: Entry) -> tuple[Kind, str] | None:
        """None for an example that is exported, as far as the target takes it; else why it is not."""
        status = entry.state.status
        if status == "rejected" or status == "fix":
            return status, _decided(entry)
        if self._measured is not None and (name := self._measured.of(entry)) is not None:
            return "eval", f"kept for the eval set {name}, or has the input of a row that is"
        if self._chosen is not None and not self._picked(entry.seq):
            return "filter", f"not selected by --where {self._text}"
        if status not in self._statuses and not (status == "pending" and entry.state.route == "rag"):
            return status, f"{status}, and --include does not name that"
        if status == "pending" and not self._clean and self._in_error(entry.seq):
            return "error", ""
        return None

    def errors(self, seqs: Sequence[int]) -> Mapping[int, str]:
        """The open errors of these examples in words, for those that have one."""
        if self._clean:
            return {}
        wrong = [seq for seq in seqs if self._in_error(seq)]
        found: dict[int, str] = {}
        stored = self._ws.findings.of_many(wrong)
        for seq in wrong:
            open_ones = (one for one in stored.get(seq, ()) if one.severity == "error" and not one.stale)
            codes = sorted({one.finding.code for one in open_ones})
            found[seq] = (
                f"open error {', '.join(codes)}" if codes else f"open error: conflicts with #{self._mates[seq]}"
            )
        return found

    def _in_error(self, seq: int) -> bool:
        return (seq < len(self._wrong) and self._wrong[seq] == 1) or seq in self._mates

    def _picked(self, seq: int) -> bool:
        return self._chosen is None or (seq < len(self._chosen) and self._chosen[seq] == 1)


def nothing_selected(ws: Workspace, target: str, out: Path, where: Query, include: Collection[str]) -> TargetError:
    """The sentence for an export with no example in it, with the command that would have some."""
    if not ws.examples.count():
        return TargetError(f"{ws.path}: holds no examples. `curator import FILE -w {ws.path}` brings some.")
    missing = [name for name in ("pending", "flagged") if name not in include]
    if not missing:
        return TargetError(
            f"no example that may be exported matches --where {where.text!r}. `curator status` counts them."
        )
    words = ["curator", "export", "-w", str(ws.path), "--to", target, "--out", str(out)]
    words += ["--where", where.text] if where.text else []
    chosen = [name for name in ("pending", "flagged") if name in include] + missing[:1]
    command = shlex.join([*words, "--include", ",".join(chosen)])
    among = f" that matches --where {where.text!r}" if where.text else ""
    if missing[0] == "pending":
        return TargetError(
            f"no example{among} is accepted yet, so there is nothing to export. Decide with `curator review`, or take "
            f"those that nobody has looked at as well:\n  {command}"
        )
    return TargetError(
        f"every pending example{among} has an open error, so there is nothing to export. `curator findings` lists the "
        f"errors; to export in spite of them:\n  {command}"
    )


def _decided(entry: Entry) -> str:
    state = entry.state
    words = "rejected" if state.status == "rejected" else "marked as needing a fix"
    by = f" by {state.reviewer}" if state.reviewer else ""
    return f"{words}{by}"


def _bits(seqs: Sequence[int]) -> bytearray:
    bits = bytearray(max(seqs, default=0) + 1)
    for seq in seqs:
        bits[seq] = 1
    return bits


def _open_errors(ws: Workspace) -> tuple[bytearray, dict[int, int]]:
    """The examples with an open error, as bits; and those that a conflict ties to one, each with the other.

    Both sides of a conflict may be wrong, though the finding stands at one of them.
    """
    wrong = _bits(ws.examples.ids(Query(where=Term("sev", ":", ("error",)))))
    mates: dict[int, int] = {}
    for cluster in ws.findings.clusters("conflict"):
        first = next((seq for seq in cluster if seq < len(wrong) and wrong[seq]), None)
        if first is not None:
            mates.update((seq, first) for seq in cluster if seq >= len(wrong) or not wrong[seq])
    return wrong, mates
