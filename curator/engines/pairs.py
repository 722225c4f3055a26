"""Pairs of a block: which are compared, and how edges become findings. Pure, like the shapes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from curator.checks.base import Block, Check, Key
from curator.corpus import Clusters, Edge, EdgeKind
from curator.engines.answers import ENGINE, Compared, Learned, Problem, Tie
from curator.engines.guard import GUARD
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems, is_stopped
from curator.engines.shapes import discreet, keys_of, sign
from curator.model import Example, Finding

#: Up to this many members, a block's pairs are all compared.
ALL_PAIRS = 32
#: In a larger block: so many stand for all, the first of those that are of different kinds.
LEADERS = 2 * ALL_PAIRS
#: In a block with more members than this, each is tied with one of those that it differs from, not with several.
LARGE = 200
#: Related examples that a finding names; its message has the true number.
RELATED = 10

#: An example with its number in the workspace.
Member = tuple[int, Example]


class Reported(Struct):
    """Findings of one check, and the edges (left, right, kind) that hold its clusters together."""

    findings: list[Finding]
    edges: list[tuple[int, int, EdgeKind]]


class _Asked(Struct):
    """A check that is asked about the pairs of a block, its ties so far, and how many each member is tied by."""

    bound: Bound
    compared: Compared = field(default_factory=Compared)
    tied: Counter[int] = field(default_factory=Counter)


class Comparing:
    """Compares pairs of examples on behalf of the pair checks of a plan, given what is usual in the whole set."""

    def __init__(self, plan: Plan, learned: Learned, problems: Problems) -> None:
        self._precedence = plan.precedence
        self._bounds = (*plan.bounds, *plan.precedence.values())
        self._problems = problems
        self._usual: dict[str, tuple[Any, ...]] = {}
        for bound in self._bounds:
            if bound.check.shape == "pair" and bound.check.learn is not None:
                number = plan.learning(bound.check.learn)
                known = learned[number][0] if number in learned else problems.ask(bound.check, None, bound.check.learn)
                self._usual[bound.check.code] = (known,)
        self._keys: dict[tuple[Key, str], frozenset[bytes]] = {}

    def takers(self, bound: Bound, members: Iterable[Member]) -> list[Member]:
        """The members that a check has anything to say about. Written out, since every member of a block is asked."""
        check, takes, now = bound.check, bound.check.takes, GUARD.now
        if takes is None:
            return list(members)
        (usual,) = self._usual.get(check.code, (None,))
        taken: list[Member] = []
        try:
            for member in members:
                if now.stopped and is_stopped(takes):
                    break
                now.running = (check, member[1])
                try:
                    if takes(member[1], usual):
                        taken.append(member)
                except BaseException as error:  # as below
                    self._problems.raised(check, member[1], error, takes)
        finally:
            now.running = None
        return taken

    def compare(self, bound: Bound, members: Sequence[Member], sharing: Sequence[Key] = ()) -> Compared:
        """The ties among the members of a block. With `sharing`, only those that share one of these keys are asked.

        Up to `ALL_PAIRS` members are all compared. In a larger block one of each kind is compared with one of each
        other kind, and what ties two kinds ties their members; where there are more kinds than `LEADERS`, those with
        the most members stand for all, and a problem says so.
        """
        return self.together((bound,), members, sharing)[0]

    def together(
        self, bounds: Sequence[Bound], members: Sequence[Member], sharing: Sequence[Key] = ()
    ) -> list[Compared]:
        """The same for several checks that are `kindred`: they are asked about a pair in turn."""
        members = self.takers(bounds[0], members)
        asked = [_Asked(bound) for bound in bounds]
        if len(members) > ALL_PAIRS:
            self._by_kinds(asked, members)
        else:
            self._all_pairs(asked, members, sharing)
        for one in asked:
            one.compared.shares = {seq: count / (len(members) - 1) for seq, count in one.tied.items()}
        return [one.compared for one in asked]

    def couples(
        self, bounds: Sequence[Bound], held: Mapping[int, Example], couples: Iterable[tuple[int, int]]
    ) -> list[Compared]:
        """The ties of these pairs of `held` examples, for several checks that are `kindred`."""
        members = {member[0]: member for member in self.takers(bounds[0], held.items())}
        compared = [Compared() for _ in bounds]
        for one, other in couples:
            if one in members and other in members:
                for bound, ties in zip(bounds, compared, strict=True):
                    self.tie(bound, members[one], members[other], ties)
        return compared

    def _all_pairs(self, asked: Sequence[_Asked], members: Sequence[Member], sharing: Sequence[Key]) -> None:
        copies: set[int] = set()
        for index, right in enumerate(members):
            for left in members[:index]:
                if left[0] in copies or (sharing and not any(self._share(key, left[1], right[1]) for key in sharing)):
                    continue
                for one in asked:
                    if self.tie(one.bound, left, right, one.compared):
                        one.tied.update((left[0], right[0]))
                        if one.bound.check.transitive:
                            copies.add(right[0])
                if right[0] in copies:
                    break

    def _by_kinds(self, asked: Sequence[_Asked], members: Sequence[Member]) -> None:
        kinds = self._kinds(asked[0].bound, members)
        leading = sorted(range(len(kinds)), key=lambda number: (-len(kinds[number]), kinds[number][0][0]))[:LEADERS]
        if len(kinds) > LEADERS:
            for one in asked:
                said = f"{len(members):,} examples share one key and are of {len(kinds):,} kinds, which "
                said += f"{one.bound.check.code} compared with the {LEADERS} most frequent kinds, not all with all"
                self._problems.extend([Problem(ENGINE, f"#{members[0][0]}", said)])
        shown = RELATED if len(members) <= LARGE else 1
        for number, kind in enumerate(kinds):
            for leader in leading:
                if leader != number and not (number in leading and leader > number):
                    for one in asked:
                        self._tie_kinds(one, kind, kinds[leader], shown)
        for one in asked:
            if one.bound.check.transitive:  # what is of one kind is tied
                for kind in kinds:
                    for member in kind[1:]:
                        self.tie(one.bound, kind[0], member, one.compared)

    def _kinds(self, bound: Bound, members: Sequence[Member]) -> list[list[Member]]:
        """The members by kind: as the check's key of kinds says; where ties are transitive, by whom they tie with."""
        kinds: list[list[Member]] = []
        by_key: dict[bytes, list[Member]] = {}
        for member in members:
            if bound.check.transitive:
                known = next((kind for kind in kinds[:LEADERS] if self.edge(bound, kind[0], member) is not None), None)
            else:
                key = next(iter(self._keys_of(bound.check.kind, member[1])), b"") if bound.check.kind else b""
                known = by_key.get(key) if key else None
            if known is None:
                kinds.append(known := [])
                if not bound.check.transitive and key:
                    by_key[key] = known
            known.append(member)
        return kinds

    def _tie_kinds(self, asked: _Asked, kind: Sequence[Member], other: Sequence[Member], shown: int) -> None:
        """Where the first of two kinds are tied, tie each member of both with the first of the other."""
        if self.edge(asked.bound, *sorted((kind[0], other[0]), key=_number_of)) is None:
            return
        couples = {(a[0], b[0]): (a, b) for a in kind for b in other[:shown]}
        couples |= {(a[0], b[0]): (a, b) for a in kind[:shown] for b in other}
        for a, b in couples.values():
            self.tie(asked.bound, a, b, asked.compared)
        for members, against in ((kind, other), (other, kind)):
            asked.tied.update({seq: len(against) for seq, _ in members})

    def tie(self, bound: Bound, one: Member, other: Member, compared: Compared) -> bool:
        """Compare a pair and note its tie; whether there is one."""
        left, right = (one, other) if one[0] < other[0] else (other, one)
        edge = self.edge(bound, left, right)
        if edge is None:
            return False
        said = discreet(edge.message, left[1], right[1])
        compared.ties.append(_tie(edge if said == edge.message else replace(edge, message=said), left, right))
        return True

    def edge(self, bound: Bound, left: Member, right: Member) -> Edge | None:
        """The edge that a check draws, unless a check that takes precedence draws one between the two."""
        edge = self._asked(bound, left, right)
        return None if edge is None or self._settled(bound.check, left, right) else edge

    def _asked(self, bound: Bound, left: Member, right: Member) -> Edge | None:
        """What a check says about two examples that it takes."""
        check = bound.check
        now = GUARD.now
        if now.stopped and is_stopped(check.function):
            return None
        now.running = (check, right[1])
        try:
            edge: Edge | None = check.function(left[1], right[1], *self._usual.get(check.code, ()), **bound.options)
            if edge is not None and {edge.left_id, edge.right_id} != {left[1].id, right[1].id}:
                raise ValueError("an edge between other examples than were given")
        except BaseException as error:  # a plug-in may raise anything; other pairs go on
            self._problems.raised(check, right[1], error, check.function)
            return None
        finally:
            now.running = None
        return edge

    def _settled(self, check: Check, left: Member, right: Member) -> bool:
        """Whether a check that takes precedence ties this very pair. Asking it again needs no order and no memory."""
        for code in check.unless:
            bound = self._precedence.get(code)
            if bound is None or not any(self._share(block, left[1], right[1]) for block in bound.check.blocks):
                continue
            if len(self.takers(bound, (left, right))) == 2 and self._asked(bound, left, right) is not None:
                return True
        return False

    def _share(self, block: Block, left: Example, right: Example) -> bool:
        """Whether two examples share a key; what lies near, only the check itself can say."""
        return isinstance(block, str) or not self._keys_of(block, left).isdisjoint(self._keys_of(block, right))

    def _keys_of(self, key: Key, example: Example) -> frozenset[bytes]:
        """The keys of an example, remembered: in a block it is compared with many others."""
        known = self._keys.get((key, example.id))
        if known is None:
            if len(self._keys) > 10_000:
                self._keys.clear()
            known = self._keys[(key, example.id)] = frozenset(keys_of(key, self._asker(key), example, self._problems))
        return known

    def _asker(self, key: Key) -> Check:
        return next(bound.check for bound in self._bounds if key in (*bound.check.blocks, bound.check.kind))


def kindred(bounds: Iterable[Bound]) -> list[list[Bound]]:
    """Checks by the pairs of a block that they are asked about, so that those are gone through once for all of them.

    A check whose ties are transitive is by itself: what it ties is not asked about again.
    """
    found: dict[tuple[object, ...], list[Bound]] = {}
    for bound in bounds:
        check = bound.check
        alone = check.code if check.transitive else ""
        found.setdefault((check.takes, check.learn, check.kind, check.most, alone), []).append(bound)
    return list(found.values())


def report(check: Check, compared: Compared, ids: dict[int, str]) -> Reported:
    """The findings of ties: one for each side of a conflict, one for each right side of the other kinds."""
    clusters = Clusters()
    edges: list[tuple[int, int, EdgeKind]] = []
    around: dict[int, dict[int, Edge]] = {}
    for tie in sorted(compared.ties, key=lambda tie: (tie.left, tie.right)):
        if clusters.join(tie.left, tie.right):
            edges.append((tie.left, tie.right, tie.edge.kind))
        around.setdefault(tie.right, {})[tie.left] = tie.edge
        if tie.edge.kind == "conflict":
            around.setdefault(tie.left, {})[tie.right] = tie.edge
    sizes = {member: len(cluster) for cluster in clusters for member in cluster}
    findings = []
    for seq in sorted(around):
        tied = around[seq]
        conflict = any(edge.kind == "conflict" for edge in tied.values())
        # A copy of a copy is a copy of the first: name those that stay, not those that are reported themselves.
        related = sorted(tied) if conflict else (sorted(other for other in tied if other not in around) or sorted(tied))
        edge = tied[related[0]]
        findings.append(
            sign(
                check,
                Finding(
                    code=check.code,
                    example_id=ids[seq],
                    message=edge.message + _number(conflict, len(related), sizes[seq]),
                    score=_score(tied, compared.shares.get(seq, 1.0) if conflict else 1.0),
                    evidence=edge.evidence if edge.right_id == ids[seq] else edge.left_evidence,
                    related=tuple(ids[other] for other in related[:RELATED]),
                ),
            )
        )
    return Reported(findings, edges)


def merged(parts: Iterable[Compared]) -> Compared:
    """Ties of several blocks as one: a pair that shares two keys is one pair."""
    whole = Compared()
    ties: dict[tuple[int, int], Tie] = {}
    for part in parts:
        for tie in part.ties:
            ties.setdefault((tie.left, tie.right), tie)
        for member, share in part.shares.items():
            whole.shares[member] = max(share, whole.shares.get(member, 0.0))
    whole.ties = [ties[pair] for pair in sorted(ties)]
    return whole


def _score(tied: dict[int, Edge], share: float) -> float:
    """By the gravest tie; a conflict with all others is graver than one with few of them."""
    return round(min(max(edge.score for edge in tied.values()) * share, 1.0), 3)


def _number_of(member: Member) -> int:
    return member[0]


def _number(conflict: bool, related: int, size: int) -> str:
    if conflict:
        return f" {size:,} examples are in this conflict." if size > 2 else ""
    return f" {related:,} examples are related." if related > 1 else ""


def _tie(edge: Edge, left: Member, right: Member) -> Tie:
    if edge.left_id == right[1].id:
        return Tie(right[0], left[0], edge)
    return Tie(left[0], right[0], edge)
