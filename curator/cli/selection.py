"""Check codes as people write them on a command line: repeated, or with commas."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from curator.query import Query
    from curator.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


def select_option(function: F) -> F:
    """Adds `--select CODES`."""
    return click.option(
        "--select",
        "selected",
        multiple=True,
        metavar="CODES",
        help="Only these checks: codes, their beginnings, names; commas allowed.",
    )(function)


def codes(given: Iterable[str]) -> tuple[str, ...]:
    """``("TXT,CON001", "DUP")`` as ``("TXT", "CON001", "DUP")``."""
    return tuple(code.strip() for text in given for code in text.split(",") if code.strip())


def parsed(ws: "Workspace", where: str) -> "Query":
    """A filter, whose codes there are: a slip of the pen in one would find nothing, and look like nothing to find.

    Raises `QueryError`, and `SettingsError` for a code that neither an installed check has nor what was found.
    """
    from curator.model import JUDGED
    from curator.query import parse, terms

    query = parse(where)
    for term in terms(query.where):
        if term.field == "finding" and term.op in (":", "=", "!="):
            for value in term.values:
                code = value.partition("/")[0]
                if code not in ("any", "none") and not code.upper().startswith(JUDGED):
                    stored_codes(ws, (code,))
    return query


def stored_codes(ws: "Workspace", given: Iterable[str]) -> tuple[str, ...]:
    """The codes that `given` names, among those whose findings a workspace holds and those of installed checks.

    A check may have found something before it was removed. Raises `SettingsError` for what neither has.
    """
    from curator.checks.base import checks, select

    stored = [(count.code, count.check) for count in ws.findings.counts()]
    found: list[str] = []
    for prefix in codes(given):
        held = [code for code, name in stored if code.startswith(prefix.upper()) or name == prefix.lower()]
        found += held or [check.code for check in select(checks(), (prefix,))]
    return tuple(found)
