"""The options of a check: its keyword-only arguments, validated against their annotations."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, NoReturn, get_args, get_origin, get_type_hints

from msgspec import Struct

from curator.errors import SettingsError


class Between(Struct, frozen=True):
    """The range of a number, both ends allowed: ``stops: Annotated[float, Between(0.5, 1)] = 0.8``."""

    low: float
    high: float


class Option(Struct, frozen=True):
    """One keyword argument of a check's function."""

    name: str
    kind: Any
    default: Any
    between: Between | None = None

    @property
    def allowed(self) -> str:
        """What it may be, for people: "0.5 to 1", "true or false", "text"."""
        if self.between is not None:
            kind = "a whole number from " if self.kind is int else ""
            return f"{kind}{_plain(self.between.low)} to {_plain(self.between.high)}"
        if get_args(self.kind) and get_origin(self.kind) is not tuple:
            return " or ".join(repr(choice) for choice in get_args(self.kind))
        names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
        return names.get(self.kind, "a list of texts")


def _plain(number: float) -> str:
    """A bound as people write it: 2,000,000 and 0.5, not 2e+06."""
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def options_of(function: Callable[..., Any]) -> tuple[Option, ...]:
    """The keyword-only arguments of a check's function; each has an annotation and a default."""
    hints = get_type_hints(function, include_extras=True)
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        if parameter.default is parameter.empty or name not in hints:
            raise TypeError(f"{function.__name__}: option {name!r} needs an annotation and a default")
        kind, between = hints[name], None
        if get_origin(kind) is Annotated:
            kind, *extras = get_args(kind)
            between = next((extra for extra in extras if isinstance(extra, Between)), None)
        found.append(Option(name, kind, parameter.default, between))
    return tuple(found)


def validate(options: Sequence[Option], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The given options, checked; defaults are left to the function.

    Raises SettingsError that starts with `where` and names the option, its allowed values, and for an unknown
    option the nearest known one.
    """
    known = {option.name: option for option in options}
    for name in given:
        if name not in known:
            have = f"its options are {', '.join(known)}" if known else "it has no options"
            refuse_name(f"{where}: there is no option {name!r}", name, known, have)
    return {name: _value(known[name], value, where) for name, value in given.items()}


def refuse_name(problem: str, name: str, known: Iterable[str], otherwise: str) -> NoReturn:
    """Raise SettingsError for a name that nothing has, with the nearest one, or else with what there is."""
    near = get_close_matches(name.lower(), [item.lower() for item in known], n=1, cutoff=0.6)
    if near:
        exact = next(item for item in known if item.lower() == near[0])
        raise SettingsError(f"{problem} (did you mean {exact!r}?)")
    raise SettingsError(f"{problem}; {otherwise}")


def _value(option: Option, value: Any, where: str) -> Any:
    from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

    kind = option.kind
    if option.between is not None:
        kind = Annotated[kind, Field(ge=option.between.low, le=option.between.high)]
    try:
        # Strict for plain values, so that "yes" is no truth and true is no number; lists become tuples.
        strict = ConfigDict(strict=get_origin(option.kind) is not tuple)
        return TypeAdapter(kind, config=strict).validate_python(value)
    except ValidationError as error:
        raise SettingsError(
            f"{where}: option {option.name} = {value!r} is not allowed; "
            f"it may be {option.allowed}, and is {option.default!r} unless set"
        ) from error
