"""How long people waited for a QR: a histogram, its running total, and those who never saw one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from reports.charts.scale import Scale, Tick, round_step, ticks
from reports.values import seconds

WIDTH, HEIGHT = 860, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 812, 30, HEIGHT - 40
_NEVER_WIDTH = 54
_BREAK_WIDTH = 90
_BARS_ABOUT = 60
_BARS_MAX = 120
_LATE = 3.0
# When all waits are so many times shorter than the limit, the axis is broken to show them.
_FAR = 3.0
_NEAR = 0.01


@dataclass(frozen=True, slots=True)
class Bar:
    """So many journeys waited between these two moments."""

    x: float
    y: float
    width: float
    height: float
    count: int
    title: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A marked moment, with the row that its label stands in so that labels do not overlap."""

    x: float
    label: str
    kind: str
    row: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Positions of everything in the drawing."""

    summary: str
    bars: tuple[Bar, ...]
    cumulative: str
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    share_ticks: tuple[Tick, ...]
    axis_end: float
    break_x: float | None
    table: tuple[tuple[str, int], ...]


def distribution_of(
    waits_s: Sequence[float | None], *, limit_s: float, p50_s: float | None, p95_s: float | None
) -> Distribution | None:
    """The drawing of these waits, None for never; None when there are none."""
    if not waits_s:
        return None
    shown_s = sorted(wait for wait in waits_s if wait is not None)
    never = len(waits_s) - len(shown_s)
    far = bool(shown_s) and shown_s[-1] * _FAR < limit_s
    step_s, edges = _bins(shown_s, max(shown_s[-1], limit_s * _NEAR) if far else limit_s)
    counts = _counts(shown_s, step_s, edges)
    end = _RIGHT - (_NEVER_WIDTH if never else 0)
    bars_end = end - _BREAK_WIDTH if far else end
    across = Scale(0.0, step_s * edges, _LEFT, bars_end)
    up = Scale(0.0, max(*counts, never, 1), _BOTTOM, _TOP)
    bars = _bars(counts, step_s, across, up, limit_s=limit_s)
    marks = (("p50", p50_s), ("p95", p95_s), ("limit", limit_s))
    return Distribution(
        summary=_summary(waits_s, never, limit_s=limit_s, p50_s=p50_s, p95_s=p95_s),
        bars=(*bars, *([_never_bar(never, up)] if never else [])),
        cumulative=_cumulative(counts, step_s, across, total=len(waits_s)),
        lines=_lines(marks, across, limit_x=end - _BREAK_WIDTH / 4 if far else None),
        x_ticks=ticks(across, about=10, unit=" s"),
        y_ticks=tuple(tick for tick in ticks(up, about=4) if "." not in tick.label),
        share_ticks=ticks(Scale(0.0, 1.0, _BOTTOM, _TOP), about=4, unit=" %", times=100),
        axis_end=end,
        break_x=bars_end + _BREAK_WIDTH / 3 if far else None,
        table=tuple((bar.title, bar.count) for bar in bars if bar.count) + ((("never", never),) if never else ()),
    )


def _bins(shown_s: Sequence[float], limit_s: float) -> tuple[float, int]:
    """A round width, and how many bars: up to the limit and beyond, but stragglers do not flatten the rest."""
    furthest_s = min(shown_s[-1] if shown_s else 0.0, limit_s * _LATE)
    high_s = max(limit_s * 1.15, furthest_s * 1.02)
    step_s = round_step(high_s, about=_BARS_ABOUT)
    return step_s, min(ceil(high_s / step_s), _BARS_MAX)


def _counts(shown_s: Sequence[float], step_s: float, edges: int) -> list[int]:
    """How many waits fall into each bar; what is beyond the last edge is counted in the last bar."""
    counts = [0] * edges
    for wait_s in shown_s:
        counts[min(int(wait_s / step_s), edges - 1) if wait_s >= 0 else 0] += 1
    return counts


def _bars(counts: Sequence[int], step_s: float, across: Scale, up: Scale, *, limit_s: float) -> list[Bar]:
    bars = []
    for index, count in enumerate(counts):
        from_s, until_s = index * step_s, (index + 1) * step_s
        beyond = " or longer" if index == len(counts) - 1 else ""
        x = across(from_s)
        bars.append(
            Bar(
                x=round(x + 0.5, 2),
                y=up(count),
                width=round(max(across(until_s) - x - 1, 0.5), 2),
                height=round(_BOTTOM - up(count), 2),
                count=count,
                title=f"{from_s:g} to {until_s:g} s{beyond}",
                tone="late" if from_s >= limit_s else "shown",
            )
        )
    return bars


def _never_bar(never: int, up: Scale) -> Bar:
    x = _RIGHT - _NEVER_WIDTH + 16
    return Bar(x, up(never), _NEVER_WIDTH - 24, round(_BOTTOM - up(never), 2), never, "never", "never")


def _cumulative(counts: Sequence[int], step_s: float, across: Scale, *, total: int) -> str:
    """The running total as SVG points: it ends below 100 % by as much as was never shown."""
    share = Scale(0.0, 1.0, _BOTTOM, _TOP)
    points = [f"{across((index + 1) * step_s)},{share(seen / total)}" for index, seen in enumerate(accumulate(counts))]
    return " ".join([f"{across(0.0)},{share(0.0)}", *points])


def _lines(marks: Sequence[tuple[str, float | None]], across: Scale, *, limit_x: float | None) -> tuple[Line, ...]:
    """The marked moments; a limit that is far away stands behind a break of the axis."""
    found = []
    for row, (name, at_s) in enumerate(marks):
        if at_s is None:
            continue
        x = limit_x if name == "limit" and limit_x is not None else across(at_s)
        anchor = "end" if x > (_LEFT + _RIGHT) / 2 else "start"
        said = f"{at_s:g} s" if name == "limit" else seconds(at_s)
        found.append(Line(x, f"{name} {said}", name, row, anchor))
    return tuple(found)


def _summary(
    waits_s: Sequence[float | None], never: int, *, limit_s: float, p50_s: float | None, p95_s: float | None
) -> str:
    within = sum(wait is not None and wait < limit_s for wait in waits_s)
    return (
        f"{len(waits_s)} journeys: half saw a QR within {seconds(p50_s)}, p95 {seconds(p95_s)}; "
        f"{within} within {limit_s:g} s, {never} never"
    )
