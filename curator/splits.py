"""Train, validation and test: shares that are met as closely as clusters allow, and clusters that are never parted.

A cluster is what shares a key (the same input) or is tied by an edge. What has a split keeps it; the rest of its
cluster follows. New clusters are dealt out in an order that only the seed and the keys decide, so the same
examples get the same splits in whatever order they come, on every machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from curator.errors import SettingsError
from curator.model import SPLITS, Split

if TYPE_CHECKING:
    import numpy as np

    Keys: TypeAlias = np.ndarray[tuple[int], np.dtype[np.uint64]]


class Assignment(Struct, frozen=True):
    """A split for each key, in the order given, and the clusters that were parted before (positions, sorted)."""

    splits: list[Split]
    parted: tuple[tuple[int, ...], ...]


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
    strata: Sequence[int] | None = None,
) -> Assignment:
    """Gives every key a split. Equal keys, and keys that `ties` joins, get the same one.

    `keys` are non-negative numbers below 2**64, one an example. `kept` are the splits that examples have
    already: they keep them, whatever the shares, and the rest of their cluster follows. `elsewhere` says where
    clusters lie that have members outside these examples. A cluster whose members lie in several splits counts
    as held out. Of examples as many go to each split as `ratios`
    say, what is kept included; where nothing is kept, no split is off by more than the largest cluster. `strata`,
    a number for each example, asks for the same shares in each stratum, as far as clusters allow: a cluster belongs
    to the stratum of most of its members.
    """
    import numpy as np

    outside = dict(elsewhere or {})
    every = np.concatenate([np.asarray(keys, dtype=np.uint64), np.fromiter(outside, dtype=np.uint64)])
    unique, home = np.unique(every, return_inverse=True)
    joined = _joined(unique, ties)
    if joined:
        owner = np.arange(len(unique))
        owner[list(joined)] = list(joined.values())
        home = owner[home]
    fixed, _ = _fixed(home[len(keys) :].tolist(), list(outside.values()))
    clusters: list[int] = home[: len(keys)].tolist()
    inner, parted = _fixed(clusters, kept)
    order = None if strata is None or len(set(strata)) < 2 else _strata(clusters, strata, len(unique))
    found = _dealt(unique, clusters, {**fixed, **inner}, ratios, seed, order)
    splits = [SPLITS[found[cluster]] for cluster in clusters]
    if kept is not None:
        splits = [own or split for own, split in zip(kept, splits, strict=True)]
    return Assignment(splits, _members(clusters, parted))


def _joined(unique: "Keys", ties: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Where clusters of several keys lie: the place of each in `unique`, to the place of the smallest one."""
    parent: dict[int, int] = {}
    strangers: dict[int, int] = {}

    def root(place: int) -> int:
        while parent.setdefault(place, place) != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def place_of(key: int) -> int:
        place = int(unique.searchsorted(unique.dtype.type(key)))
        if place < len(unique) and int(unique[place]) == key:
            return place
        # An example that is not here may still tie two that are.
        return strangers.setdefault(key, len(unique) + len(strangers))

    for left, right in ties:
        a, b = root(place_of(left)), root(place_of(right))
        parent[max(a, b)] = min(a, b)
    return {place: root(place) for place in list(parent) if place < len(unique)}


def _fixed(clusters: Sequence[int], kept: Sequence[Split | None] | None) -> tuple[dict[int, Split], set[int]]:
    """Where clusters lie already, and those that lie in more than one split."""
    fixed: dict[int, Split] = {}
    parted: set[int] = set()
    for cluster, split in zip(clusters, kept or (), strict=False):
        if split is None:
            continue
        before = fixed.setdefault(cluster, split)
        if before != split:
            parted.add(cluster)
            fixed[cluster] = max(before, split, key=SPLITS.index)
    return fixed, parted


def _dealt(
    unique: "Keys",
    clusters: Sequence[int],
    fixed: Mapping[int, Split],
    ratios: Mapping[Split, float],
    seed: int,
    strata: "Keys | None",
) -> bytearray:
    """A split for each cluster: the one that lacks most of its share takes the next, in the order of the seed.

    So a split takes a cluster only while it lacks something, which bounds what it has too much by the size of
    that cluster; and what lacks most at the end lacks less than a cluster, because the others took theirs first.
    """
    import numpy as np

    sizes = np.bincount(np.asarray(clusters, dtype=np.int64), minlength=len(unique))
    found = bytearray(len(unique))
    # The smaller splits come first, so that they win where two lack the same: three examples give one to a half.
    lacks = {split: ratios[split] * len(clusters) for split in reversed(SPLITS) if split in ratios}
    dealt = tuple(lacks)
    for cluster, split in fixed.items():
        lacks[split] = lacks.get(split, 0.0) - int(sizes[cluster])
        found[cluster] = SPLITS.index(split)
        sizes[cluster] = 0
    free = np.flatnonzero(sizes)
    salt = blake2b(str(seed).encode(), digest_size=16).digest()
    marks = np.fromiter((_mark(salt, int(key)) for key in unique[free]), dtype=np.uint64, count=len(free))
    if strata is not None:
        _deal_strata(found, free[np.lexsort((marks, strata[free]))].tolist(), sizes.tolist(), lacks)
        return found
    for cluster in free[np.argsort(marks, kind="stable")]:
        split = max(dealt, key=lacks.__getitem__)
        found[cluster] = SPLITS.index(split)
        lacks[split] -= int(sizes[cluster])
    return found


def _strata(clusters: Sequence[int], strata: Sequence[int], count: int) -> "Keys":
    """The stratum of each cluster: that of most of its members, the smallest of several."""
    import numpy as np

    found = np.zeros(count, dtype=np.uint64)
    pairs = np.stack([np.asarray(clusters, dtype=np.uint64), np.asarray(strata, dtype=np.uint64)])
    kinds, sizes = np.unique(pairs, axis=1, return_counts=True)
    # Later ones win: the largest comes last, of equal ones the smallest.
    order = np.lexsort((-kinds[1].astype(np.float64), sizes))
    found[kinds[0][order].astype(np.int64)] = kinds[1][order]
    return found


def _deal_strata(found: bytearray, order: Iterable[int], sizes: Sequence[int], lacks: Mapping[Split, float]) -> None:
    """Deals clusters out stratum by stratum, each split growing at the pace of what it lacks in all.

    That is systematic sampling of a sorted list: no stretch of it, so no stratum, is off by more than two clusters.
    """
    missing = {split: max(0.0, lack) for split, lack in lacks.items()}
    total = sum(missing.values()) or 1.0
    pace = {split: lack / total for split, lack in missing.items()}
    owed = dict.fromkeys(pace, 0.0)
    for cluster in order:
        size = sizes[cluster]
        for split, share in pace.items():
            owed[split] += share * size
        taken = max(owed, key=owed.__getitem__)
        found[cluster] = SPLITS.index(taken)
        owed[taken] -= size


def _mark(salt: bytes, key: int) -> int:
    return int.from_bytes(blake2b(key.to_bytes(8, "big"), digest_size=8, key=salt).digest(), "big")


def _members(clusters: Sequence[int], parted: set[int]) -> tuple[tuple[int, ...], ...]:
    if not parted:
        return ()
    members: dict[int, list[int]] = {}
    for position, cluster in enumerate(clusters):
        if cluster in parted:
            members.setdefault(cluster, []).append(position)
    return tuple(sorted(tuple(positions) for positions in members.values()))
