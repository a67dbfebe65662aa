"""Identity: the ids, tokens and codes that the imitated server hands out, seeded.

Shapes are those of the recordings: UUID v4 instance ids, upper-case UUID tokens, `cm…` database ids, `3EB0` message
ids, and pairing strings of `2@` with four base64 parts (237 characters).
"""

from base64 import b64encode
from collections import defaultdict
from string import ascii_letters, digits

from fake_evolution.rng import Rng

_PAIRING_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTVWXYZ"
_OCTETS_AT_ONCE = 64
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}  # the first digit that a UUID's may be
_INVITE_ALPHABET = ascii_letters + digits
_DATABASE_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_DATABASE_DIGITS = bytes(ord(_DATABASE_ALPHABET[octet % 36]) for octet in range(256))


class Ids:
    """Hands out identities; the n-th of a kind and owner is the same under the same seed."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._counts: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def _octets(self, kind: str, owner: str, size: int) -> bytes:
        counts = self._counts[kind]
        count = counts[owner] = counts.get(owner, 0) + 1
        if size <= _OCTETS_AT_ONCE:
            return self._rng.octets(size, "id", kind, owner, count)
        return self._rng.keyed("id", kind, owner, count).octets(size)

    def uuid(self, kind: str, owner: str) -> str:
        """A UUID v4."""
        return _uuid(self._octets(kind, owner, 16).hex())

    def identity(self, owner: str) -> tuple[str, str]:
        """A new instance's id, a UUID v4, and its token, an upper-case one; of one draw, because thousands are made."""
        text = self._octets("instance", owner, 32).hex()
        return _uuid(text[:32]), _uuid(text[32:]).upper()

    def database(self, table: str, owner: str) -> str:
        """A database id as the real server's client makes them: `cm` and 23 letters or digits."""
        return _database_id(self._octets(table, owner, 23))

    def lasting(self, table: str, owner: str) -> str:
        """The database id of what an owner has exactly one of; always the same, so nobody has to keep it."""
        return _database_id(self._rng.keyed("id", "lasting", table, owner).octets(23))

    def message(self, owner: str, *, length: int = 22) -> str:
        """The id of a message sent through the API: `3EB0` and hex digits up to this length."""
        return "3EB0" + self._octets("message", owner, length // 2 - 2).hex().upper()

    def secret(self, owner: str) -> bytes:
        """A key, hash or secret of 32 octets that belongs to a message."""
        return self._octets("secret", owner, 32)

    def upload(self, owner: str) -> str:
        """The name of a file on WhatsApp's media servers: 16 hex digits."""
        return self._octets("upload", owner, 8).hex()

    def reference(self, owner: str) -> str:
        """The reference of a payment: 11 upper-case letters or digits."""
        return self._octets("reference", owner, 11).translate(_DATABASE_DIGITS).decode().upper()

    def received_message(self, owner: str) -> str:
        """The id of a message that another phone sent (an iPhone's shape: `3A` and 18 hex digits)."""
        return "3A" + self._octets("received", owner, 9).hex().upper()

    def group(self, owner: str) -> str:
        """The address of a new group: `120363` and 12 digits."""
        return f"120363{int.from_bytes(self._octets('group', owner, 8), 'big') % 10**12:012d}@g.us"

    def group_description(self, owner: str) -> str:
        """The id of a group's description: `3EB0` and 18 hex digits."""
        return "3EB0" + self._octets("description", owner, 9).hex().upper()

    def invite_code(self, owner: str) -> str:
        """The 22 letters and digits of a group's invitation."""
        octets = self._octets("invite", owner, 22)
        return "".join(_INVITE_ALPHABET[octet % len(_INVITE_ALPHABET)] for octet in octets)

    def qr_code(self, owner: str, keys: str) -> str:
        """A pairing string of 237 characters: a fresh reference, then the three keys of this `keys` owner."""
        reference = b64encode(self._octets("qr", owner, 78)).decode()
        return f"2@{reference[:100]},{keys}"

    def qr_keys(self, owner: str) -> str:
        """The three public keys that all pairing strings of one session end with."""
        octets = self._rng.keyed("id", "keys", owner).octets(96)
        return ",".join(b64encode(octets[start : start + 32]).decode() for start in (0, 32, 64))

    def pairing_code(self, owner: str) -> str:
        """The eight characters that a person types instead of scanning."""
        return "".join(_PAIRING_ALPHABET[octet % 32] for octet in self._octets("pairing", owner, 8))


def _uuid(text: str) -> str:
    """Hex digits with the dashes of a UUID, its version 4 and its variant."""
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{_VARIANTS[text[16]]}{text[17:20]}-{text[20:]}"


def _database_id(octets: bytes) -> str:
    return "cm" + octets.translate(_DATABASE_DIGITS).decode()
