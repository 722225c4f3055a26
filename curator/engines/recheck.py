"""After an edit: what it can change is checked again, at once and without the passes over all examples."""

import msgspec

from curator.engines import pairs, shapes
from curator.engines.answers import Learned
from curator.engines.guard import GUARD
from curator.engines.pairs import Comparing
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems
from curator.model import Entry, Finding
from curator.workspace import Workspace

#: Examples of a cluster that are compared with each other again; the findings of a larger one stay, marked as stale.
CLUSTER = pairs.ALL_PAIRS


def recheck(workspace: Workspace, seq: int, plan: Plan) -> list[Finding]:
    """Check one example again after its text was changed, and replace what was found in it. Returns what it has now.

    Its own checks, those against what the last run found to be usual, and its ties with the examples that it was
    tied with. Ties with others, and what the edit changes about what is usual, are for the next run.
    """
    entry = workspace.examples.entry(seq)
    bounds = plan.of("example")
    with GUARD.watching():
        findings = shapes.map_examples(Plan(bounds), [entry]).findings
        departed = [bound for bound in plan.of("profile") if _usual(workspace, plan, bound, entry) is not None]
        for bound in departed:
            number = plan.learner(bound.check)
            learned: Learned = {number: (_usual(workspace, plan, bound, entry), {})}
            findings += _depart(plan, bound, learned, entry)
        codes = [bound.check.code for bound in (*bounds, *departed)]
        workspace.findings.replace_for([seq], codes, findings)
        for bound in plan.of("pair"):
            findings += [one for one in _again(workspace, plan, bound, seq) if one.example_id == entry.example.id]
    return findings


def _usual(workspace: Workspace, plan: Plan, bound: Bound, entry: Entry) -> object:
    """What is usual where this example belongs, as the last run left it; None when no run has learned it."""
    learner = plan.learners[plan.learner(bound.check)]
    key = b""
    if learner.by is not None:
        try:
            key = next(iter(shapes.keys_of(learner.by, shapes.standing(entry))), b"")
        except Exception:  # a plug-in's key: the next run reports it
            return None
    body = workspace.findings.usual(learner.name, key)
    return None if body is None else msgspec.msgpack.decode(body, type=learner.learn)


def _depart(plan: Plan, bound: Bound, learned: Learned, entry: Entry) -> list[Finding]:
    example = shapes.standing(entry)
    return shapes.run_one(bound, Problems(), example, example, learned[plan.learner(bound.check)][0])


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
        body = workspace.findings.usual(learner.name, b"")
        if body is not None:
            learned[number] = (msgspec.msgpack.decode(body, type=learner.learn), {})
    entries = [entry for entry in workspace.examples.entries(members) if entry.state.status != "rejected"]
    held = [(entry.seq, shapes.standing(entry)) for entry in entries]
    keyed = [block for block in bound.check.blocks if not isinstance(block, str)]
    comparing = Comparing(plan, learned, Problems())
    compared = comparing.compare(bound, held, held, sharing=tuple(keyed) if keyed == [*bound.check.blocks] else ())
    ids = dict(zip(members, workspace.examples.ids_of(members), strict=True))
    again = pairs.report(bound.check, compared, ids).findings
    workspace.findings.replace_for(members, [code], again)
    return again
