"""Ties rows as the conflict check does, without running it."""

from collections.abc import Sequence

from curator.model import Finding
from curator.workspace import Workspace


def tie(ws: Workspace, *clusters: Sequence[int], code: str = "CON001") -> None:
    """Ties each cluster by edges, with a finding for each of its rows."""
    run = ws.findings.begin_run({code: ("error", "conflicting-outputs")}, {})
    edges, found = [], []
    for cluster in clusters:
        ids = ws.examples.ids_of(list(cluster)[:8])
        edges += [(cluster[0], other, "conflict", code) for other in cluster[1:]]
        for place, name in enumerate(ids):
            related = tuple(other for other in ids if other != name)
            found.append(Finding(code, name, f"row {place} of a conflict", related=related))
    run.add(found)
    run.add_edges(edges)
    run.finish()
