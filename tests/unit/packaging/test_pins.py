"""What pyproject.toml asks for is exact, locked with hashes, and is what the code imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
LOCKS = sorted((REPOSITORY / "requirements").glob("*.lock"))
# the clients of a newer Python have an environment of their own
OF_ITS_OWN = "opentext-newest"
# declared though nothing imports them: what each is there for stands in docs/decisions/dependencies.md
NOT_IMPORTED = {"psycopg", "python-multipart", "ruamel-yaml", "tzdata"}


def canonical(requirement: str) -> str:
    """The distribution's name as package indexes spell it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>~!; ]", requirement, maxsplit=1)[0]).lower()


def locked(name: str) -> dict[str, str]:
    """Distribution → version of one lock."""
    text = (REPOSITORY / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, flags=re.MULTILINE))


def written(group: str) -> list[str]:
    """The requirements that a dependency group writes down itself."""
    return [entry for entry in GROUPS[group] if isinstance(entry, str)]


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("run", RUNTIME),
        ("build", written("build")),
        ("dev", RUNTIME + written("build") + written("dev")),
        ("opentext", written("opentext")),
        ("opentext-newest", written("opentext-newest")),
        ("bench", written("bench")),
        ("durable-rules", written("durable-rules")),
    ],
)
def test_every_pin_is_exact_and_stands_in_its_lock(lock: str, requirements: list[str]) -> None:
    """`name==version` in pyproject.toml, and the same version in the lock: otherwise run `make lock`."""
    versions = locked(lock)

    for requirement in requirements:
        name, _, version = requirement.partition("==")
        assert version, f"{requirement} is not an exact pin"
        assert version == versions[canonical(name)], requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_a_hash_for_every_package_and_no_place(lock: Path) -> None:
    """A lock is installed with --require-hashes from whatever index a machine is set up with."""
    text = lock.read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|(?m:^-e )| @ ", text)


def test_the_locks_agree_on_every_version() -> None:
    """One environment takes several locks, so a package has one version in all of them."""
    seen: dict[str, str] = {}

    for lock in (lock for lock in LOCKS if lock.stem != OF_ITS_OWN):
        for name, version in locked(lock.stem).items():
            assert seen.setdefault(name, version) == version, f"{name} in {lock.name}"


def test_the_extra_and_the_build_backend_say_what_their_groups_say() -> None:
    """Groups are what the locks are made of; extras and the build table are what a user's installer reads."""

    assert PROJECT["project"]["optional-dependencies"]["durable-rules"] == GROUPS["durable-rules"]
    assert set(PROJECT["build-system"]["requires"]) <= set(GROUPS["build"])


def test_the_runtime_dependencies_are_what_the_code_imports() -> None:
    """Nothing is imported that a wheel would not bring, and nothing is brought that no module needs."""
    own = {"faxrouter", "faxrouter_connectors", "faxrouter_simulators"}
    distributions = packages_distributions()
    sources = [path for root in ("engine", "connectors") for path in (REPOSITORY / root).rglob("*.py")]
    imported = {name for path in sources for name in top_level_imports(path)} - set(sys.stdlib_module_names) - own
    needed = {canonical(distributions[name][0]) for name in imported}
    declared = {canonical(requirement) for requirement in RUNTIME}

    assert set() == needed - declared, "imported, not declared"
    assert set() == declared - needed - NOT_IMPORTED, "declared, not imported"


def top_level_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        yield from (name.partition(".")[0] for name in names)
