"""The voice of a text as counted habits: contractions, person, exclamation, emoji, slang, openers, closers.

Habits are what can be counted and shown. Distances over function words tell authors apart no better than chance when
the topic is the same; loud departures (slang, emoji, hype, stiffness) do show, and the rest is for people to judge.
"""

import re
from functools import cached_property, lru_cache
from math import log2
from typing import NamedTuple

from msgspec import Struct, field

from curator.checks.heads import Heads
from curator.checks.json_texts import read
from curator.model import Example
from curator.tasks import looks_code
from curator.text import words

# Shorter outputs, in words, have no voice.
_WORDS = 4

_SLANG = """
    gonna wanna gotta dunno kinda sorta lol lmao rofl omg wtf btw idk imo imho tbh thx thnx tnx pls plz plx u ur ya yup
    nah yo dude bro bruh buddy cuz coz cos' ain't y'all gimme lemme whatcha haha hahaha hehe tho thru wat wassup
    nvm smh jk oi innit mate ugh meh blimey soz peeps gotcha
    hiya heya howdy yikes bummer woohoo yay whoa yolo legit ngl gr8
    krass geil digga moin nö naja hä mdr ouais jajaja tío guay
"""
_MILD = """
    hey yeah yep nope awesome cool guys folks oops wow totally super stuff pretty-much crazy insane crap damn heck sucks
    freaking literally basically heads-up no-brainer
"""
_HYPE = """
    amazing incredible fantastic unbelievable thrilled stunning mind-blowing awesome epic insane insanely revolutionary
    game-changing spectacular phenomenal unstoppable absolutely best ever wow love excited
"""
_STIFF = """
    pursuant hereby herewith hereinafter hereto aforementioned aforesaid heretofore thereof hereof henceforth
    notwithstanding esteemed faithfully undersigned forthwith whereupon thereupon thereto therein herein duly therewith
    hiermit diesbezüglich sehr-geehrte hochachtungsvoll obliegt ci-joint veuillez susmentionné atentamente
"""
_RUDE = "slob slobs stupid idiot idiots dumb moron morons duh dumbass ffs wtf"
_HEDGES = """
    maybe perhaps possibly probably might could guess suppose seems apparently presumably somewhat likely arguably
    vielleicht vermutlich eventuell wahrscheinlich peut-être probablement quizás tal-vez
"""
_MANY = """
    it's that's here's there's what's let's who's he's she's where's how's
"""
# Each phrase below has one of these words; a set is asked sooner than a pattern.
_STIFF_HINTS = """
    kindly advised regret dear yours regard reference convenience course hesitate accordance receipt attention per wish
    geehrte vorzüglicher agréer señor pleased inform inquiry enquiry contacting interest obtained
    purchased acquired requested purchase should terms disposal upon assistance understanding
"""
_RUDE_HINTS = """
    problem fault cares deal figure shut lost over serious kidding expect can't manual quit stop waste own google luck
    don't brain said
"""
_CLOSING_HINTS = """
    regards sincerely cheers wishes care hope know free happy thank thanks have grüße cordialement saludos
"""
_SLANG_SET, _MILD_SET, _HYPE_SET, _STIFF_SET, _RUDE_SET, _HEDGE_SET, _SHORTENED = (
    frozenset(listed.split()) for listed in (_SLANG, _MILD, _HYPE, _STIFF, _RUDE, _HEDGES, _MANY)
)
_STIFF_HINT, _RUDE_HINT, _CLOSING_HINT = (
    frozenset(listed.split()) for listed in (_STIFF_HINTS, _RUDE_HINTS, _CLOSING_HINTS)
)
_LEXICON = _SLANG_SET | _MILD_SET | _HYPE_SET | _STIFF_SET | _RUDE_SET
_STIFF_PHRASE = re.compile(
    r"\b(?:kindly (?:be advised|note|refrain|revert|find)|please be advised|we regret to (?:inform|advise)|"
    r"dear (?:sir|madam|valued|esteemed)|yours (?:sincerely|faithfully|truly)|with (?:reference|regard) to your|"
    r"(?:at|in) (?:your|due) (?:earliest convenience|course)|do not hesitate|in accordance with|acknowledge receipt|"
    r"come to our attention|as per (?:your|our)|we wish to inform|dear (?:customer|member|guest|client|user|resident|"
    r"all\b)|pleased to (?:inform|announce|confirm|advise)|"
    r"like to inform|thank you for (?:your (?:inquiry|enquiry|message|interest|patience|understanding)|contacting|"
    r"reaching)|"
    r"may be (?:obtained|purchased|acquired|requested)|can be obtained|"
    r"available for purchase|should you (?:require|have|need|wish)|further assistance|terms and conditions|"
    r"at your disposal|upon request|sehr geehrte|mit vorzüglicher|"
    r"veuillez agréer|muy señor)\b",
    re.IGNORECASE,
)
_RUDE_PHRASE = re.compile(
    r"\b(?:(?:not my|(?:that's|thats|is) your|your own) (?:problem|fault)|who cares(?=[?!.])|(?:just )?deal with it|"
    r"figure it out|shut up|get over it|get lost|are you (?:serious|kidding)|what did you expect|can't you read|"
    r"read the (?:damn|bloody|f\w+) manual|did you even|quit whining|"
    r"stop (?:whining|complaining|wasting|bothering)|waste my time|"
    r"do your own|google it|good luck with that|don't care|use your brain|like i (?:already )?said)\b",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u26ff\u2728\u2705\u2764\u2b50\u203c\u2049]")
_EMOTICON = re.compile(r"(?:^|\s)(?:[:;=]-?[)(DPp3/|*]|<3|\^\^|xD|XD)(?=$|[\s.!?])")
_CAPITALS = re.compile(r"[A-Z]{4,}")
_SHOUT = re.compile(r"\b(?:[A-Z']+[ ,!]+){2,}[A-Z']+\b")
_DRAWN = ("aaa", "eee", "ooo", "sss", "yyy", "uuu", "hhh", "mmm")
_LETTER = re.compile(r"[^\W\d_]")
_CONTRACTED = ("n't", "'re", "'ve", "'ll", "'m", "'d")


class Habit(NamedTuple):
    """One thing that a text does or does not: its name, the rule when no other does it, and when all others do.

    `points` say how far it breaks a voice that never has it; two points are a break.
    """

    name: str
    never: str
    always: str
    points: float = 0.0


HABITS = (
    Habit("slang", "never uses slang", "", 1),
    Habit("much slang", "", "", 1),
    Habit("mild", "", "", 0.5),
    Habit("emoji", "never uses emoji", "", 1),
    Habit("many emoji", "", "", 1),
    Habit("shout", "never shouts in capitals", "", 2),
    Habit("doubled", "never doubles ! or ?", "", 1),
    Habit("exclaims", "never uses exclamation marks", "always uses exclamation marks", 0.5),
    Habit("drawn", "never draws out words", "", 1),
    Habit("lower", "never begins in lower case", "", 1),
    Habit("hype", "", "", 0.5),
    Habit("much hype", "", "", 0.5),
    Habit("stiff", "never uses official terms", "", 1),
    Habit("very stiff", "", "", 1),
    Habit("rude", "is never rude", "", 1),
    Habit("very rude", "", "", 1),
    Habit("many hedges", "never piles up hedges", "", 1),
    Habit("contracts", "never uses contractions", "always uses contractions"),
    Habit("I", "never says I", "always says I"),
    Habit("we", "never says we", "always says we"),
    Habit("you", "never says you", "always says you"),
    Habit("greets", "never opens with a greeting", "always opens with a greeting"),
    Habit("thanks", "never opens with thanks", "always opens with thanks"),
    Habit("sorry", "never opens with an apology", "always opens with an apology"),
    Habit("signs", "never signs off", "always signs off"),
    Habit("asks", "never ends with a question", "always ends with a question"),
)
NEVER = sum(1 << index for index, habit in enumerate(HABITS) if habit.never)
ALWAYS = sum(1 << index for index, habit in enumerate(HABITS) if habit.always)
POINTS = sum(1 << index for index, habit in enumerate(HABITS) if habit.points)
_BIT = {habit.name: 1 << index for index, habit in enumerate(HABITS)}
_FIRST = {
    **dict.fromkeys(("hello", "hi", "hey", "dear", "hallo", "bonjour", "hola", "good", "greetings"), _BIT["greets"]),
    **dict.fromkeys(("thanks", "thank", "danke", "merci", "gracias"), _BIT["thanks"]),
    **dict.fromkeys(("sorry", "apologies", "unfortunately", "leider"), _BIT["sorry"]),
}
_PERSON = tuple(
    (frozenset(listed.split()), _BIT[name])
    for name, listed in (
        ("I", "i i'm i'd i've i'll my me mine ich mir mich mein je j'ai yo mi"),
        ("we", "we we're we'd we've we'll our us ours wir uns unser nous notre nosotros"),
        ("you", "you your yours you're you'd you've you'll sie ihr ihre du dein vous votre usted su"),
    )
)
# Most words of a text are in no list: what is in one is picked out once.
_VOCABULARY = _LEXICON.union(_HEDGE_SET, _STIFF_HINT, _RUDE_HINT, _CLOSING_HINT, *(listed for listed, _ in _PERSON))
_CLOSING = re.compile(
    r"(?:regards|sincerely|cheers|best wishes|take care|hope (?:this|that) helps|let me know|feel free to|"
    r"happy to help|thank you|thanks|have a (?:great|nice|good)|grüße|cordialement|saludos)",
    re.IGNORECASE,
)


class Voice(Struct, dict=True):
    """How many of a group's outputs have each habit, and how long they are."""

    outputs: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * len(HABITS))
    lengths: int = 0
    squares: int = 0
    heads: Heads = field(default_factory=Heads)

    def add(self, example: Example) -> None:
        """Count the habits of one example's outputs."""
        vars(self).clear()
        self.heads.add(example)
        for _, text in example.output_fields():
            mask = habits(text)
            if mask is None:
                continue
            self.outputs += 1
            length = size(text)
            self.lengths += length
            self.squares += length * length
            for index in of_bits(mask):
                self.counts[index] += 1

    def merge(self, other: "Voice") -> None:
        """Take in another count."""
        vars(self).clear()
        self.outputs += other.outputs
        self.lengths += other.lengths
        self.squares += other.squares
        self.counts = [one + two for one, two in zip(self.counts, other.counts, strict=True)]
        self.heads.merge(other.heads)

    @cached_property
    def together(self) -> bool:
        """Whether these examples are one group; see `Heads.together`."""
        return self.heads.together

    def rare(self, most: float) -> int:
        """The habits, as bits, that at most `most` of the other outputs have, seen from one that has them."""
        known = self._rare.get(most)
        if known is None:
            known = self._rare[most] = sum(1 << index for index, count in enumerate(self.counts) if count - 1 <= most)
        return known

    def common(self, least: float) -> int:
        """The habits, as bits, that at least `least` of the others have, seen from one that lacks them."""
        known = self._common.get(least)
        if known is None:
            known = self._common[least] = sum(1 << index for index, n in enumerate(self.counts) if n >= least)
        return known

    @cached_property
    def _rare(self) -> dict[float, int]:
        return {}

    @cached_property
    def _common(self) -> dict[float, int]:
        return {}

    @cached_property
    def surprise(self) -> tuple[tuple[float, float], ...]:
        """For each habit the surprise, in bits, of having it and of not having it."""
        total = self.outputs + 2
        return tuple((-log2((n + 1) / total), -log2((total - n - 1) / total)) for n in self.counts)

    @cached_property
    def lacking(self) -> float:
        """The surprise of an output without any of the habits."""
        return sum(lacks for _, lacks in self.surprise)

    @cached_property
    def expected(self) -> tuple[float, float]:
        """Mean and variance of the surprise of an output, were the habits independent."""
        mean = variance = 0.0
        for count, (has, lacks) in zip(self.counts, self.surprise, strict=True):
            share = (count + 1) / (self.outputs + 2)
            mean += share * has + (1 - share) * lacks
            variance += share * (1 - share) * (has - lacks) ** 2
        return mean, variance


@lru_cache(maxsize=64)
def habits(text: str) -> int | None:
    """The habits of a text as bits in the order of `HABITS`; None for JSON, code and what is too short for a voice."""
    if text.count(" ") < _WORDS - 1 or "```" in text or read(text).kind != "text" or looks_code(text):
        return None
    said = words(text.replace("\u2019", "'"))
    if len(said) < _WORDS:
        return None
    held = _VOCABULARY.intersection(said)
    mask = _of_marks(text) | _FIRST.get(said[0], 0)
    for listed, bit in _PERSON:
        if not held.isdisjoint(listed):
            mask |= bit
    if not held.isdisjoint(_LEXICON):
        mask |= _of_lexicon(held)
    hedges = len(held & _HEDGE_SET)
    if hedges >= 3 and hedges * 10 >= len(said):
        mask |= _BIT["many hedges"]
    if ("'" in text or "\u2019" in text) and any(_contracted(word) for word in said if "'" in word):
        mask |= _BIT["contracts"]
    return mask | _of_phrases(text, said, held)


@lru_cache(maxsize=1024)
def of_bits(mask: int) -> tuple[int, ...]:
    """The numbers of the habits that are set."""
    return tuple([index for index in range(mask.bit_length()) if mask >> index & 1])


def size(text: str) -> int:
    """The length of a text on a scale of hundredths of a doubling."""
    return round(100 * log2(1 + len(text)))


def _of_marks(text: str) -> int:
    mask = 0
    stripped = text.strip()
    if stripped.endswith("?"):
        mask |= _BIT["asks"]
    if "!" in text:
        mask |= _BIT["exclaims"]
        if "!!" in text or "?!" in text or "!?" in text:
            mask |= _BIT["doubled"]
    if "??" in text:
        mask |= _BIT["doubled"]
    emoji = 0 if text.isascii() else len(_EMOJI.findall(text))
    if ":" in text or ";" in text or "<3" in text or "=" in text:
        emoji += len(_EMOTICON.findall(text))
    if emoji:
        mask |= _BIT["emoji"] | (_BIT["many emoji"] if emoji > 1 else 0)
    if _CAPITALS.search(text) and _shouts(text):
        mask |= _BIT["shout"]
    letter = _LETTER.search(stripped)
    if letter and letter.start() < 2 and letter.group().islower():
        mask |= _BIT["lower"]
    return mask


def _of_lexicon(held: frozenset[str]) -> int:
    mask = 0
    for listed, one, more in (
        (_SLANG_SET, "slang", "much slang"),
        (_HYPE_SET, "hype", "much hype"),
        (_STIFF_SET, "stiff", "very stiff"),
        (_RUDE_SET, "rude", "very rude"),
    ):
        count = len(held & listed)
        if count:
            mask |= _BIT[one] | (_BIT[more] if count > 1 else 0)
    return mask | (0 if held.isdisjoint(_MILD_SET) else _BIT["mild"])


def _shouts(text: str) -> bool:
    if text.isupper():
        return True
    # Three words or more, two of them of four letters: "IBM PC XT" is no shout.
    return any(len(_CAPITALS.findall(shouted.group())) >= 2 for shouted in _SHOUT.finditer(text))


def _of_phrases(text: str, said: tuple[str, ...], held: frozenset[str]) -> int:
    mask = 0
    if not held.isdisjoint(_STIFF_HINT):
        phrases = len(_STIFF_PHRASE.findall(text))
        mask |= (_BIT["stiff"] if phrases else 0) | (_BIT["very stiff"] if phrases > 1 else 0)
    if not held.isdisjoint(_RUDE_HINT) and _RUDE_PHRASE.search(text):
        mask |= _BIT["rude"] | _BIT["very rude"]
    closing = len(said) >= 8 and not _CLOSING_HINT.isdisjoint(held) and not _CLOSING_HINT.isdisjoint(said[-8:])
    if closing and _CLOSING.search(text, max(0, len(text) - 60)):
        mask |= _BIT["signs"]
    if any(map(text.__contains__, _DRAWN)):
        mask |= _BIT["drawn"]
    return mask


def _contracted(word: str) -> bool:
    return word.endswith(_CONTRACTED) or word in _SHORTENED
