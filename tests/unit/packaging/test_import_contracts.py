"""The import contracts of pyproject.toml catch what they are for: each is provoked in a small copy of the house."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}
FLOORS = next(contract["layers"] for contract in CONTRACTS if contract["id"] == "floors")

# contract → a module of the copy and the line in it that must break the contract
BREAKS = [
    ("floors", "faxrouter/model/fax.py", "import faxrouter.ports"),
    ("floors", "faxrouter/language/source.py", "from faxrouter import deciding"),
    ("floors", "faxrouter/workflow/file.py", "from faxrouter.reload import gate"),
    ("floors", "faxrouter/journal/store.py", "from faxrouter.documents import pages"),
    ("floors", "faxrouter/facts/merge.py", "from faxrouter.planning import plan"),
    ("floors", "faxrouter/helpers.py", ""),
    ("engine-knows-no-connector", "faxrouter/app.py", "import faxrouter_connectors.folder"),
    ("connectors-see-nouns-and-ports", "faxrouter_connectors/folder/inbox.py", "from faxrouter.home import snapshot"),
    ("connectors-see-nouns-and-ports", "faxrouter_connectors/memory/inbox.py", "from faxrouter.journal import store"),
    ("connectors-see-nouns-and-ports", "faxrouter_connectors/memory/inbox.py", "import faxrouter"),
    ("connectors-apart", "faxrouter_connectors/folder/inbox.py", "import faxrouter_connectors.memory"),
    ("connectors-apart", "faxrouter_connectors/xecm/tasks.py", "import faxrouter_connectors.cloudfax"),
    ("connectors-apart", "faxrouter_connectors/http/system.py", "import faxrouter_connectors.xecm"),
    ("connectors-apart", "faxrouter_connectors/helpers.py", ""),
    ("simulators-apart", "faxrouter_simulators/xecm/nodes.py", "import faxrouter_connectors.xecm"),
    ("simulators-apart", "faxrouter_simulators/cloudfax/queue.py", "from faxrouter.model import failure"),
    ("nobody-imports-simulators", "faxrouter_connectors/xecm/tasks.py", "import faxrouter_simulators.xecm"),
    ("nobody-imports-simulators", "faxrouter/app/simulators.py", "import faxrouter_simulators"),
    ("simulated-systems-apart", "faxrouter_simulators/xecm/nodes.py", "import faxrouter_simulators.cloudfax"),
    ("pure-rooms", "faxrouter/language/source.py", "import httpx"),
    ("pure-rooms", "faxrouter/deciding/evaluator.py", "import time"),
    ("pure-rooms", "faxrouter/facts/merge.py", "from sqlalchemy import select"),
    ("pure-rooms", "faxrouter/analysis/pairs.py", "import subprocess"),
    ("pure-rooms", "faxrouter/planning/plan.py", "def plan():\n    from urllib.request import urlopen"),
    ("http-in-connectors", "faxrouter/workflow/perform.py", "import httpx"),
    ("durable-engine-in-workflow", "faxrouter/app.py", "from dbos import DBOS"),
    ("durable-engine-in-workflow", "faxrouter_connectors/folder/inbox.py", "import dbos"),
    ("only-workflow-performs", "faxrouter/cli/explain.py", "from faxrouter.workflow import performing"),
    ("dry-run-cannot-act", "faxrouter/planning/plan.py", "import faxrouter.app"),
    ("dry-run-cannot-act", "faxrouter/cli/decide.py", "from faxrouter.cli import run"),
    ("explain-cannot-act", "faxrouter/cli/explain.py", "from faxrouter.app import composition"),
    ("no-circles", "faxrouter/language/tables.py", "from faxrouter.language import conditions"),
]  # fmt: skip


def rooms() -> list[str]:
    """Every module that the floors name, without those in parentheses: they need not exist."""
    names = [name.strip() for floor in FLOORS for name in floor.split("|")]
    return [name for name in names if not name.startswith("(")]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with every room and hardly anything in it, which keeps every contract."""
    modules = {f"faxrouter/{room}/__init__.py": "" for room in rooms() if room not in {"__main__", "settings"}}
    modules |= {
        "faxrouter/__init__.py": "",
        "faxrouter/__main__.py": "import faxrouter.cli",
        "faxrouter/settings.py": "import faxrouter.model",
        "faxrouter/language/conditions.py": "import faxrouter.language.tables",
        "faxrouter/language/tables.py": "",
        "faxrouter/cli/decide.py": "import faxrouter.reload",
        "faxrouter/cli/rule_commands.py": "import faxrouter.analysis",
        "faxrouter/cli/run.py": "import faxrouter.app",
        "faxrouter/cli/explain.py": "from faxrouter.app import routing\nimport faxrouter.cli.subjects",
        "faxrouter/cli/explained.py": "import faxrouter.model",
        "faxrouter/cli/subjects.py": "import faxrouter.journal",
        "faxrouter/app/routing.py": "import faxrouter.planning",
        "faxrouter/app/composition.py": "import faxrouter.workflow",
        "faxrouter/app/connectors.py": "import faxrouter.ports",
        "faxrouter/workflow/filing.py": "from dbos import DBOS\nfrom faxrouter.workflow import performing",
        "faxrouter/workflow/performing.py": "",
        "faxrouter_connectors/__init__.py": "",
        "faxrouter_connectors/folder/__init__.py": "import faxrouter.ports\nfrom faxrouter.model import failure",
        "faxrouter_connectors/folder/filing.py": "import httpx",
        "faxrouter_connectors/memory/__init__.py": "from faxrouter import model, ports",
        "faxrouter_connectors/cloudfax/__init__.py": "import faxrouter_connectors.http",
        "faxrouter_connectors/xecm/__init__.py": "import faxrouter_connectors.http",
        "faxrouter_connectors/http/__init__.py": "import faxrouter_connectors.opening",
        "faxrouter_connectors/opening.py": "",
        "faxrouter_simulators/__init__.py": "",
        "faxrouter_simulators/cloudfax/__init__.py": "",
        "faxrouter_simulators/xecm/__init__.py": "",
        "faxrouter/model/failure.py": "",
    }
    for name, text in modules.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


def broken_contracts(house: Path) -> set[str]:
    """The names of the contracts that lint-imports finds broken in the house."""
    done = subprocess.run(
        [
            Path(sys.executable).parent / "lint-imports",
            "--config",
            REPOSITORY / "pyproject.toml",
            "--no-cache",
            "--no-logo",
        ],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    results = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, flags=re.MULTILINE))
    assert set(NAMES.values()) == results.keys(), done.stdout + done.stderr
    return {name for name, result in results.items() if result == "BROKEN"}


def test_a_house_as_drawn_keeps_every_contract(house: Path) -> None:
    """Otherwise the breaks below would prove nothing."""

    assert set() == broken_contracts(house)


@pytest.mark.parametrize(("contract", "module", "line"), BREAKS)
def test_a_break_is_caught_by_the_contract_that_it_breaks(contract: str, module: str, line: str, house: Path) -> None:
    """One offending import, or one room that nobody drew, and the contract says so."""
    write(house / module, line)

    assert NAMES[contract] in broken_contracts(house)


def test_every_contract_is_provoked() -> None:
    """A contract that nothing can break guards nothing."""

    assert NAMES.keys() == {contract for contract, _, _ in BREAKS}
