"""Sounds and videos: how long they are, and what converting one comes to.

Nothing is really converted: the fake has no encoder. A converted sound keeps its octets, and its size is told as the
size that the recorded conversion had for each second.
"""

import re
import wave
from io import BytesIO
from math import ceil

from fake_evolution.errors import ThrownError

OPUS_OCTETS_A_SECOND = 9115
_OPUS_RATE = 48_000
_MP3_OCTETS_A_SECOND = 16_000
_KNOWN_BEGINNINGS = (b"RIFF", b"OggS", b"ID3", b"fLaC", b"#!AMR", b"\x1aE\xdf\xa3", b"FORM", b"caff", b"FLV")
_NO_SOUND = "ffmpeg exited with code 1: pipe:0: Invalid data found when processing input\n"


def refuse_noise(data: bytes) -> None:
    """ThrownError, as of the server's converter, for what is in no format of sound or video."""
    is_mpeg = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0  # noqa: PLR2004  the sync word
    if not (data.startswith(_KNOWN_BEGINNINGS) or data[4:8] == b"ftyp" or is_mpeg):
        raise ThrownError(_NO_SOUND)


def seconds_of(data: bytes) -> int | None:
    """Whole seconds of a sound or video, as far as its container tells."""
    if data.startswith(b"RIFF"):
        return _of_wave(data)
    if data.startswith(b"OggS"):
        return _of_ogg(data)
    if data[4:8] == b"ftyp":
        return _of_mp4(data)
    return ceil(len(data) / _MP3_OCTETS_A_SECOND) if data.startswith((b"ID3", b"\xff")) else None


def _of_wave(data: bytes) -> int | None:
    try:
        with wave.open(BytesIO(data)) as sound:
            return int(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _of_ogg(data: bytes) -> int | None:
    """The position of the last page, in samples of Opus."""
    last = data.rfind(b"OggS")
    position = int.from_bytes(data[last + 6 : last + 14], "little")
    return position // _OPUS_RATE if len(data) >= last + 14 else None


def _of_mp4(data: bytes) -> int | None:
    """Duration over time scale in the movie header."""
    header = re.search(rb"mvhd(?P<version>[\x00\x01])...(?P<rest>.{28})", data, re.DOTALL)
    if header is None:
        return None
    rest, wide = header["rest"], header["version"] == b"\x01"
    scale, duration = (rest[16:20], rest[20:28]) if wide else (rest[8:12], rest[12:16])
    units = int.from_bytes(scale, "big")
    return round(int.from_bytes(duration, "big") / units) if units else None


def converted_size(seconds: int | None, size: int) -> int:
    """How many octets the converted sound is told to have."""
    return OPUS_OCTETS_A_SECOND * seconds if seconds else size
