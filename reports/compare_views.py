"""A comparison of two runs as text for a terminal, and as a page that needs nothing else."""

from collections.abc import Iterable

from reports.comparison import Change, Comparison, Line
from reports.html import environment, own_files

_MARKS = {
    Change.BETTER: "+",
    Change.WORSE: "!",
    Change.SAME: " ",
    Change.LESS_KNOWN: "?",
    Change.MORE_KNOWN: "+",
}
_NAME_CHARS = 22


def text_of(found: Comparison) -> str:
    """What changed, line by line; what is the same is only counted where there is much of it."""
    blocks = [
        [found.sentence],
        _block("", [found.verdicts, *found.criteria, *found.times], always=True),
        _block("gaps", found.gaps, always=True),
        _block("beside the gaps", found.duties),
        _block("invariants", found.invariants),
        [f"{name}: {before or '-'} → {after or '-'}" for name, before, after in found.facts],
        [f"note: {note}" for note in found.notes],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def html_of(found: Comparison) -> str:
    """The page."""
    template = environment().get_template("compare.html.j2")
    return template.render(found=found, tones=_TONES, **own_files("style.css"))


_TONES = {
    Change.BETTER: "good",
    Change.WORSE: "bad",
    Change.SAME: "none",
    Change.LESS_KNOWN: "unsure",
    Change.MORE_KNOWN: "info",
}


def _block(title: str, lines: Iterable[Line], *, always: bool = False) -> list[str]:
    lines = list(lines)
    shown = [line for line in lines if always or line.change is not Change.SAME]
    same = len(lines) - len(shown)
    said = [_line(line) for line in shown]
    said += [f"  {same} the same"] if same else []
    return [f"{title}:", *said] if title and said else said


def _line(line: Line) -> str:
    change = "" if line.change is Change.SAME else f"  {line.change.value}"
    why = f" ({line.why})" if line.why else ""
    moved = line.before if line.before == line.after else f"{line.before} → {line.after}"
    return f"{_MARKS[line.change]} {line.name:{_NAME_CHARS}} {moved}{change}{why}"
