"""Search among vectors: everything is found where everything is compared, nearly everything where it is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from curator.vectors import nearest
from curator.vectors.nearest import couples_above, neighbours, pack, pairs_above, together

Floats = NDArray[np.float32]


def crowd(count: int, *, around: int = 40, seed: int = 0, wide: float = 0.1) -> Floats:
    """Vectors of length 1 in some clusters, as texts about a few things have them."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(around, 24))
    vectors = centres[chance.integers(0, around, count)] + wide * chance.normal(size=(count, 24)) * 3
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def by_hand(vectors: Floats, at_least: float) -> set[tuple[int, int]]:
    packed = pack(vectors)
    rows = np.arange(len(vectors))
    cosines = packed.cosines(rows, packed, rows)
    return {(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(cosines >= at_least, 1)), strict=True)}


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few vectors are compared one with another that a test's are laid in cells."""
    monkeypatch.setattr(nearest, "EXACT", 100)
    monkeypatch.setattr(nearest, "_PER_CELL", 40)


def test_few_vectors_are_all_compared() -> None:
    vectors = crowd(600)
    found = {(one, other) for one, other, _ in pairs_above(vectors, 0.9, most=600)}
    assert found == by_hand(vectors, 0.9)


@pytest.mark.usefixtures("cells")
def test_among_many_nearly_all_pairs_are_found() -> None:
    vectors = crowd(3_000)
    wanted = by_hand(vectors, 0.9)
    found = {(one, other) for one, other, _ in pairs_above(vectors, 0.9, most=3_000)}
    assert found <= wanted
    assert len(found) >= 0.97 * len(wanted)


@pytest.mark.usefixtures("cells")
def test_a_cell_that_is_too_large_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "LARGEST_CELL", 64)
    vectors = crowd(1_500, around=2, wide=0.02)
    near = neighbours(vectors, 0.5, most=3)
    assert (near.rows >= 0).all()
    assert (near.cosines > 0.9).mean() > 0.9


@pytest.mark.usefixtures("cells")
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    vectors = crowd(900)
    order = np.random.default_rng(seed).permutation(len(vectors))
    wanted = {(frozenset((one, other)), cosine) for one, other, cosine in pairs_above(vectors, 0.85)}
    found = {
        (frozenset((int(order[one]), int(order[other]))), cosine)
        for one, other, cosine in pairs_above(vectors[order], 0.85)
    }
    assert found == wanted


def test_pairs_come_in_order_the_earlier_row_first() -> None:
    pairs = [(one, other) for one, other, _ in pairs_above(crowd(300), 0.9)]
    assert pairs == sorted(set(pairs))
    assert all(one < other for one, other in pairs)


def test_only_the_nearest_are_named() -> None:
    vectors = crowd(400, around=1)
    near = neighbours(vectors, most=5)
    packed = pack(vectors)
    everybody = np.arange(400)
    cosines = packed.cosines(everybody, packed, everybody)
    np.fill_diagonal(cosines, -2)
    assert (near.cosines == -np.sort(-cosines, axis=1)[:, :5]).all()
    assert (np.diff(near.cosines, axis=1) <= 0).all()


def test_of_rows_with_one_vector_the_first_stands_for_all() -> None:
    base = np.eye(3, 8, dtype=np.float32)
    vectors = base[[0, 1, 0, 0, 2]]
    assert [(one, other) for one, other, _ in pairs_above(vectors, 0.99)] == [(0, 2), (0, 3)]


def test_rows_may_share_a_vector_by_its_number() -> None:
    """Rows of one text are no pair; one with another text of the same vector is the pair of the first."""
    base = np.eye(3, 8, dtype=np.float32)
    ends, cosines = couples_above(base[[0, 1, 0, 2]], 0.99, of=np.array([0, 1, 0, 2, 3, 2]))
    assert ends.tolist() == [[0, 3], [0, 5]]
    assert cosines.tolist() == [1, 1]


def test_what_is_compared_once_is_found_from_both_sides() -> None:
    """All with all in blocks is what each row finds that is held against all others."""
    vectors = pack(crowd(2 * nearest._BLOCK + 300, around=200))
    rows = np.arange(len(vectors.steps))
    near = neighbours(vectors, 0.5, most=3)
    cosines = vectors.cosines(rows, vectors, rows)
    np.fill_diagonal(cosines, -2)
    assert (np.maximum(near.cosines, 0.5) == np.maximum(-np.sort(-cosines, axis=1)[:, :3], np.float32(0.5))).all()
    filled = near.rows >= 0
    assert (cosines[np.nonzero(filled)[0], near.rows[filled]] == near.cosines[filled]).all()


def test_rows_with_other_keys_are_no_pair() -> None:
    vectors = crowd(200)
    keys = (np.arange(200) % 2).astype(np.uint64)
    found = {(one, other) for one, other, _ in pairs_above(vectors, 0.9, most=200, keys=keys)}
    assert found == {(one, other) for one, other in by_hand(vectors, 0.9) if one % 2 == other % 2}


def test_rows_of_zeros_have_no_neighbours() -> None:
    vectors = np.zeros((4, 8), np.float32)
    assert list(pairs_above(vectors, 0.1)) == []


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_near_in_nothing(count: int) -> None:
    vectors = crowd(5)[:count]
    assert list(pairs_above(vectors, 0.1)) == []
    assert neighbours(vectors, most=2).rows.shape == (count, 2)


def test_packed_vectors_keep_their_cosines_and_can_be_joined() -> None:
    vectors = crowd(300)
    joined = together([pack(vectors[:100]), pack(vectors[100:])])
    rows = np.arange(300)
    assert np.abs(joined.cosines(rows, joined, rows) - vectors @ vectors.T).max() < 0.01
    assert (joined.unpack(rows) == pack(vectors).unpack(rows)).all()
