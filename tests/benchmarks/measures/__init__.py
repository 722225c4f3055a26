"""How well checks find what they look for, on real labelled data: one module a measurement.

A module has ``measure(data: Path) -> list[Row]``; `tests/benchmarks/quality.py` runs them all and prints one table.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table: what a check reached on a data set, beside a baseline computed in the same run."""

    check: str
    data: str
    size: int
    measure: str
    value: float
    baseline: str = ""
    baseline_value: float | None = None
    bar: str = ""
