"""Versions of the imitated server that this package knows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass

from fake_evolution.errors import ConfigError, unknown_name


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of the real server: what differs from the others, and whether it was recorded."""

    version: str
    user_agent: str
    whatsapp_web_version: str
    recorded: bool
    summary: str


PROFILES: Mapping[str, Profile] = {
    "2.3.6": Profile("2.3.6", "axios/1.12.2", "2.3000.1027934701", recorded=True, summary="checked against recordings"),
}
DEFAULT_PROFILE = "2.3.6"


def profile(version: str) -> Profile:
    """The profile of this version; ConfigError lists the known ones."""
    if version not in PROFILES:
        raise ConfigError(unknown_name("profile", version, PROFILES))
    return PROFILES[version]
