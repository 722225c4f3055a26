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
Rows = NDArray[np.int64]
#: Which text each row has, by number.
Texts = NDArray[np.integer]
#: Pairs as one number each: the left row times the number of rows, and the right row.
Codes = NDArray[np.int64]

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
# Pairs compared at a time, for the same reason.
_COMPARED = 1 << 13


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
    bands: Keys,
    signatures: Signatures,
    keys: NDArray[np.uint64],
    *,
    of: Texts | None = None,
    agreement: float = AGREEMENT,
) -> Candidates:
    """The pairs of rows whose texts may be near-duplicates, each once, in order.

    `keys` says what each row is (`content_key`): of rows with one key only the first is looked at, and the smallest
    key leads a bucket, wherever it stands. All pairs of a small bucket are candidates; of a large one each member
    with the leader, and with the next in the order of their minima, where copies lie together.

    `of` says which bands and signature each row has, where rows share a text; by default each has its own.
    """
    if not len(keys):
        return Candidates(np.zeros((0, 2), np.int64))
    of = np.arange(len(keys)) if of is None else of
    _, rows = np.unique(keys, return_index=True)
    # In the order of their minima, of equal ones in that of their keys: so they stand in every bucket.
    minima = np.ascontiguousarray(signatures[:, :8]).view(">u8").ravel()
    rows = rows[np.argsort(minima[of[rows]], kind="stable")]
    small = len(rows) <= SMALL
    candidates, pending, left_out = np.zeros(0, np.int64), [], 0
    for number in range(1 if small else BANDS):
        codes, more = _bucket_pairs(bands[:, number][of[rows]], keys, rows)
        pending.append(codes)
        left_out = max(left_out, more)
        if sum(map(len, pending)) > len(candidates):
            candidates, pending = _once(candidates, *pending), []
    candidates = _once(candidates, *pending)
    found = candidates[_agreeing(signatures, of, candidates, len(keys), agreement)]
    if small:
        found = _once(found, _all_pairs(bands, signatures, of, rows, len(keys)))
    return Candidates(np.stack(np.divmod(found, len(keys)), axis=1), left_out)


def _codes(one: Rows, other: Rows, size: int) -> Codes:
    """Each pair as one number, the smaller row before the larger."""
    return np.minimum(one, other) * np.int64(size) + np.maximum(one, other)


def _once(*parts: Codes) -> Codes:
    """Every number once, in order. To sort takes numpy a hundredth of the time that its `unique` takes."""
    codes = np.concatenate(parts)
    codes.sort()
    return codes[np.append(True, codes[1:] != codes[:-1])] if len(codes) else codes


def _all_pairs(bands: Keys, signatures: Signatures, of: Texts, rows: Rows, size: int) -> Codes:
    """Every pair of a small set that agrees a little; texts with a single key are compared by it alone."""
    rows = np.sort(rows[bands[of[rows], 1] != 0])
    held = signatures[of[rows]]
    found = [np.zeros(0, np.int64)]
    for number in range(len(rows) - 1):
        close = np.count_nonzero(held[number + 1 :] == held[number], axis=1) >= SMALL_AGREEMENT * HASHES
        found.append(_codes(rows[number], rows[number + 1 :][close], size))
    return np.concatenate(found)


def _bucket_pairs(band: Keys, keys: NDArray[np.uint64], rows: Rows) -> tuple[Codes, int]:
    """Candidates among rows by their keys in one band, and how many rows its largest buckets leave out."""
    order = np.argsort(band, kind="stable")
    order = order[np.searchsorted(band, 1, sorter=order) :]  # a key of 0 is none
    new = np.append(True, band[order[1:]] != band[order[:-1]])[: len(order)]
    shared = order[~(new & np.append(new[1:], True)[: len(order)])]
    if not len(shared):
        return np.zeros(0, np.int64), 0
    band, rows = band[shared], rows[shared]
    starts = np.flatnonzero(np.append(True, band[1:] != band[:-1]))
    sizes = np.diff(np.append(starts, len(rows)))
    place = np.arange(len(rows)) - np.repeat(starts, sizes)
    size = np.repeat(sizes, sizes)
    first = np.flatnonzero(place + 1 < np.minimum(size, BUCKET))
    found = [_codes(rows[first], rows[first + 1], len(keys))]
    first = first[size[first] <= ALL_PAIRS]
    for step in range(2, ALL_PAIRS):
        first = first[place[first] + step < size[first]]
        found.append(_codes(rows[first], rows[first + step], len(keys)))
    leaders = np.repeat(rows[_smallest(keys[rows], starts, sizes)], sizes)
    led = (size > ALL_PAIRS) & (place < BUCKET) & (leaders != rows)
    found.append(_codes(leaders[led], rows[led], len(keys)))
    return np.concatenate(found), int(np.maximum(sizes - BUCKET, 0).sum())


def _smallest(values: NDArray[np.uint64], starts: Rows, sizes: Rows) -> Rows:
    """Where each bucket has its smallest key."""
    least = np.repeat(np.minimum.reduceat(values, starts), sizes)
    return np.flatnonzero(values == least)


def _agreeing(signatures: Signatures, of: Texts, codes: Codes, size: int, agreement: float) -> NDArray[np.bool_]:
    """Which of these pairs have enough of their minima in common; rows of one text need no look."""
    close = np.ones(len(codes), np.bool_)
    for start in range(0, len(codes), _COMPARED):
        left, right = (of[rows] for rows in np.divmod(codes[start : start + _COMPARED], size))
        apart = np.flatnonzero(left != right)
        equal = np.count_nonzero(signatures[left[apart]] == signatures[right[apart]], axis=1)
        close[start + apart] = equal >= agreement * HASHES
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
