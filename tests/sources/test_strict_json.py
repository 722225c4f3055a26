"""What strict JSON takes, what it refuses and in which words."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.sources.strict_json import NotStrict, canonical, load_row, loads, loads_slowly

TORTURE = Path(__file__).parent.parent / "data" / "json_torture.zip"


def torture(prefix: str) -> dict[str, bytes]:
    """The files of the JSON test suite whose names begin so: y must parse, n must not, i may."""
    with zipfile.ZipFile(TORTURE) as archive:
        names = [name for name in archive.namelist() if name.rpartition("/")[2].startswith(prefix)]
        return {name.rpartition("/")[2]: archive.read(name) for name in names if name.endswith(".json")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": 1, "b": 2 "c": 3}', "not JSON: expected ',' at column 17"),
        (b'{"a": 1, "a": 2}', "the key 'a' appears twice"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "the key 'a' appears twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": "\\ud800"}', "a lone surrogate \\ud800 is no text"),
        (b'{"\\udc00": 1}', "a lone surrogate \\udc00 is no text"),
        ('{"ä": "'.encode() + b'\xff"}', "not UTF-8: byte 0xff at column 8"),
        (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}", "nested deeper than 200"),
        (b"[" * 100_000, "nested deeper than 200"),
        (b'{"a": 1e400}', "the number 1e400 is out of range"),
        (b'{"a": ' + b"9" * 4301 + b"}", "an integer of 4301 digits; 4300 are read"),
        (b"[1, 2]", "a list, not an object of columns"),
        (b"null", "null, not an object of columns"),
        (b"true", "true, not an object of columns"),
        (b'"text"', "a text, not an object of columns"),
        (b"3", "a number, not an object of columns"),
        (b'{"a": 1}{"a": 2}', "not JSON: there is more after the end of the value at column 9"),
        (b'{"a": "b', "not JSON: a string is not closed that begins at column 7"),
        (b'{"a": ', "not JSON: expected a value at column 7, where the text ends"),
        (b'{"a": "\x00"}', "not JSON: a raw control character in a string at column 8"),
        (b'{"a":\n 1,\n b}', "not JSON: expected a key in double quotes at line 3 column 2"),
        (b"{'a': 1}", "not JSON: expected a key in double quotes at column 2"),
    ],
)
def test_a_refusal_says_why_in_plain_words(text: bytes, reason: str) -> None:
    with pytest.raises(NotStrict) as refused:
        load_row(text)
    assert str(refused.value) == reason


def test_large_integers_stay_exact_and_missing_is_not_null() -> None:
    row = load_row(b'{"id": 12345678901234567890123, "neg": -98765432109876543210, "n": null}')
    assert row == {"id": 12345678901234567890123, "neg": -98765432109876543210, "n": None}
    assert canonical(row) == b'{"id":12345678901234567890123,"neg":-98765432109876543210,"n":null}'


def test_quotes_written_as_escapes_are_no_duplicates() -> None:
    assert load_row(b'{"a": "\\u0022", "b": "\\"", "c\\u0022": "\\\\u0022"}') == {"a": '"', "b": '"', 'c"': "\\u0022"}


def test_an_escaped_quote_cannot_stand_in_for_a_dropped_pair() -> None:
    with pytest.raises(NotStrict, match="appears twice"):
        loads(b'{"a": 1, "a": "\\u0022\\u0022"}')


def test_many_flat_brackets_are_not_deep() -> None:
    assert loads(b"[" + b"[]," * 1000 + b"[]]") == [[]] * 1001


@pytest.mark.parametrize("name", sorted(torture("y_")))
def test_every_valid_text_of_the_suite_is_taken(name: str) -> None:
    text = torture("y_")[name]
    if "duplicated_key" in name:  # valid by the grammar; refused, because one of the two values would be lost
        with pytest.raises(NotStrict, match="appears twice"):
            loads(text)
        return
    assert loads(text) == json.loads(text)
    assert load_row(b'{"v": ' + text + b"}") == {"v": json.loads(text)}


@pytest.mark.parametrize("name", sorted(torture("n_")))
def test_every_invalid_text_of_the_suite_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(NotStrict) as refused:
        loads(torture("n_")[name])
    assert str(refused.value)


@pytest.mark.parametrize("name", sorted(torture("i_")))
def test_texts_that_may_parse_give_a_value_or_a_reason(name: str) -> None:
    text = torture("i_")[name]
    answer, value = verdict(loads, text)
    assert value
    if answer == "taken":
        assert loads(canonical(loads(text))) == loads(text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def verdict(parse: Callable[[bytes], object], text: bytes) -> tuple[str, object]:
    try:
        return "taken", repr(parse(text))  # repr tells 1 from 1.0 and 0.0 from -0.0
    except NotStrict as refused:
        return "refused", str(refused)


@given(JSON_VALUES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_fast_path_and_the_slow_path_agree_on_good_text(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=None).encode("utf-8", "surrogatepass")
    assert verdict(loads, text) == verdict(loads_slowly, text)
    assert verdict(loads, text)[0] == "taken"


FRAGMENTS = st.sampled_from(
    [
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b'"b"', b"\\", b"\\u0022", b"\\ud83d", b"\\ude00"),
        *(b"1", b"-", b"0", b".", b"e9", b"e999", b"true", b"null", b"NaN", b" ", b"\t"),
        *(b"\xff", b"\xc3\xa9", b"\xe2\x80\xa8", b"\x00"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=14).map(b"".join))
@settings(max_examples=1000, deadline=None)
def test_the_fast_path_and_the_slow_path_agree_on_any_text(text: bytes) -> None:
    assert verdict(loads, text) == verdict(loads_slowly, text)


PAIRS = st.lists(st.tuples(st.sampled_from(['"a"', '"b"', '"\\u0061"', '"\\""']), st.text(max_size=3).map(json.dumps)))


@given(PAIRS, st.booleans())
@settings(max_examples=500, deadline=None)
def test_a_repeated_key_is_always_found(pairs: list[tuple[str, str]], nested: bool) -> None:
    text = "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    text = f'{{"outer": [{text}]}}' if nested else text
    keys = [json.loads(key) for key, _ in pairs]
    assert verdict(loads, text.encode())[0] == ("taken" if len(keys) == len(set(keys)) else "refused")
