"""Gaps of a template that nobody filled in: "Dear [Guest Name]", "{{order_number}}", "um [Uhrzeit]"."""

import re
from functools import lru_cache

from curator.checks.quoting import quoted
from curator.tasks import looks_code

_GAP_WORDS = """
    name date time address number company city e-?mail phone amount price title location day hours link url room product
    department signature reason details?
    uhrzeit datum nachname vorname kundenname betrag adresse anschrift straße ort stadt plz hausnummer telefonnummer
    kundennummer bestellnummer rechnungsnummer firma firmenname preis anzahl menge unterschrift grund anrede termin
    monat jahr
    nom prénom heure montant ville rue numéro téléphone entreprise société prix jour mois année lieu motif titre
    quantité durée
    nombre apellidos? fecha hora importe dirección ciudad calle teléfono empresa precio día año firma lugar motivo
    título cantidad
    nome cognome orario importo indirizzo città numero telefono azienda prezzo giorno mese luogo titolo quantità
    namn förnamn efternamn tid klockslag belopp adress ort stad gata telefonnummer företag pris dag månad år underskrift
    plats orsak antal
    naam voornaam achternaam tijd tijdstip bedrag adres plaats straat bedrijf prijs maand jaar handtekening reden aantal
    sobrenome data horário valor endereço morada cidade rua telefone preço dia mês ano assinatura título quantidade
"""
#: What is to be filled in, in English, German, French, Spanish, Italian, Swedish, Dutch and Portuguese.
GAP_OF = f"(?:{'|'.join(dict.fromkeys(_GAP_WORDS.split()))})"
# "[nom de l'élève]", "[Name des Kindes]", "[date of birth]".
_OF = (
    r"(?: (?:of|de|del|della|des|der|du|dell?['\u2019]|d['\u2019]|da|do|av|van|von|för)"
    r"(?: ?[^\W\d_][\w'\u2019-]*){1,3})?"
)
_TO_FILL = (
    r"(?:à (?:compléter|remplir|préciser|définir)|(?:bitte |noch |hier )*(?:zu )?(?:ergänzen|ausfüllen|einsetzen|"
    r"einfügen|einzufügen|auszufüllen)|(?:por |a )?(?:completar|rellenar|definir|preencher|inserir)|"
    r"(?:da )?(?:completare|compilare|inserire|definire)|"
    r"(?:att )?fylla? i|(?:in|aan) te vullen|invullen|to be (?:filled in|completed|added|"
    r"confirmed|announced))"
)
# Not the text of a link, nor an index.
_GAP = re.compile(
    rf"(?<![\w\])])\[(?:[^\W\d](?:[\w'\u2019 -]){{0,30}}[ _-])?(?:{GAP_OF}|{_TO_FILL}){_OF}\](?![(\[:])|"
    rf"\{{\{{\s*(?:\w+[ _.])?{GAP_OF}\s*\}}\}}|<(?:[a-z]+[ _-]){{1,3}}{GAP_OF}>",
    re.IGNORECASE,
)
_LEADS = """
    at on by in for from to of with until till dear mr mrs ms the your our my is are costs
    um am im ab bis für von zu mit bei nach seit den dem der die das lieber liebe geehrter geehrte herr frau beträgt
    à au aux en le la les du de des pour chez par avec dès cher chère monsieur madame
    el los las al para por con desde hasta del su estimado estimada señor señora
    il lo alle allo dal per di da nel gentile signor signora caro cara
    kl klockan den på till från av hej är
    om op het van aan voor bij met tot beste geachte heer mevrouw
    às ao na no em até desde do da dos prezado prezada
"""
# What an editor puts into brackets: who is meant, what is heard, what was left out.
_EDITED = """
    a an the this that these those it its he she they his her their him them who which whose my your our us we i you
    der die das ein eine dieser er sie es ihr ihre sein seine le la les un une ce cette il elle ils elles son sa ses
    el los las uno una su sus il lo gli det den de het een o os as um uma
    sic laughs? laughter laughing applause music pause sighs? crying silence inaudible unintelligible crosstalk redacted
    omitted deleted removed censored bleep expletive emphasis citation translated translation note footnote edit and or
    not is are was were will would has have had can could should may might must be been do does did than as to of
    mask cls sep pad unk bos eos
"""
_WHO = re.compile(r"\[(?:the|an?|this|that|his|her|their|its)\b")
# One word, or a few, after a word that something has to follow, and no link, index, list or sound.
_BLANK = re.compile(
    rf"\b(?:{'|'.join(dict.fromkeys(_LEADS.split()))})\.? "
    rf"(\[(?!(?:{'|'.join(dict.fromkeys(_EDITED.split()))})\b)[a-zà-öø-ÿ]{{3,20}}"
    r"(?:[ '\u2019-][^\W\d_]{1,20}){0,4}\])(?=[.,;:!?)]?(?:\s|\Z))",
)


@lru_cache(maxsize=64)
def gap(text: str) -> tuple[int, int] | None:
    """Where a text has a gap that says what is missing."""
    match = _GAP.search(text) if "[" in text or "{{" in text or "<" in text else None
    if match is None or (match[0][0] == "[" and looks_code(text)):
        return None
    if _WHO.match(match[0]) and quoted(text, match.start()):
        return None
    return match.span()


@lru_cache(maxsize=64)
def blank(text: str) -> tuple[int, int] | None:
    """Where a text of prose has words in brackets in place of what should follow; a gap by its form alone."""
    match = _BLANK.search(text) if "[" in text else None
    if match is None or looks_code(text) or quoted(text, match.start(1)):
        return None
    return match.span(1)
