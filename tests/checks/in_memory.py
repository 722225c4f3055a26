"""Runs checks over examples in memory, in any order and in batches of any size: an engine of thirty lines."""

from collections.abc import Iterable, Sequence

from curator.checks.base import Check
from curator.engines import pairs, shapes
from curator.engines.plan import Plan, plan
from curator.engines.shapes import Learned, Problem, Problems
from curator.model import Entry, Finding


def found(
    checks: Iterable[Check], entries: Sequence[Entry], *, batch: int = 1000, context: Sequence[Entry] = ()
) -> tuple[list[Finding], list[Problem]]:
    """What the checks find in these examples. `context` is learned from too, but not looked at."""
    planned = plan(among=tuple(checks))
    findings: list[Finding] = []
    problems = Problems()
    learned: Learned = {}
    for part in _batches([*context, *entries], batch):
        more, raised = shapes.learn(planned, part)
        shapes.merge(learned, more)
        problems.extend(raised)
    for code, (_, groups) in learned.items():
        at_least = next(bound.check.at_least for bound in planned.bounds if bound.check.code == code)
        sizes = _sizes(planned, code, [*context, *entries])
        for key in [key for key in groups if sizes[key] < at_least]:
            del groups[key]
    blocks: list[dict[bytes, list[int]]] = [{} for _ in planned.keys]
    for part in _batches(entries, batch):
        mapped = shapes.map_examples(planned, part)
        departed = shapes.depart(planned, learned, part)
        findings += mapped.findings + departed.findings
        problems.extend(mapped.problems + departed.problems)
        for block, (seqs, keys) in zip(blocks, mapped.keys, strict=True):
            for seq, key in zip(seqs, keys, strict=True):
                block.setdefault(key, []).append(seq)
    findings += _pairs(planned, blocks, {entry.seq: entry for entry in entries}, problems)
    findings += shapes.judge_set(planned, learned).findings
    return findings, list(problems)


def _pairs(
    planned: Plan, blocks: list[dict[bytes, list[int]]], entries: dict[int, Entry], problems: Problems
) -> list[Finding]:
    findings: list[Finding] = []
    ids = {seq: entry.example.id for seq, entry in entries.items()}
    for bound in planned.of("pair"):
        block = blocks[planned.keys.index(bound.check.block)]  # type: ignore[arg-type]  # a pair check has a block
        compared = []
        for seqs in block.values():
            members = [(seq, shapes.standing(entries[seq])) for seq in sorted(seqs)]
            compared.append(pairs.compare(planned, bound, members, members, problems))
        findings += pairs.report(bound.check, pairs.merged(compared), ids).findings
    return findings


def _sizes(planned: Plan, code: str, entries: Sequence[Entry]) -> dict[bytes, int]:
    by = next(bound.check.by for bound in planned.bounds if bound.check.code == code)
    sizes: dict[bytes, int] = {}
    for entry in entries if by is not None else ():
        for key in shapes.keys_of(by, shapes.standing(entry)):
            sizes[key] = sizes.get(key, 0) + 1
    return sizes


def _batches(entries: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    return [entries[start : start + size] for start in range(0, len(entries), size)]
