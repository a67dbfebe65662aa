"""The real server's own metrics: what it is, and the state of every instance in memory."""

from collections.abc import Iterator, Mapping

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.states import Link
from fake_evolution.engine import Engine

_HELP = {
    "evolution_environment_info": "Environment information",
    "evolution_instances_total": "Total number of instances",
    "evolution_instance_up": "1 if instance state is open, else 0",
    "evolution_instance_state": "Instance state as a labelled metric",
}


def text(engine: Engine) -> str:
    """All of them in the text format that Prometheus reads."""
    return "\n".join(_lines(engine)) + "\n"


def _lines(engine: Engine) -> Iterator[str]:
    about = {
        "version": engine.profile.version,
        "clientName": engine.settings.client_name,
        "serverUrl": engine.settings.server_url,
    }
    yield from _described("evolution_environment_info")
    yield _sample("evolution_environment_info", about, 1)
    yield from _described("evolution_instances_total")
    yield _sample("evolution_instances_total", {}, len(engine.instances))
    yield from _described("evolution_instance_up")
    yield from _described("evolution_instance_state")
    for found in engine.instances.values():
        labels = _labels(found)
        yield _sample("evolution_instance_up", labels, int(found.memory is Link.OPEN))
        yield _sample("evolution_instance_state", {**labels, "state": found.memory}, 1)


def _labels(found: Instance) -> dict[str, str]:
    return {"instance": found.name, "integration": found.integration}


def _described(name: str) -> Iterator[str]:
    yield f"# HELP {name} {_HELP[name]}"
    yield f"# TYPE {name} gauge"


def _sample(name: str, labels: Mapping[str, str], value: int) -> str:
    written = ",".join(f'{label}="{_escaped(found)}"' for label, found in labels.items())
    return f"{name}{{{written}}} {value}" if labels else f"{name} {value}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
