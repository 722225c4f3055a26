"""What must be told when the text of an example changes: findings that may no longer hold, the word index."""

from curator.model import Event
from curator.workspace.connection import Statements
from curator.workspace.state import fingerprint, is_text
from curator.workspace.words import reindex


class Followers:
    """Keeps what was derived from a text in step with it, inside the transaction of the change."""

    def follow(self, sqlite: Statements, event: Event) -> None:
        """Marks findings stale, or no longer stale, and renews the index after a text event."""
        if event.example is None or not is_text(event.field):
            return
        refresh_stale(sqlite, event.example)
        reindex(sqlite, event.example)


def refresh_stale(sqlite: Statements, example: int) -> None:
    """A finding is stale when the text of one of its examples is not the one that it was found in."""
    findings = [row[0] for row in sqlite.execute("select distinct finding from member where example = ?", (example,))]
    for finding in findings:
        stale = any(
            fingerprint(body) != found_in
            for found_in, body in sqlite.execute(
                "select m.found_in, s.body from member m left join state s on s.example = m.example "
                "where m.finding = ?",
                (finding,),
            )
        )
        sqlite.execute("update finding set stale = ? where id = ?", (int(stale), finding))
