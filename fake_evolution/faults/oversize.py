"""oversize: a body that is far larger, or nested far deeper, than any real one."""

from dataclasses import dataclass, replace
from enum import StrEnum

from fake_evolution.faults.base import fault
from fake_evolution.faults.wire import edited
from fake_evolution.plan import Plan, Webhook
from fake_evolution.rng import Draws

SIZE_BYTES_MAX = 256 * 1024 * 1024


class Filling(StrEnum):
    """What a body is blown up with."""

    TEXT = "text"
    NESTING = "nesting"
    UNICODE = "unicode"


_ODD = "\u202e\u0000\ufffe\U0001f469\u200d\U0001f4bb\u0301".encode("utf-8").replace(b"\x00", b"\\u0000")


@dataclass(frozen=True, slots=True)
class _BlownUp:
    size_bytes: int
    filling: Filling

    def edit(self, webhook: Webhook) -> Webhook:
        """The webhook with one more member, which brings it to its size; still JSON."""
        head = webhook.body[:-1] + b',"filling":'
        room = max(self.size_bytes - len(head) - 3, 0)
        if not webhook.body.endswith(b"}"):
            return webhook
        if self.filling is Filling.NESTING:
            return replace(webhook, body=head + b"[" * (room // 2 + 1) + b"]" * (room // 2 + 1) + b"}")
        text = b"x" * room if self.filling is Filling.TEXT else _ODD * (room // len(_ODD) + 1)
        return replace(webhook, body=head + b'"' + text + b'"}')


@fault("oversize")
@dataclass(frozen=True, slots=True)
class Oversize:
    """Blow every body up to `size_bytes` octets with a `filling` of text, nesting or unicode."""

    size_bytes: int = 20_000_000
    filling: Filling = Filling.TEXT

    def __post_init__(self) -> None:
        if not 1 <= self.size_bytes <= SIZE_BYTES_MAX:
            raise ValueError(f"a size from 1B to {SIZE_BYTES_MAX // 1024**2}MiB")

    def apply(self, plan: Plan, _draws: Draws) -> Plan:
        """The plan with huge bodies."""
        return edited(plan, _BlownUp(self.size_bytes, self.filling))
