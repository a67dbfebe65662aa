"""Reading HTTP/1.1 answers: a state machine without I/O that takes octets as they come, split anywhere.

    head ─▶ (1xx: head again) ─▶ body by length │ in chunks │ until the end of the connection ─▶ whole

Of the body only its end matters, so nothing of it is kept.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: [^\r\n]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_HEADS_KEPT_MAX = 256
_CHUNK_LINE_BYTES_MAX = 8190
_LENGTH_DIGITS_MAX = 15
_SHORT_OCTETS_MAX = 1024
_WITHOUT_BODY = frozenset({204, 304})
_SWITCHING = 101
_FINAL = 200


class BadAnswerError(Exception):
    """What came is no HTTP answer, or breaks off; the text says where."""


class _Part(Enum):
    HEAD = "its head"
    LENGTH = "a body of known length"
    UNTIL_CLOSE = "a body until the end of the connection"
    CHUNK_SIZE = "the size of a chunk"
    CHUNK = "a chunk"
    CHUNK_END = "the line break after a chunk"
    TRAILER = "the fields after the last chunk"
    WHOLE = "nothing: it is whole"


@lru_cache(maxsize=_HEADS_KEPT_MAX)
def short_answer(octets: bytes) -> "Head | None":
    """The head of a short, final answer that came whole, as nearly all do; None for the reader to find out."""
    head, found, body = octets.partition(b"\r\n\r\n")
    if not found or len(octets) > _SHORT_OCTETS_MAX:
        return None
    try:
        told = _understood(head)
    except BadAnswerError:
        return None
    is_whole = told.body in (_Part.WHOLE, _Part.LENGTH) and len(body) == told.length
    return told if is_whole and told.status >= _FINAL else None


class AnswerReader:
    """One answer; `status`, `location` and `keep_alive` are those of the final one once `feed` has said True."""

    __slots__ = ("_head_bytes_max", "_left", "_part", "_rest", "_scanned", "keep_alive", "location", "status")

    def __init__(self, *, head_bytes_max: int) -> None:
        self._head_bytes_max = head_bytes_max
        self._part, self._rest, self._left, self._scanned = _Part.HEAD, b"", 0, 0
        self.status = 0
        self.location: str | None = None
        self.keep_alive = True

    @property
    def begun(self) -> bool:
        """Whether anything of an answer has come."""
        return self._part is not _Part.HEAD or bool(self._rest) or self.status != 0

    def feed(self, octets: bytes) -> bool:
        """Take what came; True once the answer is whole. BadAnswerError when it cannot be one."""
        self._rest += octets
        while self._part is not _Part.WHOLE and self._step():
            pass
        if self._part is not _Part.WHOLE:
            return False
        if self._rest:  # nobody asked for more: such a connection cannot be trusted with another request
            self.keep_alive = False
        return True

    def end(self) -> None:
        """The connection has ended; BadAnswerError unless that is how this answer ends."""
        if self._part is not _Part.UNTIL_CLOSE:
            raise BadAnswerError(f"the connection was closed within {self._part.value}")
        self._part = _Part.WHOLE

    def _step(self) -> bool:
        """Work off one part; False when more octets are needed."""
        part = self._part
        if part is _Part.HEAD:
            return self._read_head()
        if part in (_Part.LENGTH, _Part.CHUNK):
            return self._skip()
        if part is _Part.UNTIL_CLOSE:
            self._rest = b""
            return False
        return self._read_line(part)

    # --- the head ---------------------------------------------------------------------------------------------------

    def _read_head(self) -> bool:
        end = self._rest.find(b"\r\n\r\n", max(0, self._scanned - 3))
        self._scanned = len(self._rest)
        if max(end, 0) > self._head_bytes_max or (end < 0 and self._scanned > self._head_bytes_max + 3):
            raise BadAnswerError(f"its head is longer than {self._head_bytes_max} bytes")
        if end < 0:
            return False
        head, self._rest, self._scanned = self._rest[:end], self._rest[end + 4 :], 0
        self._understand(head)
        return True

    def _understand(self, octets: bytes) -> None:
        head = _understood(octets)
        self.status = head.status
        if head.status < _FINAL:
            return  # 1xx: the final answer is still to come
        self.keep_alive, self.location = head.keep_alive, head.location
        self._part, self._left = head.body, head.length

    # --- the body ---------------------------------------------------------------------------------------------------

    def _skip(self) -> bool:
        taken = min(self._left, len(self._rest))
        self._left -= taken
        self._rest = self._rest[taken:]
        if self._left:
            return False
        self._part = _Part.WHOLE if self._part is _Part.LENGTH else _Part.CHUNK_END
        return True

    def _read_line(self, part: _Part) -> bool:
        end = self._rest.find(b"\r\n")
        if max(end, len(self._rest) if end < 0 else 0) > _CHUNK_LINE_BYTES_MAX:
            raise BadAnswerError(f"{part.value} is longer than {_CHUNK_LINE_BYTES_MAX} bytes")
        if end < 0:
            return False
        line, self._rest = self._rest[:end], self._rest[end + 2 :]
        self._part = self._after_line(part, line)
        return True

    def _after_line(self, part: _Part, line: bytes) -> _Part:
        if part is _Part.TRAILER:
            return _Part.TRAILER if line else _Part.WHOLE
        if part is _Part.CHUNK_END:
            if line:
                raise BadAnswerError("a chunk is longer than its size says")
            return _Part.CHUNK_SIZE
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise BadAnswerError(f"the size of a chunk is {line[:30]!r}; legal: a hexadecimal number")
        self._left = int(size[1], 16)
        return _Part.CHUNK if self._left else _Part.TRAILER


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an answer says."""

    status: int
    keep_alive: bool = True
    location: str | None = None
    body: _Part = _Part.WHOLE
    length: int = 0


@lru_cache(maxsize=_HEADS_KEPT_MAX)
def _understood(octets: bytes) -> Head:
    """What a head says; receivers send the same one for a second, until its date changes."""
    lines = octets.split(b"\r\n")
    found = _STATUS_LINE.fullmatch(lines[0])
    if found is None:
        raise BadAnswerError(f"its first line is {lines[0][:60]!r}; legal: HTTP/1.1 and a status")
    status, fields = int(found[2]), _fields(lines[1:])
    if status == _SWITCHING:
        raise BadAnswerError("it switches protocols, which nobody asked for")
    tokens = _tokens(fields.get(b"connection"))
    keeps = b"close" not in tokens if found[1] == b"1" else b"keep-alive" in tokens
    where = fields.get(b"location")
    location = None if where is None else where[0].decode("utf-8", "surrogateescape")
    body, length = _body(status, fields)
    return Head(status, keeps and body is not _Part.UNTIL_CLOSE, location, body, length)


def _body(status: int, fields: dict[bytes, list[bytes]]) -> tuple[_Part, int]:
    if status in _WITHOUT_BODY or status < _FINAL:
        return _Part.WHOLE, 0
    codings = _tokens(fields.get(b"transfer-encoding"))
    if codings:
        return (_Part.CHUNK_SIZE if codings[-1] == b"chunked" else _Part.UNTIL_CLOSE), 0
    lengths = set(_tokens(fields.get(b"content-length")))
    if not lengths:
        return _Part.UNTIL_CLOSE, 0
    if len(lengths) > 1 or not (text := lengths.pop()).isdigit() or len(text) > _LENGTH_DIGITS_MAX:
        raise BadAnswerError("its Content-Length is no single number")
    return (_Part.LENGTH if int(text) else _Part.WHOLE), int(text)


def _fields(lines: list[bytes]) -> dict[bytes, list[bytes]]:
    fields: dict[bytes, list[bytes]] = {}
    for line in lines:
        found = _FIELD.fullmatch(line)
        if found is None or b"\n" in line or b"\0" in line:
            raise BadAnswerError(f"one of its header lines is {line[:60]!r}; legal: name: value")
        fields.setdefault(found[1].lower(), []).append(found[2])
    return fields


def _tokens(values: list[bytes] | None) -> list[bytes]:
    if values is None:
        return []
    return [token.strip().lower() for value in values for token in value.split(b",") if token.strip()]
