"""What the variable texts of examples come to: their MinHash and their sentence vectors, in numpy."""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curator.engines.answers import Departed, Learned
from curator.engines.plan import Plan
from curator.engines.shapes import standing
from curator.minhash import content_key, minhash
from curator.model import Entry
from curator.tasks import is_short
from curator.text import fingerprint
from curator.variable import SharedText, given_text, variable_parts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Sketcher:
    """Takes the variable texts of examples, and makes of them what the plan's checks ask for."""

    def __init__(self, plan: Plan, learned: Learned) -> None:
        self._near = bool(plan.on("near"))
        self._vectors = plan.vectors
        self._labels = bool(plan.of("space"))
        self._shared = learned[plan.learning(SharedText)][0] if plan.texts else SharedText()
        self._wanted = plan.texts
        self._seqs = array("q")
        self._texts: list[str] = []
        self._prints: list[int] = []
        self._answers: list[str | None] = []

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in examples; rejected ones take no part."""
        if not self._wanted:
            return
        taken = [entry for entry in entries if entry.state.status != "rejected"]
        examples = [standing(entry) for entry in taken]
        self._seqs.extend(entry.seq for entry in taken)
        self._texts += variable_parts([given_text(example) for example in examples], self._shared)
        for example in examples:
            self._prints.append(content_key(example))
            if self._labels:
                answer = example.output_text.strip()
                self._answers.append(answer if answer and is_short(answer) else None)

    def into(self, departed: Departed) -> None:
        """Write what came of them."""
        departed.seqs = self._seqs.tobytes()
        departed.prints = array("Q", self._prints).tobytes()
        departed.labels = self._answers
        # Of texts that come again the work is done once.
        places: dict[str, int] = {}
        of = [places.setdefault(text, len(places)) for text in self._texts]
        texts = list(places)
        if self._near:
            bands, signatures = minhash(texts)
            departed.bands, departed.signatures = halved(bands)[of].tobytes(), signatures[of].tobytes()
        if self._vectors:
            from curator.vectors.nearest import pack
            from curator.vectors.table import encode

            prints = [fingerprint(text)[:8] for text in texts]
            departed.texts = b"".join([prints[place] for place in of])
            packed = pack(encode(texts))
            departed.vectors, departed.steps = packed.numbers[of].tobytes(), packed.steps[of].tobytes()


def halved(bands: "NDArray[np.uint64]") -> "NDArray[np.uint32]":
    """Band keys in half the space; 0 stays 0. What then shares a key by chance is told apart by its signature."""
    import numpy as np

    high = (bands >> np.uint64(32)).astype(np.uint32)
    halves: NDArray[np.uint32] = np.where((high == 0) & (bands != 0), np.uint32(1), high)
    return halves
