"""curator.toml: what it may say, and what is said when it says something else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from curator.errors import SettingsError
from curator.settings import Binding, Label, Settings, load


def written(folder: Path, text: str) -> Settings:
    (folder / "curator.toml").write_text(text, encoding="utf-8")
    return load(folder)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    assert load(tmp_path).review.min_dwell_ms == 150


def test_a_whole_file(tmp_path: Path) -> None:
    settings = written(
        tmp_path,
        """
        [labels.quality]
        kind = "multi"
        values = ["wrong answer", "bad format"]

        [labels]
        topic = {values = ["billing", "bug"], keys = ["8", "9"]}
        urgent = {kind = "flag"}

        [checks]
        select = ["TXT", "CON001"]
        ignore = ["TXT003"]

        [checks.truncated-output]
        stops = 0.95

        [review]
        min_dwell_ms = 0
        """,
    )
    assert settings.labels == (
        Label("quality", "multi", ("wrong answer", "bad format"), ("1", "2")),
        Label("topic", "single", ("billing", "bug"), ("8", "9")),
        Label("urgent", "flag", (), ("3",)),
    )
    assert settings.bindings["2"] == Binding("quality", "multi", "bad format")
    assert settings.bindings["3"] == Binding("urgent", "flag", True)
    assert settings.select == ("TXT", "CON001")
    assert settings.ignore == ("TXT003",)
    assert settings.checks == {"truncated-output": {"stops": 0.95}}
    assert settings.review.min_dwell_ms == 0


def test_a_digit_stays_with_its_value(tmp_path: Path) -> None:
    before = written(tmp_path, '[labels]\nquality = {values = ["wrong", "format", "style"]}')
    after = written(tmp_path, '[labels]\nquality = {values = ["wrong", "", "style", "new"]}')
    assert before.bindings["3"].value == after.bindings["3"].value == "style"
    assert after.bindings["4"].value == "new"
    assert "2" not in after.bindings


def test_ratings_and_texts_have_one_digit_that_asks(tmp_path: Path) -> None:
    settings = written(
        tmp_path,
        """
        [labels.clarity]
        kind = "rating"

        [labels.remark]
        kind = "text"
        keys = ["9"]
        where = "status:fix"

        [labels.depth]
        kind = "rating"
        most = 3
        """,
    )
    assert settings.bindings == {
        "1": Binding("clarity", "rating", None, 5),
        "2": Binding("depth", "rating", None, 3),
        "9": Binding("remark", "text", None, 0, "status:fix"),
    }
    assert settings.binding("clarity", "4").added_to({"clarity": 1, "x": True}) == {"clarity": 4, "x": True}
    assert settings.binding("remark", "too long").added_to({}) == {"remark": "too long"}
    for name, value, sentence in (
        ("depth", "4", "it is a rating from 1 to 3"),
        ("depth", "best", "it is a rating"),
        ("remark", " ", "it is a text, so write one"),
    ):
        with pytest.raises(SettingsError, match=sentence):
            settings.binding(name, value)


def test_filters_have_names(tmp_path: Path) -> None:
    assert written(tmp_path, "[filters]\nworst = 'sev:error'").filters == {"worst": "sev:error"}


def test_the_tenth_value_has_no_digit(tmp_path: Path) -> None:
    values = [f"value {number}" for number in range(12)]
    label = written(tmp_path, f"[labels]\nquality = {{values = {values}}}").labels[0]
    assert label.values == tuple(values)
    assert label.keys == (*"123456789", "", "", "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[label]\n", "there is no setting 'label' (did you mean 'labels'?)"),
        ("[review]\nmin_dwel_ms = 3", "[review]: there is no setting 'min_dwel_ms' (did you mean 'min_dwell_ms'?)"),
        ("[review]\nmin_dwell_ms = -1", "[review]: min_dwell_ms = -1 is not allowed"),
        ("[labels]\na = {kind = 'one', values = ['x']}", "[labels.a]: kind = 'one' is not allowed"),
        ("[labels]\na = {values = []}", "[labels.a]: values: name at least one"),
        ("[labels]\na = {values = ['x', 'x']}", "[labels.a]: values: 'x' is there twice"),
        ("[labels]\na = {values = ['x'], keys = ['1', '2']}", "[labels.a]: keys: 2 for 1 values"),
        ("[labels]\na = {values = ['x'], keys = ['q']}", "[labels.a]: keys: 'q' is not allowed; keys must be a list"),
        ("[labels]\na = {values = ['x', 1]}", "[labels.a]: values: 1 is not allowed; values must be a list of texts"),
        ("[labels]\na = {values = 'x'}", "[labels.a]: values = 'x' is not allowed; it must be a list of texts"),
        ("[labels]\na = 3", "[labels]: a = 3 is not allowed; it must be a table"),
        ("[labels.values]\nvalues = 3", "[labels.values]: values = 3 is not allowed; it must be a list of texts"),
        ("checks = 3", "checks = 3 is not allowed; it must be a table, written [checks]"),
        ("[checks]\nignore = [true]", "[checks]: ignore: True is not allowed; ignore must be a list of codes"),
        ("[review]\nmin_dwell_ms = 1.5", "min_dwell_ms = 1.5 is not allowed; it must be a whole number from 0 to"),
        ("[labels]\na = {kind = 'flag', values = ['x']}", "[labels.a]: values: a flag has none"),
        ("[labels]\na = {kind = 'rating', values = ['x']}", "[labels.a]: values: a rating has none"),
        ("[labels]\na = {kind = 'rating', most = 10}", "[labels.a]: most = 10 is not allowed; it must be a whole"),
        ("[labels]\na = {kind = 'text', most = 3}", "[labels.a]: most: only a rating has it"),
        ("[labels]\na = {values = ['x'], where = 3}", "[labels.a]: where = 3 is not allowed; it must be a filter"),
        ("[filters]\nworst = 3", "[filters]: worst = 3 is not allowed; it must be a filter"),
        ("filters = 3", "filters = 3 is not allowed; it must be a table"),
        (
            "[labels]\na = {values = ['x'], keys = ['1']}\nb = {values = ['y'], keys = ['1']}",
            "[labels.b]: key 1 belongs to [labels.a]",
        ),
        ("[checks]\nselect = 'TXT'", "[checks]: select = 'TXT' is not allowed"),
        ("labels = 3", "labels = 3 is not allowed"),
        ("[labels", "this is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, text)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "curator.toml"))
    assert not re.search("Input|valid|tuple|dictionary|instance|Table", str(refused.value))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "curator.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)


def test_pydantic_loads_only_for_those_who_have_a_file(tmp_path: Path) -> None:
    code = f"import sys; from pathlib import Path; from curator.settings import load; load(Path({str(tmp_path)!r}))"
    check = code + "; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
