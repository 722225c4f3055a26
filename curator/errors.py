"""Everything that can go wrong in a way a user can mend.

    CuratorError
    |-- SourceError       a file, folder or data set that cannot be read
    |-- FormatError       a row that has not the shape it should have
    |-- WorkspaceError    the workspace file: missing, damaged, newer, full disk, a refused change
    |   `-- ConflictError   somebody changed the same field since; both versions are in the message
    |       `-- UndoRefusedError   what would be undone was changed since; `versions` are both texts
    |-- QueryError        a filter that does not parse; knows the position for a caret
    |-- SettingsError     curator.toml or an option out of its range
    |-- TargetError       an export that cannot be written or would not be accepted
    `-- JudgeError        a model that was asked and did not answer

Each message says what is wrong, where (file, line, field) and what to do, one sentence each.
"""


class CuratorError(Exception):
    """The root: anything a user can be told in a sentence. The command line prints it and exits 2."""


class SourceError(CuratorError):
    """A source cannot be read: missing, not permitted, damaged, or not what its name says."""


class FormatError(CuratorError):
    """A row does not have the shape of its format. `field` is the path of the value, such as ``messages[2].role``."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field


class WorkspaceError(CuratorError):
    """The workspace file cannot be opened, written or trusted."""


class ConflictError(WorkspaceError):
    """A change was refused because somebody changed the same field since."""


class UndoRefusedError(ConflictError):
    """An operation cannot be undone any more. `versions` are what stands now and what undoing would write."""

    def __init__(self, message: str, versions: tuple[str, str]) -> None:
        super().__init__(message)
        self.versions = versions


class QueryError(CuratorError):
    """A filter does not parse. `position` is the 0-based character of the query where it goes wrong."""

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(f"{message}\n  {text}\n  {' ' * position}^")
        self.reason = message
        self.text = text
        self.position = position


class SettingsError(CuratorError):
    """A setting or an option is unknown or out of its range."""


class TargetError(CuratorError):
    """An export cannot be written, or what was written would not be accepted."""


class JudgeError(CuratorError):
    """A judge was asked and gave no usable answer."""
