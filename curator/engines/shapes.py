"""The shapes of checks as pure functions over batches. Engines differ in who calls them, with what, and where."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.checks.base import Check, Key, Summary
from curator.checks.sensitive_values import sensitive_values
from curator.engines.answers import Group, Learned, Problem
from curator.engines.guard import GUARD
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems, is_stopped, place_of
from curator.masking import hidden
from curator.memo import per_example
from curator.model import Entry, Example, Finding
from curator.workspace.fields import text_at
from curator.workspace.identity import parse_id

_QUOTE = '"'
#: Bytes of a key.
KEY = 16
#: Examples that checks see in turn: few, so that what was worked out about a text is still known.
TURN = 32


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
    examples = [standing(entry) for entry in entries]
    alone = [(example,) for example in examples]
    for bound in plan.of("example"):
        findings += run_each(bound, problems, examples, alone)
    # Nobody will train on a rejected one: what it contradicts or repeats is settled.
    kept = [number for number, entry in enumerate(entries) if entry.state.status != "rejected"]
    given = [examples[number] for number in kept]
    keys: list[tuple[list[int], list[bytes]]] = []
    for key in plan.keys:
        several = keys_of_each(key, _user(plan, key), given, problems)
        seqs = [entries[number].seq for number, some in zip(kept, several, strict=True) for _ in some]
        keys.append((seqs, [one for some in several for one in some]))
    return Mapped(findings, keys, list(problems))


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
        examples = [standing(entry) for entry in entries if entry.state.status != "rejected"]
        grouped = _Grouped(examples, self.problems)
        for learner, check, whole, by_key in self._users:
            summaries = [whole] * len(examples)
            for place, key in enumerate(grouped.by(learner.by, check) if self._groups else ()):
                if key:
                    group = by_key.get(key)
                    if group is None:
                        group = by_key[key] = Group(learner.learn())
                    group.count += 1
                    summaries[place] = group.summary
            _add_each(check, examples, summaries, self.problems)

    def finish(self) -> Learned:
        """What was learned: of the groups, and of all of them together."""
        for _, check, whole, by_key in self._users:
            for group in by_key.values():
                self.problems.ask(check, None, whole.merge, group.summary)
        return self._learned


def _add_each(check: Check, examples: Sequence[Example], summaries: Sequence[Summary], problems: Problems) -> None:
    """Have each summary learn from its example. Written out, since nothing is called more often."""
    now = GUARD.now
    try:
        for example, summary in zip(examples, summaries, strict=True):
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
    bounds = [(bound, number) for bound, number in numbers if number in learned]
    for start in range(0, len(entries), TURN):
        examples = [standing(entry) for entry in entries[start : start + TURN]]
        grouped = _Grouped(examples, problems)
        given: dict[tuple[int, int], list[tuple[Example, Any]]] = {}
        for bound, number in bounds:
            check, asked = bound.check, (number, bound.check.at_least)
            if asked not in given:
                whole, groups = learned[number]
                held = [groups.get(key) for key in grouped.by(check.by, check)]
                usual = [whole if one is None or one.count < check.at_least else one.summary for one in held]
                given[asked] = list(zip(examples, usual, strict=True))
            findings += run_each(bound, problems, examples, given[asked])
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
    return run_each(bound, problems, [example], [given])


def run_each(
    bound: Bound, problems: Problems, examples: Sequence[Example | None], given: Sequence[tuple[Any, ...]]
) -> list[Finding]:
    """The same for several calls, the i-th about the i-th example: what is looked up is looked up once."""
    check, now = bound.check, GUARD.now
    function = partial(check.function, **bound.options) if bound.options else check.function
    findings: list[Finding] = []
    try:
        for example, arguments in zip(examples, given, strict=True):
            if now.stopped and is_stopped(check.function):
                break
            now.running = (check, example)
            if check.foreign:
                now.note(f"{check.code}\n{'' if example is None else place_of(example)}")
            try:
                found = function(*arguments)
                listed = [] if found is None else [*found]
                if listed:
                    about = () if example is None else (example,)
                    findings += [sign(check, finding, *about) for finding in listed]
            except BaseException as error:  # one bad check or plug-in must not stop the rest
                problems.raised(check, example, error, check.function)
    finally:
        now.running = None
        if check.foreign:
            now.note("")
    return findings


def keys_of(key: Key, check: Check, example: Example, problems: Problems) -> Sequence[bytes]:
    """The keys that a function gives an example: none, one, or several."""
    return keys_of_each(key, check, [example], problems)[0]


def keys_of_each(key: Key, check: Check, examples: Sequence[Example], problems: Problems) -> list[Sequence[bytes]]:
    """The same for several examples."""
    now = GUARD.now
    keys: list[Sequence[bytes]] = [()] * len(examples)
    try:
        for number, example in enumerate(examples):
            if now.stopped and is_stopped(key):
                break
            now.running = (check, example)
            try:
                given = key(example)
                if given is not None:
                    several = (given,) if isinstance(given, bytes) else tuple(given)
                    for one in several:
                        if len(one) != KEY:
                            raise ValueError(f"a key has {KEY} bytes, as `text.fingerprint` makes them")
                    keys[number] = several
            except BaseException as error:  # as above
                problems.raised(check, example, error, key)
    finally:
        now.running = None
    return keys


def sign(check: Check, finding: Finding, *examples: Example) -> Finding:
    """The finding with its check's code, and without the secrets and personal data of these examples' texts."""
    score = float(finding.score)
    if not 0 <= score <= 1:
        raise ValueError(f"a finding with the score {finding.score}; it is 0 to 1")
    if check.foreign:
        _stands(finding, examples)
    finding.message.encode()  # a message that cannot be stored is the check's fault, not the disk's
    return replace(finding, code=check.code, score=score, message=discreet(finding.message, *examples))


def _stands(finding: Finding, examples: Sequence[Example]) -> None:
    """Raises `ValueError` or `WorkspaceError` for a finding that cannot be kept: about what is not there."""
    given = {example.id for example in examples}
    for one in (finding.example_id, *finding.related):
        if one is not None and one not in given:
            parse_id(one)
    for example in examples:
        if example.id != finding.example_id:
            raise ValueError(f"a finding about {finding.example_id!r}, which is not the row that the check was given")
        for span in finding.evidence:
            size = len(text_at(example, span.field))
            if not 0 <= span.start <= span.end <= size:
                raise ValueError(f"evidence at {span.start} to {span.end} of {span.field}, which has {size} characters")


def discreet(message: str, *examples: Example) -> str:
    """A message about these examples, with the secrets and personal data that it quotes masked."""
    if _QUOTE not in message and not any(map(str.isdigit, message)):
        return message
    return hidden(message, [value for example in examples for value in _sensitive(example)])


@per_example
def _sensitive(example: Example) -> tuple[str, ...]:
    return tuple(value for message in example.messages for value in sensitive_values(message.text))


class _Grouped:
    """The groups of some examples, worked out once for all checks that share a `by`."""

    def __init__(self, examples: Sequence[Example], problems: Problems) -> None:
        self._examples = examples
        self._problems = problems
        self._known: dict[Key | None, list[bytes]] = {None: [b""] * len(examples)}

    def by(self, by: Key | None, check: Check) -> list[bytes]:
        """The group of each example; empty for one without."""
        known = self._known.get(by)
        if known is None:
            given = keys_of_each(by, check, self._examples, self._problems) if by else []
            known = self._known[by] = [keys[0] if keys else b"" for keys in given]
        return known


def _user(plan: Plan, key: Key) -> Check:
    return next(bound.check for bound in plan.bounds if key in (*bound.check.blocks, bound.check.by))
