"""One SQLite file, and every line of SQL."""

from curator.workspace.examples import ExampleStore
from curator.workspace.findings import FindingCount, FindingStore, StoredFinding
from curator.workspace.ignoring import Ignored, SetAside
from curator.workspace.judgements import Judgement
from curator.workspace.loads import Counts, Load
from curator.workspace.log import Change, EventLog, Saved, Undone
from curator.workspace.rules import CheckCount, RuleCount
from curator.workspace.runs import Run
from curator.workspace.sources import RejectedRow, SourceInfo, SourceStore
from curator.workspace.stating import Stated, Statement
from curator.workspace.workspace import Summary, Workspace

__all__ = [
    "Change",
    "CheckCount",
    "Counts",
    "EventLog",
    "ExampleStore",
    "FindingCount",
    "FindingStore",
    "Ignored",
    "Judgement",
    "Load",
    "RejectedRow",
    "RuleCount",
    "Run",
    "Saved",
    "SetAside",
    "SourceInfo",
    "SourceStore",
    "Stated",
    "Statement",
    "StoredFinding",
    "Summary",
    "Undone",
    "Workspace",
]
