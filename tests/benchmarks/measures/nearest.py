"""The search for near vectors: how many of the true pairs it finds among 50,000 texts, beside comparing them all."""

import gzip
import json
from itertools import islice
from pathlib import Path

from curator.vectors import nearest
from curator.vectors.nearest import Packed, pack, pairs_above, together
from curator.vectors.table import encode
from tests.benchmarks.measures import Row

SIZE = 50_000
LEAST = 0.8


def measure(data: Path) -> list[Row]:
    """Recall of pairs by cells; the baseline looks for each vector in one cell only."""
    vectors = _vectors(data)
    exact = _pairs(vectors, SIZE, nearest.PROBES)
    ours, plain = (_pairs(vectors, nearest.EXACT, probes) for probes in (nearest.PROBES, 1))
    rows = []
    for at_least in (LEAST, 0.9):
        wanted = {pair for pair, cosine in exact.items() if cosine >= at_least}
        recall, one = (len(wanted & found.keys()) / len(wanted) for found in (ours, plain))
        what = f"recall, cosine {at_least}"
        rows.append(Row("nearest", "50,000 user turns and intents", SIZE, what, recall, "one cell", one))
    return rows


def _vectors(data: Path) -> Packed:
    texts: dict[str, None] = {}
    for name in ("c2_natural_conflicts", "s_scale_sgd"):
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                texts[json.loads(line)["input"]] = None
                if len(texts) == SIZE:
                    break
    given = iter(texts)
    return together([pack(encode(part)) for part in iter(lambda: list(islice(given, 4_096)), [])])


def _pairs(vectors: Packed, exact: int, probes: int) -> dict[tuple[int, int], float]:
    kept = nearest.EXACT, nearest.PROBES
    nearest.EXACT, nearest.PROBES = exact, probes
    try:
        return {(one, other): cosine for one, other, cosine in pairs_above(vectors, LEAST)}
    finally:
        nearest.EXACT, nearest.PROBES = kept
