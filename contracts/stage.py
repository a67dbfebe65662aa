"""Sets the stage of a replay: the world that a recording's settings describe, and a fresh fake in it."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf

from contracts.links import Links
from contracts.recording import Json, Recording
from fake_evolution import Config, WhatsApp, World

API_KEY = "Fidelity-Replay-Key"
"""Has letters of both cases, since recordings try the key in lower case."""

QR_INTERVAL_REAL_S = 45.0
"""What an interval of 0 means in a recording: the one of reality."""

_TIMES = {
    "qr_first_ms": "qr_first_s",
    "open_ms": "open_s",
    "restart_ms": "restart_s",
    "send_delay_ms": "send_s",
    "query_delay_ms": "query_s",
    "unauth_timeout_ms": "unauthenticated_query_s",
}


def config_of(rate: float) -> Config:
    """A fake on a free port; settings that no recording names have the defaults of the code."""
    return Config(api_key=API_KEY, rate=rate, named_set="code-defaults", seed=1)


def world_of(recording: Recording, links: Links) -> World:
    """The recorded settings of server and WhatsApp; addresses of the recording are those of the replay."""
    server = {name: links.translate(value) for name, value in recording.env.items()}
    return World(profile=recording.version, whatsapp=whatsapp_of(recording.stub), server=server)


def whatsapp_of(stub: Mapping[str, Json]) -> WhatsApp:
    """How fast the stub of the recording played WhatsApp."""
    times = {name: float(stub[key]) / 1000 for key, name in _TIMES.items() if key in stub}
    whatsapp = replace(WhatsApp(), **times)  # type: ignore[arg-type]  # all of them are times
    interval_s = float(stub.get("qr_interval_ms", 0)) / 1000 or QR_INTERVAL_REAL_S
    whatsapp = replace(whatsapp, qr_interval_s=interval_s, qr_refs=int(stub.get("qr_refs", whatsapp.qr_refs)))
    if not stub.get("auto_qr", True):
        whatsapp = replace(whatsapp, qr_first_s=inf)
    if not stub.get("auto_open", True):
        whatsapp = replace(whatsapp, open_s=inf)
    return replace(
        whatsapp,
        group_change_s=inf,  # the stub took orders about groups and changed nothing
        not_on_whatsapp=tuple(stub.get("not_on_whatsapp", whatsapp.not_on_whatsapp)),
        no_picture=tuple(stub.get("no_picture", whatsapp.no_picture)),
    )
