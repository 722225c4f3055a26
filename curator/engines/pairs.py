"""Pairs of a block: which are compared, and how edges become findings. Pure, like the shapes."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from curator.checks.base import Block, Check, Key
from curator.corpus import Clusters, Edge, EdgeKind
from curator.engines.answers import Compared, Learned, Tie
from curator.engines.guard import GUARD, Hung
from curator.engines.plan import Bound, Plan
from curator.engines.problems import Problems
from curator.engines.shapes import discreet, keys_of, sign
from curator.model import Example, Finding

#: Up to this many members, a block's pairs are all compared.
ALL_PAIRS = 32
#: In a larger block: the first ones, and as many later ones that tie with one of those, stand for all.
LEADERS = 2 * ALL_PAIRS
#: Related examples that a finding names; its message has the true number.
RELATED = 10

#: An example with its number in the workspace.
Member = tuple[int, Example]


class Reported(Struct):
    """Findings of one check, and the edges (left, right, kind) that hold its clusters together."""

    findings: list[Finding]
    edges: list[tuple[int, int, EdgeKind]]


class Comparing:
    """Compares pairs of examples on behalf of the pair checks of a plan, given what is usual in the whole set."""

    def __init__(self, plan: Plan, learned: Learned, problems: Problems) -> None:
        self._precedence = plan.precedence
        self._problems = problems
        self._usual: dict[str, Any] = {}
        for bound in (*plan.bounds, *plan.precedence.values()):
            if bound.check.shape == "pair" and bound.check.learn is not None:
                number = plan.learning(bound.check.learn)
                self._usual[bound.check.code] = learned[number][0] if number in learned else bound.check.learn()
        self._keys: dict[tuple[Key, str], frozenset[bytes]] = {}
        self._takes: dict[tuple[str, str], bool] = {}

    def taken(self, bound: Bound, member: Member) -> bool:
        """Whether a check has anything to say about a member at all; remembered, since it is in several pairs."""
        takes = bound.check.takes
        if takes is None:
            return True
        asked = (bound.check.code, member[1].id)
        known = self._takes.get(asked)
        if known is None:
            GUARD.running = (bound.check, member[1])
            try:
                known = takes(member[1], self._usual.get(bound.check.code))
            except (Exception, Hung) as error:  # a plug-in may raise anything; other members go on
                self._problems.raised(bound.check, member[1], error)
                known = False
            finally:
                GUARD.running = None
            if len(self._takes) > 50_000:
                self._takes.clear()
            self._takes[asked] = known
        return known

    def leaders(self, bound: Bound, members: Iterable[Member]) -> list[Member]:
        """Those that the others of a large block are compared with: the first, and later ones that tie with them.

        Where ties are transitive, one of each kind instead: those that tie with none before. A tie that another
        check takes is none here.
        """
        chosen: list[Member] = []
        for member in members:
            if len(chosen) >= LEADERS:
                break
            if bound.check.transitive:
                take = not any(self.edge(bound, other, member) is not None for other in chosen)
            else:
                take = len(chosen) < ALL_PAIRS or any(self._asked(bound, o, member) is not None for o in chosen)
            if take:
                chosen.append(member)
        return chosen

    def compare(
        self, bound: Bound, first: Sequence[Member], members: Iterable[Member], sharing: Sequence[Key] = ()
    ) -> Compared:
        """Compare every member with every one of `first`, which are members too: each pair once, the earlier left.

        With `first` all the members, these are all pairs; with `sharing`, those that share one of these keys. Beyond
        `RELATED` ties (beyond one, where ties are transitive) a member is compared no further.
        """
        compared = Compared()
        ahead = {seq for seq, _ in first}
        copies: set[int] = set()
        for member in members:
            ties = 0
            leads = member[0] in ahead
            for other in first:
                if other[0] == member[0] or (leads and other[0] > member[0]) or other[0] in copies:
                    continue
                if ties >= RELATED and not leads:
                    break
                if sharing and not any(self._share(key, member[1], other[1]) for key in sharing):
                    continue
                if not self.tie(bound, other, member, compared):
                    continue
                ties += 1
                if bound.check.transitive:
                    copies.add(member[0])
                    break
        return compared

    def tie(self, bound: Bound, one: Member, other: Member, compared: Compared) -> bool:
        """Compare a pair and note it; whether it is tied."""
        left, right = (one, other) if one[0] < other[0] else (other, one)
        compared.count(left[0], right[0])
        edge = self.edge(bound, left, right)
        if edge is None:
            return False
        said = discreet(edge.message, left[1], right[1])
        compared.ties.append(_tie(edge if said == edge.message else replace(edge, message=said), left, right))
        return True

    def edge(self, bound: Bound, left: Member, right: Member) -> Edge | None:
        """The edge that a check draws, unless a check that takes precedence draws one between the two."""
        edge = self._asked(bound, left, right)
        return None if edge is None or self._taken(bound.check, left[1], right[1]) else edge

    def _asked(self, bound: Bound, left: Member, right: Member) -> Edge | None:
        if bound.check.code in GUARD.stopped or not (self.taken(bound, left) and self.taken(bound, right)):
            return None
        GUARD.running = (bound.check, right[1])
        usual = self._usual.get(bound.check.code)
        try:
            edge: Edge | None = bound(left[1], right[1]) if usual is None else bound(left[1], right[1], usual)
        except (Exception, Hung) as error:  # a plug-in may raise anything; other pairs go on
            self._problems.raised(bound.check, right[1], error)
            return None
        finally:
            GUARD.running = None
        return edge

    def _taken(self, check: Check, left: Example, right: Example) -> bool:
        """Whether a check that takes precedence ties this very pair. Asking it again needs no order and no memory."""
        for code in check.unless:
            bound = self._precedence.get(code)
            if bound is None or not any(self._share(block, left, right) for block in bound.check.blocks):
                continue
            if self._asked(bound, (0, left), (1, right)) is not None:
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
            known = self._keys[(key, example.id)] = frozenset(keys_of(key, example))
        return known


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
                    score=_score(tied, conflict, compared.seen.get(seq, 0)),
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
        for member, seen in part.seen.items():
            whole.seen[member] = whole.seen.get(member, 0) + seen
    whole.ties = [ties[pair] for pair in sorted(ties)]
    return whole


def _score(tied: dict[int, Edge], conflict: bool, seen: int) -> float:
    """A conflict with all is graver than one with few; where a check grades its ties, by the gravest."""
    gravest = max(edge.score for edge in tied.values())
    return round(gravest * (len(tied) / seen if conflict and seen else 1.0), 3)


def _number(conflict: bool, related: int, size: int) -> str:
    if conflict:
        return f" {size:,} examples are in this conflict." if size > 2 else ""
    return f" {related:,} examples are related." if related > 1 else ""


def _tie(edge: Edge, left: Member, right: Member) -> Tie:
    if edge.left_id == right[1].id:
        return Tie(right[0], left[0], edge)
    return Tie(left[0], right[0], edge)
