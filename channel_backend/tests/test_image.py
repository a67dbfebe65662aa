"""The image is made of what the code imports, and of nothing that it should not be."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOM = Path(__file__).parents[1]
DOCKERFILE = (ROOM / "Dockerfile").read_text(encoding="utf-8")
# Loaded by name: the driver by SQLAlchemy, the event loop by the command line.
LOADED_BY_NAME = {"psycopg", "uvloop"}


def plain(name: str) -> str:
    """A distribution's name without extras, as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def imported() -> set[str]:
    """The distributions that the code outside the tests imports."""
    modules = set(LOADED_BY_NAME)
    for path in ROOM.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    of_module = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - {"channel_backend"}
    return {plain(of_module[module][0]) for module in foreign}


def wanted() -> set[str]:
    """The distributions that the image installs."""
    lines = (ROOM / "requirements.in").read_text(encoding="utf-8").splitlines()
    return {plain(line) for line in lines if line and not line.startswith("#")}


def test_the_image_installs_what_is_imported() -> None:
    """No import fails in the container only, and nothing is installed in vain."""
    assert wanted() == imported()


def test_every_version_is_locked() -> None:
    """A build today and a build next year are the same."""
    lock = (ROOM.parent / "requirements.lock").read_text(encoding="utf-8")
    locked = {plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}

    assert wanted() <= locked
    assert re.search(r"(-c|--constraint) requirements.lock", DOCKERFILE)


def test_the_container_is_nobody_and_says_how_it_is() -> None:
    """No root, a base that can be chosen, health without the package."""
    instructions = [line.split()[0] for line in DOCKERFILE.splitlines() if re.match(r"[A-Z]+ ", line)]

    assert re.search(r"^USER (?!0|root)\d+:\d+$", DOCKERFILE, re.MULTILINE)
    assert instructions.index("ARG") < instructions.index("FROM")
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${BASE_IMAGE}"}
    assert "/health/ready" in DOCKERFILE.partition("HEALTHCHECK")[2]
