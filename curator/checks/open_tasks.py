"""Tasks that many different answers do: a poem, an idea, a translation."""

import re
from enum import Enum
from functools import lru_cache

_LEAD = (
    r"(?:^|[.!?:;\n]\s*)(?:(?:please|now|your task is to|you (?:have to|must|should)|the task is to|i want you to|"
    r"can you|could you|would you|help me(?: to)?|and|then)\s+)*"
)
_FREE = re.compile(
    _LEAD
    + r"(?:suggest|brainstorm|imagine|invent|come up with|think of|think up|make up|list|enumerate|pick|choose any|"
    r"recommend|propose|tell (?:me )?a |say something|give (?:me |us )?(?:an?|some|any|two|three|four|five|ten|\d+) "
    r"|name (?:an?|some|any|one|two|three|four|five|\d+) |what (?:is|are) (?:an?|some) (?:good|nice|fun|creative)"
    r"|what are some |"
    r"(?:write|compose|create|generate|draft|craft|produce|design) (?:[\w-]+ ){0,6}?"
    r"(?:poem|haiku|limerick|sonnet|story|tale|"
    r"joke|song|lyrics|slogan|tagline|caption|title|headline|name|riddle|dialogue|conversation|essay|blog|tweet|post|"
    r"example|examples|idea|ideas|sentence|sentences|question|questions|pun|quote|toast|speech|advert|ad)\b)|"
    r"\b(?:at random|random (?:number|word|name)|poem|haiku|limerick|tongue twister|any (?:number|word|name))\b",
    re.IGNORECASE,
)
# "Reply with one word: low or high."
_ONE_OF = (
    r"\s+(?:only\s+|just\s+)?(?:with|by)\s+(?:only\s+|just\s+|exactly\s+|nothing but\s+)?"
    r"(?:(?:one|a|an|the|its|a single|the single)\s+(?:\w+\s+)?(?:word|label|of|letter|number|intent|category|class|"
    r"name|tag|code|term|priority|digit)\b|yes\b|either\b|true\b)"
)
_FORM = re.compile(
    _LEAD + r"(?:re-?write|re-?phrase|paraphrase|re-?word|restate|translate|summari[sz]e|shorten|simplify|condense|"
    r"polish|improve|proofread|correct|edit|write|compose|draft|describe|explain|elaborate|generate|create|produce|"
    rf"convert|turn (?:the|this|it|these)|make (?:the|this|it) |put (?:the|this|it) |(?:reply|respond)(?!{_ONE_OF})|"
    r"continue|complete|"
    r"übersetze|formuliere|fasse|traduis|traduce|reformule|reescribe|resume)\b|"
    r"\b(?:rewrite|paraphrase|translation|summary)\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|thanks?(?: you)?|thx|bye|goodbye|see you|"
    r"ok(?:ay)?|great|cool|nice|how are you|what's up|sup|hallo|danke|hola|gracias|bonjour|merci|ciao)\b[^?]{0,40}\W*",
    re.IGNORECASE,
)
# An instruction that says by itself what is to be done; what stands below it is what it is to be done to.
_CLOSED = re.compile(
    r"\W*(?:please |your task is to |you are given .{0,80}?\. )?(?:classify|categori[sz]e|name|label|tag|extract|"
    r"identify|determine|decide|detect|sort|assign|answer|"
    r"find|parse|convert|count|calculate|compute|solve|say whether|tell whether|what|"
    r"which|who|when|where|how many|how much|is|are|does|do|did|was|were|can|rewrite|translate|summari[sz]e|rate|"
    r"route|choose|select|judge|check|predict|return|output|give the|state)\b",
    re.IGNORECASE,
)
_BEGINNING = 600


class Freedom(Enum):
    """What an answer may choose: nothing, its form (a rewrite, a summary), or what it says (a poem, an idea)."""

    NONE = 0
    FORM = 1
    FREE = 2


@lru_cache(maxsize=256)
def freedom(question: str) -> Freedom:
    """What the instruction of a text leaves open, from how it begins: its first line, where that is an instruction."""
    first = question.lstrip()[:_BEGINNING]
    head, _, below = first.partition("\n")
    if below.strip() and _CLOSED.match(head):
        first = head
    if _FREE.search(first) or _CHAT.fullmatch(first):
        return Freedom.FREE
    return Freedom.FORM if _FORM.search(first) else Freedom.NONE
