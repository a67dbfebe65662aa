"""Finds the defects and switches the named ones on."""

import difflib
import importlib
import logging
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import fields

import channel_backend.defects
from channel_backend.config import WITH_DEFECTS, Config
from channel_backend.defects.base import Defect
from channel_backend.errors import ConfigError
from channel_backend.habits import Habits
from channel_backend.seams import CLEAN, Seams

log = logging.getLogger(__name__)


def known() -> Mapping[str, Defect]:
    """Every defect by its id, in order."""
    found: dict[str, Defect] = {}
    for module in pkgutil.iter_modules(channel_backend.defects.__path__, "channel_backend.defects."):
        for defect in getattr(importlib.import_module(module.name), "DEFECTS", ()):
            if defect.id in found:
                msg = f"two defects are called {defect.id!r}"
                raise ValueError(msg)
            found[defect.id] = defect
    return dict(sorted(found.items()))


def named(text: str) -> tuple[Defect, ...]:
    """The defects of a list with commas; an unknown name is refused."""
    defects = known()
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in defects:
            near = difflib.get_close_matches(name, defects, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise ConfigError(f"{WITH_DEFECTS}: there is no defect {name!r}{hint}; known are: {', '.join(defects)}")
    return tuple(defects[name] for name in names)


def switched_on(config: Config, text: str) -> Habits:
    """A backend with these defects and no other; two that replace the same policy are refused."""
    seams, defects = CLEAN, named(text)
    owners: dict[str, str] = {}
    for defect in defects:
        after = seams if defect.seams is None else defect.seams(seams)
        for policy in _replaced(seams, after):
            if policy in owners:
                pair = f"{owners[policy]!r} and {defect.id!r}"
                raise ConfigError(f"{WITH_DEFECTS}: {pair} both replace {policy!r}; switch on one of them")
            owners[policy] = defect.id
        seams = after
        config = config if defect.settings is None else defect.settings(config)
        log.critical("this backend is broken on purpose", extra={"defect": defect.id, "seen": defect.seen})
    return Habits(config, seams, tuple(defect.around() for defect in defects if defect.around is not None))


def as_json(defects: Sequence[Defect]) -> list[dict[str, str]]:
    """The list for programs."""
    return [{name: getattr(one, name) for name in ("id", "stands_for", "origin", "seen")} for one in defects]


def markdown_table() -> str:
    """The list as the README shows it."""
    rows = [f"| `{one.id}` | {one.stands_for} | {one.origin} | {one.seen} |" for one in known().values()]
    return "\n".join(["| id | stands for | origin | what a user sees |", "|---|---|---|---|", *rows])


def _replaced(before: Seams, after: Seams) -> list[str]:
    """The policies that are others now."""
    return [one.name for one in fields(Seams) if getattr(before, one.name) is not getattr(after, one.name)]
