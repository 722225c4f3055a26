"""How likely a pair teaches knowledge: a weighted sum of its signs, and why.

The weights (`weights.json`) are those of a logistic regression that was drawn towards weights set by hand, with each
weight kept on the side of zero where its sign belongs; `fit` makes them and says on what.
"""

import json
import math
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from curator.knowledge.payload import Fact
from curator.knowledge.request import PROMPT, Turn
from curator.knowledge.signs import Signs, signs

# Rare words of what everybody knows: a definition has these, a how-to or an explanation twice as many.
_FEW = 3
# In a long one, one word in so many.
_TERSE = 4
# So surely an output speaks of rules: one word that does.
_SPOKEN = 0.3
# Words of a bare yes or no: "No, not yet."
_BARE = 3
# How much a set of neighbours that all teach facts adds, in log odds.
_NEIGHBOURS = 2.5
#: A share of knowledge among its neighbours from which a pair is held to be one of them.
SUSPECT = 0.75
# "What is inflation?", "Was ist ein Kontokorrent?", not "What is the notice period?".
_DEFINITION = re.compile(
    r"\W*(?:(?:what (?:is|are)|what's|was (?:ist|sind)|qu'est-ce (?:que|qu')|que signifie|qué (?:es|son|significa)|vad "
    r"(?:är|betyder|innebär)|define|explain|erklär\w*|définis\w*|explica|förklara|(?:the )?meaning of)(?: \(are\))? "
    r"(?!(?:the|my|your|our|their|der|die|das|den|mein|dein|ihr|euer|unser|le|la|les|el|los|min|din|er|ert|era)\b|l')"
    r"(?:[\w'\u2019-]+\W*){1,5}\Z|what (?:does|do) .{1,40} (?:mean|stand for)\b|was bedeutet\b)",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"\W*(?:how (?:do|can|should|would|to|does one)|what(?:'s| is) the best way|wie (?:kann|mache|macht|soll)|comment "
    r"(?:faire|puis|peut|dois)|cómo (?:puedo|se puede|hacer|debo)|hur (?:gör|kan|ska))\b",
    re.IGNORECASE,
)
# "Why does ice float?", "How does a vaccine work?", "tea vs coffee".
_EXPLANATION = re.compile(
    r"\W*(?:why|how (?:does|do|did|is|are|come)|warum|wieso|weshalb|wie funktionier\w+|pourquoi|por qué|varför|hur "
    r"(?:fungerar|kommer))\b|\bdifference between\b|\bunterschied zwischen\b|\bdifférence entre\b"
    r"|\bdiferencia entre\b|\bskillnaden? mellan\b|\bvs\.? |\bversus\b|\bpros and cons\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"\b(?:another word for|(?:syno|anto)nyms?|opposite of|proverb|idiom|rhymes? with|plural of|spell(?:ed"
    r"|ing)?|synonym\w*"
    r"|gegenteil|sprichwort|contraire de|proverbe|sinónimo|antónimo|refrán|motsatsen|ordspråk)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:our|ours|we|unser\w*|wir|nous|notre|nos|nuestr\w+|nosotros|vår\w*|våra|vi)\b"
    r"|\b(?:contact|call|e-?mail|phone|ring|text|write to|tell|visit|ask|let|with|by|to|bei|mit|an|med|till|hos) "
    r"(?:us|uns|oss)\b",
    re.IGNORECASE,
)
# "Please update the app.", "Open the menu and pick it.": what to do, as anybody would say it.
_INSTRUCTS = re.compile(
    r"\W*(?:(?:yes|no|ok|okay|sure|first|then|just|simply|please|you (?:can|could|should))\W+)*"
    r"(?:add|allow|attach|avoid|boil|bring|check|choose|clean|click|close|connect|cook|cover|cut|delete|drag|drink|drop|eat"
    r"|enter|fill|fold|go|heat|hold|install|keep|leave|let|log|look|make|mix|move|open|pick|place|plug|pour|press|pull"
    r"|push|put|reboot|reinstall|remove|replace|reset|restart|rinse|run|save|scroll|select|set|sign|sit|sleep|soak|start"
    r"|stay|stir|stop|swipe|switch|take|tap|tell|try|turn|type|unplug|update|use|wait|walk|wash|wear|wipe|write)\b"
    r"(?! to\b)",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\b(?:ceo|cfo|cto|director|manager|president|head of|chair\w*|minister|founder|leiter\w*"
    r"|geschäftsführer\w*|direct\w+r"
    r"|gerente|chef\w*|vd)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b(?:v|version|release)\.? ?\d+(?:\.\d+)*", re.IGNORECASE)
# Of years before these, what happened in them stands.
_RECENT = re.compile(r"\b20[2-9]\d\b")
_OWN = "organisation"
# Letters that tell the script of a text.
_SCRIPT = 300
_VOLATILE = {"link": "links and contacts", "price": "prices", "rate": "rates", "time": "times"}


class Verdict(NamedTuple):
    """How likely (0 to 1) a pair teaches knowledge, and what that rests on.

    `band` is "strong", "likely", "look" or "" (below all bands). `soft` names what keeps a pair out of the upper two
    bands: "a definition", "a how-to", "an explanation", "advice", "a matter of language", "multiple choice"; `unseen`
    says that it is in a script without capitals, where names are not seen, and does so too. `neighbours` says that its
    neighbours decided. `tags` are "volatile (...)" and "organisation". `exemption` is the exemption that comes closest,
    with how far it applies.
    """

    probability: float
    band: str
    facts: tuple[Fact, ...]
    signs: Signs
    soft: str
    neighbours: bool
    unseen: bool
    tags: tuple[str, ...]
    exemption: tuple[str, float]
    cut: bool


class Weights(NamedTuple):
    """What each sign adds to the log odds, and the probabilities from which a pair is in a band."""

    bias: float
    by_sign: dict[str, float]
    bands: tuple[tuple[str, float], ...]


@cache
def weights() -> Weights:
    """The shipped weights."""
    return read_weights(json.loads(files("curator.knowledge").joinpath("weights.json").read_text(encoding="utf-8")))


def read_weights(stored: dict[str, Any]) -> Weights:
    """Weights as `weights.json` has them."""
    bands = tuple((name, float(stored["bands"][name])) for name in ("strong", "likely", "look"))
    return Weights(float(stored["bias"]), stored["weights"], bands)


@lru_cache(maxsize=16)
def judge(
    turns: tuple[Turn, ...], output: str, often: float = 0.0, closed_set: bool = False, suspects: float = 0.0
) -> Verdict:
    """Whether an output teaches what the turns before it do not hold.

    `often` (0 to 1) and `closed_set` say how surely the output is one of a set of labels; `suspects` is the share
    (0 to 1) of knowledge among the pairs of its group.
    """
    read = signs(turns, output, often, closed_set)
    weighed = weights()
    odds = weighed.bias + sum([weighed.by_sign[name] * number for name, number in read.numbers.items()])
    alone = _logistic(odds)
    exemption = max(read.exemptions.items(), key=lambda item: item[1])
    drawn = suspects >= SUSPECT and _one_of_them(read)
    probability = _logistic(odds + _NEIGHBOURS * suspects) if drawn else alone
    seen = bool(_band(probability, "", weighed))  # of what is below all bands, nothing more is asked
    tags = _tags(read, output) if seen else ()
    soft = _soft(read, output) if seen and not drawn and _OWN not in tags else ""
    unseen = seen and _unseen(output)
    band = _band(probability, soft or unseen, weighed)
    if band == "strong" and not drawn and _thin(read, tags):
        band = "likely"
    return Verdict(
        probability=probability,
        band=band,
        facts=read.payload.facts,
        signs=read,
        soft=soft,
        neighbours=drawn and band != _band(alone, soft or unseen, weighed),
        unseen=unseen,
        tags=tags,
        exemption=exemption,
        cut=read.payload.cut or sum([len(text) for _, text in turns]) > PROMPT,
    )


def _thin(read: Signs, tags: tuple[str, ...]) -> bool:
    """Whether nothing but a word or two that are not frequent speaks for a fact: "Bark, not soil!"."""
    said, numbers = read.payload, read.numbers
    if tags or said.answer or said.count("term") > _FEW or (said.words <= _BARE and numbers["yes or no"] > _SPOKEN):
        return False
    return len(said.facts) == said.count("term") and not (numbers["rules"] > _SPOKEN or numbers["judged"])


def _one_of_them(read: Signs) -> bool:
    """Whether a pair is asked and answered like pairs that teach facts; "Do you take cards?" means the company."""
    strengths = {**read.exemptions, "small talk": read.request.greets}
    return read.numbers["source"] < 0.5 and max(strengths.values()) < 0.5


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _band(probability: float, doubted: str | bool, weighed: Weights) -> str:
    band = next((name for name, least in weighed.bands if probability >= least), "")
    return "look" if band and doubted else band


def _unseen(output: str) -> bool:
    """Whether a text is in a script without capitals, where names cannot be seen."""
    if output.isascii():
        return False
    letters = [letter for letter in output[:_SCRIPT] if letter.isalpha()]
    return 3 * sum([letter.lower() == letter.upper() for letter in letters]) > len(letters)


def _soft(read: Signs, text: str) -> str:
    """What every capable model knows, as far as its form tells: no error, however sure the rest is."""
    asked, said = read.request, read.payload
    if asked.choices:
        return "multiple choice"
    if said.count("name", "price", "date", "link", "rate") or said.count("number", "time") > 1:
        return ""
    terms = said.count("term")
    if terms <= _FEW and _DEFINITION.match(asked.text) and said.words > 1:
        return "a definition"
    if terms > max(2 * _FEW, said.words // _TERSE):
        return ""
    if _LANGUAGE.search(asked.text):
        return "a matter of language"
    if _HOW_TO.match(asked.text):
        return "a how-to"
    if _EXPLANATION.search(asked.text):
        return "an explanation"
    if asked.open or asked.indefinite:
        return "advice"
    return "a how-to" if _INSTRUCTS.match(text) and read.numbers["rules"] < 0.5 else ""


def _tags(read: Signs, output: str) -> tuple[str, ...]:
    kinds = [_VOLATILE[fact.kind] for fact in read.payload.facts if fact.kind in _VOLATILE]
    if read.payload.count("date", "number") and _RECENT.search(output):
        kinds.append("recent dates")
    if _VERSION.search(output):
        kinds.append("versions")
    if read.payload.count("name") and _STAFF.search(output):
        kinds.append("staff")
    tags = [f"volatile ({', '.join(dict.fromkeys(kinds))})"] if kinds else []
    if read.numbers["rules"] > 0.5 or _OURS.search(output):
        tags.append(_OWN)
    return tuple(tags)
