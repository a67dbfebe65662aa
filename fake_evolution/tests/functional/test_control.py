"""Tests of the control API: what tests and people may do to the fake and its phones."""

import asyncio
from math import inf
from typing import Any

import aiohttp
import pytest

from fake_evolution import Client, Config, ConfigError, ControlError, FakeServer, World
from fake_evolution.tests.stage import Stage, recorded

QR = ("sales", "support")

ANA = "5531977776666@s.whatsapp.net"


async def test_health_counts_what_goes_on(stage: Stage) -> None:
    """Liveness with version, seed and counters."""
    await stage.open("sales")

    told = await stage.control.health()

    assert told == {
        "status": "ok",
        "down": False,
        "profile": "2.3.6",
        "seed": 7,
        "instances": 1,
        "waiting": told["waiting"],
        "in_flight": 0,
        "attempts": 0,
        "lateness_s_max": 0.0,
        "backlog": {"webhooks": 0, "overdue_s": 0.0},
        "journal_full": False,
        "streams": 0,
        "journal_seq": stage.fake.journal.last_seq,
    }


async def test_instances_show_both_states_and_the_current_code(stage: Stage) -> None:
    """A code is shown while it can be scanned, and the owner once it was."""
    created = await stage.create("sales", qrcode=True)
    asking = await stage.control.instance("sales")

    await stage.control.scan(instance="sales", number="5531988887777")
    await stage.pass_time(1)
    (is_open,) = await stage.control.instances()

    assert asking == {
        "name": "sales",
        "instance_id": created.body["instance"]["instanceId"],
        "phase": "qr",
        "memory": "connecting",
        "database": "connecting",
        "qr_count": 1,
        "code": created.body["qrcode"]["code"],
        "owner": None,
        "webhook": None,
        "counters": {"events": 3, "messages": 0, "contacts": 0, "chats": 0},
    }
    changed = {"phase": "open", "memory": "open", "database": "open", "code": None, "owner": "5531988887777"}
    assert is_open == {**asking, **changed, "counters": is_open["counters"]}
    assert is_open["counters"]["events"] > 3


async def test_only_the_current_code_of_that_very_instance_links(stage: Stage) -> None:
    """Unknown, foreign, expired and repeated codes are refused with their verdict, and change nothing."""
    codes = {name: (await stage.create(name, qrcode=True)).body["qrcode"]["code"] for name in QR}
    await stage.pass_time(45)
    current = (await stage.control.instance("sales"))["code"]

    verdicts = [
        (await stage.control.scan(code=code, instance=instance))["verdict"]
        for code, instance in (
            ("2@nobody", None),
            (codes["support"], "sales"),
            (codes["sales"], None),
            (current, None),
            (current, None),
        )
    ]

    assert verdicts == ["unknown", "foreign", "expired", "linked", "repeated"]
    assert [record["verdict"] for record in stage.records("scan")] == verdicts
    assert (await stage.control.instance("support"))["phase"] == "qr"


async def test_code_of_a_deleted_instance_is_expired(stage: Stage) -> None:
    """A new instance of the same name does not accept the old one's code."""
    old = (await stage.create("sales", qrcode=True)).body["qrcode"]["code"]
    await stage.call("DELETE", "/instance/delete/sales")
    await stage.pass_time(1)
    await stage.create("sales", qrcode=True)

    told = await stage.control.scan(code=old)

    assert (told["verdict"], told["instance"]) == ("expired", "sales")


async def test_scan_answers_200_or_409(stage: Stage) -> None:
    """HTTP says linked or refused; without a name and number a Brazilian person is drawn by the code."""
    code = (await stage.create("sales", qrcode=True)).body["qrcode"]["code"]
    url = f"{stage.fake.control_url}/scan"

    async with (
        stage.session.post(url, json={"code": code}) as first,
        stage.session.post(url, json={"code": code}) as again,
    ):
        told = await first.json()
        statuses = (first.status, again.status)

    assert statuses == (200, 409)
    assert (told["verdict"], told["number"][:2], len(told["number"])) == ("linked", "55", 13)
    assert told["profile_name"]


@pytest.mark.parametrize(
    ("action", "code", "told"), [("unlink", None, 401), ("unlink", 406, 406), ("ban", None, 403), ("ban", 402, 402)]
)
async def test_phone_that_unlinks_ends_the_session(stage: Stage, action: str, code: int | None, told: int) -> None:
    """Unlink and ban close memory and row with their code, and tell it in three events."""
    await stage.open("sales")

    shown = await stage.control.phone("sales", action, code=code)

    row = (await stage.call("GET", "/instance/fetchInstances?instanceName=sales")).body[0]
    assert (shown["phase"], row["connectionStatus"], row["disconnectionReasonCode"]) == ("closed", "close", told)
    assert stage.emitted()[-3:] == ["status.instance", "logout.instance", "connection.update close"]
    assert [record["code"] for record in stage.records("phone")] == [told]


async def test_lost_connection_can_be_recovered_early(stage: Stage) -> None:
    """WhatsApp that is away for an hour lets the session in at once when the phone recovers."""
    await stage.open("sales")
    await stage.control.phone("sales", "lose-connection", code=500, for_s=3600)
    await stage.pass_time(10)

    shown = await stage.control.phone("sales", "recover")

    assert shown["phase"] == "open"
    await stage.pass_time(3600)
    assert stage.emitted().count("connection.update open") == 2


async def test_lost_connection_stays_lost_until_it_recovers(stage: Stage) -> None:
    """Without an end WhatsApp lets the session in when the phone recovers, and not a day sooner."""
    await stage.open("sales")
    await stage.control.phone("sales", "lose-connection", for_s=inf)
    await stage.pass_time(86_400)
    before = await stage.control.instance("sales")

    after = await stage.control.phone("sales", "recover")

    assert (before["phase"], after["phase"]) == ("opening", "open")


async def test_world_can_lose_a_connection_until_it_recovers() -> None:
    """`for: never` in a world file is the same."""
    acts = [{"does": "lose-connection", "at": "5s", "for": "never"}]
    async with Stage(world=World.from_mapping({"phones": [{"name": "lost", "then": acts}]})) as stage:
        await stage.open("sales")
        await stage.pass_time(86_400)
        before = await stage.control.instance("sales")

        after = await stage.control.phone("sales", "recover")

        assert (before["phase"], after["phase"]) == ("opening", "open")


async def test_phone_receives_texts(stage: Stage) -> None:
    """Each text is an event with an id of its own, from the number that was said."""
    await stage.open("sales")

    ids = await stage.control.messages("sales", text="Oi", sender="5531977776666", count=3)
    await stage.pass_time(1)

    found = [record["data"] for record in stage.records("event") if record["event"] == "messages.upsert"]
    assert len(set(ids)) == 3
    assert [one["key"]["id"] for one in found] == ids
    assert {(one["key"]["remoteJid"], one["key"]["fromMe"]) for one in found} == {(ANA, False)}


async def test_journal_is_read_by_number_and_kind(stage: Stage) -> None:
    """Records after a number, of one kind, in order, as lines of the file."""
    await stage.create("sales")
    everything = await stage.control.journal()
    calls = await stage.control.journal(after=1, kind="call")

    assert [record["seq"] for record in everything] == list(range(1, len(everything) + 1))
    assert [(call["method"], call["path"], call["body"]["instanceName"]) for call in calls] == [
        ("POST", "/instance/create", "sales")
    ]
    assert everything[0]["kind"] == "world"
    assert everything[1]["kind"] == "server.start"


async def test_journal_waits_for_the_next_record(stage: Stage) -> None:
    """A long poll answers as soon as a record of its kind is written."""
    after = stage.fake.journal.last_seq
    poll = asyncio.ensure_future(stage.control.journal(after=after, wait_s=30, kind="state"))
    await stage.settle()
    early = poll.done()

    await stage.create("sales")

    (record,) = await poll
    assert (early, record["kind"], record["phase"]) == (False, "state", "closed")


async def test_journal_that_stays_quiet_answers_nothing(stage: Stage) -> None:
    """When the waiting time is over the answer is an empty list."""
    assert await stage.control.journal(after=stage.fake.journal.last_seq, wait_s=0.01) == []


async def test_journal_shows_no_images(stage: Stage) -> None:
    """Calls and answers are kept whole but for the images, which are long and say nothing."""
    await stage.create("sales", qrcode=True)

    (answer,) = await stage.control.journal(kind="answer")
    (event,) = [one for one in await stage.control.journal(kind="event") if one["event"] == "qrcode.updated"]

    assert answer["body"]["qrcode"]["base64"] == "<png>"
    assert event["data"]["qrcode"]["base64"] == "<png>"


async def test_clock_is_read_advanced_and_set(stage: Stage) -> None:
    """A standing clock moves by what it is given; a rate makes it run."""
    before = await stage.control.clock()
    after = await stage.control.clock(advance_s=2.5)
    running = await stage.control.clock(rate=10)

    assert (before["now_s"], before["rate"], after["now_s"], running["rate"]) == (0.0, 0.0, 2.5, 10.0)


async def test_reset_empties_the_fake_and_keeps_the_port(stage: Stage) -> None:
    """Instances and codes are gone, world and seed are new, and the same address goes on."""
    code = (await stage.create("sales", qrcode=True)).body["qrcode"]["code"]

    told = await stage.control.reset(world={"whatsapp": {"qr_first": "1s"}}, seed=9)

    assert (told["seed"], told["world"]["whatsapp"]["qr_first_s"]) == (9, 1.0)
    assert await stage.control.instances() == []
    assert (await stage.control.scan(code=code))["verdict"] == "unknown"
    assert (await stage.create("sales")).status == 201


async def test_same_seed_gives_the_same_identities_after_a_reset(stage: Stage) -> None:
    """A fake that was reset hands out what it handed out in its first life."""
    first = await stage.create("sales", qrcode=True)

    await stage.control.reset()

    again = await stage.create("sales", qrcode=True)
    assert again.body == first.body


async def test_reset_lets_go_of_who_waits(stage: Stage) -> None:
    """A create that waits for its five seconds is cut off, as when a server goes away."""
    body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "qrcode": True}
    waiting = asyncio.ensure_future(stage.call("POST", "/instance/create", body))
    await recorded(stage.fake, "state")

    await stage.control.reset()

    with pytest.raises(aiohttp.ClientConnectionError):
        await waiting


async def test_reset_with_a_bad_world_changes_nothing(stage: Stage) -> None:
    """A world that cannot be used is refused before anything is forgotten."""
    await stage.create("sales")
    worlds: list[Any] = [{"faults": 5}, {"server": {"env": {"QRCODE_LIMIT": "many"}}}]

    told = []
    for world in worlds:
        with pytest.raises(ControlError) as refusal:
            await stage.control.reset(world=world)
        told.append((refusal.value.status, str(refusal.value)))

    assert told == [
        (400, "world.faults is a whole number; legal: a list of at most 200 fault rules"),
        (400, "QRCODE_LIMIT is 'many'; legal: a number, default 30"),
    ]
    assert [found["name"] for found in await stage.control.instances()] == ["sales"]


async def test_control_key_is_asked_for() -> None:
    """With a control key nobody without it gets in; the imitated API does not ask for it."""
    async with Stage(control_key="secret") as stage, Client(stage.fake.control_url, key="secret") as known:
        with pytest.raises(ControlError, match="wants its key in the header x-control-key") as refusal:
            await stage.control.health()

        assert refusal.value.status == 401
        assert (await known.health())["status"] == "ok"
        assert (await stage.call("GET", "/")).status == 200


async def test_client_must_be_open(fake: FakeServer) -> None:
    """A client that was not entered says so."""
    with pytest.raises(ControlError, match="enter it with `async with` first"):
        await Client(fake.control_url).health()


async def test_server_must_be_entered() -> None:
    """A fake that does not listen yet has no address, and says how to get one."""
    with pytest.raises(ConfigError, match="enter it with `async with` first"):
        FakeServer(Config()).url  # noqa: B018  asking is the act


async def test_control_calls_are_not_in_the_journal(control: Client, fake: FakeServer) -> None:
    """Whoever watches leaves no trace among the calls of the backend."""
    await control.health()

    assert list(fake.journal.after(0, kind="call")) == []
