"""How phones behave, in a world file.

    phones:
      - name: slow-fingers
        select: {instance: "sales-*", share: 0.5}
        scan: {after: {lognormal: {median: 6s, p95: 40s}}, nth_qr: 2}
        then:
          - {does: receive, at: 5s, count: 20, every: 500ms}
          - {does: flap, at: 30s, times: 18, within: 10s}
          - {does: unlink, at: 2m}

`scan: never` (or none) is a phone that never scans by itself.
"""

from collections.abc import Mapping
from typing import Any

from fake_evolution.behaviours.values import ACTS, LAST_ACTS, Act, Ban, Behaviour, Owners, Scan, Shown, Unlink
from fake_evolution.domain.states import LOGGED_OUT_CODES
from fake_evolution.errors import ConfigError, in_one_line, unknown_name
from fake_evolution.world.reading import Reader, file_names, refuse_namesakes, rows, table
from fake_evolution.world.units import shown

BEHAVIOURS_MAX = 200
ACTS_MAX = 100
_REPEATS_MAX = 10_000
_QR_LIMIT_DEFAULT = 30
_DIGITS_MIN, _DIGITS_MAX = 8, 20


def read_phones(reader: Reader, value: Any, path: str, *, server: Mapping[str, str]) -> tuple[Behaviour, ...]:
    """All behaviours of the list; ConfigError for a phone that contradicts itself or the one before it."""
    found = rows(value, path, what="phones", most=BEHAVIOURS_MAX)
    behaviours = tuple(_behaviour(reader, row, f"{path}[{index}]", server) for index, row in enumerate(found))
    refuse_namesakes([one.name for one in behaviours], path, what="phone")
    _refuse_unreachable(behaviours, path)
    return behaviours


def _refuse_unreachable(behaviours: tuple[Behaviour, ...], path: str) -> None:
    """The first behaviour that is about an instance is its phone's: behind one about all there is nobody left."""
    for index, behaviour in enumerate(behaviours[:-1]):
        if behaviour.select == Owners():
            raise ConfigError(
                f"{path}[{index + 1}] is nobody's phone: '{behaviour.name}' before it is about every instance; "
                "legal: put what is about some instances first"
            )


def _behaviour(reader: Reader, row: Any, path: str, server: Mapping[str, str]) -> Behaviour:
    found = table(row, path, known=("name", "select", "scan", "then"))
    if not isinstance(found.get("name"), str) or not found["name"]:
        raise ConfigError(f"{path} has no name; legal: `name`, a text of its own for every phone")
    never = found.get("scan") == "never"
    scan = None if never or "scan" not in found else _scan(reader, found["scan"], f"{path}.scan", server)
    acts = rows(found.get("then", []), f"{path}.then", what="things that happen", most=ACTS_MAX)
    then = tuple(_act(reader, act, f"{path}.then[{index}]") for index, act in enumerate(acts))
    if never and then:
        raise ConfigError(f"{path}.then can never happen to a phone that never scans; legal: leave out one of the two")
    _refuse_afterlife(then, f"{path}.then")
    owners = reader.dataclass(Owners, found.get("select", {}), f"{path}.select")
    return Behaviour(in_one_line(found["name"]), owners, scan, then)


def _scan(reader: Reader, mapping: Any, path: str, server: Mapping[str, str]) -> Scan:
    scan: Scan = reader.dataclass(Scan, mapping, path)
    limit = server.get("QRCODE_LIMIT", "")
    most = int(limit) if limit.isdecimal() and len(limit) < 10 else _QR_LIMIT_DEFAULT  # noqa: PLR2004  fits a number
    if scan.nth_qr > most:
        raise ConfigError(f"{path}.nth_qr is {scan.nth_qr}; legal: 1 to {most} (QRCODE_LIMIT ends the session there)")
    if scan.code is not Shown.CURRENT and scan.nth_qr == most:
        told = f"{path}.code is {scan.code}, and code {most} is the last one (QRCODE_LIMIT), so no later one expires it"
        raise ConfigError(f"{told}; legal: nth_qr from 1 to {most - 1}, or code: current")
    _check_number(scan.number, f"{path}.number")
    return scan


def _act(reader: Reader, row: Any, path: str) -> Act:
    if not isinstance(row, Mapping) or not isinstance(row.get("does"), str):
        raise ConfigError(f"{path} is nothing that happens; legal: a mapping with `does`, one of {', '.join(ACTS)}")
    if row["does"] not in ACTS:
        raise ConfigError(f"{path}.does: {unknown_name('thing that happens', row['does'], ACTS)}")
    kind = ACTS[row["does"]]
    table(row, path, known=("does", *file_names(kind).values()))
    act: Act = reader.dataclass(kind, {key: value for key, value in row.items() if key != "does"}, path)
    _check_code(act, path)
    for name in ("times", "count"):
        if getattr(act, name, 0) > _REPEATS_MAX:
            raise ConfigError(f"{path}.{name} is {getattr(act, name)}; legal: 1 to {_REPEATS_MAX}")
    _check_number(getattr(act, "sender", ""), f"{path}.sender")
    return act


def _check_code(act: Act, path: str) -> None:
    code = getattr(act, "code", None)
    if code is not None and (code in LOGGED_OUT_CODES) is not isinstance(act, Unlink | Ban):
        legal = ", ".join(map(str, sorted(LOGGED_OUT_CODES)))
        raise ConfigError(f"{path}.code is {code}; legal: {legal} log a phone out, all others let it come back")


def _check_number(number: str, path: str) -> None:
    if number and not (number.isascii() and number.isdigit() and _DIGITS_MIN <= len(number) <= _DIGITS_MAX):
        raise ConfigError(
            f"{path} is {shown(number)}; legal: {_DIGITS_MIN} to {_DIGITS_MAX} digits, country code first"
        )


def _refuse_afterlife(then: tuple[Act, ...], path: str) -> None:
    """Nothing happens to a phone after it was unlinked or banned."""
    for index, act in enumerate(then):
        if not isinstance(act, LAST_ACTS) or not isinstance(act.at_s, int | float):
            continue
        for other in then[:index] + then[index + 1 :]:
            if isinstance(other.at_s, int | float) and other.at_s >= act.at_s:
                raise ConfigError(f"{path}[{index}] ends the session, and something else happens later or with it")
