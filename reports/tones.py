"""How a word looks: each verdict and status has a tone (a colour of enough contrast) and a sign beside it."""

_TONES = {
    "PASS": "good",
    "FAIL": "bad",
    "INCONCLUSIVE": "unsure",
    "INVALID": "odd",
    "true": "good",
    "false": "bad",
    "unknown": "unsure",
    "holds": "good",
    "broken": "bad",
    "not exercised": "none",
    "DISCONNECTED": "none",
    "CONNECTING": "wait",
    "QRCODE": "info",
    "CONNECTED": "good",
    "ERROR": "bad",
    "removed": "none",
    "closed": "none",
    "starting": "wait",
    "qr": "info",
    "paired": "wait",
    "opening": "wait",
    "open": "good",
    "ok": "good",
    "fail": "bad",
    "linked": "good",
    "completed": "good",
    "error": "odd",
}
_SIGNS = {"good": "✓", "bad": "✕", "unsure": "?", "odd": "!", "none": "·", "wait": "…", "info": "•"}
_WORDS = {"true": "holds", "false": "broken"}


def tone(word: str, *, otherwise: str = "odd") -> str:
    """The tone of a word; one that nobody foresaw stands out, unless told otherwise."""
    return _TONES.get(word, otherwise)


def sign(word: str) -> str:
    """A sign beside the colour, because not everybody sees colours."""
    return _SIGNS[tone(word)]


def spoken(verdict: str) -> str:
    """The verdict of an invariant in words: "true" is for machines."""
    return _WORDS.get(verdict, verdict)
