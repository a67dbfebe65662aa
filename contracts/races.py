"""Answers of the real server that depended on a few milliseconds: what in them says nothing."""

from contracts.recording import Recording, Request, Webhook

DRAWING_S = 0.2
"""A QR code is counted this long, at most, before it is drawn and sent."""

WAKE_S = 0.05
"""An order to leave takes about this long to show in the state."""

LEAVING = frozenset({"DELETE /instance/logout", "DELETE /instance/delete", "POST /instance/restart"})


def racing_keys(recording: Recording, request: Request) -> frozenset[str]:
    """Keys of the answer whose values could have been the older or the newer ones."""
    codes = {"code"} if _next_code_was_being_drawn(recording, request) else set()
    states = {"state"} if _state_was_being_left(recording, request) else set()
    return frozenset(codes | states)


def _next_code_was_being_drawn(recording: Recording, request: Request) -> bool:
    """The answer counted a QR code that went out a moment later, but still showed the one before."""
    return any(
        isinstance(webhook.body, dict)
        and webhook.body["event"] == "qrcode.updated"
        and 0 <= webhook.offset_s - request.end_s <= DRAWING_S
        for webhook in recording.of(Webhook)
    )


def _state_was_being_left(recording: Recording, request: Request) -> bool:
    """The state was asked for right behind the order to leave it."""
    return any(
        earlier.route in LEAVING and 0 <= request.offset_s - earlier.end_s <= WAKE_S
        for earlier in recording.of(Request)
    )
