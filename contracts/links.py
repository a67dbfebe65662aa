"""Which identifier of the replay stands for which identifier of the recording."""

import re
from collections.abc import Mapping

from contracts.recording import Json

GROUP = "@g.us"

IDENTITIES: Mapping[str, re.Pattern[str]] = {
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "token": re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
    "row id": re.compile(r"c[0-9a-z]{24}"),
    "sent message id": re.compile(r"3EB0[0-9A-F]{18}"),
    "group": re.compile(r"120363\d{12,14}@g\.us"),
    "invitation": re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{22}"),
    "QR code": re.compile(r"2@[A-Za-z0-9+/=]+(,[A-Za-z0-9+/=]+){3}"),
}
"""Shapes of values that are different in every run, but the same wherever they name the same thing."""


def identity(value: Json) -> str | None:
    """The kind of identifier a text is, if it is one."""
    if not isinstance(value, str):
        return None
    return next((kind for kind, pattern in IDENTITIES.items() if pattern.fullmatch(value)), None)


class Links:
    """Pairs of recorded and replayed texts; the first pairing of a text is the one that counts."""

    def __init__(self, origins: Mapping[str, str] | None = None) -> None:
        """Begins with the addresses that differ: recorded origin to replayed origin."""
        self._forward: dict[str, str] = dict(origins or {})
        self._backward: dict[str, str] = {new: old for old, new in self._forward.items()}

    def learn(self, recorded: str, replayed: str) -> None:
        """Pairs two texts, also in lower case and without a domain, unless one of them is taken already."""
        self._pair(recorded, replayed)
        self._pair(recorded.lower(), replayed.lower())
        self._pair(recorded.partition("@g.us")[0], replayed.partition("@g.us")[0])

    def _pair(self, recorded: str, replayed: str) -> None:
        if recorded not in self._forward and replayed not in self._backward:
            self._forward[recorded] = replayed
            self._backward[replayed] = recorded

    def holds(self, recorded: str, replayed: str) -> bool:
        """Whether the two texts are partners, or neither has one."""
        forward = self._forward.get(recorded, replayed) == replayed
        return forward and self._backward.get(replayed, recorded) == recorded

    def translate(self, text: str) -> str:
        """The text with every recorded identifier and address in it replaced by its partner."""
        for recorded, replayed in self._forward.items():
            text = text.replace(recorded, replayed)
        return text

    def translate_all(self, value: Json) -> Json:
        """Translates every text of a JSON value; keys stay."""
        if isinstance(value, str):
            return self.translate(value)
        if isinstance(value, dict):
            return {key: self.translate_all(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.translate_all(item) for item in value]
        return value
