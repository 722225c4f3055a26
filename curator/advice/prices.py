"""What models cost and how they are asked: dated data in `prices.toml`, which a user can override."""

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from curator.errors import SettingsError

NAME = "prices.toml"
#: Names another file with prices.
VARIABLE = "CURATOR_PRICES"
_MILLION = 1_000_000
#: Output tokens that a model which always thinks is given beside its answer.
THINKING = 2_048


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model costs in US dollars a million tokens, and how it is asked; `prices.toml` says what is what."""

    input: float
    output: float
    title: str = ""
    cache_read: float = 1.0
    cache_write: float = 1.25
    cache_minimum: int | None = None
    long_from: int | None = None
    long_input: float = 0.0
    long_output: float = 0.0
    tokens: float = 1.0
    effort: str | None = None
    thinking: Literal["off", "on", "none"] = "none"

    def __post_init__(self) -> None:
        numbers = (self.input, self.output, self.cache_read, self.cache_write, self.long_input, self.long_output)
        if any(not 0 <= one < 1e6 for one in numbers):
            raise ValueError("a price must be a number of US dollars, 0 or more")

    def rates(self, tokens: int) -> tuple[float, float]:
        """The price of one input and one output token, in a call with so many input tokens."""
        if self.long_from is not None and tokens > self.long_from:
            return self.long_input / _MILLION, self.long_output / _MILLION
        return self.input / _MILLION, self.output / _MILLION

    def cost(self, *, fresh: int, output: int, read: int = 0, written: int = 0) -> float:
        """What one call costs. `fresh` input tokens, and those read from and written to the service's cache."""
        rate_in, rate_out = self.rates(fresh + read + written)
        return rate_in * (fresh + self.cache_read * read + self.cache_write * written) + rate_out * output

    def most(self, *, tokens: int, output: int, cached: int = 0) -> float:
        """What one call costs at the most, of whose input up to `cached` tokens may be written to the cache."""
        rate_in, rate_out = self.rates(tokens)
        written = min(tokens, cached) if self.cache_write > 1 else 0
        return rate_in * (tokens + (self.cache_write - 1) * written) + rate_out * output

    @property
    def thinking_tokens(self) -> int:
        """Output tokens to leave for thinking, where it cannot be turned off."""
        return THINKING if self.thinking == "on" else 0


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """When batches are used and how large they get, and how many calls are made at once."""

    batch_from: int = 200
    batch_share: float = 0.5
    batch_requests: int = 10_000
    batch_bytes: int = 200_000_000
    concurrency: int = 4
    count_sample: int = 30

    def __post_init__(self) -> None:
        counts = (self.batch_requests, self.batch_bytes, self.concurrency, self.count_sample)
        if min(counts) < 1 or self.batch_from < 0 or not 0 < self.batch_share <= 1:
            raise ValueError("a limit must be 1 or more, batch_share above 0 and up to 1")


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    """All that `prices.toml` says. `overridden` names the user's file where there is one."""

    verified_on: str
    source: str
    note: str = ""
    limits: Limits = Limits()
    models: dict[str, Price] = {}
    overridden: str = ""

    def of(self, model: str) -> Price | None:
        """The price of a model, also by a name with a date at its end or a provider before it; None if unknown."""
        plain = model.rsplit(".", 1)[-1].rsplit("/", 1)[-1].partition("@")[0]
        for name in (model, plain):
            if name in self.models:
                return self.models[name]
            head, dash, tail = name.rpartition("-")
            if dash and len(tail) == 8 and tail.isdigit() and head in self.models:
                return self.models[head]
        return None

    def largest(self, model: str) -> bool:
        """Whether no model of the table costs more than this one: the dearest stands for the largest."""
        price = self.of(model)
        return price is not None and price.output >= max(one.output for one in self.models.values())

    def dated(self) -> str:
        """Where the prices are from, for whoever reads a cost."""
        return f"prices of {self.verified_on}" + (f" and {self.overridden}" if self.overridden else "")

    def age(self, today: date) -> int:
        """How many days ago the prices were read."""
        return (today - date.fromisoformat(self.verified_on)).days


def load(folder: Path | None = None) -> Prices:
    """The prices that came with this version, overridden by those of the user.

    His file is the one that CURATOR_PRICES names, else `prices.toml` in `folder`. Raises `SettingsError` that names
    the file and the key.
    """
    shipped = tomllib.loads(files("curator.advice").joinpath(NAME).read_text(encoding="utf-8"))
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else folder / NAME if folder is not None else None
    if path is None or (not named and not path.exists()):
        return msgspec.convert(shipped, Prices)
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return msgspec.convert({**_over(shipped, own), "overridden": str(path)}, Prices)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {error}; the prices.toml of Curator says what may stand here") from error


def _over(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """One document over another, table by table."""
    joined = dict(shipped)
    for key, value in own.items():
        below = joined.get(key)
        joined[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return joined
