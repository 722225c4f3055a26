"""JSON drift: 32 mutants of eight kinds among 1,000 rows, in real states of dialogues and in made-up orders."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from curator.checks.base import Check
from curator.checks.invalid_json import invalid_json
from curator.checks.json_drift import json_drift
from curator.checks.json_or_prose import json_or_prose
from curator.checks.output_formats import Formats
from curator.model import Example, Message
from tests.benchmarks.measures import Row

CHECKS: tuple[Check, ...] = (invalid_json, json_or_prose, json_drift)
ROWS, MUTANTS, SEEDS = 1_000, 32, (1, 2, 3, 4)

Value = dict[str, Any]
Mutant = Callable[[Value, random.Random], str]


def measure(data: Path) -> list[Row]:
    """Precision and recall over four seeds of each base set; the baseline flags signatures of under 2 %."""
    rows = []
    bases = {"SGD states": _states(data), "made-up orders": [_order(random.Random(seed)) for seed in range(9_000)]}
    for name, values in bases.items():
        ours, plain = Counter[str](), Counter[str]()
        for seed in SEEDS:
            chance = random.Random(seed)
            start = chance.randrange(len(values) - ROWS)
            outputs = [json.dumps(value, ensure_ascii=False) for value in values[start : start + ROWS]]
            mutants = MUTANTS_OF[name]
            changed = chance.sample(range(ROWS), MUTANTS)
            for number, index in enumerate(changed):
                outputs[index] = mutants[number % len(mutants)](json.loads(outputs[index]), chance)
            ours += _judged(set(changed), flagged(CHECKS, outputs))
            plain += _judged(set(changed), _rare(outputs))
        for what in ("precision", "recall"):
            bar = "1.0" if what == "precision" else "> .95"
            size = ROWS * len(SEEDS)
            value, against = _rate(ours, what), _rate(plain, what)
            rows.append(Row("FMT001-003", name, size, what, value, "rare keys and types", against, bar))
    return rows


def flagged(checks: Sequence[Check], outputs: Sequence[str]) -> set[int]:
    """The numbers of the outputs that one of the checks names, as one group with one instruction."""
    examples = [as_example(number, output) for number, output in enumerate(outputs)]
    usual = Formats()
    for example in examples:
        usual.add(example)
    return {
        number for number, example in enumerate(examples) for check in checks if any(check.function(example, usual))
    }


def as_example(number: int, output: str, given: str = "") -> Example:
    """An output as an example of one instruction."""
    turns = (
        Message("system", "Do the task."),
        Message("user", given or f"Row {number}."),
        Message("assistant", output),
    )
    return Example(messages=turns, id=str(number))


def _states(data: Path) -> list[Value]:
    with gzip.open(data / "s_scale_sgd.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = (json.loads(line) for line, _ in zip(file, range(60_000), strict=False))
        return [json.loads(row["output"]) for row in rows if row["kind"] == "state"]


def _order(chance: random.Random) -> Value:
    items = [
        {"sku": f"L-{chance.randrange(100, 999)}", "quantity": chance.randrange(1, 9), "gift": chance.random() < 0.2}
        for _ in range(chance.randrange(1, 4))
    ]
    order: Value = {
        "order": f"Q-{chance.randrange(10_000, 99_999)}",
        "customer": {"name": chance.choice(_PEOPLE), "country": chance.choice(["DE", "FR", "ES", "PL", None])},
        "items": items,
        "status": chance.choice(["open", "shipped", "delivered", "returned"]),
        "priority": chance.choice(["low", "normal", "normal", "high"]),
        "total": round(chance.uniform(5, 400), 2),
    }
    if chance.random() < 0.3:
        order["note"] = chance.choice(_NOTES)
    return order


_PEOPLE = ["Ana Ruiz", "Jan Kowal", "Marie Petit", "Tom Baker", "Lea Vogt", "Igor Novak", "Mia Berg", "Paul Stein"]
_NOTES = ["Leave it at the door.", "Call before you come.", "It is a present, please wrap it.", "No hurry."]


def _without_one(*keys: str) -> Mutant:
    def mutant(value: Value, chance: random.Random) -> str:
        del value[chance.choice(keys)]
        return json.dumps(value)

    return mutant


def _with_one(value: Value, chance: random.Random) -> str:
    return json.dumps({**value, chance.choice(["comment", "confidence", "source", "reasoning"]): "as said"})


def _misspelled(**names: str) -> Mutant:
    def mutant(value: Value, chance: random.Random) -> str:
        old, new = chance.choice(sorted(names.items()))
        return json.dumps({new if key == old else key: item for key, item in value.items()})

    return mutant


def _misspelled_slot(value: Value, chance: random.Random) -> str:
    long = [key for key in sorted(value["slots"]) if len(key) > 4]
    if not long:
        return json.dumps({**value, "Intent": value.pop("intent")})
    old = chance.choice(long)
    slots = {(_slip(key) if key == old else key): item for key, item in value["slots"].items()}
    return json.dumps({**value, "slots": slots})


def _other_type(*keys: str) -> Mutant:
    def mutant(value: Value, chance: random.Random) -> str:
        key = chance.choice(keys)
        value[key] = [value[key]] if not isinstance(value[key], list) else value[key][0]
        return json.dumps(value)

    return mutant


def _other_spelling(key: str) -> Mutant:
    return lambda value, chance: json.dumps({**value, key: chance.choice([str.upper, str.title, _slip])(value[key])})


def _slip(text: str) -> str:
    return f"{text[:-2]}{text[-1]}{text[-2]}"


def _broken(value: Value, chance: random.Random) -> str:
    text = json.dumps(value)
    return chance.choice(
        [text[:-1] + ",}", repr(value), text[: len(text) * 2 // 3], text.replace('": "', '": NaN, "', 1)]
    )


def _fenced(value: Value, chance: random.Random) -> str:
    text = json.dumps(value)
    return chance.choice([f"```json\n{text}\n```", f"Here is the JSON:\n{text}", f"{text}\n\nHope this helps!"])


def _prose(value: Value, chance: random.Random) -> str:
    return f"The {chance.choice(sorted(value))} is not quite clear from what the customer says."


MUTANTS_OF: dict[str, tuple[Mutant, ...]] = {
    "SGD states": (
        _without_one("intent", "slots"),
        _with_one,
        _misspelled(intent="intents", slots="Slots"),
        _other_type("intent", "slots"),
        _misspelled_slot,
        _broken,
        _fenced,
        _prose,
    ),
    "made-up orders": (
        _without_one("order", "customer", "items", "status", "priority", "total"),
        _with_one,
        _misspelled(customer="costumer", total="Total", priority="priorty", items="line_items"),
        _other_type("order", "customer", "items", "total"),
        _other_spelling("status"),
        _broken,
        _fenced,
        _prose,
    ),
}


def _rare(outputs: Sequence[str]) -> set[int]:
    """What a count of whole signatures finds: keys and types of the top level that under 2 % of the rows share."""
    signatures = []
    for output in outputs:
        try:
            signatures.append(str(sorted((key, type(item).__name__) for key, item in json.loads(output).items())))
        except (ValueError, AttributeError):
            signatures.append("")
    counts = Counter(signatures)
    return {number for number, signature in enumerate(signatures) if counts[signature] < 0.02 * len(outputs)}


def _judged(true: set[int], said: set[int]) -> Counter[str]:
    return Counter(right=len(true & said), said=len(said), true=len(true))


def _rate(counts: Counter[str], what: str) -> float:
    return counts["right"] / max(1, counts["said" if what == "precision" else "true"])
