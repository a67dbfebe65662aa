"""The swim lanes of one journey as geometry."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.charts.scale import Scale, Tick, ticks
from reports.lanes import Lane, Mark
from reports.values import text

WIDTH = 1000
_LEFT, _RIGHT = 116, WIDTH - 14
_ROW, _GAP, _TOP, _AXIS = 19, 9, 8, 26
_CHAR = 6.1


@dataclass(frozen=True, slots=True)
class Shape:
    """One mark in the drawing; `width` 0 is a moment, `label` is empty where there is no room for it."""

    x: float
    y: float
    width: float
    wait_x: float | None
    label: str
    inside: bool
    title: str
    tone: str


@dataclass(frozen=True, slots=True)
class Band:
    """A lane in the drawing."""

    name: str
    y: float
    height: float
    shapes: tuple[Shape, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Lifeline:
    """The whole drawing."""

    height: float
    axis_y: float
    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]


def lifeline_of(lanes: Iterable[Lane], *, start_s: float, end_s: float) -> Lifeline:
    """The drawing of these lanes between two moments; second 0 is the start."""
    scale = Scale(0.0, max(end_s - start_s, 0.1), _LEFT, _RIGHT)
    bands, y = [], float(_TOP)
    for lane in lanes:
        height = lane.rows * _ROW + 3
        bands.append(_band(lane, scale, start_s=start_s, y=y, height=height))
        y += height + _GAP
    return Lifeline(height=y + _AXIS, axis_y=y, bands=tuple(bands), ticks=ticks(scale, about=10, unit=" s"))


def _band(lane: Lane, scale: Scale, *, start_s: float, y: float, height: float) -> Band:
    shapes = []
    last_in_row: dict[int, float] = {}
    # From right to left: a label may reach as far as the next mark in its row.
    for mark in sorted(lane.marks, key=lambda mark: -mark.at_s):
        shape = _shape(mark, scale, start_s=start_s, y=y, next_x=last_in_row.get(mark.row, float(_RIGHT)))
        last_in_row[mark.row] = shape.x if shape.wait_x is None else shape.wait_x
        shapes.append(shape)
    return Band(lane.name, y, height, tuple(reversed(shapes)), lane.left_out)


def _shape(mark: Mark, scale: Scale, *, start_s: float, y: float, next_x: float) -> Shape:
    x = scale(mark.at_s - start_s)
    width = 0.0 if mark.until_s is None else round(max(scale(mark.until_s - start_s) - x, 3.0), 2)
    room_inside, room_beside = width - 8, next_x - x - max(width, 8) - 6
    needed = len(mark.label) * _CHAR
    inside = needed <= room_inside
    label = mark.label if inside or needed <= room_beside else _cut(mark.label, max(room_inside, room_beside))
    inside = inside or (bool(label) and room_inside >= room_beside)
    return Shape(
        x=x,
        y=y + 2 + mark.row * _ROW,
        width=width,
        wait_x=None if mark.wait_s is None else scale(mark.wait_s - start_s),
        label=label,
        inside=inside,
        title=f"{mark.at_s - start_s:.2f} s: {text(mark.title)}",
        tone=mark.tone,
    )


def _cut(label: str, room: float) -> str:
    """As much of the label as there is room for; the whole of it stays in the title."""
    letters = int(room / _CHAR) - 1
    return f"{label[:letters]}…" if letters >= 3 else ""  # noqa: PLR2004  fewer say nothing
