"""How fast WhatsApp itself is: the times that the server cannot choose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """Times in seconds and counts; infinite means never. Defaults: the recordings', QR refresh as in reality."""

    connect_s: float = 0.03  # a call to connect → the socket talks to WhatsApp
    qr_first_s: float = 0.4  # that → the first QR code
    qr_interval_s: float = 45.0  # one QR code → the next
    qr_refs: int = 6  # QR codes a socket gets before WhatsApp closes it with 408
    pairing_code_s: float = 1.0  # what a pairing code takes longer
    restart_s: float = 0.15  # scan → restart with 515
    reconnect_s: float = 0.015  # a closed socket → the next one talks
    open_s: float = 0.25  # a stored session's socket talks → it is let in
    answer_s: float = 0.02  # an order to WhatsApp (logout, close) → its effect
    query_s: float = 0.02  # a look-up of a number
    send_s: float = 0.06  # a message → accepted
    group_change_s: float = 0.0  # a group is changed through the API → its metadata show it (the recordings': never)
    fail_send: str | None = None  # what WhatsApp says to refuse every message; None: it takes them
    unauthenticated_query_s: float = 60.0  # a query on a socket that waits for its QR scan → `Timed Out`
    not_on_whatsapp: tuple[str, ...] = ("0000",)  # numbers that end so do not exist
    no_picture: tuple[str, ...] = ()  # numbers with these digits in them show no profile picture
