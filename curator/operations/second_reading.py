"""A model as second reader of what the checks suspect: which rows, what it says of them, what of that is kept.

It suggests, a person decides: what it says stands beside the findings of the checks and changes no row.
"""

import random
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from curator.engines.plan import Plan, plan
from curator.engines.recheck import foreseen
from curator.judge.probing import Probe, Probed
from curator.judge.verdicts import REWRITTEN, Judgement
from curator.model import JUDGED, KNOWLEDGE, Entry, Finding, Progress, Severity
from curator.operations.opinions import CODES, PROBED, codes_of, finding_of_probe, findings_of, proposing, rewritten
from curator.query import Query
from curator.settings import load
from curator.workspace import StoredFinding, Workspace

#: What a suspicion of a check asks the second reader, by the beginning of its code.
RUBRICS: Mapping[str, str] = {KNOWLEDGE: "knowledge", "CON": "conflict", "GRD": "output", "LAB": "output"}
#: Rows that may contradict a row and are looked at for the first one that does say something else.
_OTHERS = 8
_STEP = 500


class Doubt(Struct, frozen=True):
    """A row, or two that may conflict, that checks suspect: `codes` are theirs; none for a row of a sample."""

    rubric: str
    entries: tuple[Entry, ...]
    codes: tuple[str, ...]


class Doubts(Struct, frozen=True):
    """The suspects that are put to a judge, worst first, and of how many; then the sample that no check suspects."""

    chosen: tuple[Doubt, ...]
    suspects: int
    sample: tuple[Doubt, ...] = ()


class _Suspect(Struct):
    rubric: str
    seq: int
    others: tuple[int, ...]
    rank: tuple[int, float]
    codes: list[str]


def doubts(
    ws: Workspace, codes: Sequence[str], query: Query, *, limit: int, sample: int = 0, seed: int = 0
) -> Generator[Progress, None, Doubts]:
    """What these checks suspect in these rows, worst first, at most `limit`; and `sample` rows that they do not.

    A sample is judged by what it teaches and by whether it is right: what is found there is what the checks miss.
    """
    found: dict[tuple[str, int], _Suspect] = {}
    for number, stored in enumerate(ws.findings.select(tuple(codes), query)):
        if number % _STEP == 0:
            yield Progress("collecting suspects", number)
        _take(found, stored)
    worst = sorted(found.values(), key=lambda one: (one.rank, -one.seq), reverse=True)
    chosen: dict[tuple[str, frozenset[int]], Doubt] = {}
    for one in worst:
        if len(chosen) == limit:
            break
        doubt = _doubt(ws, one)
        if doubt is not None:
            chosen.setdefault((one.rubric, frozenset(entry.seq for entry in doubt.entries)), doubt)
    suspected = {one.seq for one in worst} | {seq for one in worst for seq in one.others}
    picked = _sample(ws, query, suspected, sample, seed) if sample else ()
    return Doubts(tuple(chosen.values()), len(worst), picked)


def _take(found: dict[tuple[str, int], _Suspect], stored: StoredFinding) -> None:
    code, seq = stored.finding.code, stored.seq
    name = next((name for begin, name in RUBRICS.items() if code.startswith(begin)), None)
    if name is None or seq is None or (name == "conflict" and not stored.related):
        return
    rank = (Severity(stored.severity).rank, stored.finding.score)
    one = found.setdefault((name, seq), _Suspect(name, seq, (), rank, []))
    one.rank = max(one.rank, rank)
    if name == "conflict":
        one.others = one.others or stored.related[:_OTHERS]
    if code not in one.codes:
        one.codes.append(code)


def _doubt(ws: Workspace, suspect: _Suspect) -> Doubt | None:
    entry = ws.examples.entry(suspect.seq)
    if entry.example.output is None:
        return None
    if suspect.rubric != "conflict":
        return Doubt(suspect.rubric, (entry,), tuple(suspect.codes))
    others = ws.examples.entries(suspect.others)
    other = next((one for one in others if one.example.output_text != entry.example.output_text), None)
    if other is None:
        return None
    both = sorted((entry, other), key=lambda one: one.seq)
    return Doubt(suspect.rubric, tuple(both), tuple(suspect.codes))


def _sample(ws: Workspace, query: Query, suspected: Collection[int], size: int, seed: int) -> tuple[Doubt, ...]:
    free = [seq for seq in ws.examples.ids(query) if seq not in suspected]
    some = sorted(random.Random(seed).sample(free, min(size, len(free))))
    entries = [entry for entry in ws.examples.entries(some) if entry.example.output is not None]
    return tuple(Doubt(name, (entry,), ()) for name in ("knowledge", "output") for entry in entries)


def grouped(found: Doubts, *, rewrites: bool) -> Iterator[tuple[str, bool, tuple[Doubt, ...]]]:
    """The suspects by what is asked about them: the rubric, whether for a rewrite too, and those it is asked about."""
    every = (*found.chosen, *found.sample)
    for name in dict.fromkeys(RUBRICS.values()):
        for wanted in (False, True):
            some = tuple(one for one in every if one.rubric == name and _rewritable(one, rewrites) is wanted)
            if some:
                yield name, wanted, some


def _rewritable(doubt: Doubt, rewrites: bool) -> bool:
    example = doubt.entries[0].example
    given = "" if example.output is None else example.output.content
    return rewrites and doubt.rubric != "conflict" and isinstance(given, str) and len(given) <= REWRITTEN


class Kept(Struct, frozen=True):
    """What was kept of judgements: findings, those with a rewrite, rewrites that were dropped because a check finds
    something new in them, and rows that were edited while they were judged."""

    findings: int
    rewrites: int = 0
    dropped: int = 0
    edited: int = 0


def keep(ws: Workspace, judged: Sequence[tuple[Doubt, Judgement]], model: str) -> Generator[Progress, None, Kept]:
    """Keeps what the judge said, in place of what it had said of the same rows by the same rubric."""
    _introduce(ws)
    checking = plan(load(ws.path.parent))
    told: dict[str, dict[int, list[Finding]]] = {}
    rewrites = dropped = edited = 0
    for number, (doubt, judgement) in enumerate(judged):
        if number % _STEP == 0:
            yield Progress("keeping what was said", number, len(judged))
        if judgement.outcome != "judged":
            continue
        if any(ws.examples.entry(one.seq).state.revision != one.state.revision for one in doubt.entries):
            edited += 1
            continue
        for entry, finding in zip(doubt.entries, findings_of(judgement, model), strict=True):
            proposed = finding
            draft = rewritten(entry.example, judgement.rewrite) if judgement.rewrite else None
            if draft is not None:
                if _worse(foreseen(ws, draft, checking), ws.findings.of(entry.seq), checking):
                    dropped += 1
                else:
                    rewrites += 1
                    proposed = proposing(finding, entry.example, judgement.rewrite)
            told.setdefault(judgement.rubric, {}).setdefault(entry.seq, []).append(proposed)
    for name, by_row in told.items():
        _replace(ws, by_row, CODES[name])
    return Kept(sum(len(some) for rows in told.values() for some in rows.values()), rewrites, dropped, edited)


def probes(
    ws: Workspace, codes: Sequence[str], query: Query, *, limit: int
) -> Generator[Progress, None, tuple[tuple[Probe, Entry], ...]]:
    """What rows teach, to be asked for: the words that the second reader quoted, else those that the check marked."""
    found = yield from doubts(ws, codes, query, limit=limit)
    rows = []
    for doubt in found.chosen:
        entry = doubt.entries[0]
        text, index = entry.example.output_text, entry.example.output_index
        spans = [
            (stored.finding.code, span)
            for stored in ws.findings.of(entry.seq)
            if not stored.stale and stored.finding.code.startswith((CODES["knowledge"][0], KNOWLEDGE))
            for span in stored.finding.evidence
            if span.field == f"messages[{index}].content"
        ]
        quoted = [span for code, span in spans if code.startswith(JUDGED)] or [span for _, span in spans]
        facts = tuple(dict.fromkeys(text[span.start : span.end] for span in quoted))
        rows.append((Probe(entry.example, facts), entry))
    return tuple(rows)


def keep_probed(ws: Workspace, probed: Sequence[tuple[Entry, Probed]], model: str) -> int:
    """Keeps what the probe found, in place of what an earlier one had found of the same rows. Returns how much."""
    _introduce(ws)
    by_row = {
        entry.seq: [finding]
        for entry, one in probed
        if (finding := finding_of_probe(one, model)) is not None
        and ws.examples.entry(entry.seq).state.revision == entry.state.revision
    }
    _replace(ws, by_row, (PROBED,))
    return len(by_row)


def _introduce(ws: Workspace) -> None:
    """Makes the codes known to the workspace, without touching those that it knows."""
    known = {count.code for count in ws.findings.counts()}
    codes = {code: named for code, named in codes_of().items() if code not in known}
    if codes:
        ws.findings.begin_run(codes).finish()


def _replace(ws: Workspace, by_row: Mapping[int, Sequence[Finding]], codes: Sequence[str]) -> None:
    rows = iter(sorted(by_row))
    while part := list(islice(rows, _STEP)):
        ws.findings.replace_for(part, codes, [finding for seq in part for finding in by_row[seq]])


def _worse(found: Sequence[Finding], before: Sequence[StoredFinding], checking: Plan) -> bool:
    """Whether a family of checks finds something in a text, at warning or above, that it did not find before."""
    ranks = {bound.check.code: bound.check.severity.rank for bound in checking.bounds}
    known: dict[str, int] = {}
    for stored in before:
        family = stored.finding.code[:3]
        known[family] = max(known.get(family, 0), Severity(stored.severity).rank)
    return any(
        rank >= Severity.WARNING.rank and rank > known.get(one.code[:3], 0)
        for one in found
        if (rank := ranks[one.code])
    )
