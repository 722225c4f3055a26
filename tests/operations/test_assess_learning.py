"""What the learning curve and the neighbours are read from: whole inputs, but for the template around them."""

from pathlib import Path
from typing import Any

from curator.operations.import_ import import_sources
from curator.workspace import Workspace
from tests.conftest import chat, write_jsonl
from tests.operations.test_assess import THINGS, assessed, intents


def test_words_that_tell_labels_apart_are_learned_from_though_many_inputs_share_them(workspace: Any) -> None:
    things = [THINGS[n % 5] for n in range(800)]
    said = (
        f"Ticket {n}: please help me with my {thing} of order {n * 7919 % 10_007}." for n, thing in enumerate(things)
    )
    signals = assessed(workspace(*zip(said, things, strict=True))).signals
    assert signals.curve is not None
    assert signals.curve.errors[-1] < 0.02
    assert signals.neighbours is not None
    assert signals.neighbours.gain > 0.5


def test_a_template_around_the_inputs_is_not_learned_from(workspace: Any, folder: Path) -> None:
    rules = " ".join(f"Rule {n}: be kind, be short, and name the thing that number {n} is about." for n in range(90))
    pairs = [(f"{rules}\n\n{text}\n\nThe label:", kind) for text, kind in intents()]
    plain = assessed(workspace(*intents())).signals
    write_jsonl(folder / "framed.jsonl", [chat(*pair) for pair in pairs])
    with Workspace.open_or_create(folder / "framed.curator") as other:
        for _ in import_sources(other, [str(folder / "framed.jsonl")], actor="ana"):
            pass
        framed = assessed(other).signals
    assert plain.curve is not None
    assert framed.curve is not None
    assert framed.curve.errors == plain.curve.errors
    assert framed.neighbours == plain.neighbours
