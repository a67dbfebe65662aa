"""Whether calls and answers are those of the contract."""

from contracts.documents import Operation, document, operation_of
from contracts.loader import violations
from contracts.recording import Json

UNKNOWN_ROUTE_STATUSES = frozenset({400, 404})
"""What an unknown route answers: 400 to malformed JSON, else 404."""


def body_violations(operation: Operation, body: Json) -> tuple[str, ...]:
    """What Evolution would refuse of the body of a call; no body, and an array, count as an empty object."""
    if operation.body is None:
        return ()
    if isinstance(body, str) and body:
        forms = operation.media - {"application/json"}
        return () if forms else ("(top): the body is no JSON",)
    return violations(operation.body, body or {} if not isinstance(body, list) else {})


def answer_violations(method: str, path: str, status: int, body: Json) -> tuple[str, ...]:
    """What in an answer is not as the contract says; () when all of it is."""
    operation = operation_of(method, path)
    if operation is None:
        if status not in UNKNOWN_ROUTE_STATUSES:
            return (f"status {status} of a route that Evolution does not have",)
        return violations("error", body)
    if status not in operation.answers:
        legal = ", ".join(str(known) for known in sorted(operation.answers))
        return (f"status {status} is not declared; declared: {legal}",)
    if isinstance(body, str) and (status in operation.may_be_text or (not body and status in operation.may_be_empty)):
        return ()
    found = [violations(name, body) for name in operation.answers[status]]
    return min(found, key=len, default=())


def data_violations(event: str, data: Json) -> tuple[str, ...]:
    """What in the data of an event is not as the contract says."""
    if event not in document("openapi")["webhooks"]:
        return (f"event: {event!r} is no event of the contract",)
    return violations(f"events/{event}", data, part="/properties/data")


def event_violations(body: Json) -> tuple[str, ...]:
    """What in a webhook is not as the contract says."""
    event = body.get("event") if isinstance(body, dict) else None
    if not isinstance(event, str):
        return ("event: missing",)
    if event not in document("openapi")["webhooks"]:
        return (f"event: {event!r} is no event of the contract",)
    return violations(f"events/{event}", body)
