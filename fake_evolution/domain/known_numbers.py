"""The server's cache of numbers that WhatsApp knows: which address a send really goes to.

The real server keeps, for each account it has met, a row with the address used last and every spelling of it. A
row is found by any of its spellings; an address that shares a spelling with a row (Brazilian numbers with and
without the ninth digit, a privacy id that came along) takes that row over, and later sends to the row's other
spellings go to the newer address.
"""

from collections.abc import Callable
from math import inf

_NINTH_DIGIT_AT = 4
_BRAZILIAN_DIGITS = (12, 13)


class KnownNumbers:
    """Addresses met so far, with their spellings; each is believed for a while.

    With `believed_s` 0 nothing is remembered at all, as when the server may not save what it meets.
    """

    def __init__(self, *, believed_s: float = inf, now: Callable[[], float] = lambda: 0.0) -> None:
        self._believed_s, self._now = believed_s, now
        self._rows: list[tuple[str, frozenset[str], float]] = []  # address, spellings, when it was met last

    def find(self, jid: str) -> str | None:
        """The address that the server uses for this one, or None when it was not met lately."""
        met_after_s = self._now() - self._believed_s
        found = (address for address, known, met_s in self._rows if jid in known and met_s > met_after_s)
        return next(found, None)

    def remember(self, jid: str, *, alternative: str | None = None) -> None:
        """Meet an address, perhaps with its privacy id or number beside it."""
        if self._believed_s <= 0:
            return
        met = spellings(jid) | (spellings(alternative) if alternative else frozenset())
        for index, (_, known, _) in enumerate(self._rows):
            if known & met:
                self._rows[index] = (jid, known | met, self._now())
                return
        self._rows.append((jid, met, self._now()))


def spellings(jid: str) -> frozenset[str]:
    """The address itself and, for a Brazilian number, the one without (or with) a digit after the area code."""
    digits, _, domain = jid.partition("@")
    if not digits.startswith("55") or len(digits) not in _BRAZILIAN_DIGITS:
        return frozenset({jid})
    start, rest = digits[:_NINTH_DIGIT_AT], digits[_NINTH_DIGIT_AT:]
    other = start + (rest[1:] if len(digits) == _BRAZILIAN_DIGITS[1] else f"9{rest}")
    return frozenset({jid, f"{other}@{domain}"})
