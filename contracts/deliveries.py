"""Which recorded webhooks belong together, and which of them an arriving one stands for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.align import Kind
from contracts.compare import Context, differences
from contracts.recording import RESET, Injection, Json, Recording, Reply, Request, Webhook

BURST_S = 0.05
"""Webhooks this close together were sent at once; their order says nothing."""

TIMEOUT_S_DEFAULT = 30.0
_TIMEOUT = "WEBHOOK_REQUEST_TIMEOUT_MS"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recorded duty to hand over a webhook: its attempts, and the burst the first one was part of."""

    index: int
    burst: int
    attempts: tuple[Webhook, ...]

    @property
    def first(self) -> Webhook:
        """The first attempt."""
        return self.attempts[0]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A webhook that arrived in the replay, and the recorded attempt it stands for."""

    at_s: float
    method: str
    path: str
    headers: dict[str, str]
    body: Json
    delivery: Delivery | None
    attempt: int

    @property
    def recorded(self) -> Webhook | None:
        """The recorded attempt; None when there was no such one."""
        if self.delivery is None or self.attempt >= len(self.delivery.attempts):
            return None
        return self.delivery.attempts[self.attempt]


def deliveries_of(recording: Recording) -> tuple[Delivery, ...]:
    """Groups the recorded webhooks: the same message again after a failure is a further attempt."""
    timeout_s = timeout_s_of(recording)
    groups: list[list[Webhook]] = []
    for webhook in recording.of(Webhook):
        earlier = next((group for group in groups if continues(group[-1], webhook, timeout_s)), None)
        if earlier is None:
            groups.append([webhook])
        else:
            earlier.append(webhook)
    return tuple(
        Delivery(index, burst, tuple(group))
        for index, (burst, group) in enumerate(zip(_bursts(groups), groups, strict=True))
    )


def timeout_s_of(recording: Recording) -> float:
    """How long the recorded server waited for the sink."""
    return float(recording.env.get(_TIMEOUT, 0)) / 1000 or TIMEOUT_S_DEFAULT


def failed(reply: Reply, timeout_s: float) -> bool:
    """Whether the sender must have taken the reply as a failure; redirects are followed, so they are none."""
    return reply.status == RESET or int(reply.status) >= 400 or reply.delay_s >= timeout_s  # noqa: PLR2004  HTTP


def continues(earlier: Webhook, later: Webhook, timeout_s: float) -> bool:
    """Whether a webhook is the next attempt of an earlier one."""
    same = (earlier.method, earlier.path, earlier.body) == (later.method, later.path, later.body)
    return same and failed(earlier.reply, timeout_s)


def _bursts(groups: Iterable[list[Webhook]]) -> Iterable[int]:
    """Numbers the bursts of the first attempts: a pause begins a new one."""
    burst, previous_s = -1, float("-inf")
    for group in groups:
        burst += group[0].offset_s - previous_s > BURST_S
        previous_s = group[0].offset_s
        yield burst


def given_values(recording: Recording) -> frozenset[str | int | float]:
    """What the client or the phone put in, as far as the server had not said it before."""
    given: set[str | int | float] = set()
    answered: set[str | int | float] = set()
    for step in recording.steps:
        if isinstance(step, Request):
            given |= set(_scalars([step.body, *step.headers.values()])) - answered
            answered |= set(_scalars(step.response)) - given
        elif isinstance(step, Webhook):
            answered |= set(_scalars(step.body)) - given
        elif isinstance(step, Injection):
            given |= set(_scalars(dict(step.fields))) - answered
    return frozenset(given)


def _scalars(value: Json) -> Iterable[str | int | float]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value


def signature(body: Json) -> tuple[Json, ...]:
    """What two webhooks must share to be taken for the same one, however wrong the rest is."""
    if not isinstance(body, dict):
        return ()
    data = body.get("data")
    detail = (data.get("state"), data.get("status"), "qrcode" in data) if isinstance(data, dict) else ()
    return (body.get("event"), body.get("instance"), *detail)


@dataclass(slots=True)
class Matcher:
    """Pairs arriving webhooks with recorded ones, each recorded one once."""

    deliveries: tuple[Delivery, ...]
    context: Context
    timeout_s: float = TIMEOUT_S_DEFAULT
    _open: dict[int, Delivery] = field(init=False)
    _last: dict[tuple[str, str, bytes], tuple[Delivery | None, int, Reply]] = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has arrived yet."""
        self._open = {delivery.index: delivery for delivery in self.deliveries}
        self._last = {}

    def match(self, method: str, path: str, raw: bytes, body: Json) -> tuple[Delivery | None, int, Reply]:
        """The recorded delivery, the number of the attempt, and what to reply."""
        key = (method, path, raw)
        again = self._last.get(key)
        if again is not None and failed(again[2], self.timeout_s):
            delivery, attempt = again[0], again[1] + 1
        else:
            delivery, attempt = self._take(method, path, body), 0
        found = (delivery, attempt, _reply(delivery, attempt))
        self._last[key] = found
        return found

    def _take(self, method: str, path: str, body: Json) -> Delivery | None:
        """The open delivery that is most like what arrived; the earliest of equals."""
        alike = [
            delivery
            for delivery in self._open.values()
            if delivery.first.method == method and signature(delivery.first.body) == signature(body)
        ]
        if not alike:
            return None
        best = min(alike, key=lambda delivery: (self._distance(delivery.first, path, body), delivery.index))
        return self._open.pop(best.index)

    def _distance(self, recorded: Webhook, path: str, body: Json) -> int:
        """How much differs; another URL weighs more than any field."""
        found = differences(recorded.body, body, self.context)
        fields = sum(difference.kind is not Kind.IDENTITY for difference in found)
        return fields + 1000 * (recorded.path != path)


def _reply(delivery: Delivery | None, attempt: int) -> Reply:
    """The recorded reply; after the recording ended, what was replied last."""
    if delivery is None:
        return Reply()
    return delivery.attempts[min(attempt, len(delivery.attempts) - 1)].reply
