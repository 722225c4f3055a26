"""The verdict as one page for the person who pays: everything in it, nothing loaded, all data escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from msgspec import Struct

from curator.advice import plots
from curator.advice.evidence import Line
from curator.advice.measured import Measured
from curator.advice.prompts import Prompt
from curator.advice.signals import Signals
from curator.advice.verdict import Verdict

#: How a line bears, as a reader sees it.
BEARS = {
    "blocks": "in the way",
    "retrieval": "for retrieval",
    "prompt": "for the prompt",
    "for": "for fine-tuning",
    "against": "against fine-tuning",
    "open": "open",
    "fine": "in order",
    "here": "can be trained here",
    "elsewhere": "not here",
}
#: Characters of a prompt that are shown.
_SHOWN = 1_500

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --line: #d1d9e0; --mark: #0b5cad; --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --mark: #6cb2ff; --paper: #0d1117; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 50rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .3rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
.why { font-size: 1.15rem; } .dim, figcaption, dt { color: var(--dim); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-bottom: 1px solid var(--line); } th { font-weight: 600; }
.bears { white-space: nowrap; } .number { font-variant-numeric: tabular-nums; }
figure { margin: 1.5rem 0; } svg { width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif;
  fill: var(--ink); } .grid { stroke: var(--line); } .line { fill: none; stroke: var(--mark); stroke-width: 2; }
.dot { fill: var(--mark); } .bar { fill: var(--mark); opacity: .55; } .band { stroke: var(--mark); stroke-width: 6;
  opacity: .45; } .target { stroke: #c4432b; stroke-width: 2; stroke-dasharray: 5 4; }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .6rem; }
@media print { body { margin: 0; max-width: none; } }
"""


class Page(Struct, frozen=True):
    """What stands on a page. Secrets and personal data in what comes from the data are masked already."""

    name: str
    day: str
    version: str
    verdict: Verdict
    signals: Signals
    measured: tuple[Measured, ...] = ()
    prompts: Mapping[str, Prompt] = {}


def page(given: Page) -> str:
    """The whole page."""
    found = given.verdict
    parts = [
        f"<h1>{_e(found.title)}</h1>",
        f'<p class="why">{_e(found.why)}</p>',
        f"<p><strong>Next:</strong> {_e(found.next)}</p>",
        f'<p class="dim">{_e(given.name)}, {given.signals.rows:,} pairs, {given.signals.usable:,} of them to train on. '
        f"{_e(found.confidence)}. Made on {_e(given.day)}.</p>",
        *_figures(given),
        _section("What is known", _lines([one for one in found.lines if not one.name.startswith("where:")])),
        _missing(found),
        _section("Where could this be trained?", _lines([one for one in found.lines if one.name.startswith("where:")])),
        _prompts(given.prompts),
        f'<p class="dim">Curator {_e(given.version)}. The verdict follows from the lines above by fixed rules; none of '
        "them is a score. What was measured on a sample says so.</p>",
    ]
    return _document(f"{found.title}: {given.name}", "\n".join(part for part in parts if part))


def _figures(given: Page) -> list[str]:
    signals = given.signals
    found = []
    if given.measured:
        best = given.measured[0]
        found.append(
            (plots.ladder(given.measured), f"{best.metric} on {best.rows:,} rows of the eval set, {best.date}.")
        )
    if signals.curve is not None:
        said = "measured on a sample" if signals.curve.sampled else "measured on the whole set"
        found.append((
            plots.learning(signals.curve),
            f"Learned by {signals.curve.learner}, {said}; it is no fine-tuned model. The upright bar is what chance "
            "leaves open of the forecast for twice as many rows.",
        ))  # fmt: skip
    topics = [one for one in signals.topics if one.share is not None]
    if topics:
        found.append((plots.topics(topics), "Clusters of rows that teach facts, and how many rows each has."))
    if signals.economy is not None and (drawn := plots.economy(signals.economy)):
        found.append((drawn, signals.economy.said or "Prices as dated."))
    if signals.eval_set is not None:
        found.append((plots.widths(signals.eval_set.clusters), "How exactly the eval set measures."))
    return [f"<figure>{svg}<figcaption>{_e(said)}</figcaption></figure>" for svg, said in found]


def _lines(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    rows = "".join(
        f'<tr><td class="bears">{_e(BEARS[one.bears])}</td><td><strong>{_e(one.says)}</strong><br>'
        f'<span class="number">{_e(one.number)}</span><br><span class="dim">From: {_e(one.source)}.<br>'
        f"What would overturn it: {_e(one.overturn)}</span></td></tr>"
        for one in lines
    )
    return _table(("Bears", "What, by which number, from where"), rows)


def _missing(found: Verdict) -> str:
    if not found.missing:
        return ""
    rows = "".join(f"<tr><td>{_e(one.name)}</td><td>{_e(one.how)}</td></tr>" for one in found.missing)
    return _section("What is missing", _table(("Evidence", "What brings it"), rows))


def _table(columns: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{_e(column)}</th>' for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _prompts(prompts: Mapping[str, Prompt]) -> str:
    parts = []
    for name, one in prompts.items():
        score = "no score kept" if one.score is None else f"score {one.score:.2f}"
        rows = "" if one.rows is None else f" on {one.rows:,} rows"
        note = f"<br>{_e(one.note)}" if one.note else ""
        shown = one.text if len(one.text) <= _SHOWN else f"{one.text[:_SHOWN]}…"
        parts.append(f"<h3>{_e(name)}</h3><p>{_e(one.date)}: {score}{rows}{note}</p><pre>{_e(shown)}</pre>")
    return _section("Prompts that were tried", "".join(parts))


def _section(title: str, inner: str) -> str:
    return f"<h2>{_e(title)}</h2>\n{inner}" if inner else ""


def _document(title: str, body: str) -> str:
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_e(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _e(text: str) -> str:
    """Escaped, and without characters that no page may hold or that turn its text around."""
    return escape("".join(one if one in "\n\t" or one.isprintable() else "\ufffd" for one in text))
