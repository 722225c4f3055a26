"""The verdict as a page of its own: one HTML file that loads nothing, for whoever pays for the training."""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import msgspec

import curator
from curator.advice.report import Page, page
from curator.checks.sensitive_values import masked_text
from curator.errors import CuratorError
from curator.model import Progress
from curator.operations.assess import Assessment, assess
from curator.operations.tried import prompts
from curator.workspace import Workspace


def report(
    ws: Workspace, out: Path, *, found: Assessment | None = None, force: bool = False
) -> Generator[Progress, None, Assessment]:
    """Writes the page to `out`, whole or not at all, and returns what it says; `found` saves assessing again.

    Raises `CuratorError` when the file exists and `force` is not given, or when it cannot be written.
    """
    if out.exists() and not force:
        raise CuratorError(f"{out}: exists already. Name another file, or add --force.")
    if found is None:
        found = yield from assess(ws)
    kept = {
        name: msgspec.structs.replace(one, text=masked_text(one.text), note=masked_text(one.note))
        for name, one in prompts(ws).items()
    }
    given = Page(ws.path.stem, found.today, curator.__version__, found.verdict, found.signals, found.measured, kept)
    _write(out, page(given))
    return found


def _write(out: Path, text: str) -> None:
    """Beside its place first, then moved there: no reader ever sees half a page."""
    name = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=out.parent, prefix=".report-", delete=False
        ) as file:
            name = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, out)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise CuratorError(f"{out}: cannot be written: {error.strerror or error}.") from error
