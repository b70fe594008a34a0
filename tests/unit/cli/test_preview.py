"""The dry run is the live run: what `explain` says of a fax file is what the router decides about it."""

import shutil
from pathlib import Path

import pytest

from command_line import acknowledged, faxrouter, router_in, settings_of
from faxrouter.app.samples import drop_samples
from faxrouter.journal import decisions, faxes

STARTER = Path(__file__).parents[3]
SAMPLES = STARTER / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".tif", ".pdf"))
SETTINGS = '[console]\nlisten = "127.0.0.1:0"\n[connectors.cabinet]\nuse = "folder"\nsettle = 0.1\n'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[str, decisions.DecidedDocument]]]:
    """The starter home after its samples went through a router: name → (moment of reception, what was decided)."""
    where = tmp_path_factory.mktemp("preview")
    for part in ("rules", "templates"):
        shutil.copytree(STARTER / part, where / part)
    (where / "faxrouter.toml").write_text(SETTINGS)
    drop_samples(SAMPLES, settings_of(where))
    decided = {}
    with router_in(where) as router:
        for fax in acknowledged(router, len(NAMES)):
            event = faxes.load_event(router.journal, fax)
            (one,) = decisions.load_decisions(router.journal, fax)
            decided[event.name] = (event.received_at.isoformat(), one)
    return where, decided


@pytest.mark.parametrize("name", NAMES)
def test_the_preview_is_what_happened(
    live: tuple[Path, dict[str, tuple[str, decisions.DecidedDocument]]], name: str
) -> None:
    """Every outcome with its rule and place, every fact with its evidence, and whether it was parked."""
    where, decided = live
    received, document = decided[name]

    preview = faxrouter("explain", SAMPLES / name, "--at", received, "--format", "json", "--home", where).json
    past = faxrouter("explain", document.plan.fax_id, "--format", "json", "--home", where).json

    for part in ("rule_set", "department", "outcomes", "parked", "facts", "defects", "notices"):
        assert past[part] == preview[part], part
    assert [action["action"] for action in past["plan"]] == [action["action"] for action in preview["plan"]]
