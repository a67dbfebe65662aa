"""Tests of the events: what stands in `data`, and the three spellings of a name."""

import pytest

from fake_evolution.domain.events import CONFIGURATION_NAMES, EVENTS, Event, configuration_name, url_suffix
from fake_evolution.domain.events.connection import (
    ConnectionClosed,
    ConnectionConnecting,
    ConnectionOpen,
    ConnectionRefused,
    LogoutInstance,
    StatusInstance,
)
from fake_evolution.domain.events.instance import InstanceCreate, InstanceDelete, RemoveInstance
from fake_evolution.domain.events.qrcode import QrcodeLimitReached, QrcodeUpdated
from fake_evolution.domain.signals import Phone

ANA = Phone("5531988887777", "Ana", None)
JID = "5531988887777@s.whatsapp.net"
QRCODE = {"instance": "sales", "pairingCode": None, "code": "2@x", "base64": "data:"}
STATUS = {
    "instance": "sales",
    "status": "closed",
    "disconnectionAt": "2026-01-02T03:04:05.678Z",
    "disconnectionReasonCode": 401,
    "disconnectionObject": "{}",
}
OPEN = {
    "instance": "sales",
    "wuid": JID,
    "profileName": "Ana",
    "profilePictureUrl": None,
    "state": "open",
    "statusReason": 200,
}
REFUSED = {"instance": "sales", "state": "refused", "statusReason": 428}


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (QrcodeUpdated("sales", None, "2@x", "data:"), {"qrcode": QRCODE}),
        (QrcodeLimitReached(), {"message": "QR code limit reached, please login again", "statusCode": 500}),
        (ConnectionConnecting("sales"), {"instance": "sales", "state": "connecting", "statusReason": 200}),
        (ConnectionOpen("sales", ANA), OPEN),
        (ConnectionClosed("sales", 401), {"instance": "sales", "state": "close", "statusReason": 401}),
        (ConnectionRefused("sales", None), REFUSED),
        (ConnectionRefused("sales", ANA), {**REFUSED, "wuid": JID, "profilePictureUrl": None}),
        (StatusInstance("sales", "2026-01-02T03:04:05.678Z", 401, "{}"), STATUS),
        (LogoutInstance(), None),
        (RemoveInstance(), None),
        (InstanceCreate("sales", "id-1"), {"instanceName": "sales", "instanceId": "id-1"}),
        (InstanceDelete("sales", "id-1"), {"instanceName": "sales", "instanceId": "id-1"}),
    ],
)
def test_data_of_events(event: Event, data: object) -> None:
    """Every event writes the data of the contract, key by key and in order."""
    assert event.data() == data
    assert list(event.data() or ()) == list(data if isinstance(data, dict) else ())


def test_folder_holds_the_events_of_the_server() -> None:
    """Walking the folder finds an event for every name that can be configured and that the real server emits."""
    found = {configuration_name(name) for name in EVENTS}

    never = {"APPLICATION_STARTUP", "CONTACTS_SET", "GROUP_UPDATE", "TYPEBOT_START", "TYPEBOT_CHANGE_STATUS"}
    of_groups = {"GROUPS_UPSERT", "GROUPS_UPDATE", "GROUP_PARTICIPANTS_UPDATE"}
    assert found | of_groups == (set(CONFIGURATION_NAMES) - never) | of_groups


def test_every_event_can_be_configured() -> None:
    """The configuration name of each emitted event is in the enum of webhook/set, but for groups.update (Q4)."""
    assert {configuration_name(name) for name in EVENTS} - {"GROUPS_UPDATE"} <= set(CONFIGURATION_NAMES)


@pytest.mark.parametrize(
    ("event", "configured", "suffix"),
    [
        ("messages.upsert", "MESSAGES_UPSERT", "messages-upsert"),
        ("group-participants.update", "GROUP_PARTICIPANTS_UPDATE", "group-participants-update"),
        ("send.message.update", "SEND_MESSAGE_UPDATE", "send-message-update"),
        ("call", "CALL", "call"),
        ("groups.update", "GROUPS_UPDATE", "groups-update"),
    ],
)
def test_a_name_has_three_spellings(event: str, configured: str, suffix: str) -> None:
    """Payload, configuration and URL spell one name differently (Q1)."""
    assert (configuration_name(event), url_suffix(event)) == (configured, suffix)


def test_groups_update_can_never_be_configured() -> None:
    """The enum says GROUP_UPDATE where the event would need GROUPS_UPDATE (Q4)."""
    assert configuration_name("groups.update") not in CONFIGURATION_NAMES
    assert "GROUP_UPDATE" in CONFIGURATION_NAMES
