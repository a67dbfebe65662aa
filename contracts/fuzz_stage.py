"""Keeps two instances alive in front of which generated calls are made: one open, one closed."""

from dataclasses import dataclass, field
from typing import Any

import requests

from fake_evolution import WhatsApp, World

OPEN, CLOSED = "open", "closed"
PATIENCE_S = 10.0
WORLD = World(whatsapp=WhatsApp(unauthenticated_query_s=1.0))
"""A query that WhatsApp never answers ends soon: how long it hangs is not what is tried."""


@dataclass(slots=True)
class Stage:
    """The fake as generated calls find it."""

    url: str
    control_url: str
    api_key: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def headers(self) -> dict[str, str]:
        """The global key."""
        return {"apikey": self.api_key}

    def prepare(self) -> None:
        """Makes the two instances again when calls have ended them."""
        if self._phase(OPEN) != "open":
            self._make(OPEN)
            self._connect(OPEN)
        if self._phase(CLOSED) is None:
            self._make(CLOSED)

    def _phase(self, name: str) -> str | None:
        answer = self.session.get(f"{self.control_url}/instances/{name}", timeout=PATIENCE_S)
        return answer.json().get("phase") if answer.ok else None

    def _make(self, name: str) -> None:
        """Creates the instance; one of that name that is there already is used as it is."""
        self._post(f"{self.url}/instance/create", {"instanceName": name, "integration": "WHATSAPP-BAILEYS"})

    def _connect(self, name: str) -> None:
        """Shows a QR code and scans it, then waits until the instance is open."""
        self.session.get(f"{self.url}/instance/connect/{name}", headers=self.headers, timeout=PATIENCE_S)
        self._post(f"{self.control_url}/instances/{name}/scan", {})
        query: dict[str, Any] = {"kind": "state", "wait_s": "1", "after": "0"}
        while self._phase(name) not in {"open", "closed", None}:
            records = self.session.get(f"{self.control_url}/journal", params=query, timeout=PATIENCE_S).json()
            query["after"] = str(max([int(query["after"]), *(record["seq"] for record in records)]))

    def _post(self, url: str, body: dict[str, Any]) -> None:
        self.session.post(url, json=body, headers=self.headers, timeout=PATIENCE_S)
