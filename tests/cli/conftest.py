"""A model at an address that the environment names."""

from collections.abc import Iterator

import pytest

from tests.judge.server import Claude, serving
from tests.operations.baseline_case import simulated


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Iterator[Claude]:
    """A model that is right in 7 of 10 once it is told the labels, and in 97 of 100 once it sees examples."""
    one = Claude(simulated(P0=0.1, P1=0.7, other=0.97))
    with serving(one) as address:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
        yield one
