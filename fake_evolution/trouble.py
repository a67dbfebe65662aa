"""Trouble: the fault rules of a world at work, with a journal record for every firing.

The rules may be exchanged while the world goes on; chance is keyed, so the rules that stay draw as before.
"""

from collections.abc import Sequence

from fake_evolution.clock import Clock
from fake_evolution.faults import Chain, FaultRule
from fake_evolution.journal import Journal
from fake_evolution.plan import AT_ONCE, ApiCall, Delivery, Plan, Treatment
from fake_evolution.rng import Rng

_CALLS_COUNTED_MAX = 100_000


class Trouble:
    """Plans every delivery, and decides what becomes of every answer of the API."""

    def __init__(self, rules: Sequence[FaultRule], *, rng: Rng, journal: Journal, clock: Clock) -> None:
        self._rng, self._journal, self._clock = rng, journal, clock
        self._began_s = clock.now()
        self._chain = Chain(rules, rng)
        self._instance_numbers: dict[str, int] = {}
        self._calls: dict[tuple[str, str], int] = {}

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The rules in force."""
        return self._chain.rules

    @property
    def treats_calls(self) -> bool:
        """Whether any rule is about answers of the API."""
        return self._chain.treats_calls

    def follow(self, rules: Sequence[FaultRule]) -> None:
        """Go on with these rules instead; their counts begin anew."""
        self._chain = Chain(rules, self._rng)

    def number_of(self, instance: str) -> int:
        """The how-manieth instance of this world it is; called when one is created."""
        return self._instance_numbers.setdefault(instance, len(self._instance_numbers) + 1)

    def plan(self, delivery: Delivery, number: int) -> Plan:
        """The attempts of this number, after all rules; noted."""
        at_s = self._clock.now() - self._began_s
        plan, firings = self._chain.apply(AT_ONCE, delivery, attempt=number, at_s=at_s)
        for firing in firings:
            self._journal.write(
                "fault",
                rule=firing.rule.name,
                fault=firing.rule.kind,
                delivery=delivery.delivery_id,
                instance=delivery.instance,
                event=delivery.event,
                attempt=number,
            )
        planned = {
            "delivery": delivery.delivery_id,
            "event_id": delivery.event_id,
            "instance": delivery.instance,
            "event": delivery.event,
            "attempt": number,
            "url": delivery.webhook.url,
            "due_offsets_s": [round(attempt.due_s, 6) for attempt in plan],
            "hold_past": max([attempt.hold_past for attempt in plan], default=0),
            "faults": [firing.rule.name for firing in firings],
        }
        self._journal.note("plan", planned, waits=True)
        return plan

    def treatment(self, method: str, path: str, instance: str) -> Treatment:
        """What becomes of the answer to a call; firings are noted."""
        if len(self._calls) >= _CALLS_COUNTED_MAX:
            self._calls.clear()
        number = self._calls[method, path] = self._calls.get((method, path), 0) + 1
        call = ApiCall(number, method, path, instance, self._instance_numbers.get(instance, 0))
        treatment, firings = self._chain.treat(call, at_s=self._clock.now() - self._began_s)
        for firing in firings:
            self._journal.write(
                "fault",
                rule=firing.rule.name,
                fault=firing.rule.kind,
                delivery=None,
                instance=instance or None,
                method=method,
                path=path,
                number=number,
            )
        return treatment
