"""MinHash finds texts that share most of their letters, and candidates do not depend on order or batches."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.minhash import ALL_PAIRS, BANDS, HASHES, SMALL, content_key, leader_pairs, minhash
from curator.model import Example, Message

TEXT = "The ferry to the island runs twice a day in winter and every hour in summer, weather permitting."
NAMES = "river stone market window garden winter candle letter bridge island mountain copper violin"
WORDS = NAMES.split()


def agreement(one: str, other: str) -> float:
    _, signatures = minhash([one, other])
    return float((signatures[0] == signatures[1]).mean())


def pairs(texts: list[str], keys: list[int] | None = None) -> set[tuple[int, int]]:
    bands, signatures = minhash(texts)
    given_keys = np.array(keys or range(1, len(texts) + 1), np.uint64)
    return {(one, other) for one, other in leader_pairs(bands, signatures, given_keys).pairs.tolist()}


def test_agreement_follows_what_texts_share() -> None:
    assert agreement(TEXT, TEXT.upper().replace(" ", "  ").replace(",", "")) == 1
    assert agreement(TEXT, TEXT.replace("island", "iland")) > 0.8
    assert agreement(TEXT, TEXT[:50] + " ".join(WORDS[:6])) == pytest.approx(0.37, abs=0.2)
    assert agreement(TEXT, " ".join(WORDS)) < 0.1


def test_a_signature_is_the_same_in_every_process() -> None:
    bands, signatures = minhash([TEXT])
    assert bands.shape == (1, BANDS)
    assert signatures.shape == (1, HASHES)
    assert signatures[0, :6].tolist() == [129, 125, 21, 31, 151, 162]


def test_short_texts_have_one_key_for_all_they_say() -> None:
    bands, _ = minhash(["Hi", "hi!", "Ho", "", "?", "unbelievably"])
    assert bands[0, 0] == bands[1, 0] != bands[2, 0]
    assert not bands[:, 1:].any()
    assert bands[3, 0] == bands[4, 0] == 0


def test_near_texts_are_candidates() -> None:
    texts = [TEXT, "Hello! " + TEXT, " ".join(WORDS), "Yes, please", "yes please"]
    assert pairs(texts) >= {(0, 1), (3, 4)}
    assert not pairs(texts) & {(0, 2), (1, 2), (2, 3)}


@pytest.mark.parametrize("texts", [[], [""], ["", "?"], [TEXT], [TEXT, " ".join(WORDS)]])
def test_nothing_is_near_nothing(texts: list[str]) -> None:
    assert pairs(texts) == set()


def test_true_copies_are_looked_at_once() -> None:
    assert pairs([TEXT, TEXT, TEXT + " Thanks"], [7, 7, 8]) == {(0, 2)}


def drawn(seed: int, count: int) -> list[str]:
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=8)) for _ in range(count)]
    return texts + [text.replace("r", "rr", 1) for text in texts[: count // 4]]


@pytest.mark.parametrize("count", [60, SMALL + 100])
def test_order_changes_nothing(count: int) -> None:
    texts = drawn(3, count)
    order = list(range(len(texts)))
    random.Random(5).shuffle(order)
    keys = [number * 7919 % 1_000_003 for number in range(len(texts))]
    found = pairs([texts[index] for index in order], [keys[index] for index in order])
    turned = {tuple(sorted((order[one], order[other]))) for one, other in found}
    assert turned == pairs(texts, keys)
    assert len(turned) >= count // 5


@given(st.lists(st.text(st.sampled_from("abc d漢é🙂\n"), max_size=40), max_size=8), st.integers(0, 8))
@settings(max_examples=50, deadline=None)
def test_batches_change_nothing(texts: list[str], cut: int) -> None:
    whole = minhash(texts)
    parts = [minhash(texts[:cut]), minhash(texts[cut:])]
    for number in range(2):
        assert np.array_equal(whole[number], np.concatenate([part[number] for part in parts]))


@pytest.mark.parametrize("count", [60, SMALL + 100])
def test_rows_that_share_a_text_need_it_only_once(count: int) -> None:
    texts = drawn(4, count)
    draw = random.Random(6)
    of = [*range(len(texts)), *draw.choices(range(len(texts)), k=count)]
    keys = np.array([number * 7919 % 1_000_003 for number in range(len(of))], np.uint64)
    bands, signatures = minhash(texts)
    once = leader_pairs(bands, signatures, keys, of=np.array(of))
    assert np.array_equal(once.pairs, leader_pairs(bands[of], signatures[of], keys).pairs)
    assert {(row, len(texts) + place) for place, row in enumerate(of[len(texts) :])} & set(
        map(tuple, once.pairs.tolist())
    )


def test_of_a_large_bucket_each_member_meets_the_leader_and_a_neighbour() -> None:
    size = 20 * ALL_PAIRS
    filler = [" ".join(random.Random(number).sample(WORDS, 6)) + f" {number}" for number in range(SMALL)]
    texts = [f"{TEXT} {number}" for number in range(size)] + filler
    found = {pair for pair in pairs(texts) if pair[1] < size}
    assert {other for _, other in found} == set(range(1, size))
    assert len(found) < size * 2 * ALL_PAIRS
    assert all((0, other) in found for other in range(1, size))


def test_a_content_key_tells_outputs_and_splits_apart() -> None:
    def example(output: str, split: str | None = None) -> Example:
        return Example(messages=(Message("user", "Hi"), Message("assistant", output)), source_split=split)

    keys = [content_key(one) for one in (example("a"), example("b"), example("a", "train"), example("A."))]
    assert keys[0] == keys[3]
    assert len(set(keys)) == 3
