"""What a check is: a value made from a function. One module of `checks/` holds one (or a few that belong together).

    @example_check("TXT001", Severity.ERROR)
    def empty_output(example: Example, *, ...options) -> Iterator[Finding]: ...

The function's name gives the check's name (``empty-output``), its docstring the card, its keyword-only
arguments the options. There is nothing to inherit, nothing to register, no list to edit. A check reads no
file, asks no network and keeps no state: engines run it in any order, in batches of any size, in several
processes. Findings come out unsigned; the engine writes the code on them.
"""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from msgspec import Struct

from curator.checks.card import Card
from curator.checks.options import Option, options_of, validate
from curator.corpus import Edge
from curator.model import Example, Finding, Fix, Severity, Span
from curator.registry import discover

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Shape = Literal["example", "profile", "pair", "group", "set", "space"]
Key = Callable[[Example], "bytes | tuple[bytes, ...] | None"]
#: Blocks that are no key: inputs near each other in their letters, or in their meaning. Engines find them.
Nearness = Literal["near", "alike"]
NEAR: Nearness = "near"
ALIKE: Nearness = "alike"
Block = Key | Nearness


class Summary(Protocol):
    """What is usual in a group: built one example at a time, or from two halves. Bounded in size.

    The order of `add` and `merge` must not matter. A summary is a mutable ``msgspec.Struct`` whose fields have
    defaults: engines store it and send it about as msgpack.
    """

    def add(self, example: Example) -> None:
        """Take one more example in."""

    def merge(self, other: Any) -> None:
        """Take in what another summary of the same kind has learned."""


class Space(Struct, frozen=True):
    """The examples of one group as points: row i of each field is one example.

    `labels` are the outputs as written, stripped (None without text); `vectors` [n, d] are float32 sentence
    vectors of the variable part of the inputs, each of length 1 (or 0, for a text without a known word);
    `texts` are those variable parts themselves, for what vectors do not see; `instruction` are the lines that the
    openings of all of them have, and `outputs` the place of each one's output among its messages (-1 without one).
    `shared` holds what the checks of one group work out once for all of them.
    """

    ids: "Sequence[str]"
    labels: "Sequence[str | None]"
    vectors: "NDArray[np.float32]"
    texts: "Sequence[str]" = ()
    instruction: str = ""
    outputs: "Sequence[int]" = ()
    shared: dict[str, Any] = {}


class Check(Struct, frozen=True, kw_only=True):
    """A rule, its card, its options, and the function that applies it.

    `shape` says how engines run `function`:

    - example: ``(example) -> findings``
    - profile: ``(example, usual) -> findings``, after `learn` was fed every example of its group `by`
      (of the whole set, when the group has fewer than `at_least` members)
    - pair:    ``(left, right) -> Edge | None`` for pairs that share a key of `block`, left before right
    - group:   ``(examples) -> findings`` for every set of two or more that shares a key of `block`
    - set:     ``(learned) -> findings`` about the set as a whole
    - space:   ``(space) -> findings`` for each group of `by` whose summary passes `when`

    A block may be `NEAR` or `ALIKE` instead of a key: pairs whose inputs share most of their letters or most of
    their meaning, once what many inputs share is taken off. A pair check that learns gets what was learned from
    the whole set as its third argument.

    `unless` names the codes that take precedence: a pair that one of them ties is not reported by this check.
    `transitive` says that what ties with one member of a block ties with all that this one ties with.
    """

    code: str
    name: str
    severity: Severity
    shape: Shape
    card: Card
    options: tuple[Option, ...]
    function: Callable[..., Any]
    blocks: tuple[Block, ...] = ()
    learn: Callable[[], Summary] | None = None
    by: Key | None = None
    at_least: int = 1
    when: Callable[[Any], bool] | None = None
    takes: Callable[[Example, Any], bool] | None = None
    kind: Key | None = None
    most: int = 0
    unless: tuple[str, ...] = ()
    transitive: bool = False

    @property
    def foreign(self) -> bool:
        """Whether the check comes from elsewhere: what it does and gives is looked after."""
        return self.function.__module__.partition(".")[0] != "curator"

    def validated(self, given: Mapping[str, Any], where: str = "") -> dict[str, Any]:
        """The options to call `function` with. Raises SettingsError with the allowed range or nearest name."""
        return validate(self.options, given, where or f"{self.code} {self.name}")

    def __reduce__(self) -> tuple[Callable[[str, str], Any], tuple[str, str]]:
        # A process of the engine gets a check by the name of its module: its function cannot be pickled,
        # because the check has taken the function's name.
        return _load, (self.function.__module__, self.function.__qualname__)


F = TypeVar("F", bound=Callable[..., Any])


def example_check(code: str, severity: Severity) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function of one example."""
    return lambda function: _make(function, code, severity, "example")


def profile_check(
    code: str, severity: Severity, *, learn: Callable[[], Summary], by: Key, at_least: int = 10
) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function of an example and of what is usual in its group."""
    return lambda function: _make(function, code, severity, "profile", learn=learn, by=by, at_least=at_least, given=2)


def pair_check(
    code: str,
    severity: Severity,
    *,
    block: Block | tuple[Block, ...],
    learn: Callable[[], Summary] | None = None,
    takes: Callable[[Example, Any], bool] | None = None,
    kind: Key | None = None,
    most: int = 0,
    unless: tuple[str, ...] = (),
    transitive: bool = False,
) -> Callable[[Callable[..., Edge | None]], Check]:
    """Make a check of a function of two examples that share a block; with `learn`, and of what is usual in the set.

    `takes` (example, usual) says which examples can be tied at all: a pair with another one is not asked about.
    Examples of one block with the same `kind` are alike to the check: in a large block one of them stands for all.
    A block of more than `most` examples is passed over (0: none is).
    """
    return lambda function: _make(
        function,
        code,
        severity,
        "pair",
        blocks=block if isinstance(block, tuple) else (block,),
        learn=learn,
        takes=takes,
        kind=kind,
        most=most,
        unless=unless,
        transitive=transitive,
        given=2 if learn is None else 3,
    )


def group_check(code: str, severity: Severity, *, block: Key) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function of all examples that share a key (a ``Sequence[Example]``)."""
    return lambda function: _make(function, code, severity, "group", blocks=(block,))


def set_check(
    code: str, severity: Severity, *, learn: Callable[[], Summary]
) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function of what was learned from the whole set; its findings have no example."""
    return lambda function: _make(function, code, severity, "set", learn=learn)


def space_check(
    code: str,
    severity: Severity,
    *,
    learn: Callable[[], Summary],
    by: Key,
    when: Callable[[Any], bool],
    at_least: int = 10,
) -> Callable[[Callable[..., Iterator[Finding]]], Check]:
    """Make a check of a function of a `Space`: all examples of a group, for groups whose summary passes `when`."""
    return lambda function: _make(function, code, severity, "space", learn=learn, by=by, when=when, at_least=at_least)


def found(
    about: Example | str | None,
    message: str,
    *,
    evidence: Iterable[Span] = (),
    score: float = 1.0,
    fix: Fix | None = None,
    related: Iterable[str] = (),
    rule: str = "",
) -> Finding:
    """A finding about an example, given itself or by its id, or about the whole set (None); still without its code."""
    return Finding(
        code="",
        example_id=about.id if isinstance(about, Example) else about,
        message=message,
        score=score,
        evidence=tuple(evidence),
        fix=fix,
        related=tuple(related),
        rule=rule,
    )


#: Checks that were left out, each named once.
_REFUSED: list[Check] = []


def checks() -> tuple[Check, ...]:
    """Every check there is, plug-ins included (entry points in the group ``curator.checks``), by code.

    A plug-in whose code or name another check has already is left out, and named on stderr.
    """
    taken: dict[str, Check] = {}
    for check in discover("curator.checks", Check):
        held = taken.get(check.code) or taken.get(check.name)
        if held is None:
            taken[check.code] = taken[check.name] = check
        elif check not in _REFUSED:
            _REFUSED.append(check)
            whose = f"{check.code} {check.name} of {check.function.__module__}"
            print(f"curator: {whose} is left out: {held.code} {held.name} is taken. Rename it.", file=sys.stderr)
    return tuple(sorted({id(check): check for check in taken.values()}.values(), key=lambda check: check.code))


def select(among: Sequence[Check], selected: Sequence[str] = (), ignored: Sequence[str] = ()) -> tuple[Check, ...]:
    """The checks that `selected` names (all, when it names none) without those that `ignored` names.

    A check is named by its code, the beginning of its code, or its name. SettingsError for anything else.
    """
    from curator.checks.options import refuse_name

    for prefix in (*selected, *ignored):
        if not any(_named(check, prefix) for check in among):
            known = [name for check in among for name in (check.code, check.name)]
            families = sorted({check.code.rstrip("0123456789") for check in among})
            there = f"there are {', '.join(families)}, and `curator checks` lists every check of them"
            refuse_name(f"no check is called {prefix!r}", prefix, [*families, *known], there)
    return tuple(
        check
        for check in among
        if (not selected or any(_named(check, prefix) for prefix in selected))
        and not any(_named(check, prefix) for prefix in ignored)
    )


def _named(check: Check, prefix: str) -> bool:
    return bool(prefix) and (check.code.startswith(prefix.upper()) or check.name == prefix.lower())


def _make(
    function: Callable[..., Any],
    code: str,
    severity: Severity,
    shape: Shape,
    *,
    given: int = 1,
    **shaped: Any,
) -> Check:
    positional = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if len(positional) != given:
        raise TypeError(f"{code} {function.__name__}: a {shape} check takes {given} arguments and keyword options")
    learn = shaped.get("learn")
    if learn is not None and not (isinstance(learn, type) and issubclass(learn, Struct)):
        raise TypeError(f"{code} {function.__name__}: what it learns must be a msgspec.Struct, not {learn!r}")
    return Check(
        code=code,
        name=function.__name__.replace("_", "-"),
        severity=severity,
        shape=shape,
        card=Card.read(function.__doc__ or ""),
        options=options_of(function),
        function=function,
        **shaped,
    )


def _load(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)
