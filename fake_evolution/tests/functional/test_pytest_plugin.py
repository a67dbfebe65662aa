"""Tests of the pytest plugin, in a project of somebody else that is run by a pytest of its own."""

import socket
import sys
from pathlib import Path

import pytest

from fake_evolution import NothingCameError, ThreadedFake, read_journal
from fake_evolution.tests.foreign import Ran, run_pytest, write_project

PLUGIN = ("fake_evolution.pytest_plugin",)
SENT = "instance.create x1, connection.update connecting x1, qrcode.updated x1"
ASYNC_TEST = """
async def test_async(fake_evolution):
    async with fake_evolution.client as client:
        assert (await client.health())["instances"] == 0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project; its fake lives twenty times as fast."""
    return write_project(tmp_path_factory.mktemp("foreign"), "fake_evolution_rate = 20\n")


@pytest.fixture(scope="module")
def failed(folder: Path) -> Ran:
    """How its failing tests went."""
    return run_pytest(sys.executable, folder, "test_failing.py", plugins=PLUGIN)


def own(folder: Path, name: str, text: str, *arguments: str, plugins: tuple[str, ...] = PLUGIN) -> Ran:
    """One more test of the project, alone."""
    (folder / name).write_text(text, encoding="utf-8")
    return run_pytest(sys.executable, folder, name, *arguments, plugins=plugins)


def test_tests_without_and_with_async_pass(folder: Path) -> None:
    """Fixtures, markers for world, seed and rate, and waiting work, with warnings as errors."""
    ran = run_pytest(sys.executable, folder, "test_passing.py", plugins=PLUGIN)

    assert (ran.passed, ran.failed) == (5, 0), ran.text


def test_project_that_does_not_use_it_pays_nothing(folder: Path) -> None:
    """Neither the fake nor anything it needs is loaded where no test asks for it."""
    ran = run_pytest(sys.executable, folder, "unconcerned", plugins=PLUGIN)

    assert (ran.passed, ran.failed) == (1, 0), ran.text


def test_failed_test_shows_seed_and_near_misses(failed: Ran) -> None:
    """What went elsewhere, what was sent instead, which scan was refused, and how to repeat it."""
    told = [line for line in failed.text.splitlines() if line.startswith(("seed", "near miss"))]
    address = told[1].split()[6].removesuffix("/a,")

    assert told[:4] == [
        "seed 42; repeat with: pytest 'test_failing.py::test_wrong_address' --fake-evolution-seed=42",
        f"near miss: 3 webhooks went to {address}/a, none to {address}/b",
        f"near miss: event connection.update to {address}/b asked for, {SENT} was sent",
        "near miss: a scan was refused as unknown: no instance ever showed that code",
    ]
    assert "in_thread.py" not in failed.text


def test_failed_test_shows_the_last_records(failed: Ran) -> None:
    """Also where the mistake is their own the journal's end is there, one record a line."""
    assert "the last 18 of 18 records of its journal:" in failed.text
    assert ' qr       {"instance":"sales"' in failed.text


def test_wrong_markers_are_one_sentence(failed: Ran) -> None:
    """An unknown argument or world fails that test alone, and lists what there is."""
    assert failed.failed == 4
    assert "\nfake_evolution: its marker has an unknown argument 'sed'; did you mean 'seed'?" in failed.text
    assert "\nfake_evolution: unknown world 'nowhere' (known: " in failed.text


def test_command_line_wins_over_the_marker(folder: Path) -> None:
    """The seed that a failure tells repeats it, whatever the marker says."""
    arguments = ("test_failing.py::test_wrong_address", "--fake-evolution-seed=9", "--fake-evolution-journal-lines=1")

    told = run_pytest(sys.executable, folder, *arguments, plugins=PLUGIN).text

    assert "seed 9; repeat with: pytest" in told
    assert "the last 1 of 19 records" in told


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--fake-evolution-seed=x", "fake_evolution: the seed is 'x'; legal: a whole number, or 'random'"),
        ("--fake-evolution-port=x", "fake_evolution: --fake-evolution-port is 'x'; legal: a number"),
        ("--fake-evolution-rate=-1", "fake_evolution: clock rate is -1.0; legal: 0 (stands still) to 10000"),
        ("--fake-evolution-world=x", "fake_evolution: unknown world 'x' (known: "),
    ],
)
def test_wrong_option_is_one_sentence(folder: Path, option: str, told: str) -> None:
    """What was found and what would be legal, without a traceback."""
    ran = run_pytest(sys.executable, folder, "test_passing.py::test_is_empty_again", option, plugins=PLUGIN)

    assert (ran.passed, f"\n{told}" in ran.text, "Traceback" in ran.text) == (0, True, False), ran.text


def test_port_that_is_taken_is_one_sentence(folder: Path) -> None:
    """A port of somebody else is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        option = f"--fake-evolution-port={port}"

        ran = run_pytest(sys.executable, folder, "test_passing.py::test_is_empty_again", option, plugins=PLUGIN)

    assert f"\nfake_evolution: 127.0.0.1:{port} is in use by another program" in ran.text


def test_async_tests_of_pytest_asyncio(folder: Path) -> None:
    """The client is entered in the test's own loop, whoever runs it."""
    plugins = (*PLUGIN, "pytest_asyncio.plugin")
    options = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")

    ran = own(folder, "test_async.py", ASYNC_TEST, *options, plugins=plugins)

    assert (ran.passed, ran.failed) == (1, 0), ran.text


def test_ini_file_and_journal(folder: Path) -> None:
    """The ini file gives the imitated server its variables; the journal of the session is kept where asked."""
    text = "def test_key(fake_evolution):\n    assert fake_evolution.api_key == 'theirs'\n"
    option = "fake_evolution_server_env=AUTHENTICATION_API_KEY=theirs"

    ran = own(folder, "test_key.py", text, "-o", option, "--fake-evolution-journal=run.jsonl")

    assert (ran.passed, ran.failed) == (1, 0), ran.text
    assert [record.kind for record in read_journal(folder / "run.jsonl")][:2] == ["world", "server.start"]


def test_fault_of_the_fake_fails_the_test_that_met_it(folder: Path) -> None:
    """An exception inside the fake is an error of that very test, and the next one is not concerned."""
    text = """
def test_meets_it(fake_evolution):
    fake_evolution._server._bugs.append(ValueError("a fault"))

def test_does_not(fake_evolution):
    pass
"""
    ran = own(folder, "test_bug.py", text)

    assert (ran.passed, ran.failed) == (2, 1)
    assert "ERROR test_bug.py::test_meets_it" in ran.text


def test_threaded_fake_serves_callers_without_a_loop() -> None:
    """Outside of pytest, too: it starts, is asked, and what never comes is told."""
    with ThreadedFake() as fake:
        with pytest.raises(NothingCameError, match=r"^no record 'qr' with instance='sales' within 0.01 s$"):
            fake.wait_for_record("qr", instance="sales", within_s=0.01)

        assert fake.instances() == []
        assert fake.records("server.start")[0]["url"] == fake.url
