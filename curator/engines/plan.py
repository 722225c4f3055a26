"""Which checks run, with which options: the same plan for every engine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from curator.checks.base import ALIKE, NEAR, Check, Key, Nearness, Shape, Summary, checks, select
from curator.checks.options import refuse_name
from curator.errors import SettingsError
from curator.settings import Settings
from curator.variable import SharedText


class Bound(Struct, frozen=True):
    """A check with the options that it is called with."""

    check: Check
    options: dict[str, Any] = {}

    def __call__(self, *given: Any) -> Any:
        """Apply the check's function."""
        return self.check.function(*given, **self.options)


class Learner(Struct, frozen=True):
    """What is learned, and in which groups; without `by` of the whole set alone. Checks share it."""

    learn: Callable[[], Summary]
    by: Key | None = None

    @property
    def name(self) -> str:
        """A name that is the same in every process and every run."""
        by = "" if self.by is None else f" by {self.by.__module__}.{self.by.__qualname__}"
        return f"{self.learn.__module__}.{self.learn.__qualname__}{by}"


class Plan(Struct, frozen=True):
    """The checks of a run by code, and those that take precedence over some of them, whether run or not."""

    bounds: tuple[Bound, ...]
    precedence: Mapping[str, Bound] = {}

    def of(self, *shapes: Shape) -> tuple[Bound, ...]:
        """The checks of these shapes."""
        return tuple(bound for bound in self.bounds if bound.check.shape in shapes)

    @property
    def codes(self) -> dict[str, tuple[str, str]]:
        """Severity and name of each check, by code."""
        return {bound.check.code: (bound.check.severity.value, bound.check.name) for bound in self.bounds}

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        """The options that were set, by check name."""
        return {bound.check.name: bound.options for bound in self.bounds if bound.options}

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every function that gives examples a key, each once: blocks and the groups of what is learned."""
        found = [
            key
            for bound in self.bounds
            for key in (*bound.check.blocks, bound.check.by)
            if key is not None and not isinstance(key, str)
        ]
        return tuple(dict.fromkeys(found))

    @property
    def learners(self) -> tuple[Learner, ...]:
        """Everything that is learned, each once. What is learned in groups is known of the whole set too."""
        found = dict.fromkeys(
            Learner(bound.check.learn, bound.check.by)
            for bound in (*self.bounds, *self._above)
            if bound.check.learn is not None
        )
        if self.texts and all(learner.learn is not SharedText for learner in found):
            found[Learner(SharedText)] = None
        grouped = {learner.learn for learner in found if learner.by is not None}
        return tuple(learner for learner in found if learner.by is not None or learner.learn not in grouped)

    def learner(self, check: Check) -> int:
        """The number of the learner that a check asks."""
        if check.by is None:
            return self.learning(check.learn)
        return next(
            number
            for number, learner in enumerate(self.learners)
            if (learner.learn, learner.by) == (check.learn, check.by)
        )

    def asking(self, learn: Callable[[], Summary]) -> Check:
        """The first check that asks for what is learned so."""
        checks = [bound.check for bound in (*self.bounds, *self.precedence.values())]
        return next((check for check in checks if check.learn is learn), checks[0])

    def at_least(self, learner: Learner) -> int:
        """The smallest group that a check asks this learner about."""
        asking = [bound.check for bound in self.bounds if bound.check.learn is learner.learn]
        return min((check.at_least for check in asking if check.by is learner.by), default=1)

    def learning(self, learn: Callable[[], Summary] | None) -> int:
        """The number of a learner that knows this of the whole set."""
        return next(number for number, learner in enumerate(self.learners) if learner.learn is learn)

    def on(self, block: Nearness) -> tuple[Bound, ...]:
        """The pair checks of this nearness."""
        return tuple(bound for bound in self.bounds if block in bound.check.blocks)

    @property
    def vectors(self) -> bool:
        """Whether a check needs sentence vectors."""
        return bool(self.on(ALIKE) or self.of("space"))

    @property
    def texts(self) -> bool:
        """Whether a check needs what is left of inputs without the text that many of them share."""
        return bool(self.on(NEAR)) or self.vectors

    @property
    def _above(self) -> tuple[Bound, ...]:
        return tuple(bound for code, bound in self.precedence.items() if all(code != b.check.code for b in self.bounds))

    @property
    def foreign(self) -> bool:
        """Whether a check comes from elsewhere: it runs in a process of its own, which can be ended when it hangs."""
        return any(bound.check.foreign for bound in self.bounds)

    @property
    def portable(self) -> bool:
        """Whether another process can import these checks by the names of their modules."""
        return all(bound.check.function.__module__ != "__main__" for bound in self.bounds)


def plan(
    settings: Settings | None = None,
    *,
    selected: Sequence[str] = (),
    ignored: Sequence[str] = (),
    among: Iterable[Check] | None = None,
) -> Plan:
    """The plan for these selections; `selected` replaces what the settings select, `ignored` adds to it.

    Raises SettingsError for a check or an option that does not exist, or a value that is not allowed.
    """
    settings = settings or Settings()
    known = checks() if among is None else tuple(among)
    options = _options(known, settings)
    _refuse_unknown(known, settings)
    bound = {check.code: Bound(check, options.get(check.name, {})) for check in known}
    chosen = select(known, selected or settings.select, (*settings.ignore, *ignored))
    above = {code for check in chosen for code in check.unless if code in bound and bound[code].check.shape == "pair"}
    return Plan(
        bounds=tuple(bound[check.code] for check in chosen),
        precedence={code: bound[code] for code in sorted(above)},
    )


def _refuse_unknown(known: Sequence[Check], settings: Settings) -> None:
    for key, names in (("select", settings.select), ("ignore", settings.ignore)):
        try:
            select(known, names)
        except SettingsError as error:
            raise SettingsError(f"{_place(settings)}[checks]: {key}: {error}") from error


def _place(settings: Settings) -> str:
    return "" if settings.path is None else f"{settings.path}: "


def _options(known: Sequence[Check], settings: Settings) -> dict[str, dict[str, Any]]:
    """The options of every check in the settings, validated whether it is selected or not."""
    by_name = {check.name: check for check in known}
    found = {}
    for name, given in settings.checks.items():
        where = f"{_place(settings)}[checks.{name}]"
        check = by_name.get(name)
        if check is None:
            called = next((one.name for one in known if one.code == name.upper()), "")
            if called:
                raise SettingsError(f"{where}: settings go by the check's name: write [checks.{called}].")
            there = "`curator checks` lists them with their names"
            refuse_name(f"{where}: there is no such check", name, by_name, there)
        found[name] = check.validated(given, where)
    return found
