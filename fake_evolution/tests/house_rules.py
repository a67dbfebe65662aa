"""The house rules as functions: each takes a source file and gives what it found, with what to do instead."""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fake_evolution

ROOT = Path(fake_evolution.__file__).parents[1]
ROOMS = ("fake_evolution", "channel_backend", "scenarios", "contracts", "load", "reports")
FUNCTION_LINES_MAX = 50
TEST_LINES_MAX = 20
MODULE_LINES_MAX = 400
# They have to say what they forbid.
ABOUT_RULES = ("fake_evolution/tests/house_rules.py", "fake_evolution/tests/test_house_rules.py")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".ini", ".yaml", ".yml", ".json", ".j2", ".html", ".css", ".js", ".lock", ""}
_NOT_OURS = {"build", "dist", "runs", "__pycache__", "node_modules"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _parsed(text: str) -> ast.Module:
    """The tree of a text; every rule asks for the same ones."""
    return ast.parse(text)


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: where it is in the repository, and what stands in it."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return _parsed(self.text)

    @property
    def is_test(self) -> bool:
        """Whether it is about tests: a test file, its fixtures, or what they share."""
        return "/tests/" in self.path or Path(self.path).name.startswith(("test_", "conftest"))

    def functions(self) -> Iterator[Function]:
        """All functions and methods."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def files() -> tuple[Path, ...]:
    """All text files of the repository that people write; environments and what was made are not walked through."""
    found: list[Path] = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if not _hidden_or_made(name)]
        found += [Path(folder, name) for name in names if not _hidden_or_made(name)]
    return tuple(sorted(path for path in found if path.suffix in TEXT_SUFFIXES))


def _hidden_or_made(name: str) -> bool:
    hidden = name.startswith(".") and name != ".ci"
    return hidden or name in _NOT_OURS or name.endswith(".egg-info")


def sources() -> list[Source]:
    """All Python files of all rooms."""
    found = [path for path in files() if path.suffix == ".py"]
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found]


# --- size -----------------------------------------------------------------------------------------------------------


def too_long(source: Source) -> Iterator[str]:
    """Functions and modules over their limit."""
    lines = source.text.count("\n")
    if lines > MODULE_LINES_MAX:
        yield f"{source.path} has {lines} lines; legal: {MODULE_LINES_MAX}. Split it along what it talks about"
    for function in source.functions():
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            where = f"{source.path}:{function.lineno} {function.name}"
            yield f"{where} has {lines} lines; legal: {FUNCTION_LINES_MAX}. Move the leaves into functions of their own"


# --- imports --------------------------------------------------------------------------------------------------------

# For every place the modules of the project that it may import; the longest matching place counts.
FAKE, PUBLIC = "fake_evolution.*", "fake_evolution"
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    "fake_evolution": (FAKE,),
    "fake_evolution/tests": (FAKE,),
    "fake_evolution/domain": ("fake_evolution.domain.*", "fake_evolution.errors"),
    "fake_evolution/faults": (
        *("fake_evolution.faults.*", "fake_evolution.plan", "fake_evolution.rng", "fake_evolution.distributions"),
    ),
    "fake_evolution/delivery/retry.py": ("fake_evolution.plan", "fake_evolution.rng"),
    "fake_evolution/delivery/endpoints.py": (
        *("fake_evolution.domain.*", "fake_evolution.plan", "fake_evolution.rng", "fake_evolution.server_settings"),
        "fake_evolution.delivery.signing",
    ),
    "fake_evolution/delivery/sender.py": ("fake_evolution.plan",),
    "fake_evolution/delivery/courier.py": (
        *("fake_evolution.clock", "fake_evolution.scheduler", "fake_evolution.journal", "fake_evolution.plan"),
        *("fake_evolution.rng", "fake_evolution.delivery.*"),
    ),
    "channel_backend": ("channel_backend.*",),
    "contracts": ("contracts.*", PUBLIC),
    "contracts/tests/test_coverage.py": (  # asks the fake itself what it has
        *("contracts.*", PUBLIC, "fake_evolution.api.routes", "fake_evolution.domain.events"),
    ),
    "scenarios": ("scenarios.*", "contracts.loader", PUBLIC),
    "load": (
        *("load.*", PUBLIC, "scenarios.adapters.*", "scenarios.journey", "scenarios.errors"),
        *("scenarios.itinerary", "scenarios.page", "scenarios.people", "scenarios.timing"),  # what a journey is made of
        "fake_evolution.domain.signals",  # how an instance begins that nobody asks over the API
    ),
    "reports": ("reports.*", PUBLIC),
    "conftest.py": (PUBLIC, "scenarios.stack"),
}
# What a place may never import, although its room may, and what to take instead.
NEVER_IMPORT: Mapping[str, Mapping[str, str]] = {
    "fake_evolution/domain": dict.fromkeys(
        ("asyncio", "aiohttp", "time", "random", "uuid", "secrets"), "facts that are handed in"
    ),
    "fake_evolution/faults": dict.fromkeys(
        ("asyncio", "aiohttp", "time", "random"), "times as numbers and draws of fake_evolution.rng"
    ),
    "fake_evolution/delivery/retry.py": dict.fromkeys(("asyncio", "aiohttp", "time", "random"), "numbers and draws"),
    "fake_evolution/delivery/endpoints.py": dict.fromkeys(("asyncio", "aiohttp", "time"), "the moment of the emission"),
    "fake_evolution/api": {
        "fake_evolution.delivery": "calls of the engine's operations",
        "fake_evolution.faults": "calls of the engine's operations",
    },
    "fake_evolution": {"random": "fake_evolution.rng", "uuid": "fake_evolution.ids", "requests": "aiohttp"},
}


# Which groups of pyproject.toml a room may import from, besides what the fake alone needs; tests from all of them.
MAY_NEED = {"fake_evolution": ("pytest",), "channel_backend": ("backend",)}
# Packages that are imported by another name than they are installed by.
INSTALLED_AS = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "jwt": "pyjwt",
    "socketio": "python-socketio",
    "yaml": "pyyaml",
    "zxingcpp": "zxing-cpp",
}


@cache
def _declared() -> Mapping[str, frozenset[str]]:
    """The packages of every group in pyproject.toml; those that are always installed are under the empty name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {name: frozenset(re.split(r"[^\w-]", one)[0] for one in group) for name, group in groups.items()}


def undeclared_imports(source: Source) -> Iterator[str]:
    """Packages that are there only because another one needs them, or that a room is installed without."""
    groups = tuple(_declared()) if source.is_test else MAY_NEED.get(source.path.split("/")[0], ("harness",))
    declared = frozenset().union(*(_declared()[name] for name in ("", *groups)))
    for line, module in _imports(source.tree):
        top = module.split(".")[0]
        if not top or top in sys.stdlib_module_names or top in (*ROOMS, "conftest"):
            continue
        package = INSTALLED_AS.get(top, top.replace("_", "-"))
        if package not in declared:
            yield f"{source.path}:{line} imports {top}; declare {package} in pyproject.toml: {', '.join(groups)}"


def wrong_imports(source: Source) -> Iterator[str]:
    """Imports that the table of rooms does not allow."""
    allowed = _rule_of(source.path, MAY_IMPORT) or ()
    for line, module in _imports(source.tree):
        if module.split(".")[0] in ROOMS and not any(_covers(pattern, module) for pattern in allowed):
            yield f"{source.path}:{line} imports {module}; legal here: {', '.join(allowed)}"
        for place, banned in NEVER_IMPORT.items():
            if not _within(source.path, place) or source.is_test:
                continue
            for name, instead in banned.items():
                if _covers(f"{name}.*", module):
                    yield f"{source.path}:{line} imports {module}; take {instead} instead"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            submodules = (f"{module}.{alias.name}" for alias in node.names)
            found = [name for name in submodules if (ROOT / name.replace(".", "/")).with_suffix(".py").is_file()]
            yield from ((node.lineno, name) for name in found or [module])


def _covers(pattern: str, module: str) -> bool:
    stem = pattern.removesuffix(".*")
    return module == stem or (pattern.endswith(".*") and module.startswith(f"{stem}."))


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _rule_of(path: str, rules: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    places = [place for place in rules if _within(path, place)]
    return rules[max(places, key=len)] if places else None


# --- calls ----------------------------------------------------------------------------------------------------------


def sleeping(source: Source) -> Iterator[str]:
    """Sleeping in tests; in the fake also anywhere but in the scheduler. A loop of virtual time is marked as such."""
    if not source.is_test and not source.path.startswith("fake_evolution/"):
        return
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("time.sleep", "asyncio.sleep", "sleep"):
            continue
        if ast.unparse(node) != "asyncio.sleep(0)" and "# virtual time" not in lines[node.lineno - 1]:
            yield f"{source.path}:{node.lineno} {ast.unparse(node)}; {_INSTEAD_OF_SLEEP}"


_INSTEAD_OF_SLEEP = "wait for an event, a condition or a journal record, or advance a clock at rate 0"


def silent_handlers(source: Source) -> Iterator[str]:
    """Exceptions that vanish without a word."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and _is_silent(node):
            yield f"{source.path}:{node.lineno} an except that only passes; {_INSTEAD_OF_SILENCE}"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            broad = _BROAD & {ast.unparse(argument) for argument in node.args}
            if broad:
                yield f"{source.path}:{node.lineno} suppresses every {broad.pop()}; name the one error that is expected"


_INSTEAD_OF_SILENCE = "handle it, name it with contextlib.suppress(TheOneError), or let it through"
_BROAD = {"Exception", "BaseException"}


def _is_silent(handler: ast.ExceptHandler) -> bool:
    """Whether nothing is done; to go on with the next one of a loop is something when one error is named."""
    named = handler.type is not None and ast.unparse(handler.type) not in _BROAD
    if named and any(isinstance(statement, ast.Continue) for statement in handler.body):
        return False
    return all(_says_nothing(statement) for statement in handler.body)


def _says_nothing(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass | ast.Continue)


def unfinished(source: Source) -> Iterator[str]:
    """Stubs and notes to oneself."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc):
            yield f"{source.path}:{node.lineno} raises NotImplementedError; write it, or leave the name out"
    for number, line in enumerate(source.text.splitlines(), 1):
        if source.path not in ABOUT_RULES and re.search(r"#.*\b(TODO|FIXME|XXX|HACK)\b", line):
            yield f"{source.path}:{number} a note to oneself; do it now or open an issue"


# --- names and sentences --------------------------------------------------------------------------------------------

_BANNED_IN_NAMES = re.compile(
    r"Manager|Helper|Util(?![a-z])|Utils|(?:^|_)(?:manager|helper|helpers|util|utils)(?:_|$)|^_*get_"
)

_NAMED_BY_OTHERS = frozenset({"get_info", "get_extra_info"})  # what an overriding method has to be called


def banned_names(source: Source) -> Iterator[str]:
    """Names that say nothing about the thing."""
    stem = Path(source.path).stem
    named = [(1, stem)] if _BANNED_IN_NAMES.search(stem) else []
    defined = (node for node in ast.walk(source.tree) if isinstance(node, Function | ast.ClassDef))
    named += [(node.lineno, node.name) for node in defined if _is_banned(node.name)]
    for line, name in named:
        yield f"{source.path}:{line} {name}; name the thing itself: no Manager, Helper, utils, get_"


def _is_banned(name: str) -> bool:
    return name not in _NAMED_BY_OTHERS and _BANNED_IN_NAMES.search(name) is not None


def missing_docstrings(source: Source) -> Iterator[str]:
    """Public modules, classes, functions and methods without a sentence, outside of tests."""
    if source.is_test:
        return
    yield from (
        f"{source.path}:{line} {name} has no docstring; say in a sentence what a caller cannot see from the signature"
        for line, name, node in _public("", source.tree)
        if not ast.get_docstring(node)
    )


def _public(
    prefix: str, parent: ast.Module | ast.ClassDef
) -> Iterator[tuple[int, str, ast.Module | ast.ClassDef | Function]]:
    if isinstance(parent, ast.Module) and parent.body:
        yield 1, "the module", parent
    for node in parent.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node.lineno, prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(f"{node.name}.", node)


def weak_tests(source: Source) -> Iterator[str]:
    """Tests that say nothing, prove nothing, or are too long to read."""
    if not Path(source.path).name.startswith("test_"):
        return
    for test in source.functions():
        if not test.name.startswith("test_"):
            continue
        where = f"{source.path}:{test.lineno} {test.name}"
        sentence = (ast.get_docstring(test) or "").strip()
        if not sentence or sentence[-1] not in ".?!":
            yield f"{where} has no sentence; say in the present tense what is true"
        if not any(_proves_something(node) for node in ast.walk(test)):
            yield f"{where} proves nothing; assert whole values, or expect an error with pytest.raises"
        lines = _body_lines(source, test)
        if lines > TEST_LINES_MAX:
            yield f"{where} has {lines} lines; legal: {TEST_LINES_MAX}. Tell two stories, or move the arranging out"


def _proves_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
    return called in ("raises", "warns") or called.startswith(("check_", "assert_"))


def _body_lines(source: Source, test: Function) -> int:
    body = test.body[1:] if ast.get_docstring(test) else test.body
    if not body:
        return 0
    lines = source.text.splitlines()[body[0].lineno - 1 : test.end_lineno]
    return sum(1 for line in lines if line.strip())


# --- texts ----------------------------------------------------------------------------------------------------------

_MACHINE = re.compile(r"/(?:work|root|tmp/venv)/|/home/[a-z]\w*/|/Users/[A-Za-z]\w*/")
_REGISTRY = re.compile(r"pypi[.]org|pythonhosted|registry[.]npmjs|artifactory|proxy[.]golang[.]org", re.IGNORECASE)


def machine_names(path: str, text: str) -> Iterator[str]:
    """Paths of one machine and hosts of package registries."""
    for number, line in enumerate(() if path in ABOUT_RULES else text.splitlines(), 1):
        if _MACHINE.search(line):
            yield f"{path}:{number} names a path of one machine; use a path relative to the repository, or a setting"
        if _REGISTRY.search(line):
            yield f"{path}:{number} names a package registry; the client's own configuration says where packages are"


def lock_problems(text: str) -> Iterator[str]:
    """Lines of a lock file that say where packages come from, and packages without a hash."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", line):
            yield f"requirements.lock:{number} names a place; make it again without one (tox -e lock)"
    for package in re.split(r"\n(?=\S)", text.strip()):
        if not package.startswith("#") and "--hash=sha256:" not in package:
            yield f"requirements.lock: {package.split()[0]} has no hash; make it again with hashes (tox -e lock)"


def outline(markdown: str) -> tuple[list[int], list[str]]:
    """The levels of a document's headings, and its code blocks word for word."""
    blocks = re.findall(r"^```.*?^```", markdown, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return [len(heading) for heading in re.findall(r"^(#+) ", prose, re.MULTILINE)], blocks
