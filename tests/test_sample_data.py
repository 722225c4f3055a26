"""The sample is checked, and what is found is what its README says was planted: no more and no less."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from curator.checks.base import checks
from curator.checks.knowledge import alone
from curator.cli import group
from curator.errors import SourceError, WorkspaceError
from curator.knowledge.grounded import with_passage
from curator.model import Entry, Severity
from curator.operations.check import check
from curator.operations.demo import DemoResult, demo, sample
from curator.operations.fix import fixes
from curator.operations.ground import candidates
from curator.operations.import_ import import_sources
from curator.settings import load
from curator.workspace import Change, Workspace

SAMPLE = Path(__file__).parent.parent / "sample_data"
README = (SAMPLE / "README.md").read_text(encoding="utf-8")
PLANTED = [
    (file, int(row), code)
    for file, row, code in re.findall(r"^\| (\S+) \| (\d+) \| ([A-Z]{3}\d{3}) \|", README, re.MULTILINE)
]
FILES = {file: int(rows) for file, rows in re.findall(r"^\| `(\S+)` \| (\d+) \|", README, re.MULTILINE)}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.create(tmp_path_factory.mktemp("sample") / "sample.curator") as ws:
        for _ in import_sources(ws, [str(SAMPLE / file) for file in sorted(FILES)], actor="me"):
            pass
        for _ in check(ws, settings=load(SAMPLE)):
            pass
        yield ws


def found(ws: Workspace) -> list[tuple[str, int, str]]:
    """Everything at warning or above, as (file, row, code)."""
    serious = [one for one in ws.findings.select(()) if Severity(one.severity).rank >= Severity.WARNING.rank]
    assert all(one.seq is not None for one in serious), "nothing is wrong with the set as a whole"
    places = []
    for one in serious:
        place = ws.examples.entry(one.seq or 0).example.provenance
        places.append((Path(place.source).name, place.row, one.finding.code))
    return places


def place(entry: Entry) -> tuple[str, int]:
    return Path(entry.example.provenance.source).name, entry.example.provenance.row


def test_exactly_what_was_planted_is_found(checked: Workspace) -> None:
    assert Counter(found(checked)) == Counter(PLANTED)


def test_every_flaw_is_there_more_than_once() -> None:
    count = Counter(code for _, _, code in PLANTED)
    assert set(count) <= {one.code for one in checks()}
    codes = Counter(place[:2] for place in PLANTED)
    alone = {code for *place, code in PLANTED if codes[tuple(place)] == 1}  # others only say more of such a row
    assert min(count[code] for code in alone) >= 3
    assert len(alone) >= 8


def test_the_knowledge_checks_name_what_was_planted_and_no_other_row(checked: Workspace) -> None:
    named = {(file, row) for file, row, code in found(checked) if code in ("KNO001", "KNO002")}
    assert named == {("faq.jsonl", row) for row in (1, 3, 6, 10, 13, 15, 17, 19, 21, 24)}
    for row in (2, 4, 5, 9, 11, 12, 14, 16, 18, 20, 22, 23):  # context answers, names as labels, sums, translations
        entry = next(entry for entry in checked.examples.stream() if place(entry) == ("faq.jsonl", row))
        assert checked.findings.of(entry.seq) == [], row


def test_the_knowledge_of_the_sample_can_be_grounded_in_its_own_texts(checked: Workspace) -> None:
    by_row = {place(entry)[1]: entry for entry in checked.examples.stream() if place(entry)[0] == "faq.jsonl"}
    texts = {row: [one.text for one in candidates(checked, by_row[row])] for row in (1, 3, 6, 10)}
    assert "Warranty: 2 years on tablets, 1 year on pens." in texts[1][0]
    assert texts[3][0].startswith("Article: Sync costs 4.90 euros a month")
    assert texts[6][0].startswith("Article: Mara Lindqvist and Tomas Ek founded Quillfern")
    assert texts[10] == []  # nobody wrote the address down: that pair is for RAG
    for row in (1, 3, 6):
        assert alone(by_row[row].example).band
        assert not alone(with_passage(by_row[row].example, texts[row][0])).band


def test_the_proposed_fixes_put_the_characters_right(checked: Workspace) -> None:
    mended = {fix.after for fix in fixes(checked)}
    assert "Charging stops by itself above 40 °C." in mended
    assert any(text.startswith("Hello Café Noël, your 3 tablets are ready.") for text in mended)


def test_every_row_is_stored_and_counted_in_the_readme(checked: Workspace) -> None:
    assert {Path(source.name).name: source.rows for source in checked.sources.list()} == FILES
    flawed, rows = re.search(r"^(\d+) of the (\d+) rows", README, re.MULTILINE).groups()  # type: ignore[union-attr]
    assert (int(flawed), int(rows)) == (len({place[:2] for place in PLANTED}), sum(FILES.values()))


def test_three_formats_and_a_held_out_split(checked: Workspace) -> None:
    listed = {Path(source.name).name: source for source in checked.sources.list()}
    assert {source.format for source in listed.values()} == {"openai-chat", "prompt-completion", "alpaca"}
    assert {name: source.split for name, source in listed.items() if source.split} == {
        "tickets_train.jsonl": "train",
        "tickets_validation.jsonl": "validation",
    }


def test_each_digit_gives_one_label() -> None:
    assert {key: binding.value for key, binding in load(SAMPLE).bindings.items()} == {
        "1": "wrong answer",
        "2": "bad format",
        "3": "off tone",
        "4": "unsupported",
        "5": "duplicate",
        "6": "needs context",
    }


def run_demo(folder: Path) -> DemoResult:
    steps = demo(folder, actor="me")
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: DemoResult = stop.value
            return result


def test_the_demo_is_a_checked_copy(tmp_path: Path) -> None:
    result = run_demo(tmp_path / "try me")
    assert (result.reused, result.summary.examples) == (False, sum(FILES.values()))
    for file in filter(Path.is_file, SAMPLE.iterdir()):
        assert (tmp_path / "try me" / file.name).read_bytes() == file.read_bytes()
    with Workspace.open(result.workspace) as ws:
        assert Counter(found(ws)) == Counter(PLANTED)


def test_a_second_demo_keeps_what_was_decided_in_the_first(tmp_path: Path) -> None:
    first = run_demo(tmp_path / "demo")
    with Workspace.open(first.workspace) as ws:
        ws.log.record([Change(1, "status", "accepted")], actor="me")
    again = run_demo(tmp_path / "demo")
    assert again.reused
    assert again.summary.examples == first.summary.examples
    assert again.summary.by_status["accepted"] == 1


def test_a_copy_that_was_interrupted_is_completed(tmp_path: Path) -> None:
    shutil.copy(SAMPLE / "chats.jsonl", tmp_path)
    assert run_demo(tmp_path).summary.examples == sum(FILES.values())


@pytest.mark.parametrize("name", ["answers.jsonl", "thesis.txt"])
def test_the_demo_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(WorkspaceError, match=rf"in use: {name} is not from the sample.*--folder"):
        run_demo(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match=r"file: cannot be written: .*--folder"):
        run_demo(tmp_path / "file")


def test_the_sample_of_an_installed_package_lies_within_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "curator" / "sample_data").mkdir(parents=True)
    (tmp_path / "curator" / "sample_data" / "chats.jsonl").touch()
    monkeypatch.setattr(resources, "files", lambda name: tmp_path / name)
    assert list(sample()) == ["chats.jsonl"]
    shutil.rmtree(tmp_path / "curator" / "sample_data")
    with pytest.raises(SourceError, match="Install finetune-curator again"):
        sample()


def test_without_a_terminal_the_command_narrates_and_stops(tmp_path: Path) -> None:
    ended = CliRunner().invoke(group, ["demo", "--folder", str(tmp_path / "demo")])
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert f"together                    {sum(FILES.values())}" in ended.stderr
    for code, count in Counter(code for _, _, code in PLANTED).items():
        assert re.search(rf"{code} \S+ +{count} rows", ended.stderr)
    assert f"curator review -w {tmp_path / 'demo' / 'support-desk.curator'}" in ended.stderr
