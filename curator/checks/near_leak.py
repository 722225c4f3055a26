"""SPL002: trained on nearly what it is tested with."""

from curator.checks.base import ALIKE, NEAR, pair_check
from curator.checks.near_duplicate import named, near_edge, same_beside_text, same_example, same_output
from curator.checks.near_inputs import Difference, difference
from curator.checks.paraphrase import band
from curator.checks.rephrasing import own_parts, rephrased, request
from curator.checks.split_leak import in_a_split, split_leak
from curator.corpus import Edge, answer_kind, same_input
from curator.model import Example, Severity
from curator.text import visible
from curator.variable import SharedText, given_text
from curator.vectors.likeness import similarity

# As in DUP002: words that may differ where the output says which question was asked.
_REWORDED = 0.12
# Of so many matched words one may be a small one that only one side has ("very"), whatever the outputs are.
_FEW = 5
# Telling words that two inputs with one answer share, of which one clause may be told in another order; of so many one
# may be added, or stand for another; how alike the inputs are.
_SHARED, _LOOSE, _ALIKE = 6, 4, 0.8


@pair_check("SPL002", Severity.WARNING, block=(NEAR, ALIKE), learn=SharedText, takes=in_a_split, unless=("SPL001",))
def near_leak(left: Example, right: Example, usual: SharedText) -> Edge | None:
    """Nearly the same input in two splits; reported in the later one (validation, test).

    What counts as nearly the same is what near-duplicate (DUP002) and paraphrase (DUP003) say: shared system prompts,
    templates and passages make no leak, and a number, a name, a negation or an opposite always is a difference. Inputs
    that differ in nothing but articles, politeness, spacing and a small word in five leak whatever their outputs are;
    else the outputs must agree. Unlike duplicates, inputs with one short label leak as well, when they share nearly
    all telling words, in whatever order.

    Why: the score on the later split is too good: the model has seen its questions, nearly word for word.
    Fix: reject the example in one of the splits, or let an export make new splits, which keep such inputs together.
    Example:
        "Where is my parcel?" is in train.jsonl, "Hello, where's my parcel?" in test.jsonl
    """
    leak = split_leak.function(left, right)
    if leak is None or not same_beside_text(left, right):
        return None
    first, later = (left, right) if leak.left_id == left.id else (right, left)
    differs = difference(given_text(first), given_text(later), usual)
    if same_input(first) == same_input(later):
        return None
    split = visible(first.source_split or "", line=True)
    if differs is not None and _leaks(differs, first, later, usual):
        return near_edge(first, later, differs, f"Nearly the same input is in {split} ({named(first)})")
    if band(first, later, usual) != "strong" and not _told_again(first, later):
        return None
    return Edge(first.id, later.id, "similar", message=f"The same input in other words is in {split} ({named(first)}).")


def _leaks(differs: Difference, first: Example, later: Example, usual: SharedText) -> bool:
    """Whether inputs that differ like this are one to a model that is tested."""
    if not (differs.content or differs.template or differs.misspelt) and differs.small * _FEW <= differs.matched:
        return True
    agree = same_output(first, later, usual)
    return agree and same_example(differs, first, later, usual, _REWORDED)


def _told_again(first: Example, later: Example) -> bool:
    """Whether both inputs tell the same at some length, and have the same answer; a label will do."""
    if answer_kind(first) != answer_kind(later) or not first.output_text.strip():
        return False
    one, two = own_parts(given_text(first), given_text(later))
    told = rephrased(one, two) if one and two else None
    if told is None or (told.left_over and told.right_over):  # one thing for another is another case
        return False
    loose = len(told.left_over + told.right_over + told.substituted)
    shared = told.shared + len(request(one).values)
    enough = shared + len(told.substituted) >= _SHARED and loose <= max(1, shared // _LOOSE)
    return enough and similarity(one, two) >= _ALIKE
