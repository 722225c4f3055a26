"""The folder is the registry; a plug-in that fails is named, and stops nobody else."""

import sys
from pathlib import Path

import pytest

from curator.formats.base import Format
from curator.registry import discover


def install(folder: Path, name: str, source: str, group: str) -> None:
    """A package as pip would leave it: a module and its entry point."""
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {name}\n")


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_every_module_of_the_folder_is_found_once() -> None:
    names = [found.name for found in discover("curator.formats", Format)]
    assert len(names) == len(set(names))
    assert {"openai-chat", "alpaca", "sharegpt", "prompt-completion"} <= set(names)


def test_an_installed_package_adds_its_own(plugins: Path) -> None:
    install(plugins, "curator_upside_down", (
        "from msgspec.structs import replace\n"
        "from curator.formats.alpaca import ALPACA as _ALPACA\n"
        "UPSIDE_DOWN = replace(_ALPACA, name='upside-down')\n"
    ), "curator.formats")  # fmt: skip
    assert "upside-down" in [found.name for found in discover("curator.formats", Format)]


def test_a_broken_package_is_named_and_skipped_unless_it_was_asked_for(
    plugins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(plugins, "curator_broken", "raise RuntimeError('out of order')", "curator.formats")
    assert discover("curator.formats", Format)
    assert "curator_broken" in capsys.readouterr().err
    with pytest.raises(RuntimeError, match="out of order"):
        discover("curator.formats", Format, named="curator_broken")
    assert "curator_broken" not in sys.modules
