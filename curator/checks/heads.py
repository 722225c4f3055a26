"""How many instructions a group of examples has: one, several, or a new one for each example."""

from bisect import insort
from zlib import crc32

from msgspec import Struct, field

from curator.corpus import instruction_group
from curator.memo import per_example
from curator.model import Example

# How many of the smallest fingerprints of instructions stand for their number (a k-minimum-values sketch: Bar-Yossef
# et al. 2002); 64 of them are right to 13 %.
_SKETCH = 64
_LARGEST = 2**32
# With as many instructions as this share of the rows, hardly any repeats.
_NEW = 0.5


class Heads(Struct):
    """A sketch of the instructions of a group, in the sense of `corpus.instruction_group`."""

    rows: int = 0
    smallest: list[int] = field(default_factory=list)

    def add(self, example: Example) -> None:
        """Take in one example's instruction."""
        self.rows += 1
        self._take(_of_example(example))

    def merge(self, other: "Heads") -> None:
        """Take in another sketch."""
        self.rows += other.rows
        for key in other.smallest:
            self._take(key)

    @property
    def together(self) -> bool:
        """Whether these examples are one group: of one instruction, or of instructions that hardly ever repeat.

        Small groups are held against the whole set. When that is made of several instructions, what is usual
        there is nothing that they have to keep to.
        """
        return not self.own or self._different >= _NEW * self.rows

    @property
    def own(self) -> bool:
        """Whether the examples have instructions of their own, rather than one for all."""
        return len(self.smallest) > 1

    @property
    def _different(self) -> float:
        if len(self.smallest) < _SKETCH:
            return float(len(self.smallest))
        return (_SKETCH - 1) * _LARGEST / max(1, self.smallest[-1])

    def _take(self, key: int) -> None:
        smallest = self.smallest
        if (len(smallest) < _SKETCH or key < smallest[-1]) and key not in smallest:
            insort(smallest, key)
            del smallest[_SKETCH:]


@per_example
def _of_example(example: Example) -> int:
    return crc32(instruction_group(example))
