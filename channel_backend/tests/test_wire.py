"""Reading what Evolution posts."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_backend.errors import MalformedWebhookError
from channel_backend.events import Event, Owner, Qr, QrReported, StateReported
from channel_backend.evolution.answers import owner_of, qr_of
from channel_backend.evolution.wire import read_envelope, read_event, source_time
from channel_backend.status import ChannelStatus

AT = datetime(2026, 11, 22, 12, 52, 33, 169_000, tzinfo=UTC)


def event_of(name: str, data: object) -> Event | None:
    """The event in a body as Evolution 2.3.6 posts it."""
    body = {
        "event": name,
        "instance": "7",
        "data": data,
        "destination": "http://127.0.0.1/x",
        "date_time": "2026-11-22T12:52:33.169Z",
        "server_url": "http://localhost:8080",
        "apikey": None,
    }
    found = read_event(read_envelope(msgspec.json.encode(body), slug=None, session_header="3"))
    assert found is None or isinstance(found, StateReported | QrReported)
    return found


def test_open_carries_the_phone() -> None:
    """The number comes out of `wuid`."""
    data = {
        "instance": "7",
        "wuid": "5511999990001@s.whatsapp.net",
        "profileName": "Loja",
        "profilePictureUrl": None,
        "state": "open",
        "statusReason": 200,
    }

    assert event_of("connection.update", data) == StateReported(
        ChannelStatus.CONNECTED,
        "open",
        session=3,
        at=AT,
        owner=Owner("5511999990001", "5511999990001@s.whatsapp.net", name="Loja"),
    )


def test_the_code_is_one_level_down() -> None:
    """`data.qrcode.base64`, unlike in the answers."""
    inner = {"instance": "7", "pairingCode": None, "code": "2@a", "base64": "data:image/png;base64,AA=="}

    assert event_of("qrcode.updated", {"qrcode": inner}) == QrReported(
        Qr("2@a", "data:image/png;base64,AA==", AT), session=3
    )


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("qrcode.updated", {"message": "QR code limit reached, please login again", "statusCode": 500}, "ERROR"),
        ("connection.update", {"state": "refused", "statusReason": 428}, "ERROR"),
        ("connection.update", {"state": "something"}, "ERROR"),
        ("connection.update", {"state": "connecting"}, "CONNECTING"),
        ("connection.update", {"state": "close"}, "DISCONNECTED"),
        ("status.instance", {"instance": "7", "status": "closed", "disconnectionReasonCode": 401}, "DISCONNECTED"),
        ("logout.instance", None, "DISCONNECTED"),
        ("REMOVE_INSTANCE", None, "DISCONNECTED"),
    ],
)
def test_states_are_translated_at_the_border(name: str, data: object, status: str) -> None:
    """No word of Evolution's gets further than this."""
    event = event_of(name, data)

    assert isinstance(event, StateReported)
    assert event.status == status


@pytest.mark.parametrize("name", ["contacts.upsert", "contacts.update", "whatever", "instance.create"])
def test_other_events_are_no_concern(name: str) -> None:
    """They are read as far as their name."""
    assert event_of(name, {"x": 1}) is None


@pytest.mark.parametrize("text", [None, 7, "", "yesterday", "2026-13-01T00:00:00Z", {}])
def test_a_time_that_cannot_be_read_is_no_time(text: object) -> None:
    """A broken clock is a doubt, not an error."""
    assert source_time(text) is None


@pytest.mark.parametrize(
    ("jid", "number"),
    [
        ("5511999990001@s.whatsapp.net", "5511999990001"),
        ("5511999990001:7@s.whatsapp.net", "5511999990001"),
        ("100000000000001@lid", None),
        ("٣٣٣٣٣٣@s.whatsapp.net", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_telephone_number_is_a_number(jid: str | None, number: str | None) -> None:
    """Privacy ids and nonsense are nobody."""
    owner = owner_of(jid, None, None)

    assert (owner.number if owner else None) == number


@pytest.mark.parametrize(
    ("code", "image"),
    [
        (None, None),
        ("", "data:image/png;base64,AA=="),
        ("2@a", None),
        ("2@a", "javascript:alert(1)"),
        ("2@a", "data:image/svg+xml,<svg/>"),
        ("2@a", "data:image/png;base64," + "A" * 200_000),
    ],
)
def test_what_is_no_picture_is_not_shown(code: str | None, image: str | None) -> None:
    """`count: 0`, scripts and giants are no QR code."""
    assert qr_of(code, image) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from(["connection.update", "qrcode.updated", "status.instance", "logout.instance", "QRCODE_UPDATED"]),
    JSON | st.fixed_dictionaries({"state": JSON, "wuid": JSON}) | st.fixed_dictionaries({"qrcode": JSON}),
)
def test_any_data_is_an_event_or_malformed(name: str, data: object) -> None:
    """Whatever stands inside, the reader knows what to say."""
    try:
        event = event_of(name, data)
    except MalformedWebhookError as error:
        assert str(error).startswith(("data", "body"))  # noqa: PT017  both ends are right
    else:
        assert event is None or event.session == 3


@given(st.binary(max_size=200))
def test_any_bytes_are_an_envelope_or_malformed(body: bytes) -> None:
    """No bytes get past the reader as anything else."""
    try:
        posted = read_envelope(body, slug=None, session_header=None)
    except MalformedWebhookError as error:
        assert ":" in str(error)  # noqa: PT017  both ends are right
    else:
        assert posted.instance
