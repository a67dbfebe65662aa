"""From a parsed file to values: each value by the type of its field, each refusal with its path and what is legal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from fake_evolution.distributions import Distribution, Duration, Empirical, Lognormal, Pareto, Uniform
from fake_evolution.errors import ConfigError, unknown_name
from fake_evolution.world.units import octets, seconds, shown

_SAMPLE_FILE_BYTES_MAX = 1_000_000
_COUNTS_MAX = 1000
_DISTRIBUTIONS: Mapping[str, type[Distribution]] = {
    "uniform": Uniform,
    "lognormal": Lognormal,
    "pareto": Pareto,
    "empirical": Empirical,
}
_KINDS = {
    type(None): "empty",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def kind_of(value: Any) -> str:
    """What a value of a file is, in a sentence."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def table(mapping: Any, path: str, *, known: Sequence[str]) -> Mapping[str, Any]:
    """The mapping itself, when all its keys are known."""
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{path} is {kind_of(mapping)}; legal: a mapping with {', '.join(known)}")
    for key in mapping:
        if key not in known:
            raise ConfigError(f"{path}: {unknown_name('key', str(key), known)}")
    return mapping


def rows(value: Any, path: str, *, what: str, most: int) -> Sequence[Any]:
    """A list that is not too long."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise ConfigError(f"{path} is {kind_of(value)}; legal: a list of at most {most} {what}")
    return value


def refuse_namesakes(names: Sequence[str], path: str, *, what: str) -> None:
    """Names key chance, so no two of a list may be the same."""
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            raise ConfigError(f"{path}[{index}].name is {shown(name)} again; legal: a name of its own for every {what}")
        seen.add(name)


def file_names(kind: Any) -> dict[str, str]:
    """For every field its key in a file: units are written with the value, so `_s` and `_bytes` are left out."""
    return {item.name: file_name(item.name) for item in fields(kind)}


def file_name(name: str) -> str:
    """The key of a field in a file."""
    return name.removesuffix("_s").removesuffix("_bytes").replace("_s_", "_")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads values; files that they name are looked for in `folder`, and nowhere without one."""

    folder: Path | None = None

    def dataclass(self, kind: Any, mapping: Any, path: str) -> Any:
        """A dataclass from a mapping; what its own checks refuse is told with the path."""
        names = file_names(kind)
        found, types = table(mapping, path, known=tuple(names.values())), get_type_hints(kind)
        values = {}
        for item in fields(kind):
            key = names[item.name]
            if key in found:
                values[item.name] = self.value(item.name, types[item.name], found[key], f"{path}.{key}")
            elif item.default is MISSING and item.default_factory is MISSING:
                raise ConfigError(f"{path} lacks '{key}'; legal: a time with its unit, as 800ms")
        try:
            return kind(**values)
        except ValueError as error:
            raise ConfigError(f"{path} is {shown(dict(found))}; legal: {error}") from error

    def value(self, name: str, kind: Any, value: Any, path: str) -> Any:
        """One value, read as the type of its field asks for."""
        if kind == Duration:
            return self.duration(value, path)
        if kind is int:
            return octets(value, path) if name.endswith("_bytes") else _count(value, path)
        if kind is float:
            return seconds(value, path) if name.endswith("_s") or "_s_" in name else share(value, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return _word(kind, value, path)
        read: Callable[[Any, str], Any] = _READERS.get(kind, _text)
        return read(value, path)

    def duration(self, value: Any, path: str) -> Duration:
        """A time, or the distribution of one."""
        if not isinstance(value, Mapping):
            return seconds(value, path)
        if len(value) != 1 or next(iter(value)) not in _DISTRIBUTIONS:
            legal = ", ".join(_DISTRIBUTIONS)
            raise ConfigError(f"{path} is {shown(dict(value))}; legal: a time with its unit, or one of {legal}")
        ((name, given),) = value.items()
        path = f"{path}.{name}"
        kind = _DISTRIBUTIONS[name]
        if kind is Uniform and isinstance(given, list):
            given = dict(zip(("low", "high"), given, strict=False)) if len(given) == 2 else {}  # noqa: PLR2004  a pair
        if kind is Empirical:
            return self._samples(given, path)
        distribution: Distribution = self.dataclass(kind, given, path)
        return distribution

    def _samples(self, given: Any, path: str) -> Empirical:
        texts = self._sample_file(given, path) if isinstance(given, str) else given
        if not isinstance(texts, list):
            raise ConfigError(f"{path} is {kind_of(given)}; legal: a list of times, or a file with one a line")
        try:
            return Empirical(tuple(seconds(text, f"{path}[{index}]") for index, text in enumerate(texts)))
        except ValueError as error:
            raise ConfigError(f"{path} has {len(texts)} samples; legal: {error}") from error

    def _sample_file(self, name: str, path: str) -> list[str]:
        if self.folder is None:
            raise ConfigError(f"{path} is the file {shown(name)}; legal here: a list of times, as [900ms, 2s]")
        try:
            file = self.folder / name
            if file.stat().st_size > _SAMPLE_FILE_BYTES_MAX:
                raise ConfigError(f"{path} is the file {shown(name)}; legal: at most {_SAMPLE_FILE_BYTES_MAX} bytes")
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} is {shown(name)}, which cannot be read: {shown(str(error))}") from error
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def share(value: Any, path: str) -> float:
    """A number from 0 to 1."""
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ConfigError(f"{path} is {shown(value)}; legal: a number from 0 to 1")
    return float(value)


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{path} is {shown(value)}; legal: true or false")
    return value


def _count(value: Any, path: str) -> int:
    if type(value) is not int or not 1 <= value < 2**31:
        raise ConfigError(f"{path} is {shown(value)}; legal: a whole number from 1")
    return value


def _counts(value: Any, path: str) -> tuple[int, ...]:
    row = value if isinstance(value, list) else [value]
    if not 0 < len(row) <= _COUNTS_MAX or not all(type(number) is int and 1 <= number < 2**31 for number in row):
        raise ConfigError(f"{path} is {shown(value)}; legal: a whole number from 1, or a list of them")
    return tuple(row)


def _texts(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ConfigError(f"{path} is {shown(value)}; legal: a list of texts")
    return tuple(value)


def _text(value: Any, path: str) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    if not isinstance(value, str):
        raise ConfigError(f"{path} is {kind_of(value)}; legal: a text")
    return value


def _word(kind: type[StrEnum], value: Any, path: str) -> StrEnum:
    known = [str(word) for word in kind]
    if not isinstance(value, str) or value not in known:
        raise ConfigError(f"{path} is {shown(value)}; legal: {', '.join(known)}")
    return kind(value)


_READERS: Mapping[Any, Callable[[Any, str], Any]] = {bool: _flag, tuple[int, ...]: _counts, tuple[str, ...]: _texts}
