"""A task with a model that is as good as the test says: what the baseline's tests measure."""

import random
import re
from hashlib import sha256
from typing import Any

from curator.advice.metrics import label
from curator.model import Example, Message, Provenance
from curator.operations.baseline_ladder import Ladder, rows_of
from tests.judge.asking import MODEL, Desk
from tests.judge.server import text_of

LABELS = ("refund", "invoice", "delivery", "password")


def example(place: int) -> Example:
    kind = LABELS[place % len(LABELS)]
    text = f"Ticket {place}: please help me with my {kind} of order {place * 7919 % 10_007}."
    messages = (Message("user", text), Message("assistant", kind))
    return Example(messages=messages, id=f"e{place}", provenance=Provenance("tickets.jsonl", place + 1, "openai-chat"))


def rows(count: int) -> list[tuple[str, Example]]:
    return [(f"e{place}", example(place)) for place in range(count)]


def pool(count: int = 40) -> list[Example]:
    return [example(place) for place in range(10_000, 10_000 + count)]


def score(one: Example, answer: str) -> float:
    return label(one.output_text, answer)


def simulated(**accuracy: float) -> Any:
    """A model that is right in a share of the rows: of a rung by its name, else `other`. It errs on the same rows
    whatever the prompt, so that a better prompt is right wherever a worse one is."""

    def brain(body: dict[str, Any]) -> str:
        text = text_of(body)
        asked = re.findall(r"Ticket (\d+): please help me with my (\w+)", text.rpartition("</example>")[2])
        place, kind = asked[-1]
        if "first of two steps" in text:
            return f"It speaks of {kind}."
        share = accuracy.get(rung_of(text, body), accuracy.get("other", 0.0))
        luck = int(sha256(f"luck {place}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
        return kind if luck < share else random.Random(place).choice([one for one in LABELS if one != kind])

    return brain


def rung_of(text: str, body: dict[str, Any]) -> str:
    if len(body["messages"]) > 1:
        return "P4"
    if "fixed set of labels" not in text:
        return "P0"
    if "You do this work" in text or "<task>" in text or "Nothing but the answer." in text:
        return "P3"
    return "P2" if "<example>" in text else "P1"


def ladder(desk: Desk, count: int = 300, *, examples: int = 40) -> Ladder:
    return Ladder(rows_of(rows(count)), pool(examples), MODEL, desk.prices.models[MODEL], shots=(3, 8))
