"""Personal data (SAF001, SAF003) on 1,500 labelled texts, and secrets (SAF002 with the rest) on a scanner's own tests.

A span that overlaps one of the same type is a hit. Baselines, in the same run: the plain pattern that is usual for
each type, without check digits, context or exceptions; and for secrets words of sixteen characters and more with an
entropy above 3.5 bits.
"""

import gzip
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from curator.checks.identity_numbers import identity_numbers
from curator.checks.keys_and_tokens import keys_and_tokens
from curator.checks.personal_data import personal_data
from curator.checks.sample_numbers import sample_numbers
from curator.checks.secret_shapes import entropy
from curator.model import Example, Message
from tests.benchmarks.measures import Row

KINDS = {
    "EMAIL_ADDRESS": "e-mail address",
    "CREDIT_CARD": "card number",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP address",
    "US_SSN": "US social security number",
    "PHONE_NUMBER": "phone number",
}
PLAIN = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "CREDIT_CARD": re.compile(r"\b(?:\d[ -]?){13,16}\b"),
    "IBAN_CODE": re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"),
    "IP_ADDRESS": re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    "US_SSN": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "PHONE_NUMBER": re.compile(r"(?:\+?\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b"),
}
CHECKS = (personal_data, keys_and_tokens, identity_numbers, sample_numbers)
LONG = re.compile(r"[\w+/=.-]{16,}")

Place = tuple[str, int, int]


def measure(data: Path) -> list[Row]:
    """Recall of each type and precision over all six; precision, recall and F1 of secrets."""
    return personal(read(data / "p_pii.jsonl.gz")) + secret(read(data / "p_secrets.jsonl.gz"))


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def found_in(text: str) -> list[Place]:
    """What the checks find in a text: kind, start, end."""
    example = Example(messages=(Message("user", text), Message("assistant", "Thank you.")), id="b2-0-1")
    return [
        (finding.rule, span.start, span.end)
        for check in CHECKS
        for finding in check.function(example)
        for span in finding.evidence
    ]


def plain(text: str) -> list[Place]:
    return [(KINDS[kind], *match.span()) for kind, pattern in PLAIN.items() for match in pattern.finditer(text)]


def personal(rows: list[dict[str, Any]]) -> list[Row]:
    ours, theirs = scores(rows, found_in), scores(rows, plain)
    bars = {"PHONE_NUMBER": "at least .90"}
    table = [
        Row(
            "SAF001, SAF003",
            "p_pii",
            ours[kind][1],
            f"recall, {KINDS[kind]}",
            ours[kind][0],
            "plain pattern",
            theirs[kind][0],
            bars.get(kind, "1.0"),
        )
        for kind in KINDS
    ]
    hits, wrong = ours["precision"]
    plain_hits, _ = theirs["precision"]
    return [*table, Row("SAF001, SAF003", "p_pii", wrong, "precision", hits, "plain pattern", plain_hits, "above .97")]


def scores(rows: list[dict[str, Any]], look: Callable[[str], Sequence[Place]]) -> dict[str, tuple[float, int]]:
    """By type: recall and how many there are; "precision": precision and how many were found."""
    total, hit, right, all_found = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), 0, 0
    for row in rows:
        gold = [
            (KINDS[span["type"]], span["start"], span["end"], span["type"])
            for span in row["spans"]
            if span["type"] in KINDS
        ]
        places = [place for place in look(row["text"]) if place[0] in KINDS.values()]
        for kind, start, end, name in gold:
            total[name] += 1
            hit[name] += any(what == kind and first < end and start < last for what, first, last in places)
        all_found += len(places)
        right += sum(
            any(what == kind and first < end and start < last for kind, start, end, _ in gold)
            for what, first, last in places
        )
    by_kind = {kind: (hit[kind] / total[kind], total[kind]) for kind in KINDS}
    return {**by_kind, "precision": (right / all_found, all_found)}


def secret(rows: list[dict[str, Any]]) -> list[Row]:
    ours = judged(rows, lambda text: bool(found_in(text)))
    theirs = judged(rows, lambda text: any(entropy(word) > 3.5 for word in LONG.findall(text)))
    return [
        Row("SAF002", "p_secrets", len(rows), name, value, "entropy", other, bar)
        for name, value, other, bar in zip(
            ("precision", "recall", "F1"), ours, theirs, ("", "", "above .90"), strict=True
        )
    ]


def judged(rows: list[dict[str, Any]], look: Callable[[str], bool]) -> tuple[float, float, float]:
    hits = [(look(row["text"]), bool(row["secret"])) for row in rows]
    right, said, there = hits.count((True, True)), sum(one for one, _ in hits), sum(gold for _, gold in hits)
    return right / said, right / there, 2 * right / (said + there)
