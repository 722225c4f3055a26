"""Train, validation and test: shares that are met as closely as clusters allow, and clusters that are never parted.

A cluster is what shares a key (the same input) or is tied by an edge. What has a split keeps it; the rest of its
cluster follows. New clusters are dealt out in an order that only the seed and the keys decide, so the same
examples get the same splits in whatever order they come, on every machine.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from msgspec import Struct

from curator.errors import SettingsError
from curator.model import SPLITS, Split

#: How sources call the three splits, folded to lower case.
NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "eval": "validation",
    "test": "test",
    "testing": "test",
}

#: Where a cluster goes whose members lie in several splits already: out of training data, as far as it can.
_STRICTEST: tuple[Split, ...] = ("test", "validation", "train")


class Assignment(Struct, frozen=True):
    """A split for each key, in the order given, and the clusters that were parted before (positions, sorted)."""

    splits: list[Split]
    parted: tuple[tuple[int, ...], ...]


def split_named(name: str | None) -> Split | None:
    """The split that a source means by a name such as ``dev``; None for a name that says nothing."""
    return NAMES.get(name.strip().lower()) if name else None


def read_ratios(text: str) -> dict[Split, float]:
    """The shares in a text such as ``train=0.9,validation=0.1``; raises `SettingsError` unless they add up to 1."""
    ratios: dict[Split, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        split = next((known for known in SPLITS if known == name.strip()), None)
        if split is None or split in ratios:
            what = f"{name.strip()!r} is {'no split' if split is None else 'named twice'}"
            raise SettingsError(f"--split: {what}; name {', '.join(SPLITS)}, as in train=0.9,validation=0.1.")
        try:
            ratios[split] = float(number)
        except ValueError:
            raise SettingsError(f"--split: {part.strip()!r} has no share, as in {split}=0.1.") from None
    check_ratios(ratios)
    return ratios


def check_ratios(ratios: Mapping[Split, float]) -> None:
    """Raises `SettingsError` unless every share is above 0 and they add up to 1."""
    for split, share in ratios.items():
        if split not in SPLITS:
            raise SettingsError(f"--split: {split!r} is no split; name {', '.join(SPLITS)}.")
        if not 0 < share <= 1:
            raise SettingsError(f"--split: the share of {split} is {share:g}; shares are above 0 and at most 1.")
    total = sum(ratios.values())
    if abs(total - 1) > 1e-6:
        raise SettingsError(f"--split: the shares add up to {total:g}, not to 1. Change one of them.")


def assign(
    keys: Sequence[int],
    ratios: Mapping[Split, float],
    *,
    seed: int = 7,
    kept: Sequence[Split | None] | None = None,
    elsewhere: Mapping[int, Split] | None = None,
    ties: Iterable[tuple[int, int]] = (),
) -> Assignment:
    """Gives every key a split. Equal keys, and keys that `ties` joins, get the same one.

    `keys` are non-negative numbers below 2**64, one an example. `kept` are the splits that examples have
    already: they keep them, whatever the shares, and the rest of their cluster follows. `elsewhere` says where
    clusters lie that have members outside these examples. Of examples as many go to each split as `ratios`
    say, what is kept included; where nothing is kept, no split is off by more than the largest cluster.
    """
    import numpy as np

    outside = dict(elsewhere or {})
    every = np.concatenate([np.asarray(keys, dtype=np.uint64), np.fromiter(outside, dtype=np.uint64)])
    unique, member = np.unique(every, return_inverse=True)
    names: list[int] = unique.tolist()
    owner = _joined(names, ties)
    home = [owner[place] for place in member.tolist()]
    fixed, _ = _fixed(home[len(keys) :], list(outside.values()))
    del home[len(keys) :]
    inner, parted = _fixed(home, kept)
    found = _dealt(names, home, {**fixed, **inner}, ratios, seed)
    splits = [found[cluster] for cluster in home]
    if kept is not None:
        splits = [own or split for own, split in zip(kept, splits, strict=True)]
    return Assignment(splits, _members(home, parted))


def _joined(names: list[int], ties: Iterable[tuple[int, int]]) -> list[int]:
    """The cluster of each key: the place of the smallest key that it is tied to. `names` are sorted and unique."""
    parent = list(range(len(names)))
    strangers: dict[int, int] = {}

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def place_of(key: int) -> int:
        place = bisect_left(names, key)
        if place < len(names) and names[place] == key:
            return place
        if key not in strangers:  # an example that is not here may still tie two that are
            strangers[key] = len(parent)
            parent.append(len(parent))
        return strangers[key]

    for left, right in ties:
        a, b = root(place_of(left)), root(place_of(right))
        parent[max(a, b)] = min(a, b)
    return [root(place) for place in range(len(names))]


def _fixed(home: list[int], kept: Sequence[Split | None] | None) -> tuple[dict[int, Split], set[int]]:
    """Where clusters lie already, and those that lie in more than one split."""
    fixed: dict[int, Split] = {}
    parted: set[int] = set()
    for cluster, split in zip(home, kept or (), strict=False):
        if split is None:
            continue
        before = fixed.setdefault(cluster, split)
        if before != split:
            parted.add(cluster)
            fixed[cluster] = min(before, split, key=_STRICTEST.index)
    return fixed, parted


def _dealt(
    names: list[int], home: list[int], fixed: Mapping[int, Split], ratios: Mapping[Split, float], seed: int
) -> dict[int, Split]:
    """A split for each cluster: the one that lacks most of its share takes the next, in the order of the seed.

    So a split takes a cluster only while it lacks something, which bounds what it has too much by the size of
    that cluster; and what lacks most at the end lacks less than a cluster, because the others took theirs first.
    """
    found = dict(fixed)
    sizes = Counter(home)
    # The smaller splits come first, so that they win where two lack the same: three examples give one to a half.
    lacks = {split: ratios[split] * len(home) for split in reversed(SPLITS) if split in ratios}
    dealt = tuple(lacks)
    salt = blake2b(str(seed).encode(), digest_size=16).digest()
    free = []
    for cluster, size in sizes.items():
        if cluster in found:
            lacks[found[cluster]] = lacks.get(found[cluster], 0.0) - size
        else:
            free.append((blake2b(names[cluster].to_bytes(8, "big"), digest_size=8, key=salt).digest(), cluster))
    free.sort()
    for _, cluster in free:
        split = max(dealt, key=lacks.__getitem__)
        found[cluster] = split
        lacks[split] -= sizes[cluster]
    return found


def _members(home: list[int], parted: set[int]) -> tuple[tuple[int, ...], ...]:
    if not parted:
        return ()
    members: dict[int, list[int]] = {}
    for position, cluster in enumerate(home):
        if cluster in parted:
            members.setdefault(cluster, []).append(position)
    return tuple(sorted(tuple(positions) for positions in members.values()))
