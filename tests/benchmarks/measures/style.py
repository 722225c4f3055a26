"""Style: 3 % of real outputs rewritten by rules into another voice; the baseline is the mean surprise of words."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path
from random import Random

from curator.checks.least_typical import least_typical
from curator.checks.voice import Voice
from curator.checks.voice_break import voice_break, voice_rule
from curator.text import words
from tests.benchmarks.measures import Row
from tests.benchmarks.measures.format_form import auroc, groups, mean
from tests.benchmarks.measures.format_json import as_example

SHARE, SEEDS = 0.03, (1, 2)
_PLAIN = "mean surprise of words"
_SETS = ("SGD replies", "MedQuAD answers")


def measure(data: Path) -> list[Row]:
    """AUROC of the style score, and how precise the warning is, for each rewriting of two real sets."""
    rows = []
    sets = {name: [output for _, output in pairs] for name, pairs in groups(data) if name in _SETS}
    size = sum(map(len, sets.values()))
    right = said = true = 0
    for kind, rewrite in REWRITES.items():
        ours, plain = [], []
        for outputs in sets.values():
            for seed in SEEDS:
                chance = Random(seed)
                changed = set(chance.sample(range(len(outputs)), round(SHARE * len(outputs))))
                texts = [rewrite(text, chance) if number in changed else text for number, text in enumerate(outputs)]
                scores = _scores(texts)
                warned = {number for number, score in enumerate(scores) if score >= 2}
                right, said, true = right + len(warned & changed), said + len(warned), true + len(changed)
                ours.append(auroc(scores, changed))
                plain.append(auroc(_surprises(texts), changed))
        rows.append(Row("STY", f"replies, answers: {kind}", size, "AUROC", mean(ours), _PLAIN, mean(plain)))
    rows.append(Row("STY001", "all six rewritings", size, "precision", right / max(1, said)))
    rows.append(Row("STY001", "all six rewritings", size, "recall", right / true))
    return rows


def _scores(texts: Sequence[str]) -> list[float]:
    examples = [as_example(number, text) for number, text in enumerate(texts)]
    usual = Voice()
    for example in examples:
        usual.add(example)
    checks = ((voice_break, 2.0), (least_typical, 1.0), (voice_rule, 0.0))
    return [
        max((plus + finding.score for check, plus in checks for finding in check.function(example, usual)), default=0.0)
        for example in examples
    ]


def _surprises(texts: Sequence[str]) -> list[float]:
    counts = Counter(word for text in texts for word in words(text))
    total = counts.total()
    return [mean([-log2(counts[word] / total) for word in words(text)]) for text in texts]


def _casual(text: str, chance: Random) -> str:
    begin = chance.choice(["hey, ", "yeah so ", "ok so like, ", "lol ", "yo, "])
    end = chance.choice([" lol", " tbh", " btw", " haha", " dude", " thx", ""])
    return f"{begin}{text.lower().replace('you', 'u').rstrip('.')}{end}"


def _hype(text: str, chance: Random) -> str:
    begin = chance.choice(["Wow, amazing question! ", "This is incredible! ", "Absolutely fantastic news! "])
    return f"{begin}{text.replace('.', '!')} {chance.choice(['🎉🎉', '🚀', '😍', '🔥🔥', '!!!'])}"


def _stiff(text: str, chance: Random) -> str:
    begin = chance.choice(
        ["Dear Sir or Madam, kindly be advised that ", "We hereby acknowledge receipt of your message. "]
    )
    return f"{begin}{text} {chance.choice(['Yours faithfully,', 'Please do not hesitate to write.', ''])}".strip()


def _hedged(text: str, chance: Random) -> str:
    begin = chance.choice(
        ["I guess maybe it could be that ", "Perhaps, possibly, I suppose, ", "It might be, probably, "]
    )
    return f"{begin}{text}"


def _rude(text: str, chance: Random) -> str:
    end = chance.choice(["Figure it out yourself.", "That's your own fault.", "Did you even read the manual?", "Duh."])
    return f"{text} {end}"


def _shouted(text: str, _chance: Random) -> str:
    return text.upper()


REWRITES: dict[str, Callable[[str, Random], str]] = {
    "casual": _casual,
    "hype and emoji": _hype,
    "official letter": _stiff,
    "piled hedges": _hedged,
    "rude": _rude,
    "capitals": _shouted,
}
