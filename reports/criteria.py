"""The acceptance criteria of a run as the report shows them."""

from dataclasses import dataclass

from reports.values import Row, number, percent, row, seconds, text, whole


@dataclass(frozen=True, slots=True)
class Criterion:
    """One acceptance criterion: asked, measured, and how sure that is; bounds are shares from 0 to 1."""

    id: str
    title: str
    brief: str
    asked: str
    measured: str
    detail: str
    verdict: str
    n: int
    good: int
    limit: float
    rate: float | None
    lower: float | None
    upper: float | None
    advice: str = ""

    @property
    def bounds(self) -> str:
        """The exact interval in words."""
        if self.lower is None or not self.n:
            return "no samples, so nothing is known"
        below = f"at least {percent(self.lower)}"
        above = "" if self.upper is None else f", at most {percent(self.upper)}"
        return f"true rate {below}{above} (each bound exact, with 95 % confidence)"


def criteria_of(run: Row) -> tuple[Criterion, ...]:
    """Both criteria, as far as the run came to measure them."""
    acceptance = row(run.get("acceptance"))
    success, qr = row(acceptance.get("connect_success")), row(acceptance.get("time_to_qr"))
    found = [_connect_success(success)] if success else []
    return (*found, *([_time_to_qr(qr)] if qr else []))


def _connect_success(block: Row) -> Criterion:
    n, failures = whole(block.get("n")), whole(block.get("failures"))
    limit = number(block.get("limit")) or 0.0
    return Criterion(
        id="connect_success",
        title="Connect success",
        brief="connect success",
        asked=f"≥ {percent(limit)} show a QR and reach CONNECTED",
        measured=percent(number(block.get("rate"))) if n else "no samples",
        detail=f"{n - failures} of {n} journeys connected",
        verdict=text(block.get("verdict")),
        n=n,
        good=n - failures,
        limit=limit,
        rate=number(block.get("rate")),
        lower=number(block.get("lower_95")),
        upper=number(block.get("upper_95")),
        advice=_advice(block),
    )


def _time_to_qr(block: Row) -> Criterion:
    n, within = whole(block.get("n")), whole(block.get("within"))
    limit_s = number(block.get("limit_s")) or 0.0
    missing = whole(block.get("missing"))
    never = f", {missing} never showed one" if missing else ""
    return Criterion(
        id="time_to_qr",
        title="Time to QR, p95",
        brief="p95",
        asked=f"p95 < {limit_s:g} s",
        measured=seconds(number(block.get("p95_s"))) if n else "no samples",
        detail=f"{within} of {n} journeys saw a QR within {limit_s:g} s{never}",
        verdict=text(block.get("verdict")),
        n=n,
        good=within,
        limit=number(block.get("limit")) or 0.95,
        rate=within / n if n else None,
        lower=number(block.get("lower_95")),
        upper=number(block.get("upper_95")),
        advice=_advice(block),
    )


def _advice(block: Row) -> str:
    """What would decide it; or, of a PASS that the first half decided, that it did."""
    first = row(block.get("first_look"))
    if first:
        return (
            f"one short in all, decided by the first half: {whole(first.get('successes'))} of {whole(first.get('n'))}"
        )
    further, alike = number(block.get("further_successes")), number(block.get("further_alike"))
    if block.get("verdict") != "INCONCLUSIVE" or further is None:
        return ""
    said = f"{further:.0f} further journeys, all good, would make it a PASS"
    return said if alike is None else f"{said}; about {alike:.0f} further ones like these would decide it either way"
