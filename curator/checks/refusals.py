"""How models refuse and speak of themselves, by language. Read by the check `refusal`, one pattern a line.

Matched without case on text whose typographic apostrophes were made straight. Each needs an object that only a
model's refusal has ("help with that", "provide such content"): a service that cannot find an order does not refuse.
"""

import re

_AI = r"(?:ai|a\.i\.|artificial intelligence)"
_MODEL = rf"(?:{_AI} (?:language )?(?:model|assistant|chatbot|chat bot|system|program|language)|language model|{_AI})"
_MADE = r"(?: (?:trained|developed|created|made) by \w+)?"
_CANNOT = (
    r"i(?: can(?:no|')?t| can not| won'?t| will not|(?: am|'m) (?:not able|unable) to|"
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
    rf"\b{_CANNOT} (?:comply|fulfil|engage in|participate in|condone)\b",
    rf"\b{_CANNOT} {_MAKE} {_MADE_THING}",
    rf"\b{_CANNOT} do (?:that|this)\b(?= *[.!,;]| *$)",
    r"\bi (?:must|have to) (?:respectfully |politely )?(?:decline|refuse)\b",
    r"\btut mir (?:sehr )?leid,? (?:aber )?(?:ich kann|dabei kann ich|damit kann ich|das kann ich|diese \w+ kann ich)"
    r"(?: (?:dir|ihnen|euch))?(?: (?:dabei|damit|(?:bei )?dieser? \w+|das|hierbei|so etwas))?"
    r"(?: leider)? nicht (?:weiterhelfen|helfen|beantworten|erfüllen|unterstützen|nachkommen|tun|schreiben|erstellen)",
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
