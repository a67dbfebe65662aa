"""Tests of the parts that sending is made of: sources, types, emoji, sounds, pictures, files."""

import struct
import wave
from io import BytesIO

import pytest
from PIL import Image

from fake_evolution.errors import ThrownError
from fake_evolution.media import MediaServers, red_square
from fake_evolution.sending.emoji import is_single_emoji
from fake_evolution.sending.fetching import with_timestamp
from fake_evolution.sending.mime import extension_of, type_of
from fake_evolution.sending.pictures import to_jpeg, to_webp
from fake_evolution.sending.sounds import refuse_noise, seconds_of
from fake_evolution.sending.sources import decoded, is_base64, is_url


def picture(kind: str, *, mode: str = "RGB", frames: int = 1) -> bytes:
    """A picture of 4 x 4 pixels."""
    made = BytesIO()
    shades = [Image.new(mode, (4, 4), color=shade * 60) for shade in range(frames)]
    shades[0].save(made, kind, save_all=frames > 1, append_images=shades[1:])
    return made.getvalue()


def sound(seconds: int) -> bytes:
    """A silent sound."""
    made = BytesIO()
    with wave.open(made, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8000)
        written.writeframes(bytes(8000 * seconds))
    return made.getvalue()


def film(seconds: int) -> bytes:
    """The beginning of an MP4 file with a movie header."""
    header = b"mvhd" + bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(12)
    return struct.pack(">I", 8) + b"ftypisom" + header


@pytest.mark.parametrize(
    ("text", "url", "base64"),
    [
        ("http://127.0.0.1:9/x.png", True, False),
        ("https://example.org/a.pdf?b=c", True, False),
        ("http://localhost/x.png", False, False),
        ("http://minio:9000/x.png", False, False),
        ("data:image/png;base64,AAAA", False, False),
        ("AAAA", False, True),
        ("AA==", False, True),
        ("AAA", False, False),
        ("A=AA", False, False),
        ("A===", False, False),
        ("", False, True),
        (None, False, False),
    ],
)
def test_sources(text: object, url: bool, base64: bool) -> None:  # noqa: FBT001  parametrised
    """A name without a dot is no URL, and a data URL is no base64."""
    assert (is_url(text), is_base64(text)) == (url, base64)


def test_base64_is_read_as_node_reads_it() -> None:
    """Padding may be missing, letters that do not belong are passed over."""
    assert (decoded("SGk="), decoded("SGk"), decoded("S G!k"), decoded("A")) == (b"Hi", b"Hi", b"Hi", b"")


@pytest.mark.parametrize("text", ["🚀", "👍🏽", "❤️", "👨‍👩‍👧", "🇧🇷", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_one_emoji(text: str) -> None:
    """Skin tones, families, flags and keycaps are one emoji."""
    assert is_single_emoji(text)


@pytest.mark.parametrize("text", ["ok", "🚀🚀", "🚀!", " ", "1", "", "é"])
def test_not_one_emoji(text: str) -> None:
    """Words, digits, and more than one."""
    assert not is_single_emoji(text)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("doc", "application/msword"), ("b.PDF", "application/pdf"), ("c.xyz123", None)],
)
def test_media_type_by_name(name: str, media_type: str | None) -> None:
    """A bare name is taken for an extension."""
    assert type_of(name) == media_type


def test_extension_by_media_type() -> None:
    """Parameters are passed over; what nobody knows has no extension."""
    found = [extension_of(text) for text in ("audio/ogg; codecs=opus", "image/jpeg", "x/y", None)]

    assert found == ["oga", "jpeg", None, None]


def test_seconds() -> None:
    """Containers that tell their length."""
    page = b"OggS" + bytes(2) + struct.pack("<q", 96_000) + bytes(13)

    assert [seconds_of(data) for data in (sound(3), page, film(7), b"nothing", b"RIFF")] == [3, 2, 7, None, None]


def test_noise_is_refused() -> None:
    """The converter does not know what it is."""
    refuse_noise(sound(1))

    with pytest.raises(ThrownError, match="Invalid data found when processing input"):
        refuse_noise(b"just text")


async def test_jpeg_without_its_first_segment() -> None:
    """Whatever the picture was, it becomes JPEG, and what is transparent becomes black."""
    clear = await to_jpeg(picture("PNG", mode="RGBA"))
    shown = Image.open(BytesIO(clear))

    assert (shown.format, shown.getpixel((0, 0)), b"JFIF" in clear) == ("JPEG", (0, 0, 0), False)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Error: Input Buffer is empty"),
        (b"no picture", "Error: Input buffer contains unsupported image format"),
        (picture("BMP"), "Error: Input buffer contains unsupported image format"),
    ],
)
async def test_broken_pictures(data: bytes, told: str) -> None:
    """The words of the real server's picture library."""
    with pytest.raises(ThrownError) as thrown:
        await to_jpeg(data)

    assert thrown.value.told == told


async def test_cut_picture() -> None:
    """A picture that ends too soon is corrupt, not unknown."""
    with pytest.raises(ThrownError, match="corrupt header"):
        await to_jpeg(red_square()[:50])


async def test_sticker_frames() -> None:
    """An animated sticker keeps its frames, another one only the first."""
    moving = picture("GIF", mode="L", frames=3)

    frames = [
        getattr(Image.open(BytesIO(await to_webp(moving, animated=animated))), "n_frames", 1)
        for animated in (True, False)
    ]

    assert frames == [3, 1]


def test_timestamp_goes_beside_the_query() -> None:
    """What the URL asks for stays."""
    assert with_timestamp("http://a.b/c.png?d=e&timestamp=1", 5) == "http://a.b/c.png?d=e&timestamp=5"


def test_media_servers_forget_the_oldest() -> None:
    """Files that were sent can be fetched until too many came after them."""
    servers = MediaServers(octets_max=10)
    for path in ("/a", "/b"):
        servers.keep(path, b"12345678")

    assert servers.fetch("audioMessage", {"directPath": "/b"}) == b"12345678"
    with pytest.raises(ThrownError, match=r"Failed to fetch stream from https://mmg\.whatsapp\.net/a"):
        servers.fetch("audioMessage", {"directPath": "/a"})


def test_a_file_kept_twice_counts_once() -> None:
    """Storing under a path again replaces what was there."""
    servers = MediaServers(octets_max=10)
    for _ in range(3):
        servers.keep("/a", b"12345678")

    assert servers.fetch("videoMessage", {"directPath": "/a"}) == b"12345678"


def test_pictures_from_elsewhere() -> None:
    """Every simulated phone sends the same small picture."""
    fetched = MediaServers().fetch("imageMessage", {"directPath": "/x"})

    assert Image.open(BytesIO(fetched)).size == (10, 10)
