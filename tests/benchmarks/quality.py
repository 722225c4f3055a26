"""What the checks find in real labelled data, beside simple baselines: the table of the README.

    python tests/benchmarks/quality.py --data FOLDER [--only labels,near] [--markdown]

FOLDER holds the data sets as gzip JSON Lines (see the README, "How good are the checks?"). Each measurement is a
module of `tests/benchmarks/measures/`. A bar that is not reached is marked with an exclamation mark.
"""

import argparse
import importlib
import pkgutil
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import measures  # the project's folder is on the path only from here on
from tests.benchmarks.measures import Row

HEAD = ("Check", "Data", "Size", "Measure", "Found", "Baseline", "Bar")


def rows(data: Path, only: list[str]) -> list[Row]:
    """Every measurement's lines; the seconds that it took go to stderr."""
    found: list[Row] = []
    for module in sorted(pkgutil.iter_modules(measures.__path__), key=lambda module: module.name):
        if only and not any(module.name.startswith(name) for name in only):
            continue
        started = time.process_time()
        measured = importlib.import_module(f"tests.benchmarks.measures.{module.name}")
        if hasattr(measured, "measure"):
            found += measured.measure(data)
            print(f"{module.name}: {time.process_time() - started:.0f} CPU s", file=sys.stderr)
    return sorted(found, key=lambda row: (row.check, row.data, row.measure))


def cells(row: Row) -> tuple[str, ...]:
    """A line of the table."""
    baseline = row.baseline if row.baseline_value is None else f"{row.baseline} {row.baseline_value:.3f}"
    missed = "" if reached(row) else " !"
    return (row.check, row.data, f"{row.size:,}", row.measure, f"{row.value:.3f}{missed}", baseline, row.bar)


def reached(row: Row) -> bool:
    """Whether the value holds its bar ("> .17", ">= .9", "<= 2"); true without one."""
    said = re.match(r"\s*(<=|>=|<|>|=)\s*([\d.]+)", row.bar)
    if said is None:
        return True
    value, bar = row.value, float(said[2])
    return {"<": value < bar, "<=": value <= bar, ">": value > bar, ">=": value >= bar, "=": value == bar}[said[1]]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    table = [HEAD, *map(cells, rows(arguments.data, [name for name in arguments.only.split(",") if name]))]
    if arguments.markdown:
        table.insert(1, ("---",) * len(HEAD))
        print("\n".join("| " + " | ".join(line) + " |" for line in table))
        return
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
