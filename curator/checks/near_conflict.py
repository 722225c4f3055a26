"""CON002: nearly one question, two answers that cannot both be right."""

from curator.checks.answers_given import AnswersGiven
from curator.checks.base import ALIKE, NEAR, pair_check
from curator.checks.conflicting_outputs import comparable, differing, edge_of, quoted_outputs
from curator.checks.contradiction import NUMBER_WORDS, stem
from curator.checks.prompts import fixed_key, parts
from curator.checks.question_wordings import same_but_for_wording
from curator.checks.questions import essence, is_question, same_question
from curator.checks.rephrasing import own_parts, rephrased, request
from curator.checks.trifles import PERSONS
from curator.corpus import Edge, alike_input, same_pair
from curator.model import Example, Message, Severity
from curator.text import shorten, worded, words
from curator.vectors.likeness import similarity

#: Characters of a turn up to which a few other words are still the same question; longer ones are told apart by NEAR.
LONGEST = 400
#: Words that count which a question has at least.
_LEAST = 2
#: Likeness (see `similarity`) of two wordings with the same telling words, and of those that have a single one.
_ALIKE, _ONE_WORD = 0.85, 0.9
_PAST = frozenset(("did", "was", "were", "had", "didn't", "wasn't", "weren't"))


def asked_alike(example: Example) -> bytes | None:
    """The key of inputs whose last turn has the same words that count, in any order, after the same instruction."""
    head, first, later = parts(example)
    last, before = _last(first, later)
    if not last or len(last) > LONGEST:
        return None
    found = essence(last)
    if len(found) < _LEAST:
        return None
    return fixed_key(head, before, "asked", " ".join(sorted(found)), worded(first) if later else "")


@pair_check(
    "CON002", Severity.WARNING, block=(asked_alike, NEAR, ALIKE), learn=AnswersGiven, takes=comparable, kind=same_pair
)
def near_conflict(left: Example, right: Example, usual: AnswersGiven) -> Edge | None:
    """Nearly the same input with outputs that contradict each other.

    Two inputs are nearly the same when instruction and earlier turns are worded alike and the last turns ask the
    same: they differ in courtesies, function words, the form or a slip of a word, or a common synonym, and agree in
    all numbers, names and negations, in their order ("from Rome to Oslo" is not "from Oslo to Rome"), and in whether
    they ask or state. "The season at the lido" is "the lido season", and "yesterday night" is "last night". Outputs
    conflict when the difference can be named: another label, polarity, value or date.

    Why: what separates the two inputs is no reason for another answer, so the model learns an accident.
    Fix: give both the right answer; or add to the input what makes the difference.
    Example:
        "How do I cancel my order?" -> "orders", "How can I cancel my order please" -> "refunds"
    """
    if left.tools != right.tools or left.output_text == right.output_text != "":
        return None
    first, second = parts(left), parts(right)
    one, before = _last(first.asked, first.later)
    two, others = _last(second.asked, second.later)
    if len(before) != len(others) or worded(first.head) != worded(second.head):
        return None
    if not same_question(one, two) and not same_but_for_wording(one, two) and not _reworded(one, two):
        return None
    if first.later and worded(first.asked) != worded(second.asked):
        return None
    if before != others and not all(
        a.role == b.role and worded(a.text) == worded(b.text) for a, b in zip(before, others, strict=True)
    ):
        return None
    if alike_input(left) == alike_input(right):
        return None
    found = differing(left, right, usual)
    if found is None or not found.conflict or not found.hard:
        return None
    said, other = quoted_outputs(left, right)
    message = f'Nearly the same input, "{shorten(one)}" and "{shorten(two)}", is answered with {said} and with {other}.'
    return edge_of(left, right, "conflict", found, message)


def _reworded(one: str, two: str) -> bool:
    """Whether two turns have the same telling words, each in a wording of its own, beside what both quote."""
    mine, theirs = own_parts(one, two)
    if not mine or not theirs or max(len(mine), len(theirs)) > LONGEST or is_question(mine) != is_question(theirs):
        return False
    asked = rephrased(mine, theirs)
    if asked is None or asked.left_over or asked.right_over or asked.substituted or _frame(mine) != _frame(theirs):
        return False
    return similarity(mine, theirs) >= (_ALIKE if asked.shared >= _LEAST else _ONE_WORD)


def _frame(text: str) -> tuple[frozenset[int], bool, tuple[str, ...]]:
    """Whom a turn speaks of, whether of the past, and its telling words and numbers in their order."""
    said, asked = words(text), request(text)
    known = frozenset((*asked.content, *asked.values))
    told = [word for word in said if word in NUMBER_WORDS or not known.isdisjoint((word, stem(word)))]
    persons = frozenset([PERSONS[word] for word in said if word in PERSONS])
    return persons, not _PAST.isdisjoint(said), tuple([stem(word) for word in told])


def _last(first: str, later: tuple[Message, ...]) -> tuple[str, tuple[Message, ...]]:
    """The turn that is answered, and the turns between the first one and it."""
    if not later:
        return first, ()
    return (later[-1].text, later[:-1]) if later[-1].role == "user" else ("", later)
