"""`adapter check`: what is missing is named, what conforms passes, what another project brings is found."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from fake_evolution import Client, FakeServer
from scenarios import adapter_check, registry
from scenarios.adapter_check import load_adapter, missing
from scenarios.adapters import AdapterSettings
from scenarios.adapters.conformance import check_adapter
from scenarios.adapters.echo import EchoAdapter
from scenarios.cli import main
from scenarios.errors import ScenarioError
from scenarios.registry import Registry
from scenarios.tests.by_name_adapter import ByNameAdapter
from scenarios.tests.by_name_backend import ByNameBackend

HERE = "scenarios.tests.by_name_adapter"


class Unfinished:
    """An adapter that somebody has begun to write."""

    name = "unfinished"

    async def provision(self, label: str) -> None:
        """Takes no limit."""

    def read(self, tenant: object, channel: object) -> None:
        """Is not async."""


@pytest.mark.slow
async def test_a_backend_of_another_kind_conforms(fake: FakeServer, control: Client) -> None:
    """Instance names in the webhook's path, no sockets: the suite passes all the same, with real webhooks."""
    async with ByNameBackend(fake.url, fake.api_key).running() as backend:
        adapter = ByNameAdapter(backend.url, None, AdapterSettings())
        try:
            problems = await check_adapter(adapter, control, within_s=30.0)
        finally:
            await adapter.close()

    assert problems == ()


def test_what_is_missing_is_named_with_its_purpose() -> None:
    """A method that is not there, not async, or takes other parameters is one line each."""
    lines = missing(Unfinished)

    assert "read: expected async def; Look at one channel." in lines
    assert any(line.startswith("provision(self, label: str)") and "channels_max" in line for line in lines)
    assert any(line.startswith("disconnect(") and "missing; Click" in line for line in lines)


@pytest.mark.parametrize("adapter", [ByNameAdapter, EchoAdapter])
def test_a_whole_adapter_lacks_nothing(adapter: type) -> None:
    """The shape of a correct adapter is accepted."""
    assert missing(adapter) == []


@pytest.mark.parametrize("given", [HERE, "scenarios/tests/by_name_adapter.py"])
def test_a_module_or_a_file_is_enough(given: str) -> None:
    """The one class in it that looks like an adapter is the adapter."""
    assert load_adapter(given).__name__ == "ByNameAdapter"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.py"], "no adapter 'nowhere.py': FileNotFoundError"),
        (["no.such.module"], "give a name (echo, zechat), a module that can be imported, or a file"),
        (["scenarios.status"], "has 0 adapters (none), expected one"),
        ([HERE, "--url", "http://127.0.0.1:9"], "--control-url is missing"),
        ([HERE, "--email", "ana@example.test"], "--email goes with --url"),
        ([HERE, "--within-s", "0"], "--within-s is 0; legal: above 0"),
    ],
)
def test_what_cannot_be_checked_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """Nothing is started, and the exit code is that of a usage error."""
    code = main(["adapter", "check", *arguments])

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (4, 1)
    assert says in told


def test_an_unfinished_adapter_fails_before_anything_starts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Exit code 1, and a line for each thing to write."""
    path = tmp_path / "acme.py"
    path.write_text("class Acme:\n    name = 'acme'\n    async def provision(self, label, *, channels_max): ...\n")

    code = main(["adapter", "check", str(path)])

    told = capsys.readouterr().out
    assert code == 1
    assert "create_channel(" in told
    assert "does not conform" in told


@pytest.mark.stack
def test_the_reference_is_started_where_no_backend_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped adapter conforms on the reference backend, by the command that people type."""
    code = main(["adapter", "check", "zechat"])

    assert (code, capsys.readouterr().out) == (0, "zechat conforms\n")


def test_problems_are_told_one_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the suite finds is printed under the step that shows it."""

    async def found(*_: Any, **__: Any) -> tuple[str, ...]:
        return ("scan: it did not connect",)

    monkeypatch.setattr(adapter_check, "_checked", found)

    code = main(["adapter", "check", HERE])

    assert (code, capsys.readouterr().out.splitlines()[0]) == (1, "  scan: it did not connect")


def brought(*entries: EntryPoint) -> Registry[Any]:
    """A registry that other projects bring these entry points to."""
    found: Registry[Any] = Registry("adapter", "scenarios.adapters", group="a.group")
    found._entries = lambda: entries  # type: ignore[method-assign]
    return found


def test_another_project_brings_an_adapter() -> None:
    """An entry point's name is a name like every other, and its value the adapter."""
    found = brought(EntryPoint("by-name", f"{HERE}:ByNameAdapter", "a.group"))

    assert found.names() == ["by-name"]
    assert found.find("by-name").__name__ == "ByNameAdapter"


def test_a_broken_entry_point_says_which() -> None:
    """What cannot be imported is named with its place."""
    found = brought(EntryPoint("acme", "no_such_project:Acme", "a.group"))

    with pytest.raises(ScenarioError, match="adapter 'acme' \\(no_such_project:Acme\\) cannot be loaded"):
        found.find("acme")


def test_a_name_that_two_projects_bring_is_refused() -> None:
    """Which one is meant would be a guess."""
    found = brought(EntryPoint("acme", "a:A", "a.group"), EntryPoint("acme", "b:B", "a.group"))

    with pytest.raises(ScenarioError, match="brought twice, by a:A and b:B"):
        found.find("acme")


def test_entry_points_are_read_from_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry asks for its own group."""
    asked: list[str] = []

    def entry_points(*, group: str) -> tuple[EntryPoint, ...]:
        asked.append(group)
        return ()

    monkeypatch.setattr(registry, "entry_points", entry_points)

    Registry("adapter", "scenarios.adapters", group="a.group").names()

    assert asked == ["a.group"]
