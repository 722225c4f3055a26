"""What must be told when the text or the split of an example changes: findings that may not hold, the word index."""

from curator.model import Event
from curator.workspace.connection import Statements
from curator.workspace.ignoring import SET_ASIDE, settle
from curator.workspace.state import fingerprint, is_text
from curator.workspace.words import reindex

#: The family of checks that compare splits.
_OF_SPLITS = "SPL"
#: Why a finding is stale, as bits: another text (which may come back), another split (until the next run).
_TEXT, _SPLIT = 1, 2


class Followers:
    """Keeps what was derived from an example in step with it, inside the transaction of the change."""

    def follow(self, sqlite: Statements, event: Event) -> None:
        """Marks findings stale, no longer stale, or ignored; renews the index after a text event."""
        if event.field in SET_ASIDE:
            settle(sqlite, str(event.source).partition("/")[0], () if event.example is None else (event.example,))
            return
        if event.example is None:
            return
        if event.field == "split":
            split_moved(sqlite, event.example)
        if not is_text(event.field):
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
        sqlite.execute(
            "update finding set stale = (stale & ~?) | ? where id = ?", (_TEXT, _TEXT if stale else 0, finding)
        )


def split_moved(sqlite: Statements, example: int) -> None:
    """A finding about splits is stale once one of its examples has got another one, until the checks run again."""
    sqlite.execute(
        # By `substr`, for which no index of the codes can be taken: an example has few findings, a code many.
        "update finding set stale = stale | ?1 where substr(code, 1, 3) = ?2 and id in (select finding from member "
        "where example = ?3)",
        (_SPLIT, _OF_SPLITS, example),
    )
