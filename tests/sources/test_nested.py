"""SQuAD's articles and OpenAssistant's trees: every question and every conversation becomes an example."""

import json
from pathlib import Path
from typing import Any

import pytest

from curator.operations.import_ import Imported, import_sources
from curator.workspace import Workspace

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Mills",
            "paragraphs": [
                {
                    "context": "The mill at Holm was built in 1887.",
                    "qas": [
                        {"id": "q1", "question": "When?", "answers": [{"text": "in 1887", "answer_start": 27}]},
                        {"id": "q2", "question": "By whom?", "answers": [], "is_impossible": True},
                    ],
                },
                {"context": "It burned.", "qas": "none"},
            ],
        },
        {"title": "Tides", "paragraphs": [{"context": "The tide turns.", "qas": ["When?"]}]},
    ],
}


def message(name: str, parent: str | None, text: str, **more: Any) -> dict[str, Any]:
    role = "assistant" if name.startswith("a") else "prompter"
    return {"message_id": name, "parent_id": parent, "text": text, "role": role, "lang": "en", **more}


FLAT = [
    message("p1", None, "How do I sharpen a plane?"),
    message("a1", "p1", "With a stone.", rank=1),
    message("a2", "p1", "Flatten its back first.", rank=0),
    message("p2", "a2", "And then?"),
    message("a3", "p2", "Hone the bevel."),
    message("p3", "a3", "Thanks!"),
    message("p4", None, "Is anybody there?"),
    message("a4", "p9", "Yes."),
    message("a5", "p1", "Buy one.", deleted=True),
]


def imported(tmp_path: Path, name: str, text: str) -> tuple[list[Imported], list[list[str]], list[str]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with Workspace.create(tmp_path / "nested.curator") as workspace:
        run = import_sources(workspace, [str(path)], actor="me")
        try:
            while True:
                next(run)
        except StopIteration as done:
            result = done.value
        talks = [[one.text for one in entry.example.messages] for entry in workspace.examples.stream()]
    return result, talks, [refused.reason for one in result for refused in one.refused]


def test_the_questions_of_articles(tmp_path: Path) -> None:
    (result,), talks, refused = imported(tmp_path, "squad.json", json.dumps(SQUAD))
    assert result.format == "question-answers"
    assert [turns[-1] for turns in talks] == ["in 1887", ""]
    assert all("The mill at Holm was built in 1887." in turns[0] for turns in talks)
    assert refused == ["paragraph 2 has no list of questions (`qas`)", "question 1 of paragraph 1 is no object"]
    assert (result.counts.read, result.counts.stored, result.counts.rejected) == (4, 2, 2)
    assert "2 articles were unfolded into 2 questions" in result.notes


def test_messages_that_name_their_parents(tmp_path: Path) -> None:
    lines = "".join(json.dumps(one) + "\n" for one in FLAT)
    (result,), talks, refused = imported(tmp_path, "oasst.jsonl", lines)
    assert talks == [
        ["How do I sharpen a plane?", "With a stone."],
        ["How do I sharpen a plane?", "Flatten its back first.", "And then?", "Hone the bevel."],
    ]
    assert sorted(refused) == [
        "its parent p9 is not in the file",
        "message a5 was deleted by its authors",
        "nobody answers it, so it is in no conversation",
        "nobody answers it, so it is in no conversation",
    ]
    assert result.counts.read == result.counts.stored + result.counts.rejected == 6
    assert "9 messages were unfolded into 2 conversations" in result.notes


def test_trees_of_messages_are_the_same_conversations(tmp_path: Path) -> None:
    def node(name: str) -> dict[str, Any]:
        own = next(one for one in FLAT if one["message_id"] == name)
        replies = [node(one["message_id"]) for one in FLAT if one["parent_id"] == name]
        return {**own, "replies": replies}

    trees = [{"message_tree_id": name, "tree_state": "ready", "prompt": node(name)} for name in ("p1", "p4")]
    (result,), talks, refused = imported(tmp_path, "trees.jsonl", "".join(json.dumps(one) + "\n" for one in trees))
    assert sorted(talks) == [
        ["How do I sharpen a plane?", "Flatten its back first.", "And then?", "Hone the bevel."],
        ["How do I sharpen a plane?", "With a stone."],
    ]
    assert sorted(refused) == [
        "message a5 was deleted by its authors",
        "no message of the tree is an answer of the assistant",
    ]
    assert "2 trees were unfolded into 2 conversations" in result.notes


@pytest.mark.parametrize("odd", [{"parent_id": "a1"}, {"role": "moderator"}, {"text": None}])
def test_odd_messages_are_refused_and_named(tmp_path: Path, odd: dict[str, Any]) -> None:
    rows = [message("p1", None, "Why?"), message("a1", "p1", "Because.") | odd, message("a9", "p1", "So.")]
    (result,), talks, refused = imported(tmp_path, "odd.jsonl", "".join(json.dumps(one) + "\n" for one in rows))
    assert talks == [["Why?", "So."]]
    assert len(refused) == 1
    assert result.counts.read == 2
