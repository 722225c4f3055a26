"""The shapes of checks as pure functions over batches. Engines differ in who calls them, with what, and where."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.checks.base import Check, Key, Summary
from curator.checks.sensitive_values import sensitive_values
from curator.engines.answers import Group, Learned, Problem
from curator.engines.guard import GUARD
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems, is_stopped
from curator.masking import hidden
from curator.memo import per_example
from curator.model import Entry, Example, Finding

_QUOTE = '"'
#: Bytes of a key.
KEY = 16


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
            for one in keys_of(key, check, example, problems):
                seqs.append(entry.seq)
                keys.append(one)
    return Mapped(findings, [(seqs, keys) for _, _, seqs, keys in users], list(problems))


class Learning:
    """What is usual, learned from batch after batch. Without `groups` of the whole set only."""

    def __init__(self, plan: Plan, groups: bool = True) -> None:
        self.problems = Problems()
        self._learned: Learned = {}
        self._groups = groups
        self._users = []
        for number, learner in enumerate(plan.learners):
            check = plan.asking(learner.learn)
            whole = self.problems.ask(check, None, learner.learn)
            if whole is not None:
                self._learned[number] = (whole, {})
                self._users.append((learner, check, whole, self._learned[number][1]))

    def add(self, entries: Sequence[Entry]) -> None:
        """Learn from these examples; rejected ones say nothing about what is usual."""
        for entry in entries if self._users else ():
            if entry.state.status == "rejected":
                continue
            example = standing(entry)
            given: dict[Key, bytes] = {}
            for learner, check, whole, by_key in self._users:
                key = b""
                if learner.by is not None and self._groups:
                    key = _group(learner.by, check, example, given, self.problems)
                summary = whole
                if key:
                    group = by_key.get(key)
                    if group is None:
                        group = by_key[key] = Group(learner.learn())
                    group.count += 1
                    summary = group.summary
                _add(summary, check, example, self.problems)

    def finish(self) -> Learned:
        """What was learned: of the groups, and of all of them together."""
        for _, check, whole, by_key in self._users:
            for group in by_key.values():
                self.problems.ask(check, None, whole.merge, group.summary)
        return self._learned


def _add(summary: Summary, check: Check, example: Example, problems: Problems) -> None:
    """Have a summary learn from an example. Written out, since nothing is called more often."""
    now = GUARD.now
    if now.stopped and is_stopped(summary.add):
        return
    now.running = (check, example)
    try:
        summary.add(example)
    except BaseException as error:
        problems.raised(check, example, error, summary.add)
    finally:
        now.running = None


def merge(plan: Plan, learned: Learned, more: Learned, problems: Problems) -> None:
    """Merge what was learned from another batch into `learned`."""
    for number, (whole, groups) in more.items():
        if number not in learned:
            learned[number] = (whole, groups)
            continue
        check = plan.asking(plan.learners[number].learn)
        problems.ask(check, None, learned[number][0].merge, whole)
        for key, group in groups.items():
            known = learned[number][1].setdefault(key, group)
            if known is not group:
                problems.ask(check, None, known.summary.merge, group.summary)
                known.count += group.count


def depart(plan: Plan, learned: Learned, entries: Sequence[Entry]) -> Mapped:
    """Profile checks: who departs from what is usual in its group, or in the set when its group is too small."""
    findings: list[Finding] = []
    problems = Problems()
    numbers = [(bound, plan.learner(bound.check)) for bound in plan.of("profile")]
    bounds = [(bound, bound.check.by, *learned[number]) for bound, number in numbers if number in learned]
    for entry in entries:
        example = standing(entry)
        given: dict[Key, bytes] = {}
        for bound, by, whole, groups in bounds:
            key = b"" if by is None else _group(by, bound.check, example, given, problems)
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
    now = GUARD.now
    if now.stopped and is_stopped(bound.check.function):
        return []
    now.running = (bound.check, example)
    try:
        found = bound.check.function(*given, **bound.options)
        if found is None:
            return []
        about = () if example is None else (example,)
        return [sign(bound.check, finding, *about) for finding in found]
    except BaseException as error:  # one bad check or plug-in must not stop the rest
        problems.raised(bound.check, example, error, bound.check.function)
        return []
    finally:
        now.running = None


def keys_of(key: Key, check: Check, example: Example, problems: Problems) -> Iterable[bytes]:
    """The keys that a function gives an example: none, one, or several."""
    now = GUARD.now
    if now.stopped and is_stopped(key):
        return ()
    now.running = (check, example)
    try:
        given = key(example)
        if given is None:
            return ()
        several = (given,) if isinstance(given, bytes) else given
        if any(len(one) != KEY for one in several):
            raise ValueError(f"a key has {KEY} bytes, as `text.fingerprint` makes them")
        return several
    except BaseException as error:  # as above
        problems.raised(check, example, error, key)
        return ()
    finally:
        now.running = None


def sign(check: Check, finding: Finding, *examples: Example) -> Finding:
    """The finding with its check's code, and without the secrets and personal data of these examples' texts."""
    score = float(finding.score)
    if not 0 <= score <= 1:
        raise ValueError(f"a finding with the score {finding.score}; it is 0 to 1")
    finding.message.encode()  # a message that cannot be stored is the check's fault, not the disk's
    return replace(finding, code=check.code, score=score, message=discreet(finding.message, *examples))


def discreet(message: str, *examples: Example) -> str:
    """A message about these examples, with the secrets and personal data that it quotes masked."""
    if _QUOTE not in message and not any(map(str.isdigit, message)):
        return message
    return hidden(message, [value for example in examples for value in _sensitive(example)])


@per_example
def _sensitive(example: Example) -> tuple[str, ...]:
    return tuple(value for message in example.messages for value in sensitive_values(message.text))


def _group(by: Key, check: Check, example: Example, given: dict[Key, bytes], problems: Problems) -> bytes:
    """The example's group under `by`, worked out once for all checks that share it; empty for one without."""
    known = given.get(by)
    if known is None:
        known = given[by] = next(iter(keys_of(by, check, example, problems)), b"")
    return known


def _user(plan: Plan, key: Key) -> Check:
    return next(bound.check for bound in plan.bounds if key in (*bound.check.blocks, bound.check.by))
