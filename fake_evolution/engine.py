"""The engine: what happens to an instance goes in, what it does to the world comes out.

    happening ─▶ domain.step ─▶ new value ─▶ journal
                     │ events ─▶ endpoints ─▶ plan ─▶ faults ─▶ courier ─▶ …
                     └ later  ─▶ scheduler ─▶ happening

All methods run in one event loop and none of them awaits, so a step is never seen half done.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from fake_evolution.clock import MonotonicClock
from fake_evolution.delivery.courier import Courier
from fake_evolution.delivery.endpoints import Emission, webhooks
from fake_evolution.delivery.sender import Sender
from fake_evolution.domain.account import Account
from fake_evolution.domain.archive import Archive
from fake_evolution.domain.events import Event
from fake_evolution.domain.events.connection import LogoutInstance
from fake_evolution.domain.events.instance import RemoveInstance
from fake_evolution.domain.instance import Facts, Instance, step
from fake_evolution.domain.known_numbers import KnownNumbers
from fake_evolution.domain.signals import CleanedUp, Happening
from fake_evolution.errors import IllegalSignalError, UnknownInstanceError
from fake_evolution.ids import Ids
from fake_evolution.inbox import Chores, Inbox
from fake_evolution.journal import Journal
from fake_evolution.media import MediaServers
from fake_evolution.plan import Delivery, Webhook
from fake_evolution.profiles import Profile, profile
from fake_evolution.qr import QrImage
from fake_evolution.rng import Rng
from fake_evolution.scheduler import Scheduler
from fake_evolution.server_settings import ServerSettings, iso_utc
from fake_evolution.trouble import Trouble
from fake_evolution.world import World

_CODES_KNOWN_MAX = 100_000  # beyond that the oldest that are shown no more are forgotten


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose QR code a pairing string was."""

    instance: str
    instance_id: str


class Sockets(Protocol):
    """Who else is told an event, before any webhook is."""

    def announce(self, emission: Emission) -> None:
        """Tell an event to whoever listens right now."""

    async def forget(self) -> None:
        """Cut all listeners off."""


class _NoSockets:
    def announce(self, emission: Emission) -> None:
        """Nobody listens."""

    async def forget(self) -> None:
        """Nobody is there to be cut off."""


class Engine:
    """All instances of one fake, and the way from what happens to them to webhooks."""

    def __init__(
        self,
        *,
        clock: MonotonicClock,
        scheduler: Scheduler,
        journal: Journal,
        sender: Sender,
        world: World,
        seed: int,
        settings: Callable[[World], ServerSettings],
        on_bug: Callable[[BaseException], None],
        messages_kept_max: int = 100_000,
    ) -> None:
        self.clock, self.scheduler, self.journal, self._sender = clock, scheduler, journal, sender
        self._settings_of, self._on_bug, self._messages_kept_max = settings, on_bug, messages_kept_max
        self.instances: dict[str, Instance] = {}
        self.chores = Chores(on_bug)
        self._reported = self._report  # bound once: of tens of thousands of instances each has one waiting
        self.sockets: Sockets = _NoSockets()
        self._begin(world, seed)

    def _begin(self, world: World, seed: int) -> None:
        """A fresh, empty server."""
        self.world, self.seed = world, seed
        self.settings: ServerSettings = self._settings_of(world)
        self.profile: Profile = profile(world.profile)
        self.rng = Rng(seed)
        self.ids = Ids(self.rng)
        self.codes: dict[str, Shown] = {}
        self._codes_in_order: deque[str] = deque()
        self.used_codes: set[str] = set()
        self.clients: set[str] = set()  # instance ids that ever had a socket in this process
        saves_numbers = "IS_ON_WHATSAPP" in self.settings.saves
        believed_s = self.settings.numbers_believed_s if saves_numbers else 0.0
        self.known_numbers = KnownNumbers(believed_s=believed_s, now=self.clock.now)
        self.archives: dict[str, Archive] = {}  # by instance id
        self.accounts: dict[str, Account] = {}  # by the phone's number
        self.inboxes: dict[str, Inbox] = {}  # by instance id
        self.media = MediaServers()
        self.down = False  # while the process is restarting
        self._orders: dict[str, int] = {}
        self.trouble = Trouble(world.faults, rng=self.rng, journal=self.journal, clock=self.clock)
        self.courier = Courier(
            clock=self.clock,
            scheduler=self.scheduler,
            sender=self._sender,
            journal=self.journal,
            rng=self.rng,
            policy=self.settings.retry,
            plan_of=self.trouble.plan,
            on_bug=self._on_bug,
        )
        self.journal.write("world", **world.describe())

    async def reset(self, *, world: World | None = None, seed: int | None = None) -> None:
        """Forget all instances and everything that waits; attempts on the wire are cut off.

        ConfigError, and nothing has changed, when the world cannot be used.
        """
        following = self.world if world is None else world
        self._settings_of(following)
        await self.courier.stop(grace_s=0)
        await self.chores.stop()
        await self.sockets.forget()
        self.scheduler.clear()
        self.instances.clear()
        self.journal.write("server.reset", seed=self.seed if seed is None else seed)
        self._begin(following, self.seed if seed is None else seed)

    async def end_process(self) -> None:
        """Forget what only the server's process knew: attempts on the wire, held ones, sockets, and what it had met."""
        await self.courier.forget()
        await self.chores.stop()
        await self.sockets.forget()
        kept = self.inboxes if self.settings.cache_outlives_process else {}
        self.inboxes = {instance_id: inbox.reborn() for instance_id, inbox in kept.items()}
        self.clients.clear()

    def now_iso(self) -> str:
        """This moment as the API prints it."""
        return iso_utc(self.clock.wall_ms())

    def archive(self, instance: Instance) -> Archive:
        """What the database keeps of this instance's conversations."""
        return self.archives.setdefault(instance.instance_id, Archive(self._messages_kept_max))

    def inbox(self, instance: Instance) -> Inbox:
        """What the running process remembers of this instance's incoming traffic."""
        return self.inboxes.setdefault(instance.instance_id, Inbox())

    def account(self, number: str) -> Account:
        """What WhatsApp keeps of the account with this number."""
        return self.accounts.setdefault(number, Account())

    def instance(self, name: str) -> Instance:
        """The instance of this name; UnknownInstanceError lists how many there are."""
        if name not in self.instances:
            known = ", ".join(sorted(self.instances)[:10]) or "none"
            raise UnknownInstanceError(f"no instance '{name}' (known: {known}{self._and_more()})")
        return self.instances[name]

    def events_of(self, name: str) -> int:
        """How many events instances of this name have emitted."""
        return self._orders.get(name, 0)

    def _and_more(self) -> str:
        return f", and {len(self.instances) - 10} more" if len(self.instances) > 10 else ""  # noqa: PLR2004

    # --- happenings -------------------------------------------------------------------------------------------------

    def apply(self, name: str, happening: Happening) -> Instance:
        """Let something happen to an instance; IllegalSignalError when it cannot happen in its state."""
        before = self.instance(name)
        moved = step(before, happening, self._facts())
        self.keep(before, moved.instance, cause=happening.SIGNAL)
        for later in moved.later:
            self.later(name, before.instance_id, later.delay_s, later.happening)
        for event in moved.events:
            self.emit(name, event)
        return moved.instance

    def later(self, name: str, instance_id: str, delay_s: float, happening: Happening) -> None:
        """Let something happen to an instance in `delay_s` seconds, should it still be there and able to."""
        self.scheduler.after(delay_s, partial(self._reported, name, instance_id, happening))

    def keep(self, before: Instance | None, after: Instance, *, cause: str) -> None:
        """Store an instance's new value and note a change of its state."""
        self.instances[after.name] = after
        self.trouble.number_of(after.name)
        if after.sockets_made:
            self.clients.add(after.instance_id)
        if before is None or (before.phase, before.row) != (after.phase, after.row):
            self._note_state(after, after.phase, cause)
        if after.qr.code is not None and (before is None or before.qr.code != after.qr.code):
            self._know(after.qr.code, Shown(after.name, after.instance_id))
            code = {"instance": after.name, "instance_id": after.instance_id, "count": after.qr.count}
            self.journal.note("qr", {**code, "code": after.qr.code}, waits=True)

    def _know(self, code: str, shown: Shown) -> None:
        """Whose code it is; of the oldest known ones, what is shown no more is forgotten."""
        self.codes[code] = shown
        self._codes_in_order.append(code)
        if len(self._codes_in_order) > _CODES_KNOWN_MAX:
            oldest = self._codes_in_order.popleft()
            owner = self.instances.get(self.codes[oldest].instance)
            if owner is not None and owner.qr.code == oldest:
                self._codes_in_order.append(oldest)
            else:
                del self.codes[oldest]

    def forget(self, name: str, instance_id: str) -> None:
        """The instance vanishes from memory and database; a newer one of the same name stays."""
        found = self.instances.get(name)
        if found is not None and found.instance_id == instance_id:
            del self.instances[name]
            self.archives.pop(instance_id, None)
            self.inboxes.pop(instance_id, None)
            self._note_state(found, "removed", "Delete")
            self.courier.instance_removed(name)

    def _note_state(self, instance: Instance, phase: str, cause: str) -> None:
        gone = phase == "removed"
        found = {
            "instance": instance.name,
            "instance_id": instance.instance_id,
            "phase": phase,
            "memory": None if gone else instance.memory,
            "database": None if gone else instance.row,
            "cause": cause,
        }
        self.journal.note("state", found, waits=True)

    def _report(self, name: str, instance_id: str, happening: Happening) -> None:
        """Something a socket reports later: meaningless when its instance or state is gone."""
        found = self.instances.get(name)
        if found is None or found.instance_id != instance_id:
            return
        try:
            self.apply(name, happening)
        except IllegalSignalError as refusal:
            self.journal.write("ignored", instance=name, signal=happening.SIGNAL, reason=str(refusal))

    def _facts(self) -> Facts:
        return Facts(
            now=self.now_iso(),
            whatsapp=self.world.whatsapp,
            qr_limit=self.settings.qrcode_limit,
            codes=self.ids,
            draw=partial(QrImage, color=self.settings.qrcode_color),
        )

    # --- events -----------------------------------------------------------------------------------------------------

    def emit(self, name: str, event: Event, *, done: Callable[[], None] | None = None) -> None:
        """Emit an event of an instance: note it, and deliver it to whoever wants it; `done` after the last attempt."""
        instance = self.instances.get(name)
        order = self._orders[name] = self._orders.get(name, 0) + 1
        data = event.noted()
        event_id = self._note_event(name, instance, order, event.NAME, data)
        after = done or self._afterwards(event, instance)
        if not self._may_be_heard(instance):
            after()
            return
        emission = self._emission(name, instance, event)
        self.sockets.announce(emission)
        state = data.get("state") if isinstance(data, dict) else None
        deliveries = [
            Delivery(
                f"{event_id}:{endpoint}",
                event_id,
                name,
                order,
                event.NAME,
                state,
                webhook,
                self.trouble.number_of(name),
            )
            for endpoint, webhook in webhooks(emission, self.settings)
        ]
        if len(deliveries) == 1:
            self.courier.deliver(deliveries[0], after)
        else:
            self._deliver_in_turn(iter(deliveries), after)

    def _may_be_heard(self, instance: Instance | None) -> bool:
        """Whether anybody at all may want an event of this instance."""
        settings = self.settings
        own = instance is not None and instance.webhook is not None
        return own or settings.webhook_global_enabled or settings.socket.enabled

    def emit_to_sockets(self, name: str, event: Event) -> None:
        """Emit what only clients of socket.io are ever told."""
        self.sockets.announce(self._emission(name, self.instances.get(name), event))

    def _emission(self, name: str, instance: Instance | None, event: Event) -> Emission:
        return Emission(
            event=event,
            instance=name,
            token="" if instance is None else instance.token,
            sender=None if instance is None else instance.sender,
            webhook=None if instance is None else instance.webhook,
            websocket=None if instance is None else instance.websocket,
            at=self.clock.wall_ms(),
        )

    async def post(self, webhook: Webhook, *, kind: str) -> None:
        """Send something once, beside all deliveries and their retries; the journal gets a record of this kind."""
        answer = await self._sender.send(webhook, self.settings.retry.timeout_s)
        self.journal.write(kind, url=webhook.url, outcome=answer.outcome, status=answer.status, error=answer.error)

    def _deliver_in_turn(self, deliveries: Iterator[Delivery], after: Callable[[], None]) -> None:
        """The global webhook goes out only after the instance's own was delivered or given up."""
        following = next(deliveries, None)
        if following is None:
            after()
        else:
            self.courier.deliver(following, lambda: self._deliver_in_turn(deliveries, after))

    def _afterwards(self, event: Event, instance: Instance | None) -> Callable[[], None]:
        """What waits for the delivery of this very event."""
        if instance is not None and type(event) is LogoutInstance:
            return partial(self._report, instance.name, instance.instance_id, CleanedUp())
        if instance is not None and type(event) is RemoveInstance:
            return partial(self.forget, instance.name, instance.instance_id)
        return _nothing

    def _note_event(self, name: str, instance: Instance | None, order: int, event: str, data: Any) -> str:
        event_id = f"{name}#{order}"
        told = {
            "event_id": event_id,
            "instance": name,
            "instance_id": None if instance is None else instance.instance_id,
            "order": order,
            "event": event,
            "data": data,
        }
        self.journal.note("event", told, waits=True)
        return event_id


def _nothing() -> None:
    """What follows most events."""
