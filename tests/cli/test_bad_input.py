"""What bad input gets: a sentence with file, line and field, exit code 2 or 1, no traceback, nothing lost."""

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl

#: Root may read everything; without these two capabilities it may not.
BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")


def program(
    *words: str, cwd: Path, limit: int | None = None, bound: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """The real program in a process of its own: with a limit on file sizes in bytes, or bound by permissions."""

    def prepare() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {**os.environ, "CURATOR_REVIEWER": "ana"}
    command = [*(BOUND if bound and os.getuid() == 0 else ()), sys.executable, "-m", "curator", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, preexec_fn=prepare, env=environment,
                          timeout=120)  # fmt: skip


def fifo(path: Path) -> None:
    os.mkfifo(path)


def truncated(path: Path) -> None:
    path.write_bytes(
        gzip.compress(b"".join(json.dumps(chat(str(n), "b")).encode() + b"\n" for n in range(5000)))[:-400]
    )


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty.jsonl": (lambda path: path.write_bytes(b""), "empty"),
    "binary.jsonl": (lambda path: path.write_bytes(bytes(range(256)) * 40), "binary"),
    "cut.jsonl.gz": (truncated, "ends too early"),
    "pipe.jsonl": (fifo, "pipe"),
    "notes.pkl": (lambda path: path.write_bytes(b"\x80\x04K\x01."), "pickle"),
    "folder": (lambda path: path.mkdir(), "folder"),
    "words.jsonl": (lambda path: path.write_text("just\nwords\n"), "not one row"),
    "header.csv": (lambda path: path.write_text("input,output\n"), "has no rows"),
    "blank.jsonl": (lambda path: path.write_text("\n\n"), "has no rows"),
    "old.jsonl": (
        lambda path: path.write_bytes(b'{"input": "It\x92s late", "output": "b"}\n'),
        "iconv -f WINDOWS-1252",
    ),
    "pretty.jsonl": (lambda path: path.write_text('{\n  "input": "a"\n}\n'), "name the file .json"),
    "rows.csv": (lambda path: path.write_text("Where is it?,Here.\nWhen?,Now.\n"), "put a first line with names"),
    "odd.jsonl": (lambda path: path.write_text('{"a": 1, "b": 2}\n'), "--map"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused_in_a_sentence(run: Run, folder: Path, name: str) -> None:
    make, word = BAD[name]
    make(folder / name)
    result = run("import", name)
    assert result.exit_code == 2
    assert word in result.stderr
    assert name in result.stderr
    assert "Traceback" not in result.output
    assert not list(folder.glob("*.curator"))


def test_a_missing_file_names_the_nearest(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    result = run("import", "tran.jsonl")
    assert result.exit_code == 2
    assert "train.jsonl" in result.stderr
    assert "did you mean" not in run("import", "missing.jsonl").stderr


def test_bom_crlf_and_line_separators_inside_text_are_kept_apart(run: Run, folder: Path) -> None:
    text = "one\u2028two\u0085three"
    lines = [json.dumps(chat(text, "b"), ensure_ascii=False), json.dumps(chat("c", "d\r\ne"))]
    (folder / "train.jsonl").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")
    assert run("import", "train.jsonl").exit_code == 0
    with Workspace.open(folder / "train.curator") as ws:
        first, second = ws.examples.stream()
        assert first.example.input_text == text
        assert second.example.output_text == "d\r\ne"


def test_a_line_of_five_megabytes_is_a_row_like_any_other(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b" * 5_000_000), chat("c", "d")])
    assert run("import", "train.jsonl").exit_code == 0
    with Workspace.open(folder / "train.curator") as ws:
        assert len(ws.examples.entry(1).example.output_text) == 5_000_000


def test_a_line_beyond_the_limit_is_rejected_alone(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b" * 17_000_000), chat("c", "d")])
    result = run("import", "train.jsonl")
    assert result.exit_code == 1
    assert "16" in result.stderr
    assert json.loads(run("status", "--json").stdout)["examples"] == 1


def test_null_outputs_are_stored_and_found_by_a_check(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [{"prompt": "a", "completion": None}, {"prompt": "c", "completion": "Yes."}])
    assert run("import", "train.jsonl").exit_code == 0
    assert run("check", "--fail-on", "error").exit_code == 1
    found = json.loads(run("findings", "--json").stdout.splitlines()[0])
    assert (found["code"], found["example"]["row"]) == ("TXT001", 1)


@pytest.mark.skipif(os.getuid() == 0 and shutil.which("setpriv") is None, reason="root needs setpriv to be refused")
def test_no_permission(folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    assert program("import", "train.jsonl", "-w", "w.curator", cwd=folder).returncode == 0
    (folder / "train.jsonl").chmod(0)
    (folder / "w.curator").chmod(0o400)
    (folder / "shut").mkdir(mode=0o500)
    for words in (("import", "train.jsonl", "-w", "new.curator"), ("status", "-w", "w.curator"),
                  ("import", "train.jsonl", "-w", "shut/w.curator")):  # fmt: skip
        done = program(*words, cwd=folder, bound=True)
        assert done.returncode == 2, words
        assert any(word in done.stderr for word in (b"permission", b"may not", b"written")), done.stderr
        assert b"Traceback" not in done.stderr


def test_a_full_disk_leaves_nothing_half_done(folder: Path) -> None:
    write_jsonl(folder / "small.jsonl", [chat("a", "b")])
    assert program("import", "small.jsonl", "-w", "w.curator", cwd=folder).returncode == 0
    write_jsonl(folder / "large.jsonl", [chat(f"{n} " * 40, "b" * 200) for n in range(20_000)])
    done = program("import", "large.jsonl", "-w", "w.curator", cwd=folder, limit=4_000_000)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"w.curator" in done.stderr
    with Workspace.open(folder / "w.curator") as ws:
        assert ws.verify() == []
        assert [source.name for source in ws.sources.list()] == ["small.jsonl"]
    assert program("import", "large.jsonl", "-w", "w.curator", cwd=folder).returncode == 0


def test_a_workspace_that_is_none_is_refused_and_left_alone(run: Run, folder: Path) -> None:
    for name, content in (("notes.curator", b"shopping list\n" * 100), ("zero.curator", b"")):
        (folder / name).write_bytes(content)
        result = run("status", "-w", name)
        assert result.exit_code == 2, name
        assert "workspace" in result.stderr
        assert (folder / name).read_bytes() == content
    assert run("status", "-w", str(folder)).exit_code == 2
    assert run("status", "-w", "missing.curator").exit_code == 2


def test_a_newer_workspace_is_refused_and_left_alone(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    run("import", "train.jsonl")
    code = "import apsw; c = apsw.Connection('train.curator'); c.execute('pragma user_version = 99'); c.close()"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    before = (folder / "train.curator").read_bytes()
    for words in (("status",), ("check",), ("import", "train.jsonl"), ("export", "--to", "openai", "--out", "o")):
        result = run(*words)
        assert result.exit_code == 2, words
        assert "newer" in result.stderr
    assert (folder / "train.curator").read_bytes() == before


def test_an_unknown_command_or_filter_says_what_there_is(run: Run, folder: Path) -> None:
    assert "did you mean 'import'" in run("imprt").stderr
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    run("import", "train.jsonl")
    result = run("examples", "--where", "status:acepted")
    assert result.exit_code == 2
    assert "pending, accepted, rejected, fix" in result.stderr
    assert "^" in result.stderr


def test_output_never_drives_the_terminal(run: Run, folder: Path) -> None:
    nasty = "\x1b]52;c;aGk=\x07\x1b[2J\u202egnp\x9b31m"
    write_jsonl(folder / "train.jsonl", [chat(nasty, nasty), {"messages": [{"role": nasty, "content": nasty}]}])
    results = [run("import", "train.jsonl"), run("examples"), run("examples", "--json"), run("check"), run("findings"),
               run("decide", "--where", "#1", "--note", nasty, "--yes"), run("log"), run("status", "--rejected"),
               run("examples", "--where", nasty)]  # fmt: skip
    for result in results:
        assert not set(result.output) & set("\x1b\x07\x9b\u202e"), result.output


def test_a_kill_in_the_middle_of_an_import_leaves_nothing_of_it(folder: Path) -> None:
    if shutil.which("timeout") is None:
        pytest.skip("needs coreutils' timeout")
    write_jsonl(folder / "large.jsonl", [chat(f"{n}", "b" * 300) for n in range(60_000)])
    command = ["timeout", "-s", "KILL", "0.6", sys.executable, "-m", "curator", "import", "large.jsonl"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    again = program("import", "large.jsonl", "-w", "large.curator", "--json", cwd=folder)
    assert again.returncode == 0
    line = json.loads(again.stdout)
    assert (line["stored"], line["known"]) in ((60_000, 0), (0, 60_000))


def test_review_without_a_terminal_says_what_to_do_instead(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    run("import", "train.jsonl")
    result = run("review")
    assert result.exit_code == 2
    assert "curator decide" in result.stderr
