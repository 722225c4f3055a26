"""Words that two texts may differ in and still say the same: courtesies, small words, and equals."""

from curator.checks.questions import counted_as

_TRIFLES_BY_LANGUAGE = """
a an the this that these those please kindly thanks thank hi hello hey dear just really very actually
simply also so well ok okay there
der die das den dem des ein eine einen einem einer bitte danke hallo guten tag
le la les un une des du svp merci bonjour salut
el los las una unos unas por favor gracias hola
il lo gli grazie ciao um uma obrigado obrigada het een graag
"""
#: Said or left out, the question is the same.
TRIFLES = frozenset(_TRIFLES_BY_LANGUAGE.split())
# What instructions are made of that only say that there is one: "Task:", "Please answer the following question."
_FRAME_BY_LANGUAGE = """
task instruction instructions question query request input prompt text message following below above answer respond
reply response complete solve help me with to for it given is are be you i we can could would will need user assistant
human q and as here
aufgabe anweisung frage anfrage eingabe text folgende folgenden beantworte antworte antwort
tâche instruction question requête entrée texte suivant suivante réponds répondez réponse
tarea instrucción pregunta consulta entrada texto siguiente responde respuesta
"""
#: What says only that there is an instruction.
FRAME = frozenset(_FRAME_BY_LANGUAGE.split())
_SMALL_BY_LANGUAGE = """
my our your his her its their mine yours i me you we us it he she him they them
is are am was were be been being s do does did has have had can could may might will would shall
to of for at in on about with as and or that which who there here
ever even quite truly totally absolutely completely definitely still again already now currently
along anyway anyhow though perhaps maybe possibly somehow exactly lately afterwards
mein meine meinen meiner unser unsere ihr ihre ich wir sie es ist sind war hat habe haben kann zu in im am auf mit für
mon ma mes notre nos votre vos je nous vous il elle est sont a ai avons de en à au dans pour avec
mi mis nuestro nuestra su sus yo es son está hay he ha en de para con
mio mia suo sua meu minha mijn ik
"""
#: Said or left out, the question is the same; one for another, it may not be.
SMALL = frozenset(_SMALL_BY_LANGUAGE.split())
#: One for the other, each word of it.
EQUALS = tuple(
    map(
        frozenset,
        (
            ["can", "could", "would", "will", "may", "might", "shall"],
            ["is", "are", "am", "s", "was", "were", "be", "been", "being", "has", "have", "had"],
            ["do", "does", "did"],
            ["it", "this", "that", "they", "them", "these", "those"],
            ["that", "which", "who"],
            ["my", "our"],
            ["at", "in", "on"],
            ["if", "when", "whenever"],
        ),
    )
)
#: One for the other as they stand here, without articles.
PHRASES = {
    phrase: number
    for number, line in enumerate(
        (
            "once; one time; time; same time; one go",
            "near; close to; nearby; next to",
            "many; lot of; lots of",
            "until; till",
            "want; would like; wish",
            "must; should; need to; needs to; have to; has to; ought to",
            "when; what time; at what time",
            "also; as well; too; well",
            "about; around; approximately; roughly; circa",
            "because; since",
            "now; at moment; right now; currently",
            "later; afterwards",
            "last night; yesterday night; yesterday evening; last evening",
            "tonight; this evening",
            "somebody; someone",
            "everybody; everyone",
            "anybody; anyone",
            "nobody; no one",
            "why; how come",
            "each; every",
            "get rid of; dispose of",
            "as long as; provided that",
            "few; some; several; couple of",
            "toward; towards; to",
            "maybe; perhaps",
        )
    )
    for phrase in line.split("; ")
}
#: Whose it is, and who does it: one person is not another.
PERSONS = {
    word: person
    for person, words in enumerate(
        ("i me my mine we us our ours", "you your yours", "he him his", "she her hers", "they them their theirs")
    )
    for word in words.split()
}


def for_each_other(held: list[str], others: list[str]) -> bool:
    """Whether the words of a gap are small ones that one side may leave out, or stand for each other."""
    if not held or not others:
        return SMALL.issuperset(held or others)
    said = PHRASES.get(" ".join(held))
    if said is not None and said == PHRASES.get(" ".join(others)):
        return True
    if len(held) == len(others) and all(map(_same_word, held, others)):
        return True
    for equal in EQUALS:
        if not equal.isdisjoint(held) and not equal.isdisjoint(others):
            held, others = ([word for word in words if word not in equal] for words in (held, others))
    return not (held and others) and SMALL.issuperset(held or others)


def other_persons(held: list[str], others: list[str]) -> bool:
    """Whether the words of one side name another person than those of the other: my, your, his."""
    mine, theirs = ({PERSONS[word] for word in words if word in PERSONS} for words in (held, others))
    return bool(mine) and bool(theirs) and mine != theirs


def _same_word(one: str, two: str) -> bool:
    return counted_as(one) == counted_as(two)
