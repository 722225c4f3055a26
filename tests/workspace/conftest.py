"""A workspace with three examples, in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.workspace import Workspace
from tests.workspace.filling import fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "refunds.curator"


@pytest.fixture
def ws(path: Path) -> Iterator[Workspace]:
    """An open workspace with examples #1, #2 and #3; whatever a test did to it, it must agree with its log."""
    with Workspace.create(path) as workspace:
        fill(workspace)
        yield workspace
        assert workspace.verify() == []
