"""What is kept of variable texts, once each, finds what would be found if every example had its own."""

import random
from itertools import pairwise

import numpy as np
import pytest

from curator.checks.base import ALIKE, NEAR
from curator.engines import nearness
from curator.engines.answers import Departed
from curator.engines.nearness import Texts
from curator.engines.texts import halved
from curator.minhash import leader_pairs, minhash
from curator.text import fingerprint
from curator.vectors.nearest import pack, pairs_above
from curator.vectors.table import encode

WORDS = "the ferry to island runs twice a day in winter and every hour when weather allows".split()


def drawn(count: int) -> list[str]:
    """Texts of which many are the same, some differ in a word, and some in case alone."""
    draw = random.Random(11)
    texts = [" ".join(draw.sample(WORDS, 9)) for _ in range(count // 5)]
    texts += [text.replace("ferry", "boat").capitalize() for text in texts]
    return [*draw.choices(texts, k=count - 2), "", "?"]


def part(texts: list[str], first: int, *, vectors: bool = True) -> Departed:
    bands, signatures = minhash(texts)
    seqs = np.arange(first, first + len(texts))
    departed = Departed(
        seqs=(10 + seqs).tobytes(),
        prints=prints(seqs).tobytes(),
        bands=halved(bands).tobytes(),
        signatures=signatures.tobytes(),
    )
    if vectors:
        packed = pack(encode(texts))
        departed.vectors, departed.steps = packed.numbers.tobytes(), packed.steps.tobytes()
        departed.texts = b"".join(fingerprint(text)[:8] for text in texts)
        departed.labels = [None] * len(texts)
    return departed


def prints(seqs: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return (seqs * 7_919 % 1_000_003).astype(np.uint64)


def held(texts: list[str], cuts: tuple[int, ...], *, vectors: bool = True) -> Texts:
    kept = Texts()
    for first, last in pairwise((0, *cuts, len(texts))):
        kept.add(part(texts[first:last], first, vectors=vectors))
    kept.close()
    return kept


@pytest.mark.parametrize("cuts", [(), (1, 500), (700, 700)])
@pytest.mark.parametrize("vectors", [True, False])
def test_near_couples_are_those_of_every_example_alone(cuts: tuple[int, ...], vectors: bool) -> None:
    texts = drawn(1_400)
    bands, signatures = minhash(texts)
    wanted = leader_pairs(halved(bands), signatures, prints(np.arange(len(texts)))).pairs
    assert len(wanted) > len(texts)
    assert np.array_equal(held(texts, cuts, vectors=vectors).couples(NEAR), 10 + wanted)


@pytest.mark.parametrize("cuts", [(), (1, 500), (700, 700)])
def test_alike_couples_are_those_of_every_example_alone_but_for_copies(cuts: tuple[int, ...]) -> None:
    texts = drawn(1_400)
    pairs = pairs_above(pack(encode(texts)), nearness.ALIKE_FROM, most=nearness.ALIKE_MOST)
    wanted = [[10 + one, 10 + other] for one, other, _ in pairs if texts[one] != texts[other]]
    assert len(wanted) > len(texts) // 5
    assert held(texts, cuts).couples(ALIKE).tolist() == wanted


def test_points_have_the_vectors_of_their_own_texts() -> None:
    texts = drawn(200)
    kept = held(texts, (90,))
    space = kept.space([15, 209, 12], ["a", "b", "c"], ["x", "y", "z"], [1, 1, 1], "Name it.")
    assert np.array_equal(space.vectors, pack(encode(texts)).unpack(np.array([5, 199, 2])))
    parts = list(kept.fair_parts(range(10, 210), 60))
    assert sorted(seq for one in parts for seq in one) == list(range(10, 210))
    assert len(parts) == 4


def test_of_no_examples_nothing_is_near() -> None:
    kept = held([], ())
    assert kept.couples(NEAR).shape == kept.couples(ALIKE).shape == (0, 2)
    assert list(kept.fair_parts([], 10)) == []
