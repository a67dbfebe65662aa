"""The report in a few lines of Markdown, for the summary of a CI job."""

from reports.findings import Invariant
from reports.gaps import Gap, Proof
from reports.page import Page
from reports.tones import sign, spoken
from reports.values import text

_BROKEN_MAX = 10
_FAILED_MAX = 5
_PROOFS_MAX = 3
_CHARS_MAX = 300


def summary_of(page: Page) -> str:
    """The report as Markdown."""
    overview = page.overview
    blocks = [
        [f"# {sign(overview.verdict)} {overview.verdict}", "", _plain(overview.reason)],
        _criteria(page),
        _gaps(page.gaps, "gap"),
        _gaps(tuple(duty for duty in page.duties if duty.proofs), "broken beside the gaps"),
        _invariants(page.invariants),
        _failed(page),
        [f"> {_plain(note)}" for note in page.notes],
        _backend(page),
        ["Repeat it:", "", *_code(overview.repeat)] if overview.repeat else [],
        [" · ".join(f"{name} {_plain(value)}" for name, value in overview.facts)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def _criteria(page: Page) -> list[str]:
    if not page.criteria:
        return []
    lines = ["| criterion | asked | measured | exact interval | verdict |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.title} | {one.asked} | {one.measured} ({one.detail}) | {one.bounds} | {sign(one.verdict)} {one.verdict} |"  # noqa: E501  a row
        for one, _ in page.criteria
    ]
    times = [f"{name} {value}" for name, value in page.connected]
    lines += [f"| Time to CONNECTED | | {', '.join(times)} | | |"] if times else []
    lines += ["", *(f"Left out of both: {count} journeys ({why})." for why, count in page.excluded)]
    return lines


def _gaps(gaps: tuple[Gap, ...], title: str) -> list[str]:
    if not gaps:
        return []
    lines = [f"| {title} | verdict | evidence |", "|---|---|---|"]
    return lines + [
        f"| {_cell(gap.id)} | {sign(gap.verdict)} {_cell(gap.verdict)} | {_evidence(gap)} |" for gap in gaps
    ]


def _evidence(gap: Gap) -> str:
    """What proves a broken one: webhook, row, time between; how often the others were looked at."""
    if not gap.proofs:
        return _plain("; ".join(gap.evidence))
    return "<br>".join(_proof(proof) for proof in gap.proofs[:_PROOFS_MAX])


def _proof(proof: Proof) -> str:
    named = {"webhook": proof.webhook, "API": proof.shown, "between": proof.between}
    facts = "; ".join(f"{name}: {said}" for name, said in named.items() if said)
    return f"**{_plain(proof.invariant)}** ({_plain(proof.often)}) {_plain(facts or proof.sentence)}"


def _invariants(invariants: tuple[Invariant, ...]) -> list[str]:
    broken = [one for one in invariants if one.verdict == "false"]
    lines = [
        f"- {sign(one.verdict)} **{_plain(one.id)}** {spoken(one.verdict)} {one.count} times: {_plain(one.diagnosis)}"
        for one in broken[:_BROKEN_MAX]
    ]
    more = len(broken) - _BROKEN_MAX
    return [*lines, f"- and {more} more"] if more > 0 else lines


def _failed(page: Page) -> list[str]:
    if not page.failed:
        return []
    lines = [
        f"- {_plain(told.title)}: {told.story.outcome}; {_plain(told.story.reason)}"
        for told in page.failed[:_FAILED_MAX]
    ]
    more = page.failed_count - len(lines)
    lines += [f"- and {more} more"] if more else []
    return [f"{page.failed_count} journeys did not go well:", "", *lines]


def _backend(page: Page) -> list[str]:
    if not page.overview.backend_died:
        return []
    return ["The backend died. Its last lines:", "", *_code("\n".join(page.overview.backend_log[-15:]))]


def _code(content: str) -> list[str]:
    """A code block whose fence is longer than any in its content."""
    fence = "```"
    while fence in content:
        fence += "`"
    return [fence, content, fence]


def _plain(value: object) -> str:
    """Text that stays text in Markdown, on one line."""
    said = text(value).replace("\n", " ")[:_CHARS_MAX]
    for special in "\\`*_<>[]|#":
        said = said.replace(special, f"\\{special}")
    return said


def _cell(value: object) -> str:
    return text(value).replace("\n", " ").replace("|", "\\|")
