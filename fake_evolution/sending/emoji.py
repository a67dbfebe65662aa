"""What the real server takes for one emoji: a symbol with its variations, a keycap, a flag, or several joined."""

import re

_SYMBOL = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170-\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f900-\U0001faff]"
)
_PERSON = f"{_SYMBOL}\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_JOINED = rf"{_PERSON}(?:\u200d{_PERSON})*(?:[\U000e0020-\U000e007f]+)?"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_EMOJI = re.compile(f"(?:{_FLAG}|{_KEYCAP}|{_JOINED})")


def is_single_emoji(text: str) -> bool:
    """Whether the text is one emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def has_some_sign(text: str) -> bool:
    """Whether anything in the text is no letter, digit, space or one of a few signs, as older versions looked at it."""
    return re.search(r'[^()\w\sà-ú"-+]', text, re.ASCII) is not None
