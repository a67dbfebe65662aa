"""/baileys: calls of the WhatsApp library itself, passed through without any check of their bodies."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fake_evolution import raw_calls
from fake_evolution.api.call import NOTHING, Call, Reply, Route
from fake_evolution.api.checks import asked_instance
from fake_evolution.asking import told_natively
from fake_evolution.engine import Engine

RawCall = Callable[[Engine, str, Mapping[str, Any]], Awaitable[Any]]


def _route(action: str, raw_call: RawCall) -> Route:
    async def handler(call: Call) -> Reply:
        asked_instance(call, f"baileys{action[0].upper()}{action[1:]}")
        with told_natively():
            answer = await raw_call(call.engine, call.instance, call.body)
        return Reply(200, NOTHING if answer is None else answer)

    return Route("POST", f"/baileys/{action}/{{instance}}", handler)


ROUTES = (
    _route("onWhatsapp", raw_calls.on_whatsapp),
    _route("profilePictureUrl", raw_calls.profile_picture_url),
    _route("assertSessions", raw_calls.assert_sessions),
    _route("createParticipantNodes", raw_calls.create_participant_nodes),
    _route("getUSyncDevices", raw_calls.devices),
    _route("generateMessageTag", raw_calls.message_tag),
    _route("sendNode", raw_calls.send_node),
    _route("signalRepositoryDecryptMessage", raw_calls.decrypt_message),
    _route("getAuthState", raw_calls.auth_state),
)
