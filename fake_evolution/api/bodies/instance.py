"""Bodies of /instance."""

from fake_evolution.api.bodies.parts import EVENTS, SWITCH, TEXT
from fake_evolution.api.schema import Schema

CREATE: Schema = {
    "type": "object",
    "properties": {
        "instanceName": {},
        "token": TEXT,
        "number": {"type": "string", "pattern": r"^\d+[\.@\w-]+"},
        "businessId": TEXT,
        "qrcode": SWITCH,
        # The capital letter is the real server's mistake: `integration` itself is not checked by the schema.
        "Integration": {"type": "string", "enum": ("WHATSAPP-BUSINESS", "WHATSAPP-BAILEYS", "EVOLUTION")},
        "rejectCall": SWITCH,
        "msgCall": TEXT,
        "groupsIgnore": SWITCH,
        "alwaysOnline": SWITCH,
        "readMessages": SWITCH,
        "readStatus": SWITCH,
        "syncFullHistory": SWITCH,
        "wavoipToken": TEXT,
        "proxyHost": TEXT,
        "proxyPort": TEXT,
        "proxyProtocol": TEXT,
        "proxyUsername": TEXT,
        "proxyPassword": TEXT,
        "webhookUrl": TEXT,
        "webhookByEvents": SWITCH,
        "webhookBase64": SWITCH,
        "webhookEvents": EVENTS,
    },
}
