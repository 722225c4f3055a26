"""After an edit: what it can change is checked again, at once and without the passes over all examples."""

from collections.abc import Callable

import msgspec

from curator.checks.base import Summary
from curator.engines import pairs, shapes
from curator.engines.answers import Learned
from curator.engines.guard import GUARD
from curator.engines.pairs import Comparing
from curator.engines.plan import Bound, Learner, Plan
from curator.engines.problems import Problems
from curator.model import Example, Finding
from curator.workspace import Workspace

#: Examples of a cluster that are compared with each other again; the findings of a larger one stay, marked as stale.
CLUSTER = pairs.ALL_PAIRS


def recheck(workspace: Workspace, seq: int, plan: Plan) -> list[Finding]:
    """Check one example again after its text was changed, and replace what was found in it. Returns what it has now.

    Its own checks, those against what the last run found to be usual, and its ties with the examples that it was
    tied with. Ties with others, and what the edit changes about what is usual, are for the next run.
    """
    entry = workspace.examples.entry(seq)
    example = shapes.standing(entry)
    problems = Problems()
    bounds = plan.of("example")
    with GUARD.watching():
        findings = shapes.map_examples(Plan(bounds), [entry]).findings
        codes = [bound.check.code for bound in bounds]
        for bound in plan.of("profile"):
            usual = _usual(workspace, bound, example)
            if usual is not None:
                codes.append(bound.check.code)
                findings += shapes.run_one(bound, problems, example, example, usual)
        workspace.findings.replace_for([seq], codes, findings)
        for bound in plan.of("pair"):
            findings += [one for one in _again(workspace, plan, bound, seq) if one.example_id == example.id]
    return findings


def _usual(workspace: Workspace, bound: Bound, example: Example) -> object | None:
    """What is usual where this example belongs, as the last run left it; None when no run has learned it."""
    check = bound.check
    if check.learn is None:
        return None
    key = b""
    if check.by is not None:
        try:
            key = next(iter(shapes.keys_of(check.by, example)), b"")
        except Exception:  # a plug-in's key: the next run reports it
            return None
    body = workspace.findings.usual(Learner(check.learn, check.by).name, key, check.at_least)
    return None if body is None else _summary(body, check.learn)


def _summary(body: bytes, learn: Callable[[], Summary]) -> object:
    assert isinstance(learn, type)
    summary: object = msgspec.msgpack.decode(body, type=learn)
    return summary


def _again(workspace: Workspace, plan: Plan, bound: Bound, seq: int) -> list[Finding]:
    """Compare the examples that a pair check had tied with this one, and with each other, once more."""
    code = bound.check.code
    members = workspace.findings.tied(seq, code)
    for member in members[:CLUSTER]:
        members = sorted({*members, *workspace.findings.tied(member, code)})
    if not members or len(members) > CLUSTER:
        return []
    learned: Learned = {}
    for number, learner in enumerate(plan.learners):
        if learner.learn not in [one.check.learn for one in (bound, *plan.precedence.values())]:
            continue
        body = workspace.findings.usual(learner.name)
        if body is not None:
            learned[number] = (_summary(body, learner.learn), {})
    entries = [entry for entry in workspace.examples.entries(members) if entry.state.status != "rejected"]
    held = [(entry.seq, shapes.standing(entry)) for entry in entries]
    keyed = [block for block in bound.check.blocks if not isinstance(block, str)]
    comparing = Comparing(plan, learned, Problems())
    compared = comparing.compare(bound, held, held, sharing=tuple(keyed) if keyed == [*bound.check.blocks] else ())
    ids = dict(zip(members, workspace.examples.ids_of(members), strict=True))
    again = pairs.report(bound.check, compared, ids).findings
    workspace.findings.replace_for(members, [code], again)
    return again
