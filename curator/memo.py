"""What was worked out about an example, or a pair, is kept on it: many checks ask, and it never changes."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Given = TypeVar("Given")
Worked = TypeVar("Worked")
Usual = TypeVar("Usual")

_NEVER = object()


class worked_out(Generic[Given, Worked]):
    """A property that is worked out when it is first asked for, and from then on costs no call.

    As `functools.cached_property`, without the lock that it takes before Python 3.12, which is most of its cost here.
    Threads at worst do the work twice.
    """

    def __init__(self, function: Callable[[Given], Worked]) -> None:
        self._function = function
        self._name = function.__name__
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, instance: Given, owner: type[Any]) -> Worked: ...

    def __get__(self, instance: Given | None, owner: type[Any]) -> Self | Worked:
        if instance is None:
            return self
        worked = vars(instance)[self._name] = self._function(instance)
        return worked


def per_example(function: Callable[[Given], Worked]) -> Callable[[Given], Worked]:
    """Keep what a pure function gives for an example with the example: it is worked out once, and goes when that goes.

    To remember it elsewhere takes a key, and an example is a tree: to hash it costs as much as most of what is asked.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    def asked(example: Given) -> Worked:
        known: dict[str, Any] = vars(example)
        worked: Worked = known.get(name, _NEVER)
        if worked is _NEVER:
            worked = known[name] = function(example)
        return worked

    asked.__module__, asked.__qualname__, asked.__name__ = function.__module__, function.__qualname__, function.__name__
    asked.__doc__ = function.__doc__
    return asked


def per_pair(function: Callable[[Given, Given, Usual], Worked]) -> Callable[[Given, Given, Usual], Worked]:
    """Keep what a pure function gives for a pair, and what is usual, with the left example: for one pair at a time.

    Engines ask all checks of a block about a pair before they go on to the next.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    def asked(left: Given, right: Given, usual: Usual) -> Worked:
        known: tuple[Given, Usual, Worked] | None = vars(left).get(name)
        if known is None or known[0] is not right or known[1] is not usual:
            known = vars(left)[name] = (right, usual, function(left, right, usual))
        return known[2]

    asked.__module__, asked.__qualname__, asked.__doc__ = function.__module__, function.__qualname__, function.__doc__
    return asked
