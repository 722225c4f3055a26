"""Ground pairs: a passage that holds their facts goes into their input, and they are checked again."""

import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from curator.engines.plan import Plan, plan
from curator.engines.recheck import recheck
from curator.errors import WorkspaceError
from curator.knowledge.grounded import BORNE_OUT, held_passage, passages, placed, question_of, why_not, without_passage
from curator.knowledge.held import Wanted, holds, missing
from curator.knowledge.payload import rank, stems
from curator.model import KNOWLEDGE, Entry, Finding, Progress, Status
from curator.operations.decide import STEP
from curator.query import And, Node, Not, Query, Term, Word, parse
from curator.settings import Settings, load
from curator.workspace import Change, Workspace

#: Passages that are offered, and pairs that are looked through for them.
MOST = 5
_LOOKED_AT = 200
# Facts, and words of the question, that are looked up.
_FACTS, _WORDS = 8, 3
# A pair that has a fact counts more than one that has all the words.
_OF_A_FACT = 10
_SAID = 2_000
# What nobody wants to be taught is no source either.
_NO_SOURCE = Not(Term("status", ":", ("rejected",)))


class Passage(Struct, frozen=True):
    """A text of another pair: which pair, the text, and how much (0 to 1) of the missing facts it holds.

    `status` is that of the pair: the text of one that needs a fix may be what is to be fixed.
    """

    seq: int
    text: str
    share: float
    status: Status = "pending"


class Looked(Struct, frozen=True):
    """What the knowledge checks find in one pair before and after, and the facts that its input still lacks.

    `unchecked` are codes that were found before and not looked for again: nobody knows whether they still are.
    `share` is how much (0 to 1) the passage has of what the pair adds to its input; `beside` says that a passage stood
    there before, which stands above this one now.
    """

    seq: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    missing: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    share: float = 1.0
    beside: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether nothing is found any more, in a pair of which the passage has next to nothing.

        An answer without names and numbers passes for read off any passage: the checks have nothing to look for.
        """
        quiet = not (self.after or self.unchecked or self.missing)
        return bool(self.before) and quiet and self.share < BORNE_OUT

    @property
    def gone(self) -> bool:
        """Whether a knowledge check had found something, none finds anything now, and the passage is why.

        A passage that lacks what the output states is not.
        """
        return bool(self.before) and not self.open

    @property
    def open(self) -> bool:
        """Whether the pair may still state what its input does not hold."""
        return bool(self.after or self.missing or self.unchecked or self.doubtful)


class Grounded(Struct, frozen=True):
    """What was stored, and what became of each pair. `left_out` says why a selected pair took no passage.

    `caught_up` counts selected pairs that were edited before, and had not been checked since until now; `back` those
    that were routed to RAG and go to training again, since with its passage a pair teaches to read.
    """

    event: int
    pairs: tuple[Looked, ...]
    left_out: dict[int, str]
    caught_up: int = 0
    back: int = 0

    @property
    def gone(self) -> int:
        """Pairs that a knowledge check had found and that none finds any more, because of the passage."""
        return sum([pair.gone for pair in self.pairs])

    @property
    def unchecked(self) -> int:
        """Pairs that were edited and not checked again, as their checks do not run here."""
        return sum([bool(pair.unchecked) for pair in self.pairs])


def selected(ws: Workspace, where: str) -> Query:
    """What a filter selects, or the one pair that an id names (b2-4f…-1). Raises `QueryError`, `WorkspaceError`."""
    text = where.strip()
    if text.startswith("b2-") and " " not in text:
        return parse(f"#{ws.examples.seq_of(text)}")
    return parse(where)


def ground(
    ws: Workspace, query: Query, passage: str, *, actor: str, settings: Settings | None = None, instead: bool = False
) -> Generator[Progress, None, Grounded]:
    """Puts a passage into every pair that a query selects, as one operation of `actor`, and checks these pairs again.

    Where one stands already, the passage goes below it, or stands `instead` of it. The workspace is copied first when
    there is more than one pair. Raises `WorkspaceError` for an empty passage, when no pair is selected and when none of
    them can take it.
    """
    if not passage.strip():
        raise WorkspaceError("the passage is empty. Give the text that holds the facts.")
    seqs = ws.examples.ids(query)
    if not seqs:
        raise WorkspaceError(f"{query.text!r} selects no pair, so nothing was grounded.")
    work = _Work(ws, passage, plan(settings if settings is not None else load(ws.path.parent)), instead)
    for start in range(0, len(seqs), STEP):
        work.read(seqs[start : start + STEP])
        yield Progress("reading", min(start + STEP, len(seqs)), len(seqs))
    if not work.changes:
        raise WorkspaceError(work.nothing(seqs[0]))
    takers = list(dict.fromkeys(change.seq for change in work.changes))
    if len(takers) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("ground")
    saved = ws.log.record(work.changes, actor=actor, batch=uuid.uuid4().hex)
    work.changes.clear()
    looked: list[Looked] = []
    for start in range(0, len(takers), STEP):
        for entry in ws.examples.entries(takers[start : start + STEP]):
            looked.append(work.look(entry))
            yield Progress("checking again", len(looked), len(takers))
    return Grounded(saved.seq, tuple(looked), work.left_out, work.caught_up, work.back)


class _Work:
    """One passage on its way into pairs. Of each it holds what is found, and its new text until that is stored."""

    def __init__(self, ws: Workspace, passage: str, planned: Plan, instead: bool) -> None:
        self.changes: list[Change] = []
        self.left_out: dict[int, str] = {}
        self.caught_up = self.back = 0
        self._ws = ws
        self._passage = passage
        self._instead = instead
        self._beside: set[int] = set()
        self._plan = planned
        self._before: dict[int, tuple[str, ...]] = {}
        self._share: dict[int, float] = {}
        # A check that never ran has nothing stored that could say what it finds.
        self._ran = frozenset([count.code for count in ws.findings.counts()])

    def read(self, seqs: Sequence[int]) -> None:
        """Notes what is found in these pairs and how they change. What was edited and not checked since is, first."""
        for seq in [seq for seq, codes in self._stale(seqs).items() if codes]:
            recheck(self._ws, seq, self._plan)
            self.caught_up += not self._stale([seq]).get(seq)
        found = self._ws.findings.of_many(seqs)
        for entry in self._ws.examples.entries(seqs):
            if why := why_not(entry.example, self._passage, instead=self._instead):
                self.left_out[entry.seq] = why
                continue
            stands = knowledge([one.finding for one in found.get(entry.seq, ()) if not one.stale])
            self._before[entry.seq] = stands
            held_against = without_passage(entry.example) if self._instead else entry.example
            self._share[entry.seq] = holds(held_against, self._passage) if stands else 1.0
            if held_passage(entry.example) and not self._instead:
                self._beside.add(entry.seq)
            place = placed(entry.example, self._passage, instead=self._instead)
            self.changes.append(Change(entry.seq, place.field, place.text, entry.state.revision))
            if entry.state.route == "rag":
                self.changes.append(Change(entry.seq, "route", "train"))
                self.back += 1

    def look(self, entry: Entry) -> Looked:
        """Checks a pair again that has the passage now."""
        again = knowledge(recheck(self._ws, entry.seq, self._plan))
        after = {*codes_of(self._ws, entry.seq), *(code for code in again if code not in self._ran)}
        return Looked(
            entry.seq,
            self._before[entry.seq],
            tuple(sorted(after)),
            missing(entry.example),
            self._stale([entry.seq]).get(entry.seq, ()),
            self._share[entry.seq],
            entry.seq in self._beside,
        )

    def nothing(self, first: int) -> str:
        """Why nothing was grounded."""
        said = f"#{first}: {self.left_out[first]}, so nothing was grounded."
        were = "was" if self.caught_up == 1 else "were"
        return f"{said} {self.caught_up:,} that {were} edited before {were} checked again." if self.caught_up else said

    def _stale(self, seqs: Sequence[int]) -> dict[int, tuple[str, ...]]:
        found = self._ws.findings.of_many(seqs).items()
        return {seq: knowledge([one.finding for one in stored if one.stale]) for seq, stored in found}


def codes_of(ws: Workspace, seq: int) -> tuple[str, ...]:
    """The codes of the knowledge checks that stand for a pair."""
    return knowledge([stored.finding for stored in ws.findings.of(seq) if not stored.stale])


def knowledge(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The codes of the knowledge checks among findings, each once."""
    return tuple(sorted({finding.code for finding in findings if finding.code.startswith(KNOWLEDGE)}))


def candidates(ws: Workspace, entry: Entry, most: int = MOST) -> list[Passage]:
    """Passages of other pairs of the workspace that hold what this one states without a source, the best first.

    They are found with the word index, by the facts that are missing and by the rarest words of question and answer.
    Each text is offered once, with the first pair that has it. Rejected pairs are no source.
    """
    found: dict[str, Passage] = {}
    wanted = Wanted(entry.example)
    for other in sorted(_others(ws, entry), key=lambda other: other.state.status == "fix"):
        for text in passages(other.example):
            if text not in found and not why_not(entry.example, text):
                found[text] = Passage(other.seq, text, wanted.share(text), other.state.status)
    worth = [passage for passage in found.values() if passage.share >= BORNE_OUT]
    return sorted(worth, key=lambda passage: (-passage.share, len(passage.text), passage.seq))[:most]


def _others(ws: Workspace, entry: Entry) -> Iterator[Entry]:
    nodes: list[tuple[Node, int]] = [(Word(text), _OF_A_FACT) for text in missing(entry.example)[:_FACTS]]
    asked = _rarest(question_of(entry.example))
    said = _rarest(entry.example.output_text[:_SAID])
    # Two words of a question are a topic; one alone would find half of the set.
    nodes += [(And((Word(left), Word(right))), 1) for words in (asked, said) for left, right in _twos(words)]
    named: Counter[int] = Counter()
    for node, weight in nodes:
        for seq in ws.examples.ids(Query(where=And((node, _NO_SOURCE)), limit=_LOOKED_AT)):
            named[seq] += weight
    seqs = sorted([seq for seq, _ in named.most_common(_LOOKED_AT) if seq != entry.seq])
    return iter(ws.examples.entries(seqs))


def _rarest(text: str) -> list[str]:
    """The rarest words of a text that say something, as they are written."""
    words = [word for word in dict.fromkeys("".join([c if c.isalnum() else " " for c in text]).split()) if stems(word)]
    return sorted(words, key=lambda word: -rank(word.casefold()))[:_WORDS]


def _twos(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((words[i], words[j]) for i in range(len(words)) for j in range(i + 1, len(words)))
