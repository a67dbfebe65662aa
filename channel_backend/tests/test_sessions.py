"""A session from start to end, in front of a foreign Evolution that behaves and misbehaves."""

import asyncio
from typing import Any

import pytest

from channel_backend.evolution.subscription import EVENTS
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import TenantChanges

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
REFUSED = {"status": 500, "error": "Internal Server Error", "response": {"message": ["out of order"]}}
TAKEN = {"status": 403, "error": "Forbidden", "response": {"message": ['This name "1" is already in use.']}}


async def never() -> Any:
    """An answer that does not come."""
    await asyncio.Event().wait()


async def test_the_answer_brings_the_code_when_no_webhook_does(ana: Any, double: Any) -> None:
    """The code in Evolution's answer is shown, and the request for it returns then."""
    channel = await ana.new_channel()

    status, reply = await ana.call("PUT", f"{START}/{channel}", {"isQrcode": True})

    assert status == 200
    assert reply["whatsapp"]["status"] == "QRCODE"
    assert reply["whatsapp"]["qrcode"] == "data:image/png;base64,AAAA"
    assert double.calls == ["POST /instance/create"]


async def test_the_instance_is_named_by_the_id_with_our_webhook(ana: Any, double: Any) -> None:
    """Evolution gets the channel's id as a name, and a signed webhook that carries the session's number."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")

    body = double.bodies[0]
    webhook = body["webhook"]

    assert (body["instanceName"], body["qrcode"]) == (str(channel), True)
    assert webhook["url"] == f"{ana.backend.url}/api/webhook/evolution"
    assert (webhook["enabled"], webhook["byEvents"], webhook["events"]) == (True, False, list(EVENTS))
    assert webhook["headers"]["X-Channel-Session"] == "1"
    assert webhook["headers"]["jwt_key"] == await ana.backend.parts.accounts.webhook_key(ana.tenant_id)


async def test_the_webhook_ends_the_wait_before_evolution_answers(ana: Any, double: Any) -> None:
    """The request for a code returns with the webhook's code while Evolution still works on its answer."""
    double.then("instance/create", never)
    channel = await ana.new_channel()

    asked = asyncio.create_task(ana.call("PUT", f"{START}/{channel}"))
    await ana.until(channel, ChannelStatus.CONNECTING)
    await ana.post_qr(channel, "A", at_s=1)
    status, reply = await asked

    assert (status, reply["whatsapp"]["status"]) == (200, "QRCODE")


async def test_start_answers_at_once(ana: Any, double: Any) -> None:
    """A start does not wait for Evolution, and says the id as it was given."""
    double.then("instance/create", never)
    channel = await ana.new_channel()

    for path, body in ((f"{START}/{channel}", None), ("/api/whatsapp-sessions", {"whatsappId": channel})):
        status, reply = await ana.call("POST", path, body)
        assert (status, reply["message"]) == (200, "Starting session.")
        assert str(reply["whatsappId"]) == str(channel)

    assert (await ana.read(channel))["status"] == "CONNECTING"


async def test_two_starts_at_once_are_one_session(ana: Any, double: Any) -> None:
    """Impatient clicks do not make a second instance."""
    channel = await ana.new_channel()

    await asyncio.gather(*(ana.call("POST", f"{START}/{channel}") for _ in range(5)))
    await ana.until(channel, ChannelStatus.QRCODE)

    assert double.calls.count("POST /instance/create") == 1


async def test_a_failing_evolution_ends_in_error_and_a_retry_works(ana: Any, double: Any) -> None:
    """Evolution's own words reach the owner; the next try starts clean."""
    double.then("instance/create", *[(500, REFUSED)] * 5)
    channel = await ana.new_channel()

    status, reply = await ana.call("PUT", f"{START}/{channel}")
    shown = await ana.read(channel)
    retried, _ = await ana.call("PUT", f"{START}/{channel}")

    assert (status, retried) == (502, 200)
    assert "out of order" in reply["error"]
    assert (shown["status"], shown["qrcode"]) == ("ERROR", None)
    assert "out of order" in shown["statusReason"]


@pytest.mark.parametrize("answer", [(201, b"{nonsense"), (400, {"response": {"message": [["a", "b"]]}}), (401, {})])
async def test_an_answer_that_cannot_be_used_is_error(ana: Any, double: Any, answer: Any) -> None:
    """Garbage, a refusal, a wrong key: never a lasting CONNECTING."""
    double.then("instance/create", answer)
    channel = await ana.new_channel()

    await ana.call("POST", f"{START}/{channel}")

    shown = await ana.until(channel, ChannelStatus.ERROR)
    assert shown["statusReason"]


async def test_one_failure_is_tried_again_unseen(ana: Any, double: Any) -> None:
    """A single 500 costs a moment, not the owner's patience."""
    double.then("instance/create", (500, REFUSED))
    channel = await ana.new_channel()

    status, _ = await ana.call("PUT", f"{START}/{channel}")

    assert status == 200


async def test_a_session_that_ends_while_its_start_rests_is_not_opened(
    backend_with: Any, person_at: Any, double: Any
) -> None:
    """The owner disconnects between two tries: there is no second one, and no instance that nobody wants."""
    double.then("instance/create", (500, REFUSED))
    rested: list[float] = []

    async def disconnecting(pause_s: float) -> None:
        rested.append(pause_s)
        if len(rested) == 1:
            await ana.call("DELETE", f"{START}/{channel}")

    ana = await person_at(await backend_with(double.url, rest=disconnecting))
    channel = await ana.new_channel()

    status, _ = await ana.call("PUT", f"{START}/{channel}")

    assert status == 409
    assert double.calls.count("POST /instance/create") == 1


async def test_a_start_waits_for_an_older_one_that_takes_down_what_it_made(ana: Any, double: Any) -> None:
    """Disconnected while its instance was made, started again while that is removed: the new one is not removed."""
    asked_again: list[str] = []

    async def made_too_late() -> tuple[int, Any]:
        await ana.call("DELETE", f"{START}/{channel}")
        double.then("instance/delete", removed_slowly)
        return 201, {"instance": {"status": "connecting"}, "qrcode": {"count": 0}}

    async def removed_slowly() -> tuple[int, Any]:
        await ana.call("POST", f"{START}/{channel}")
        for _ in range(20):  # in each of these round trips the new start could have asked for its instance
            await ana.read(channel)
        asked_again.extend(double.calls[1:])
        double.state = None
        return 200, {"status": "SUCCESS", "error": False}

    double.then("instance/create", made_too_late)
    channel = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")

    await ana.until(channel, ChannelStatus.QRCODE)

    assert asked_again
    assert "POST /instance/create" not in asked_again


async def test_a_taken_name_that_connects_is_reused(ana: Any, double: Any) -> None:
    """403: the instance that exists gets our webhook and gives its current code."""
    double.then("instance/create", (403, TAKEN))
    channel = await ana.new_channel()

    status, reply = await ana.call("PUT", f"{START}/{channel}")

    assert (status, reply["whatsapp"]["status"]) == (200, "QRCODE")
    subscribed = double.bodies[double.calls.index(f"POST /webhook/set/{channel}")]["webhook"]
    assert (subscribed["enabled"], subscribed["headers"]["X-Channel-Session"]) == (True, "1")


async def test_a_taken_name_that_is_open_is_connected(ana: Any, double: Any) -> None:
    """403 and open: the channel is connected, with the phone from Evolution's list."""
    double.state = "open"
    double.then("instance/create", (403, TAKEN))
    channel = await ana.new_channel()

    await ana.call("POST", f"{START}/{channel}")

    shown = await ana.until(channel, ChannelStatus.CONNECTED)
    assert shown["number"] == "5511999990002"


async def test_a_taken_name_that_is_closed_is_made_anew(ana: Any, double: Any) -> None:
    """403 and closed: a closed instance offers the code of its last pairing, so it is deleted first."""
    double.state = "close"
    double.then("instance/create", (403, TAKEN))
    channel = await ana.new_channel()

    status, _ = await ana.call("PUT", f"{START}/{channel}")

    assert status == 200
    creations = [number for number, call in enumerate(double.calls) if call == "POST /instance/create"]
    assert creations[0] < double.calls.index(f"DELETE /instance/delete/{channel}") < creations[1]


async def test_a_connected_channel_gets_no_new_code(ana: Any, double: Any) -> None:
    """Asking for a code while connected is a conflict, and starting is nothing to do."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "open", at_s=9)

    asked, _ = await ana.call("PUT", f"{START}/{channel}")
    started, reply = await ana.call("POST", f"{START}/{channel}")

    assert (asked, started, reply["message"]) == (409, 200, "Session already connected.")


async def test_disconnect_removes_the_instance_and_says_so(ana: Any, double: Any) -> None:
    """After a disconnect nothing is left in Evolution, and late events of that session find nobody."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")

    status, reply = await ana.call("DELETE", f"{START}/{channel}")
    late = await ana.post_qr(channel, "B", at_s=9)
    shown = await ana.read(channel)

    assert (status, reply["message"], late) == (200, "Session disconnected.", 200)
    assert (shown["status"], shown["qrcode"], shown["number"]) == ("DISCONNECTED", None, None)
    assert double.state is None


async def test_a_failing_disconnect_is_told_and_changes_nothing(ana: Any, double: Any) -> None:
    """A phone that is still linked is not shown as disconnected."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.then("instance/delete", (500, REFUSED))

    status, reply = await ana.call("DELETE", f"{START}/{channel}")

    assert (status, (await ana.read(channel))["status"]) == (502, "QRCODE")
    assert "out of order" in reply["error"]


async def test_success_without_effect_is_a_failure_too(ana: Any, double: Any) -> None:
    """Evolution says SUCCESS and keeps the session open: the owner is told."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    double.then("instance/delete", (200, {"status": "SUCCESS"}))

    status, reply = await ana.call("DELETE", f"{START}/{channel}")

    assert status == 502
    assert "keeps it open" in reply["error"]


async def test_a_start_that_was_left_takes_its_instance_down(ana: Any, double: Any) -> None:
    """Disconnected while Evolution still makes the instance: it is removed when it is there."""
    release = asyncio.Event()

    async def late() -> tuple[int, object]:
        await release.wait()
        return 201, {}

    double.then("instance/create", late)
    channel = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")
    await ana.call("DELETE", f"{START}/{channel}")
    double.state = "connecting"
    release.set()
    await ana.backend.starts_are_over()

    assert double.state is None


async def test_deleting_a_channel_deletes_its_instance(ana: Any, double: Any) -> None:
    """The row and the instance go together; a channel that was never started needs no Evolution."""
    channel, untouched = await ana.new_channel(), await ana.new_channel("outra")
    await ana.call("PUT", f"{START}/{channel}")

    status, _ = await ana.call("DELETE", f"/api/whatsapp/whatsapp/{channel}")
    other, _ = await ana.call("DELETE", f"/api/whatsapp/whatsapp/{untouched}")

    assert (status, other, double.state) == (200, 200, None)
    assert (await ana.call("GET", "/api/whatsapp/whatsapp/"))[1] == []
    assert not [call for call in double.calls if call.endswith(f"/{untouched}")]


async def test_the_session_limit_counts_open_sessions(backend: Any, person_at: Any) -> None:
    """With one session allowed by now, the second channel cannot start until the first is disconnected."""
    ana = await person_at(backend, limit=2)
    first, second = await ana.new_channel("um."), await ana.new_channel("dois")
    await ana.backend.parts.accounts.update_tenant(ana.tenant_id, TenantChanges(max_connections=1))

    started = [(await ana.call("POST", f"{START}/{channel}"))[0] for channel in (first, second)]
    await ana.call("DELETE", f"{START}/{first}")
    again, _ = await ana.call("POST", f"{START}/{second}")

    assert (started, again) == ([200, 403], 200)
