"""Without a fault that strikes, everything that leaves is what the server itself would send, octet by octet."""

from fake_evolution import (
    API_FAULTS,
    FAULTS,
    Answer,
    ApiFault,
    Config,
    Fault,
    FaultRule,
    Outcome,
    VirtualFake,
    Webhook,
    World,
    run_virtually,
)
from fake_evolution.faults.api_latency import ApiLatency
from fake_evolution.faults.clock_skew import ClockSkew
from fake_evolution.faults.delay import Delay

NEEDS: dict[str, Fault | ApiFault] = {
    "delay": Delay(9.0),
    "api-latency": ApiLatency(9.0),
    "clock-skew": ClockSkew(ahead_s=9.0),
}
KINDS: dict[str, type[Fault] | type[ApiFault]] = {**FAULTS, **API_FAULTS}
EVERY_FAULT = [(name, NEEDS[name] if name in NEEDS else kind()) for name, kind in KINDS.items()]
BODY = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS"}
HOOK = {
    "url": "http://backend.invalid/",
    "events": [],
    "headers": {"jwt_key": "secret-of-the-tests-and-of-nobody-else"},
}


def sent(world: World) -> list[tuple[float, Webhook]]:
    """Everything that leaves in a short life, with its time."""
    found: list[tuple[float, Webhook]] = []

    async def live() -> None:
        async def receive(webhook: Webhook) -> Answer:
            found.append((fake.clock.now(), webhook))
            return Answer(Outcome.OK, status=200)

        async with VirtualFake(receive, config=Config(seed=3), world=world) as fake:
            await fake.create({**BODY, "webhook": HOOK})
            await fake.connect("sales")
            fake.scan("sales")
            await fake.pass_time(60)

    run_virtually(live())
    return found


def test_rules_that_never_strike_leave_every_octet() -> None:
    """Addresses, headers, tokens, bodies and times are those of a world without rules."""
    never = World(faults=tuple(FaultRule(name, fault, probability=0.0) for name, fault in EVERY_FAULT))

    assert sent(never) == sent(World())
    assert len(sent(World())) > 4


def test_a_rule_that_strikes_does_change_something() -> None:
    """The comparison would see a difference."""
    for name, fault in EVERY_FAULT:
        if name in ("clock-skew", "corrupt", "delay", "drop", "duplicate", "oversize", "wrong-instance", "forged"):
            assert sent(World(faults=(FaultRule(name, fault),))) != sent(World()), name
