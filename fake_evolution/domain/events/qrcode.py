"""qrcode.updated, in its two shapes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import SHOWN_INSTEAD_OF_AN_IMAGE, Event


@dataclass(frozen=True, slots=True)
class QrcodeUpdated(Event):
    """A fresh QR code; unlike the API's QR object it carries no count and sits one level deeper."""

    NAME: ClassVar[str] = "qrcode.updated"
    instance: str
    pairing_code: str | None
    code: str
    base64: object  # whose text is the image; drawn when a webhook needs it

    def data(self) -> Any:
        """`{qrcode: {instance, pairingCode, code, base64}}`."""
        return self._showing(str(self.base64))

    def noted(self) -> Any:
        """Of the image only that there is one; it need not be drawn for that."""
        return self._showing(SHOWN_INSTEAD_OF_AN_IMAGE)

    def _showing(self, image: str) -> Any:
        qrcode = {
            "instance": self.instance,
            "pairingCode": self.pairing_code,
            "code": self.code,
            "base64": image,
        }
        return {"qrcode": qrcode}


@dataclass(frozen=True, slots=True)
class QrcodeLimitReached(Event):
    """No further QR code: the same event name, with no `qrcode` in it."""

    NAME: ClassVar[str] = "qrcode.updated"

    def data(self) -> Any:
        """`{message, statusCode}`."""
        return {"message": "QR code limit reached, please login again", "statusCode": 500}
