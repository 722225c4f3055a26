"""What stands in the way of checks, collected while they run."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from curator.checks.base import Check
from curator.engines.answers import Problem
from curator.engines.guard import GUARD, Hung
from curator.model import Example
from curator.text import shorten


class Problems:
    """Problems collected: one of each kind a check, however many rows it stumbles over."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._by_kind: dict[tuple[str, str], Problem] = {}
        self.extend(found)

    def raised(self, check: Check, example: Example | None, error: BaseException) -> None:
        """Note that a check raised; `example` is the row that it was given. One that hung does not run again."""
        where = "the whole set" if example is None else _place(example)
        if isinstance(error, Hung):
            GUARD.stopped.add(check.code)
            said = "the check did not come back from this row and was stopped; not every other row was checked by it"
        else:
            said = f"the check failed with {type(error).__name__}: {shorten(str(error), 200)}"
        self.extend([Problem(check.code, where, said)])

    def extend(self, found: Iterable[Problem]) -> None:
        """Take in problems."""
        for problem in found:
            kind = (problem.code, problem.message)
            known = self._by_kind.get(kind)
            self._by_kind[kind] = problem if known is None else replace(known, count=known.count + problem.count)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._by_kind.values())


def _place(example: Example) -> str:
    place = example.provenance
    return f"{shorten(place.source, 80)}, row {place.row}" if place.row else example.id
