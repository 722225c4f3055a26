"""Eval sets: rows that are kept to measure with, chosen once by cluster, frozen, hashed, and held out of all else.

``create(ws, name)`` deals whole clusters by the keys that splits are dealt by, so no row of the set has a near copy
outside of it. Membership is an event of the log. ``HeldOut(ws)`` says of any row whether it belongs to an eval set,
or shares its input with one: exports, few-shot pools and documents leave such rows out.
"""

from array import array
from collections.abc import Generator, Iterator, Sequence
from hashlib import blake2b, sha256

import msgspec
from msgspec import Struct

from curator.advice.intervals import Interval, rows_for_half, wilson
from curator.advice.signals import EvalFacts
from curator.corpus import same_input
from curator.errors import WorkspaceError
from curator.model import Entry, Progress
from curator.workspace import Saved, Stated, Workspace
from curator.workspace.stating import EVAL_SET, Statement

#: The name of an eval set, unless another is given, and how many rows it has where there are enough.
NAME, ROWS = "eval", 300
#: The fewest that are worth measuring on, and the share of the rows that a set takes at the most unless asked to.
FEWEST, SHARE = 100, 0.5
#: A cluster that has more of an eval set than this would be measured instead of the task.
LARGEST = 0.05
#: The share right for which widths are told: a likely target.
LIKELY = 0.9

_encode = msgspec.json.Encoder(order="deterministic").encode


class EvalSet(Struct, frozen=True):
    """A frozen eval set. `seqs` are its rows in the order of their numbers, `groups` the cluster of each.

    `changed` are rows that read otherwise than when it was frozen, or are gone; `dropped` those that people rejected,
    marked to be fixed or routed to RAG since. Neither are measured.
    """

    name: str
    seqs: tuple[int, ...]
    groups: tuple[int, ...]
    digest: str
    seed: int
    actor: str
    at: str
    changed: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()

    @property
    def clusters(self) -> int:
        """How many clusters its rows come from."""
        return len(set(self.groups))

    @property
    def interval(self) -> Interval:
        """The interval that a share of 90 % gets when it is measured here: as many rows count as there are clusters."""
        return wilson(round(LIKELY * self.clusters), self.clusters)

    @property
    def rows_for_half(self) -> int:
        """How many rows in all would halve its width, with clusters as large."""
        return round(rows_for_half(self.interval) * len(self.seqs) / self.clusters)

    @property
    def facts(self) -> EvalFacts:
        """What the verdict wants to know of it."""
        return EvalFacts(
            self.name,
            len(self.seqs),
            self.clusters,
            len(self.changed),
            self.digest,
            self.at,
            self.interval,
            self.rows_for_half,
            len(self.dropped),
        )


class Created(Struct, frozen=True):
    """A new eval set, what was stored, and how many rows of too large clusters were passed over."""

    eval_set: EvalSet
    saved: Saved
    passed: int


class HeldOut:
    """The rows that no training file, few-shot pool or document may hold. Read once, of one moment.

    Those are the rows of every eval set, what has the same input as one of them, and what findings tie to one.
    """

    def __init__(self, ws: Workspace) -> None:
        self._of: dict[int, str] = {}
        self._keys: dict[bytes, str] = {}
        for name, said in ws.stated.all(EVAL_SET).items():
            self._of.update((row[0], name) for row in said.body["rows"])
            self._keys.update((bytes.fromhex(key), name) for key in said.body["keys"])
        if self._of:
            for cluster in ws.findings.clusters():
                own = next((self._of[seq] for seq in cluster if seq in self._of), None)
                if own is not None:
                    self._of.update((seq, own) for seq in cluster if seq not in self._of)

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, entry: Entry) -> str | None:
        """The eval set that an example belongs to or has the input of; None for one that is free."""
        if not self._of:
            return None
        return self._of.get(entry.seq) or self._keys.get(same_input(entry.example)[:8])


def create(
    ws: Workspace, name: str = NAME, *, rows: int | None = None, seed: int = 7, actor: str
) -> Generator[Progress, None, Created]:
    """Freezes an eval set of about so many rows: 300, or half of what there is. Raises `WorkspaceError`.

    Rows that a source or an export held out (test, then validation) come first; then the seed decides. Rejected rows,
    those routed to RAG and those of another eval set take no part.
    """
    _free(ws, name)
    pool = _Pool(HeldOut(ws), {seq: at for at, cluster in enumerate(ws.findings.clusters()) for seq in cluster})
    total, done = ws.examples.count(), 0
    for batch in ws.examples.batches():
        for entry in batch:
            pool.add(entry)
        done += len(batch)
        yield Progress("clusters", done, total)
    wanted = rows if rows is not None else max(min(ROWS, pool.rows // 5), min(FEWEST, int(SHARE * pool.rows)))
    if wanted < 1 or wanted > pool.rows:
        raise WorkspaceError(
            f"--rows {wanted:,}: there are {pool.rows:,} rows that could be measured on (not rejected, not routed to "
            "RAG, with an output, in no other eval set)."
        )
    chosen, passed = pool.deal(wanted, seed)
    return _frozen(ws, name, chosen, seed, actor=actor, passed=passed)


def refreeze(ws: Workspace, like: str, name: str, *, actor: str) -> Created:
    """Freezes the rows of an eval set anew under another name, as they stand now: for references that were corrected.

    Rows that are gone, were rejected, marked to be fixed or routed to RAG stay out. Answers that a baseline has of rows
    whose input is as it was are found again. Raises `WorkspaceError` without such a set, or where the name is taken.
    """
    old = show(ws, like)
    _free(ws, name)
    hidden = ws.examples.hidden()
    groups = dict(zip(old.seqs, old.groups, strict=True))
    chosen = {entry.seq: groups[entry.seq] for entry in _entries(ws, groups) if fit(entry) and entry.seq not in hidden}
    if not chosen:
        raise WorkspaceError(f"the eval set {like!r} has no row left that could be measured on.")
    return _frozen(ws, name, chosen, old.seed, actor=actor)


def _free(ws: Workspace, name: str) -> None:
    if ws.stated.one(EVAL_SET, name) is not None:
        raise WorkspaceError(
            f"there is an eval set {name!r}, and it is frozen. Give another one another --name, or `curator undo` it."
        )


def _frozen(
    ws: Workspace, name: str, chosen: dict[int, int], seed: int, *, actor: str, passed: int = 0
) -> Created:  # fmt: skip
    entries = list(_entries(ws, chosen))
    body = _body(entries, [chosen[entry.seq] for entry in entries], seed)
    saved = ws.log.state([Stated(EVAL_SET, name, body)], actor=actor)
    said = ws.stated.one(EVAL_SET, name)
    assert said is not None
    return Created(_read(said), saved, passed)


def fit(entry: Entry) -> bool:
    """Whether a row may be measured on: not rejected, nor to be fixed, nor routed to RAG, and with an output."""
    state = entry.state
    standing = state.status not in ("rejected", "fix") and state.route == "train"
    return standing and bool(entry.example.output_text.strip())


def show(ws: Workspace, name: str = NAME) -> EvalSet:
    """An eval set as it was frozen, with the rows that were changed or dropped since. Raises `WorkspaceError`."""
    said = ws.stated.one(EVAL_SET, name)
    if said is None:
        names = ", ".join(ws.stated.all(EVAL_SET))
        there = f"There are: {names}." if names else "`curator eval-set create` makes one."
        raise WorkspaceError(f"there is no eval set {name!r}. {there}")
    hidden = ws.examples.hidden()
    frozen = dict(said.body["rows"])
    changed, dropped = [], []
    for entry in _entries(ws, frozen):
        if entry.seq in hidden:
            changed.append(entry.seq)
        elif not fit(entry):
            dropped.append(entry.seq)
        elif _print(entry) != frozen[entry.seq]:
            changed.append(entry.seq)
    return _read(said, tuple(changed), tuple(dropped))


def names(ws: Workspace) -> list[str]:
    """The eval sets there are."""
    return list(ws.stated.all(EVAL_SET))


def _entries(ws: Workspace, seqs: "dict[int, int] | dict[int, str]") -> Iterator[Entry]:
    ordered = sorted(seqs)
    for start in range(0, len(ordered), 500):
        yield from ws.examples.entries(ordered[start : start + 500])


def _print(entry: Entry) -> str:
    """What a row was measured as: its messages and tools, as they stand."""
    example = entry.example
    text = _encode((example.messages, example.tools, example.reference))
    return blake2b(text, digest_size=8).hexdigest()


def _body(entries: Sequence[Entry], groups: Sequence[int], seed: int) -> dict[str, object]:
    rows = [[entry.seq, _print(entry)] for entry in entries]
    told = "".join(f"{entry.example.id} {mark}\n" for entry, (_, mark) in zip(entries, rows, strict=True))
    return {
        "rows": rows,
        "groups": list(groups),
        "keys": sorted({same_input(entry.example)[:8].hex() for entry in entries}),
        "digest": sha256(told.encode()).hexdigest(),
        "seed": seed,
    }


def _read(said: Statement, changed: tuple[int, ...] = (), dropped: tuple[int, ...] = ()) -> EvalSet:
    body = said.body
    seqs, groups = tuple(row[0] for row in body["rows"]), tuple(body["groups"])
    return EvalSet(said.name, seqs, groups, body["digest"], body["seed"], said.actor, said.at, changed, dropped)


class _Pool:
    """The rows that may be measured on, in clusters: those with the same input, and those that findings tie."""

    def __init__(self, taken: HeldOut, cluster_of: dict[int, int]) -> None:
        self.rows = 0
        self._taken, self._cluster_of = taken, cluster_of
        self._seqs, self._keys = array("q"), array("Q")
        self._first: dict[int, int] = {}
        self._parent: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._barred: set[int] = set()

    def add(self, entry: Entry) -> None:
        """Notes an example. One that takes no part still ties its cluster together, or bars it when it is taken."""
        example, state = entry.example, entry.state
        key = int.from_bytes(same_input(example)[:8], "big")
        cluster = self._cluster_of.get(entry.seq)
        if cluster is not None:
            self._join(self._first.setdefault(cluster, key), key)
        if self._taken.of(entry) is not None:
            self._barred.add(key)
        elif fit(entry):
            self._seqs.append(entry.seq)
            self._keys.append(key)
            self.rows += 1
            split = state.split or example.source_split
            rank = {"test": 0, "validation": 1}.get(split or "", 2)
            self._held[key] = min(self._held.get(key, 2), rank)

    def deal(self, wanted: int, seed: int) -> tuple[dict[int, int], int]:
        """The rows chosen, each with the number of its cluster, and how many rows of large clusters were passed over.

        Held-out clusters come first, then the order that the seed gives the keys, whatever the order of the rows.
        """
        members: dict[int, list[int]] = {}
        for seq, key in zip(self._seqs, self._keys, strict=True):
            members.setdefault(self._root(key), []).append(seq)
        ranks: dict[int, int] = {}
        for key, rank in self._held.items():
            root = self._root(key)
            ranks[root] = min(ranks.get(root, 2), rank)
        barred = {self._root(key) for key in self._barred}
        salt = blake2b(str(seed).encode(), digest_size=16).digest()
        order = sorted(
            (key for key in members if key not in barred),
            key=lambda key: (ranks[key], blake2b(key.to_bytes(8, "big"), digest_size=8, key=salt).digest()),
        )
        largest = max(3, int(LARGEST * wanted))
        chosen: dict[int, int] = {}
        passed = number = 0
        for key in order:
            if len(chosen) >= wanted:
                break
            cluster = members[key]
            if len(cluster) > largest:
                passed += len(cluster)
                continue
            chosen.update((seq, number) for seq in cluster)
            number += 1
        if not chosen:
            raise WorkspaceError(
                "every row belongs to one large cluster of like inputs: there is nothing to measure on."
            )
        return chosen, passed

    def _join(self, left: int, right: int) -> None:
        a, b = self._root(left), self._root(right)
        self._parent[max(a, b)] = min(a, b)

    def _root(self, key: int) -> int:
        parent = self._parent
        while (above := parent.get(key, key)) != key:
            parent[key] = parent.get(above, above)
            key = above
        return key
