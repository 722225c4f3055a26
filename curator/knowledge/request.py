"""What a model is asked, and what it is given to answer from."""

import re
from functools import lru_cache
from typing import NamedTuple

from curator.grounding.context import given_text
from curator.knowledge.asking import (
    GREETING_LENGTH,
    LEADS,
    asks_what,
    asks_whether,
    begs,
    cues_of,
    ends,
    plain,
    sentences,
)
from curator.knowledge.lexicon import (
    BEFORE_WH,
    CALCULATE,
    CHOICES,
    CLASSIFY,
    CLUE,
    CUES,
    FICTION,
    FIRST_PERSON,
    GREETING,
    INDEFINITE,
    MADE_OF,
    MAKE,
    NOT_YOU,
    OPEN,
    PERSONA,
    RECALL,
    REFERS,
    SLOT,
    TRANSFORM,
    VERIFY,
    WRITING,
    YES_NO,
    YOU,
)

#: Characters of a prompt that are read; what lies beyond is said to be left out.
PROMPT = 18_000
# A fact that stands anywhere in so many characters is held.
_HELD = 400_000
# What a system prompt, or the line above an input, says about the task stands at its beginning.
_HEAD = 300
# Words of a query without a verb: "capital of Burkina Faso".
_QUERY = 8

Turn = tuple[str, str]

_RUN = re.compile(r"\w+")
_BREAKS = re.compile(r"\s*\n\s*")


class Request(NamedTuple):
    """What is asked (each from 0 to 1), and from what.

    `text` is the sentence that asks. `form` says what makes it a request for facts: "a question", "a yes-or-no
    question", "a request to name or describe", "a statement to be judged", "a clue"; empty without such a form.
    `indefinite` says that any thing of a kind will do ("Name a fruit"), `refers` that it points at something in the
    prompt, `carries` that a text to be changed stands beside the verb that changes it. `asking` are the sentences that
    ask, `material` all others, what they quote, and the earlier turns; `given` is all of it.
    """

    text: str
    form: str
    wh: float
    yes_no: float
    question: float
    recall: float
    verify: float
    clue: float
    query: float
    make: float
    fiction: float
    open: float
    indefinite: float
    refers: float
    carries: float
    greets: float
    transform: float
    classify: float
    calculate: float
    choices: float
    you: float
    passage: float
    record: float
    material: str
    asking: str
    given: str

    @property
    def asks(self) -> float:
        """How surely something is asked for that is known or not, rather than to be made."""
        return max(self.wh, self.yes_no, 0.8 * self.recall, 0.8 * self.question, self.verify, 0.6 * self.query)


def opened(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Turns with the system prompt and the first turn of the user as one: formats put an instruction in either."""
    first = next((index for index, (role, _) in enumerate(turns) if role != "system"), len(turns))
    if first < len(turns) and turns[first][0] == "user":
        first += 1
    opening = "\n".join([text for _, text in turns[:first]]).strip()
    return (("user", _BREAKS.sub("\n", opening)), *turns[first:])


def _shortened(text: str) -> str:
    """A text without its middle when it is long: the task stands at its beginning, the question at its end."""
    return text if len(text) <= PROMPT else f"{text[: PROMPT // 2]}\n{text[-PROMPT // 2 :]}"


class _Prompt:
    """A prompt in its parts: what asks, what stands beside it, and the cues of both.

    `asked` is the last turn of the user, `tail` its last line that says something, `begun` its sentences that may ask
    with the cues that they begin with, `cues` the cues of all that asks, `above` those of the line above the rest, and
    `told` both.
    """

    def __init__(self, turns: tuple[Turn, ...]) -> None:
        opening = turns[0][1]
        self.asked = next((text for role, text in reversed(turns) if role == "user"), turns[-1][1])
        self.parts = parts = sentences(self.asked)
        self.tail = _tail(self.asked)
        self.questions = [part for part in parts if ends(part)]
        first, last = (parts[0], parts[-1]) if parts else ("", "")
        leading = [part for part in parts if not ends(part) and begs(part)]
        if not leading and len(parts) > 1 and not ends(first) and CUES.of(first) & (VERIFY | CLASSIFY):
            leading = [first]
        after = next((part for part in parts if self.tail.startswith(part)), "")
        self.asking = [*self.questions, *leading] or [after or first]
        self.last, self.first = last, after or first
        instruction = "\n".join(dict.fromkeys((first, after, last, *self.asking[:3])))
        bare = dict.fromkeys((*self.questions[:2], *self.questions[-2:], first, after, last))
        self.begun = [(part, CUES.at(part)) for part in map(plain, bare) if part]
        self.cues = CUES.of(instruction)
        above = opening is not self.asked or "\n" in opening
        self.above = CUES.of(_above(opening)) if above else 0
        self.told = self.cues | self.above

    def begins(self, cue: int) -> bool:
        """Whether a sentence that may ask begins with a cue."""
        return any(begun & cue for _, begun in self.begun)

    @property
    def text(self) -> str:
        """The sentence that asks."""
        if self.questions:
            return self.questions[-1]
        return self.last if CUES.at(plain(self.last)) & RECALL else self.first


@lru_cache(maxsize=16)
def request(turns: tuple[Turn, ...]) -> Request:
    """Reads the `opened` turns before an output. The last turn of the user asks."""
    whole, turns = turns, tuple([(role, _shortened(text)) for role, text in turns])
    prompt = _Prompt(turns)
    asked, cues, told, tail = prompt.asked, prompt.cues, prompt.told, prompt.tail
    wh = max([asks_what(part, cue) for part, cue in prompt.begun], default=0.0)
    yes_no = max([asks_whether(part, cue) for part, cue in prompt.begun], default=0.0)
    question = any(ends(part) and not cue & MAKE for part, cue in prompt.begun)
    recall, make = prompt.begins(RECALL), prompt.begins(MAKE)
    clue = CLUE.search(prompt.last) is not None and not cues & FIRST_PERSON
    given = given_text(turns)
    return Request(
        text=prompt.text,
        # "Was kostet das?" begins like "Was it you?": what may ask for a thing is called no more than a question.
        form=_form(
            yes_no=yes_no > 0 and not wh, wh=wh > 0 or question, verify=bool(cues & VERIFY), recall=recall, clue=clue
        ),
        wh=wh,
        yes_no=yes_no,
        question=float(question),
        recall=float(recall),
        verify=_is(cues & VERIFY),
        clue=float(clue),
        query=float(_is_query(asked, prompt.begun)),
        make=float(make or _invents(prompt) or bool(cues & MADE_OF)),
        # "Which film has this song?" is asked; "Tell me a story" is made, and so is what one answers in character.
        fiction=_is(told & FICTION) * (0.2 if max(wh, yes_no) and not make and not prompt.above & FICTION else 1.0),
        open=_is(cues & OPEN),
        indefinite=float(any(cue & RECALL and INDEFINITE.match(part) is not None for part, cue in prompt.begun)),
        refers=float(bool(CUES.of("\n".join(prompt.asking)) & REFERS) or _points(prompt)),
        carries=float(_carries(prompt)),
        greets=float(len(tail) < GREETING_LENGTH and GREETING.fullmatch(tail) is not None),
        transform=_is(told & TRANSFORM),
        classify=_is(told & CLASSIFY),
        calculate=_is(cues & CALCULATE),
        choices=float(_offers(asked)),
        you=float(bool(CUES.of(tail) & YOU) and bool(CUES.of(NOT_YOU.sub(" ", tail)) & YOU)),
        passage=float(given.grounded),
        record=float(_is_record(asked, bool(prompt.questions))),
        material="\n".join(_material(turns, prompt)),
        asking=" ".join(prompt.questions or prompt.asking),
        given=given.text if whole == turns else "\n".join([text for _, text in whole])[:_HELD],
    )


def _is(bits: int) -> float:
    return 1.0 if bits else 0.0


def _tail(text: str) -> str:
    """The last line that says something: what a user types below an instruction; not "Answer:"."""
    for line in reversed(text.split("\n")):
        if " " in line and not line.endswith(":"):
            return line[-2 * _HEAD :]
    return text[-2 * _HEAD :]


def _above(opening: str) -> str:
    """The first line of an opening, as far as it says what the task is."""
    return opening[:_HEAD].partition("\n")[0]


def _is_query(asked: str, begun: list[tuple[str, int]]) -> bool:
    """Whether a prompt is a few words as they are typed into a search: "capital of Burkina Faso"."""
    if len(begun) != 1 or len(asked) > GREETING_LENGTH or begun[0][1] & (LEADS | FIRST_PERSON) or asked[-1] in ".!:":
        return False
    if CUES.of(asked) & (FICTION | WRITING) or ":" in asked:
        return False
    words = asked.casefold().split()
    if any(cues_of(word) & YES_NO for word in words[1:-1]):
        return False  # "the code for the door is 1234" tells, and does not ask
    return 3 <= len(words) <= _QUERY and any(word in BEFORE_WH for word in words[1:-1])


# "Translate hello to German": the text to be changed stands within the request.
_INTO = re.compile(
    r"\b(?:translat\w+|übersetz\w*|tradui\w+|traduc\w+|traduz\w*|översätt)\W+(?!(?:this|it|that|dies\w*|das|ceci|cela|esto"
    r"|eso|detta|det)\b)\w.{0,200}?\W(?:in|into|to|ins|auf|en|al|till)\W+\w+\W*\Z",
    re.IGNORECASE,
)


def _carries(prompt: _Prompt) -> bool:
    """Whether a request to change a text has that text with it: behind a colon, in quotation marks, below."""
    lead = next((part for part in prompt.asking if CUES.at(plain(part)) & TRANSFORM), "")
    if not lead:
        return False
    if _INTO.search(lead):
        return True
    return len(prompt.parts) > 1 or re.search(r":\s+\S|[\"\u201c\u201e\u00ab'\u2018]\w", lead) is not None


def _invents(prompt: _Prompt) -> bool:
    """Whether something is to be suggested that nobody knows: "Suggest a name for a bakery"."""
    return any(
        cue & RECALL and INDEFINITE.match(part) is not None and bool(CUES.of(part[:GREETING_LENGTH]) & WRITING)
        for part, cue in prompt.begun
    )


def _points(prompt: _Prompt) -> bool:
    """Whether what is asked about stands in the prompt: data below the request, a record, a quotation."""
    parts, asking = prompt.parts, prompt.asking
    if '{"' in prompt.asked or "```" in prompt.asked or ("`" in prompt.asked and _CODE.search(prompt.asked)):
        return True
    below = bool(parts) and parts[-1] not in asking and asking[0] in parts[:2] and not ends(prompt.tail)
    if below and "\n" in prompt.asked:
        return True
    if any(2 * len(text) > GREETING_LENGTH for part in asking for text in _behind(part)):
        return True
    return sum([2 * len(text) for text in _marked(prompt.asked)]) > GREETING_LENGTH


def _is_record(asked: str, questions: bool) -> bool:
    """Whether the slots of a record stand above, of which a text is to be made."""
    slots = len(SLOT.findall(asked)) if any(map(asked.__contains__, "[:=|")) else 0
    return slots >= 3 or (slots >= 2 and not questions)


# "Question 1.", "Answer:", "FINAL EXAM".
_HEADING = re.compile(r"\W*\w+(?: ?\d+)?[.:]?\W*|[A-Z ]+")


def _material(turns: tuple[Turn, ...], prompt: _Prompt) -> list[str]:
    """All of a prompt that asks nothing: what an answer can be taken from."""
    below = [part for part in prompt.parts if part not in prompt.asking and not _HEADING.fullmatch(part)]
    if below and PERSONA.match(below[0]):
        del below[0]
    below += [text for part in prompt.asking for text in _behind(part)] + _marked(prompt.asked)
    for number, (role, text) in enumerate(turns):
        earlier = text
        if role == "user" and earlier == prompt.asked:
            continue
        if number == 0 and PERSONA.match(earlier):
            earlier = earlier[len(sentences(earlier)[0]) :]
        below.append(earlier)
    return below


# Characters of a prompt in which quotations are looked for.
_QUOTING = 3_000
# A text behind a colon, of five words or more, and one in quotation marks, of three.
_BEHIND = re.compile(r"\w+\W{0,3}:\s+(\S+(?:\s+\S+){4,})\Z")
_MARKED = re.compile(
    r"(?<!\w)[\"\u201c\u201d\u201e\u00ab](?=\w)([^\"\u201c\u201d\u201e\u00ab\u00bb]{8,900})[\"\u201c\u201d\u00bb](?!\w)"
)
# Code within a sentence.
_CODE = re.compile(r"(?<!`)`([^`\n]{8,900})`(?!`)")
_SINGLE = re.compile(r"(?<!\w)['\u2018](?=\w)([^'\u2018\u2019]{8,900})['\u2019](?!\w)")
# What is asked beside a quotation has so many characters at least; without them the quotation is the question.
_BESIDE = 8


def _behind(part: str) -> list[str]:
    """What a request has behind its colon."""
    behind = _BEHIND.search(part) if ":" in part else None
    if behind is None or behind[1].endswith("?"):
        return []
    return [behind[1]] if " " in part[: behind.start(1)].split(":")[0] or begs(part) else []


def _marked(asked: str) -> list[str]:
    """What stands in quotation marks, or as code, within a prompt."""
    asked = asked[:_QUOTING]
    if "`" in asked and (code := _CODE.findall(asked)):
        return code
    if any(map(asked.__contains__, '"\u201c\u201e\u00ab')):
        found = _MARKED.finditer(asked)
    elif "'" in asked or "\u2018" in asked:
        found = _SINGLE.finditer(asked)
    else:
        return []
    beside = len(asked) - _BESIDE
    return [match[1] for match in found if match[1].count(" ") >= 2 and match.end() - match.start() < beside]


_OFFERING = ("\n", "option", "choice", "(a)")


def _offers(text: str) -> bool:
    """Whether a text lists what may be chosen."""
    return any(map(text.__contains__, _OFFERING)) and CHOICES.search(text) is not None


def _form(*, yes_no: bool, wh: bool, verify: bool, recall: bool, clue: bool) -> str:
    if yes_no:
        return "a yes-or-no question"
    if wh:
        return "a question"
    if verify:
        return "a statement to be judged"
    if recall:
        return "a request to name or describe"
    return "a clue" if clue else ""
