"""The engine of many machines: the same desks, on Daft with its Ray runner.

The workspace stays where it is. Each call travels with the examples that it is about, and its answer comes back, so
that the other machines need this package and nothing else. What is gathered from the answers (keys, MinHash,
vectors) is grouped here, as on one machine: some 600 bytes an example.
"""

import logging
import pickle
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from curator.engines.answers import Packed, packed
from curator.engines.crew import processors
from curator.engines.desk import BATCH, BLOCK, Desk
from curator.engines.guard import PATIENCE, watching
from curator.engines.local import SLICE, Outcome, follow
from curator.engines.plan import Plan
from curator.errors import SettingsError
from curator.model import Entry, Progress
from curator.workspace import Workspace
from curator.workspace.examples import ExampleStore

#: Calls that travel together; between two such lots a run can be stopped.
LOT = 32

_entries = msgspec.msgpack.Decoder(list[Entry])


def run(
    workspace: Workspace,
    plan: Plan,
    *,
    address: str | None = None,
    whole: bool = False,
    slice_size: int = SLICE,
    patience: float = PATIENCE,
) -> Generator[Progress, None, Outcome]:
    """Run a plan on the Ray cluster at this address ("ray://head:10001", "auto"), or on a Ray of this machine.

    What is found is the same as `local.run` finds. Raises SettingsError when the extra `cluster` is not installed,
    the cluster is not reached, or a check cannot be imported elsewhere.
    """
    if not plan.portable:
        raise SettingsError("--engine ray: a check of this plan lies in no module that other machines could import.")
    ids = workspace.examples.ids()
    parts = [(ids[at] - 1, ids[min(at + slice_size, len(ids)) - 1]) for at in range(0, len(ids), slice_size)]
    _connect(address)
    with watching(patience):
        return (yield from follow(workspace, plan, Cluster(workspace.examples, plan, patience), parts, whole=whole))


class Cluster:
    """The workers of a cluster, each with a desk that holds what was sent to it."""

    broken = False

    def __init__(self, examples: ExampleStore, plan: Plan, patience: float = PATIENCE) -> None:
        self._examples = examples
        self._plan = plan
        self._patience = patience
        self._learned: Packed = []
        self.ended: dict[str, str] = {}

    def teach(self, learned: Packed) -> None:
        """It travels with the next calls."""
        self._learned = learned

    def map(self, method: str, calls: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """The packed answer to each call, in order, a lot at a time."""
        import daft

        work = _work(method, self._plan, msgspec.msgpack.encode(self._learned), self._patience)
        pending = iter(calls)
        while lot := list(islice(pending, LOT)):
            frame = daft.from_pydict(
                {
                    "number": list(range(len(lot))),
                    "call": [pickle.dumps(call) for call in lot],
                    "entries": [msgspec.msgpack.encode(self._about(method, call)) for call in lot],
                }
            ).into_partitions(len(lot))
            frame = frame.select("number", work(frame["call"], frame["entries"]).alias("answer"))
            yield from frame.sort("number").to_pydict()["answer"]

    def _about(self, method: str, call: tuple[Any, ...]) -> list[Entry]:
        """The examples that a call is about."""
        if method == "match":
            return self._examples.entries(sorted({seq for group in call[1] for seq in group[:BLOCK]}))
        if method == "pair":
            return self._examples.entries(sorted({seq for couple in call[1] for seq in couple}))
        return [entry for batch in self._examples.batches(BATCH, call[0], call[1]) for entry in batch]


class Sent:
    """Examples that were sent here, for a desk."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._by_seq = {entry.seq: entry for entry in entries}

    def batches(self, size: int, after: int, until: int) -> Iterator[list[Entry]]:
        """Those with numbers beyond `after`, up to `until`, so many at a time."""
        wanted = [entry for entry in self._entries if after < entry.seq <= until]
        for start in range(0, len(wanted), size):
            yield wanted[start : start + size]

    def entries(self, seqs: Sequence[int]) -> list[Entry]:
        """Those of these numbers, in this order."""
        return [self._by_seq[seq] for seq in seqs]

    def ids_of(self, seqs: Sequence[int]) -> list[str]:
        """Their ids, in this order."""
        return [self._by_seq[seq].example.id for seq in seqs]


def _work(method: str, plan: Plan, learned: bytes, patience: float) -> Any:
    """A function of Daft columns: calls and the examples that they are about, to packed answers."""
    import daft

    @daft.func.batch(return_dtype=daft.DataType.binary())
    def answer(calls: Any, entries: Any) -> list[bytes]:
        sent = zip(calls.to_pylist(), entries.to_pylist(), strict=True)
        return [_answered(plan, learned, patience, method, call, about) for call, about in sent]

    return answer


def _answered(plan: Plan, learned: bytes, patience: float, method: str, call: bytes, about: bytes) -> bytes:
    """What a desk of another machine answers."""
    desk = Desk(Sent(_entries.decode(about)), plan)
    desk.teach(msgspec.msgpack.decode(learned, type=Packed))
    with watching(patience):
        return packed(getattr(desk, method)(*pickle.loads(call)))


def _connect(address: str | None) -> None:
    try:
        import daft
        import ray
    except ImportError as error:
        raise SettingsError(
            f"--engine ray: {error.name} is not installed. Install the extra: pip install 'finetune-curator[cluster]'."
        ) from error
    try:
        if not ray.is_initialized():
            here: dict[str, Any] = {} if address else {"num_cpus": processors(), "include_dashboard": False}
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **here)
        daft.set_runner_ray(address=address, noop_if_initialized=True)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise SettingsError(
            f"--address {address}: the cluster does not answer ({error}). Name the head as ray://HOST:10001, or leave "
            "--address out to use a Ray of this machine."
        ) from error
