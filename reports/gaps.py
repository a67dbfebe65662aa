"""Gaps of the technical report and the duties beside them, as the report's first page shows them."""

from dataclasses import dataclass

from reports.values import Row, number, rows, seconds, text, whole

GAP_TITLES = {
    "G1-status-contract": "Only canonical statuses reach clients",
    "G2-correlation": "Every webhook finds its channel",
    "G3-qr-by-sleep": "The QR comes as soon as it exists, not after a sleep",
    "G4-idempotency": "Webhooks may come twice and out of order",
    "G5-typed-contract": "States are typed and checked at the border",
    "G6-observability": "Business metrics tell the truth",
    "G7-usage-drift": "Usage counters agree with reality",
}
DUTY_TITLES = {
    "D1-isolation": "Tenants never see or touch each other",
    "D2-authenticity": "Only Evolution's own webhooks count",
    "D3-robustness": "Whatever is sent, the backend stays up and bounded",
    "D4-recovery": "Outages, restarts and lost webhooks are recovered from",
    "D5-acknowledgement": "Bursts of webhooks are acknowledged fast",
    "D6-provider-calls": "Evolution is only asked what it has",
    "D7-no-orphans": "No live instance is left behind",
    "D8-live-updates": "Every change reaches the tenant's socket",
}
NOT_EXERCISED = "not exercised"


@dataclass(frozen=True, slots=True)
class Proof:
    """One broken invariant of a gap: what was seen, and the webhook, the row and the time between that show it."""

    invariant: str
    title: str
    often: str
    where: str
    sentence: str
    webhook: str
    shown: str
    between: str
    around: tuple[str, ...]
    records: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap of the technical report, or one duty, and what this run says of it."""

    id: str
    title: str
    verdict: str
    evidence: tuple[str, ...]
    proofs: tuple[Proof, ...]


def gaps_of(run: Row) -> tuple[Gap, ...]:
    """Every gap, those that the run says nothing of included."""
    return _all_of(rows(run.get("gaps")), GAP_TITLES)


def duties_of(run: Row) -> tuple[Gap, ...]:
    """Every duty that no gap names; none for runs that knew of none."""
    return _all_of(rows(run.get("duties")), DUTY_TITLES)


def _all_of(found: tuple[Row, ...], titles: dict[str, str]) -> tuple[Gap, ...]:
    said = {text(one.get("id")): one for one in found}
    names = [*titles, *(name for name in said if name not in titles)]
    return tuple(_gap(name, titles.get(name, name), said.get(name, {})) for name in names) if said else ()


def _gap(name: str, title: str, found: Row) -> Gap:
    evidence = found.get("evidence")
    parts = evidence.split(" | ") if isinstance(evidence, str) else evidence
    parts = parts if isinstance(parts, list) else [parts]
    return Gap(
        id=name,
        title=title,
        verdict=text(found.get("verdict")) or NOT_EXERCISED,
        evidence=tuple(text(part) for part in parts if text(part)),
        proofs=tuple(_proof(one, name) for one in rows(found.get("findings"))),
    )


def _proof(found: Row, gap: str) -> Proof:
    between_s = number(found.get("between_s"))
    around = found.get("around")
    records = found.get("records")
    return Proof(
        invariant=text(found.get("invariant")),
        title=text(found.get("title")),
        often=f"{whole(found.get('count'))} of {whole(found.get('of'))}",
        where=", ".join(part for part in (text(found.get("subject")), text(found.get("phase"))) if part),
        # The card says which gap it is.
        sentence=_capital(text(found.get("sentence")).removeprefix(f"{gap}: ")),
        webhook=text(found.get("webhook")),
        shown=text(found.get("shown")),
        between="" if between_s is None else seconds(between_s),
        around=tuple(text(one) for one in around) if isinstance(around, list) else (),
        records=" ".join(text(one) for one in records) if isinstance(records, list) else "",
    )


def _capital(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"


def in_brief(gaps: tuple[Gap, ...]) -> str:
    """How a list of gaps went, in one line."""
    broken = sum(gap.verdict == "broken" for gap in gaps)
    held = sum(gap.verdict == "holds" for gap in gaps)
    return f"{broken} broken, {held} hold, {len(gaps) - broken - held} not exercised"
