"""Pairs of a block: which are compared, and how edges become findings. Pure, like the shapes."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from curator.checks.base import Check, Key
from curator.corpus import Clusters, Edge, EdgeKind
from curator.engines.plan import Bound, Plan
from curator.engines.shapes import Problems, keys_of, sign
from curator.model import Example, Finding

#: Up to this many members, a block's pairs are all compared.
ALL_PAIRS = 64
#: In a larger block: the first ones, and as many later ones that tie with one of those, stand for all.
LEADERS = 2 * ALL_PAIRS
#: Related examples that a finding names; its message has the true number.
RELATED = 20

#: An example with its number in the workspace.
Member = tuple[int, Example]


class Tie(Struct, frozen=True):
    """An edge between two examples, by number."""

    left: int
    right: int
    edge: Edge


class Compared:
    """The ties that one check found, and how many others each member was compared with."""

    def __init__(self) -> None:
        self.ties: list[Tie] = []
        self.seen: Counter[int] = Counter()


class Reported(Struct):
    """Findings of one check, and the edges (left, right, kind) that hold its clusters together."""

    findings: list[Finding]
    edges: list[tuple[int, int, EdgeKind]]


def leaders(plan: Plan, bound: Bound, members: Iterable[Member], problems: Problems) -> list[Member]:
    """Those that the others of a large block are compared with: the first, and later ones that tie with them.

    Where ties are transitive, one of each kind instead: those that tie with none before. A tie that another check
    takes is none here.
    """
    chosen: list[Member] = []
    for member in members:
        if len(chosen) >= LEADERS:
            break
        if bound.check.transitive:
            take = not any(
                _edge(bound, other, member, problems) is not None
                and not _taken(plan, bound.check, other[1], member[1], problems)
                for other in chosen
            )
        else:
            take = len(chosen) < ALL_PAIRS or any(_edge(bound, other, member, problems) is not None for other in chosen)
        if take:
            chosen.append(member)
    return chosen


def compare(
    plan: Plan, bound: Bound, first: Sequence[Member], members: Iterable[Member], problems: Problems
) -> Compared:
    """Compare every member with every one of `first`, which are members too: each pair once, the earlier on the left.

    With `first` all the members, these are all pairs. Beyond `RELATED` ties (beyond one, where ties are
    transitive) a member is compared no further.
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
            left, right = (other, member) if other[0] < member[0] else (member, other)
            compared.seen[left[0]] += 1
            compared.seen[right[0]] += 1
            edge = _edge(bound, left, right, problems)
            if edge is None or _taken(plan, bound.check, left[1], right[1], problems):
                continue
            ties += 1
            compared.ties.append(_tie(edge, left, right))
            if bound.check.transitive:
                copies.add(member[0])
                break
    return compared


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
                    score=round(len(tied) / compared.seen[seq], 3) if conflict and compared.seen[seq] else 1.0,
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
        whole.seen.update(part.seen)
    whole.ties = [ties[pair] for pair in sorted(ties)]
    return whole


def _number(conflict: bool, related: int, size: int) -> str:
    if conflict:
        return f" {size:,} examples are in this conflict." if size > 2 else ""
    return f" {related:,} examples are related." if related > 1 else ""


def _edge(bound: Bound, left: Member, right: Member, problems: Problems) -> Edge | None:
    try:
        edge: Edge | None = bound(left[1], right[1])
    except Exception as error:  # a plug-in may raise anything; other pairs go on
        problems.raised(bound.check, right[1], error)
        return None
    return edge


def _tie(edge: Edge, left: Member, right: Member) -> Tie:
    if edge.left_id == right[1].id:
        return Tie(right[0], left[0], edge)
    return Tie(left[0], right[0], edge)


def _taken(plan: Plan, check: Check, left: Example, right: Example, problems: Problems) -> bool:
    """Whether a check that takes precedence ties this very pair. Asking it again needs no order and no memory."""
    shared: dict[Key, bool] = {}
    for code in check.unless:
        bound = plan.precedence.get(code)
        block = None if bound is None else bound.check.block
        if bound is None or block is None:
            continue
        if block not in shared:  # it is the dearer part, and most have the same
            shared[block] = not set(keys_of(block, left)).isdisjoint(keys_of(block, right))
        if shared[block] and _edge(bound, (0, left), (1, right), problems) is not None:
            return True
    return False
