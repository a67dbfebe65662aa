"""The pytest plugin: a fake for tests of any project that has this package, synchronous or not.

    def test_connects(fake_evolution):
        backend = start_backend(fake_evolution.url, fake_evolution.api_key)
        ...
        assert fake_evolution.scan("sales")["verdict"] == "linked"

Nothing of the fake is loaded before a test asks for it.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fake_evolution.in_thread import ThreadedFake

_MARKER = "fake_evolution(world=…, seed=…, rate=…): the world, seed and speed of time of this test's fake Evolution API"
_OPTIONS = (
    ("seed", "seed of all chance, or `random` for another one every test (default 1)"),
    ("world", "a world file (YAML), or the name of a world, for tests that name none"),
    ("rate", "speed of time: 1 is real, 20 is twenty times faster (default 1)"),
    ("port", "port to listen on (default: any free one)"),
    ("api-key", "the global key (default: the real server's image's)"),
    ("journal", "file to append the journal of the whole session to"),
    ("journal-lines", "how many records of the journal a failed test shows (default 20)"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options on the command line, and the same ones in the ini file."""
    group = parser.getgroup("fake_evolution", "fake Evolution API")
    for name, told in _OPTIONS:
        dest = f"fake_evolution_{name.replace('-', '_')}"
        group.addoption(f"--fake-evolution-{name}", dest=dest, default=None, help=told)
        parser.addini(dest, told, default="")
    told = "variables of the imitated server, NAME=VALUE, one a line"
    parser.addini("fake_evolution_server_env", told, type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known, however strict the project is."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def fake_evolution_server(request: pytest.FixtureRequest) -> Iterator["ThreadedFake"]:
    """A fake Evolution API for the whole session, in a thread of its own; whoever uses it directly empties it."""
    from fake_evolution.pytest_asking import serving  # noqa: PLC0415  costs nothing where no test asks

    with serving(request.config) as fake:
        yield fake


@pytest.fixture
def fake_evolution(request: pytest.FixtureRequest, fake_evolution_server: "ThreadedFake") -> Iterator["ThreadedFake"]:
    """The fake Evolution API, empty, with the world and seed that the test's marker asks for."""
    from fake_evolution.pytest_asking import begin, end  # noqa: PLC0415  costs nothing where no test asks

    begin(fake_evolution_server, request.node)
    yield fake_evolution_server
    end(fake_evolution_server)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A failed test shows what its fake has seen: seed, how to repeat, near misses, the last records."""
    report = yield
    fake = getattr(item, "funcargs", {}).get("fake_evolution")
    if report.failed and fake is not None:
        from fake_evolution.pytest_asking import told  # noqa: PLC0415  costs nothing where no test fails

        report.sections.append(("fake Evolution API", told(fake, item)))
    return report
