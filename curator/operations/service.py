"""The service that a model is asked at, with the manners that its price table says it has."""

from curator.advice.prices import Prices
from curator.judge.anthropic import Claude, Manners

#: Characters a token, at the most that is usual: a prefix of so many is long enough to be kept.
_CHARACTERS = 4


def service_of(model: str, prices: Prices, *, key: str | None = None, base_url: str | None = None) -> Claude:
    """Claude under this name. A model that no price is known of is asked plainly.

    Nothing is loaded and nothing sent until it is asked. Without `key` and `base_url` the environment is read.
    """
    price = prices.of(model)
    if price is None:
        return Claude(model, key=key, base_url=base_url)
    minimum = price.cache_minimum
    manners = Manners(
        effort=price.effort,
        thinking_off=price.thinking == "off",
        cache_from=None if minimum is None else minimum * _CHARACTERS,
    )
    return Claude(model, manners, key=key, base_url=base_url)
