"""Makes `weights.json`: python -m curator.knowledge.fit ROWS.jsonl[.gz] ... [--out weights.json]

Each row has `input`, `output`, `label` (knowledge, behaviour, ambiguous), perhaps `system`, `kind` and `source`; a file
of rows without `source` is one source. Ambiguous rows and multiple choice take no part.

The model is a logistic regression with two restraints that make it hold on sources it was not fitted on, where a free
one does not (AUROC .87 against .99, each source left out in turn). It is drawn towards `PRIOR`, weights set by hand
from what the signs mean; and no weight may leave the side of zero on which its prior lies. A source counts by the
square root of its rows, so that a large one does not speak for the others, and behaviour counts twice as much as
knowledge. Left-out figures are printed for every source; they, not the fit, tell how good it is.

The shipped weights were made from a collection of public sets and from the rows in tests/benchmarks/knowledge/:

    python -m curator.knowledge.fit k_knowledge.jsonl.gz tests/benchmarks/knowledge/fit.jsonl --out weights.json
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curator.knowledge.request import Turn
from curator.knowledge.signs import saturated, signs

Floats = NDArray[np.float64]

BIAS = -1.5
#: Weights by hand: what a sign that is certain adds to the log odds.
PRIOR = {
    "asked closed-book": 2.5,
    "names": 1.5,
    "values": 1.0,
    "links": 2.0,
    "rare terms": 1.0,
    "facts asked for": 2.0,
    "new words": 1.0,
    "yes or no": 2.0,
    "rules": 1.0,
    "statement": 1.0,
    "facts without material": 1.5,
    "short answer": 1.0,
    "judged": 1.5,
    "source": -2.5,
    "grounded": -1.5,
    "copied": -1.5,
    "calculation": -2.0,
    "label": -2.0,
    "code": -2.0,
    "fiction": -1.5,
    "made to order": -0.5,
    "transformed": -1.5,
    "conversation": -1.0,
    "small talk": -1.5,
    "open question": -1.0,
    "refusal": -2.0,
    "asks back": -1.0,
    "choices": -1.0,
    "not asked": -1.5,
    "placeholder": -1.0,
    "record": -1.5,
}
# How strongly weights are drawn to the prior, in squared log odds; both labels together weigh 400 rows.
_DRAWN = 6.0
_BIAS_DRAWN = 10.0
_LABEL = 200.0
_STEPS = 400
#: Probabilities from which a pair is a finding, chosen on the sources left out (see the README's table).
BANDS = {"strong": 0.9, "likely": 0.5, "look": 0.25}


class Row(NamedTuple):
    """One labelled pair: its turns, its output, whether it is knowledge, and where it is from."""

    turns: tuple[Turn, ...]
    output: str
    knowledge: bool
    source: str
    weight: float


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file that say whether they are knowledge."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = read(json.loads(line), path.stem)
            if row is not None:
                yield row


def read(row: Mapping[str, Any], name: str) -> Row | None:
    """A row of the file of this name; None for one that takes no part."""
    if row["label"] == "ambiguous" or "multiple_choice" in row.get("kind", ""):
        return None
    turns = (("system", row.get("system") or ""), ("user", row["input"]))
    # Rows that were labelled one by one say more than rows of a source that was labelled as a whole.
    source, weight = (family(row["source"]), 1.0) if "source" in row else (name, 3.0)
    taken = tuple(turn for turn in turns if turn[1])
    return Row(taken, row["output"], row["label"] == "knowledge", source, weight)


def family(source: str) -> str:
    """The origin of a row without what varies within it."""
    return source.split(" ")[0].split("/")[-1]


def numbers(given: Sequence[Row]) -> Floats:
    """The signs of rows, in the order of `PRIOR`: float64 [rows, signs]."""
    uses = Counter(row.output.strip().casefold() for row in given if len(row.output.split()) <= 5)
    found = []
    for row in given:
        often = saturated(max(0, uses[row.output.strip().casefold()] - 2), 2.5)
        read = signs(row.turns, row.output, often).numbers
        found.append([read[name] for name in PRIOR])
    return np.array(found, np.float64)


def fitted(found: Floats, given: Sequence[Row]) -> tuple[Floats, float]:
    """Weights and bias: damped Newton steps on each weight by itself, cut off at zero where a sign would change."""
    wanted = np.array([row.knowledge for row in given], np.float64)
    sizes = Counter((row.source, row.knowledge) for row in given)
    counted = np.array([row.weight / sizes[row.source, row.knowledge] ** 0.5 for row in given])
    for label in (0.0, 1.0):
        counted[wanted == label] *= _LABEL / counted[wanted == label].sum()
    prior = np.array(list(PRIOR.values()))
    weights, bias = prior.copy(), BIAS
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-(found @ weights + bias)))
        off, sure = (likely - wanted) * counted, counted * likely * (1 - likely)
        slope = found.T @ off + _DRAWN * (weights - prior)
        # Signs overlap: a sixth of a full step each keeps their sum from overshooting.
        weights = weights - slope / (6 * (found * found).T @ sure + _DRAWN)
        weights = np.where(weights * prior < 0, 0.0, weights)
        bias -= float((off.sum() + _BIAS_DRAWN * (bias - BIAS)) / (3 * sure.sum() + _BIAS_DRAWN))
    return weights, bias


def left_out(found: Floats, given: Sequence[Row]) -> Iterator[tuple[str, Floats]]:
    """Each source with how likely its rows are knowledge to weights that never saw it."""
    for source in sorted({row.source for row in given}):
        inside = np.array([row.source == source for row in given])
        weights, bias = fitted(found[~inside], [row for row in given if row.source != source])
        yield source, 1 / (1 + np.exp(-(found[inside] @ weights + bias)))


def as_stored(weights: Floats, bias: float, given: Sequence[Row] = ()) -> dict[str, Any]:
    """Weights as they are kept in `weights.json`."""
    return {
        "bias": round(bias, 3),
        "weights": {name: round(float(weight), 3) for name, weight in zip(PRIOR, weights, strict=True)},
        "bands": BANDS,
        "rows": dict(sorted(Counter(row.source for row in given).items())),
    }


def main(arguments: list[str] | None = None) -> None:
    """Reads rows, prints how each source fares when it is left out, and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    given = [row for path in chosen.files for row in rows(path)]
    found = numbers(given)
    for source, likely in left_out(found, given):
        known = np.array([row.knowledge for row in given if row.source == source])
        shares = [
            f"{name} {np.mean(likely[known == wanted] >= BANDS['likely']):.2f} of {np.sum(known == wanted):,}"
            for name, wanted in (("knowledge", True), ("behaviour", False))
            if (known == wanted).any()
        ]
        print(f"left out {source:28} flagged: {', '.join(shares)}")
    if chosen.out:
        made = as_stored(*fitted(found, given), given)
        chosen.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
