"""Fills a workspace from pairs of texts, as an import would."""

from collections.abc import Sequence
from typing import Any

from curator.model import Example, Message
from curator.workspace import Counts, Workspace

Pair = tuple[str, str]
REFUNDS: tuple[Pair, ...] = (("Can I return it?", "Yes."), ("Where is my parcel?", "On its way."), ("Hi", "Hello!"))


def example(asked: str, answered: str, /, **columns: Any) -> Example:
    return Example(messages=(Message("user", asked), Message("assistant", answered)), metadata=columns)


def fill(
    ws: Workspace,
    examples: Sequence[Example | Pair] = REFUNDS,
    *,
    name: str = "refunds.jsonl",
    split: str | None = None,
    retire: bool = False,
    whole: bool = True,
) -> Counts:
    """Imports examples, or (user, assistant) pairs, as the rows of one source."""
    load = ws.sources.begin(name, kind="jsonl", format="openai_chat", split=split)
    for row, given in enumerate(examples, start=1):
        parsed = given if isinstance(given, Example) else example(*given)
        load.add(parsed, raw=f"row {row}".encode(), row=row)
    return load.finish(
        digest="d1", layout={"encoding": "utf-8"}, revision=None, blank=0, actor="ana", retire=retire, whole=whole
    )


def texts(ws: Workspace) -> list[str]:
    """The outputs that stand, in the order of their numbers."""
    return [entry.example.output_text for entry in ws.examples.stream()]
