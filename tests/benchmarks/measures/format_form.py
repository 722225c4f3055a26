"""Format drift: 3 % of the outputs of real groups in another outer form, one kind at a time."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log2
from pathlib import Path

from curator.checks.base import Check
from curator.checks.format_drift import format_drift, rare_format
from curator.checks.json_or_prose import json_or_prose
from curator.checks.json_texts import read
from curator.checks.output_formats import MAJORITY, Formats
from curator.checks.signatures import FEATURES, signature
from curator.model import Example
from tests.benchmarks.measures import Row
from tests.benchmarks.measures.format_json import as_example

CHECKS: tuple[Check, ...] = (json_or_prose, format_drift, rare_format)
_CHECK = "FMT002-005"
SHARE, LARGEST, SEEDS = 0.03, 2_000, (1, 2)

Change = Callable[[str], str]


def measure(data: Path) -> list[Row]:
    """AUROC of the score over the kinds of drift that show in a group; the baseline is the rarity of both ends."""
    rows = []
    means: list[tuple[float, float]] = []
    for name, pairs in groups(data):
        ours: list[float] = []
        plain: list[float] = []
        for change in CHANGES.values():
            for seed in SEEDS:
                outputs, changed = contaminated([output for _, output in pairs], change, seed)
                if not seen(outputs, changed):
                    continue
                given = [said for said, _ in pairs]
                examples = [as_example(number, text, given[number]) for number, text in enumerate(outputs)]
                ours.append(auroc(list(scored(CHECKS, examples, Formats())), changed))
                plain.append(auroc(_ends(outputs), changed))
        means.append((mean(ours), mean(plain)))
        what = f"AUROC, mean of {len(ours) // len(SEEDS)} kinds"
        rows.append(Row(_CHECK, name, len(pairs), what, *_beside(*means[-1])))
    both = mean([one for one, _ in means]), mean([one for _, one in means])
    return [Row(_CHECK, "all five", sum(row.size for row in rows), "AUROC, mean", *_beside(*both), bar="> .95"), *rows]


def _beside(ours: float, plain: float) -> tuple[float, str, float]:
    return ours, "rarity of first and last sign", plain


def groups(data: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Inputs and outputs of real groups: two label sets, replies, medical prose, short answers."""
    for bot in ("curekart", "sofmattress"):
        yield f"{bot} labels", _read(data / "c1_intents.jsonl.gz", "bot", bot)
    yield "SGD replies", _read(data / "s_scale_sgd.jsonl.gz", "kind", "realise")
    yield "MedQuAD answers", _read(data / "k_knowledge.jsonl.gz", "kind", "medical_faq")
    yield (
        "CosmosQA answers",
        _read(data / "k_knowledge.jsonl.gz", "source", "cosmos_qa via P3 (yizhongw/self-instruct)"),
    )


def _read(path: Path, field: str, value: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row[field] == value and row["output"].strip():
                pairs.append((row["input"], row["output"]))
                if len(pairs) == LARGEST:
                    break
    return pairs


def contaminated(outputs: Sequence[str], change: Change, seed: int) -> tuple[list[str], set[int]]:
    """The outputs with a share of them changed, and which; an output that the change leaves as it is does not count."""
    chance = random.Random(seed)
    changed = set(chance.sample(range(len(outputs)), max(1, round(SHARE * len(outputs)))))
    texts = [change(text) if number in changed else text for number, text in enumerate(outputs)]
    return texts, {number for number in changed if texts[number] != outputs[number]}


def seen(outputs: Sequence[str], changed: set[int]) -> bool:
    """Whether most outputs can be changed so, and the change leaves what four of five outputs have in common.

    Without such a majority nothing is to be found: where half of the outputs end with a stop, one more does not show.
    """
    if len(changed) < 0.5 * SHARE * len(outputs):
        return False
    forms = [read(text).kind == "text" and signature(text) for text in outputs]
    if any(forms[number] is False for number in changed):
        return True
    for feature in range(len(FEATURES)):
        counts = Counter(form[feature] for number, form in enumerate(forms) if form and number not in changed)
        value, count = counts.most_common(1)[0]
        left = sum(form[feature] != value for number, form in enumerate(forms) if form and number in changed)
        if count >= MAJORITY * counts.total() and left >= 0.5 * len(changed):
            return True
    return False


def scored(checks: Sequence[Check], examples: Sequence[Example], usual: Formats) -> Iterator[float]:
    """For each example the best score of a finding, one more for a warning; 0 without any."""
    for example in examples:
        usual.add(example)
    for example in examples:
        scores = [
            finding.score + (check.severity.rank > 1) for check in checks for finding in check.function(example, usual)
        ]
        yield max(scores, default=0.0)


def auroc(scores: Sequence[float], true: set[int]) -> float:
    """The chance that a changed output scores above one that is as it was; ties count one half."""
    positive = sorted(score for number, score in enumerate(scores) if number in true)
    counts = Counter(score for number, score in enumerate(scores) if number not in true)
    total, below, wins = sum(counts.values()), 0, 0.0
    levels = iter(sorted(counts.items()))
    level = next(levels, None)
    for score in positive:
        while level is not None and level[0] < score:
            below += level[1]
            level = next(levels, None)
        wins += below + counts.get(score, 0) / 2
    return wins / (len(positive) * total)


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def _ends(outputs: Sequence[str]) -> list[float]:
    ends = [(_sign(text[:1]), _sign(text[-1:])) for text in outputs]
    counts = Counter(ends)
    return [-log2(counts[end] / len(ends)) for end in ends]


def _sign(character: str) -> str:
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return "9" if character.isdigit() else character


CHANGES: dict[str, Change] = {
    "Answer:": lambda text: f"Answer: {text}",
    "Sure! Here is": lambda text: f"Sure! Here is the answer: {text}",
    "Sure!": lambda text: f"Sure! {text}",
    "Here is the response": lambda text: f"Here is the response:\n\n{text}",
    "bullet": lambda text: f"- {text}",
    "number": lambda text: f"1. {text}",
    "bold": lambda text: f"**{text}**",
    "heading": lambda text: f"# Answer\n\n{text}",
    "fence": lambda text: f"```\n{text}\n```",
    "quotes": lambda text: f'"{text}"',
    "capitals": lambda text: text.upper(),
    "Title Case": lambda text: text.title() if len(text) < 60 else text,
    "JSON": lambda text: json.dumps({"answer": text}),
    "stop": lambda text: text[:-1] if text.endswith(".") else f"{text}.",
}
