"""Tests of profiles, pictures, privacy and blocking."""

from fake_evolution import WhatsApp, World
from fake_evolution.tests.stage import Reply, Stage

OWN, ALICE, NOBODY = "5531988887777", "5511988880002", "5511900000000"
PICTURE = "https://pps.whatsapp.net/v/t61.24694-24/{}_n.jpg?ccb=11-4&oh=01&oe=68"


async def ask(stage: Stage, action: str, body: object = None, method: str = "POST") -> Reply:
    """Call a route of /chat while time passes."""
    return await stage.during(stage.call(method, f"/chat/{action}/sales", body))


async def test_profile_of_somebody(stage: Stage) -> None:
    """A profile has picture and status text, and is no business."""
    await stage.open("sales")

    found = await ask(stage, "fetchProfile", {"number": ALICE})

    assert found.body == {
        "wuid": f"{ALICE}@s.whatsapp.net",
        "numberExists": True,
        "picture": PICTURE.format(ALICE),
        "status": {"status": "Hey there", "setAt": "1970-01-01T00:00:00.000Z"},
        "isBusiness": False,
    }


async def test_profile_of_the_account_itself_tells_little(stage: Stage) -> None:
    """Without a number the own address comes with its device, and with neither name nor picture."""
    await stage.open("sales")

    found = await ask(stage, "fetchProfile", {})

    assert found.body == {"wuid": f"{OWN}:7@s.whatsapp.net", "numberExists": True, "isBusiness": False}


async def test_profile_of_nobody_is_refused_with_what_was_found(stage: Stage) -> None:
    """The 400 has the found address as an object, which also stands for the number."""
    await stage.open("sales")

    refused = await ask(stage, "fetchProfile", {"number": NOBODY})

    jid = f"{NOBODY}@s.whatsapp.net"
    assert refused.status == 400
    assert refused.body["response"]["message"] == [{"jid": jid, "exists": False, "number": jid}]


async def test_picture_is_null_when_hidden_or_when_nobody_can_be_asked() -> None:
    """A hidden picture and a socket that never was give the same answer."""
    async with Stage(world=World(whatsapp=WhatsApp(no_picture=("777",)))) as stage:
        await stage.create("sales")

        unconnected = await ask(stage, "fetchProfilePictureUrl", {"number": ALICE})
        await stage.control.reset()
        await stage.open("sales")
        hidden = await ask(stage, "fetchProfilePictureUrl", {"number": "5511977770001"})
        shown = await ask(stage, "fetchProfilePictureUrl", {"number": ALICE})

    assert [one.body["profilePictureUrl"] for one in (unconnected, hidden, shown)] == [
        None,
        None,
        PICTURE.format(ALICE),
    ]


async def test_changed_profile_shows_in_the_next_open_and_to_others(stage: Stage) -> None:
    """Status text and name are WhatsApp's from then on: others see the text, the next open tells the name."""
    await stage.open("sales")

    await ask(stage, "updateProfileStatus", {"status": "Em reunião"})
    await ask(stage, "updateProfileName", {"name": "Loja"})
    await stage.control.phone("sales", "lose-connection")
    await stage.pass_time(1)

    seen = await ask(stage, "fetchProfile", {"number": OWN})
    opened = [one["data"] for one in stage.records("event") if one["event"] == "connection.update"][-1]
    assert (seen.body["status"]["status"], opened["profileName"]) == ("Em reunião", "Loja")


async def test_removed_picture_is_gone_and_the_connection_made_anew(stage: Stage) -> None:
    """The picture vanishes at once; the server reconnects afterwards."""
    await stage.open("sales")
    opened = stage.emitted().count("connection.update open")

    removed = await ask(stage, "removeProfilePicture", method="DELETE")
    await stage.pass_time(1)

    seen = await ask(stage, "fetchProfilePictureUrl", {"number": f"{OWN}@s.whatsapp.net"})
    assert (removed.body, seen.body["profilePictureUrl"]) == ({"update": "success"}, None)
    assert stage.emitted().count("connection.update open") == opened + 1


async def test_picture_must_be_an_address_or_base64(stage: Stage) -> None:
    """Anything else is refused in the server's own odd words."""
    await stage.open("sales")

    refused = await ask(stage, "updateProfilePicture", {"picture": "not a picture"})
    taken = await ask(stage, "updateProfilePicture", {"picture": "aGVsbG8="})

    assert (refused.status, refused.body["response"]["message"]) == (
        500,
        ["Error updating profile picture", "[object Object]"],
    )
    assert taken.body == {"update": "success"}


async def test_privacy_is_what_was_set(stage: Stage) -> None:
    """All six settings are kept as they were sent."""
    await stage.open("sales")
    wanted = {"readreceipts": "none", "profile": "contacts", "status": "all", "online": "match_last_seen"}
    wanted |= {"last": "none", "groupadd": "contacts"}

    changed = await ask(stage, "updatePrivacySettings", wanted)
    await stage.pass_time(1)
    found = await ask(stage, "fetchPrivacySettings", method="GET")

    assert (changed.status, changed.body) == (201, {"update": "success", "data": wanted})
    assert found.body == wanted


async def test_blocking_nobody_fails_without_saying_why(stage: Stage) -> None:
    """A number that does not exist is a 500 with `[object Object]`; one that does is blocked."""
    await stage.open("sales")

    blocked = await ask(stage, "updateBlockStatus", {"number": ALICE, "status": "block"})
    refused = await ask(stage, "updateBlockStatus", {"number": NOBODY, "status": "block"})

    assert (blocked.status, blocked.body) == (201, {"block": "success"})
    assert stage.fake.engine.account(OWN).blocked == {f"{ALICE}@s.whatsapp.net"}
    assert (refused.status, refused.body["response"]["message"]) == (500, ["Error blocking user", "[object Object]"])


async def test_routes_of_a_socket_that_never_was_tell_the_programming_error(stage: Stage) -> None:
    """Where the real server catches it, its own text comes first; elsewhere the error's text is all."""
    await stage.create("sales")

    renamed = await ask(stage, "updateProfileName", {"name": "N"})
    privacy = await ask(stage, "fetchPrivacySettings", method="GET")

    undefined = "Cannot read properties of undefined (reading '{}')"
    assert renamed.body["response"]["message"] == [
        "Error updating profile name",
        f"TypeError: {undefined.format('updateProfileName')}",
    ]
    assert (privacy.status, privacy.body["response"]["message"]) == (500, undefined.format("fetchPrivacySettings"))
