"""The shapes of checks as pure functions over batches. Engines differ in who calls them, with what, and where."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.checks.base import Check, Key
from curator.checks.sensitive_values import sensitive_values
from curator.engines.answers import Group, Learned, Problem
from curator.engines.guard import GUARD, Hung
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems
from curator.masking import hidden
from curator.memo import per_example
from curator.model import Entry, Example, Finding

_QUOTE = '"'


class Mapped(Struct):
    """What one pass over a batch gave. `keys[i]` belongs to the plan's i-th key: example numbers, and their keys."""

    findings: list[Finding]
    keys: list[tuple[list[int], list[bytes]]]
    problems: list[Problem]


def standing(entry: Entry) -> Example:
    """The example as checks see it: a split that was assigned here stands for the one that the data came with."""
    if entry.state.split is None:
        return entry.example
    return replace(entry.example, source_split=entry.state.split)


def map_examples(plan: Plan, entries: Sequence[Entry]) -> Mapped:
    """Example checks, and the keys that later stages group by."""
    findings: list[Finding] = []
    problems = Problems()
    bounds = plan.of("example")
    users: list[tuple[Key, Check, list[int], list[bytes]]] = [(key, _user(plan, key), [], []) for key in plan.keys]
    for entry in entries:
        example = standing(entry)
        for bound in bounds:
            findings += run_one(bound, problems, example, example)
        if entry.state.status == "rejected":
            continue  # nobody will train on it: what it contradicts or repeats is settled
        for key, check, seqs, keys in users:
            if check.code in GUARD.stopped:
                continue
            GUARD.running = (check, example)
            try:
                given = key(example)
            except (Exception, Hung) as error:  # a plug-in may raise anything; its other rows and checks go on
                problems.raised(check, example, error)
                continue
            for one in (given,) if isinstance(given, bytes) else given or ():
                seqs.append(entry.seq)
                keys.append(one)
    GUARD.running = None
    return Mapped(findings, [(seqs, keys) for _, _, seqs, keys in users], list(problems))


def learn(plan: Plan, entries: Sequence[Entry], groups: bool = True) -> tuple[Learned, list[Problem]]:
    """What is usual in a batch, for every learner of the plan. Without `groups` of the whole batch only."""
    learners = plan.learners
    learned: Learned = {number: (learner.learn(), {}) for number, learner in enumerate(learners)}
    problems = Problems()
    users = [(number, learner, _learning(plan, learner.learn)) for number, learner in enumerate(learners)]
    for entry in entries if learned else ():
        example = standing(entry)
        given: dict[Key, bytes] = {}
        for number, learner, check in users:
            if check.code in GUARD.stopped:
                continue
            GUARD.running = (check, example)
            whole, by_key = learned[number]
            try:
                key = _group(learner.by, example, given) if groups and learner.by is not None else b""
                if not key:
                    whole.add(example)
                    continue
                if key not in by_key:
                    by_key[key] = Group(learner.learn())
                by_key[key].count += 1
                by_key[key].summary.add(example)
            except (Exception, Hung) as error:  # as above
                problems.raised(check, example, error)
    GUARD.running = None
    for whole, by_key in learned.values():
        for group in by_key.values():
            whole.merge(group.summary)
    return learned, list(problems)


def merge(learned: Learned, more: Learned) -> None:
    """Merge what was learned from another batch into `learned`."""
    for number, (whole, groups) in more.items():
        if number not in learned:
            learned[number] = (whole, groups)
            continue
        learned[number][0].merge(whole)
        for key, group in groups.items():
            known = learned[number][1].setdefault(key, group)
            if known is not group:
                known.summary.merge(group.summary)
                known.count += group.count


def depart(plan: Plan, learned: Learned, entries: Sequence[Entry]) -> Mapped:
    """Profile checks: who departs from what is usual in its group, or in the set when its group is too small."""
    findings: list[Finding] = []
    problems = Problems()
    bounds = [(bound, bound.check.by, *learned[plan.learner(bound.check)]) for bound in plan.of("profile")]
    for entry in entries:
        example = standing(entry)
        given: dict[Key, bytes] = {}
        for bound, by, whole, groups in bounds:
            try:
                key = _group(by, example, given) if by is not None else b""
            except Exception:  # learning from this row has reported it
                continue
            group = groups.get(key)
            usual = whole if group is None or group.count < bound.check.at_least else group.summary
            findings += run_one(bound, problems, example, example, usual)
    return Mapped(findings, [], list(problems))


def judge_set(plan: Plan, learned: Learned) -> Mapped:
    """Set checks: what is to be said about the whole."""
    findings: list[Finding] = []
    problems = Problems()
    for bound in plan.of("set"):
        number = plan.learner(bound.check)
        if number in learned:
            findings += run_one(bound, problems, None, learned[number][0])
    return Mapped(findings, [], list(problems))


def run_one(bound: Bound, problems: Problems, example: Example | None, *given: Any) -> list[Finding]:
    """What a check finds, signed with its code; nothing when it raises, which is noted with the row."""
    if bound.check.code in GUARD.stopped:
        return []
    GUARD.running = (bound.check, example)
    try:
        return [sign(bound.check, finding, *([] if example is None else [example])) for finding in bound(*given) or ()]
    except (Exception, Hung) as error:  # one bad check or plug-in must not stop the rest
        problems.raised(bound.check, example, error)
        return []
    finally:
        GUARD.running = None


def sign(check: Check, finding: Finding, *examples: Example) -> Finding:
    """The finding with its check's code, and without the secrets and personal data of these examples' texts."""
    return replace(finding, code=check.code, message=discreet(finding.message, *examples))


def discreet(message: str, *examples: Example) -> str:
    """A message about these examples, with the secrets and personal data that it quotes masked."""
    if _QUOTE not in message and not any(map(str.isdigit, message)):
        return message
    return hidden(message, [value for example in examples for value in _sensitive(example)])


@per_example
def _sensitive(example: Example) -> tuple[str, ...]:
    return tuple(value for message in example.messages for value in sensitive_values(message.text))


def keys_of(key: Key, example: Example) -> Iterable[bytes]:
    """The keys that a function gives an example: none, one, or several."""
    given = key(example)
    return (given,) if isinstance(given, bytes) else given or ()


def _group(by: Key, example: Example, given: dict[Key, bytes]) -> bytes:
    """The example's group under `by`, worked out once for all checks that share it; empty for one without."""
    if by not in given:
        given[by] = next(iter(keys_of(by, example)), b"")
    return given[by]


def _user(plan: Plan, key: Key) -> Check:
    return next(bound.check for bound in plan.bounds if key in (*bound.check.blocks, bound.check.by))


def _learning(plan: Plan, learn: Any) -> Check:
    """The first check that asks for what is learned so."""
    checks = [bound.check for bound in (*plan.bounds, *plan.precedence.values())]
    return next((check for check in checks if check.learn is learn), checks[0])
