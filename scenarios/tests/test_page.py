"""The page that all people of a tenant share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from scenarios.adapters import AdapterError, Announcement, Answer, Channel, Seen, Tenant
from scenarios.adapters.echo import EchoAdapter
from scenarios.itinerary import JourneyResult
from scenarios.tests.stage import Notes, live, spec

RunAtOnce = Callable[[Callable[[], Any]], Any]


class Dropping(EchoAdapter):
    """Its first socket ends at once, and it lists nothing."""

    opened = 0

    @asynccontextmanager
    async def events(self, tenant: Tenant) -> AsyncIterator[Any]:
        self.opened += 1
        async with super().events(tenant) as listener:
            if self.opened == 1:
                listener.put(None)
            yield listener

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        answer, _ = await super().list_channels(tenant)
        return answer, ()


def lived(
    run_at_once: RunAtOnce, adapter: Callable[[Notes], EchoAdapter], **patience: Any
) -> tuple[JourneyResult, Notes]:
    """One connect on that backend."""
    results, notes = run_at_once(lambda: live(adapter, spec(again=False, **patience)))
    return results[0], notes


def blank(seen: Seen) -> Seen:
    """The same with an image of nothing where the QR is."""
    return replace(seen, qr_image="data:image/png;base64,AAAA" if seen.qr_image else None)


def replies(notes: Notes, action: str) -> list[tuple[int, str | None]]:
    """What is on record about the page's own questions."""
    return [(one["status_code"], one["error"]) for one in notes.of("reply") if one["action"] == action]


def test_polls_are_on_record_only_when_they_show_something_new(run_at_once: RunAtOnce) -> None:
    """Ten seconds of waiting for a QR are one record, and every socket announcement is one."""
    _, notes = lived(run_at_once, lambda notes: EchoAdapter(qr_after_s=10.0, record=notes.write), stay_s=0.9)

    by_list = [seen["status"] for seen in notes.of("seen") if seen["via"] == "list"]
    by_socket = [seen["status"] for seen in notes.of("seen") if seen["via"] == "socket"]
    assert by_list == ["CONNECTING", "QRCODE", "CONNECTED", "DISCONNECTED"]
    assert by_socket == ["DISCONNECTED", "CONNECTING", "QRCODE", "CONNECTED", "DISCONNECTED"]


def test_an_image_that_cannot_be_read_is_on_record_with_the_reason(run_at_once: RunAtOnce) -> None:
    """What is no QR is never scanned."""

    class Blank(EchoAdapter):
        async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
            answer, shown = await super().list_channels(tenant)
            return answer, tuple(blank(seen) for seen in shown)

        def _send(self, entry: Any, announcement: Announcement) -> None:
            """Nothing is announced."""

        async def start(self, tenant: Tenant, channel: Channel) -> Answer:
            return replace(await super().start(tenant, channel), seen=None)

    result, notes = lived(run_at_once, lambda notes: Blank(record=notes.write))

    assert result.outcome == "no_qr"
    assert "cannot be decoded" in result.reason
    assert all("the image is not a PNG" in seen["qr_error"] for seen in notes.of("seen"))


def test_an_announcement_without_a_qr_makes_the_page_ask(run_at_once: RunAtOnce) -> None:
    """As a client does: the socket says that there is one, the channel itself has it."""

    class Brief(EchoAdapter):
        def _send(self, entry: Any, announcement: Announcement) -> None:
            seen = announcement.seen
            super()._send(entry, replace(announcement, seen=seen and replace(seen, qr_image=None)))

        async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
            answer, _ = await super().list_channels(tenant)
            return answer, ()

    result, notes = lived(run_at_once, lambda notes: Brief(qr_after_s=0.5, record=notes.write))

    assert result.outcome == "completed"
    assert {seen["via"] for seen in notes.of("seen") if seen["code"]} == {"read"}


def test_a_list_that_fails_is_on_record_once(run_at_once: RunAtOnce) -> None:
    """The socket is enough to go on; how long the list failed can be read from two records."""

    class NoList(EchoAdapter):
        asked = 0

        async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
            self.asked += 1
            if self.asked < 5:
                return Answer(503, None, 0.1, error="overloaded"), ()
            return await super().list_channels(tenant)

    result, notes = lived(run_at_once, lambda notes: NoList(qr_after_s=3.0, record=notes.write))

    assert result.outcome == "completed"
    assert replies(notes, "list") == [(503, "overloaded"), (200, None)]


def test_a_socket_that_cannot_be_opened_leaves_the_list(run_at_once: RunAtOnce) -> None:
    """The person sees the same, a little later; that there is no socket is on record once."""

    class NoSocket(EchoAdapter):
        @asynccontextmanager
        async def events(self, tenant: Tenant) -> AsyncIterator[Any]:
            if tenant.id:
                raise AdapterError(f"no socket for tenant {tenant.id}")
            yield

    result, notes = lived(run_at_once, lambda notes: NoSocket(record=notes.write))

    assert result.outcome == "completed"
    assert replies(notes, "socket") == [(0, "no socket for tenant 1")]
    assert {seen["via"] for seen in notes.of("seen")} <= {"list", "reply", "read"}


def test_a_socket_that_ends_is_opened_again(run_at_once: RunAtOnce) -> None:
    """Connections break; the page comes back."""
    result, _ = lived(run_at_once, lambda notes: Dropping(qr_after_s=0.5, open_after_s=0.2, record=notes.write))

    assert result.outcome == "completed"
