"""Chance, injected and keyed.

A draw depends on the seed and on a *key* (rule name, delivery id, …), never on how many draws were made before it
elsewhere. So a new fault rule, or another instance, does not reshuffle what the others draw, and two processes with
the same seed draw the same whatever their timing.
"""

from hashlib import blake2b

_UNIT = 1 << 53
_DIGEST_OCTETS = 64
_FIRST = (1).to_bytes(8, "big")


class Draws:
    """An endless row of draws that depends on its key alone."""

    __slots__ = ("_count", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._count = 0

    def integer(self, below: int) -> int:
        """A number in [0, below)."""
        return int.from_bytes(self.octets(16), "big") % below

    def unit(self) -> float:
        """A number in [0, 1)."""
        return (int.from_bytes(self.octets(8), "big") >> 11) / _UNIT

    def uniform(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def octets(self, size: int) -> bytes:
        """`size` random bytes (at most 64 a digest; longer rows are joined)."""
        self._count += 1
        row = blake2b(self._count.to_bytes(8, "big"), key=self._key, digest_size=_DIGEST_OCTETS).digest()
        while len(row) < size:
            self._count += 1
            row += blake2b(self._count.to_bytes(8, "big"), key=self._key, digest_size=_DIGEST_OCTETS).digest()
        return row[:size]


class Rng:
    """The source of all chance of one run: hands out keyed rows of draws."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def keyed(self, *parts: str | int) -> Draws:
        """The row of draws that belongs to these parts under this seed."""
        return Draws(self._key(parts))

    def octets(self, size: int, *parts: str | int) -> bytes:
        """The first `size` (at most 64) random bytes of the row that belongs to these parts, without making the row."""
        return blake2b(_FIRST, key=self._key(parts), digest_size=_DIGEST_OCTETS).digest()[:size]

    def _key(self, parts: tuple[str | int, ...]) -> bytes:
        text = "\x1f".join(map(str, (self.seed, *parts)))
        return blake2b(text.encode(), digest_size=32).digest()
