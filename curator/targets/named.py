"""The targets there are, and one by its name."""

from difflib import get_close_matches
from functools import cache

from curator.errors import TargetError
from curator.registry import discover
from curator.targets.base import Target


@cache
def targets() -> tuple[Target, ...]:
    """Every target, those of extensions too, in the order of their names."""
    return tuple(sorted(discover("curator.targets", Target), key=lambda target: target.name))


def named(name: str) -> Target:
    """The target of that name (``openai``); raises `TargetError` that lists the names."""
    known = {target.name: target for target in targets()}
    found = known.get(name.strip().lower().replace("_", "-"))
    if found is None:
        close = get_close_matches(name, list(known), n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise TargetError(f"{name!r} is not a target{hint}; the targets are: {', '.join(known)}")
    return found
