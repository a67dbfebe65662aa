"""Two runs side by side, as one value: what is better, worse, or the same within chance.

A verdict that changed is a change. Numbers of two runs always differ, so a share or a time only counts as changed when
an exact test says that chance alone would rarely do it (`CHANCE`): Fisher's for shares, Mann and Whitney's for times.
What held and was not looked at any more is no worse, and said: the second run proves less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from reports.criteria import Criterion, criteria_of
from reports.findings import invariants_of
from reports.gaps import duties_of, gaps_of
from reports.overview import KNOWN_VERDICTS
from reports.run_files import RunFiles
from reports.tones import spoken
from reports.values import Row, number, row, seconds, text

# Chance alone makes a difference this large less often than this.
CHANCE = 0.01
SAMPLES_MIN = 5
_BADNESS = {"PASS": 0, "INCONCLUSIVE": 1, "INVALID": 2, "FAIL": 3}
_GOOD, _BAD = {"holds", "true", "PASS"}, {"broken", "false", "FAIL"}
_LOAD = "load"


class Change(StrEnum):
    """How the second run compares to the first."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    LESS_KNOWN = "proves less"
    MORE_KNOWN = "proves more"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that both runs say something of."""

    name: str
    title: str
    before: str
    after: str
    change: Change
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, the first and the second; each part in the order of a report."""

    before: str
    after: str
    verdicts: Line
    criteria: tuple[Line, ...]
    times: tuple[Line, ...]
    gaps: tuple[Line, ...]
    duties: tuple[Line, ...]
    invariants: tuple[Line, ...]
    facts: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything that was compared."""
        return (self.verdicts, *self.criteria, *self.times, *self.gaps, *self.duties, *self.invariants)

    @property
    def is_worse(self) -> bool:
        """Whether anything is worse in the second run."""
        return any(line.change is Change.WORSE for line in self.lines)

    @property
    def sentence(self) -> str:
        """The whole comparison in one line."""
        counts = [(change, sum(line.change is change for line in self.lines)) for change in Change]
        said = ", ".join(f"{count} {change.value}" for change, count in counts if count)
        return f"{self.before} → {self.after}: {said}"


def compare(before: RunFiles, after: RunFiles) -> Comparison:
    """Both runs, as far as their files go."""
    runs = before.run, after.run
    notes = [f"{files.name}: {note}" for files in (before, after) for note in files.notes]
    return Comparison(
        before=before.name,
        after=after.name,
        verdicts=_verdict_line(*runs),
        criteria=_criteria(*runs),
        times=tuple(_times(before, after)),
        gaps=_judged([[(one.id, one.title, one.verdict) for one in gaps_of(run)] for run in runs]),
        duties=_judged([[(one.id, one.title, one.verdict) for one in duties_of(run)] for run in runs]),
        invariants=_judged(
            [
                [(one.id, one.title, one.verdict) for one in invariants_of(files.run, files.verdicts)]
                for files in (before, after)
            ],
            by_number=True,
        ),
        facts=tuple(_facts(*runs)),
        notes=tuple(notes),
    )


def _verdict_line(before: Row, after: Row) -> Line:
    words = [text(run.get("verdict")) for run in (before, after)]
    shown = [word if word in KNOWN_VERDICTS else "INVALID" for word in words]
    badness = [_BADNESS[word] for word in shown]
    change = Change.SAME if badness[0] == badness[1] else Change.WORSE if badness[1] > badness[0] else Change.BETTER
    return Line("verdict", "the run's verdict", shown[0], shown[1], change)


def _criteria(before: Row, after: Row) -> tuple[Line, ...]:
    """Both criteria: their shares by Fisher's exact test, and their verdicts."""
    found = [{one.id: one for one in criteria_of(run)} for run in (before, after)]
    names = [name for name in found[0] if name in found[1]]
    return tuple(_criterion(found[0][name], found[1][name]) for name in names)


def _criterion(before: Criterion, after: Criterion) -> Line:
    from scipy.stats import fisher_exact  # noqa: PLC0415  takes a second, and only comparing needs it

    said = _measured(before), _measured(after)
    counts = [[one.good, one.n - one.good] for one in (before, after)]
    chance = float(fisher_exact(counts).pvalue)
    shares = [one.good / one.n if one.n else 0.0 for one in (before, after)]
    if chance < CHANCE:
        change = Change.WORSE if shares[1] < shares[0] else Change.BETTER
        return Line(before.id, before.title, *said, change, f"chance alone: {chance:.1g}")
    if (before.verdict == "PASS") != (after.verdict == "PASS"):
        change = Change.WORSE if before.verdict == "PASS" else Change.BETTER
        return Line(before.id, before.title, *said, change, "another verdict")
    return Line(before.id, before.title, *said, Change.SAME, "within chance" if shares[0] != shares[1] else "")


def _measured(one: Criterion) -> str:
    return f"{one.verdict}: {one.measured}, {one.good} of {one.n}"


def _times(before: RunFiles, after: RunFiles) -> Iterable[Line]:
    for name, title in (("qr_s", "time to QR"), ("connected_s", "time to CONNECTED")):
        waits = [_waits(files.samples, name) for files in (before, after)]
        if all(waits):
            yield _time(name.removesuffix("_s"), title, waits[0], waits[1])


def _waits(samples: Sequence[Row], name: str) -> list[float]:
    """The load's waits, or those of the scenarios when there was no load; infinite for never."""
    counted = [sample for sample in samples if sample.get("outcome") != "error"]
    load = [sample for sample in counted if sample.get("phase") == _LOAD]
    found = (number(sample.get(name)) for sample in load or counted)
    return [inf if wait_s is None else wait_s for wait_s in found]


def _time(name: str, title: str, before: list[float], after: list[float]) -> Line:
    from scipy.stats import fisher_exact, mannwhitneyu  # noqa: PLC0415  takes a second, and only comparing needs it

    said = _spread(before), _spread(after)
    if min(len(before), len(after)) < SAMPLES_MIN:
        return Line(name, title, *said, Change.SAME, "too few to compare")
    # Many that are faster do not make up for some that never come.
    never = [[sum(wait_s == inf for wait_s in waits), len(waits)] for waits in (before, after)]
    lost = float(fisher_exact([[missing, n - missing] for missing, n in never]).pvalue)
    if lost < CHANCE:
        change = Change.WORSE if never[1][0] * never[0][1] > never[0][0] * never[1][1] else Change.BETTER
        return Line(name, title, *said, change, f"never: {never[0][0]} → {never[1][0]}; chance alone: {lost:.1g}")
    found = mannwhitneyu(after, before)
    if float(found.pvalue) >= CHANCE:
        return Line(name, title, *said, Change.SAME, "within chance")
    slower = float(found.statistic) > len(before) * len(after) / 2
    return Line(name, title, *said, Change.WORSE if slower else Change.BETTER, f"chance alone: {found.pvalue:.1g}")


def _spread(waits: list[float]) -> str:
    ordered = sorted(waits)
    shown = [ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.95)]
    p50, p95 = (seconds(None if wait_s == inf else wait_s) for wait_s in shown)
    return f"p50 {p50}, p95 {p95} ({len(ordered)})"


Judged = tuple[str, str, str]


def _judged(runs: Sequence[Sequence[Judged]], *, by_number: bool = False) -> tuple[Line, ...]:
    """Gaps, duties or invariants: their verdicts side by side; one that a run does not have is unknown there."""
    before, after = ({name: (title, word) for name, title, word in found} for found in runs)
    names = list(dict.fromkeys([*before, *after]))
    if by_number:
        names.sort(key=lambda name: (len(name), name))
    return tuple(_judgement(name, before.get(name), after.get(name)) for name in names)


def _judgement(name: str, before: tuple[str, str] | None, after: tuple[str, str] | None) -> Line:
    title = (after or before or ("", ""))[0]
    words = [found[1] if found else "unknown" for found in (before, after)]
    return Line(name, title, spoken(words[0]), spoken(words[1]), _change(words[0], words[1]))


def _change(before: str, after: str) -> Change:
    if after in _BAD:
        return Change.SAME if before in _BAD else Change.WORSE
    if before in _BAD:
        return Change.BETTER if after in _GOOD else Change.LESS_KNOWN
    if (before in _GOOD) == (after in _GOOD):
        return Change.SAME
    return Change.MORE_KNOWN if after in _GOOD else Change.LESS_KNOWN


def _facts(before: Row, after: Row) -> Iterable[tuple[str, str, str]]:
    """What was different about the runs themselves, which may explain the rest."""
    flat = [_flat(run) for run in (before, after)]
    for name in dict.fromkeys([*flat[0], *flat[1]]):
        values = [facts.get(name, "") for facts in flat]
        if values[0] != values[1]:
            yield name, values[0], values[1]


def _flat(run: Row) -> Mapping[str, str]:
    own = {name: text(run.get(name)) for name in ("label", "seed", "commit", "schedule_sha256")}
    return own | {f"sut {name}": text(value) for name, value in row(run.get("sut")).items()}
