"""Examples shown in a prompt: drawn once, or the nearest to each row; never one that is measured."""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from curator.corpus import alike_input
from curator.model import Example
from curator.vectors.table import encode

#: Pool rows among which the nearest are looked for, and the longest example that is shown, in characters.
_POOL, _LONGEST = 50_000, 6_000
#: Nearest ones that are remembered of each row: several prompts ask.
_KEPT = 20


class Shots:
    """Chooses examples of the pool for a prompt. Rows whose input is that of a measured row are left out."""

    def __init__(self, pool: Sequence[Example], measured: Sequence[Example], *, seed: int = 7) -> None:
        taken = {alike_input(example) for example in measured}
        self.pool = [one for one in pool if _fits(one) and alike_input(one) not in taken]
        random.Random(seed).shuffle(self.pool)
        del self.pool[_POOL:]
        self._vectors: NDArray[np.float32] | None = None
        self._near: dict[str, tuple[int, ...]] = {}

    def drawn(self, count: int) -> list[Example]:
        """So many examples, the same for every row; with different outputs as far as there are any."""
        kinds: dict[str, list[Example]] = {}
        for one in self.pool:
            kinds.setdefault(one.output_text, []).append(one)
        turns = [group[place] for place in range(count) for group in kinds.values() if place < len(group)]
        return turns[:count]

    def nearest(self, example: Example, count: int) -> list[Example]:
        """So many examples whose input is most like this one's, the likest last, where models heed it most."""
        if self._vectors is None:
            self._vectors = np.asarray(encode([one.input_text for one in self.pool]), dtype=np.float32)
        text = example.input_text
        order = self._near.get(text, ())
        if len(order) < min(count, len(self.pool)):
            cosines = self._vectors @ encode([text])[0]
            order = self._near[text] = tuple(np.argsort(-cosines, kind="stable")[: max(count, _KEPT)].tolist())
        return [self.pool[place] for place in order[:count][::-1]]


def shown(examples: Sequence[Example]) -> str:
    """Examples as a block of a system prompt."""
    parts = [
        f"<example>\n<input>\n{one.input_text.strip()}\n</input>\n<output>\n{one.output_text.strip()}\n</output>\n"
        "</example>"
        for one in examples
    ]
    return "Examples of inputs and the outputs that are wanted:\n" + "\n".join(parts) if parts else ""


def _fits(example: Example) -> bool:
    size = len(example.input_text) + len(example.output_text)
    return bool(example.output_text.strip()) and bool(example.input_text.strip()) and size <= _LONGEST
