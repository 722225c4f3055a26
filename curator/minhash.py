"""MinHash over the letters of texts, and the pairs that are worth a closer look. Pure numpy, the same in every process.

A text becomes the set of its runs of five characters. Twenty bands of five minima find the pairs that share about
half of those; the share of equal minima estimates how much they share in truth.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from curator.corpus import same_pair
from curator.model import Example
from curator.text import fingerprint
from curator.units import LETTER, SIGN, character_tables, mixed

Bands = NDArray[np.uint64]
Keys = NDArray[np.uint64] | NDArray[np.uint32]
Signatures = NDArray[np.uint8]
Pairs = NDArray[np.int64]

#: Characters of a run, minima of a band, bands. Of 16x4, 20x5 and 12x6 the second finds most for its candidates.
RUN, ROWS, BANDS = 5, 5, 20
HASHES = ROWS * BANDS
#: Texts below one of these are compared as a whole only: one letter is half of what they say.
CHARACTERS, WORDS = 8, 2
#: Candidates share at least this part of their minima; loses one true pair in 10,000, and two candidates of five.
AGREEMENT = 0.55
#: Up to so many members all pairs of a bucket are candidates. A text that more inputs share is taken off before.
ALL_PAIRS = 8
#: Of a larger bucket at most so many members are looked at.
BUCKET = 50_000
#: Up to so many rows signatures are compared all with all, and less agreement is asked: a letter changed in a text of
#: twenty leaves half of its runs.
SMALL, SMALL_AGREEMENT = 1_000, 0.3

_GENERATOR = np.random.Generator(np.random.PCG64(20_240_229))
_FACTORS = _GENERATOR.integers(0, 1 << 32, HASHES, dtype=np.uint32) | np.uint32(1)
_ADDED = _GENERATOR.integers(0, 1 << 32, HASHES, dtype=np.uint32)
_POWERS = np.cumprod(np.full(HASHES, 0x9E3779B97F4A7C15, dtype=np.uint64), dtype=np.uint64)
# Runs hashed at a time: the hundred hashes of each stay in the processor's cache.
_CHUNK = 1_500
_COMPARED = 1 << 16


class Candidates(Struct, frozen=True):
    """Pairs of rows [m, 2], left before right, and how many rows were left out because too many are alike."""

    pairs: Pairs
    left_out: int = 0


def content_key(example: Example) -> int:
    """What is the same for true copies in one split, and different for all else (64 bits)."""
    return int.from_bytes(fingerprint(same_pair(example).hex(), example.source_split or "")[:8], "little")


def minhash(texts: Sequence[str]) -> tuple[Bands, Signatures]:
    """Band keys [n, 20] and signatures [n, 100] of texts. A key of 0 is none.

    Case, width, punctuation and spacing do not count. A text that is too short has one key, for all of it.
    """
    if not texts:
        return np.zeros((0, BANDS), np.uint64), np.zeros((0, HASHES), np.uint8)
    runs, starts, whole, characters, words = _runs(texts)
    minima = np.zeros((len(texts), HASHES), np.uint32)
    for first, last in _chunks(starts, len(runs)):
        low = starts[first]
        high = starts[last] if last < len(starts) else len(runs)
        hashed = runs[low:high, None] * _FACTORS + _ADDED
        minima[first:last] = np.minimum.reduceat(hashed, starts[first:last] - low, axis=0)
    bands = np.add.reduce(minima.reshape(-1, BANDS, ROWS).astype(np.uint64) * _POWERS[:ROWS], axis=2)
    bands = mixed(bands + np.arange(BANDS, dtype=np.uint64)) | np.uint64(1)
    short = (characters < CHARACTERS) | (words < WORDS)
    bands[short] = 0
    bands[short, 0] = whole[short] | np.uint64(1)
    bands[words == 0] = 0
    minima[short] = 0
    # The last byte: a minimum of many is small, so that its first bytes are mostly zero.
    return bands, minima.astype(np.uint8)


def leader_pairs(
    bands: Keys, signatures: Signatures, keys: NDArray[np.uint64], *, agreement: float = AGREEMENT
) -> Candidates:
    """The pairs of rows whose texts may be near-duplicates.

    `keys` says what each row is (`content_key`): of rows with one key only the first is looked at, and the smallest
    key leads a bucket, wherever it stands. All pairs of a small bucket are candidates; of a large one each member
    with the leader, and with the next in the order of their minima, where copies lie together.
    """
    if not len(keys):
        return Candidates(np.zeros((0, 2), np.int64))
    _, rows = np.unique(keys, return_index=True)
    small = len(rows) <= SMALL
    found = _all_pairs(bands, signatures, rows) if small else np.zeros((0, 2), np.int64)
    left_out = 0
    for number in range(1 if small else BANDS):
        pairs, more = _bucket_pairs(bands[:, number], signatures, keys, rows)
        pairs = pairs[_agreeing(signatures, pairs, agreement)]
        found = np.concatenate((found, pairs))
        left_out = max(left_out, more)
        if number % 4 == 3 or number == BANDS - 1 or small:
            found = _unique(found, len(keys))
    return Candidates(found, left_out)


def _unique(pairs: Pairs, size: int) -> Pairs:
    packed = np.unique(pairs.min(axis=1) * np.int64(size) + pairs.max(axis=1)) if len(pairs) else pairs[:, 0]
    return np.stack((packed // max(size, 1), packed % max(size, 1)), axis=1)


def _all_pairs(bands: Keys, signatures: Signatures, rows: Pairs) -> Pairs:
    """Every pair of a small set that agrees a little; texts with a single key are compared by it alone."""
    rows = np.sort(rows[bands[rows, 1] != 0])
    held = signatures[rows]
    found = [np.zeros((0, 2), np.int64)]
    for number in range(len(rows) - 1):
        close = np.count_nonzero(held[number + 1 :] == held[number], axis=1) >= SMALL_AGREEMENT * HASHES
        others = rows[number + 1 :][close]
        found.append(np.stack((np.full(len(others), rows[number]), others), axis=1))
    return np.concatenate(found)


def _bucket_pairs(band: Keys, signatures: Signatures, keys: NDArray[np.uint64], rows: Pairs) -> tuple[Pairs, int]:
    """Candidates of one band, and how many rows its largest buckets leave out."""
    rows = rows[band[rows] != 0]
    if not len(rows):
        return np.zeros((0, 2), np.int64), 0
    rows = rows[np.argsort(band[rows], kind="stable")]
    same = band[rows[1:]] == band[rows[:-1]]
    rows = rows[np.concatenate((same, [False])) | np.concatenate(([False], same))]
    if not len(rows):
        return np.zeros((0, 2), np.int64), 0
    # Inside a bucket in the order of the signatures; of equal ones in that of the keys.
    minima = np.ascontiguousarray(signatures[rows, :8]).view(">u8").ravel()
    rows = rows[np.lexsort((keys[rows], minima, band[rows]))]
    starts = np.flatnonzero(np.concatenate(([True], band[rows[1:]] != band[rows[:-1]])))
    sizes = np.diff(np.append(starts, len(rows)))
    place = np.arange(len(rows)) - np.repeat(starts, sizes)
    size = np.repeat(sizes, sizes)
    found = []
    for step in range(1, ALL_PAIRS):
        first = np.flatnonzero((place + step < size) & ((size <= ALL_PAIRS) | (step == 1)) & (place + step < BUCKET))
        found.append(np.stack((rows[first], rows[first + step]), axis=1))
    leaders = rows[_smallest(keys[rows], starts, sizes)]
    led = (size > ALL_PAIRS) & (place < BUCKET)
    pairs = np.stack((np.repeat(leaders, sizes)[led], rows[led]), axis=1)
    found.append(pairs[pairs[:, 0] != pairs[:, 1]])
    return np.concatenate(found), int(np.maximum(sizes - BUCKET, 0).sum())


def _smallest(values: NDArray[np.uint64], starts: Pairs, sizes: Pairs) -> Pairs:
    """Where each bucket has its smallest key."""
    least = np.repeat(np.minimum.reduceat(values, starts), sizes)
    return np.flatnonzero(values == least)


def _agreeing(signatures: Signatures, pairs: Pairs, agreement: float) -> NDArray[np.bool_]:
    close = np.zeros(len(pairs), np.bool_)
    for start in range(0, len(pairs), _COMPARED):
        left, right = pairs[start : start + _COMPARED].T
        equal = np.count_nonzero(signatures[left] == signatures[right], axis=1)
        close[start : start + _COMPARED] = equal >= agreement * HASHES
    return close


def _runs(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint32], NDArray[np.int64], Bands, NDArray[np.int64], NDArray[np.int64]]:
    """Hashes of all runs, where each text's begin; and of each text: a hash of it all, its characters and words."""
    fold, kinds = character_tables()
    codes = np.frombuffer("".join([f" {text} " for text in texts]).encode("utf-32-le", "surrogatepass"), np.uint32)
    begins = np.concatenate(([0], np.cumsum([len(text) + 2 for text in texts])[:-1])).astype(np.int64)
    basic = np.minimum(codes, 0xFFFF)
    kind = np.where(codes > 0xFFFF, SIGN, kinds[basic])
    sign = (kind == LETTER) | (kind == SIGN)
    folded = np.where(sign, np.where(codes > 0xFFFF, codes, fold[basic]), np.uint32(32))
    word = sign & ((kind == SIGN) | ~np.concatenate(([False], sign[:-1])))
    words = np.add.reduceat(word.astype(np.int64), begins)
    kept = sign | np.concatenate(([True], sign[:-1]))
    kept[begins] = True
    starts = np.concatenate(([0], np.cumsum(kept)))[begins]
    folded = folded[kept].astype(np.uint64)
    sizes = np.diff(np.append(starts, len(folded)))
    place = np.arange(len(folded)) - np.repeat(starts, sizes)
    whole = mixed(np.add.reduceat(folded * _POWERS[place % HASHES], starts))
    padded = np.concatenate((folded, np.zeros(RUN, np.uint64)))
    runs = np.zeros(len(folded), np.uint64)
    for shift in range(RUN):
        runs += padded[shift : shift + len(folded)] * _POWERS[shift]
    # A run ends with its text; every text keeps its first.
    inside = (place + RUN <= np.repeat(sizes, sizes)) | (place == 0)
    starts_of_runs = np.concatenate(([0], np.cumsum(inside)))[starts]
    return (mixed(runs[inside]) >> np.uint64(32)).astype(np.uint32), starts_of_runs, whole, sizes - 2, words


def _chunks(starts: NDArray[np.int64], runs: int) -> Iterator[tuple[int, int]]:
    """Ranges of texts that together have about `_CHUNK` runs."""
    ends = np.append(starts[1:], runs)
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + _CHUNK, side="right")))
        yield first, last
        first = last
