"""qrcode.updated, in its two shapes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class QrcodeUpdated(Event):
    """A fresh QR code; unlike the API's QR object it carries no count and sits one level deeper."""

    NAME: ClassVar[str] = "qrcode.updated"
    instance: str
    pairing_code: str | None
    code: str
    base64: str

    def data(self) -> Any:
        """`{qrcode: {instance, pairingCode, code, base64}}`."""
        qrcode = {
            "instance": self.instance,
            "pairingCode": self.pairing_code,
            "code": self.code,
            "base64": self.base64,
        }
        return {"qrcode": qrcode}


@dataclass(frozen=True, slots=True)
class QrcodeLimitReached(Event):
    """No further QR code: the same event name, with no `qrcode` in it."""

    NAME: ClassVar[str] = "qrcode.updated"

    def data(self) -> Any:
        """`{message, statusCode}`."""
        return {"message": "QR code limit reached, please login again", "statusCode": 500}
