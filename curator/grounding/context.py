"""What a model is given to answer from, and whether it is given anything: a passage, a document, a tool's result."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from curator.grounding.lexicon import TIMES
from curator.grounding.names import sentences

Turn = tuple[str, str]

#: Longer inputs are read up to here.
LONGEST = 20_000
# A passage without any mark: so many words, in so many sentences that are no questions.
_PASSAGE_WORDS = 50
_PASSAGE_SENTENCES = 3
# Of fewer words, where none of the sentences speaks of who writes or reads it.
_TOLD_WORDS = 24

_MARK = re.compile(
    r"(?:^|\n)[\W_]{0,4}(?:(?:the|help|support|product|company|store|shop|source|reference|retrieved|relevant|given"
    r"|return|"
    r"house|meeting|input|order|background|customer|knowledge|news|blog|medical|patient|legal|policy) )?"
    r"(?:context|articles?|documents?|docs?|passage|paragraph|excerpt|source|sources|notes?|background|facts?"
    r"|information|"
    r"policy|policies|faq|manual|handbook|leaflet|brochure|recipe|timetable|transcript|report|"
    r"abstract|story|e-?mail|message|letter|review|description|"
    r"knowledge|knowledge base|search results?|results?|snippets?|evidence|record|table|data|terms|minutes|listing|"
    r"notice|announcement|fact ?sheet|flyer|price list|tariffs?|by-?laws|statutes?|charter|code of conduct|hausordnung|"
    r"satzung|aushang|hinweise?|merkblatt|preisliste|règlement|avis|reglamento|aviso|normativa|"
    r"kontext|artikel|dokument|abschnitt|quelle|hintergrund|auszug|richtlinie|contexte|passage|extrait|texte|"
    r"contexto|artículo|documento|pasaje|extracto|texto|text|bio|chapter|section|draft|entwurf|brouillon|borrador)"
    r"(?: \d{1,2}| \([^)\n]{1,40}\))?[*_]{0,2}\s?(?::|\n-|\n\*|\]|>)",
    re.IGNORECASE,
)
# One of these ends each mark.
_MARK_ENDS = (":", "]", ">", "\n-", "\n*")
_TRANSFORM = re.compile(
    r"\b(?:translate|rewrite|re-write|rephrase|paraphrase|summari[sz]e|summary|shorten|proofread|reword|condense"
    r"|simplify|"
    r"polish|edit|correct (?:the|this|my)|fix the|"
    r"(?:turn|make) (?:the|this|these|my)\b.{0,40}\binto|übersetz\w*|fasse\b.{0,60}zusammen|umschreib\w*|formuliere|"
    r"résum\w+|tradui\w+|reformul\w+|traduc\w+|resum\w+|reescrib\w+)\b",
    re.IGNORECASE,
)
# One of these is in whatever `_TRANSFORM` matches: looking for them takes a tenth of the time.
_TRANSFORM_PARTS = (
    "translate", "write", "phrase", "summar", "shorten", "proof", "reword", "condens", "simpl", "polish", "edit",
    "correct", "fix the", "turn th", "turn my",
    "make th", "make my", "übersetz", "fasse", "umschreib", "formul", "résum", "tradu", "resum", "reescr",
)  # fmt: skip
_FROM_IT = re.compile(
    r"\b(?:from|using|based on|according to|given|only|with) (?:only )?(?:the|this|these|that|our)? ?"
    r"(?:[\w'\u2019-]+ ){0,2}"
    r"(?:context|article|document|passage|text|paragraph|recipe|listing|leaflet|brochure|guide|handbook|timetable"
    r"|schedule|"
    r"menu|notes?|information|facts|policy|policies|faq|manual|transcript|"
    r"report|knowledge|excerpt|source|sources|table|data|record|story|e-?mail|message|below|above|following)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:(?:write|tell|continue|finish|make|create|compose|generate|invent|schreibe?|erzähle?|écris"
    r"|escribe)\b.{0,40}\b"
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
_FROM_RULES = re.compile(
    r"\b(?:from|using|based on|according to|only with) (?:only )?(?:the|these|our) (?:[\w'\u2019-]+ ){0,2}"
    r"(?:rules|regulations|terms|conditions|notice|guidelines|instructions|by-?laws)\b(?=[^.?!\n]*(?:[.!\n]|\Z))",
    re.IGNORECASE,
)
# "Rules: Dogs stay outside." is something to answer from, "Rules: Reply with one word." says how to answer.
_RULES = re.compile(
    r"(?:^|\n)[\W_]{0,4}(?:[^\W\d_][\w'\u2019-]{1,14} ){0,2}"
    r"(?:rules?|regulations?|guidelines?|instructions?|conditions|requirements|regeln|vorschriften|bedingungen"
    r"|anleitung|"
    r"bestimmungen|règles|consignes|conditions|reglas|normas|condiciones|regler|villkor)"
    r"(?: (?:of|for|at|in|from|der|des|für|de|du|para|för) [^:\n]{1,30})?[*_]{0,2}\s?(?::|\n)",
    re.IGNORECASE,
)
# One of these is in whatever `_RULES` matches.
_RULES_PARTS = (
    "rule", "regul", "guidelin", "instruct", "condi", "require", "regel", "vorschr", "beding", "anleit", "bestimm",
    "regler", "règle", "consigne", "regla", "norma", "villkor",
)  # fmt: skip
_EXCERPT = re.compile(
    r"(?:^|\n)[\W_]{0,4}(?:from|excerpt|extract|quoted|taken|auszug|extrait|extracto|aus|de|du|del"
    r"|utdrag)\b[^:\n.?!]{2,40}:\s",
    re.IGNORECASE,
)
_TO_THE_MODEL = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:always|never|only|please|do not|don['\u2019]t|be|use|reply|respond|answer|write|keep"
    r"|return|output|give|"
    r"choose|pick|say|stay|avoid|include|format|cite|quote|if (?:you|the user|unsure|in doubt)|you (?:must|should"
    r"|are|may|can|will)|"
    r"antworte\w*|verwende\w*|schreibe?|gib|nutze|immer|nur|réponds|répondez|utilise[zr]?|responde|usa|svara|använd)\b"
    r"|.*\b(?:the (?:user|model|assistant|customer['\u2019]s)|your (?:answers?|repl(?:y|ies)|responses?|outputs?)"
    r"|json|markdown|emojis?)\b",
    re.IGNORECASE,
)
# Who speaks or is spoken to: what has none of these tells of something else.
_SPEAKING = re.compile(
    r"\b(?:i|i'm|i've|i'd|me|my|we|our|us|you|your|ich|mich|mir|meine?[nmrs]?|wir|uns|unsere?[nmrs]?|du|dein\w*|je"
    r"|j'|moi|mes|nous|"
    r"notre|nos|vous|votre|vos|tu|yo|mis?|nosotros|nuestr\w+|usted|jag|mig|min|vi|vår\w*|please|bitte)\b",
    re.IGNORECASE,
)
_SHOTS = re.compile(
    r"(?:^|\n)\s*(?:output|answer|a|response|label|completion|assistant|antwort|ausgabe|réponse"
    r"|respuesta)\s?\d*\s?[:=]",
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
        parts += [f"{key}: {value}{_unit(key, value)}." for key, value in found]
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
# Characters below a label that are looked at.
_RULES_READ = 600


def _has_passage(text: str) -> bool:
    words = text.count(" ")
    if words < 6:
        return False
    if any(map(text.__contains__, _MARK_ENDS)) and _MARK.search(text):
        return True
    if words > 8 and _transforms(text[:300]):
        return True
    if words >= 20 and (_FROM_IT.search(text, 0, 400) or _FROM_RULES.search(text, 0, 400)):
        return True
    if len(_SLOTS.findall(text)) >= _RECORD or _has_rules(text):
        return True
    if words < _TOLD_WORDS:
        return False
    if words < _PASSAGE_WORDS:
        return _tells(text)
    told = sum(text[end - 1] != "?" for _, end in sentences(text))
    return told >= _PASSAGE_SENTENCES


def _tells(text: str) -> bool:
    """Whether a paragraph above or below a question tells of something, and not of who asks or how to answer."""
    if "?" not in text or "\n" not in text:
        return False
    for line in text.split("\n"):
        if "?" in line or line.count(" ") < _PASSAGE_SENTENCES * 3:
            continue
        parts = [line[start:end] for start, end in sentences(line)]
        if len(parts) >= _PASSAGE_SENTENCES and not any(map(_speaks, parts)):
            return True
    return False


def _speaks(part: str) -> bool:
    """Whether a sentence speaks of who writes or reads it; one of two words may."""
    return part.count(" ") < 2 or _SPEAKING.search(part) is not None or _TO_THE_MODEL.match(part) is not None


def _names_rules(text: str) -> bool:
    folded = text.casefold()
    return any(map(folded.__contains__, _RULES_PARTS))


def _has_rules(text: str) -> bool:
    """Whether a label ("Rules:", "From the handbook:") stands above statements, and not above how to answer."""
    if ":" not in text and "\n" not in text:
        return False
    above = _ABOVE.search(text)
    mark = above or (_RULES.search(text) if _names_rules(text) else None)
    mark = mark or (_EXCERPT.search(text) if ":" in text else None)
    if mark is None:
        return False
    start = text.index(":", above.start()) + 1 if above else mark.end()
    below = text[start : above.end() if above else start + _RULES_READ]
    parts = [below[start:end] for start, end in sentences(below) if below[end - 1] != "?"][:6]
    told = [part for part in parts if part.count(" ") >= 2 and not _TO_THE_MODEL.match(part)]
    return len(told) >= 1 and 2 * len(told) >= len(parts)


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


def _unit(key: str, value: str) -> str:
    """The unit of time that a key ends with, in the plural: "delivery days" of 5 is 5 days, "day" of 5 is the fifth."""
    last = key.rpartition(" ")[2].casefold()
    return f" {last}" if last.endswith("s") and last in TIMES and value.isdecimal() else ""


def _spoken(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").strip()
