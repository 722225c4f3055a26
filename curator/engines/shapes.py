"""The shapes of checks as pure functions over batches. Engines differ in who calls them, with what, and where."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.checks.base import Check, Key
from curator.engines.plan import Bound, Plan
from curator.model import Entry, Example, Finding
from curator.text import shorten

#: What is usual, by check code: the whole set's summary, and those of its groups by key.
Learned = dict[str, tuple[Any, dict[bytes, Any]]]

#: The code of a problem that was the engine's own, and that it got over: no check missed an example.
ENGINE = "engine"


class Problem(Struct, frozen=True):
    """A check that could not do its work: where for the first time, why, and how often."""

    code: str
    where: str
    message: str
    count: int = 1

    def __str__(self) -> str:
        more = f" (and {self.count - 1:,} more)" if self.count > 1 else ""
        return f"{self.code}: {self.where}: {self.message}{more}" if self.where else f"{self.code}: {self.message}"


class Problems:
    """Problems collected: one of each kind a check, however many rows it stumbles over."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._by_kind: dict[tuple[str, str], Problem] = {}
        self.extend(found)

    def raised(self, check: Check, example: Example | None, error: Exception) -> None:
        """Note that a check raised; `example` is the row that it was given."""
        where = "the whole set" if example is None else _place(example)
        self.extend(
            [Problem(check.code, where, f"the check failed with {type(error).__name__}: {shorten(str(error), 200)}")]
        )

    def extend(self, found: Iterable[Problem]) -> None:
        """Take in problems."""
        for problem in found:
            kind = (problem.code, problem.message)
            known = self._by_kind.get(kind)
            self._by_kind[kind] = problem if known is None else replace(known, count=known.count + problem.count)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._by_kind.values())


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
            try:
                given = key(example)
            except Exception as error:  # a plug-in may raise anything; its other rows and checks go on
                problems.raised(check, example, error)
                continue
            for one in (given,) if isinstance(given, bytes) else given or ():
                seqs.append(entry.seq)
                keys.append(one)
    return Mapped(findings, [(seqs, keys) for _, _, seqs, keys in users], list(problems))


def learn(plan: Plan, entries: Sequence[Entry], groups: bool = True) -> tuple[Learned, list[Problem]]:
    """What is usual in a batch, for every check that learns. Without `groups` of the whole batch only."""
    learned: Learned = {}
    problems = Problems()
    bounds = [(bound.check, bound.check.learn, bound.check.by) for bound in plan.of("profile", "set")]
    for check, start, _ in bounds:
        if start is not None:
            learned[check.code] = (start(), {})
    for entry in entries if learned else ():
        example = standing(entry)
        given: dict[Key, bytes] = {}
        for check, start, by in bounds:
            if start is None:
                continue
            whole, by_key = learned[check.code]
            try:
                whole.add(example)
                if groups and by is not None:
                    key = _group(by, example, given)
                    if key not in by_key:
                        by_key[key] = start()
                    by_key[key].add(example)
            except Exception as error:  # as above
                problems.raised(check, example, error)
    return learned, list(problems)


def merge(learned: Learned, more: Learned) -> None:
    """Merge what was learned from another batch into `learned`."""
    for code, (whole, groups) in more.items():
        if code not in learned:
            learned[code] = (whole, groups)
            continue
        learned[code][0].merge(whole)
        for key, summary in groups.items():
            if key in learned[code][1]:
                learned[code][1][key].merge(summary)
            else:
                learned[code][1][key] = summary


def depart(plan: Plan, learned: Learned, entries: Sequence[Entry]) -> Mapped:
    """Profile checks: who departs from what is usual in its group, or in the set when its group is not known."""
    findings: list[Finding] = []
    problems = Problems()
    bounds = [(bound, bound.check.by, *learned[bound.check.code]) for bound in plan.of("profile")]
    for entry in entries:
        example = standing(entry)
        given: dict[Key, bytes] = {}
        for bound, by, whole, groups in bounds:
            try:
                key = _group(by, example, given) if by is not None else b""
            except Exception:  # learning from this row has reported it
                continue
            findings += run_one(bound, problems, example, example, groups.get(key, whole))
    return Mapped(findings, [], list(problems))


def judge_set(plan: Plan, learned: Learned) -> Mapped:
    """Set checks: what is to be said about the whole."""
    findings: list[Finding] = []
    problems = Problems()
    for bound in plan.of("set"):
        if bound.check.code in learned:
            findings += run_one(bound, problems, None, learned[bound.check.code][0])
    return Mapped(findings, [], list(problems))


def run_one(bound: Bound, problems: Problems, example: Example | None, *given: Any) -> list[Finding]:
    """What a check finds, signed with its code; nothing when it raises, which is noted with the row."""
    try:
        return [sign(bound.check, finding) for finding in bound(*given) or ()]
    except Exception as error:  # one bad check or plug-in must not stop the rest
        problems.raised(bound.check, example, error)
        return []


def sign(check: Check, finding: Finding) -> Finding:
    """The finding with its check's code."""
    return finding if finding.code == check.code else replace(finding, code=check.code)


def keys_of(key: Key, example: Example) -> Iterable[bytes]:
    """The keys that a function gives an example: none, one, or several."""
    given = key(example)
    return (given,) if isinstance(given, bytes) else given or ()


def _group(by: Key, example: Example, given: dict[Key, bytes]) -> bytes:
    """The example's group under `by`, worked out once for all checks that share it."""
    if by not in given:
        given[by] = next(iter(keys_of(by, example)), b"")
    return given[by]


def _user(plan: Plan, key: Key) -> Check:
    return next(bound.check for bound in plan.bounds if key in (bound.check.block, bound.check.by))


def _place(example: Example) -> str:
    place = example.provenance
    return f"{shorten(place.source, 80)}, row {place.row}" if place.row else example.id
