"""Knowledge at the level of the set: clusters of pairs that teach facts, and one step that routes a cluster to RAG."""

import uuid
from array import array
from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from curator.corpus import instruction_group, opening, opening_turns
from curator.errors import WorkspaceError
from curator.knowledge.clusters import SAMPLE, Cluster, Survey
from curator.knowledge.terms import Recurring, Vocabulary, content_words, named_terms
from curator.model import STATUSES, Entry, Example, Progress, Span, Status, content_field
from curator.operations.decide import STEP
from curator.query import parse
from curator.text import shorten
from curator.workspace import Change, Saved, Workspace

#: Codes whose pairs are suspects, and the code whose pairs may be knowledge.
SUSPECT, WEAK = ("KNO001", "KNO002"), "KNO003"
#: Characters of an input (its end) and of an output (its beginning) whose words are read.
READ = 4_000
#: Pairs of a cluster that a preview shows.
SHOWN = 3
#: Pairs that a filter names by their numbers; of a larger cluster it names so many terms.
NAMED, SEARCHED = 2_000, 20
_OTHER, _WEAK, _SUSPECT = range(3)
_TERMS_OF_NAME = 3


class Listed(Struct, frozen=True):
    """A cluster as it is listed: what its pairs were asked of, where they share that alone, and how many are routed."""

    cluster: Cluster
    about: str
    routed: int

    @property
    def name(self) -> str:
        """The cluster in a few words."""
        if self.cluster.kind == "others":
            return "others"
        return ", ".join(self.cluster.terms[:_TERMS_OF_NAME]) or f'asked of "{shorten(self.about, 60)}"'


class Clusters(Struct, frozen=True):
    """The clusters of a workspace, the largest first; of how many suspect pairs, and whether KNO was ever run.

    `unchecked` counts pairs in which facts were found, that were edited and not checked again: they are in no cluster.
    """

    listed: tuple[Listed, ...]
    suspects: int
    examples: int
    checked: bool
    unchecked: int = 0


class Preview(Struct, frozen=True):
    """What routing a cluster would do: to which pairs, by status; how many stay by status, how many are in RAG."""

    seqs: "array[int]"
    statuses: dict[Status, int]
    kept: dict[Status, int]
    already: int
    first: tuple[Entry, ...]


class Routed(Struct, frozen=True):
    """How many pairs were routed, and what was stored."""

    pairs: int
    saved: Saved


def clusters(ws: Workspace) -> Generator[Progress, None, Clusters]:
    """Gathers the pairs that the standing findings of KNO001 and KNO002 hold to teach facts.

    Texts are read in batches and none is kept: a suspect takes a few hundred bytes, however long it is.
    """
    kinds = bytearray(max(ws.examples.ids(), default=0) + 1)
    unchecked: set[int] = set()
    recurring = yield from _meet(ws, kinds, unchecked)
    suspects = array("q", (seq for seq, kind in enumerate(kinds) if kind == _SUSPECT))
    survey = Survey(Vocabulary(recurring.terms))
    del recurring
    for start in range(0, len(suspects), STEP):
        yield Progress("gathering terms", start, len(suspects))
        for entry in ws.examples.entries(suspects[start : start + STEP]):
            survey.suspect(entry.seq, *_held(survey, entry.example))
    total = yield from _hold_against_the_rest(ws, survey, kinds)
    yield Progress("making clusters", 0, None)
    found = survey.clusters() if suspects else []
    return Clusters(tuple(_listed(ws, found)), len(suspects), total, _checked(ws), len(unchecked.difference(suspects)))


def _meet(ws: Workspace, kinds: bytearray, unchecked: set[int]) -> Generator[Progress, None, Recurring]:
    """Notes in `kinds` which examples are suspects, in `unchecked` which may be, and meets the terms of suspects."""
    recurring, count = Recurring(), 0
    for found in ws.findings.select((WEAK,)):
        if found.seq is not None:
            kinds[found.seq] = _WEAK
    chunk: dict[int, list[Span]] = {}
    for found in ws.findings.select(SUSPECT, stale=True):
        if found.seq is None:
            continue
        if found.stale:
            unchecked.add(found.seq)
            continue
        if len(chunk) == STEP and found.seq not in chunk:
            _meet_all(ws, chunk, recurring)
            count += len(chunk)
            chunk = {}
            yield Progress("reading findings", count, None)
        kinds[found.seq] = _SUSPECT
        chunk.setdefault(found.seq, []).extend(found.finding.evidence)
    _meet_all(ws, chunk, recurring)
    return recurring


def _meet_all(ws: Workspace, spans: dict[int, list[Span]], recurring: Recurring) -> None:
    for entry in ws.examples.entries(list(spans)):
        example = entry.example
        recurring.add(content_words(_text(example)), named_terms(_evidence(example, spans[entry.seq])))


def _evidence(example: Example, spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
    index, text = example.output_index, example.output_text
    for span in spans:
        if index is not None and span.field == content_field(index):
            yield span.why.partition(" ")[0], text[span.start : span.end]


def _hold_against_the_rest(ws: Workspace, survey: Survey, kinds: bytearray) -> Generator[Progress, None, int]:
    """Tells the survey of every row that is no suspect; how many rows there are."""
    total, done = ws.examples.count(), 0
    for batch in ws.examples.batches():
        for entry in batch:
            kind = kinds[entry.seq] if entry.seq < len(kinds) else _OTHER
            if kind == _OTHER:
                survey.other(*_held(survey, entry.example))
            elif kind == _WEAK:
                survey.weak(entry.seq, *_held(survey, entry.example))
        done += len(batch)
        yield Progress("comparing with the rest", done, total)
    return total


def _held(survey: Survey, example: Example) -> tuple[list[int], bytes]:
    return survey.vocabulary.held(_text(example)), _group(example)


def _group(example: Example) -> bytes:
    """The key of what an example was asked of; empty where nothing but its question stands."""
    return instruction_group(example) if "\n" in opening(example).strip() else b""


def _text(example: Example) -> str:
    """What is said in an example, without its system prompt and without the instruction above its input."""
    first = opening_turns(example.input)
    given = [message.text for message in example.input if message.role != "system"]
    if given and len(first) == 1 and first[0].role == "user":
        given[0] = given[0].strip().partition("\n")[2] or given[0]
    return "\n".join(("\n".join(given)[-READ:], example.output_text[:READ]))


def _listed(ws: Workspace, found: Sequence[Cluster]) -> Iterator[Listed]:
    routed = frozenset(ws.examples.ids(parse("route:rag")))
    for one in found:
        about = ""
        if one.kind == "asked":
            about = opening(ws.examples.entry(one.sample[0]).example).strip().partition("\n")[0]
        yield Listed(one, about, sum(seq in routed for seq in one.members))


def _checked(ws: Workspace) -> bool:
    return any(count.code in SUSPECT for count in ws.findings.counts())


def counted(ws: Workspace, found: Clusters) -> Clusters:
    """The same clusters, with how many of their pairs are in RAG by now."""
    routed = frozenset(ws.examples.ids(parse("route:rag")))
    again = [replace(one, routed=sum(seq in routed for seq in one.cluster.members)) for one in found.listed]
    return replace(found, listed=tuple(again))


def where(listed: Listed) -> str:
    """A filter for the pairs of a cluster: exactly they while they can be named, else suspects that hold its terms."""
    cluster = listed.cluster
    if len(cluster.members) <= NAMED:
        return f"id:{','.join(map(str, cluster.members))}"
    suspect = f"finding:{','.join(SUSPECT)}"
    if cluster.kind == "terms":
        return f"{suspect} ({' or '.join(map(_quoted, cluster.terms[:SEARCHED]))})"
    return f"{suspect} any~{_quoted(listed.about)}" if listed.about else suspect


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# -- to RAG ------------------------------------------------------------------------------------------------------


def preview(ws: Workspace, cluster: Cluster) -> Preview:
    """What `route` would do to a cluster as its members stand now: pending and accepted ones are routed."""
    status: dict[Status, frozenset[int]] = {
        name: frozenset(ws.examples.ids(parse(f"status:{name}"))) for name in STATUSES if name != "pending"
    }
    hidden = ws.examples.hidden()
    routed = frozenset(ws.examples.ids(parse("route:rag")))
    seqs, already = array("q"), 0
    statuses: dict[Status, int] = {"pending": 0, "accepted": 0}
    kept: dict[Status, int] = {"rejected": 0, "fix": 0}
    for seq in cluster.members:
        stands: Status = next((name for name, of_it in status.items() if seq in of_it), "pending")
        if seq in hidden:
            continue
        if seq in routed:
            already += 1
        elif stands in kept:
            kept[stands] += 1
        else:
            statuses[stands] += 1
            seqs.append(seq)
    waiting = frozenset(seqs)
    shown = [*(seq for seq in cluster.sample if seq in waiting), *seqs[: SHOWN + SAMPLE]]
    first = ws.examples.entries(list(dict.fromkeys(shown))[:SHOWN])
    return Preview(seqs, statuses, kept, already, tuple(first))


def route(ws: Workspace, cluster: Cluster, seen: Preview, *, actor: str) -> Generator[Progress, None, Routed]:
    """Routes the pending and accepted pairs of a cluster to RAG, as one operation of `actor`.

    The workspace is copied first when they are more than one. Raises WorkspaceError when nothing is left to route, and
    when there are others by now than those that were `seen`.
    """
    now = preview(ws, cluster)
    if not now.seqs:
        raise WorkspaceError("none of these pairs is left to route, so nothing was changed.")
    if more := set(now.seqs).difference(seen.seqs):
        raise WorkspaceError(
            f"{len(more):,} more of these pairs can be routed by now, so nothing was changed. "
            "Look at the cluster again."
        )
    if len(now.seqs) > 1:
        yield Progress("copying the workspace first", 0, None)
        ws.snapshot("route")
    yield Progress("routing to RAG", 0, None)
    changes = (Change(seq, "route", "rag") for seq in now.seqs)
    return Routed(len(now.seqs), ws.log.record(changes, actor=actor, batch=uuid.uuid4().hex))
