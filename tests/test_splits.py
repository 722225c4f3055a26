"""Splits: shares are met, clusters stay whole, and nothing but the keys and the seed decides."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import SettingsError
from curator.model import Split
from curator.splits import assign, read_ratios

NINE_TO_ONE: dict[Split, float] = {"train": 0.9, "validation": 0.1}
THREE: dict[Split, float] = {"train": 0.7, "validation": 0.2, "test": 0.1}

keys_of_examples = st.lists(st.integers(0, 40), max_size=120)
ties_of_keys = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=10)


def test_a_hundred_examples_are_parted_ninety_to_ten() -> None:
    found = assign(range(100), NINE_TO_ONE, seed=7)

    assert Counter(found.splits) == {"train": 90, "validation": 10}
    assert found.parted == ()


def test_examples_with_the_same_input_stay_together() -> None:
    found = assign([5, 6, 5, 7, 5, 8, 9, 6], {"train": 0.5, "validation": 0.5})

    assert len({found.splits[place] for place in (0, 2, 4)}) == 1
    assert found.splits[1] == found.splits[7]


def test_another_seed_deals_others() -> None:
    assert assign(range(100), NINE_TO_ONE, seed=1) != assign(range(100), NINE_TO_ONE, seed=2)


def test_a_seed_means_the_same_splits_for_ever() -> None:
    splits = assign(range(12), {"train": 0.5, "test": 0.5}, seed=7).splits

    assert " ".join(splits) == "test test train test test train train train test train train test"


def test_what_has_a_split_keeps_it_and_its_cluster_follows() -> None:
    found = assign([1, 1, 2, 3], {"train": 1.0}, kept=["validation", None, None, None])

    assert found.splits == ["validation", "validation", "train", "train"]


def test_a_cluster_follows_a_member_that_is_not_exported_now() -> None:
    found = assign([1, 2], {"train": 1.0}, elsewhere={2: "test"})

    assert found.splits == ["train", "test"]


def test_a_tie_through_an_example_that_is_elsewhere_holds() -> None:
    found = assign([1, 2], {"train": 1.0}, elsewhere={9: "test"}, ties=[(1, 9)])

    assert found.splits == ["test", "train"]


def test_a_cluster_that_was_parted_before_is_named_and_left_as_it_is() -> None:
    found = assign([1, 2, 1, 1], {"train": 1.0}, kept=["train", None, "validation", None])

    assert found.parted == ((0, 2, 3),)
    assert found.splits == ["train", "train", "validation", "validation"]


def test_what_a_source_already_held_out_counts_towards_the_shares() -> None:
    kept: list[Split | None] = ["validation"] * 10 + [None] * 90

    assert Counter(assign(range(100), NINE_TO_ONE, kept=kept).splits) == {"train": 90, "validation": 10}


def test_nothing_gives_nothing() -> None:
    assert assign([], NINE_TO_ONE).splits == []


@given(keys_of_examples, st.sampled_from([NINE_TO_ONE, THREE]), st.integers(-5, 5), ties_of_keys)
def test_no_split_is_off_by_more_than_the_largest_cluster(
    keys: list[int], ratios: dict[Split, float], seed: int, ties: list[tuple[int, int]]
) -> None:
    found = assign(keys, ratios, seed=seed, ties=ties)

    clusters = _clusters(keys, ties)
    largest = max((len(cluster) for cluster in clusters), default=0)
    counts = Counter(found.splits)
    for split, share in ratios.items():
        assert abs(counts[split] - share * len(keys)) <= largest
    assert all(len({found.splits[place] for place in cluster}) == 1 for cluster in clusters)


@given(keys_of_examples, ties_of_keys, st.data())
def test_the_order_of_the_examples_changes_nothing(
    keys: list[int], ties: list[tuple[int, int]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(keys))))
    turned = data.draw(st.permutations(ties))

    straight = assign(keys, THREE, ties=ties).splits
    shuffled = assign([keys[place] for place in order], THREE, ties=[(b, a) for a, b in turned]).splits

    assert [straight[place] for place in order] == shuffled


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([None, "train", "validation", "test"])), max_size=80))
def test_a_split_that_was_given_never_changes(rows: list[tuple[int, Split | None]]) -> None:
    found = assign([key for key, _ in rows], NINE_TO_ONE, kept=[split for _, split in rows])

    assert all(own in (None, given_now) for (_, own), given_now in zip(rows, found.splits, strict=True))


def test_ratios_are_read() -> None:
    assert read_ratios("train=0.9,validation=0.1") == NINE_TO_ONE
    assert read_ratios(" train=.8, test=.2") == {"train": 0.8, "test": 0.2}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("train=0.9,valid=0.1", "'valid' is no split; name train, validation, test"),
        ("train=0.9,validation=0.2", "add up to 1.1, not to 1"),
        ("train=0.9,train=0.1", "'train' is named twice"),
        ("train=nine", "'train=nine' has no share"),
        ("train", "'train' has no share"),
        ("train=1.5,validation=-0.5", "the share of train is 1.5"),
        ("train=nan", "the share of train is nan"),
        ("", "'' is no split"),
    ],
)
def test_ratios_that_make_no_sense_are_refused(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_ratios(text)


def _clusters(keys: list[int], ties: list[tuple[int, int]]) -> list[list[int]]:
    """The clusters the slow way: places of the examples, joined until nothing changes."""
    label = {key: key for key in [*keys, *(key for tie in ties for key in tie)]}
    moved = True
    while moved:
        moved = False
        for a, b in ties:
            lower = min(label[a], label[b])
            for old in {label[a], label[b]} - {lower}:
                moved = True
                label.update({key: lower for key, value in label.items() if value == old})
    clusters: dict[int, list[int]] = {}
    for place, key in enumerate(keys):
        clusters.setdefault(label[key], []).append(place)
    return list(clusters.values())
