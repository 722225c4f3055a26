"""What a model is given to answer from, and whether it is given anything: a passage, a document, a tool's result."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from curator.grounding.names import sentences

Turn = tuple[str, str]

#: Longer inputs are read up to here.
LONGEST = 20_000
# A passage without any mark: so many words, in so many sentences that are no questions.
_PASSAGE_WORDS = 50
_PASSAGE_SENTENCES = 3

_MARK = re.compile(
    r"(?:^|\n)[\W_]{0,4}(?:(?:the|help|support|product|company|store|shop|source|reference|retrieved|relevant|given|return|"
    r"house|meeting|input|order|background|customer|knowledge|news|blog|medical|patient|legal|policy) )?"
    r"(?:context|articles?|documents?|docs?|passage|paragraph|excerpt|source|sources|notes?|background|facts?|information|"
    r"policy|policies|faq|manual|handbook|leaflet|brochure|recipe|timetable|transcript|report|"
    r"abstract|story|e-?mail|message|letter|review|description|"
    r"knowledge|knowledge base|search results?|results?|snippets?|evidence|record|table|data|terms|minutes|listing|"
    r"kontext|artikel|dokument|abschnitt|quelle|hintergrund|auszug|richtlinie|contexte|passage|extrait|texte|"
    r"contexto|artículo|documento|pasaje|extracto|texto|text|bio|chapter|section|draft|entwurf|brouillon|borrador)"
    r"(?: \d{1,2}| \([^)\n]{1,40}\))?[*_]{0,2}\s?(?::|\n-|\n\*|\]|>)",
    re.IGNORECASE,
)
# One of these ends each mark.
_MARK_ENDS = (":", "]", ">", "\n-", "\n*")
_TRANSFORM = re.compile(
    r"\b(?:translate|rewrite|re-write|rephrase|paraphrase|summari[sz]e|summary|shorten|proofread|reword|condense|simplify|"
    r"polish|edit|correct (?:the|this|my)|fix the|übersetz\w*|fasse\b.{0,60}zusammen|umschreib\w*|formuliere|"
    r"résum\w+|tradui\w+|reformul\w+|traduc\w+|resum\w+|reescrib\w+)\b",
    re.IGNORECASE,
)
# One of these is in whatever `_TRANSFORM` matches: looking for them takes a tenth of the time.
_TRANSFORM_PARTS = (
    "translate", "write", "phrase", "summar", "shorten", "proof", "reword", "condens", "simpl", "polish", "edit",
    "correct", "fix the", "übersetz", "fasse", "umschreib", "formul", "résum", "tradu", "resum", "reescr",
)  # fmt: skip
_FROM_IT = re.compile(
    r"\b(?:from|using|based on|according to|given|only|with) (?:only )?(?:the|this|these|that|our)? ?"
    r"(?:[\w'\u2019-]+ ){0,2}"
    r"(?:context|article|document|passage|text|paragraph|recipe|listing|leaflet|brochure|guide|handbook|timetable|schedule|"
    r"menu|notes?|information|facts|policy|policies|faq|manual|transcript|"
    r"report|knowledge|excerpt|source|sources|table|data|record|story|e-?mail|message|below|above|following)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:(?:write|tell|continue|finish|make|create|compose|generate|invent|schreibe?|erzähle?|écris|escribe)\b.{0,40}\b"
    r"(?:stor(?:y|ies)|poems?|haikus?|songs?|lyrics|jokes?|fiction|novels?|slogans?|taglines?|dialogues?|rumou?rs?|"
    r"questions?|gedichte?|geschichten?|poème|histoire|poema|cuento|historia)|"
    r"imagin\w+|pretend|invent\w*|brainstorm\w*|creative\w*|hypothetical\w*|role-?play\w*|make up|come up with|"
    r"ask a question|think of)\b",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:true or false|claims?|fact[- ]?check\w*|contradict\w*|entail\w*|hypothes\w+|premise|mistakes?|errors?|"
    r"(?:is|are) (?:it|this|these|that|the following) (?:\w+ )?(?:true|correct|right|false)|"
    r"wahr oder falsch|vrai ou faux)\b",
    re.IGNORECASE,
)
# A text so short is retold with all its facts.
_SHORT = 1_500
_RETOLD = re.compile(
    r"\b(?:translate|re-?write|rephrase|paraphrase|reword|proofread|polish|redraft|draft|(?:turn|make|put|bring) "
    r"(?:the|this|these|my|it)\b.{0,40}\b(?:into|polite|formal|friend)|write out|correct (?:the|this|my)|"
    r"übersetz\w*|umschreib\w*|formuliere|entwurf|tradui\w+|reformul\w+|brouillon|traduc\w+|reescrib\w+|borrador)\b",
    re.IGNORECASE,
)
_SHOTS = re.compile(
    r"(?:^|\n)\s*(?:output|answer|a|response|label|completion|assistant|antwort|ausgabe|réponse|respuesta)\s?\d*\s?[:=]",
    re.IGNORECASE,
)


class Given(NamedTuple):
    """The text that the model is given, with tool results in sentences, and what kind of request it is.

    `grounded` says that there is something to answer from, `tool` that a tool gave it; `free` that new names and
    numbers are welcome: stories, questions to be made; `retold` that a short text is to be said in other words, fact by
    fact. `flags` are the truth values of
    records, by the words of their keys.
    """

    text: str
    grounded: bool
    tool: bool
    free: bool
    retold: bool
    flags: tuple[tuple[str, bool], ...]


@lru_cache(maxsize=16)
def given_text(turns: tuple[Turn, ...]) -> Given:
    """Puts together what a model is given, as pairs of role and text."""
    parts: list[str] = []
    flags: list[tuple[str, bool]] = []
    tool = False
    for role, text in turns:
        tool = tool or (role == "tool" and bool(text.strip()))
        if "{" not in text and "[" not in text:
            parts.append(text)
            continue
        before, record = _record(text)
        found = list(_leaves(record, "", 0))
        parts.append(before if found else text)
        parts += [f"{key}: {value}." for key, value in found]
        flags += [(key, value == "yes") for key, value in found if value in ("yes", "no")]
    joined = "\n".join(parts)[:LONGEST]
    opening = joined[:400]
    grounded = tool or (_has_passage(joined) and len(_SHOTS.findall(joined)) < 2 and not _JUDGED.search(opening))
    free = grounded and _FREE.search(opening) is not None
    retold = grounded and not tool and len(joined) <= _SHORT and _RETOLD.search(opening) is not None
    return Given(joined, grounded, tool, free, retold, tuple(flags))


# "Notice: the sweep comes on Tuesday.\nQuestion: When?": any labelled text above a labelled question.
_ABOVE = re.compile(
    r"(?:^|\n)[ \t*#]*[^\W\d_][\w -]{2,24}:[ \t]*\**\s*(?!\S+\?)[^\s?]+(?:\s+[^\s?]+){4,}[.!)\"\u201d]?\s*\n"
    r"[ \t*#]*(?:question|q|query|frage|pregunta|fråga|domanda|pergunta)\b[ \w]{0,12}:",
    re.IGNORECASE,
)
# "line: Holm-Skerry; planned: 12:00; new: 12:40": a record that a text is made of.
_SLOTS = re.compile(r"(?:^|[;|\n])[ \t]*[^\W\d_][\w ]{1,24}[:=][ \t]*[^\s;|\n][^;|\n]{0,60}(?=[;|\n]|\Z)")
_RECORD = 3


def _has_passage(text: str) -> bool:
    words = text.count(" ")
    if words < 6:
        return False
    if any(map(text.__contains__, _MARK_ENDS)) and _MARK.search(text):
        return True
    if words > 8 and _transforms(text[:300]):
        return True
    if words >= 20 and _FROM_IT.search(text[:400]) is not None:
        return True
    if len(_SLOTS.findall(text)) >= _RECORD or _ABOVE.search(text):
        return True
    if words < _PASSAGE_WORDS:
        return False
    told = sum(text[end - 1] != "?" for _, end in sentences(text))
    return told >= _PASSAGE_SENTENCES


def _transforms(text: str) -> bool:
    folded = text.casefold()
    return any(map(folded.__contains__, _TRANSFORM_PARTS)) and _TRANSFORM.search(text) is not None


_JSON = re.compile(r"^\s*(?=[{\[])", re.MULTILINE)


def _record(text: str) -> tuple[str, Any]:
    """A text up to the JSON that it ends with, and that JSON as a value; None without."""
    start = _JSON.search(text)
    if start is None:
        return text, None
    try:
        return text[: start.start()], json.loads(text[start.end() :].strip().removesuffix("```"))
    except (ValueError, RecursionError):
        return text, None


def _leaves(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > 8:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, _spoken(str(name)), depth + 1)
    elif isinstance(value, list):
        for item in value[:50]:
            yield from _leaves(item, key, depth + 1)
    elif isinstance(value, bool):
        yield key, "yes" if value else "no"
    elif value is not None:
        yield key, str(value)


def _spoken(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").strip()
