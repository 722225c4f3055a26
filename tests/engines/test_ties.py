"""Ties that were kept packed are reported as those that were kept as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.checks.conflicting_outputs import conflicting_outputs
from curator.corpus import Clusters, Edge
from curator.engines import pairs, ties
from curator.engines.answers import Compared, Tie
from curator.engines.ties import Ties

IDS = {seq: f"row-{seq}" for seq in range(12)}


def tie(left: int, right: int, score: float = 1.0) -> Tie:
    kind = "conflict" if (left + right) % 2 else "similar"
    return Tie(left, right, Edge(IDS[left], IDS[right], kind, message=f"{left} and {right}.", score=score))


ends = st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True).map(sorted)
blocks = st.lists(st.lists(st.builds(lambda pair, score: tie(*pair, score), ends, st.sampled_from([0.5, 1.0]))))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ties, "PACKED", 4)
    monkeypatch.setattr(ties, "AT_ONCE", 3)


@given(blocks, st.dictionaries(st.integers(0, 11), st.floats(0, 1)))
def test_what_is_reported_is_the_same(found: list[list[Tie]], shares: dict[int, float]) -> None:
    parts = [Compared(block, {}) for block in found] + [Compared([], shares), Compared([], dict.fromkeys(shares, 0.1))]
    kept = Ties()
    for part in parts:
        kept.add(part)
    wanted = pairs.report(conflicting_outputs, pairs.merged(parts), IDS)
    reported = [pairs.report(conflicting_outputs, pairs.merged([some]), IDS) for some in kept.clusters()]
    findings = [finding for one in reported for finding in one.findings]
    assert sorted(findings, key=lambda one: one.example_id or "") == sorted(
        wanted.findings, key=lambda one: one.example_id or ""
    )
    assert sorted(edge for one in reported for edge in one.edges) == sorted(wanted.edges)


@given(blocks)
def test_a_cluster_comes_out_at_once(found: list[list[Tie]]) -> None:
    kept, clusters = Ties(), Clusters()
    for block in found:
        kept.add(Compared(block))
        for one in block:
            clusters.join(one.left, one.right)
    lists = [{seq for one in some.ties for seq in (one.left, one.right)} for some in kept.clusters()]
    for cluster in clusters:
        assert [set(cluster) <= members for members in lists].count(True) == 1
    assert sum(len(some.ties) for some in kept.clusters()) == sum(map(len, found))
