"""What stands in the way of checks, collected while they run."""

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from curator.checks.base import Check
from curator.engines.answers import Problem
from curator.engines.guard import GUARD, Hung, guarded
from curator.model import Example
from curator.text import shorten

#: Rows that are named beside the first one.
NAMED = 4
_NUMBERS = re.compile(r"\d[\d,.]*")


class Problems:
    """Problems collected: one of each kind a check, however many rows it stumbles over."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._by_kind: dict[tuple[str, str], Problem] = {}
        self.extend(found)

    def ask(self, check: Check, example: Example | None, function: Callable[..., Any], *given: Any) -> Any:
        """What a function of a check gives; None when it raises or hangs, which is noted, or was stopped before.

        Whoever wrote it may raise anything: its other rows, and other checks, go on.
        """
        if is_stopped(function):
            return None
        try:
            return guarded(check, example, function, *given)
        except BaseException as error:
            self.raised(check, example, error, function)
            return None

    def raised(self, check: Check, example: Example | None, error: BaseException, function: Callable[..., Any]) -> None:
        """Note that a function of a check raised; `example` is the row that it was given. One that hung is stopped.

        Call it for every exception, SystemExit and cancellations too; only an interrupt by the user is raised again.
        """
        if isinstance(error, KeyboardInterrupt | GeneratorExit):
            raise error
        where = "the whole set" if example is None else place_of(example)
        if isinstance(error, Hung):
            GUARD.now.stopped.add(name_of(function))
            said = "the check did not come back from this row and was stopped; not every other row was checked by it"
        else:
            said = f"the check failed with {type(error).__name__}: {shorten(_said(error), 200)}{_line(check, error)}"
        self.extend([Problem(check.code, where, said)])

    def extend(self, found: Iterable[Problem]) -> None:
        """Take in problems. Of those that differ in a number or in what an error quotes, the first stands for all."""
        for problem in found:
            kind = (problem.code, _NUMBERS.sub("#", problem.message.partition(": ")[0]))
            known = self._by_kind.get(kind)
            self._by_kind[kind] = problem if known is None else _both(known, problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._by_kind.values())


def _both(known: Problem, more: Problem) -> Problem:
    others = [where for where in (*known.others, more.where, *more.others) if where and where != known.where]
    return replace(known, count=known.count + more.count, others=tuple(dict.fromkeys(others))[:NAMED])


def is_stopped(function: Callable[..., Any]) -> bool:
    """Whether a function did not come back and is not called again."""
    stopped = GUARD.now.stopped
    return bool(stopped) and name_of(function) in stopped


def name_of(function: Callable[..., Any]) -> str:
    """The name under which a function is stopped: of a method, that of its function."""
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', repr(type(function)))}"


def _line(check: Check, error: BaseException) -> str:
    """The file and the line of a check from elsewhere where it raised: whoever reads this may have written it."""
    if not check.foreign:
        return ""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/curator/" not in frame.filename]
    return f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception of a plug-in need not even be printable
        return "(it cannot be printed)"


def place_of(example: Example) -> str:
    """The file and the row of an example, as a problem names it."""
    place = example.provenance
    return f"{shorten(place.source, 80)}, row {place.row}" if place.row else example.id
