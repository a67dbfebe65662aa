"""The style guide as tests, over the whole repository: every failure says what to use instead."""

import ast
from collections.abc import Callable, Iterator

import pytest

from fake_evolution import API_FAULTS, FAULTS
from fake_evolution.domain.events import CONFIGURATION_NAMES, EVENTS, configuration_name
from fake_evolution.tests import house_rules
from fake_evolution.tests.house_rules import ROOMS, ROOT, Source

Rule = Callable[[Source], Iterator[str]]
SOURCES = house_rules.sources()
RULES: list[Rule] = [
    house_rules.too_long,
    house_rules.wrong_imports,
    house_rules.undeclared_imports,
    house_rules.sleeping,
    house_rules.silent_handlers,
    house_rules.unfinished,
    house_rules.banned_names,
    house_rules.missing_docstrings,
    house_rules.weak_tests,
]
# For every rule files that break it: a rule that sees nothing would pass for ever.
BROKEN: list[tuple[Rule, str, str]] = [
    (house_rules.too_long, "load/x.py", "def f() -> None:\n" + "    print()\n" * 50),
    (house_rules.too_long, "load/x.py", "\n" * 401),
    (house_rules.wrong_imports, "fake_evolution/domain/x.py", "import asyncio"),
    (house_rules.wrong_imports, "fake_evolution/domain/x.py", "from fake_evolution.engine import Engine"),
    (house_rules.wrong_imports, "fake_evolution/domain/events/x.py", "from time import monotonic"),
    (house_rules.wrong_imports, "fake_evolution/faults/x.py", "from fake_evolution.clock import Clock"),
    (house_rules.wrong_imports, "fake_evolution/delivery/courier.py", "from fake_evolution.faults import Chain"),
    (house_rules.wrong_imports, "fake_evolution/delivery/sender.py", "from fake_evolution.engine import Engine"),
    (house_rules.wrong_imports, "fake_evolution/api/families/x.py", "from fake_evolution.delivery import retry"),
    (house_rules.wrong_imports, "fake_evolution/x.py", "import scenarios"),
    (house_rules.wrong_imports, "fake_evolution/x.py", "import random"),
    (house_rules.wrong_imports, "channel_backend/x.py", "from fake_evolution import Config"),
    (house_rules.wrong_imports, "contracts/x.py", "from fake_evolution.engine import Engine"),
    (house_rules.wrong_imports, "contracts/x.py", "from fake_evolution import engine"),
    (house_rules.wrong_imports, "scenarios/x.py", "from load.meters import judge"),
    (house_rules.wrong_imports, "scenarios/x.py", "import channel_backend"),
    (house_rules.wrong_imports, "load/x.py", "from scenarios.runner import run"),
    (house_rules.wrong_imports, "reports/x.py", "from load import judge"),
    (house_rules.undeclared_imports, "load/x.py", "import certifi"),
    (house_rules.undeclared_imports, "load/x.py", "def f():\n    from sqlalchemy.orm import Session"),
    (house_rules.undeclared_imports, "channel_backend/x.py", "import hypothesis"),
    (house_rules.sleeping, "load/tests/test_x.py", "import time\ntime.sleep(1)"),
    (house_rules.sleeping, "load/tests/test_x.py", "async def f():\n    await asyncio.sleep(0.1)"),
    (house_rules.sleeping, "fake_evolution/engine.py", "async def f():\n    await asyncio.sleep(0.1)"),
    (house_rules.silent_handlers, "load/x.py", "try:\n    f()\nexcept OSError:\n    pass"),
    (house_rules.silent_handlers, "load/x.py", "for a in b:\n    try:\n        f()\n    except:\n        continue"),
    (house_rules.silent_handlers, "load/x.py", "with suppress(Exception):\n    f()"),
    (house_rules.unfinished, "load/x.py", "def f():\n    raise NotImplementedError"),
    (house_rules.unfinished, "load/x.py", "f()  # TODO later"),
    (house_rules.banned_names, "load/x.py", "class RunManager: ..."),
    (house_rules.banned_names, "load/x.py", "def get_run(): ..."),
    (house_rules.banned_names, "load/x.py", "def run_helper(): ..."),
    (house_rules.banned_names, "load/utils.py", ""),
    (house_rules.missing_docstrings, "load/x.py", '"""Fine."""\ndef f(): ...'),
    (house_rules.missing_docstrings, "load/x.py", '"""Fine."""\nclass A:\n    """Fine."""\n    def f(self): ...'),
    (house_rules.missing_docstrings, "load/x.py", "f = 1"),
    (house_rules.weak_tests, "load/tests/test_x.py", "def test_a():\n    assert f()"),
    (house_rules.weak_tests, "load/tests/test_x.py", 'def test_a():\n    """It runs."""\n    f()'),
    (house_rules.weak_tests, "load/tests/test_x.py", 'def test_a():\n    """Long."""\n' + "    assert f()\n" * 21),
]


def told(problems: Iterator[str] | list[str]) -> str:
    """The problems, one a line."""
    return "\n".join(problems)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_house_rule_holds(rule: Rule) -> None:
    """Every file of every room keeps the rule."""
    problems = [problem for source in SOURCES for problem in rule(source)]

    assert problems == [], told(problems)


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN, ids=lambda part: getattr(part, "__name__", None))
def test_rule_sees_what_it_forbids(rule: Rule, path: str, text: str) -> None:
    """A file that breaks a rule is found, named with its path, and told what to do instead."""
    problems = list(rule(Source(path, text)))

    assert len(problems) == 1
    assert problems[0].startswith(path)
    assert "; " in problems[0]


def test_rules_look_at_every_room() -> None:
    """The files that are judged are those of all rooms, tests included."""
    found = {source.path.split("/")[0] for source in SOURCES}

    assert set(ROOMS) | {"conftest.py"} <= found
    assert any(source.path.endswith("tests/test_house_rules.py") for source in SOURCES)


def test_only_one_place_sends() -> None:
    """In the fake only the sender, the client of the control API and who fetches media open sockets to others."""
    senders = {
        source.path
        for source in SOURCES
        if source.path.startswith("fake_evolution/") and not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "aiohttp.ClientSession"
    }

    opening = ("delivery/sender.py", "control_line.py", "sending/fetching.py")
    assert senders == {f"fake_evolution/{name}" for name in opening}


def test_no_machine_and_no_registry_is_named() -> None:
    """No file of the repository knows where it was written or where packages come from."""
    problems = [
        problem
        for path in house_rules.files()
        for problem in house_rules.machine_names(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]

    assert problems == [], told(problems)


def test_machine_rule_sees_what_it_forbids() -> None:
    """Paths of a machine and registry hosts are found; paths of the project are not."""
    slash, dot = "/", "."  # spelled so that this file keeps the rule it tests
    forbidden = [f"{slash}root/x", f"{slash}home/ana/x", f"https://pypi{dot}org/simple"]
    lines = [*forbidden, "reports/runs/latest", "/var/lib/postgresql"]

    found = [bool(list(house_rules.machine_names("x", line))) for line in lines]

    assert found == [True, True, True, False, False]


def test_lock_names_no_place_and_hashes_everything() -> None:
    """The lock can be used with any registry, and with no other package than the one that was locked."""
    problems = list(house_rules.lock_problems((ROOT / "requirements.lock").read_text(encoding="utf-8")))

    assert problems == [], told(problems)
    assert len(list(house_rules.lock_problems("--index-url https://x\na==1\nb==2 \\\n    --hash=sha256:00"))) == 3


def test_translations_have_the_same_outline() -> None:
    """A document and its translation have the same headings, level by level, and the same code blocks."""
    translated = [path for path in ROOT.glob("*.md") if path.with_suffix(".pt-BR.md").is_file()]

    outlines = {path.name: house_rules.outline(path.read_text(encoding="utf-8")) for path in translated}
    theirs = {path.name: house_rules.outline(path.with_suffix(".pt-BR.md").read_text("utf-8")) for path in translated}

    assert outlines == theirs
    assert house_rules.outline("# A\n```sh\n# no heading\n```\n## B\n") == ([1, 2], ["```sh\n# no heading\n```"])


def test_every_fault_has_a_sentence_and_a_line_in_the_readme() -> None:
    """A fault says what it does in its docstring, and the README names it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    both = {**FAULTS, **API_FAULTS}
    assert [name for name, kind in both.items() if not (kind.__doc__ or "").strip().endswith(".")] == []
    assert [name for name in both if f"`{name}`" not in readme] == []


def test_every_event_has_a_known_name_and_says_what_it_is() -> None:
    """Each event class has a name that webhook/set knows, and docstrings for itself and its data."""
    kinds = [kind for kinds in EVENTS.values() for kind in kinds]

    unknown = {kind.NAME for kind in kinds if configuration_name(kind.NAME) not in CONFIGURATION_NAMES}
    assert unknown == {"groups.update"}  # the real server misspells it in its own list (Q4)
    assert [kind.__name__ for kind in kinds if not kind.__doc__ or not kind.data.__doc__] == []
