"""The README's pictures are what the program shows today; `python -m tests.pictures` makes them anew."""

import re
from pathlib import Path

import pytest

from tests.pictures import FOLDER, PICTURES, Picture, make, text_of

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pictures as they would be made now, by name."""
    folder = tmp_path_factory.mktemp("pictures")
    return {path.stem: path.read_text(encoding="utf-8") for path in make(folder)}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_shows_the_screen_of_today(made: dict[str, str], picture: Picture) -> None:
    held = (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8")
    assert text_of(made[picture.name]) == text_of(held)
    assert made[picture.name] == held


def test_they_show_a_queue_findings_and_conflicts(made: dict[str, str]) -> None:
    queue, findings, conflicts = (text_of(made[name]).splitlines() for name in ("queue", "findings", "conflicts"))
    assert queue[0].startswith(" support-desk ▸ Queue   / order:priority")
    assert "2 of 149 decided" in "\n".join(queue)
    assert findings[0].startswith(" support-desk ▸ Findings")
    assert "▸- ▲ FMT001 invalid-json" in "\n".join(findings)
    assert conflicts[0].startswith(" support-desk ▸ Conflicts")
    assert "[-true-]" in "\n".join(conflicts)


def test_a_picture_loads_nothing_from_elsewhere(made: dict[str, str]) -> None:
    for svg in made.values():
        assert re.findall(r"url\((?!#)", svg) == []
        assert re.findall(r"(?:href|src|@import)\b", svg) == []
        assert "<script" not in svg


def test_no_picture_is_shipped_with_the_sample() -> None:
    assert not list((ROOT / "sample_data").rglob("*.svg"))
    assert not [path for path in (ROOT / "sample_data").iterdir() if path.is_dir()]
