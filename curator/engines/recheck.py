"""After an edit: what it can change is checked again, at once and without the passes over all examples."""

from collections.abc import Callable
from typing import Any

import msgspec

from curator.checks.base import Summary
from curator.engines import pairs, shapes
from curator.engines.answers import Learned
from curator.engines.guard import watching
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
    example = shapes.standing(workspace.examples.entry(seq))
    with watching():
        codes, findings = _alone(workspace, example, plan)
        workspace.findings.replace_for([seq], codes, findings)
        for bound in plan.of("pair"):
            findings += [one for one in _again(workspace, plan, bound, seq) if one.example_id == example.id]
    return findings


def foreseen(workspace: Workspace, draft: Example, plan: Plan) -> list[Finding]:
    """What the checks that need nothing but one example, and what is usual, find in a text that is only proposed."""
    with watching():
        return _alone(workspace, draft, plan)[1]


def _alone(workspace: Workspace, example: Example, plan: Plan) -> tuple[list[str], list[Finding]]:
    """The codes of the checks that did their work on this example, and what they found."""
    findings: list[Finding] = []
    codes: list[str] = []
    for bound in plan.of("example", "profile"):
        given: list[Any] = [example]
        if bound.check.shape == "profile":
            usual = _usual(workspace, bound, example)
            if usual is None:
                continue
            given.append(usual)
        problems = Problems()
        found = shapes.run_one(bound, problems, example, *given)
        if not list(problems):  # what a check that fails had found stays, marked as older than the text
            codes.append(bound.check.code)
            findings += found
    return codes, findings


def _usual(workspace: Workspace, bound: Bound, example: Example) -> Any:
    """What is usual where this example belongs, as the last run left it; None when no run has learned it."""
    check = bound.check
    if check.learn is None:
        return None
    key = b"" if check.by is None else next(iter(shapes.keys_of(check.by, check, example, Problems())), b"")
    body = workspace.findings.usual(Learner(check.learn, check.by).name, key, check.at_least) if key else None
    return _summary(check.learn, body or workspace.findings.usual(Learner(check.learn).name))


def _summary(learn: Callable[[], Summary], body: bytes | None) -> Any:
    """A stored summary; None without one, or when another version of its check has written it."""
    if body is None:
        return None
    try:
        return msgspec.msgpack.decode(body, type=learn)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _again(workspace: Workspace, plan: Plan, bound: Bound, seq: int) -> list[Finding]:
    """Compare the examples that a pair check had tied with this one, and with each other, once more."""
    code = bound.check.code
    members = workspace.findings.tied(seq, code)
    for member in members[:CLUSTER]:
        members = sorted({*members, *workspace.findings.tied(member, code)})
    if not members or len(members) > CLUSTER:
        return []
    learned: Learned = {}
    for one in (bound, *(plan.precedence[code] for code in bound.check.unless if code in plan.precedence)):
        if one.check.learn is not None:
            summary = _summary(one.check.learn, workspace.findings.usual(Learner(one.check.learn).name))
            if summary is None:
                return []
            learned[plan.learning(one.check.learn)] = (summary, {})
    entries = [entry for entry in workspace.examples.entries(members) if entry.state.status != "rejected"]
    held = [(entry.seq, shapes.standing(entry)) for entry in entries]
    keyed = [block for block in bound.check.blocks if not isinstance(block, str)]
    problems = Problems()
    comparing = Comparing(plan, learned, problems)
    compared = comparing.compare(bound, held, tuple(keyed) if len(keyed) == len(bound.check.blocks) else ())
    if list(problems):
        return []
    ids = dict(zip(members, workspace.examples.ids_of(members), strict=True))
    again = pairs.report(bound.check, compared, ids).findings
    workspace.findings.replace_for(members, [code], again)
    return again
