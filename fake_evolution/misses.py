"""Near misses: what happened instead of what a test waited for, read from the journal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fake_evolution.journal import Record

_NAMED_MAX = 6
_REFUSED_FROM = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody waited for: None is anything."""

    event: str | None = None
    instance: str | None = None
    url: str | None = None
    state: str | None = None

    def __str__(self) -> str:
        parts = [self.event or "any event"]
        parts += [f"state {self.state}"] if self.state else []
        parts += [f"of instance '{self.instance}'"] if self.instance else []
        parts += [f"to {self.url}"] if self.url else []
        return " ".join(parts)


def near_misses(records: Sequence[Record], asked: Iterable[Asked] = ()) -> list[str]:
    """Sentences about what went elsewhere, was something else, or was refused."""
    return [
        *_elsewhere(records, asked),
        *_other_events(records, asked),
        *_failed_attempts(records),
        *_refused_scans(records),
        *_refused_calls(records),
        *_struck(records),
    ]


def urls_of(records: Iterable[Record]) -> dict[str, str]:
    """Where each delivery goes, by its id."""
    return {record["delivery"]: record["url"] for record in records if record.kind == "plan"}


def _elsewhere(records: Sequence[Record], asked: Iterable[Asked]) -> Iterable[str]:
    """`3 webhooks went to http://…/a, none to http://…/b`."""
    urls = urls_of(records)
    went = Counter(urls.get(record["delivery"], "?") for record in records if record.kind == "attempt")
    wanted = {one.url for one in asked if one.url} | _configured(records)
    missed = sorted(url for url in wanted if not any(to.startswith(url) for to in went))
    if not went and not missed:
        return
    told = [f"{_webhooks(number)} went to {url}" for url, number in went.most_common(_NAMED_MAX)]
    told = told or ["no webhook went anywhere"]
    yield ", ".join([*told, *(f"none to {url}" for url in missed[:_NAMED_MAX])])


def _webhooks(number: int) -> str:
    return f"{number} webhook{'s' if number > 1 else ''}"


def _configured(records: Iterable[Record]) -> set[str]:
    """Where instances were told to send their webhooks."""
    bodies = (record["body"] for record in records if record.kind == "call" and isinstance(record["body"], Mapping))
    webhooks = (body.get("webhook") for body in bodies)
    return {str(one["url"]) for one in webhooks if isinstance(one, Mapping) and one.get("url")}


def _other_events(records: Sequence[Record], asked: Iterable[Asked]) -> Iterable[str]:
    """`event qrcode.updated asked for, connection.update x2 was sent`."""
    emitted = Counter(_named(record) for record in records if record.kind == "event")
    sent = ", ".join(f"{event} x{number}" for event, number in emitted.most_common(_NAMED_MAX)) or "nothing"
    for one in dict.fromkeys(asked):
        yield f"event {one} asked for, {sent} was sent"


def _named(record: Record) -> str:
    state = record["data"].get("state") if isinstance(record["data"], Mapping) else None
    return f"{record['event']} {state}" if state else str(record["event"])


def _failed_attempts(records: Sequence[Record]) -> Iterable[str]:
    urls = urls_of(records)
    failed = Counter(
        (urls.get(record["delivery"], "?"), str(record["status"] or record["error"]))
        for record in records
        if record.kind == "attempt" and record["outcome"] != "ok"
    )
    for (url, why), number in failed.most_common(_NAMED_MAX):
        yield f"{_webhooks(number)} to {url} failed: {why}"


def _refused_scans(records: Iterable[Record]) -> Iterable[str]:
    reasons = {
        "expired": "that code of instance '{}' is no longer shown",
        "foreign": "that code is of instance '{}', and another one was meant",
        "repeated": "that code of instance '{}' has linked a phone already",
        "unknown": "no instance ever showed that code",
    }
    for record in records:
        if record.kind == "scan" and record["verdict"] in reasons:
            why = reasons[record["verdict"]].format(record["instance"])
            yield f"a scan was refused as {record['verdict']}: {why}"


def _refused_calls(records: Sequence[Record]) -> Iterable[str]:
    refused = Counter(
        (record["method"], record["path"], record["status"], _reason(record["body"]))
        for record in records
        if record.kind == "answer" and record["status"] >= _REFUSED_FROM
    )
    for (method, path, status, why), number in refused.most_common(_NAMED_MAX):
        yield f"{method} {path} was answered {status} x{number}: {why}"


def _reason(body: Any) -> str:
    found = body.get("response", body) if isinstance(body, Mapping) else body
    told = found.get("message", found) if isinstance(found, Mapping) else found
    return str(told)[:200]


def _struck(records: Iterable[Record]) -> Iterable[str]:
    struck = Counter((record["rule"], record["fault"]) for record in records if record.kind == "fault")
    for (rule, fault), number in struck.most_common(_NAMED_MAX):
        yield f"fault rule '{rule}' ({fault}) struck x{number}"
