"""One SQLite file, and every line of SQL."""

from curator.workspace.examples import ExampleStore
from curator.workspace.findings import FindingCount, FindingStore, StoredFinding
from curator.workspace.loads import Counts, Load
from curator.workspace.log import Change, EventLog, Saved, Undone
from curator.workspace.runs import Run
from curator.workspace.sources import RejectedRow, SourceInfo, SourceStore
from curator.workspace.workspace import Summary, Workspace

__all__ = [
    "Change",
    "Counts",
    "EventLog",
    "ExampleStore",
    "FindingCount",
    "FindingStore",
    "Load",
    "RejectedRow",
    "Run",
    "Saved",
    "SourceInfo",
    "SourceStore",
    "StoredFinding",
    "Summary",
    "Undone",
    "Workspace",
]
