"""DUP003 and DUP004: the same request in other words, with the same answer."""

from typing import Literal

from curator.checks.answer_witness import may_be_one_answer, one_passage, same_by_answers, same_by_record
from curator.checks.base import ALIKE, pair_check
from curator.checks.rephrasing import Rephrasing, names_either, own_parts, rephrased, request
from curator.corpus import Edge, answer_kind, instruction_group
from curator.memo import per_example, per_pair
from curator.model import Example, Severity
from curator.tasks import looks_code, looks_json
from curator.text import fingerprint, shorten, words
from curator.variable import SharedText, given_text
from curator.vectors.likeness import cosine, similarity, word_cosines

Band = Literal["strong", "weak"]

#: Words that make an output an answer of its own, where shorter ones are labels, names and "Yes, please.".
_ANSWER = 6
#: Characters of code that is no label.
_QUERY = 20
#: And of such that no two requests come to by chance.
_PROGRAM = 30
#: An answer that more rows give is a phrase of the house ("I can only help with bookings"), and says nothing.
_RARE = 3
#: Likeness of inputs (see `similarity`) when the answers are equal, and of inputs and outputs when they are not.
_SAME_ANSWER, _INPUTS, _OUTPUTS = 0.5, 0.7, 0.8
#: Outputs so near count as equal.
_NEARLY = 0.95
#: Likeness of inputs with a short answer (a label, a record), and of what is only perhaps the same.
_SHORT_ANSWER, _WEAK = 0.8, 0.65
#: Telling words that two requests with a short answer have to share, before more than one row's worth is claimed.
_TELLING = 3
#: Telling words, values and names that two tickets with one label share before they are one event told twice; how
#: many of them are words that only one of the two has.
_EVENT, _LOOSE = 6, 1
#: Likeness of inputs of which one has a word more that goes with the others ("park my car"), and of that word.
_ONE_MORE, _GOES_WITH = 0.65, 0.3
#: The share of words that two answers which say the same have in common at the least.
_COMMON = 0.25
#: Characters of an input, without what both share, above which it is no request but a document.
_LONGEST = 1_000
_BEFORE = ("CON001", "CON002", "CON003", "SPL001", "SPL002", "DUP001", "DUP002")


def same_program(example: Example) -> bytes | None:
    """The key of examples that are answered with one query or program, under one instruction."""
    said = " ".join(example.output_text.split())
    if len(said) < _PROGRAM or said[0] in "{[" or not looks_code(said):
        return None
    return fingerprint("program", instruction_group(example).hex(), said)


@pair_check("DUP003", Severity.WARNING, block=(ALIKE, same_program), learn=SharedText, unless=_BEFORE, most=_RARE - 1)
def paraphrase(left: Example, right: Example, usual: SharedText) -> Edge | None:
    """The same request as in an earlier example, in other words, with the same answer or one that says the same.

    Numbers, names, negations, opposites, question words and roles ("from A to B") have to agree, and every telling
    word has to have its counterpart, or be named in the answer that both share. Two tickets with one label are no
    paraphrases; of short answers only those that hardly any other row gives are looked at. One query or program that
    hardly any other row gives answers one request, however that is put.

    Why: copies in other words give one request the weight of several, and leak between splits unseen.
    Fix: keep the better one, unless the variety is wanted.
    Example:
        "How do I reset my password?" and "What is the way to reset my password?", answered alike
    """
    return _edge(left, right) if band(left, right, usual) == "strong" else None


@pair_check("DUP004", Severity.INFO, block=ALIKE, learn=SharedText, unless=(*_BEFORE, "DUP003"), most=_RARE - 1)
def possible_paraphrase(left: Example, right: Example, usual: SharedText, *, minilm: bool = False) -> Edge | None:
    """Perhaps the same request as in an earlier example, in other words, with the same answer.

    As for DUP003, with less to go by: the answer is a label or a record that other rows give too, or one word has
    no counterpart on the other side. With `minilm` the larger sentence model of that extra ranks them: some 40 ms a
    pair, for these candidates only.

    Why: many wordings of one request are wanted in a label set and a loss of variety elsewhere.
    Fix: look through them when the set is to be made smaller or more even.
    Example:
        "Track my parcel to Oslo" and "Can you track the parcel to Oslo?", both "tracking"
    """
    if band(left, right, usual) != "weak":
        return None
    return _edge(left, right, _ranked(left, right) if minilm else 1.0)


@per_pair
def band(left: Example, right: Example, usual: SharedText) -> Band | None:
    """Whether two examples are one in other words: surely ("strong"), perhaps ("weak") or not."""
    said, other = left.output_text.strip(), right.output_text.strip()
    if not said or not other or left.alternatives != right.alternatives or left.tools != right.tools:
        return None
    same = answer_kind(left) == answer_kind(right)
    alike = same or _may_say_the_same(left, right)
    if not alike and not may_be_one_answer(said, other):
        return None
    if len(left.messages) - bool(left.system) != len(right.messages) - bool(right.system):
        return None
    one, two = own_parts(given_text(left), given_text(right))
    if not one or not two or max(len(one), len(two)) > _LONGEST:
        return None
    if same and usual.outputs_like(left) < _RARE and same_program(left) is not None:
        return "strong" if same_program(left) == same_program(right) else None
    asked = rephrased(one, two)
    found: Band | None = None
    if asked is not None and alike:
        found = (
            _same_answer(one, two, said, asked, usual.outputs_like(left))
            if same
            else _other_answer(one, two, said, other, asked)
        )
    return "strong" if found != "strong" and _by_answers(left, one, right, two, usual) else found


def _by_answers(left: Example, one: str, right: Example, two: str, usual: SharedText) -> bool:
    """Whether the answers are witness that two requests in other words are one."""
    said, other = left.output_text.strip(), right.output_text.strip()
    if looks_json(said):
        return said == other and usual.outputs_like(left) < _RARE and same_by_record(one, two, said)
    passage = one_passage(given_text(left), one) and one_passage(given_text(right), two)
    if said == other and usual.outputs_like(left) >= _RARE:
        return False
    return same_by_answers(one, two, said, other, passage)


def _may_say_the_same(left: Example, right: Example) -> bool:
    """Whether outputs that differ are prose long enough to say the same in other words."""
    said, other = left.output_text.strip(), right.output_text.strip()
    if max(len(said), len(other)) > 2 * min(len(said), len(other)):
        return False
    mine, theirs = _prose(left), _prose(right)
    common = len(mine & theirs)
    if not common or common < _COMMON * (len(mine) + len(theirs) - common):
        return False
    return cosine(said, other) >= _OUTPUTS


@per_example
def _prose(example: Example) -> frozenset[str]:
    """The words of an output that is prose of some length; none of another."""
    said = example.output_text.strip()
    if said[:1] in ("{", "[") or len(said.split()) < _ANSWER or looks_code(said):
        return frozenset()
    return frozenset(words(said))


def _other_answer(one: str, two: str, said: str, other: str, asked: Rephrasing) -> Band | None:
    told = rephrased(said, other)
    if told is None or not asked.shared:
        return None
    whole = not asked.left_over and not asked.right_over
    if not whole and not _one_more(one, two, (said, other), asked):
        return None
    if any(names_either(said, (mine,)) and names_either(other, (theirs,)) for mine, theirs in asked.substituted):
        return None  # "To export ..." and "To import ...": the answers go along with what differs
    asks_alike, says_alike = similarity(one, two), similarity(said, other)
    loose = min(len(told.left_over), len(told.right_over))
    same = says_alike >= (_NEARLY if whole else _OUTPUTS)
    near = asks_alike >= ((_SAME_ANSWER if whole else _ONE_MORE) if same else _INPUTS) and says_alike >= _OUTPUTS
    if near and loose * 4 <= told.shared and not (_asks_back(said) and _asks_back(other)):
        return "strong"
    return "weak" if whole and min(asks_alike, says_alike) >= _WEAK else None


def _one_more(one: str, two: str, answers: tuple[str, str], asked: Rephrasing) -> bool:
    """Whether one side has a single word more, which goes with the shared ones, and both answers speak of one."""
    more = (*asked.left_over, *asked.right_over)
    if len(more) != 1 or asked.shared < _TELLING or asked.substituted:
        return False
    mine, theirs = request(one), request(two)
    shared = [word for word in mine.content if word in theirs.content]
    if not all(names_either(answer, shared) for answer in answers):
        return False
    spelled = [side.spelled[word] for side in (mine, theirs) for word in shared]
    return float(word_cosines([(mine.spelled | theirs.spelled)[more[0]]], spelled).max()) >= _GOES_WITH


def _same_answer(one: str, two: str, said: str, asked: Rephrasing, given: int) -> Band | None:
    likeness = similarity(one, two)
    whole = not asked.left_over and not asked.right_over
    if looks_json(said):
        telling = asked.shared + len(request(one).values)
        record = given < _RARE and whole and likeness >= _INPUTS and telling >= _TELLING
        return "strong" if record else "weak" if whole and given <= _RARE and likeness >= _SHORT_ANSWER else None
    if len(said.split()) < _ANSWER and not (len(said) >= _QUERY and " " in said and looks_code(said)):
        return _label(one, asked, given, likeness)
    named = names_either(said, (*asked.left_over, *asked.right_over))
    about_it = (whole or named) and asked.shared + len(asked.substituted) > 0
    if given <= _RARE and about_it and likeness >= _SAME_ANSWER and not _asks_back(said):
        return "strong"
    return "weak" if whole and likeness >= _WEAK else None


def _label(one: str, asked: Rephrasing, given: int, likeness: float) -> Band | None:
    """The band of two inputs with one short answer."""
    loose = len(asked.left_over) + len(asked.right_over)
    if likeness < _SHORT_ANSWER or asked.shared < 2:
        return None
    values = request(one).values
    numbered = any(value[0].isdigit() for value in values)
    if numbered and loose + len(asked.substituted) <= _LOOSE and asked.shared + len(values) >= _EVENT:
        return "strong"
    if given > _RARE or loose:
        return None
    return "strong" if given < _RARE and asked.shared >= _TELLING and not asked.substituted else "weak"


def _asks_back(said: str) -> bool:
    """Whether an output is a single question: a turn of a dialogue, which many requests can lead to."""
    return said.endswith("?") and not any(mark in said[:-1] for mark in (". ", "! ", "? ", "\n"))


def _ranked(left: Example, right: Example) -> float:
    """How alike the larger model holds two inputs, 0 to 1."""
    from curator.vectors.minilm import rerank

    one, two = own_parts(given_text(left), given_text(right))
    return min(1.0, max(0.0, float(rerank([(one, two)])[0])))


def _edge(left: Example, right: Example, score: float = 1.0) -> Edge:
    one, two = own_parts(given_text(left), given_text(right))
    message = f'"{shorten(one)}" and "{shorten(two)}" ask for the same, and are answered alike.'
    return Edge(left.id, right.id, "similar", message=message, score=score)
