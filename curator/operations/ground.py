"""Ground pairs: a passage that holds their facts goes into their input, and they are checked again."""

import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from curator.engines.plan import plan
from curator.engines.recheck import recheck
from curator.errors import WorkspaceError
from curator.knowledge.grounded import passages, placed, question_of, why_not, with_passage
from curator.knowledge.held import holds, missing
from curator.knowledge.payload import rank, stems
from curator.model import Entry, Finding, Progress
from curator.query import And, Node, Query, Word, parse
from curator.settings import Settings, load
from curator.workspace import Change, Workspace

#: The family of checks that a passage answers.
FAMILY = "KNO"
#: Passages that are offered, and pairs that are looked through for them.
MOST = 5
_LOOKED_AT = 200
# Facts, and words of the question, that are looked up.
_FACTS, _WORDS = 8, 3
# A pair that has a fact counts more than one that has all the words.
_OF_A_FACT = 10
# A passage that holds less than this of an answer is not worth a line.
_WORTH = 0.5
_SAID = 2_000


class Passage(Struct, frozen=True):
    """A text of another pair: which pair, the text, and how much (0 to 1) of the missing facts it holds."""

    seq: int
    text: str
    share: float


class Looked(Struct, frozen=True):
    """What the knowledge checks find in one pair before and after, and the facts that its input still lacks."""

    seq: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    missing: tuple[str, ...]


class Grounded(Struct, frozen=True):
    """What was stored, and what became of each pair. `left_out` says why a selected pair took no passage."""

    event: int
    pairs: tuple[Looked, ...]
    left_out: dict[int, str]

    @property
    def gone(self) -> int:
        """Pairs that a knowledge check had found and that none finds any more."""
        return sum([bool(pair.before) and not pair.after for pair in self.pairs])


def selected(ws: Workspace, where: str) -> Query:
    """What a filter selects, or the one pair that an id names (b2-4f…-1). Raises `QueryError`, `WorkspaceError`."""
    text = where.strip()
    if text.startswith("b2-") and " " not in text:
        return parse(f"#{ws.examples.seq_of(text)}")
    return parse(where)


def ground(
    ws: Workspace, query: Query, passage: str, *, actor: str, settings: Settings | None = None
) -> Generator[Progress, None, Grounded]:
    """Puts a passage into every pair that a query selects, as one operation of `actor`, and checks these pairs again.

    The workspace is copied first when there is more than one. Raises `WorkspaceError` for an empty passage, when no
    pair is selected and when none of them can take it.
    """
    if not passage.strip():
        raise WorkspaceError("the passage is empty. Give the text that holds the facts.")
    seqs = ws.examples.ids(query)
    if not seqs:
        raise WorkspaceError(f"{query.text!r} selects no pair, so nothing was grounded.")
    entries = ws.examples.entries(seqs)
    left_out = {entry.seq: why for entry in entries if (why := why_not(entry.example))}
    takers = [entry for entry in entries if entry.seq not in left_out]
    if not takers:
        raise WorkspaceError(f"#{seqs[0]}: {left_out[seqs[0]]}, so nothing was grounded.")
    if len(takers) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("ground")
    before = {entry.seq: codes_of(ws, entry.seq) for entry in takers}
    saved = ws.log.record(map(_change, takers, [passage] * len(takers)), actor=actor, batch=uuid.uuid4().hex)
    planned = plan(settings if settings is not None else load(ws.path.parent))
    looked: list[Looked] = []
    for done, entry in enumerate(takers, 1):
        after = knowledge(recheck(ws, entry.seq, planned))
        lacking = missing(with_passage(entry.example, passage))
        looked.append(Looked(entry.seq, before[entry.seq], after, lacking))
        yield Progress("checking again", done, len(takers))
    return Grounded(saved.seq, tuple(looked), left_out)


def _change(entry: Entry, passage: str) -> Change:
    place = placed(entry.example, passage)
    return Change(entry.seq, place.field, place.text, entry.state.revision)


def codes_of(ws: Workspace, seq: int) -> tuple[str, ...]:
    """The codes of the knowledge checks that stand for a pair."""
    return knowledge([stored.finding for stored in ws.findings.of(seq) if not stored.stale])


def knowledge(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The codes of the knowledge checks among findings, each once."""
    return tuple(sorted({finding.code for finding in findings if finding.code.startswith(FAMILY)}))


def candidates(ws: Workspace, entry: Entry, most: int = MOST) -> list[Passage]:
    """Passages of other pairs of the workspace that hold what this one states without a source, the best first.

    They are found with the word index, by the facts that are missing and by the rarest words of question and answer.
    Each text is offered once, with the first pair that has it.
    """
    found: dict[str, Passage] = {}
    for other in _others(ws, entry):
        for text in passages(other.example):
            if text not in found:
                found[text] = Passage(other.seq, text, holds(entry.example, text))
    worth = [passage for passage in found.values() if passage.share >= _WORTH]
    return sorted(worth, key=lambda passage: (-passage.share, len(passage.text), passage.seq))[:most]


def _others(ws: Workspace, entry: Entry) -> Iterator[Entry]:
    nodes: list[tuple[Node, int]] = [(Word(text), _OF_A_FACT) for text in missing(entry.example)[:_FACTS]]
    asked = _rarest(question_of(entry.example))
    said = _rarest(entry.example.output_text[:_SAID])
    # Two words of a question are a topic; one alone would find half of the set.
    nodes += [(And((Word(left), Word(right))), 1) for words in (asked, said) for left, right in _twos(words)]
    named: Counter[int] = Counter()
    for node, weight in nodes:
        for seq in ws.examples.ids(Query(where=node, limit=_LOOKED_AT)):
            named[seq] += weight
    seqs = sorted([seq for seq, _ in named.most_common(_LOOKED_AT) if seq != entry.seq])
    return iter(ws.examples.entries(seqs))


def _rarest(text: str) -> list[str]:
    """The rarest words of a text that say something, as they are written."""
    words = [word for word in dict.fromkeys("".join([c if c.isalnum() else " " for c in text]).split()) if stems(word)]
    return sorted(words, key=lambda word: -rank(word.casefold()))[:_WORDS]


def _twos(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((words[i], words[j]) for i in range(len(words)) for j in range(i + 1, len(words)))
