"""Replays one recording against a fresh fake, and keeps what was answered and sent.

Requests and injections go out in the recorded order and with the recorded pauses, divided by the rate. A
pause is counted from the end of what the client had waited for, and nothing goes out before the webhooks that
had come earlier are there again (for a bounded time), so that a fast rate does not swap cause and effect.
"""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial

import aiohttp

from contracts.asking import Client, is_absent
from contracts.compare import Context, learn
from contracts.deliveries import Matcher, deliveries_of, given_values, timeout_s_of
from contracts.injections import COUNTED, Behind, NotPossibleError, inject, out_of_reach
from contracts.links import Links
from contracts.recording import Injection, Recording, Request, SocketStep, Webhook
from contracts.replayed import Answered, NotCovered, Replay
from contracts.served import file_at
from contracts.sink import Sink
from contracts.sockets import CONNECT, CONNECT_ERROR, Listeners, kind_of
from contracts.stage import API_KEY, config_of, world_of
from contracts.webhooks import may_be_lost
from fake_evolution import Client as ControlClient
from fake_evolution import FakeServer

PATIENCE_REAL_S = 1.0
"""How long a webhook that is due is waited for, beside a part of the recorded time."""

ANSWER_REAL_S = 10.0
"""How long an answer is waited for, beside twice the recorded time."""

SETTLE_REAL_S = 0.05
"""How long after the last step webhooks that nobody recorded may still come."""

AT_ONCE_S = 0.002
"""Steps this close together were sent at the same moment; they go out in the same turn of the loop."""

SIMULTANEOUS_S = 0.02
"""What happened this shortly before a step was not waited for in the recording."""


AFTERMATH_S = 0.1
"""How long after a request webhooks that it brought still arrived in the recording."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock of the recording while it is replayed."""

    rate: float
    zero: float = field(default_factory=time.monotonic)

    def now_s(self) -> float:
        """Seconds of the recording since the replay began."""
        return (time.monotonic() - self.zero) * self.rate

    async def sleep(self, seconds: float) -> None:
        """Sleeps so many seconds of the recording."""
        await asyncio.sleep(max(seconds, 0) / self.rate)


async def replay(recording: Recording, *, rate: float) -> Replay:
    """Plays a recording `rate` times faster than it was recorded."""
    pace = Pace(rate)
    async with Sink(pace.sleep) as sink:
        origins = {recording.sink_origin: sink.origin} if recording.sink_origin else {}
        context = Context(Links(origins), given_values(recording))
        sink.serve(partial(file_at, recording))
        sink.expect(Matcher(deliveries_of(recording), context, timeout_s_of(recording)), pace.now_s)
        async with (
            FakeServer(config_of(rate), world=world_of(recording, context.links)) as fake,
            ControlClient(fake.control_url) as control,
            aiohttp.ClientSession() as session,
        ):
            client = Client(session, fake.url, API_KEY, context.links)
            behind = Behind(control, fake.control_url, session, recording, context.links)
            listeners = Listeners(fake.url, API_KEY, context.links, pace.now_s)
            try:
                return await Player(recording, client, behind, sink, listeners, context, pace).play()
            finally:
                await listeners.close()


@dataclass(slots=True)
class Player:
    """Goes through the steps of a recording once."""

    recording: Recording
    client: Client
    behind: Behind
    sink: Sink
    listeners: Listeners
    context: Context
    pace: Pace
    answered: dict[int, Answered] = field(default_factory=dict)
    not_covered: list[NotCovered] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)
    given_up: set[int] = field(default_factory=set)
    _asking: list[tuple[Request, asyncio.Task[None]]] = field(default_factory=list)
    _previous: tuple[float, float] = (0.0, 0.0)

    async def play(self) -> Replay:
        """Every step, then the webhooks that are still due."""
        async with asyncio.TaskGroup() as group:
            for step in self.recording.steps:
                if isinstance(step, SocketStep):
                    await self._connect(step)
                elif not isinstance(step, Webhook) and not await self._take(step, group):
                    break
        await self._await_webhooks(float("inf"))
        ended_s = self.pace.now_s()
        await asyncio.sleep(SETTLE_REAL_S)
        self.listeners.learn(self.recording.of(SocketStep), self.context)
        answered = sorted(self.answered.values(), key=lambda answer: answer.request.position)
        return Replay(
            recording=self.recording,
            answered=tuple(answered),
            arrivals=tuple(self.sink.arrivals),
            connected=tuple(self.listeners.connected),
            heard=tuple(self.listeners.heard),
            not_covered=tuple(self.not_covered),
            out_of_reach=frozenset(self.unreachable),
            context=self.context,
            rate=self.pace.rate,
            ended_s=ended_s,
        )

    async def _connect(self, step: SocketStep) -> None:
        """A client connects, or tries to; what it is told later comes by itself."""
        if kind_of(step) in {CONNECT, CONNECT_ERROR}:
            await self._await_turn(step)
            await self.listeners.connect(step)
            self._previous = (step.offset_s, self.pace.now_s())

    async def _take(self, step: Request | Injection, group: asyncio.TaskGroup) -> bool:
        """One step in its turn; False when nothing after it can be reached."""
        await self._await_turn(step)
        self._previous = (step.offset_s, self.pace.now_s())
        if isinstance(step, Request):
            self._asking.append((step, group.create_task(self._ask(step))))
            return True
        try:
            await inject(self.behind, step)
        except NotPossibleError as lack:
            self.not_covered.append(NotCovered(step.position, str(lack)))
            self.unreachable |= out_of_reach(self.recording, step)
            self.context.beyond.update(COUNTED)
            return step.action == "event"
        return True

    async def _await_turn(self, step: Request | Injection | SocketStep) -> None:
        """Waits for what the step had waited for: earlier answers, the pause, earlier webhooks."""
        anchors = [self._previous]
        for earlier, asking in self._asking:
            if earlier.end_s <= step.offset_s + SIMULTANEOUS_S / 10:
                await asking
                answer = self.answered.get(earlier.position)
                anchors.append((earlier.end_s, answer.ended_s if answer else self.pace.now_s()))
        recorded_s, happened_s = max(anchors)
        if step.offset_s - recorded_s > AT_ONCE_S:
            await self.pace.sleep(happened_s + step.offset_s - recorded_s - self.pace.now_s())
        await self._await_webhooks(step.offset_s - SIMULTANEOUS_S)

    async def _await_webhooks(self, before_s: float) -> None:
        """Waits for the webhooks that had come before; those that do not come are not waited for again."""
        due = tuple(
            webhook.position
            for webhook in self.recording.of(Webhook)
            if webhook.offset_s <= before_s
            and webhook.position not in self.unreachable | self.given_up
            and not may_be_lost(self.recording, webhook)
        )
        patience_s = PATIENCE_REAL_S + min(before_s, self.recording.end_s) / self.pace.rate / 2
        if not await self.sink.wait_for(due, patience_s):
            self.given_up |= {position for position in due if not self.sink.has(position)}

    async def _ask(self, request: Request) -> None:
        started_s = self.pace.now_s()
        patience_s = ANSWER_REAL_S + 2 * request.duration_s / self.pace.rate
        status, headers, body = await self.client.ask(request, patience_s=patience_s)
        if is_absent(request, status, body):
            self.not_covered.append(NotCovered(request.position, request.route))
            self.unreachable |= self._brought_by(request)
            return
        if status == request.status:
            learn(request.response, body, self.context)
        self.answered[request.position] = Answered(request, status, headers, body, started_s, self.pace.now_s())

    def _brought_by(self, request: Request) -> set[int]:
        """Webhooks around a request that the fake has no route for, as far as nothing else has brought them."""
        starts = [step.offset_s for step in self.recording.steps if isinstance(step, Request | Injection)]
        next_s = min((start for start in starts if start > request.offset_s), default=request.end_s)
        until_s = max(next_s, request.end_s) + AFTERMATH_S
        return {
            webhook.position
            for webhook in self.recording.of(Webhook)
            if request.offset_s <= webhook.offset_s <= until_s and not self.sink.has(webhook.position)
        }
