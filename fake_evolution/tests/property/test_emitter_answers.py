"""Properties of reading answers: any answer, split anywhere, is understood; anything cut off or wrong is refused."""

from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_evolution.delivery.answers import AnswerReader, BadAnswerError

HEAD_BYTES_MAX = 2000
INTERIM = st.lists(st.sampled_from([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"]))


@dataclass(frozen=True)
class Sent:
    """An answer as octets, and what a reader has to make of it."""

    octets: bytes
    status: int
    keep_alive: bool
    until_close: bool = False


def chunked(body: bytes, sizes: list[int]) -> bytes:
    """The body in chunks of about these sizes, with an extension and a trailer."""
    framed = b""
    for size in sizes:
        part, body = body[:size], body[size:]
        framed += b"%x;a=b\r\n%s\r\n" % (len(part), part) if part else b""
    framed += b"%X\r\n%s\r\n" % (len(body), body) if body else b""
    return framed + b"0\r\nx-sum: 1\r\n\r\n"


@st.composite
def answers(draw: st.DrawFn) -> Sent:
    """Final answers of every framing, with interim answers before them."""
    status = draw(st.sampled_from([200, 201, 202, 204, 299, 304, 400, 404, 500, 503, 599]))
    body = draw(st.binary(max_size=60))
    framing = draw(st.sampled_from(["length", "chunked", "close"]))
    closes = draw(st.booleans())
    fields = [b"Server: x", b"connection: close" if closes else b"Connection: Keep-Alive"]
    if framing == "length":
        fields.append(b"content-LENGTH:%d" % len(body))
    if framing == "chunked":
        fields.append(b"Transfer-Encoding: chunked")
        body = chunked(body, draw(st.lists(st.integers(1, 20), max_size=4)))
    empty = status in (204, 304)
    until_close = framing == "close" and not empty
    head = b"HTTP/1.1 %d Some Words\r\n%s\r\n\r\n" % (status, b"\r\n".join(draw(st.permutations(fields))))
    octets = b"".join(draw(INTERIM)) + head + (b"" if empty else body)
    return Sent(octets, status, keep_alive=not closes and not until_close, until_close=until_close)


def pieces(octets: bytes, cuts: list[int]) -> list[bytes]:
    """The octets, cut at these places."""
    places = [0, *sorted(cut % (len(octets) + 1) for cut in cuts), len(octets)]
    return [octets[start:end] for start, end in pairwise(places)]


@given(answers(), st.lists(st.integers(0, 10_000), max_size=12))
def test_answer_is_understood_however_it_is_split(sent: Sent, cuts: list[int]) -> None:
    """Status and fate of the connection are the same for every split; it is whole at its last octet and not before."""
    reader = AnswerReader(head_bytes_max=HEAD_BYTES_MAX)
    *earlier, last = [piece for piece in pieces(sent.octets, cuts) if piece]

    early = [reader.feed(piece) for piece in earlier]
    whole = reader.feed(last)
    if sent.until_close:
        reader.end()

    assert not any(early)
    assert (reader.status, reader.keep_alive, whole) == (sent.status, sent.keep_alive, not sent.until_close)


@given(answers().filter(lambda sent: not sent.until_close), st.integers(0, 10_000))
def test_answer_that_is_cut_off_is_no_answer(sent: Sent, cut: int) -> None:
    """Ended before its last octet it is refused, wherever that is."""
    reader = AnswerReader(head_bytes_max=HEAD_BYTES_MAX)

    whole = reader.feed(sent.octets[: cut % len(sent.octets)])

    assert not whole
    with pytest.raises(BadAnswerError, match="the connection was closed within"):
        reader.end()


@given(answers().filter(lambda sent: not sent.until_close), st.binary(min_size=1, max_size=20))
def test_more_than_was_asked_for_ends_the_connection(sent: Sent, more: bytes) -> None:
    """Octets behind a whole answer do not change it, but nothing else is asked on such a connection."""
    reader = AnswerReader(head_bytes_max=HEAD_BYTES_MAX)

    assert reader.feed(sent.octets + more)
    assert (reader.status, reader.keep_alive) == (sent.status, False)


@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([b"HTTP/1.1 ", b"200 OK\r\n", b"a: b\r\n", b"\r\n", b"5\r\n"]))
)
def test_garbage_is_refused_and_nothing_else_happens(octets: list[bytes]) -> None:
    """Whatever comes, the reader either goes on, is done, or says that this is no answer."""
    reader = AnswerReader(head_bytes_max=HEAD_BYTES_MAX)
    found: list[object] = []

    with suppress(BadAnswerError):
        found += [reader.feed(piece) for piece in octets]

    assert set(found) <= {True, False}
    assert 0 <= reader.status < 1000


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (b"HTTP/2 200 OK\r\n\r\n", "its first line is"),
        (b"SSH-2.0-x\r\n\r\n", "its first line is"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switches protocols"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "one of its header lines"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "no single number"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "no single number"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", "the size of a chunk is"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n", "longer than its size"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1" * 9000, "longer than 8190 bytes"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 3000, "longer than 2000 bytes"),
    ],
)
def test_wrong_answer_says_what_is_wrong(octets: bytes, told: str) -> None:
    """Each way of being no HTTP/1.1 answer is named."""
    with pytest.raises(BadAnswerError, match=told):
        AnswerReader(head_bytes_max=HEAD_BYTES_MAX).feed(octets)
