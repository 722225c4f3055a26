"""Assessing a real workspace: what is counted, what is read of a sample, what people say of their prompts."""

import json
import random
from collections.abc import Generator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import pytest

from curator.advice.intervals import wilson
from curator.advice.measured import Measured
from curator.advice.prompts import Answer
from curator.advice.signals import Share
from curator.errors import CuratorError, SettingsError, WorkspaceError
from curator.model import Finding, Progress
from curator.operations.assess import Assessment, assess
from curator.operations.eval_set import create
from curator.operations.report import report
from curator.operations.tried import answer, import_prompts, prompts, tried
from curator.workspace import Workspace
from tests.operations.conflicting import tie
from tests.operations.export_case import decide

T = TypeVar("T")
THINGS = ("card", "loan", "transfer", "cheque", "refund")
ABOUT = {
    "card": ("debit plastic", "chip", "pin"),
    "loan": ("credit", "mortgage", "interest"),
    "transfer": ("wire", "iban", "payment abroad"),
    "cheque": ("paper", "book", "signed slip"),
    "refund": ("money back", "return", "chargeback"),
}
# A ticket is put together of these around its thing: no two are alike, as no two people write alike.
SLOTS = (
    ("Hello,", "Good morning!", "Hi there,", "Dear team,", "Sorry to ask again:", "Please help."),
    ("on Monday", "last week", "in March", "yesterday", "at noon", "two days ago", "after lunch"),
    ("I asked for", "we ordered", "my wife wanted", "my boss requested", "I applied for", "our office expected"),
    ("a {thing}, {about},", "one {thing} ({about})", "that {about} {thing}", "the {thing} with {about}"),
    ("and nothing came", "but it is late", "which never arrived", "and nobody calls", "yet I wait"),
)
FILE = """
[[prompt]]
name = "v1"
prompt = "Sort the ticket."
score = 0.5

[[prompt]]
name = "v2"
file = "v2.txt"
date = 2026-11-02
score = 0.82
rows = 120
note = "confuses two"
tries = ["instructions", "examples"]

[tried.decomposed]
tried = false
note = "one step only"
"""


def ended(steps: Generator[Progress, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


def assessed(ws: Workspace, **given: Any) -> Assessment:
    return ended(assess(ws, today="2026-11-23", **given))


def intents(count: int = 240) -> list[tuple[str, str]]:
    chance = random.Random(7)
    tickets = [" ".join(map(chance.choice, SLOTS)) for _ in range(count)]
    things = [THINGS[n % 5] for n in range(count)]
    return [
        (ticket.format(thing=thing, about=chance.choice(ABOUT[thing])), thing)
        for ticket, thing in zip(tickets, things, strict=True)
    ]


@pytest.fixture
def ws(workspace: Any) -> Workspace:
    filled: Workspace = workspace(*intents())
    return filled


def find(ws: Workspace, code: str, severity: str, *seqs: int, tied: Sequence[int] = ()) -> None:
    run = ws.findings.begin_run({code: (severity, code.lower())}, {})
    related = tuple(ws.examples.ids_of(tied))
    run.add([Finding(code, ws.examples.ids_of([seq])[0], "wrong", related=related) for seq in seqs])
    run.finish()


def test_what_was_not_checked_is_missing_and_not_guessed(ws: Workspace) -> None:
    found = assessed(ws)
    signals = found.signals
    assert (signals.rows, signals.usable, signals.sampled, signals.task) == (240, 240, 240, "labels")
    assert (signals.conflicts, signals.suspects, signals.knowledge, signals.leaks) == (None, None, None, None)
    assert found.verdict.kind == "unknown"
    missing = {one.name for one in found.verdict.missing}
    assert {"conflicts", "label suspects", "knowledge", "a frozen eval set", "a measured baseline"} <= missing


def test_texts_show_a_narrow_task_that_can_be_learned(ws: Workspace) -> None:
    signals = assessed(ws).signals
    assert signals.neighbours is not None
    assert signals.narrowness is not None
    assert signals.curve is not None
    assert signals.neighbours.gain > 0.3  # none is 0; a set of trivia has none
    assert signals.style is not None
    assert signals.style > 0.9
    assert signals.narrowness.outputs < 6
    assert signals.curve.errors[-1] < 0.1


def test_conflicts_count_while_two_sides_would_be_trained_on(ws: Workspace) -> None:
    tie(ws, (1, 6))
    assert assessed(ws).signals.conflicts == Share(2, 240)
    decide(ws, "status", "accepted", 1, 6)  # what is accepted contradicts itself no less
    assert assessed(ws).signals.conflicts == Share(2, 240)
    decide(ws, "status", "pending", 1, 6)
    decide(ws, "status", "rejected", 6)
    assert assessed(ws).signals.conflicts == Share(0, 239)


def test_conflicts_above_the_limit_stand_in_the_way(ws: Workspace) -> None:
    tie(ws, (*range(1, 7), 10))
    found = assessed(ws).verdict
    assert (found.kind, found.lines[0].name) == ("not yet", "conflicts")
    assert "7 of 240 rows" in found.lines[0].number


def test_suspects_count_until_somebody_has_decided(ws: Workspace) -> None:
    find(ws, "LAB002", "warning", 1, 2, 3)
    decide(ws, "status", "accepted", 1)
    assert assessed(ws).signals.suspects == Share(2, 240)


def test_knowledge_counts_while_it_is_to_be_trained_on(ws: Workspace) -> None:
    find(ws, "KNO001", "error", *range(1, 101))
    found = assessed(ws)
    assert found.signals.knowledge == Share(100, 240)
    assert found.verdict.kind == "retrieval"
    decide(ws, "route", "rag", *range(1, 101))
    again = assessed(ws)
    assert again.signals.knowledge == Share(0, 140)
    assert again.verdict.kind == "unknown"


def test_with_a_baseline_it_says_what_follows(ws: Workspace) -> None:
    right = wilson(237, 240)
    rung = Measured("P2", "the right label", right, 0.9, 0.02, "suffices", 240, "model-1", "2026-11-22")
    assert assessed(ws, measured=[rung]).verdict.kind == "prompt"


def test_the_eval_set_is_part_of_the_evidence(ws: Workspace) -> None:
    ended(create(ws, rows=100, actor="ana"))
    found = assessed(ws)
    assert found.signals.eval_set is not None
    assert "a frozen eval set" in found.verdict.present
    with pytest.raises(WorkspaceError, match="no eval set 'final'"):
        assessed(ws, eval_set="final")


def test_targets_say_whether_they_take_so_few(workspace: Any) -> None:
    found = assessed(workspace(*intents(9)))
    openai = next(place for place in found.signals.places if place.name == "openai")
    assert openai.refuses
    assert found.verdict.kind == "not yet"
    line = next(one for one in found.verdict.lines if one.name == "where: openai")
    assert "must have at least 10 examples" in line.number


def test_targets_of_preferences_take_no_set_without_them(ws: Workspace) -> None:
    found = assessed(ws)
    takes = {place.name: place.takes(found.today) for place in found.signals.places}
    assert takes["openai"]
    assert not any(
        takes[name] for name in ("openai-dpo", "trl-preference", "trl-kto", "fireworks-preference") if name in takes
    )
    line = next(one for one in found.verdict.lines if one.name == "where: trl-preference")
    assert "sampled rows are refused: it has no second output" in line.number
    size = next(one for one in found.verdict.lines if one.name == "size")
    assert "refused" not in size.number


def test_an_empty_workspace_cannot_be_assessed(folder: Path) -> None:
    with Workspace.create(folder / "empty.curator") as empty, pytest.raises(WorkspaceError, match="holds no examples"):
        assessed(empty)


def test_assessing_changes_nothing_and_says_the_same_again(ws: Workspace) -> None:
    before = ws.log.last_seq()
    assert assessed(ws) == assessed(ws)
    assert ws.log.last_seq() == before


# -- prompts that were tried -----------------------------------------------------------------------------------------


@pytest.fixture
def file(folder: Path) -> Path:
    (folder / "v2.txt").write_text("Sort the ticket.\nAn example: ...")
    path = folder / "prompts.toml"
    path.write_text(FILE)
    return path


def test_prompts_are_taken_in_with_their_evidence(ws: Workspace, file: Path) -> None:
    done = import_prompts(ws, file, actor="ana")
    assert (done.prompts, done.answers, done.saved.changes) == (2, 1, 3)
    kept = prompts(ws)
    assert (kept["v2"].text, kept["v2"].score, kept["v2"].date) == (
        "Sort the ticket.\nAn example: ...",
        0.82,
        "2026-11-02",
    )
    said = tried(ws)
    assert [said[one].tried for one in ("instructions", "examples", "phrasings", "decomposed")] == [
        True,
        True,
        None,
        False,
    ]
    assert (said["decomposed"].note, said["decomposed"].by) == ("one step only", "ana")


def test_a_prompt_that_has_changed_is_a_new_version(ws: Workspace, file: Path) -> None:
    import_prompts(ws, file, actor="ana")
    assert import_prompts(ws, file, actor="bob").saved.changes == 0
    (file.parent / "v2.txt").write_text("Sort it.")
    assert import_prompts(ws, file, actor="bob").saved.changes == 1
    assert ws.log.tail(1)[0].before["text"].startswith("Sort the ticket.")
    ws.log.undo("bob")
    assert prompts(ws)["v2"].text.startswith("Sort the ticket.")
    assert ws.verify() == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[prompt]]\nname = 'v1'", "needs its text as prompt, or a file"),
        ("[[prompt]]\nprompt = 'x'", "needs a name"),
        ("[[prompt]]\nname = 'v1'\nprompt = 'x'\nscore = 82", "score must be a number from 0 to 1"),
        ("[[prompt]]\nname = 'v1'\nprompt = 'x'\ntries = ['rag']", "tries must be a list of instructions"),
        ("[[prompt]]\nname = 'v1'\nprompt = 'x'\ndate = 'soon'", "date must be a day"),
        ("[[prompt]]\nname = 'v1'\nprompt = 'x'\n[[prompt]]\nname = 'v1'\nprompt = 'y'", "two prompts are called 'v1'"),
        ("[[prompt]]\nname = 'v1'\nfile = 'missing.txt'", "cannot be read"),
        ("[[prompt]]\nname = 'v1'\nprompt = 'x'\nscores = 1", "'scores' is not known here"),
        ("[tried.luck]\ntried = true", "'luck' is none of the questions"),
        ("[tried.examples]\ntried = 'yes'", "tried must be true or false"),
        ("[[prompt]", "this is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place(ws: Workspace, folder: Path, text: str, why: str) -> None:
    path = folder / "prompts.toml"
    path.write_text(text)
    with pytest.raises(CuratorError, match=why):
        import_prompts(ws, path, actor="ana")
    assert prompts(ws) == {}


def test_answers_count_once_there_is_something_to_show(ws: Workspace) -> None:
    answer(ws, [Answer("phrasings", True), Answer("examples", True, "20 of them, see the wiki")], actor="ana")
    said = tried(ws)
    assert (said["phrasings"].shown, said["examples"].shown) == (False, True)
    with pytest.raises(SettingsError, match="none of the questions"):
        answer(ws, [Answer("luck", True)], actor="ana")


# -- the commands ----------------------------------------------------------------------------------------------------


def test_the_command_prints_the_verdict_with_its_evidence(ws: Workspace, run: Any) -> None:
    tie(ws, (1, 6))
    said = run("assess", "--volume", "5000", "--tried", "examples=yes", "--note", "see v3")
    assert said.exit_code == 0
    assert said.stdout.startswith("Unknown: measure\n  No baseline has been measured")
    assert "Next: `curator eval-set create`, then `curator baseline --model NAME`." in said.stdout
    assert 'Several few-shot examples: tried: "see v3"' in said.stdout
    assert "2 of 240 rows, 0.8 %" in said.stdout
    assert ws.log.tail(1)[0].field == "answer"


def test_the_command_prints_all_of_it_as_json(ws: Workspace, run: Any, file: Path) -> None:
    assert ws.examples.count() == 240
    line = json.loads(run("assess", "--json", "--prompts", str(file)).stdout)
    assert line["verdict"] == "unknown"
    assert {"title", "why", "next", "lines", "present", "missing", "signals", "measured", "today"} <= line.keys()
    assert line["signals"]["tried"]["examples"]["prompts"] == ["v2"]
    assert {"says", "number", "source", "overturn", "bears", "name"} == line["lines"][0].keys()


@pytest.mark.usefixtures("ws")
def test_the_command_refuses_what_it_cannot_read(run: Any) -> None:
    for words, why in (
        (("--tried", "examples"), "say yes or no"),
        (("--tried", "luck=yes"), "none of the questions"),
        (("--volume", "-1"), "is no number of calls"),
        (("--prompts", "missing.toml"), "cannot be read"),
    ):
        said = run("assess", *words)
        assert (said.exit_code, why in said.stderr) == (2, True), said.stderr


# -- the page --------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Notes what a page would load or run, and the texts it shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [
            f"{tag} {name}" for name, value in attrs if name in ("src", "href", "action", "data") or name[:2] == "on"
        ]
        self.loads += [f"{tag} {value}" for name, value in attrs if "url(" in (value or "") and name == "style"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_the_page_stands_alone(ws: Workspace, folder: Path) -> None:
    ended(create(ws, rows=100, actor="ana"))
    ended(report(ws, folder / "verdict.html"))
    reader = read(folder / "verdict.html")
    assert reader.loads == []
    assert {"script", "link", "img", "iframe", "object", "a"}.isdisjoint(reader.tags)
    assert reader.tags.count("svg") == 2  # the learning curve, the eval set
    assert "url(" not in (folder / "verdict.html").read_text()
    shown = " ".join(reader.texts)
    for words in ("Unknown: measure", "What is missing", "Where could this be trained?", "What would overturn it"):
        assert words in shown


def test_nothing_of_the_data_becomes_markup(ws: Workspace, folder: Path) -> None:
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
    (folder / "p.toml").write_text(f"[[prompt]]\nname = \"<b>v1</b> & 'x'\"\nprompt = '''{evil}'''\n")
    import_prompts(ws, folder / "p.toml", actor="<i>ana</i>")
    answer(ws, [Answer("examples", True, '"><svg onload=alert(1)>')], actor="<i>ana</i>")
    ended(report(ws, folder / "verdict.html"))
    reader = read(folder / "verdict.html")
    assert reader.loads == []
    assert {"script", "img", "i", "b"}.isdisjoint(reader.tags)
    text = (folder / "verdict.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text


def test_secrets_in_prompts_are_masked_on_the_page(ws: Workspace, folder: Path) -> None:
    (folder / "p.toml").write_text("[[prompt]]\nname = 'v1'\nprompt = 'Mail anna.huber@gmail.com when unsure.'\n")
    import_prompts(ws, folder / "p.toml", actor="ana")
    ended(report(ws, folder / "verdict.html"))
    assert "anna.huber" not in (folder / "verdict.html").read_text()


def test_a_page_is_not_overwritten_unasked(ws: Workspace, run: Any, folder: Path) -> None:
    assert ws.examples.count() == 240
    assert run("report", "--out", "verdict.html").exit_code == 0
    before = (folder / "verdict.html").stat().st_mtime_ns
    again = run("report", "--out", "verdict.html")
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert (folder / "verdict.html").stat().st_mtime_ns == before
    assert run("report", "--out", "verdict.html", "--force").exit_code == 0
    assert "cannot be written" in run("report", "--out", "nowhere/verdict.html").stderr
    assert [path.name for path in folder.iterdir() if path.name.startswith(".report")] == []
