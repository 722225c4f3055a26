"""Words of requests: those that name nothing, those that stand for each other, and those that never do."""

from curator.checks.contradiction import FUNCTION_WORDS, stem
from curator.checks.opposites import NEGATIONS
from curator.grounding.lexicon import EMPTY

#: Synonyms in requests (word: number of its line) that the vectors do not bring together.
SAME = {
    word: number
    for number, line in enumerate(
        (
            "book booking reserve reservation",
            "change switch modify edit update adjust",
            "send ship deliver delivery dispatch",
            "parcel package shipment",
            "bill invoice receipt",
            "refund reimbursement reimburse",
            "delete remove erase",
            "improve raise boost increase",
            "help support assist",
            "job position role",
            "quit exit",
            "get obtain",
            "fix repair solve resolve",
            "error problem issue trouble",
            "cancel terminate stop end",
            "code function script program",
            "price cost costs",
            "call phone ring",
            "log login sign signin",
            "forgot forget forgotten leave",
            "close shut",
            "near nearby",
            "start begin open",
            "car vehicle",
            "doctor physician",
            "kid kids child children",
            "buy purchase",
            "needed required necessary",
            "lift elevator",
            "bike bicycle",
            "flat apartment",
            "shop store",
            "sofa couch",
            "ill sick",
        )
    )
    for word in line.split()
}
_ONE_FOR_THE_OTHER = """
    call phone ring telephone
    parcel package
    delete remove erase
    fix repair mend
    start begin
    close shut
    buy purchase
    reserve book
    choose pick select
    help assist
    finish complete
    show display
    doctor physician
    lift elevator
    bike bicycle
    flat apartment
    shop store
    sofa couch
    fridge refrigerator
    holiday vacation
    film movie
    photo picture
    mobile cellphone
    rubbish trash garbage
    ill sick
    big large
    quick fast
    nearby near
    incorrect wrong
    sufficient enough
    glad happy
    swiftly quickly rapidly
    anrufen telefonieren
    kaufen erwerben
    beginnen anfangen starten
    acheter acquérir
    commencer débuter
"""
#: Words that may change places in a text without another meaning (stem: number of its line). Fewer than `SAME`, in
#: which "bill" and "receipt" are one: there, everything else of two requests was compared.
INTERCHANGEABLE = {
    stem(word): number for number, line in enumerate(_ONE_FOR_THE_OTHER.split("\n")) for word in line.split()
}
_NAMELESS = """\
please kindly help tell show give explain describe know want need like wish try possible way step steps thing
let find info information detail details question whether on back there here hi hello hey thanks thank dear sir
madam today now quickly quick really actually currently okay ok yes time hour hours day long kind sort type use
using used work works happen happens able take takes come comes write generate create produce provide name list
say mean means think look looking see allow allowed until till another other else whenever once straight away
sound sounds pretty great good fine perfect nice awesome cool wonderful lovely excellent right sure yeah yep nope bye
goodbye welcome needed wanted assist assistance going havent bit lot thats whats hows wheres ill im ive id youre
ich wir sie uns dir du er ihr
wie kannst könnt bitte gern mir mich dich sich hallo danke möchte will wo wann warum wer was welche welcher
comment puis peux voudrais quel quelle où quand pourquoi qui quoi merci bonjour je j tu vous nous mon ma mes
cómo puedo puede quiero quisiera qué cuál dónde cuándo quién gracias hola yo mi mis me nos hay city place person
people someone anyone something anything every exactly am pm many much"""
#: Words of requests that name nothing, in English, German, French and Spanish.
GENERIC = frozenset(_NAMELESS.split()) | EMPTY | FUNCTION_WORDS | NEGATIONS
#: Words of a kind: the vectors of each line lie together, and none stands for another.
FIXED_LINES = tuple(
    frozenset(line.split())
    for line in (
        "monday tuesday wednesday thursday friday saturday sunday weekday weekdays weekend weekends",
        "january february april june july august september october november december",
        "red blue green yellow black white grey gray brown pink purple orange silver gold",
        "north south east west northern southern eastern western left right",
        "morning noon afternoon evening night midnight tomorrow yesterday tonight",
        "daily weekly monthly yearly annual annually hourly quarterly",
        "mother father son daughter sister brother husband wife uncle aunt",
        "breakfast lunch dinner brunch",
        "off out up down",
        "receive receives received receiving",
        "import imports imported importing",
        "upload uploads uploaded uploading",
        "credit debit",
        "deposit withdraw withdrawal",
        "minimum maximum min max",
        "lender borrower buyer seller employer employee teacher student parent parents child doctor patient host guest",
        "king queen prince princess boy girl boys girls man woman men women male female",
        "income expense expenses profit loss asset liability inhale exhale",
        "winter summer spring autumn",
        "milk cheese butter beef pork chicken fish lamb",
        "piano guitar violin drums",
        "cat dog cats dogs",
        "first second third fourth fifth last next previous",
        "english german french spanish italian portuguese chinese japanese dutch russian arabic korean polish turkish",
    )
)
#: Words that must be the same in both texts.
FIXED = frozenset().union(*FIXED_LINES)
