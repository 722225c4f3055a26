"""Text as it is compared, and as a terminal may show it."""

import re
import subprocess
import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.text import answer_key, fingerprint, normalise, same_answer, shorten, visible, worded

texts = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Reset my  password!", "reset my password"),
        ("  Straße\n", "STRASSE"),
        ("\uff21\uff22\uff23", "abc"),
        ("Wait…", "wait..."),
        ("Really?!", "really"),
    ],
)
def test_texts_that_are_the_same(left: str, right: str) -> None:
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(("left", "right"), [("?", ""), ("12", "120"), ("it works", "it never works"), ("é", "e")])
def test_texts_that_are_not(left: str, right: str) -> None:
    assert normalise(left) != normalise(right)


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Has my top-up gone through?", "has my top up gone through"),
        ("Well, what's the fee?", "well whats fee"),
        ("A refund (please)", "refund please"),
        ("\u201cHello\u201d\u2026", "hello"),
    ],
)
def test_texts_that_are_worded_alike(left: str, right: str) -> None:
    assert worded(left) == worded(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("3.5", "35"),
        ("at 10:30", "at 1030"),
        ("1,000", "1 000"),
        ("3-4", "34"),
        ("-5 degrees", "5 degrees"),
        ("plan A", "plan"),
        ("a or b", "or b"),
        ("it works", "it doesn't work"),
        ("x = [1, 2]", "x = [12]"),
        ('{"a": "1"}', '{"a": 1}'),
        ("50%", "50"),
        ("?", ""),
    ],
)
def test_texts_that_are_worded_differently(left: str, right: str) -> None:
    assert worded(left) != worded(right)


@given(texts)
def test_what_is_the_same_is_worded_alike(text: str) -> None:
    assert worded(text) == worded(normalise(text))


def test_fingerprint_keeps_parts_apart() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc") != fingerprint("abc")
    assert len(fingerprint()) == len(fingerprint("x" * 1000)) == 16
    assert fingerprint("\ud800") != fingerprint("\ud801")


def test_fingerprint_is_the_same_in_every_process() -> None:
    code = "from curator.text import fingerprint; print(fingerprint('Grüße', '').hex())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert outputs == {fingerprint("Grüße", "").hex()}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Billing.", "billing"),
        ("1,000", "1000"),
        ("4.50", "4.5"),
        ("1e3", "1000"),
        ("-0", "0"),
        ('{"a": 1, "b": [true]}', '{ "b": [true], "a": 1.0 }'),
        ("[]", " [ ] "),
        ("not {json", "Not {JSON"),
    ],
)
def test_answers_that_are_the_same(left: str, right: str) -> None:
    assert same_answer(left, right)
    assert same_answer(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("007", "7"),
        ("10,00", "1000"),
        ("yes", "no"),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": 1}', '{"a": true}'),
        ("[1, 2]", "[2, 1]"),
        ('{"a": null}', "{}"),
        ("12345678901234567890123456789012345678901", "12345678901234567890123456789012345678902"),
        ('{"n": 1.00000000000000000000000000000000001}', '{"n": 1}'),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
        ("1", "[1]"),
    ],
)
def test_answers_that_differ(left: str, right: str) -> None:
    assert not same_answer(left, right)


def test_no_answer_is_too_awkward_to_compare() -> None:
    for text in ("[" * 100_000, "9" * 100_000, "1e999999999999999999999", '{"a": 1e99999999999999999999}', "[NaN]"):
        assert same_answer(text, text + " ")
        assert not same_answer(text, "x")


@given(texts, texts)
def test_same_answer_is_an_equivalence(left: str, right: str) -> None:
    assert same_answer(left, left)
    assert same_answer(left, right) == (answer_key(left) == answer_key(right))


def test_visible_shows_what_would_drive_the_terminal() -> None:
    assert visible("\x1b[31mred\x07") == "␛[31mred␇"
    assert visible("a\u202eb\u200bc\x9b\U000e0041") == "a<U+202E>b<U+200B>c<U+009B><U+E0041>"
    assert visible("\ud800") == "<U+D800>"
    assert visible("a\tb\nc") == "a\tb\nc"
    assert visible("a\tb\nc\r", line=True) == "a␉b␊c␍"
    assert visible("Grüße, 日本語 👍 \u00a0e\u0301") == "Grüße, 日本語 👍 \u00a0e\u0301"


@given(texts, st.booleans())
def test_nothing_invisible_is_left(text: str, line: bool) -> None:
    shown = visible(text, line=line)
    allowed = "" if line else "\n\t"
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert all(character in allowed or category(character) not in hidden for character in shown)
    assert visible(shown, line=line) == shown


@given(texts)
def test_what_is_shown_can_be_read_back(text: str) -> None:
    shown = visible(text.replace("<", "").translate(dict.fromkeys(range(0x2400, 0x2422))), line=True)
    back = re.sub(r"<U\+([0-9A-F]+)>", lambda match: chr(int(match[1], 16)), shown)
    back = back.translate({0x2400 + code: code for code in range(0x20)} | {0x2421: 0x7F})
    assert back == text.replace("<", "").translate(dict.fromkeys(range(0x2400, 0x2422)))


def test_shorten_gives_one_line() -> None:
    assert shorten("a\nb") == "a b"
    assert shorten("x" * 100, 10) == "x" * 9 + "…"
    assert shorten("\x1b[2J") == "␛[2J"
