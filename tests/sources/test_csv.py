"""CSV and TSV: values stay the text they are, and one bad record costs itself alone."""

import hashlib
from pathlib import Path

import pytest

from curator.errors import SourceError
from curator.sources import csv_records
from curator.sources.base import Reading, Row
from curator.sources.csv import SOURCE, row_value


def reading(path: Path, content: bytes | str) -> Reading:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (part,) = SOURCE.parts(str(path))
    return SOURCE.read(part)


def rows(path: Path, content: bytes | str) -> list[Row]:
    return list(reading(path, content).rows)


def test_types_are_untouched(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "t.csv", "id,code,n,na,empty,date\n007,08,1e5,NA,,2020-01-01\n")
    assert row.value == {"id": "007", "code": "08", "n": "1e5", "na": "NA", "empty": "", "date": "2020-01-01"}
    assert (row.number, row.line, row.offset, row.raw) == (1, 2, 24, b"007,08,1e5,NA,,2020-01-01")


def test_a_record_may_run_over_lines_and_keeps_its_bytes(tmp_path: Path) -> None:
    content = b'q,a\n"one\ntwo, ""three""",x\n\nlast,y\n'
    found = reading(tmp_path / "t.csv", content)
    first, blank, last = found.rows
    assert first.value == {"q": 'one\ntwo, "three"', "a": "x"}
    assert first.raw == b'"one\ntwo, ""three""",x'
    assert blank.blank
    assert (last.number, last.line, last.offset) == (2, 5, content.index(b"last"))
    assert found.layout == {"header": ["q", "a"], "delimiter": ","}
    assert found.digest == hashlib.sha256(content).hexdigest()
    assert row_value(first.raw, ["q", "a"], ",") == first.value


def test_crlf_and_lf_give_the_same_values(tmp_path: Path) -> None:
    text = 'a,b\n1,x y\n"q, r",\n3,"z"\n'
    unix = [row.value for row in rows(tmp_path / "u.csv", text)]
    dos = [row.value for row in rows(tmp_path / "d.csv", text.replace("\n", "\r\n"))]
    assert unix == dos == [{"a": "1", "b": "x y"}, {"a": "q, r", "b": ""}, {"a": "3", "b": "z"}]
    (inside,) = rows(tmp_path / "i.csv", b'a,b\r\n1,"x\r\ny"\r\n')
    assert inside.value == {"a": "1", "b": "x\r\ny"}


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("text;label\nhello, world;x\nyes, no;y\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("just one column\nsome text\n", ","),
        ('"a,1";b\n"x;y";2\n', ";"),
        ("a,b;c\n1,2\n3,4\n", ","),
    ],
)
def test_the_delimiter_is_found(tmp_path: Path, content: str, delimiter: str) -> None:
    found = reading(tmp_path / "t.csv", content)
    assert found.layout["delimiter"] == delimiter
    assert not any(row.reason for row in found.rows)


def test_tsv_is_always_tabs(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "t.tsv", "a,b\tc\n1,2\t3\n")
    assert row.value == {"a,b": "1,2", "c": "3"}


def test_ragged_records_are_refused(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", "a,b,c,d\n1,2,3,4,5\n1\n1,2,3,4\n")
    assert [row.reason for row in found] == ["has 5 fields, the header has 4", "has 1 field, the header has 4", ""]
    assert found[0].raw == b"1,2,3,4,5"


def test_unnamed_columns_at_the_end_are_ignored_while_they_are_empty(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", "a,b,,\n1,2,,\n1,2\n1,2,3,\n")
    assert [row.value for row in found] == [{"a": "1", "b": "2"}, {"a": "1", "b": "2"}, None]
    assert found[2].reason == "has a value in column 3, which has no name in the header"


def test_an_unnamed_first_column_gets_a_name(tmp_path: Path) -> None:
    found = reading(tmp_path / "t.csv", ",input\n0,x\n")
    assert [row.value for row in found.rows] == [{"column 1": "0", "input": "x"}]
    assert found.notes == ["column 1 has no name in the header; it is called 'column 1'"]


def test_an_open_quote_costs_its_own_line(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", 'a,b\n1,"open\n2,x\n3,y\n')
    assert [row.value for row in found] == [None, {"a": "2", "b": "x"}, {"a": "3", "b": "y"}]
    assert found[0].reason == "a quote that is opened in line 2 is not closed properly"
    assert (found[0].line, found[0].raw, found[1].line) == (2, b'1,"open', 3)


def test_an_open_quote_does_not_pair_with_a_later_one(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", 'a,b\n1,"open\n2,x\n3,"quoted"\n4,z\n')
    assert [row.value for row in found] == [
        None,
        {"a": "2", "b": "x"},
        {"a": "3", "b": "quoted"},
        {"a": "4", "b": "z"},
    ]


def test_an_open_quote_that_a_later_one_closes_is_seen_by_the_number_of_fields(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", 'a,b,c\n1,"open,x\n2,y,z\n3,",",w\n')
    assert [row.value for row in found][1:] == [
        {"a": "2", "b": "y", "c": "z"},
        {"a": "3", "b": ",", "c": "w"},
    ]


def test_many_open_quotes_take_bounded_effort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "_PATIENCE", 100_000)
    monkeypatch.setattr(csv_records, "_IMPATIENT_SPAN", 500)
    lines = ['1,"open' if number % 50 == 0 else "2,fine" for number in range(5000)]
    found = rows(tmp_path / "t.csv", "a,b\n" + "\n".join(lines))
    assert [bool(row.reason) for row in found] == [number % 50 == 0 for number in range(5000)]


def test_a_byte_that_is_no_utf8_costs_its_record(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", b'a,b\n1,caf\xe9\n2,"x\ny\xe9"\n3,caf\xc3\xa9\n')
    assert found[0].reason == "not UTF-8: byte 0xe9 in line 2; save the file as UTF-8"
    assert found[1].reason == "not UTF-8: byte 0xe9 in line 4; save the file as UTF-8"
    assert found[2].value == {"a": "3", "b": "café"}


def test_a_field_longer_than_the_standard_limit_is_read(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "t.csv", "a,b\n1," + "x" * 200_000 + "\n")
    assert row.value == {"a": "1", "b": "x" * 200_000}


def test_a_record_above_the_limit_is_refused(tmp_path: Path) -> None:
    first, second = rows(tmp_path / "t.csv", b"a,b\n1," + b"x" * (17 << 20) + b"\n2,y\n")
    assert first.reason == f"longer than 16 MB ({(17 << 20) + 2} bytes)"
    assert second.value == {"a": "2", "b": "y"}


def test_text_after_a_closing_quote_and_a_bare_cr_are_refused(tmp_path: Path) -> None:
    found = rows(tmp_path / "t.csv", b'a,b\n1,"x"y\n2,a\rb\n3,z\n')
    assert found[0].reason.startswith("not CSV: ',' expected after '\"'")
    assert found[1].reason == "a bare CR in a field without quotes"
    assert found[2].value == {"a": "3", "b": "z"}


def test_a_byte_order_mark_and_a_nul_byte(tmp_path: Path) -> None:
    found = reading(tmp_path / "t.csv", b"\xef\xbb\xbfa,b\n1,x\0y\n2," + b"z" * 100 + b"\n")
    first, _ = found.rows
    assert first.value == {"a": "1", "b": "x\0y"}
    assert first.offset == 7
    assert found.notes == ["the file begins with a byte order mark, which was skipped"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b,a\n1,2,3\n", "the header names the column 'a' twice; rename one"),
        (b'a,"b\n1,2\n', "the header cannot be read: a quote that is opened in line 1"),
        (b"\n\r\n", "holds only empty lines"),
        (b",,\n1,2,3\n", "the header names no column"),
        (b"a,b\r1,2\r", "its lines end in CR alone"),
        (b"a,\xff\n1,2\n", "the header cannot be read: not UTF-8"),
        (b"", "is empty"),
    ],
)
def test_a_header_that_cannot_be_used_is_an_error(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        reading(tmp_path / "t.csv", content)


def test_a_header_alone_is_no_rows(tmp_path: Path) -> None:
    assert rows(tmp_path / "t.csv", "a,b\n") == []
