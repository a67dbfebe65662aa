"""Phones at work: they watch what becomes of their instance, and what they do about it waits in the scheduler's heap.

journal: qr ─▶ the n-th of this session? ─▶ scan, later
         state open, first after a scan ─▶ the acts of `then`, each at its time
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from math import isinf
from typing import Any

from fake_evolution import phones
from fake_evolution.behaviours.values import (
    ACTS,
    Act,
    Ban,
    Behaviour,
    DieSilently,
    Flap,
    LoseConnection,
    Receive,
    Scan,
    Shown,
    Unlink,
)
from fake_evolution.conversation import talk
from fake_evolution.conversation.partners import partner
from fake_evolution.distributions import Duration, drawn_s
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, IllegalSignalError, UnknownInstanceError
from fake_evolution.journal import Record
from fake_evolution.rng import Draws

_NAMES = {kind: name for name, kind in ACTS.items()}


@dataclass(slots=True)
class _Phone:
    """What a phone has seen of its instance."""

    behaviour: Behaviour
    draws: Draws
    instance_id: str
    codes: int = 0
    old_code: str | None = None
    has_begun: bool = False


class Phones:
    """The phones of one fake, which behave as its world says."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._phones: dict[str, _Phone] = {}
        self._behaviours = engine.world.phones
        self._saying: set[asyncio.Task[None]] = set()
        self._notices: Mapping[str, Callable[[Record], None]] = {
            "world": self._on_world,
            "qr": self._on_qr,
            "scan": self._on_scan,
            "state": self._on_state,
        }

    def watch(self) -> Callable[[], None]:
        """Follow what happens from now on; the returned function ends that."""
        return self._engine.journal.listen(self._notice, *self._notices)

    def _notice(self, record: Record) -> None:
        if self._engine.world.phones or self._behaviours:
            self._notices[record.kind](record)

    def _on_world(self, _record: Record) -> None:
        """Other behaviours make other phones."""
        if self._engine.world.phones != self._behaviours:
            self._behaviours = self._engine.world.phones
            self._phones.clear()

    def _phone(self, instance: str, instance_id: str) -> _Phone | None:
        """The phone of this very incarnation of the instance."""
        known = self._phones.get(instance)
        if known is not None and known.instance_id == instance_id:
            return known
        behaviour = next((one for one in self._engine.world.phones if self._is_about(one, instance)), None)
        if behaviour is None:
            return None
        draws = self._engine.rng.keyed("phone", behaviour.name, instance, instance_id)
        self._phones[instance] = _Phone(behaviour, draws, instance_id)
        return self._phones[instance]

    def _is_about(self, behaviour: Behaviour, instance: str) -> bool:
        owners = behaviour.select
        number = self._engine.trouble.number_of(instance)
        chance = self._engine.rng.keyed("share of phones", behaviour.name, instance)
        return (
            fnmatchcase(instance, owners.instance)
            and (not owners.nth_instance or number in owners.nth_instance)
            and (owners.share >= 1 or chance.unit() < owners.share)
        )

    # --- scanning ---------------------------------------------------------------------------------------------------

    def _on_qr(self, record: Record) -> None:
        phone = self._phone(record["instance"], record["instance_id"])
        if phone is None or phone.behaviour.scan is None:
            return
        phone.codes += 1
        scan, name = phone.behaviour.scan, record["instance"]
        if scan.code is Shown.CURRENT:
            if phone.codes == scan.nth_qr:
                self._after(phone, name, scan.after_s, partial(self._scan, name, None, scan))
        elif phone.codes == scan.nth_qr:
            phone.old_code = record["code"]
        elif phone.codes == scan.nth_qr + 1:
            self._after(phone, name, scan.after_s, partial(self._scan_old, phone, name, scan))

    def _scan_old(self, phone: _Phone, name: str, scan: Scan) -> None:
        self._scan(name, phone.old_code, scan)
        if scan.code is Shown.EXPIRED_FIRST:
            self._after(phone, name, scan.after_s, partial(self._scan, name, None, scan))

    def _scan(self, name: str, code: str | None, scan: Scan) -> None:
        phones.scan(self._engine, code=code, instance=name, number=scan.number or None, profile_name=None)

    # --- what happens to a linked phone -----------------------------------------------------------------------------

    def _on_scan(self, record: Record) -> None:
        """A phone that is linked anew begins anew."""
        known = self._phones.get(record["instance"] or "")
        if known is not None and record["verdict"] == "linked":
            known.has_begun, known.codes = False, 0

    def _on_state(self, record: Record) -> None:
        if record["phase"] == "removed":
            self._phones.pop(record["instance"], None)
        if record["phase"] != "open":
            return
        phone = self._phone(record["instance"], record["instance_id"])
        if phone is not None and not phone.has_begun:
            phone.has_begun = True
            for act in phone.behaviour.then:
                self._after(phone, record["instance"], act.at_s, partial(self._perform, phone, record["instance"], act))

    def _perform(self, phone: _Phone, name: str, act: Act) -> None:
        if isinstance(act, Flap):
            for count in range(act.times):
                lose = partial(self._happens, name, "lose-connection", act.code)
                self._after(phone, name, count * act.within_s / act.times, lose)
        elif isinstance(act, Receive):
            due_s = 0.0
            for _ in range(act.count):
                self._after(phone, name, due_s, partial(self._receive, name, act))
                due_s += drawn_s(act.every_s, phone.draws)
        elif isinstance(act, LoseConnection | DieSilently):
            self._happens(name, _NAMES[type(act)], getattr(act, "code", None), act.for_s)
        elif isinstance(act, Unlink | Ban):
            self._happens(name, _NAMES[type(act)], act.code)

    def _happens(self, name: str, action: str, code: int | None, for_s: float | None = None) -> None:
        unnoticed = action == "die-silently" and for_s is not None and isinf(for_s)
        phones.act(self._engine, name, action, code=code, for_s=None if unnoticed else for_s)

    def _receive(self, name: str, act: Receive) -> None:
        task = asyncio.ensure_future(self._engine.chores.start(self._say(name, act)))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say(self, name: str, act: Receive) -> None:
        saying: dict[str, Any] = {"kind": "text", "text": act.text, "by_lid": act.lid}
        try:
            who = partner(self._engine, name, number=act.sender or None, name=None)
            await talk.say(self._engine, name, who, talk.Saying(**saying))
        except (IllegalSignalError, UnknownInstanceError, ConfigError) as refusal:
            self._ignored(name, "Receive", refusal)

    # --- later ------------------------------------------------------------------------------------------------------

    def _after(self, phone: _Phone, name: str, duration: Duration, action: Callable[[], None]) -> None:
        """Do it later, if the instance is still the same then, and able to."""
        self._engine.scheduler.after(drawn_s(duration, phone.draws), partial(self._try, phone, name, action))

    def _try(self, phone: _Phone, name: str, action: Callable[[], None]) -> None:
        found = self._engine.instances.get(name)
        if found is None or found.instance_id != phone.instance_id or self._engine.down:
            return
        try:
            action()
        except (IllegalSignalError, UnknownInstanceError) as refusal:
            self._ignored(name, "Phone", refusal)

    def _ignored(self, name: str, signal: str, refusal: Exception) -> None:
        self._engine.journal.write("ignored", instance=name, signal=signal, reason=str(refusal))
