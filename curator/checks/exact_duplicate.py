"""DUP001: the same pair again."""

from curator.checks.base import pair_check
from curator.corpus import Edge, same_pair
from curator.model import Example, Severity


@pair_check("DUP001", Severity.WARNING, block=same_pair, unless=("CON001", "SPL001"), transitive=True)
def exact_duplicate(left: Example, right: Example) -> Edge | None:
    """The same input with the same output as an earlier example; only the later copies are reported.

    "The same" leaves out case, spacing and a final stop, the order of keys in JSON, and how a number is
    written. Preference pairs are copies only when their alternatives are equal too. A copy in another split is
    a leak (SPL001), and not reported here.

    Why: each copy is another pass over one example: it is remembered word for word, at the cost of the others.
    Fix: reject the copies, unless the weight they give is wanted.
    Example:
        rows 12 and 57 both teach "Reset my password" -> "account"
    """
    if left.alternatives != right.alternatives:
        return None
    place = left.provenance
    where = f" {place.source}, row {place.row}" if place.row else ""
    return Edge(left.id, right.id, "same", message=f"A copy of an earlier example:{where or ' ' + left.id}.")
