"""Assess: should you fine-tune? What the workspace holds, read once, judged by `curator.advice`.

Findings are counted as they stand; texts are read of a sample where the whole set is not needed. No model is asked.
"""

from collections.abc import Callable, Generator, Sequence
from datetime import date

import msgspec
from msgspec import Struct, structs

from curator.advice.curve import LABELLED, TEXTS, Curve, label_curve, text_curve
from curator.advice.measured import Measured
from curator.advice.metrics import Metric, metrics_of, token_f1
from curator.advice.signals import SAMPLE, Agreed, EvalFacts, Place, Share, Signals, Topic
from curator.advice.texts import consistency, narrowness, neighbours, prefix, volatile
from curator.advice.verdict import Verdict, verdict
from curator.checks.sensitive_values import masked_text
from curator.checks.signatures import signature
from curator.corpus import opening
from curator.errors import WorkspaceError
from curator.model import Example, Progress
from curator.operations.agreement import agreement
from curator.operations.clusters import clusters
from curator.operations.conflicts import at_once, contradicting
from curator.operations.economy import economy, unpriced
from curator.operations.eval_set import NAME, show
from curator.operations.measured import measured_of
from curator.operations.tried import tried, volume_of
from curator.operations.unanswered import unanswered_of
from curator.query import parse
from curator.targets.base import Target
from curator.targets.named import targets
from curator.tasks import Outputs
from curator.text import normalise
from curator.tokens import estimate
from curator.variable import Frame, SharedText, frame_of, given_text, variable_parts
from curator.workspace import Workspace

#: Rows that would be trained on.
USABLE = "-status:rejected -status:fix route:train"
#: Codes of labels that look wrong, and of facts.
SUSPECT, KNOWLEDGE = "LAB001,LAB002", "KNO001,KNO002"
#: Characters of a text that are read: more of one changes no signal.
READ = 4_000
#: Rows by which it is told what stands around the inputs.
_FRAME = 500
# Rows by which it is told where such could be trained.
_PLACED = 100
#: Clusters that a verdict names.
TOPICS = 8


class Assessment(Struct, frozen=True):
    """What was found, what was measured, and the verdict on it."""

    signals: Signals
    measured: tuple[Measured, ...]
    verdict: Verdict
    today: str


def assess(
    ws: Workspace, *, measured: Sequence[Measured] | None = None, eval_set: str = NAME, today: str | None = None
) -> Generator[Progress, None, Assessment]:
    """Measures the signals of a workspace and says what follows. Raises `WorkspaceError` when it is empty.

    `measured` are the rungs of a baseline, else those that the workspace keeps of this eval set; without any the
    verdict is never that fine-tuning may pay.
    """
    if not ws.examples.count():
        raise WorkspaceError(f"{ws.path}: holds no examples. `curator import FILE -w {ws.path}` brings some.")
    yield Progress("counting what was found", 0, None)
    counted = _counted(ws)
    topics: tuple[Topic, ...] = ()
    if counted.knowledge is not None and counted.knowledge.count:
        found = yield from clusters(ws)
        topics = tuple(
            Topic(masked_text(one.name), len(one.cluster.members) - one.routed, one.cluster.share)
            for one in found.listed[:TOPICS]
            if one.cluster.kind != "others" and one.routed < len(one.cluster.members)
        )
    sample = yield from _sample(ws)
    yield Progress("measuring the sample", 0, None)
    signals = _of_sample(sample, counted)
    yield Progress("learning curve", 0, None)
    curve = _curve(sample, signals)
    facts = _eval_facts(ws, eval_set)
    places = _places(counted.usable, sample.rows)
    signals = _replace(
        signals, places=places, topics=topics, curve=curve, eval_set=facts, economy=economy(ws, signals, sample.sizes)
    )
    tried_in_vain = unanswered_of(ws, facts.digest if facts else "")
    signals = _replace(signals, unanswered=tried_in_vain, unpriced=unpriced(ws))
    found_rungs = measured_of(ws, facts.digest if facts else "") if measured is None else tuple(measured)
    day = today or date.today().isoformat()
    return Assessment(signals, found_rungs, verdict(signals, found_rungs, today=day), day)


# -- counted ---------------------------------------------------------------------------------------------------------


def _counted(ws: Workspace) -> Signals:
    """The signals that findings and decisions give, without a look at the texts."""
    with ws.moment():
        families = tuple(sorted({count.code[:3] for count in ws.findings.counts()}))
        usable = ws.examples.count(parse(USABLE))
        conflicts = at_once(ws)
        ran: Callable[[str], bool] = families.__contains__
        return Signals(
            rows=ws.examples.count(),
            usable=usable,
            families=families,
            conflicts=Share(contradicting(ws, conflicts), usable) if ran("CON") else None,
            suspects=Share(_number(ws, f"finding:{SUSPECT} status:pending route:train"), usable)
            if ran("LAB")
            else None,
            leaks=_number(ws, f"finding:SPL sev:error,warning {USABLE}") if ran("SPL") else None,
            errors=ws.counts.open(conflicts.left).errors,
            knowledge=Share(_number(ws, f"finding:{KNOWLEDGE} {USABLE}"), usable) if ran("KNO") else None,
            agreed=_agreed(ws),
            tried=tried(ws),
            volume=volume_of(ws),
        )


def _number(ws: Workspace, where: str) -> int:
    return ws.examples.count(parse(where))


def _agreed(ws: Workspace) -> Agreed | None:
    found = agreement(ws)
    if found is None:
        return None
    status = found.status
    return Agreed(status.alpha, status.low, status.high, status.rows, status.share)


def _places(usable: int, rows: Sequence[Example]) -> tuple[Place, ...]:
    return tuple(_place(one, usable, rows) for one in targets())


def _place(target: Target, usable: int, rows: Sequence[Example]) -> Place:
    """Whether a target takes so many rows, of which these are a sample."""
    refused = [reasons[0] for row in rows if (reasons := target.refuses(row))]
    misfit = f"{len(refused):,} of {len(rows):,} sampled rows are refused: {refused[0]}" if refused else ""
    fits = usable * (len(rows) - len(refused)) // max(1, len(rows))
    broken = structs.replace(target.limits, needs_validation=False).broken({"train": fits}) if fits else []
    none, status = bool(refused) and not fits, target.status
    return Place(
        target.name, target.title, status.state, status.verified_on, status.source, status.until, status.note,
        tuple(broken), misfit if none or (broken and refused) else "",
    )  # fmt: skip


def _eval_facts(ws: Workspace, name: str) -> EvalFacts | None:
    try:
        return show(ws, name).facts
    except WorkspaceError:
        if name != NAME:
            raise
        return None


# -- the sample ------------------------------------------------------------------------------------------------------


class _Sample:
    """Rows that were read, in an order drawn by chance: the first `SAMPLE` are for all signals, more for the curve.

    `inputs` are without all that many of them share, to say how alike they are. `told` are whole but for the template
    around them, to learn from: of few labels the words that tell them apart are shared by many inputs, too. `rows` are
    the first of them, to say which targets would take such.
    """

    def __init__(self) -> None:
        self.rows: list[Example] = []
        self.inputs: list[str] = []
        self.told: list[str] = []
        self.outputs: list[str] = []
        self.given: list[str] = []
        self.openings: list[tuple[str, str]] = []
        self.summary = Outputs()
        self.shared = SharedText()
        self.template = 0.0
        self._whole: list[str] = []
        self._frame: Frame | None = None

    def add(self, example: Example, *, whole: bool) -> None:
        """Takes in one example; `whole` ones are looked at in every way."""
        text = example.output_text.strip()
        if not text:
            return
        given = given_text(example)
        self.given.append(given[-READ:])
        self._whole.append(given)
        if len(self._whole) >= _FRAME or self._frame is not None:
            self._unframe()
        self.outputs.append(text[:READ])
        if len(self.rows) < _PLACED:
            self.rows.append(example)
        if whole:
            self.shared.add(example)
            self.summary.add(example)
            self.openings.append((example.system, opening(example)[:READ]))

    @property
    def sizes(self) -> tuple[float, float]:
        """The mean number of tokens of an input, without what stands before all of them, and of an output."""
        count = max(1, len(self.openings))
        given, said = self.inputs[:count], self.outputs[:count]
        return sum(map(estimate, given)) / count, sum(map(estimate, said)) / count

    def _unframe(self) -> None:
        """Takes the template off the texts that wait: it is told by the first ones."""
        self._frame = self._frame or frame_of(self._whole)
        self.told += [self._frame.off(text)[-READ:] for text in self._whole]
        self._whole = []

    def settle(self) -> None:
        """Takes off the inputs what many share."""
        self._unframe()
        self.inputs = variable_parts(self.given, self.shared)
        whole = sum(map(len, self.given[: len(self.openings)]))
        left = sum(map(len, self.inputs[: len(self.openings)]))
        self.template = 1 - left / whole if whole else 0.0
        self.given = []


def _sample(ws: Workspace) -> Generator[Progress, None, _Sample]:
    import numpy as np

    ids = np.frombuffer(ws.examples.ids(parse(USABLE)), dtype=np.int64)
    chosen = np.random.default_rng(7).permutation(len(ids))[:LABELLED]
    seqs = ids[chosen].tolist()
    sample = _Sample()
    for start in range(0, len(seqs), 500):
        if start >= TEXTS and sample.summary.task != "labels":
            break  # a curve of texts looks at fewer
        yield Progress("reading a sample", start, len(seqs))
        for place, entry in enumerate(ws.examples.entries(seqs[start : start + 500]), start):
            sample.add(entry.example, whole=place < SAMPLE)
    sample.settle()
    return sample


def _of_sample(sample: _Sample, counted: Signals) -> Signals:
    size = len(sample.openings)
    inputs, told, outputs = sample.inputs[:size], sample.told[:size], sample.outputs[:size]
    task = sample.summary.task
    metric = metrics_of(task, outputs)[0]
    return _replace(
        counted,
        sampled=size,
        task=task,
        metric=metric.title,
        narrowness=narrowness(inputs, outputs, sample.template),
        style=consistency(list(signature(text).items()) for text in outputs),
        neighbours=neighbours(told, outputs, token_f1),
        prefix=prefix(sample.openings),
        volatile=volatile(outputs),
    )


def _curve(sample: _Sample, signals: Signals) -> Curve | None:
    """The learning curve, of rows whose inputs differ: copies would be learned by heart."""
    rows = {normalise(given): (given, output) for given, output in zip(sample.told, sample.outputs, strict=True)}
    inputs, outputs = [given for given, _ in rows.values()], [output for _, output in rows.values()]
    if signals.task == "labels":
        return label_curve(inputs, [normalise(output) for output in outputs], rows=signals.usable)
    metric: Metric = metrics_of(signals.task, outputs)[0]
    return text_curve(inputs, outputs, metric.score, rows=signals.usable)


def _replace(signals: Signals, **changes: object) -> Signals:
    return msgspec.structs.replace(signals, **changes)
