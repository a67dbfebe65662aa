"""Tests of the wheel alone: built, installed into a new environment, and used by somebody else's project."""

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from fake_evolution.tests.foreign import run_pytest, write_project
from fake_evolution.tests.house_rules import ROOT
from fake_evolution.world.files import named_worlds

pytestmark = pytest.mark.stack

PARTS = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "fake_evolution", "scenarios/catalogue")
ENDS_WITHIN_S = 240.0
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


@dataclass(frozen=True, slots=True)
class Installed:
    """The wheel, and an environment with nothing but it and pytest in it."""

    wheel: Path
    commands: Path

    def run(self, name: str, *arguments: str) -> str:
        """What a command of the environment prints."""
        return run(str(self.commands / name), *arguments, cwd=self.wheel.parent)


def run(*command: str, cwd: Path) -> str:
    """What a command prints; a test fails with what it said otherwise."""
    done = subprocess.run(  # noqa: S603  our own commands
        command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=ENDS_WITHIN_S, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def uv(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The installer, where there is one that reaches packages."""
    found = shutil.which("uv")
    if found is None:
        pytest.skip("builds a wheel with uv, which is not on the PATH")
    asked = [found, "pip", "install", "--dry-run", "--target", str(tmp_path_factory.mktemp("probe")), "hatchling"]
    probe = subprocess.run(asked, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    if probe.returncode != 0:
        pytest.skip(f"no package index can be reached: {probe.stderr.strip().splitlines()[-1]}")
    return found


@pytest.fixture(scope="module")
def installed(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this very source, installed alone."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            source.mkdir(exist_ok=True)
            shutil.copy(ROOT / part, source / part)
    run(uv, "build", "--wheel", "--quiet", "--out-dir", str(folder), cwd=source)
    (wheel,) = folder.glob("*.whl")
    run(uv, "venv", "--quiet", "--python", sys.executable, "alone", cwd=folder)
    commands = folder / "alone" / "bin"
    run(uv, "pip", "install", "--quiet", "--python", str(commands / "python"), f"{wheel}[pytest]", cwd=folder)
    return Installed(wheel, commands)


def test_wheel_has_what_it_needs_and_no_more(installed: Installed) -> None:
    """The package with its dashboard and named worlds, typed and without its tests."""
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())

    parts = {"py.typed", "api/dashboard/index.html", "worlds/regression.yaml", "pytest_plugin.py"}
    assert {f"fake_evolution/{part}" for part in parts} <= names
    assert [name for name in names if "/tests/" in name or not name.startswith("fake_evolution")] == []


def test_commands_work_without_the_repository(installed: Installed) -> None:
    """Worlds have their names, and a schedule is the same as ever."""
    worlds = installed.run("fake-evolution", "worlds").splitlines()
    schedule = installed.run("fake-evolution", "schedule", "--world", "duplicate-bursts", "--seed", "3")

    here = [sys.executable, "-m", "fake_evolution", "schedule", "--world", "duplicate-bursts", "--seed", "3"]
    assert [line.split()[0] for line in worlds] == [found.name for found in named_worlds()]
    assert schedule == run(*here, cwd=ROOT) != ""


def test_serve_works_without_the_repository(installed: Installed) -> None:
    """It says where it listens, and ends when it is told to."""
    command = [str(installed.commands / "fake-evolution"), "serve", "--port", "0", "--world", "qr-stale"]

    with subprocess.Popen(command, cwd=installed.wheel.parent, env=ENVIRONMENT, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        process.terminate()

    assert line.startswith("fake Evolution API 2.3.6 at http://127.0.0.1:")
    assert process.returncode == 0


def test_tests_of_another_project_use_it(installed: Installed, tmp_path: Path) -> None:
    """Fixtures and markers come with the package: theirs pass, and those that fail say why."""
    folder = write_project(tmp_path, "fake_evolution_rate = 20\n")

    passing = run_pytest(installed.commands / "python", folder, "test_passing.py")
    unconcerned = run_pytest(installed.commands / "python", folder, "unconcerned")
    failing = run_pytest(installed.commands / "python", folder, "test_failing.py")

    assert (passing.passed, passing.failed) == (5, 0), passing.text
    assert (unconcerned.passed, unconcerned.failed) == (1, 0), unconcerned.text
    assert (failing.passed, failing.failed) == (0, 4), failing.text
    assert "near miss: 3 webhooks went to" in failing.text
