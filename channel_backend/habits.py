"""How this process behaves: as it should, unless known bugs were put back on purpose. Only then are they imported."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.typedefs import Middleware

from channel_backend.config import DEFECTS_ALLOWED, WITH_DEFECTS, Config
from channel_backend.errors import ConfigError
from channel_backend.seams import CLEAN, Seams


@dataclass(frozen=True, slots=True)
class Habits:
    """The settings, the policies, and what is wrapped around every request."""

    config: Config
    seams: Seams = CLEAN
    around: tuple[Middleware, ...] = ()


def habits_of(config: Config, environ: Mapping[str, str]) -> Habits:
    """The clean ones, or the ones that the environment asks for and allows."""
    names = environ.get(WITH_DEFECTS, "").strip()
    if not names:
        return Habits(config)
    if environ.get(DEFECTS_ALLOWED) != "1":
        raise ConfigError(f"{WITH_DEFECTS} puts known bugs back: unset it, or set {DEFECTS_ALLOWED}=1")
    found: Habits = importlib.import_module("channel_backend.defects.switching").switched_on(config, names)
    return found
