"""The simulated person: clicks, watches, decodes the QR that is shown, scans that code, waits, disconnects.

    create ─▶ start ─▶ a QR is shown ─▶ scan it ─▶ CONNECTED ─▶ disconnect ─▶ DISCONNECTED
                                                                                  │ (again)
    delete ◀─ DISCONNECTED ◀─ disconnect ◀─ CONNECTED ◀─ scan ◀─ a QR is shown ◀─ new QR

A person knows what the page shows (list, socket, answers to clicks) and nothing else. Every wait has a
deadline, and a wait that ends at its deadline ends the journey with an outcome of its own. The director of a
scenario's script is told of every moment, and what the script breaks is not held against the backend's answers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from scenarios.adapters.base import Answer, Channel
from scenarios.clicking import click, without_images
from scenarios.dsl import Moment
from scenarios.itinerary import Deadlines, Ends, JourneyResult, JourneySpec, Outcome, Phone, QrBy
from scenarios.life import Director, Life, Nobody
from scenarios.page import Page, View
from scenarios.sighting import Sighting
from scenarios.status import ChannelStatus

__all__ = ["Deadlines", "JourneyResult", "JourneySpec", "Outcome", "Phone", "run_journey", "without_images"]

_ANSWER_CHARS = 200
CLICKS_MAX = 5
# Channels that go on after the journey, and are watched until the phase ends.
_REMAINS = frozenset({Ends.DISCONNECT, Ends.STAY})


class _EndedError(Exception):
    """The journey is over before its end."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


async def run_journey(
    spec: JourneySpec, page: Page, *, phone: Phone, director: Director | None = None
) -> JourneyResult:
    """Live one journey to its end; whatever happens, its end is on record."""
    person = _PersonAtWork(spec, page, phone, director or Nobody())
    page.recorder.write(
        "journey.start",
        phase=page.phase,
        journey=spec.journey,
        tenant=page.tenant.id,
        channel_name=spec.channel_name,
        intended_s=spec.intended_s,
    )
    outcome, reason = Outcome.COMPLETED, ""
    try:
        await person.live()
    except _EndedError as end:
        outcome, reason = end.outcome, end.reason
    except asyncio.CancelledError:
        person.ended(Outcome.ERROR, "cut off: the run ended before the journey did")
        raise
    except Exception as error:  # noqa: BLE001  a bug of the harness is an outcome on record, not a lost journey
        outcome, reason = Outcome.ERROR, f"{type(error).__name__}: {error}"
    result = person.ended(outcome, reason)
    person.reached(Moment.END)
    return result


class _PersonAtWork:
    """The state of one journey under way."""

    def __init__(self, spec: JourneySpec, page: Page, phone: Phone, director: Director) -> None:
        self._spec = spec
        self._page = page
        self._phone = phone
        self._director = director
        self._clock = page.clock
        self._life = Life(spec.journey, spec.channel_name, page)
        self._latest: Sighting | None = None
        self._scanned: set[str] = set()
        self._time_to_qr_s: float | None = None
        self._time_to_connected_s: float | None = None

    async def live(self) -> None:
        """The journey, step by step."""
        self.reached(Moment.START)
        channel, start_s = await self._create()
        self._life.view = self._page.follow(channel, journey=self._spec.journey)
        self.reached(Moment.CREATED)
        await self._connect(self._spec.qr_by, intended_s=start_s)
        if self._spec.again:
            await self._disconnect()
            await self._connect(self._spec.again_by, intended_s=None)
        await self._leave(channel)

    async def _leave(self, channel: Channel) -> None:
        """The end that the person has in mind."""
        adapter, tenant, ends = self._page.adapter, self._page.tenant, self._spec.ends
        if ends in {Ends.DELETE, Ends.DISCONNECT}:
            await self._disconnect()
        if ends in {Ends.DELETE, Ends.DELETE_CONNECTED}:
            await self._director.before_delete(self._life)
            self._succeeded("delete", await self._click("delete", lambda: adapter.delete(tenant, channel)))
            self._life.deleted = True

    def ended(self, outcome: Outcome, reason: str) -> JourneyResult:
        """Close the journey on record."""
        channel = self._life.channel
        if channel is not None and not (outcome is Outcome.COMPLETED and self._spec.ends in _REMAINS):
            self._page.forget(channel)
        result = JourneyResult(
            journey=self._spec.journey,
            channel=None if channel is None else channel.id,
            intended_s=self._spec.intended_s,
            outcome=outcome.value,
            reason=reason,
            time_to_qr_s=self._time_to_qr_s,
            time_to_connected_s=self._time_to_connected_s,
            connected=self._time_to_connected_s is not None,
        )
        record = {name: value for name, value in asdict(result).items() if name != "intended_s"}
        self._page.recorder.write("journey.end", phase=self._page.phase, **record)
        return result

    def reached(self, moment: Moment) -> None:
        """Tell the director of a moment of this life."""
        self._director.reached(moment, self._life)

    async def _create(self) -> tuple[Channel, float]:
        """Create the channel; also the moment at which an unhurried harness would click start."""
        made: list[Channel] = []

        async def create() -> Answer:
            answer, channel = await self._page.adapter.create_channel(self._page.tenant, self._spec.channel_name)
            made.extend([channel] if channel is not None else [])
            return answer

        answer = await self._click("create", create)
        self._succeeded("create", answer)
        if not made:
            raise _EndedError(Outcome.REFUSED, f"create: {answer.status_code} without a channel id")
        # Whatever the harness itself loses before or after the call counts; the call's own time does not.
        return made[0], self._spec.intended_s + answer.duration_s

    async def _connect(self, by: QrBy, *, intended_s: float | None) -> None:
        view, since_s = self._seeing, self._clock.now()
        meant_s = since_s if intended_s is None else intended_s
        waits, adapter, tenant = self._spec.deadlines, self._page.adapter, self._page.tenant
        action, button = ("start", adapter.start) if by is QrBy.START else ("request_qr", adapter.request_qr)
        reply = asyncio.ensure_future(self._click(action, lambda: button(tenant, view.channel), since_s))
        reply.add_done_callback(lambda _: view.changed.set())
        self.reached(Moment.STARTED)
        try:
            shown = await self._wait_for_code(since_s, meant_s + waits.qr_s, reply, action)
            if intended_s is not None:
                self._time_to_qr_s = shown.at_s - meant_s
            self._life.code = shown.code
            self.reached(Moment.QR)
            await self._link(since_s, shown.at_s + waits.connected_s, shown, reply, action)
            self.reached(Moment.SCANNED)
            connected = await self._wait_for_status(
                ChannelStatus.CONNECTED, since_s, shown.at_s + waits.connected_s, Outcome.NOT_CONNECTED
            )
            if intended_s is not None:
                self._time_to_connected_s = connected.at_s - meant_s
            self.reached(Moment.CONNECTED)
            self._succeeded(action, await reply)
            await self._stay(ChannelStatus.CONNECTED, since_s, connected.at_s, Outcome.NOT_CONNECTED)
        finally:
            reply.cancel()

    async def _wait_for_code(
        self, since_s: float, until_s: float, reply: asyncio.Future[Answer], action: str
    ) -> Sighting:
        """The first QR shown since the click that was not scanned before."""
        shown = await self._watch(
            lambda seen: self._is_new_code(seen, since_s), until_s=until_s, reply=reply, action=action
        )
        if shown is None:
            raise _EndedError(Outcome.NO_QR, f"{action}: no new QR was shown in time; {self._last_words()}")
        return shown

    async def _link(
        self,
        since_s: float,
        until_s: float,
        shown: Sighting,
        reply: asyncio.Future[Answer],
        action: str,
    ) -> None:
        """Scan what is shown until WhatsApp links it; a refused code is never scanned twice."""
        newest: Sighting | None = shown
        while newest is not None:
            code = await self._reach_for_phone(newest, since_s, until_s)
            self._scanned.add(code)
            scan = await self._phone.scan(code=code, number=self._spec.number, profile_name=self._spec.profile_name)
            verdict = scan.get("verdict")
            if verdict == "linked":
                self._life.code = code
                self._life.instance = None if scan.get("instance") is None else str(scan["instance"])
                return
            newest = await self._watch(
                lambda seen: self._is_new_code(seen, since_s), until_s=until_s, reply=reply, action=action
            )
        reason = f"{action}: the QR that was shown is refused as {verdict}, and no other was shown in time"
        raise _EndedError(Outcome.NOT_CONNECTED, reason)

    async def _reach_for_phone(self, shown: Sighting, since_s: float, until_s: float) -> str:
        """Let the reaction time pass; the code to scan is the newest that is shown at its end."""
        newest = [shown]

        def note(seen: Sighting) -> bool:
            if self._is_new_code(seen, since_s):
                newest.append(seen)
            return False

        await self._watch(note, until_s=min(self._clock.now() + self._spec.reaction_s, until_s))
        return str(newest[-1].code)

    async def _stay(self, status: ChannelStatus, since_s: float, seen_s: float, otherwise: Outcome) -> None:
        """Look at a status for a while before the next click; one that does not hold ends the journey."""
        stay_s, after_s = self._spec.stay_s, self._spec.stay_after_s
        if status is ChannelStatus.DISCONNECTED and after_s is not None:
            stay_s = after_s
        if stay_s <= 0:
            return
        await self._watch(lambda _: False, until_s=seen_s + stay_s)
        latest = self._latest
        if self._life.unlinked and status is ChannelStatus.CONNECTED:
            return
        if latest is not None and latest.fresh_since(since_s) and latest.status != status:
            raise _EndedError(otherwise, f"{status} did not hold for {stay_s:g} s: now {latest.status}")

    async def _disconnect(self) -> None:
        view, since_s = self._seeing, self._clock.now()
        adapter, tenant = self._page.adapter, self._page.tenant
        self._life.unlinked = False
        answer = await self._click("disconnect", lambda: adapter.disconnect(tenant, view.channel), since_s)
        self._succeeded("disconnect", answer)
        gone = ChannelStatus.DISCONNECTED
        until_s = since_s + self._spec.deadlines.disconnected_s
        seen = await self._wait_for_status(gone, since_s, until_s, Outcome.NOT_DISCONNECTED)
        self.reached(Moment.DISCONNECTED)
        await self._stay(gone, since_s, seen.at_s, Outcome.NOT_DISCONNECTED)

    async def _wait_for_status(
        self, status: ChannelStatus, since_s: float, until_s: float, otherwise: Outcome
    ) -> Sighting:
        latest = self._latest
        if latest is not None and latest.fresh_since(since_s) and latest.status == status:
            return latest
        seen = await self._watch(lambda seen: seen.status == status and seen.fresh_since(since_s), until_s=until_s)
        if seen is None:
            raise _EndedError(otherwise, f"{status} was not shown in time; {self._last_words()}")
        return seen

    async def _watch(
        self,
        enough: Callable[[Sighting], bool],
        *,
        until_s: float,
        reply: asyncio.Future[Answer] | None = None,
        action: str = "",
    ) -> Sighting | None:
        """Look at all that is shown until it is enough or time is up; a refused click ends the journey."""
        view = self._seeing
        while True:
            self._unless_gone()
            for seen in view.take():
                if self._latest is None or seen.as_of_s >= self._latest.as_of_s:
                    self._latest = seen
                if enough(seen):
                    return seen
            if reply is not None and reply.done():
                self._succeeded(action, reply.result())
            if not await self._clock.wait(view.changed, until_s - self._clock.now()):
                return None
            view.changed.clear()

    def _is_new_code(self, seen: Sighting, since_s: float) -> bool:
        return seen.code is not None and seen.code not in self._scanned and seen.fresh_since(since_s)

    async def _click(
        self, action: str, call: Callable[[], Awaitable[Answer]], clicked_s: float | None = None
    ) -> Answer:
        """Click; what failed only because of an outage that the scenario asked for is clicked again."""
        asked_s = self._clock.now() if clicked_s is None else clicked_s
        for _ in range(CLICKS_MAX):
            answer = await click(
                self._page,
                self._life.view,
                journey=self._spec.journey,
                action=action,
                call=call(),
                clicked_s=asked_s,
            )
            if answer.ok or not await self._director.excuses(answer, asked_s):
                break
            asked_s = self._clock.now()
        return answer

    def _unless_gone(self) -> None:
        if self._life.gone:
            raise _EndedError(Outcome.COMPLETED, "a step of the script deleted the channel")

    def _succeeded(self, action: str, answer: Answer) -> None:
        if not answer.ok:
            self._unless_gone()
        if answer.status_code == 0:
            raise _EndedError(Outcome.REFUSED, f"{action}: no answer ({answer.error})")
        if not answer.ok:
            body = str(without_images(answer.body))[:_ANSWER_CHARS]
            raise _EndedError(Outcome.REFUSED, f"{action}: answered {answer.status_code} {body}")

    @property
    def _seeing(self) -> View:
        assert self._life.view is not None, "nothing is watched before the channel exists"  # noqa: S101  our own order
        return self._life.view

    def _last_words(self) -> str:
        latest = self._latest
        if latest is None:
            return "the channel was never shown"
        qr = f", with a QR that cannot be decoded ({latest.qr_error})" if latest.qr_error else ""
        return f"the channel last showed {latest.status}{qr}"
