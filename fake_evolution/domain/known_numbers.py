"""The server's cache of numbers that WhatsApp knows: which address a send really goes to.

The real server keeps, for each account it has met, a row with the address used last and every spelling of it. A
row is found by any of its spellings; an address that shares a spelling with a row (Brazilian numbers with and
without the ninth digit, a privacy id that came along) takes that row over, and later sends to the row's other
spellings go to the newer address.
"""

_NINTH_DIGIT_AT = 4
_BRAZILIAN_DIGITS = (12, 13)


class KnownNumbers:
    """Addresses met so far, with their spellings."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, frozenset[str]]] = []

    def find(self, jid: str) -> str | None:
        """The address that the server uses for this one, or None when it was never met."""
        return next((address for address, known in self._rows if jid in known), None)

    def remember(self, jid: str, *, alternative: str | None = None) -> None:
        """Meet an address, perhaps with its privacy id or number beside it."""
        met = spellings(jid) | (spellings(alternative) if alternative else frozenset())
        for index, (_, known) in enumerate(self._rows):
            if known & met:
                self._rows[index] = (jid, known | met)
                return
        self._rows.append((jid, met))


def spellings(jid: str) -> frozenset[str]:
    """The address itself and, for a Brazilian number, the one without (or with) a digit after the area code."""
    digits, _, domain = jid.partition("@")
    if not digits.startswith("55") or len(digits) not in _BRAZILIAN_DIGITS:
        return frozenset({jid})
    start, rest = digits[:_NINTH_DIGIT_AT], digits[_NINTH_DIGIT_AT:]
    other = start + (rest[1:] if len(digits) == _BRAZILIAN_DIGITS[1] else f"9{rest}")
    return frozenset({jid, f"{other}@{domain}"})
