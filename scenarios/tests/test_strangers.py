"""What counts as showing somebody else's channel."""

import pytest

from scenarios.adapters import Announcement, Answer, Channel, Seen, Tenant
from scenarios.adapters.echo import EchoAdapter
from scenarios.life import Life
from scenarios.page import View, open_page
from scenarios.strangers import Stranger
from scenarios.tests.stage import LoopTime, Notes
from scenarios.timing import LoopClock

OWNER, ME = Tenant("1", "shop"), Tenant("2", "stranger")
CHANNEL = Channel("7", "sales 0001")


class Telling(EchoAdapter):
    """Answers a stranger's look with a body of the author's choice."""

    def __init__(self, *, body: object = None, shown: Seen | None = None) -> None:
        super().__init__()
        self._body, self._shown_seen = body, shown

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        answer = await super().read(tenant, channel)
        return Answer(200, self._body, 0.0, seen=self._shown_seen) if tenant == ME else answer


async def shown_by(adapter: EchoAdapter) -> bool:
    """Whether the stranger's first look is on record as having shown something."""
    notes = Notes()
    async with open_page(adapter, OWNER, phase="told", recorder=notes, clock=LoopClock(LoopTime())) as page:
        view = View(CHANNEL, phase="told", journey="j", recorder=notes)
        life = Life("j", CHANNEL.name, page, view=view, code="2@secret")
        await Stranger(adapter, ME, "told", notes).trespass(life, CHANNEL)
    return bool(notes.of("trespass")[0]["shown"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": "no such channel"}, False),
        ({"error": "channel 7 is not yours"}, False),
        ({"deep": [{"name": "sales 0001"}]}, True),
        ("the code is 2@secret", True),
    ],
)
async def test_what_only_the_owner_knows_gives_it_away(*, body: object, expected: bool) -> None:
    """The name and the QR's text are secrets; that there is an id 7 is none."""
    assert await shown_by(Telling(body=body)) is expected


async def test_a_channel_without_its_name_is_shown_all_the_same() -> None:
    """Its status is nobody else's business either."""
    shown = Seen(CHANNEL.id, "CONNECTED", None, None, None, {})

    assert await shown_by(Telling(body={}, shown=shown))


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (Announcement("2:whatsapp", "update", None, None, {"id": 9}), False),
        (Announcement("1:whatsapp", "update", None, None, {}), True),
        (Announcement("2:whatsapp", "update", None, "7", {}), True),
        (Announcement("2:whatsapp", "update", None, None, {"name": "sales 0001"}), True),
    ],
)
async def test_a_socket_that_tells_of_other_tenants_is_heard(*, heard: Announcement, expected: bool) -> None:
    """By the prefix of another tenant, by the channel's id, or by what it says."""
    notes, adapter = Notes(), EchoAdapter()
    async with open_page(adapter, OWNER, phase="told", recorder=notes, clock=LoopClock(LoopTime())) as page:
        stranger = Stranger(adapter, ME, "told", notes)
        life = Life("j", CHANNEL.name, page, view=View(CHANNEL, phase="told", journey="j", recorder=notes))

        async with stranger.listening():
            await stranger.trespass(life, CHANNEL)
            stranger.overhear(heard)

    (told,) = (one for one in notes.of("trespass") if one["via"] == "socket")
    assert told["shown"] is expected
