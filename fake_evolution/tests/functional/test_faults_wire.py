"""Tests of faults that only a socket can show: what really leaves, octet by octet, and how connections end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fake_evolution.delivery.sender import HttpSender
from fake_evolution.delivery.wire_faults import WireFaults
from fake_evolution.plan import Answer, Ending, Outcome, Webhook, Wire

BODY = b'{"event":"connection.update","data":{"state":"open"}}'
HEADERS = {"content-type": "application/json", "authorization": "Bearer a.b.c"}
WAIT_S_MAX = 60.0  # a guard against hanging, never a measure


class Ear:
    """A receiver that notes the octets of one connection and how it ended, and answers once the body is whole."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") -> None:
        self.answer = answer
        self.heard = b""
        self.pieces: list[bytes] = []
        self.over = asyncio.Event()
        self.end = ""

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note everything until the other side ends it."""
        try:
            while piece := await reader.read(65536):
                self.heard += piece
                self.pieces.append(piece)
                if self.heard.endswith(BODY) and self.answer:
                    writer.write(self.answer)
            self.end = "closed"
        except ConnectionResetError:
            self.end = "reset"
        finally:
            writer.close()
            self.over.set()


@pytest.fixture
async def ear() -> AsyncIterator[tuple[Ear, Webhook]]:
    """A receiver, and a webhook to it."""
    found = Ear()
    server = await asyncio.start_server(found.listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield found, Webhook(f"http://127.0.0.1:{port}/hook?a=1", HEADERS, BODY)


async def post(
    webhook: Webhook, wire: Wire, pauses: list[float] | None = None, timeout_s: float = WAIT_S_MAX
) -> Answer:
    """The answer to one departing attempt; pauses are noted and take no time."""

    async def pause(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)
        await asyncio.sleep(0)

    async with HttpSender(connections_max=1) as sender:
        return await WireFaults(sender, pause).send_departing(webhook, wire, timeout_s)


async def test_truncated_body_announces_its_full_length(ear: tuple[Ear, Webhook]) -> None:
    """The head promises the whole body, half of it comes, and then the connection closes in good order."""
    found, webhook = ear

    answer = await post(webhook, Wire(sent_share=0.5, ending=Ending.CLOSE))

    await asyncio.wait_for(found.over.wait(), WAIT_S_MAX)
    head, _, body = found.heard.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert f"content-length: {len(BODY)}".encode() in head
    assert (body, found.end) == (BODY[: len(BODY) // 2], "closed")
    assert (answer.outcome, answer.error) == (Outcome.UNKNOWN, f"closed after {len(body)} of {len(BODY)} octets")


async def test_reset_is_a_reset(ear: tuple[Ear, Webhook]) -> None:
    """The receiver's kernel is told RST: its next read fails instead of ending."""
    found, webhook = ear

    answer = await post(webhook, Wire(sent_share=0.5, ending=Ending.RESET))

    await asyncio.wait_for(found.over.wait(), WAIT_S_MAX)
    assert found.end == "reset"
    assert answer == Answer(Outcome.UNKNOWN, error=f"reset after {len(BODY) // 2} of {len(BODY)} octets")


async def test_slow_body_trickles_and_is_whole(ear: tuple[Ear, Webhook]) -> None:
    """It comes in many pieces with pauses between them, which together take the declared time; the answer counts."""
    found, webhook = ear
    pauses: list[float] = []

    answer = await post(webhook, Wire(body_over_s=20.0), pauses)

    assert answer == Answer(Outcome.OK, status=200)
    assert found.heard.endswith(b"\r\n\r\n" + BODY)
    assert len(pauses) > 10
    assert sum(pauses) <= 20.0
    assert len({*pauses}) == 1


async def test_receiver_that_never_answers_costs_one_timeout(ear: tuple[Ear, Webhook]) -> None:
    """A slow sender does not wait for ever."""
    found, webhook = ear
    found.answer = b""

    answer = await post(webhook, Wire(body_over_s=1.0), timeout_s=0.05)

    assert answer == Answer(Outcome.UNKNOWN, error="no answer within 0.05 s")


@pytest.mark.parametrize(
    ("said", "outcome", "status"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", Outcome.OK, 204),
        (b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", Outcome.FAIL, 401),
        (b"SSH-2.0-nonsense\r\n", Outcome.UNKNOWN, None),
    ],
)
async def test_answer_is_read_by_its_status(
    ear: tuple[Ear, Webhook], said: bytes, outcome: Outcome, status: int | None
) -> None:
    """Interim answers are passed over, refusals are failures, and what is no HTTP is nobody's success."""
    found, webhook = ear
    found.answer = said

    answer = await post(webhook, Wire(body_over_s=0.1))

    assert (answer.outcome, answer.status) == (outcome, status)


async def test_nobody_there_is_no_exception() -> None:
    """A closed port is an answer like any other."""
    answer = await post(Webhook("http://127.0.0.1:1/", {}, BODY), Wire(sent_share=0.5))

    assert answer.outcome is Outcome.UNKNOWN
    assert "Error" in str(answer.error)
