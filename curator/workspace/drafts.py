"""Half-typed edits, kept until they are saved or thrown away."""

from datetime import UTC, datetime

from curator.workspace.connection import Connection


class DraftStore:
    """One draft for each example, field and reviewer. A draft is no event: nobody has decided anything yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, seq: int, field: str, text: str, reviewer: str) -> None:
        """Keeps the text as it is now; it survives a crash once this returns."""
        with self._connection.write() as sqlite:
            sqlite.execute(
                "insert or replace into draft values (?, ?, ?, ?, ?)",
                (seq, field, reviewer, text, datetime.now(UTC).isoformat(timespec="milliseconds")),
            )

    def load(self, seq: int, field: str, reviewer: str) -> str | None:
        """The draft of this reviewer, or None."""
        text = self._connection.value(
            "select text from draft where example = ? and field = ? and reviewer = ?", (seq, field, reviewer)
        )
        return None if text is None else str(text)

    def drop(self, seq: int, field: str, reviewer: str) -> None:
        """Forgets a draft."""
        with self._connection.write() as sqlite:
            sqlite.execute("delete from draft where example = ? and field = ? and reviewer = ?", (seq, field, reviewer))
