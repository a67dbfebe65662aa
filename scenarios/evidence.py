"""What a developer of the backend can act on: the webhook, what the API showed, and the time between the two.

Made from the witness records of a finding, which is all that a report needs to keep of a journal.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scenarios.judging import Finding, Verdict

_TEXT_CHARS_MAX = 160
# The beginning tells one QR code from another.
_CODE_CHARS_MAX = 20
_SHOWN_FIELDS = ("status", "code", "qr_error", "number", "sessions", "limit", "status_code", "messages", "text")
_SHOWN_KINDS = frozenset({"seen", "messages", "usage", "reply", "trespass", "metrics"})

Line = Mapping[str, Any]


def finding_of(verdict: Verdict) -> dict[str, Any] | None:
    """The worst finding of a broken invariant with its evidence; None where nothing is broken."""
    worst = verdict.worst
    if worst is None:
        return None
    return {
        "invariant": verdict.id,
        "title": verdict.title,
        "count": verdict.count,
        "of": verdict.exercised,
        "phase": worst.phase,
        "subject": worst.subject,
        "sentence": worst.sentence,
        **evidence_of(worst),
    }


def evidence_of(finding: Finding) -> dict[str, Any]:
    """Each part is null where the finding has no record of that kind."""
    lines = sorted(finding.witness, key=lambda line: float(line.get("t") or 0.0))
    event, attempt = _last(lines, {"event"}), _last(lines, {"attempt"})
    shown = _last(lines, _SHOWN_KINDS)
    cause = attempt or event or _last(lines, {"qr"})
    return {
        "webhook": _webhook(event, attempt, sent_again=len([one for one in lines if one.get("kind") == "attempt"]) > 1),
        "shown": None if shown is None else _shown(shown),
        "around": [_around(line) for line in lines if line.get("kind") in {"outage", "state", "step", "fault", "call"}],
        "between_s": _between_s(cause, shown),
        "records": [line.get("seq") for line in lines],
    }


def _last(lines: Sequence[Line], kinds: Collection[str]) -> Line | None:
    return next((line for line in reversed(lines) if line.get("kind") in kinds), None)


def _webhook(event: Line | None, attempt: Line | None, *, sent_again: bool) -> str | None:
    about = event or attempt
    if about is None:
        return None
    data = about.get("data")
    state = data.get("state") if isinstance(data, Mapping) else None
    words = [f"{about.get('event')}{f' {state}' if state else ''} of instance {about.get('instance')}"]
    if event is not None:
        words.append(f"emitted at {_s(event.get('t'))}")
    if attempt is not None:
        again = " (last of several)" if sent_again else ""
        answer = attempt.get("status")
        answered = "not answered" if answer is None else f"answered {answer}"
        words.append(f"sent at {_s(attempt.get('sent_s'))}{again}, {answered} at {_s(attempt.get('t'))}")
    return "; ".join(words)


def _shown(line: Line) -> str:
    where = {"seen": f"{line.get('via')} of channel {line.get('channel')}", "reply": f"answer to {line.get('action')}"}
    limits = {"code": _CODE_CHARS_MAX}
    shown = [name for name in _SHOWN_FIELDS if line.get(name) is not None]
    said = ", ".join(f"{name} {_short(line[name], limits.get(name, _TEXT_CHARS_MAX))}" for name in shown)
    what = where.get(str(line.get("kind")), str(line.get("kind")))
    missing = "status null" if line.get("kind") == "seen" and line.get("status") is None else "nothing"
    return f"{what} at {_s(_moment(line))}: {said or missing}"


def _around(line: Line) -> str:
    told = {
        "outage": f"{line.get('part')} {line.get('action')} ({line.get('how')})",
        "state": f"instance {line.get('instance')} is '{line.get('phase')}' in Evolution",
        "step": f"step {line.get('do')}: {line.get('outcome')}",
        "fault": f"fault {line.get('fault')} ({line.get('rule')})",
        "call": f"backend calls {line.get('method')} {line.get('path')}",
    }
    return f"{_s(line.get('t'))}: {told[str(line.get('kind'))]}"


def _between_s(cause: Line | None, shown: Line | None) -> float | None:
    """From the webhook (sent, or emitted) to the look that shows what is wrong."""
    if cause is None or shown is None:
        return None
    from_s, to_s = cause.get("sent_s", cause.get("t")), _moment(shown)
    if not isinstance(from_s, int | float) or not isinstance(to_s, int | float):
        return None
    return round(to_s - from_s, 3)


def _moment(line: Line) -> Any:
    return line.get("at_s", line.get("t"))


def _s(value: object) -> str:
    return f"{value:.2f} s" if isinstance(value, int | float) else "an unknown time"


def _short(value: object, chars_max: int) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= chars_max else f"{text[:chars_max]}…"
