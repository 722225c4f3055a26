"""SPL001: trained on what it is tested with."""

from curator.checks.base import pair_check
from curator.corpus import Edge, same_input
from curator.model import Example, Severity
from curator.text import fingerprint, visible

_ORDER = (("train",), ("val", "dev", "eval"), ("test",))


def of_split(example: Example) -> bytes:
    """The key of examples in one split."""
    return fingerprint(example.source_split or "")


def in_a_split(example: Example, _: object) -> bool:
    """Whether an example is in any split."""
    return bool(example.source_split)


@pair_check("SPL001", Severity.ERROR, block=same_input, takes=in_a_split, kind=of_split)
def split_leak(left: Example, right: Example) -> Edge | None:
    """The same input in two splits; reported in the later one (validation, test), with the training rows related.

    The split is the one assigned in this workspace, else the one the data came with. Examples without a
    split leak nothing.

    Why: the score on the later split is too good: the model has seen its questions, maybe with the answers.
    Fix: reject the example in one of the splits, or let an export make new splits, which never part same inputs.
    Example:
        "Where is my parcel?" is in train.jsonl, row 3 and in test.jsonl, row 90
    """
    if not left.source_split or not right.source_split:
        return None
    if _place(left.source_split) == _place(right.source_split):
        return None
    first, later = sorted((left, right), key=lambda example: _place(example.source_split or ""))
    seen, used = visible(first.source_split or "", line=True), visible(later.source_split or "", line=True)
    return Edge(first.id, later.id, "same", message=f"This input of {used} is in {seen} too.")


def _place(split: str) -> tuple[int, str]:
    """Where a split stands: training first, then validation, test, and any other by name."""
    name = split.casefold().strip()
    for place, beginnings in enumerate(_ORDER):
        if name.startswith(beginnings):
            return place, ""
    return len(_ORDER), name
