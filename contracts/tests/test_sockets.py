"""What socket.io clients saw is paired with what they saw in the recording, and files are found where it has them."""

from base64 import b64encode

from contracts.recording import Json, SocketStep
from contracts.served import file_at
from contracts.sockets import Heard, client_of, paired
from contracts.tests.recorded import connection, recording, request

CLIENT = {"namespace": "/a", "query": None}


def told(position: int, state: str) -> SocketStep:
    """A recorded event of a client."""
    fields = {"client": CLIENT, "type": "event", "event": "connection.update", "args": [connection(state)]}
    return SocketStep(position, position / 10, fields)


def heard(at_s: float, body: Json, client: str | None = None) -> Heard:
    """An event that the replayed client was told."""
    return Heard(client or client_of(told(0, "open")), at_s, "connection.update", [body])


def test_events_are_paired_by_client_event_and_state() -> None:
    """Each recorded event takes the first alike one, whatever order they came in; a lost one has no partner."""
    steps = (told(1, "connecting"), told(2, "open"), told(3, "close"))
    opened, connecting = heard(1, connection("open")), heard(2, connection("connecting"))

    pairs = paired(steps, [opened, connecting])

    assert [partner for _, partner in pairs] == [connecting, opened, None]


def test_events_of_other_clients_do_not_count() -> None:
    """What another client was told is nobody's partner, and one event stands for one recorded event only."""
    steps = (told(1, "open"), told(2, "open"))
    other, own = heard(1, connection("open"), "other"), heard(2, connection("open"))

    pairs = paired(steps, [other, own])

    assert [partner for _, partner in pairs] == [own, None]


def test_files_are_those_of_the_recording() -> None:
    """A file is the base64 of a recorded body that begins as files of its kind do; any other is not there."""
    picture = b"\x89PNG the rest"
    body = {"media": b64encode(picture).decode(), "caption": "text"}
    found = recording(request(0, "POST", "/message/sendMedia/a", 201, {}, body=body))

    files = [file_at(found, path) for path in ("/media/a.png", "/media/a.pdf", "/media/missing.png", "/media/a")]

    assert files == [picture, None, None, None]
