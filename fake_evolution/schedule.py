"""What a world plans for a standard life of some instances, without serving: the same seed, the same octets.

A standard life: created, connected, scanned (by its phone, or after four seconds), two messages, two minutes of
being connected, logged out, deleted; the next instance begins a second after the one before.
"""

import asyncio
from collections.abc import Iterator
from hashlib import sha256

import orjson

from fake_evolution import operations
from fake_evolution.behaviours.acting import Phones
from fake_evolution.behaviours.values import Owners
from fake_evolution.config import Config
from fake_evolution.conversation import talk
from fake_evolution.conversation.partners import partner
from fake_evolution.domain.states import Phase
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.faults import Selector
from fake_evolution.journal import Journal
from fake_evolution.plan import Answer, Outcome, Webhook
from fake_evolution.virtual_time import VirtualFake, run_virtually
from fake_evolution.world import World

INSTANCES_MAX = 10_000
_RECEIVER = "http://backend.invalid/webhook"
_EVERY_S, _SCAN_AFTER_S, _CONNECTED_S = 1.0, 4.0, 120.0
_MESSAGES = ("Olá!", "Tudo bem?")
_END_S = 3600.0
_SHOWN = ("instance", "event", "delivery", "attempt", "due_offsets_s", "hold_past", "faults")


def schedule(world: World, *, seed: int, instances: int) -> Iterator[bytes]:
    """The plan as canonical JSON lines: keys sorted, nothing of the machine or of the time of day in them."""
    if not 1 <= instances <= INSTANCES_MAX:
        raise ConfigError(f"--instances is {instances}; legal: 1 to {INSTANCES_MAX}")
    _refuse_strangers(world, instances)
    for record in run_virtually(_lived(world, seed, instances)).after(0, kind="plan"):
        shown = {"t": record.t, **{name: record[name] for name in _SHOWN}}
        yield orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)


def schedule_digest(world: World, *, seed: int, instances: int) -> str:
    """The SHA-256 of the plan's lines, each with its line break."""
    digest = sha256()
    for line in schedule(world, seed=seed, instances=instances):
        digest.update(line + b"\n")
    return digest.hexdigest()


def _refuse_strangers(world: World, instances: int) -> None:
    """A rule or phone of an instance that will not be there can only be a mistake."""
    names = {_name(number) for number in range(1, instances + 1)}
    about: list[tuple[str, Selector | Owners]] = []
    about += ((f"faults[{at}]", rule.select) for at, rule in enumerate(world.faults))
    about += ((f"phones[{at}]", phone.select) for at, phone in enumerate(world.phones))
    for where, select in about:
        exact = not any(sign in select.instance for sign in "*?[")
        if exact and select.instance not in names:
            known = f"{_name(1)} to {_name(instances)}"
            raise ConfigError(f"world.{where}.select.instance is '{select.instance}'; the instances here: {known}")
        if select.nth_instance and min(select.nth_instance) > instances:
            told = f"{list(select.nth_instance)}, and there are {instances} instances"
            raise ConfigError(f"world.{where}.select.nth_instance is {told}; give more --instances")


def _name(number: int) -> str:
    return f"instance-{number:04d}"


async def _lived(world: World, seed: int, instances: int) -> Journal:
    async with VirtualFake(_thankful, config=Config(seed=seed, api_key="none"), world=world) as fake:
        stop_watching = Phones(fake.engine).watch()
        async with asyncio.TaskGroup() as group:
            for number in range(1, instances + 1):
                group.create_task(_life(fake, number))
        await fake.pass_time(_END_S)
        stop_watching()
        await fake.engine.chores.stop()
    return fake.journal


async def _thankful(_webhook: Webhook) -> Answer:
    """A receiver that takes everything."""
    return Answer(Outcome.OK, status=200)


async def _life(fake: VirtualFake, number: int) -> None:
    name = _name(number)
    await fake.pass_time((number - 1) * _EVERY_S)
    webhook = {"url": _RECEIVER, "events": [], "enabled": True}
    await fake.create({"instanceName": name, "integration": "WHATSAPP-BAILEYS", "webhook": webhook})
    await fake.connect(name)
    await fake.pass_time(_SCAN_AFTER_S)
    if not fake.engine.world.phones and fake.engine.instances[name].phase is Phase.QR:
        fake.scan(name)
    for text in _MESSAGES:
        await fake.pass_time(_CONNECTED_S / (len(_MESSAGES) + 1))
        await _hear(fake.engine, name, text)
    await fake.pass_time(_CONNECTED_S / (len(_MESSAGES) + 1))
    if fake.engine.instances[name].phase is Phase.OPEN:
        await operations.logout(fake.engine, name)
    await fake.pass_time(_SCAN_AFTER_S)
    await operations.delete(fake.engine, name)


async def _hear(engine: Engine, name: str, text: str) -> None:
    """A message comes in; while there is no connection it does not."""
    if engine.instances[name].phase is Phase.OPEN:
        await talk.say(engine, name, partner(engine, name), talk.Saying(text=text))
