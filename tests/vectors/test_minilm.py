"""The larger model is an extra: without it everything else works, with it candidates are ranked again."""

import subprocess
import sys

import pytest

from curator.errors import CuratorError
from curator.vectors import minilm

installed = pytest.mark.skipif(not minilm.available(), reason="the extra minilm is not installed")


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "available", lambda: False)
    minilm._model.cache_clear()
    with pytest.raises(CuratorError, match=r"pip install 'finetune-curator\[minilm\]'"):
        minilm.rerank([("a", "b")])


def test_asking_whether_it_is_there_loads_nothing() -> None:
    code = "import sys; from curator.vectors import minilm; minilm.available(); print('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@installed
def test_paraphrases_are_ranked_above_other_requests() -> None:
    near, far = minilm.rerank([("Where is my parcel?", "My package has not come"), ("Where is my parcel?", "Reset it")])
    assert near > far + 0.2


@installed
def test_a_text_has_the_same_vector_whatever_it_is_read_with() -> None:
    texts = ["Where is my parcel?", "", "A much longer text about something else, the weather say."]
    together = minilm.encode(texts)
    assert all((minilm.encode([text])[0] == row).all() for text, row in zip(texts, together, strict=True))
