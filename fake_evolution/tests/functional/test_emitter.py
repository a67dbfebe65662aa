"""Tests of the emitter over real sockets: the same octets as the general client, and receivers that behave badly."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count

import pytest

from fake_evolution.delivery.connection import ConnectionLimits
from fake_evolution.delivery.emitter import Emitter, EmitterLimits
from fake_evolution.delivery.endpoints import base_headers
from fake_evolution.delivery.sender import HttpSender
from fake_evolution.plan import Answer, Outcome, Webhook
from fake_evolution.server_settings import ServerSettings
from fake_evolution.tests.receiver import OK, Receiver

HEADERS = base_headers(ServerSettings())
BODY = b'{"event":"qrcode.updated"}'
Made = Callable[..., Emitter]


@pytest.fixture
async def made() -> AsyncIterator[Made]:
    """Makes emitters, on a clock that counts how often it is asked."""
    emitters: list[Emitter] = []

    def make(**limits: object) -> Emitter:
        connection = ConnectionLimits(**limits.pop("connection", {}))  # type: ignore[arg-type]
        chosen = EmitterLimits(**limits, connection=connection)  # type: ignore[arg-type]
        ticks = count(1)
        emitter = Emitter(general=HttpSender(connections_max=5), limits=chosen, now=lambda: float(next(ticks)))
        emitters.append(emitter)
        return emitter

    yield make
    for emitter in emitters:
        await emitter.close()


def hook(url: str, **headers: str) -> Webhook:
    """A webhook as the server sends them."""
    return Webhook(url, {**HEADERS, **headers}, BODY)


async def outcome(emitter: Emitter, webhook: Webhook, timeout_s: float = 5.0) -> tuple[Outcome, int | None, str]:
    """How one attempt ends."""
    answer: Answer = await emitter.send(webhook, timeout_s)
    return answer.outcome, answer.status, answer.error or ""


ADDRESSES = ["", "/", "/hook", "/a b/é?x=1&y=%20z+", "/x/../y?", "/%7Ea/%2F?q=a%26b#part", "//double"]
EXTRA: list[dict[str, str]] = [{}, {"authorization": "Bearer a.b.c"}, {"x-tenant": "é 7", "X-Upper": ""}]


@pytest.mark.parametrize("extra", EXTRA, ids=str)
async def test_octets_are_those_of_the_general_client(made: Made, extra: dict[str, str]) -> None:
    """Request line, headers, their order and spelling, and body: nothing tells one from the other."""
    general = HttpSender(connections_max=5)
    async with Receiver() as receiver, general:
        emitter = made()
        for address in ADDRESSES:
            await emitter.send(hook(receiver.url + address, **extra), 5.0)
        quick, receiver.requests = receiver.requests, []
        for address in ADDRESSES:
            await general.send(hook(receiver.url + address, **extra), 5.0)

    assert quick == receiver.requests
    assert quick[0].startswith(b"POST / HTTP/1.1\r\nHost: 127.0.0.1:")
    assert emitter.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["", "http://localhost:{port}"])
async def test_redirect_is_followed_as_by_the_general_client(made: Made, status: int, host: str) -> None:
    """The requests after a redirect are the same, also where it leads to another host and the secret stays behind."""
    general = HttpSender(connections_max=5)
    async with Receiver() as receiver, general:
        there = host.format(port=receiver.port)
        moved = b"HTTP/1.1 %d X\r\nlocation: %s/moved\r\ncontent-length: 0\r\n\r\n" % (status, there.encode())
        receiver.answer = lambda number: OK if number % 2 else moved
        webhook = hook(f"{receiver.url}/hook", authorization="Bearer x")

        quick = await outcome(made(), webhook)
        answer = await general.send(webhook, 5.0)

    assert quick == (Outcome.OK, 200, "") == (answer.outcome, answer.status, answer.error or "")
    assert receiver.requests[:2] == receiver.requests[2:]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", (Outcome.OK, 204)),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 A\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            (Outcome.OK, 202),
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end" + Receiver.HANG_UP, (Outcome.OK, 200)),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno", (Outcome.FAIL, 404)),
        (b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n", (Outcome.FAIL, 302)),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf" + Receiver.HANG_UP, (Outcome.UNKNOWN, None)),
        (b"HTTP/1.1 200 OK\r\ncont" + Receiver.HANG_UP, (Outcome.UNKNOWN, None)),
        (Receiver.HANG_UP, (Outcome.UNKNOWN, None)),
        (b"SSH-2.0\r\n\r\n", (Outcome.UNKNOWN, None)),
    ],
)
async def test_answer_decides_as_it_does_for_the_general_client(
    made: Made, octets: bytes, expected: tuple[Outcome, int | None]
) -> None:
    """Whole answers are ok or failed, half ones unknown; both senders agree."""
    general = HttpSender(connections_max=5)
    async with Receiver(lambda _number: octets) as receiver, general:
        quick = await outcome(made(), hook(receiver.url))
        answer = await general.send(hook(receiver.url), 5.0)

    assert quick[:2] == expected == (answer.outcome, answer.status)


async def test_refused_connection_fails_for_sure(made: Made) -> None:
    """Where nobody listens nothing can have been received."""
    async with Receiver() as gone:
        webhook = hook(gone.url)

    kind, status, error = await outcome(made(), webhook)

    assert (kind, status, error.startswith("not connected: ")) == (Outcome.FAIL, None, True)


async def test_silent_receiver_is_let_go_and_its_connection_closed(made: Made) -> None:
    """After the timeout the attempt is unknown, and nothing of it stays open."""
    async with Receiver(lambda _number: None) as receiver:
        emitter = made()

        found = await outcome(emitter, hook(receiver.url), 0.2)
        second = await outcome(emitter, hook(receiver.url), 0.2)

        assert found == second == (Outcome.UNKNOWN, None, "no answer within 0.2 s")
        assert len(receiver.lines) == 2


async def test_connections_are_used_again(made: Made) -> None:
    """One request at a time goes over one connection, many times; one that said `close` is not used again."""
    closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    async with Receiver(lambda number: closing if number == 2 else OK) as receiver:
        emitter = made()

        for _ in range(5):
            await emitter.send(hook(receiver.url), 5.0)

        assert [len([one for one in line.requests if one]) for line in receiver.lines] == [3, 2]


async def test_pool_is_bounded_and_nothing_is_pipelined(made: Made) -> None:
    """Four at once over two connections: two are out, two wait, all are answered in the end."""
    async with Receiver(lambda _number: None) as receiver:
        emitter = made(connections_a_target_max=2)
        sending = [asyncio.ensure_future(emitter.send(hook(receiver.url), 5.0)) for _ in range(4)]
        await receiver.count(2)
        before = (len(receiver.requests), emitter.connections, emitter.waiting)
        receiver.answer = lambda _number: OK
        for line in receiver.lines:
            line.writer.write(OK)
        answers = await asyncio.gather(*sending)

    assert before == (2, 2, 2)
    assert [answer.outcome for answer in answers] == [Outcome.OK] * 4
    assert answers[2].sent_s is not None
    assert len(receiver.lines) == 2


async def test_queue_is_bounded_and_says_so(made: Made) -> None:
    """What finds the queue full fails at once and names the limit."""
    async with Receiver(lambda _number: None) as receiver:
        emitter = made(connections_a_target_max=1, waiting_a_target_max=1)
        waiting = [asyncio.ensure_future(emitter.send(hook(receiver.url), 5.0)) for _ in range(2)]

        kind, _, error = await outcome(emitter, hook(receiver.url))

        assert kind is Outcome.FAIL
        assert error == f"not sent: 1 webhooks wait for 127.0.0.1:{receiver.port} already (waiting_a_target_max)"
        for one in waiting:
            one.cancel()


async def test_dead_target_does_not_keep_others_waiting(made: Made) -> None:
    """With every allowed connection taken by one that never answers, another target still gets one."""
    async with Receiver(lambda _number: None) as dead, Receiver() as alive:
        emitter = made(connections_max=2)
        stuck = [asyncio.ensure_future(emitter.send(hook(dead.url), 5.0)) for _ in range(3)]
        await dead.count(2)

        found = await outcome(emitter, hook(alive.url))

        assert found == (Outcome.OK, 200, "")
        assert not any(one.done() for one in stuck)


async def test_cancelled_attempt_is_cut_off(made: Made) -> None:
    """Given up, its connection is closed at once, and what waits gets another one."""
    async with Receiver(lambda number: None if number == 0 else OK) as receiver:
        emitter = made(connections_a_target_max=1)
        first, second = (asyncio.ensure_future(emitter.send(hook(receiver.url), 5.0)) for _ in range(2))
        await receiver.count(1)

        first.cancel()
        answer = await second

        assert (first.cancelled(), answer.outcome, len(receiver.lines)) == (True, Outcome.OK, 2)


async def test_idle_connection_is_closed_after_a_while(made: Made) -> None:
    """A connection that nothing needs any more is given back."""
    async with Receiver() as receiver:
        emitter = made(connection={"idle_s_max": 0.02})
        await emitter.send(hook(receiver.url), 5.0)

        async with asyncio.timeout(60):
            while emitter.connections:  # noqa: ASYNC110  nobody tells; the bound is above
                await asyncio.sleep(0)

        assert len(receiver.lines) == 1


@pytest.mark.parametrize("name", ["a\r\nb", "a b", "x:y", ""])
@pytest.mark.parametrize("value", ["v\r\nEvil: 1", "v\n", "v\0"])
async def test_header_cannot_smuggle_anything(made: Made, name: str, value: str) -> None:
    """A header with a line break or another control character is never sent."""
    async with Receiver() as receiver:
        kind, _, error = await outcome(made(), hook(receiver.url, **{name: value}))

    assert (kind, error[:10], receiver.requests) == (Outcome.FAIL, "not sent: ", [])


@pytest.mark.parametrize("extra", [{"host": "x"}, {"content-length": "1"}, {"connection": "close"}, {"expect": "y"}])
async def test_headers_that_change_the_request_go_to_the_general_client(made: Made, extra: dict[str, str]) -> None:
    """Whatever is framed differently is left to the client that knows how; no connection of our own is opened."""
    async with Receiver(lambda _number: OK + Receiver.HANG_UP) as receiver:
        emitter = made()

        await emitter.send(hook(receiver.url, **extra), 0.2)

        assert emitter.connections == 0
