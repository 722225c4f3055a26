"""`curator import`, as a user calls it."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest
import zstandard

from curator.workspace import Workspace
from tests.conftest import Run, chat, write_jsonl


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_chat_file_becomes_a_workspace_named_after_it(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("2+2?", "4"), chat("3+3?", "6", system="Be brief.")])
    result = run("import", "train.jsonl", "--json")
    assert result.exit_code == 0
    assert lines(result.stdout) == [
        {
            "source": "train.jsonl",
            "read": 2,
            "stored": 2,
            "known": 0,
            "rejected": 0,
            "blank": 0,
            "format": "openai-chat",
        }
    ]
    with Workspace.open(folder / "train.curator") as ws:
        first, second = ws.examples.stream()
        assert (first.example.input_text, first.example.output_text) == ("2+2?", "4")
        assert second.example.system == "Be brief."
        assert second.example.provenance.row == 2


def test_the_same_file_again_adds_nothing(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b"), chat("a", "b")])
    run("import", "train.jsonl")
    again = run("import", "train.jsonl", "--json")
    assert lines(again.stdout)[0]["known"] == 2
    assert lines(again.stdout)[0]["stored"] == 0


def test_a_changed_file_says_what_is_new_and_what_is_gone(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "1"), chat("b", "2")])
    run("import", "train.jsonl")
    write_jsonl(folder / "train.jsonl", [chat("b", "2"), chat("c", "3")])
    result = run("import", "train.jsonl", "--json")
    assert lines(result.stdout)[0] | {"known": 1, "stored": 1} == lines(result.stdout)[0]
    assert "1 examples of earlier imports are gone" in result.stderr
    assert len(lines(run("examples", "--json").stdout)) == 3
    run("import", "train.jsonl", "--retire")
    assert len(lines(run("examples", "--json").stdout)) == 2


def test_what_was_decided_stays_when_a_file_is_imported_again(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "1"), chat("b", "2")])
    run("import", "train.jsonl")
    run("decide", "--where", "#1", "--accept", "--yes")
    write_jsonl(folder / "train.jsonl", [chat("new", "0"), chat("a", "1"), chat("b", "2")])
    run("import", "train.jsonl")
    accepted = lines(run("examples", "--where", "status:accepted", "--json").stdout)
    assert [row["messages"][0]["content"] for row in accepted] == ["a"]  # type: ignore[index]


def test_each_bad_row_is_named_and_kept_and_the_good_ones_are_stored(run: Run, folder: Path) -> None:
    good = json.dumps(chat("a", "b")).encode()
    bad = {
        b'{"messages": [}': "not JSON",
        b'{"messages": [{"role": "asistant", "content": "x"}]}': "did you mean 'assistant'?",
        b'{"prompt": NaN}': "NaN",
        b'{"a": 1, "a": 2}': "twice",
        b'{"a": "\\ud800"}': "surrogate",
        b'{"a": "\xff"}': "UTF-8",
        b"[1, 2]": "list",
    }
    (folder / "train.jsonl").write_bytes(b"\n".join([good, b"", *bad, good]) + b"\n")
    result = run("import", "train.jsonl", "--json")
    assert result.exit_code == 1
    row = lines(result.stdout)[0]
    assert row["read"] == row["stored"] + row["known"] + row["rejected"] + row["blank"] == 10  # type: ignore[operator]
    assert (row["stored"], row["rejected"], row["blank"]) == (2, 7, 1)
    assert "train.jsonl:3" in result.stderr
    kept = lines(run("status", "--rejected", "--json").stdout)
    assert [entry["row"] for entry in kept] == [3, 4, 5, 6, 7, 8, 9]
    for entry, reason in zip(kept, bad.values(), strict=True):
        assert reason in str(entry["reason"]), entry
    with Workspace.open(folder / "train.curator") as ws:
        assert [refused.raw.rstrip(b"\n") for refused in ws.sources.rejected()] == list(bad)


def test_strict_stores_nothing_when_one_row_is_bad(run: Run, folder: Path) -> None:
    (folder / "a").mkdir()
    write_jsonl(folder / "a" / "1.jsonl", [chat("a", "b")])
    (folder / "a" / "2.jsonl").write_text(json.dumps(chat("c", "d")) + "\nnonsense\n")
    result = run("import", "a", "--strict")
    assert result.exit_code == 2
    assert "2.jsonl:2" in result.stderr
    assert not list(folder.glob("*.curator"))
    assert run("import", "a").exit_code == 1


def test_standard_input_and_compressed_files(run: Run, folder: Path) -> None:
    row = json.dumps(chat("a", "b")).encode() + b"\n"
    assert run("import", "-", "--name", "pipe", stdin=row).exit_code == 0
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(row * 2))
    (folder / "c.jsonl.zst").write_bytes(zstandard.compress(row * 3))
    result = run("import", "b.jsonl.gz", "c.jsonl.zst", "--json")
    assert [(line["source"], line["stored"]) for line in lines(result.stdout)] == [
        ("b.jsonl.gz", 2),
        ("c.jsonl.zst", 3),
    ]


def test_csv_keeps_its_types_and_unknown_columns_become_metadata(run: Run, folder: Path) -> None:
    (folder / "desk.csv").write_text('question,answer,ticket\n"Where?","Here, of course",007\nWhen?,,NA\n')
    result = run("import", "desk.csv", "--json")
    assert result.exit_code == 0
    first, second = lines(run("examples", "--json").stdout)
    assert first["metadata"] == {"ticket": "007"}
    assert second["metadata"] == {"ticket": "NA"}
    assert second["messages"][1] == {"role": "assistant", "content": ""}  # type: ignore[index]
    assert first["raw"] == '"Where?","Here, of course",007'


def test_a_mapping_names_the_columns(run: Run, folder: Path) -> None:
    write_jsonl(folder / "odd.jsonl", [{"frage": "Wo?", "antwort": "Hier.", "lage": "Sei kurz."}])
    refused = run("import", "odd.jsonl")
    assert refused.exit_code == 2
    assert "frage" in refused.stderr
    assert "--map" in refused.stderr
    assert not list(folder.glob("*.curator"))
    assert run("import", "odd.jsonl", "--map", "input=frage,output=antwort,system=lage").exit_code == 0
    (row,) = lines(run("examples", "--json").stdout)
    assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("mapping", ["input=nope,output=frage", "input=frage,output=antwort,system=nope"])
def test_a_mapping_of_a_column_that_no_row_has_makes_nothing(run: Run, folder: Path, mapping: str) -> None:
    write_jsonl(folder / "odd.jsonl", [{"frage": "Wo?", "antwort": "Hier."}, {"frage": "Wann?", "lage": "x"}])
    refused = run("import", "odd.jsonl", "--map", mapping)
    assert refused.exit_code == 2
    assert "odd.jsonl: --map: no row has the column 'nope'; the columns are frage, antwort, lage" in refused.stderr
    assert not list(folder.glob("*.curator"))


def test_a_mapped_column_that_only_some_rows_have_is_a_matter_of_each_row(run: Run, folder: Path) -> None:
    write_jsonl(folder / "odd.jsonl", [{"frage": "Wo?"}, {"frage": "Wann?", "antwort": "Jetzt."}])
    result = run("import", "odd.jsonl", "--map", "input=frage,output=antwort", "--json")
    assert (result.exit_code, lines(result.stdout)[0]["stored"], lines(result.stdout)[0]["rejected"]) == (1, 1, 1)


def test_only_some_columns_may_be_mapped(run: Run, folder: Path) -> None:
    write_jsonl(folder / "kinds.jsonl", [{"kind": "state", "input": "I want a table.", "output": "{}"}])
    assert run("import", "kinds.jsonl", "--map", "system=kind").exit_code == 0
    (row,) = lines(run("examples", "--json").stdout)
    assert row["messages"][0] == {"role": "system", "content": "state"}  # type: ignore[index]


def test_a_column_called_split_is_believed(run: Run, folder: Path) -> None:
    rows = [{"prompt": "a", "completion": "b", "split": "train"}, {"prompt": "c", "completion": "d", "split": "dev"}]
    write_jsonl(folder / "rows.jsonl", rows)
    run("import", "rows.jsonl")
    assert [row["split"] for row in lines(run("examples", "--json").stdout)] == ["train", "validation"]
    assert len(lines(run("examples", "--where", "split:validation", "--json").stdout)) == 1


def test_the_same_data_in_any_format_is_the_same_examples(run: Run, folder: Path) -> None:
    write_jsonl(folder / "chat.jsonl", [chat("Say hi.", "Hi.")])
    write_jsonl(folder / "pc.jsonl", [{"prompt": "Say hi.", "completion": "Hi."}])
    write_jsonl(folder / "alpaca.jsonl", [{"instruction": "Say hi.", "input": "", "output": "Hi."}])
    turns = [{"from": "human", "value": "Say hi."}, {"from": "gpt", "value": "Hi."}]
    write_jsonl(folder / "sharegpt.jsonl", [{"conversations": turns}])
    result = run("import", ".", "--json")
    assert sorted(str(line["format"]) for line in lines(result.stdout)) == [
        "alpaca", "openai-chat", "prompt-completion", "sharegpt"]  # fmt: skip
    assert len({msgspec.json.encode(row["messages"]) for row in lines(run("examples", "--json").stdout)}) == 1


def test_a_limit_reads_only_the_first_rows(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat(str(n), "b") for n in range(10)])
    assert lines(run("import", "train.jsonl", "--limit", "3", "--json").stdout)[0]["stored"] == 3
    whole = run("import", "train.jsonl", "--json")
    assert lines(whole.stdout)[0]["known"] == 3
    assert lines(whole.stdout)[0]["stored"] == 7


def test_two_workspaces_in_a_folder_need_a_name(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "b")])
    run("import", "train.jsonl", "-w", "one.curator")
    run("import", "train.jsonl", "-w", "two.curator")
    result = run("status")
    assert result.exit_code == 2
    assert "one.curator, two.curator" in result.stderr


def test_a_row_that_stands_as_it_is_stored_is_kept_once_and_comes_back_byte_for_byte(run: Run, folder: Path) -> None:
    compact = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}'
    spaced = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}]}'
    (folder / "train.jsonl").write_bytes(compact + b"\n" + spaced + b"\n")
    assert run("import", "train.jsonl").exit_code == 0
    with Workspace.open(folder / "train.curator") as ws:
        assert [ws.examples.raw(seq) for seq in (1, 2)] == [compact, spaced]


def test_a_row_that_stands_as_it_is_stored_comes_back_byte_for_byte(run: Run, folder: Path) -> None:
    row = '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}'
    (folder / "compact.jsonl").write_text(row + "\n", encoding="utf-8")
    assert run("import", "compact.jsonl").exit_code == 0
    assert json.loads(run("examples", "--json").stdout)["raw"] == row


def test_retire_hides_nothing_when_rows_could_not_be_read(run: Run, folder: Path) -> None:
    write_jsonl(folder / "train.jsonl", [chat("a", "1"), chat("b", "2")])
    run("import", "train.jsonl")
    (folder / "train.jsonl").write_text(json.dumps(chat("a", "1")) + "\nnonsense\n")
    for words in (("--retire",), ("--retire", "--format", "alpaca")):
        result = run("import", "train.jsonl", *words)
        assert result.exit_code == 2
        assert "without --retire" in result.stderr
    assert len(lines(run("examples", "--json").stdout)) == 2


def test_what_was_imported_before_a_bad_file_is_told(run: Run, folder: Path) -> None:
    write_jsonl(folder / "good.jsonl", [chat("a", "1")])
    write_jsonl(folder / "bad.jsonl", [{"a": 1, "b": 2}])
    result = run("import", "good.jsonl", "bad.jsonl", "-w", "w.curator", "--json")
    assert result.exit_code == 2
    assert [line["source"] for line in lines(result.stdout)] == ["good.jsonl"]
    assert "bad.jsonl" in result.stderr
    assert "before it were imported" in result.stderr


def test_a_mapping_is_remembered_for_the_next_time(run: Run, folder: Path) -> None:
    write_jsonl(folder / "odd.jsonl", [{"frage": "Wo?", "antwort": "Hier."}])
    run("import", "odd.jsonl", "--map", "input=frage,output=antwort")
    write_jsonl(folder / "odd.jsonl", [{"frage": "Wo?", "antwort": "Hier."}, {"frage": "Wann?", "antwort": "Jetzt."}])
    again = lines(run("import", "odd.jsonl", "--json").stdout)[0]
    assert (again["known"], again["stored"]) == (1, 1)
