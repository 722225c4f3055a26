"""Finds extensions: the folder is the registry, entry points add to it.

A check, a format, a source or a target is one file whose module holds a value of the right kind.
"""

import importlib
import pkgutil
import sys
from importlib.metadata import entry_points
from typing import TypeVar

T = TypeVar("T")


def discover(package: str, kind: type[T], *, named: str | None = None) -> tuple[T, ...]:
    """Every value of `kind` in the modules of `package` and of entry points in the group of that name.

    Values come in the order of their modules' names, each once. An entry point that fails to load is
    named on stderr and skipped, except the one that the user `named`: that raises what it raised.
    """
    folder = importlib.import_module(package)
    modules = [importlib.import_module(f"{package}.{info.name}") for info in pkgutil.iter_modules(folder.__path__)]
    for point in entry_points(group=package):
        try:
            modules.append(importlib.import_module(point.module))
        except Exception as error:  # a plug-in may raise anything; one bad plug-in must not stop the rest
            if point.name == named:
                raise
            print(f"curator: extension {point.name!r} could not be loaded: {error!r}", file=sys.stderr)
    found: dict[int, T] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, kind):
                found.setdefault(id(value), value)
    return tuple(found.values())
