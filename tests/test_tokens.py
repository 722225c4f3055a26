"""Counting tokens: exact where a vocabulary is public, in parts where a text is longer than its tokenizer takes."""

from pathlib import Path

import pytest

from curator import tokens

SAMPLE = Path(__file__).parents[1] / "sample_data"


@pytest.mark.parametrize("how", ["o200k_base", "cl100k_base"])
def test_a_text_in_parts_has_the_tokens_of_the_whole(how: tokens.Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("bpe_openai")
    texts = [path.read_text("utf-8")[:40_000] for path in sorted(SAMPLE.glob("*.jsonl"))]
    whole = [tokens.count(text, how) for text in texts]
    monkeypatch.setattr(tokens, "PART", 3_000)
    assert [tokens.count(text, how) for text in texts] == whole
    assert whole


def test_texts_longer_than_the_tokenizer_takes_are_counted() -> None:
    pytest.importorskip("bpe_openai")
    assert tokens.count("so many words " * 100_000, "o200k_base") == 300_001
    for text in ("x" * 1_200_000, " " * 1_200_000, "é\n" * 600_000, "\U00013000" * 300_000):
        assert 0 < tokens.count(text, "o200k_base") <= 1_200_000
