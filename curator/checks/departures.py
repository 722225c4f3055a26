"""How the outer form of one output departs from that of its group. Read by format_drift."""

import re
from typing import NamedTuple

from curator.checks.json_texts import read, unfenced
from curator.checks.output_formats import Formats
from curator.checks.signatures import THOUGHT, Feature, Signature, answer, bare, lead, signature
from curator.corpus import opening
from curator.model import Example
from curator.tasks import looks_code
from curator.text import normalise, words

# The largest share of a group in which a form that nobody writes by chance is still drift, and of any other form.
_BLATANT, _CLEAR = 0.2, 0.05
# And of one that the instruction asks for otherwise; then so many others are a majority.
_AGAINST, _MAJORITY = 0.4, 0.6
# Lists come where they fit; only where hardly any other output is one are they drift.
_LISTS, _ONE_LINE = 0.02, 0.9
# A form is looked at, without a warning, when at most this share has it, in a group of this size.
_WEAK, _WEAK_GROUP = 0.08, 30
# What the others have to agree in for a warning of the less blatant kinds.
_AGREED = 0.95

_SAID: dict[tuple[Feature, str], str] = {
    ("wrap", "fence"): "is in a code fence",
    ("wrap", "tags"): "is in tags",
    ("wrap", "quotes"): "is in quotes",
    ("wrap", "backticks"): "is in backticks",
    ("wrap", "emphasis"): "is in bold or italics",
    ("start", "bullet"): "starts with a bullet",
    ("start", "item number"): "starts with the number of a list item",
    ("start", "heading"): "starts with a heading",
    ("start", "number"): "is a bare number",
    ("start", "quote"): "starts with a quote",
    ("marks", "bold"): "has bold text",
    ("marks", "heading"): "has a heading",
    ("marks", "fence"): "has a code block",
    ("marks", "table"): "has a table",
    ("marks", "list"): "has a list",
    ("end", "stop"): "ends with a stop",
    ("end", "none"): "ends without a stop",
    ("end", "exclamation"): "ends with an exclamation mark",
    ("end", "question"): "ends with a question mark",
    ("end", "colon"): "ends with a colon",
    ("end", "ellipsis"): "ends with an ellipsis",
    ("case", "upper"): "is in capitals",
    ("case", "lower"): "is in lower case",
    ("case", "title"): "is in Title Case",
    ("case", "sentence"): "starts with a capital",
    ("case", "mixed"): "starts without a capital",
    ("lines", "one"): "has one line",
    ("lines", "a few"): "has two or three lines",
    ("lines", "many"): "has many lines",
    ("lines", "paragraphs"): "has paragraphs",
    ("outer", "spaces"): "has spaces or line breaks around it",
}
_LACKS: dict[str, str] = {"is": "is not", "starts": "does not start", "has": "has no", "ends": "does not end"}
_WANTS_LIST = re.compile(
    r"\b(?:lists?|steps?|bullet\w*|points?|items?|ideas|ways|options|which|name (?:\w+ )?(?:two|three|four|five|\d+)|"
    r"what are|how (?:do|can|to|should)|instructions?|recipe|ingredients|plan|schedule|agenda|outline|poem|"
    r"table|markdown|headings?|format|bold|sections?|examples|several|compare|liste|schritte|étapes|pasos)\b|"
    r"\b(?:two|three|"
    r"four|five|six|seven|eight|nine|ten|\d+) \w+s\b",
    re.IGNORECASE,
)
_WANTS_BULLETS = re.compile(
    r"\bbullets?\b|\bbullet(?:ed|-)? ?(?:points?|list)|stichpunkt|\bpuces\b|viñetas", re.IGNORECASE
)
_WANTS_CODE = re.compile(
    r"\b(?:code|function|script|program|quer(?:y|ies)|sql|python|java\w*|regex|command|class|snippet|html|css|bash|"
    r"loop|"
    r"method|shell|json|yaml|xml)\b|```",
    re.IGNORECASE,
)
_WANTS_QUOTES = re.compile(
    r"\b(?:quot(?:e|es|ed|ing|ation)|verbatim|word for word|zitier\w*|citez?|cita)\b", re.IGNORECASE
)
# A fence that names a language holds code, and is no way to write prose.
_CODE_FENCE = re.compile(r"```(?!te?xt|plain|markdown|md)[A-Za-z]")
_INLINE = re.compile(r"(?:^|\s)(?:\d{1,2}[.)]|[-*\u2022])\s")
_REQUEST = re.compile(
    r"\b(?:can|could|would|will|may) (?:you|i|we)\b|\bplease\b|\bi(?:'d| would) (?:like|love)\b|\bi (?:want|need)\b|"
    r"\b(?:is|are) (?:it|there|they|you)\b|\bdo you\b|\blet's\b|\bbitte\b|können sie|pouvez|podr[ií]a",
    re.IGNORECASE,
)


# What a line of code has, and what sentences have.
_SIGNS = re.compile(r"[;={}\[\]<>\\|]|\w\(|\A\s*(?:#|--|//|/\*)|\b[A-Z]{4,} ")
_PLAIN = frozenset(
    ("the", "a", "is", "to", "you", "can", "this", "of", "der", "die", "das", "le", "la", "el", "un", "by")
)
# What a sentence about a label has, and a list of labels has not.
_LINKING = frozenset(
    ("is", "are", "this", "it", "the", "about", "be", "would", "should", "i", "looks", "das", "ist", "est")
)


class Departure(NamedTuple):
    """One feature in which an output is unlike the others: in words, by how many it is shared, and how strong it is."""

    feature: Feature
    rule: str
    having: int
    strong: bool
    weight: float = 1.0
    span: tuple[int, int] | None = None
    fixed: str | None = None
    safe: bool = False


def departures(example: Example, text: str, usual: Formats, majority: float) -> list[Departure]:
    """How an output departs from its group, strongest first. Nothing for JSON, and where the others are JSON."""
    if not usual.mostly_text(majority) or read(text).kind != "text":
        return []
    own = signature(text)
    if usual.bare_code:
        among_code = _among_code(text, own, usual)
        if among_code is not None:
            return among_code
    if usual.labels:
        if text.strip() in usual.spellings:
            return []
        of_label = _of_label(example, text, usual, own)
        if of_label is not None:
            return of_label
    listed = max(usual.features["start"].get(start, 0) for start in ("bullet", "item number"))
    bullets = own.start == "text" and listed >= _MAJORITY * (usual.texts - 1) and _wants_bullets(example)
    departing = usual.departing(own, min(majority, _MAJORITY) if bullets else majority)
    if not departing:
        return []
    found: list[Departure | None] = []
    others = usual.texts - 1
    for feature, value, common, agreeing in departing:
        count = usual.features[feature][value]
        found.append(_departure(feature, value, common, count, agreeing / others, example, text, usual))
    wrapped = any(departure is not None and departure.feature == "wrap" for departure in found)
    begun = any(departure is not None and departure.feature == "start" for departure in found)
    said = {"marks"} if begun else set()
    said |= {"marks", "start"} if wrapped else set()
    kept = [departure for departure in found if departure and departure.feature not in said]
    return sorted(kept, key=lambda departure: not departure.strong)


def _among_code(text: str, own: Signature, usual: Formats) -> list[Departure] | None:
    """What is no code, or code in a fence, where the others are code without one."""
    stripped = text.strip()
    if own.wrap == "fence":
        return [
            Departure("wrap", "is in a code fence", usual.features["wrap"]["fence"], True, fixed=unfenced(stripped))
        ]
    if "```" in stripped:
        return [Departure("marks", "has text around a code block", usual.features["marks"].get("fence", 1), True)]
    said = words(stripped)
    if not looks_code(stripped) and not _SIGNS.search(stripped) and len(said) >= 6 and len(_PLAIN & set(said)) >= 2:
        return [Departure("lines", "is text where the others are code", max(1, usual.outputs - usual.code), True)]
    return None


def _of_label(example: Example, text: str, usual: Formats, own: Signature) -> list[Departure] | None:
    """In a set of labels the label is the unit: one that comes again is right, one in another form is not.

    None where the form has to be looked at feature by feature.
    """
    stripped = text.strip()
    count = usual.answers.get(stripped, 1)
    spelled, often = usual.labels.get(answer(stripped), ("", 0))
    if often > 1:
        return [] if often <= 2 * count - (usual.texts < 30) else _difference(own, signature(spelled), count, spelled)
    above, _, below = stripped.partition("\n")
    if below.strip() and usual.closed and usual.labels.get(answer(above), ("", 0))[1] > 1:
        return [Departure("lines", "has more lines below its label", 1, True, fixed=above.strip())]
    if own.prefix or own.wrap or own.lines != "one":
        return None
    said = words(stripped)
    if count == 1 and len(said) >= 4 and usual.closed and not _LINKING.isdisjoint(said):
        named = [key for key, (_, n) in usual.labels.items() if n > 1 and _within(words(key), said)]
        if named and len(said) >= 3 + max(len(words(key)) for key in named) and not _offered(example, stripped):
            return [Departure("lines", "is a sentence where the others are a label", 1, True)]
    return []


def _difference(own: Signature, common: Signature, count: int, spelled: str) -> list[Departure]:
    for feature, value in own.items():
        if value != common.of(feature):
            return [Departure(feature, _phrase(feature, value, common.of(feature)), count, True, fixed=spelled)]
    return []


def _within(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    return bool(few) and any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _departure(
    feature: Feature, value: str, common: str, count: int, agreed: float, example: Example, text: str, usual: Formats
) -> Departure | None:
    if feature == "close" and not common:
        return None  # a last line of one's own is no form
    share = count / usual.texts
    limit = _limit(feature, value, common, example, text, usual)
    if limit == _BLATANT and feature in (
        "prefix",
        "wrap",
        "close",
    ):  # nobody writes them by chance: counted among the others
        share = (count - 1) / (usual.texts - 1)
    strong = limit > 0 and (share <= limit or count == 1)
    if strong and limit <= _CLEAR:
        strong = agreed >= (_AGREED if usual.texts >= 40 else 1.0)
    if not strong and (usual.texts < _WEAK_GROUP or share > _WEAK):
        return None
    fixed, safe, span = _mended(feature, value, common, text)
    weight = 1.0 if limit > 0 or feature != "lines" else 0.6
    return Departure(feature, _phrase(feature, value, common), count, strong, weight, span, fixed, safe)


def _limit(feature: Feature, value: str, common: str, example: Example, text: str, usual: Formats) -> float:
    """The largest share of the group that may have this form and still be warned of; 0 where it is only looked at."""
    if feature == "prefix":
        return _of_prefix(value, common, example, text, usual)
    if usual.heads.own and (feature, value) != ("wrap", "fence"):
        return 0.0  # each row asks for something else, a heading or a quotation too
    if feature == "wrap":
        return _of_wrap(value, example, text, usual)
    if feature == "close":
        return _BLATANT if common and not usual.dialogues else 0.0
    if usual.dialogues:
        return 0.0
    if feature == "start":
        return _of_start(value, common, example, text, usual)
    if feature == "marks" and "list" not in (value, common):
        wants = _WANTS_CODE if "fence" in (value, common) else _WANTS_LIST
        if value == "fence" and _CODE_FENCE.search(text):
            return 0.0
        return 0.0 if wants.search(_asked(example)) else _CLEAR
    if feature == "case" and value == "upper":
        return _CLEAR if sum(map(str.isalpha, text)) >= 15 and " " in text.strip() else 0.0
    return 0.0


def _of_wrap(value: str, example: Example, text: str, usual: Formats) -> float:
    given = opening(example)
    if not value:
        return _CLEAR
    if value == "fence" and _CODE_FENCE.match(text.strip()):
        return 0.0
    if value == "fence":
        return 0.0 if usual.features["marks"].get("fence", 0) > 1 and _WANTS_CODE.search(given) else _BLATANT
    if value == "quotes" and _WANTS_QUOTES.search(given):
        return 0.0
    return 0.0 if text.strip() in given else _BLATANT


def _of_start(value: str, common: str, example: Example, text: str, usual: Formats) -> float:
    if value == "text" and common in ("bullet", "item number") and _wants_bullets(example):
        return _AGAINST
    if value not in ("bullet", "item number", "heading"):
        return _CLEAR if common in ("bullet", "item number", "heading", "number") else 0.0
    if _WANTS_LIST.search(_asked(example)):
        return 0.0
    if value == "heading":
        return 0.0 if _WANTS_CODE.search(_asked(example)) else _CLEAR  # "# TODO" is a comment
    if "\n" not in text.strip() and len(_INLINE.findall(text)) < 2:
        return _BLATANT
    # Where outputs have now one line and now several, lists are among what is usual.
    return _LISTS if usual.features["lines"].get("one", 0) >= _ONE_LINE * (usual.texts - 1) else 0.0


def _of_prefix(value: str, common: str, example: Example, text: str, usual: Formats) -> float:
    if value == THOUGHT:
        return 0.0 if THOUGHT.strip("'") in opening(example) else _BLATANT
    if value.endswith("\u2026:'"):
        return 0.0 if "```" in text else _BLATANT
    if value.endswith(":'") or (not value and common.endswith(":'") and "\u2026" not in common):
        return _BLATANT
    # "Sure, it is red." is how people talk; "Sure! It is red." is how models do, when nobody asked them a favour.
    natural = not value.endswith("!'") or usual.dialogues or _REQUEST.search(_asked(example))
    return 0.0 if natural else _CLEAR


def _asked(example: Example) -> str:
    """What the last turn asks: the instruction and what stands below it."""
    return opening(example) if len(example.input) <= 2 else example.input[-1].text


def _wants_bullets(example: Example) -> bool:
    """Whether the instruction, or the last turn, asks for bullets."""
    system = example.messages[0].text if example.messages[0].role == "system" else ""
    return _WANTS_BULLETS.search(system) is not None or _WANTS_BULLETS.search(_asked(example)) is not None


def _offered(example: Example, said: str) -> bool:
    return normalise(said) in normalise(opening(example))


def _phrase(feature: Feature, value: str, common: str) -> str:
    if feature == "prefix":
        return f"starts with {value}" if value else f"does not start with {common}"
    if feature == "close":
        return f"does not close with a line {common}"
    said = _SAID.get((feature, value))
    if said is not None:
        return said
    verb, _, rest = _SAID[(feature, common)].partition(" ")
    return f"{_LACKS[verb]} {rest.removeprefix('a ') if verb == 'has' else rest}"


def _mended(feature: Feature, value: str, common: str, text: str) -> tuple[str | None, bool, tuple[int, int] | None]:
    """The text in the usual form, whether that cannot change its meaning, and where the form shows."""
    start = len(text) - len(text.lstrip())
    stripped = text.strip()
    if feature == "prefix" and value:
        length = lead(stripped)[1]
        rest = stripped[length:]
        kept = rest[:1].upper() + rest[1:] if value.endswith(("!'", ",'", ".'")) else rest
        return kept, False, (start, start + length)
    if feature == "prefix":
        return f"{common.strip(chr(39))} {stripped}", False, None
    if feature == "outer" and value:
        return stripped, True, None
    if feature == "wrap" and value and not common:
        inner = unfenced(stripped) if value == "fence" else bare(stripped) + _stop(stripped)
        return inner, False, None
    if feature == "start" and value in ("bullet", "item number", "heading") and "\n" not in stripped:
        return re.sub(r"\A\S{1,5}\s+", "", stripped), False, (start, start + 1)
    if feature == "end" and value == "stop" and common == "none":
        return stripped[:-1] if stripped.endswith(".") else None, False, (len(text.rstrip()) - 1, len(text.rstrip()))
    return None, False, None


def _stop(stripped: str) -> str:
    inner = stripped.rstrip("\"'*_`\u201d\u2019\u00bb")
    return inner[-1] if inner[-1:] in tuple(".!?") else ""
