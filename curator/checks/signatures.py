"""The outer form of a text in a few features: how it begins and ends, its marks, its lines, its case.

Few and strong ones, because every feature is one more way for a good text to be unlike the others.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from curator.text import normalise

#: A feature of `Signature`, by its name.
Feature = Literal["prefix", "wrap", "start", "marks", "end", "case", "lines", "outer", "close"]
FEATURES: tuple[Feature, ...] = ("prefix", "wrap", "start", "marks", "end", "case", "lines", "outer", "close")

_NAME = (
    r"(?:final |correct |short |my |the )?(?:answer|output|response|reply|result|label|category|class|intent|topic|"
    r"sentiment|sql(?: query)?|query|code|"
    r"summary|translation|rewritten(?: \w+)?|completion|solution|assistant|ai|bot|agent|chatbot|a|"
    r"antwort|ausgabe|ergebnis|kategorie|réponse|résultat|sortie|catégorie|respuesta|resultado|salida|categoría)"
)
# "Answer:", "**Answer:**", "A:"; what follows is the answer.
_LABEL = re.compile(rf"[*_#> ]{{0,4}}({_NAME})[*_ ]{{0,3}}:[*_]{{0,2}}(?=\s|$)\s*(?=\S)", re.IGNORECASE)
_ASSENT = (
    r"(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|great|no problem|happy to help|"
    r"natürlich|gerne|klar|selbstverständlich|bien sûr|d'accord|certainement|claro(?: que sí)?|por supuesto)"
)
_HERE = (
    r"(?:here(?:'s|\u2019s| is| are| you go)|below (?:is|are)|hier (?:ist|sind)|voici|aquí (?:está|tiene|tienes)|"
    r"the (?:answer|result|output|label|category|summary|translation) is)"
)
_THING = (
    r"(?:answer|output|response|reply|result|label|category|classification|sentiment|summary|translation|rewrit\w+|"
    r"rephras\w+|paraphras\w+|revis\w+|correct\w*|improved|polite|formal|version|text|sentence|paragraph|draft|e-?mail|"
    r"message|title|headline|json|extract\w*|requested|code|function|script|query|solution|antwort|übersetzung|"
    r"zusammenfassung|fassung|réponse|traduction|résumé|respuesta|traducción|resumen)"
)
# "Here is the summary:", "Sure! Here's what I found:"; "Here are some tips:" may be the answer itself.
_LEAD = re.compile(
    rf"(?:{_ASSENT}[!,.:]?\s+{_HERE}|{_HERE}(?=[^\n:]{{0,80}}\b{_THING}\b))(?:[^\n:.]|\.(?!\s)){{0,80}}:\s*(?=\S)",
    re.IGNORECASE,
)
_AGREES = re.compile(rf"({_ASSENT})([!.,])\s+(?=\S)", re.IGNORECASE)
#: What `lead` calls a block of reasoning before the answer, or the end of one.
THOUGHT = "'<think>'"
_THOUGHT = re.compile(r"(?:<think(?:ing)?>)?(?:.*?</think(?:ing)?>\s*)?", re.DOTALL | re.IGNORECASE)
_WORD_FIRST = re.compile(r"[*_#> ]{0,4}[A-Za-z\u00c0-\u00ff]")
_BULLET = re.compile(r"[-*\u2022\u2023\u2013+\u25cf\u25aa]\s+\S")
# "(555) 010-0199" is no item of a list.
_NUMBERED = re.compile(r"\(?\d{1,3}(?:\.|\)(?!\s+\d))\s+\S")
# The whole of a text: a number, an amount, a share.
_NUMBER = re.compile(r"[-+]?[$\u20ac\u00a3]?\d[\d.,/:]*(?: ?[%\u20ac$\u00a3])?\.?")
_BULLET_LINES = re.compile(r"^\s*(?:[-*\u2022\u2023\u2013+\u25cf\u25aa]|\(?\d{1,3}[.)])\s+\S", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_BOLD = re.compile(r"\*\*\S[^*\n]*\*\*")
_TABLE = re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE)
_PAIRS = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u201e": "\u201c", "`": "`"}
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,2})(\S(?:.*\S)?)\1", re.DOTALL)
# The whole of a text in one element of HTML, or in tags such as <answer>.
_TAGGED = re.compile(r"<([a-zA-Z]\w{0,14})(?: [^<>]*)?>.*</\1>", re.DOTALL)
_FENCED = re.compile(r"\A```[\w+-]*[ \t]*\n(.*?)\n?```\Z", re.DOTALL)
# "Answer: 12 trips" as the last line; "Yours, The Committee" is one that is the same in every text.
_LAST_LABEL = re.compile(r"[*_# ]{0,4}([^\W\d_][^\W\d_ ]{1,14}(?: [^\W\d_]{1,14})?)[*_]{0,3}:[*_]{0,2}\s+\S")
_CLOSING = 40
_STOPS = {".": "stop", "!": "exclamation", "?": "question", ":": "colon", "\u2026": "ellipsis", "\u3002": "stop"}


class Signature(NamedTuple):
    """One value for each feature; "" where there is nothing to say."""

    prefix: str
    wrap: str
    start: str
    marks: str
    end: str
    case: str
    lines: str
    outer: str
    close: str

    def items(self) -> Iterator[tuple[Feature, str]]:
        """Feature and value, in order."""
        return zip(FEATURES, self, strict=True)

    def of(self, feature: Feature) -> str:
        """The value of one feature."""
        return self[FEATURES.index(feature)]


@lru_cache(maxsize=64)
def signature(text: str) -> Signature:
    """The outer form of a text that is not empty."""
    stripped = text.strip()
    prefix, length = lead(stripped)
    wrap = _wrap(stripped)
    rest = stripped[length:] if length else stripped
    several = "\n" in stripped
    return Signature(
        prefix,
        wrap,
        _start(rest),
        _marks(stripped, several),
        _end(rest),
        _case(rest),
        _lines(stripped) if several else "one",
        "spaces" if len(stripped) != len(text) else "",
        _close(stripped) if several else "",
    )


def lead(stripped: str) -> tuple[str, int]:
    """What a text says before its answer, as a class ("'Answer:'", "'Here is ...:'", "'Sure!'"), and how long it is."""
    if "</think" in stripped or stripped.startswith("<think"):
        match = _THOUGHT.match(stripped)
        if match and match.end():
            return THOUGHT, match.end() if match.end() < len(stripped) else 0
    if not _WORD_FIRST.match(stripped):
        return "", 0
    colon = stripped.find(":", 0, 120)
    if colon >= 0:
        match = _LABEL.match(stripped)
        if match:
            return f"'{match.group(1).capitalize()}:'", match.end()
        match = _LEAD.match(stripped)
        if match:
            return "'Here is \u2026:'", match.end()
    match = _AGREES.match(stripped)
    return (f"'{match.group(1).capitalize()}{match.group(2)}'", match.end()) if match else ("", 0)


def bare(text: str) -> str:
    """A text without its outer form: without lead, fence, quotes, emphasis, bullet, heading, outer spaces and stop."""
    previous = ""
    stripped = text.strip()
    while stripped != previous:
        previous = stripped
        stripped = _unwrapped(stripped[lead(stripped)[1] :].strip())
    return stripped.rstrip(".!:;, \u3002").strip() or stripped


def listed(text: str) -> int:
    """How many lines of a text are items of a list."""
    return len(_BULLET_LINES.findall(text))


def answer(text: str) -> str:
    """What two short answers share when only their outer form differs."""
    return normalise(bare(text))


def _unwrapped(text: str) -> str:
    fenced = _FENCED.match(text)
    if fenced:
        return fenced.group(1).strip()
    if len(text) > 2 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    emphasis = _EMPHASIS.fullmatch(text.rstrip(".")) if text[0:1] in ("*", "_") else None
    if emphasis:
        return emphasis.group(2)
    return re.sub(r"\A(?:#{1,6} |[-*\u2022\u2023+\u25cf\u25aa]\s+|>\s+|\(?\d{1,2}[.)]\s+)(?=\S)", "", text)


def _wrap(text: str) -> str:
    first = text[0]
    if first == "`" and text.startswith("```"):
        return "fence" if text.endswith("```") and text.count("```") == 2 else ""
    if first == "<":
        return "tags" if _TAGGED.fullmatch(text) else ""
    closing = _PAIRS.get(first)
    if closing and len(text) > 2 and text[-1] == closing and closing not in text[1:-1] and first not in text[1:-1]:
        return "backticks" if first == "`" else "quotes"
    if first in "*_" and text[-1] in "*_." and _EMPHASIS.fullmatch(text.rstrip(".")) and text.count("*") <= 6:
        return "emphasis"
    return ""


def _start(text: str) -> str:
    first = text[0]
    if first.isalpha():
        return "text"
    if first.isdigit() or first in "(-+$\u20ac\u00a3":
        if _NUMBERED.match(text):
            return "item number"
        if _NUMBER.fullmatch(text):
            return "number"
    if first in "-*\u2022\u2023\u2013+\u25cf\u25aa":
        return "bullet" if _BULLET.match(text) else "text"
    if first == "#" and _HEADING.match(text):
        return "heading"
    return "quote" if first in _PAIRS else "text"


def _marks(text: str, several: bool) -> str:
    if "**" in text and _BOLD.search(text):
        return "bold"
    if "#" in text and _HEADING.search(text):
        return "heading"
    if "```" in text:
        return "fence"
    if several:
        if "|" in text and _TABLE.search(text):
            return "table"
        if len(_BULLET_LINES.findall(text)) >= 2:
            return "list"
    return ""


def _end(text: str) -> str:
    kept = text.rstrip("\"'\u201d\u2019\u00bb*_`) ")
    return _STOPS.get(kept[-1:], "none")


def _case(text: str) -> str:
    """Upper, lower, title, sentence or mixed; "" for a text that does not begin with a letter of either case."""
    head = text[:200]
    if head.isupper():
        return "upper"
    if not head[0].isalpha() or head[0].lower() == head[0].upper():
        return ""
    if head.islower():
        return "lower"
    words = [word for word in head.split() if word[0].isalpha()] if len(head) < 60 else []
    if len(words) >= 2 and all(word[0].isupper() for word in words):
        return "title"
    return "sentence" if head[0].isupper() else "mixed"


def _close(text: str) -> str:
    """The last line of several: its label, or itself where it is short and may be how every text closes."""
    last = text[text.rfind("\n") + 1 :].strip()
    label = _LAST_LABEL.match(last)
    if label:
        return f"'{label[1]}:'"
    closes = len(last) <= _CLOSING and last[:1].isalpha() and not any(map(str.isdigit, last))
    return f"'{last}'" if closes else ""


def _lines(text: str) -> str:
    count = text.count("\n") + 1
    if "\n\n" in text:
        return "paragraphs"
    return "a few" if count <= 3 else "many"
