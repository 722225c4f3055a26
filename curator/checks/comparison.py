"""Whether two outputs for one input say the same, are two ways to put it, or contradict each other.

Outputs are compared as what they are: tool calls by name and arguments, JSON leaf by leaf, programs token by token, yes
and no by polarity,
numbers with their units by the precision that they are written in, dates by what they can be read as, short answers
(labels, names) word by word, and running text by what clashes in it.
"""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from curator.checks.code_compared import code_difference
from curator.checks.contradiction import FUNCTION_WORDS, content, contradiction, plain_words, stem
from curator.checks.open_tasks import Freedom, freedom
from curator.checks.opposites import vocabulary
from curator.checks.prose import Clash, answered_polarity, clash, polarity
from curator.checks.quantities import only_day, only_quantity
from curator.model import Message, ToolCall
from curator.tasks import is_short
from curator.text import answer_key, canonical_json, normalise, shorten

Kind = Literal["call", "json", "code", "yes or no", "number", "date", "label", "short text", "text"]

#: From this score on, running texts without a clash that can be named contradict each other. Of correct answers beside
#: a reference answer (see contradiction.py) 8 to 13 % reach it, of contradictory ones 35 to 50 %.
CONTRADICTORY = 0.7
#: Content words beyond the question that a text needs before its having others than the other text says anything.
_SAYS = 3
#: With fewer ("On its way."), the score has to be higher.
_SURELY = 0.8
_LEAVES = 3
_PHRASE = 7
# A text with one of these is a sentence.
_SENTENCE = vocabulary(
    "is are was were am be been they it he she we you i there because that if then have has had can could will would "
    "should must do does did its im youre theyre"
)
_SURE, _VALUE, _OTHER = 0.97, 0.9, 0.8


class Comparison(Struct, frozen=True):
    """How two outputs differ. `conflict` False: they are variants of one answer, or of several acceptable ones.

    `hard` says that the conflict can be named (another label, value, polarity), and does not rest on the wording
    alone. `score` is 0 to 1. `detail` says what differs, where quoting both does not; `left` and `right` are the
    characters that do.
    """

    kind: Kind
    conflict: bool
    score: float
    hard: bool = False
    detail: str = ""
    left: tuple[int, int] | None = None
    right: tuple[int, int] | None = None

    @property
    def doubtful(self) -> bool:
        """Whether running texts conflict by their wording alone."""
        return self.conflict and self.kind == "text" and not self.hard


def compare(
    question: str, left: Message, right: Message, is_label: Callable[[str], bool] | None = None
) -> Comparison | None:
    """How two outputs for `question` differ; None when they say the same. The sides are alike.

    `is_label` tells whether a short answer is one of a closed set: two of those differ however alike they look.
    """
    if left.tool_calls or right.tool_calls:
        return _calls(left.tool_calls, right.tool_calls)
    one, two = left.text, right.text
    if one == two or answer_key(one) == answer_key(two):
        return None
    labels = is_label is not None and is_short(one) and is_short(two) and is_label(one) and is_label(two)
    if labels and wording(one) != wording(two) and polarity(one) is None:
        return Comparison("label", True, _SURE, hard=True)
    return compare_texts(question, one, two)


def conflict_score(question: str, left: str, right: str) -> float:
    """From 0 to 1: how likely two texts that answer one question contradict each other."""
    found = compare_texts(question, left, right) if answer_key(left) != answer_key(right) else None
    return 0.0 if found is None else found.score


@lru_cache(maxsize=2048)
def compare_texts(question: str, left: str, right: str) -> Comparison:
    """How two texts that are not the same differ as answers to the question."""
    found = (
        _json(left, right) or _code(left, right) or _polarities(question, left, right) or _values(question, left, right)
    )
    if found is None and _phrase(left) and _phrase(right):
        found = _short(question, left, right)
    return found or _texts(question, left, right)


@lru_cache(maxsize=512)
def wording(text: str) -> tuple[str, ...]:
    """The words of a short answer that count: no articles, no punctuation, stems of the rest."""
    return tuple(stem(word) for word in plain_words(normalise(text)) if word not in ("a", "an", "the"))


def _calls(left: tuple[ToolCall, ...], right: tuple[ToolCall, ...]) -> Comparison | None:
    if not left or not right:
        return Comparison("call", True, _VALUE, hard=True)
    names, others = [call.name for call in left], [call.name for call in right]
    if names != others:
        return Comparison("call", True, _SURE, hard=True)
    differences: list[str] = []
    for one, two in zip(left, right, strict=True):
        given, other = _document(one.arguments), _document(two.arguments)
        if given is None or other is None:
            if normalise(one.arguments) != normalise(two.arguments):
                differences.append("its arguments")
            continue
        differences += [name for name, differs in _leaves(given[0], other[0]) if differs]
    if not differences:
        same = all(_arguments(one) == _arguments(two) for one, two in zip(left, right, strict=True))
        return None if same else Comparison("call", False, 0.1)
    return Comparison("call", True, _VALUE, hard=True, detail=_named(differences))


def _arguments(call: ToolCall) -> str:
    return canonical_json(call.arguments) or normalise(call.arguments)


@lru_cache(maxsize=512)
def _document(text: str) -> tuple[Any] | None:
    return (json.loads(text),) if canonical_json(text) is not None else None


def _json(left: str, right: str) -> Comparison | None:
    if not all(text.lstrip()[:1] in ("{", "[") for text in (left, right)):
        return None
    one, two = _document(left), _document(right)
    if one is None or two is None:
        return None
    found = list(_leaves(one[0], two[0]))
    differences = [name for name, differs in found if differs]
    if not differences:
        return Comparison("json", False, 0.1)
    return Comparison("json", True, _VALUE, hard=True, detail=_named(differences))


def _code(left: str, right: str) -> Comparison | None:
    found = code_difference(left, right)
    if found is None or not (found.turned or found.left == found.right == ""):
        return None
    if not found.turned:
        return Comparison("code", False, 0.1)
    one, two = (f'"{shorten(side, 24)}"' if side else "nothing" for side in (found.left, found.right))
    return Comparison("code", True, _VALUE, hard=True, detail=f"They differ in {one} and {two}.")


def _named(differences: list[str]) -> str:
    more = len(differences) - _LEAVES
    named = list(dict.fromkeys(differences))[:_LEAVES]
    return f"They differ in {', '.join(named)}{f' and {more:,} more' if more > 0 else ''}."


def _leaves(left: Any, right: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """The leaves that are not equal: path and both values, and whether that is more than another spelling."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from _leaves(left.get(key), right.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(left, list) and isinstance(right, list):
        if _sorted(left) == _sorted(right):
            if left != right:
                yield path, False
        elif len(left) != len(right):
            yield f"{shorten(path) or 'the list'} ({len(left):,} and {len(right):,} items)", True
        else:
            for index, (one, two) in enumerate(zip(left, right, strict=True)):
                yield from _leaves(one, two, f"{path}[{index}]")
    elif (type(left) is not type(right) or left != right) and _spelled(left) != _spelled(right):
        empty = not left and not right and type(left) is not bool and type(right) is not bool
        yield (
            f"{shorten(path) or 'the value'} ({_quoted(left)} and {_quoted(right)})",
            not empty and _differ(left, right),
        )


def _sorted(values: list[Any]) -> list[str]:
    return sorted(_spelled(value) for value in values)


def _spelled(value: Any) -> str:
    return canonical_json(json.dumps([value])) or ""


def _quoted(value: Any) -> str:
    return shorten(json.dumps(value, ensure_ascii=False, default=str), 24)


def _differ(left: Any, right: Any) -> bool:
    if not isinstance(left, str) or not isinstance(right, str):
        return not (isinstance(left, str | int | float) and _scalar(left) == _scalar(right))
    return compare_texts("", left, right).conflict


def _scalar(value: Any) -> str:
    return answer_key(value if isinstance(value, str) else json.dumps(value))


def _polarities(question: str, left: str, right: str) -> Comparison | None:
    one, two = answered_polarity(question, left), answered_polarity(question, right)
    if one is None or two is None:
        return None
    if one.yes != two.yes:
        loose = freedom(question) is Freedom.FREE
        return Comparison(
            "yes or no", not loose, _SURE, hard=not loose, left=(one.start, one.end), right=(two.start, two.end)
        )
    return Comparison("yes or no", False, 0.05) if one.whole or two.whole else None


def _values(question: str, left: str, right: str) -> Comparison | None:
    """Answers that are a number or a date."""
    loose = freedom(question) is Freedom.FREE
    day, other_day = only_day(left), only_day(right)
    if day and other_day:
        return Comparison("date", False, 0.05) if day.same(other_day) else _value("date", loose)
    amount, other = only_quantity(left), only_quantity(right)
    if amount is None or other is None or not amount.comparable(other):
        return None
    return Comparison("number", False, 0.05) if amount.same(other) else _value("number", loose)


def _value(kind: Kind, loose: bool) -> Comparison:
    return Comparison(kind, not loose, 0.4 if loose else _SURE, hard=not loose)


def _short(question: str, left: str, right: str) -> Comparison | None:
    """Names, labels, and other answers of a few words."""
    one, two = wording(left), wording(right)
    if one == two:
        return Comparison("short text", False, 0.05)
    says, other = _telling(one), _telling(two)
    if says == other and _negated(one) == _negated(two):
        return Comparison("short text", False, 0.1)
    if _labels(left, right):
        return Comparison("label", True, _SURE, hard=True)
    if freedom(question) is not Freedom.NONE:
        return Comparison("short text", False, 0.4)
    if _negated(one) != _negated(two) or _numbers(one) != _numbers(two):
        if _numbers(one) != _numbers(two) and not (_numbers(one) and _numbers(two)):
            return Comparison("short text", False, 0.3) if says <= other or other <= says else _differing(says, other)
        return Comparison("short text", True, _VALUE, hard=True)
    if says and other and (says <= other or other <= says):
        return Comparison("short text", False, 0.2)
    return _differing(says, other)


def _phrase(text: str) -> bool:
    """Whether a text is a label, a name or another answer of a few words, and no sentence."""
    if not is_short(text):
        return False
    found = plain_words(text)
    return len(found) <= _PHRASE and _SENTENCE.isdisjoint(found)


def _differing(says: frozenset[str], other: frozenset[str]) -> Comparison:
    shared = len(says & other) / max(1, min(len(says), len(other)))
    return Comparison("short text", True, round(_VALUE - 0.2 * shared, 3), hard=not shared)


def _labels(left: str, right: str) -> bool:
    """Whether both are written as labels are: one token, and an underscore, capitals or CamelCase in one of them."""
    both = (left.strip().rstrip("."), right.strip().rstrip("."))
    if any(len(text.split()) != 1 for text in both):
        return False
    return any("_" in text or (text.isupper() and len(text) > 1) for text in both) and all(
        text.replace("_", "").replace("-", "").isalnum() for text in both
    )


def _telling(found: tuple[str, ...]) -> frozenset[str]:
    telling = frozenset(word for word in found if word not in FUNCTION_WORDS)
    return telling or frozenset(found)


def _negated(found: tuple[str, ...]) -> int:
    return sum(word in ("not", "no", "never", "non", "cannot", "cant", "dont", "without") for word in found) % 2


def _numbers(found: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in found if word[0].isdigit())


def _texts(question: str, left: str, right: str) -> Comparison:
    """Running text on at least one side."""
    score = contradiction(question, left, right)
    free = freedom(question)
    if free is Freedom.FREE:
        return Comparison("text", False, round(score, 3))
    found: Clash | None = clash(left, right)
    if found is not None and not (free is Freedom.FORM and found.kind in ("names", "opposites")):
        return Comparison(
            "text", True, round(max(score, found.score), 3), True, found.detail, left=found.left, right=found.right
        )
    asked = content(plain_words(question))
    told = min(len(content(plain_words(text)) - asked) for text in (left, right))
    contradictory = free is Freedom.NONE and told >= 1 and score >= (CONTRADICTORY if told >= _SAYS else _SURELY)
    return Comparison("text", contradictory, round(score, 3))
