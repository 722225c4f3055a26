"""What the variable texts of examples come to: their MinHash and their sentence vectors, in numpy."""

from array import array
from collections.abc import Sequence

from curator.corpus import output_key
from curator.engines.answers import Departed, Learned
from curator.engines.plan import Plan
from curator.engines.shapes import standing
from curator.model import Entry
from curator.tasks import is_short
from curator.text import fingerprint
from curator.variable import SharedText, given_text, variable_parts


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
        self._prints: list[bytes] = []
        self._answers: list[str | None] = []

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in examples; rejected ones take no part."""
        if not self._wanted:
            return
        taken = [entry for entry in entries if entry.state.status != "rejected"]
        examples = [standing(entry) for entry in taken]
        self._seqs.extend(entry.seq for entry in taken)
        texts = variable_parts([given_text(example) for example in examples], self._shared)
        self._texts += texts
        for example, text in zip(examples, texts, strict=True):
            self._prints.append(fingerprint(text, *output_key(example.output))[:8])
            if self._labels:
                answer = example.output_text.strip()
                self._answers.append(answer if answer and is_short(answer) else None)

    def into(self, departed: Departed) -> None:
        """Write what came of them."""
        departed.seqs = self._seqs.tobytes()
        departed.prints = b"".join(self._prints)
        departed.labels = self._answers
        if self._near:
            from curator.minhash import minhash

            bands, signatures = minhash(self._texts)
            departed.bands, departed.signatures = bands.tobytes(), signatures.tobytes()
        if self._vectors:
            from curator.vectors.nearest import pack
            from curator.vectors.table import encode

            packed = pack(encode(self._texts))
            departed.vectors, departed.steps = packed.numbers.tobytes(), packed.steps.tobytes()
