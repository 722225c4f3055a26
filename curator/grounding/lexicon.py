"""Words that stand for values: numbers, months, weekdays, units; in English, German, French and Spanish."""

from fractions import Fraction


def listed(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


def _numbered(first: int, names: str) -> dict[str, int]:
    return {word: number for number, group in enumerate(names.split(), first) for word in group.split("|")}


MONTHS = _numbered(
    1,
    "january|jan|januar|jänner|janvier|enero february|feb|februar|février|febrero march|mar|märz|mars|marzo "
    "april|apr|avril|abril may|mai|mayo june|jun|juni|juin|junio july|jul|juli|juillet|julio "
    "august|aug|août|agosto september|sep|sept|septembre|septiembre october|oct|oktober|okt|octobre|octubre "
    "november|nov|novembre|noviembre december|dec|dezember|dez|décembre|diciembre",
)
#: Months that are also ordinary words count without a number beside them only where they have a capital.
WEEKDAYS = _numbered(
    0,
    "monday|mondays|montag|montags|lundi|lunes tuesday|tuesdays|dienstag|dienstags|mardi|martes "
    "wednesday|wednesdays|mittwoch|mittwochs|mercredi|miércoles thursday|thursdays|donnerstag|donnerstags|jeudi|jueves "
    "friday|fridays|freitag|freitags|vendredi|viernes saturday|saturdays|samstag|samstags|sonnabend|samedi|sábado "
    "sunday|sundays|sonntag|sonntags|dimanche|domingo",
)
WEEKDAYS |= _numbered(1, "tue|tues weds thu|thur|thurs fri")
#: Short form of a weekday -> its stem.
SHORT_DAYS = {
    "tue": "tuesda", "tues": "tuesda", "weds": "wednesda", "thu": "thursda", "thur": "thursda", "thurs": "thursda",
    "fri": "frida",
}  # fmt: skip
#: Short forms that are also other words: they bear a weekday out, and claim one only where a day is to be expected.
LIKE_DAYS = _numbered(0, "mon|lun mar wed|mer|mié jeu|jue ven|vie sat|sam|sáb sun|dim|dom")
#: German short forms, in capitals and beside a number or another one.
GERMAN_DAYS = _numbered(0, "Mo Di Mi Do Fr Sa So")
#: Words that name many days at once, and the days: none of them contradicts it.
MANY_DAYS: dict[str, frozenset[int]] = {
    **dict.fromkeys(listed("daily everyday täglich jeden quotidien todos diario"), frozenset(range(7))),
    **dict.fromkeys(listed("weekday weekdays werktags wochentags semaine laborables"), frozenset(range(5))),
    **dict.fromkeys(listed("weekend weekends wochenende wochenenden week-end"), frozenset((5, 6))),
}

_UNITS = _numbered(
    0,
    "zero|null|cero one|ein|eins|eine|einen|einem|einer|un|une|uno|una two|zwei|deux|dos three|drei|trois|tres "
    "four|vier|quatre|cuatro five|fünf|cinq|cinco six|sechs|seis seven|sieben|sept|siete eight|acht|huit|ocho "
    "nine|neun|neuf|nueve ten|zehn|dix|diez eleven|elf|onze twelve|zwölf|douze|doce thirteen|dreizehn|treize|trece "
    "fourteen|vierzehn|quatorze|catorce fifteen|fünfzehn|quinze|quince sixteen|sechzehn|seize|dieciséis "
    "seventeen|siebzehn|dix-sept|diecisiete eighteen|achtzehn|dix-huit|dieciocho nineteen|neunzehn|dix-neuf|diecinueve",
)
_TENS = {
    word: 10 * number
    for word, number in _numbered(
        2,
        "twenty|zwanzig|vingt|veinte thirty|dreißig|trente|treinta forty|vierzig|quarante|cuarenta "
        "fifty|fünfzig|cinquante|cincuenta sixty|sechzig|soixante|sesenta seventy|siebzig|setenta "
        "eighty|achtzig|ochenta ninety|neunzig|noventa",
    ).items()
}
#: Cardinal numbers as words.
CARDINALS: dict[str, int] = {**_UNITS, **_TENS}
#: What the words before them are multiplied by.
SCALES: dict[str, int] = {
    "hundred": 100, "hundert": 100, "cent": 100, "cien": 100, "ciento": 100, "thousand": 1000, "tausend": 1000,
    "mille": 1000, "mil": 1000, "million": 10**6, "millions": 10**6, "millionen": 10**6, "millón": 10**6,
    "millones": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "milliarden": 10**9, "trillion": 10**12,
    "k": 1000, "dozen": 12, "dutzend": 12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
#: Words that stand for a number in passing: they bear out a number, but claim none.
PASSING: dict[str, Fraction] = {
    "half": Fraction(1, 2), "halb": Fraction(1, 2), "halbe": Fraction(1, 2), "halben": Fraction(1, 2),
    "demi": Fraction(1, 2), "media": Fraction(1, 2), "medio": Fraction(1, 2), "quarter": Fraction(1, 4),
    "once": Fraction(1), "single": Fraction(1), "a": Fraction(1), "an": Fraction(1), "sole": Fraction(1),
    "twice": Fraction(2), "both": Fraction(2), "couple": Fraction(2), "pair": Fraction(2), "double": Fraction(2),
    "twin": Fraction(2), "either": Fraction(2), "duo": Fraction(2), "triple": Fraction(3), "trio": Fraction(3),
    "thrice": Fraction(3), "dozen": Fraction(12), "dutzend": Fraction(12), "first": Fraction(1), "second": Fraction(2),
    "third": Fraction(3), "fourth": Fraction(4), "fifth": Fraction(5), "sixth": Fraction(6), "seventh": Fraction(7),
    "eighth": Fraction(8), "ninth": Fraction(9), "tenth": Fraction(10), "noon": Fraction(12), "century": Fraction(100),
    "decade": Fraction(10), "hundred": Fraction(100), "thousand": Fraction(1000), "million": Fraction(10**6),
    "i": Fraction(1), "ii": Fraction(2), "iii": Fraction(3), "iv": Fraction(4), "vi": Fraction(6), "vii": Fraction(7),
    "viii": Fraction(8), "ix": Fraction(9), "xi": Fraction(11), "xii": Fraction(12),
}  # fmt: skip
# Cardinals that are also articles, or words of another language: they claim nothing either.
_NO_CLAIM = listed("one ein eins eine einen einem einer un une uno una elf sept null zero onze seize mars")
#: Cardinals whose appearance in an output claims that number.
CLAIMING = frozenset(CARDINALS) - _NO_CLAIM

_TIMES = (
    ("second", "time", Fraction(1, 60), "second seconds sec secs sekunde sekunden seconde secondes segundo segundos"),
    ("minute", "time", Fraction(1), "minute minutes min mins minuten minuto minutos"),
    ("hour", "time", Fraction(60), "hour hours hr hrs h stunde stunden heure heures hora horas"),
    ("day", "time", Fraction(1440), "day days tag tage tagen jour jours día días werktage werktagen arbeitstage"),
    ("week", "time", Fraction(10080), "week weeks wk wks woche wochen semaine semaines semana semanas"),
    ("fortnight", "time", Fraction(20160), "fortnight fortnights"),
    ("month", "calendar", Fraction(1), "month months mth mths monat monate monaten mois mes meses"),
    ("year", "calendar", Fraction(12), "year years yr yrs jahr jahre jahren an ans année années año años"),
)
#: Unit of time -> (its own name, the dimension it is counted in, how many of the dimension's units it has).
TIMES: dict[str, tuple[str, str, Fraction]] = {
    word: (name, dimension, factor) for name, dimension, factor, spelled in _TIMES for word in spelled.split()
}
#: Currency -> one sign for it.
CURRENCIES: dict[str, str] = {
    "$": "$", "usd": "$", "dollar": "$", "dollars": "$", "us$": "$", "bucks": "$", "€": "€", "eur": "€", "euro": "€",
    "euros": "€", "£": "£", "gbp": "£", "pound": "£", "pounds": "£", "quid": "£",
    "¥": "¥", "yen": "¥", "jpy": "¥", "₹": "₹",
    "inr": "₹", "rupees": "₹", "rs": "₹", "chf": "chf", "franc": "chf",
    "francs": "chf", "franken": "chf", "sek": "sek", "kr": "kr",
}  # fmt: skip
#: Keys and words after which a bare number is a price.
PRICES = listed("price cost costs fee total amount balance charge rate preis betrag prix precio")

#: Words after which a number is a name, and counts nothing.
DESIGNATORS = listed(
    "room gate platform floor page chapter track bus line tram route exit building hall desk counter window locker lot "
    "seat aisle terminal dock pier zone bay row pitch court lane ward suite apartment unit table version model grade "
    "extension ext channel section clause paragraph article figure volume episode season highway flight door box no nr "
    "number raum zimmer saal gleis halle stock seite linie tor platz salle chambre quai porte sala puerta andén página"
)

#: Words that say nothing of what a sentence is about.
EMPTY = listed(
    "a an the this that these those it its he she they them his her their we us our you your i me my mine and or but "
    "if so as than then of in on at by to for from with without within into onto over under up down out about after "
    "before between during per via is are was were be been being am do does did done doing have has had having will "
    "would can could may might shall should must there here what which who whom whose when where why how not no nor "
    "yes only just also very too more most some any each every all both such own same other another again once please "
    "get gets got one s t ll re ve d m am pm der die das den dem des ein eine einen einem einer und oder aber ist sind "
    "war wird werden hat haben kann können nicht kein keine ja nein in im am an auf für mit von zu zum zur bei nach "
    "aus le la les un une des du de et ou est sont dans sur pour avec par ne pas el los las y o es son en con por para "
    "se su que qui"
)
