"""How models refuse and speak of themselves, by language. Read by three checks; one pattern a line.

Matched without case on text whose typographic apostrophes were made straight. Each needs an object that only a
model's refusal has ("help with that", "provide such content"): a service that cannot find an order does not refuse.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from curator.checks.quoting import quoted, straight
from curator.corpus import opening
from curator.model import Example
from curator.text import words

_AI = r"(?:ai|a\.i\.|artificial intelligence)"
_MODEL = rf"(?:{_AI} (?:language )?(?:model|assistant|chatbot|chat bot|system|program|language)|language model|{_AI})"
_MADE = r"(?: (?:trained|developed|created|made) by \w+)?"
# What a model is asked to do with a text, and nobody at a counter; and what it then speaks of.
_TASK = (
    r"(?:rewrit|rephras|reword|paraphras|translat|summari[sz]|classify|categori[sz]|label|extract|generat|compos|"
    r"answer|"
    r"writ|edit|draft|proofread|shorten|analy[sz])(?:e|es|ing)?"
)
_TEXT = (
    r"(?:message|text|note|sentence|query|question|content|e-?mail|code|passage|input|prompt|task|review|comment|"
    r"article|"
    r"story|poem|summary|translation|paragraph|function|script|document|post|conversation|request|statement|ticket|"
    r"information|appointment|order)s?"
)
_CANNOT = (
    r"i(?: won'?t be able to| don'?t feel comfortable| do not feel comfortable|'m not comfortable| am not "
    r"comfortable| can(?:no|')?t| can not| won'?t| will not|(?: am|'m) (?:not able|unable) to|"
    r"(?: am|'m) not (?:allowed|programmed|designed) to)"
)
_THAT = r"(?:that|this|it|such|these|those|any of|(?:your|the|this) request)\b"
_MAKE = (
    r"(?:answer|respond to|discuss|complete|continue|process|fulfill|accommodate|satisfy|carry out|provide|give|"
    r"generate|create|write|produce|promote|help (?:to )?(?:create|write|make))"
)
_MADE_THING = (
    r"(?:that|this|these|those|such|any|explicit|harmful|illegal|sexual|hateful|violent|content|instructions|"
    r"(?:your|the|this) request|(?:medical|legal|financial|personal) (?:advice|opinions?)|guidance on|"
    r"information (?:on|about) how)\b"
)

DISCLAIMERS = (
    rf"\bas an? (?:large )?{_MODEL}{_MADE}(?= *[,.;:]| (?:i|my|i'm|it's|it is)\b)",
    rf"\bi(?: am|'m) (?:just |only |merely )?an? (?:large )?{_MODEL}{_MADE}(?= *[,.;:]| (?:and|so|i|that|without)\b)",
    r"\bmy (?:knowledge|training) (?:cut-?off|data (?:goes|only goes|ends))\b",
    r"\bi (?:do not|don't) have (?:personal (?:opinions|beliefs|feelings|experiences|preferences)|feelings or)\b",
    r"\bi (?:do not|don't) (?:currently )?have (?:direct )?access to "
    r"(?:real-?time|the internet|external (?:data|sources|web)|up-to-date|live (?:data|info))",
    r"\b(?:in quanto|essendo|come) (?:un )?(?:modello (?:linguistico|di linguaggio|di ia)|intelligenza artificiale|"
    r"ia\b)",
    r"\bcomo (?:um )?modelo de linguagem|\bsendo uma? (?:ia\b|inteligência artificial|modelo de linguagem)",
    r"\bals (?:een )?(?:groot )?(?:ai-?)?(?:taalmodel|ai-assistent)(?= *,| (?:kan|heb|ben)\b)",
    r"\bals (?:eine? )?(?:großes )?(?:ki|ki-\w+|künstliche intelligenz|sprachmodell)"
    r"(?= *,| (?:kann|habe|bin|darf|ist es mir|verfüge|besitze)\b)",
    r"\ben tant qu(?:e |' ?)(?:grand )?modèle (?:de langage|linguistique|d'ia)",
    r"\ben tant qu(?:e |' ?)(?:une )?(?:ia\b|intelligence artificielle)",
    r"\ben tant qu(?:e |' ?)assistant (?:ia|virtuel|d'ia)\b",
    r"\bcomo (?:una? )?(?:gran )?"
    r"(?:modelo (?:de (?:lenguaje|ia)|lingüístico)|ia|inteligencia artificial|asistente de ia)"
    r"(?= *,| (?:no|mi|de|creado|entrenado)\b)",
)
REFUSALS = (
    rf"\b{_CANNOT} (?:directly )?(?:assist|help|aid|support)(?: you)?(?: (?:with|in|on))? {_THAT}",
    rf"\b{_CANNOT} (?:assist|help)(?: you)?(?: with (?:illegal|harmful|unethical|anything)|,? (?:because|as) it)\b",
    rf"\b{_CANNOT} (?:assist|help|engage|deal)(?: you)? (?:with|in) (?:an?y? |the |such )?(?:requests?|tasks?"
    rf"|topics?|content|"
    rf"material|activit(?:y|ies)|instructions|questions|anything|matters) (?:that|which|about|for|like|relat\w+"
    rf"|involv\w+|"
    rf"concern\w+|regard\w+|containing|of (?:this|that) (?:kind|nature|sort))\b",
    rf"\b{_CANNOT} (?:comply|fulfil|engage in|participate in|condone)\b",
    rf"\b{_CANNOT} {_MAKE} {_MADE_THING}",
    rf"\b{_CANNOT} (?:help|assist)(?:ing)?(?: you)? (?:with|in|by) {_TASK}\b",
    rf"\b{_CANNOT} (?:to )?{_TASK} (?:this|that|the|your|an?|such|any)? ?(?:\w+ ){{0,5}}?{_TEXT}\b",
    rf"\b{_CANNOT} (?:to )?(?:answer|discuss|provid|creat|help|assist|respond)(?:e|ing)? (?:to |with |you with "
    rf")?(?:that|this)\b",
    rf"\b{_CANNOT} (?:answer (?:any )?questions (?:about|on|regarding)|provide (?:any )?code\b)",
    rf"\b{_CANNOT} do (?:that|this)\b(?= *[.!,;]| *$)",
    # "I can't give a figure without ... Please ask a qualified clockmaker."
    rf"\b{_CANNOT}\b[^.!?\n]{{0,140}}[.!;,]\s+(?:but |so )?"
    r"(?:please|i (?:would )?(?:recommend|suggest|advise)|you should|kindly)"
    r" (?:that you |you )?(?:ask|consult\w*|contact\w*|see|speak\w* (?:to|with)|refer(?:ring)? to|turn to) "
    r"(?:an? |your |the )?(?:qualified|professional|licen[sc]ed|certified|accredited|trained|suitable|appropriate)\b",
    r"\bi (?:must|have to) (?:respectfully |politely )?(?:decline|refuse)\b",
    r"\btut mir (?:sehr )?leid,? (?:aber )?(?:ich kann|dabei kann ich|damit kann ich|das kann ich|diese \w+ kann ich)"
    r"(?: (?:dir|ihnen|euch))?(?: (?:dabei|damit|(?:bei )?dieser? \w+|das|hierbei|so etwas))?"
    r"(?: leider)? nicht (?:weiterhelfen|helfen|beantworten|erfüllen|unterstützen|nachkommen|tun|schreiben|erstellen)",
    r"\bich kann (?:diese|ihre|deine) (?:anfrage|aufgabe|bitte) (?:leider )?nicht (?:bearbeiten|beantworten|erfüllen|"
    r"ausführen)",
    r"\bich kann (?:diese[nrs]?|den|die|das|keine[nr]?) (?:text|nachricht|notiz|satz|code|inhalt|anfrage|übersetzung|"
    r"zusammenfassung)\w* (?:leider )?(?:nicht )?(?:umschreiben|umformulieren|übersetzen|zusammenfassen|schreiben|"
    r"erstellen)",
    r"\bmi dispiace,? (?:ma )?non (?:posso|sono in grado di) (?:aiutar\w+|assister\w+|rispondere|soddisfare|fornire|"
    r"completare) (?:con |a |in )?(?:quest|ciò|tale|la tua richiesta|contenut)",
    r"\b(?:desculpe|sinto muito|lamento),? (?:mas )?(?:eu )?não (?:posso|consigo) (?:ajud\w+|responder|fornecer|"
    r"atender|"
    r"cumprir)(?: (?:você|te|lo|la))? ?(?:com |a )?(?:isso|isto|ess[ea]|est[ea]|seu pedido|sua solicitação)",
    r"\bhet spijt me,? (?:maar )?(?:ik kan (?:je |u )?(?:daar|hier|dit|dat|deze)|(?:daar|hier|dat|dit) kan ik)\b",
    r"\b(?:désolée?|navrée?),? (?:mais )?je ne (?:peux|puis|suis) pas (?:en mesure de )?"
    r"(?:vous aider|t'aider|aider|répondre|satisfaire|accéder|donner suite) "
    r"(?:avec (?:cela|ça|cette)|à (?:ce sujet|cela|ça|cette|ce genre|votre)|dans cette)",
    r"\b(?:désolée?|navrée?),? (?:mais )?je ne (?:peux|puis|suis) pas (?:en mesure de )?"
    r"(?:fournir|générer|créer|écrire|produire) (?:ce (?:type|genre|contenu)|de (?:contenu|telles?|tels?))",
    r"\blo siento,? (?:pero )?no puedo ayudar(?:te|le|los)? (?:con|en) (?:es[aeo]|est[aeo]|[ts]u solicitud)\b",
    r"\blo siento,? (?:pero )?no puedo (?:cumplir con|responder a es[aeo]|"
    r"(?:generar|crear|escribir|proporcionar) (?:es[ae]|est[ae]|contenido))\b",
)

DISCLAIMER = re.compile("|".join(DISCLAIMERS), re.IGNORECASE)
REFUSAL = re.compile("|".join(REFUSALS), re.IGNORECASE)
# One of these words is in every text that a pattern matches. Most texts have none, and are done at once.
_REFUSING = """
    can't can\u2019t can\u02bct cant cannot won't won\u2019t won\u02bct wont not unable decline refuse leid siento
    désolé désolée navré navrée nicht comfortable dispiace desculpe sinto lamento spijt
"""
_REFUSAL_SIGNS = frozenset(_REFUSING.split())
_DISCLAIMING = """
    ai artificial language knowledge training personal feelings ki künstliche sprachmodell tant modelo ia
    lingüístico inteligencia asistente access linguistico linguaggio intelligenza linguagem inteligência taalmodel
    ai-taalmodel ai-assistent
"""
_DISCLAIMER_SIGNS = frozenset(_DISCLAIMING.split())
_SIGNS = _REFUSAL_SIGNS | _DISCLAIMER_SIGNS
# Where characters speak, and what even there only a model says.
_PLAY = re.compile(
    r"\bin character\b|\brole-?play|\bnpcs?\b|\b(?:in|of|from) (?:an?|the|our) (?:[\w-]+ ){0,3}?"
    r"(?:game|novel|saga|adventure|film|movie|fairy tale)\b",
    re.IGNORECASE,
)
_OF_MODELS = re.compile(
    r"assist|aid|support|comply|fulfil|request|content|model|\bai\b|\ba\.i|intelligence|knowledge|training|access|"
    r"help\w* (?:you )?with (?:that|this)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?")
# What turns from the disclaimer to the answer, in the same sentence or at the head of the next one.
_TURN = re.compile(
    r"[,;:.]\s*(?:but|however|that said|nevertheless|still|though|here (?:is|are)|here's|aber|jedoch|trotzdem|"
    r"mais|cependant|voici|pero|sin embargo|aquí)\b",
    re.IGNORECASE,
)
# So many words behind the disclaimer are an answer; fewer are good wishes and other ends of a refusal.
_ANSWER, _TURNED_ANSWER = 15, 8
_MORE_OF_IT = re.compile(
    r"\bi (?:can(?:no|')?t|can not|don't|do not|am not|am unable|recommend|suggest|would (?:recommend|suggest))\b|"
    r"\bi'm (?:not|unable)\b|"
    r"\b(?:please )?(?:consult|contact|check|refer to|visit|reach out)\b|\bis there (?:anything|something)\b|"
    r"\bhow (?:can|may) i (?:help|assist)\b|\b(?:let me know|feel free)\b|\b(?:kann|darf|habe) (?:ich )?(?:nicht|kein)|"
    r"\bje ne\b|\bno (?:puedo|tengo)\b",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """What a model says of itself: where, what, and whether an answer follows all the same."""

    start: int
    end: int
    why: str
    answered: bool


# Who sums up, sorts or makes a record answers nobody: an apology there is the model's own.
_SORRY = re.compile(
    r"\W*(?:i'm (?:very |so |really )?sorry|(?:i am )?sorry|i apologi[sz]e|my apologies|unfortunately"
    r"|i regret)\b[^.!?\n]{0,20}?"
    r"\b(?:i (?:can(?:no|')?t|can not|am (?:not able|unable)|'m (?:not able|unable)|won't|will not)|i'm (?:not able"
    r"|unable))\b",
    re.IGNORECASE,
)
_SUMMED = re.compile(
    r"\b(?:summari[sz]\w*|sum (?:up|it up)|classif\w+|categori[sz]\w+|label\w*|extract\w*|tag|route|sort|json|sql"
    r"|query|"
    r"function|calculate|compute|solve|headline|title|keywords)\b",
    re.IGNORECASE,
)
_TOLD_ANEW = re.compile(
    r"\b(?:translat|rewrit|rephras|reply|repl(?:y|ies)|respond|answer|letter|mail|quote)", re.IGNORECASE
)


def _apologises(example: Example, text: str) -> Said | None:
    """An apology for not doing it, where nobody is spoken to and the input has none itself."""
    if (
        "rry" not in text[:80]
        and "pologi" not in text[:80]
        and "nfortunately" not in text[:80]
        and "regret" not in text[:80]
    ):
        return None
    match = _SORRY.match(straight(text[:300]))
    asked = opening(example)
    if match is None or not _SUMMED.search(asked) or _TOLD_ANEW.search(asked):
        return None
    given = straight(example.input_text).casefold()
    return (
        None
        if "sorry" in given or "unable" in given or "cannot" in given or "can't" in given
        else (Said(match.start(), match.end(), "refuses", False))
    )


def refused(example: Example, within: int = 300) -> list[tuple[str, Said]]:
    """In which outputs a model refuses or speaks of itself, in their first `within` characters."""
    found = []
    for field, text in example.output_fields():
        said = _said(text, within) or _apologises(example, text)
        if said is not None and not _shown(example) and not _played(example, text[said.start : said.end]):
            found.append((field, said))
    return found


@lru_cache(maxsize=64)
def _said(text: str, within: int) -> Said | None:
    seen, written = words(text), text[:within]
    spelt = "a.i" in written.lower()
    if not spelt and _SIGNS.isdisjoint(seen):
        return None
    head = straight(written)
    if spelt or not _DISCLAIMER_SIGNS.isdisjoint(seen):
        match = DISCLAIMER.search(head)
        if match and not quoted(head, match.start()):
            return Said(match.start(), match.end(), "speaks as an AI model", _answered(text, match.end()))
    match = REFUSAL.search(head)
    if match and not quoted(head, match.start()):
        return Said(match.start(), match.end(), "refuses", False)
    return None


def _played(example: Example, said: str) -> bool:
    """Whether a character of a story may have said this; "I can't assist with that request" none says."""
    return _OF_MODELS.search(said) is None and _PLAY.search(opening(example)) is not None


def _answered(text: str, end: int) -> bool:
    """Whether an answer follows: sentences behind the disclaimer's own that do not go on about what cannot be done."""
    text = straight(text[:4000])
    turn = _TURN.search(text, end)
    rest = text[_sentence_end(text, end) :]
    kept = [part for part in _SENTENCE.findall(rest) if not _MORE_OF_IT.search(part) and not REFUSAL.search(part)]
    count = sum([len(words(part)) for part in kept])
    if turn is None or REFUSAL.search(text, end):
        return count >= _ANSWER and REFUSAL.search(text, end) is None
    turned = text[turn.end() : _sentence_end(text, turn.end())]
    if not _MORE_OF_IT.search(turned):
        count = max(count, len(words(turned)) + count)
    return count >= _TURNED_ANSWER


def _sentence_end(text: str, start: int) -> int:
    match = _SENTENCE.match(text, start)
    return match.end() if match else len(text)


def _shown(example: Example) -> bool:
    """Whether the input has such words itself: a text to summarise, translate, classify or rewrite."""
    given = [straight(message.text) for message in example.input if message.role != "assistant"]
    return any(DISCLAIMER.search(text) or REFUSAL.search(text) for text in given)
