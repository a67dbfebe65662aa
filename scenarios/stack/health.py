"""Asking a backend whether it is ready to be used."""

import json
from dataclasses import dataclass

import aiohttp

PROBE_S = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """One look: healthy, or what was found instead; the version when the backend tells it."""

    healthy: bool
    found: str
    version: str | None = None
    answered: bool = False


async def look(session: aiohttp.ClientSession, url: str) -> Health:
    """Ask once; no answer is a finding like any other."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=PROBE_S)) as response:
            text = await response.text()
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
        return Health(healthy=False, found=str(error) or type(error).__name__)
    if not response.ok:
        found = f"status {response.status} {' '.join(text[:200].split())}".strip()
        return Health(healthy=False, found=found, answered=True)
    return Health(healthy=True, found=f"status {response.status}", version=_version(text), answered=True)


def _version(text: str) -> str | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    found = (body.get("version") or body.get("currentVersion")) if isinstance(body, dict) else None
    return str(found) if found else None
