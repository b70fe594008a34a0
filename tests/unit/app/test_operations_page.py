"""The page for operations speaks of what is there: every setting, every metric, every event."""

import re
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from faxrouter.app.state import SystemClock
from faxrouter.console.metrics import JournalCollector
from faxrouter.console.view import RouterView
from faxrouter.journal import rule_sets
from faxrouter.journal.journal import Journal
from faxrouter.settings.tables import Document

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The first table below a heading: its first cell → the other cells."""
    below = re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in below.splitlines() if line.startswith("|")]
    return {first.strip("`"): rest for first, *rest in cells[2:]}


def declared(model: type[BaseModel], *above: str) -> dict[str, object]:
    """Every key of the settings with its default."""
    found: dict[str, object] = {}
    for name, field in model.model_fields.items():
        kind = _table_of(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= declared(kind, *above, name)
        elif name == "connectors":
            connector = get_args(kind)[1]
            found |= declared(connector, name, "NAME")
        else:
            found[".".join((*above, name))] = None if field.is_required() else field.default
    return found


def _table_of(annotation: object) -> object:
    """The table itself where it may be left out whole."""
    choices = get_args(annotation)
    tables = [one for one in choices if isinstance(one, type) and issubclass(one, BaseModel)]
    return tables[0] if tables and set(choices) == {tables[0], type(None)} else annotation


def test_every_setting_stands_on_the_page_with_its_default() -> None:
    """A key that nobody can look up is not there."""
    known = declared(Document)
    shown = rows("Settings")

    assert set(known) == set(shown)
    for key, default in known.items():
        if isinstance(default, str | float):
            assert f"`{default}`" == shown[key][0], key


def test_every_metric_stands_on_the_page_with_its_labels(tmp_path: Path) -> None:
    """And no other one does."""
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=SystemClock())
    rule_sets.record_reload(journal, digest="d", live=True, problems=[], milliseconds=3)
    registry = CollectorRegistry()
    registry.register(JournalCollector(RouterView(journal=journal, clock=SystemClock())))
    text = generate_latest(registry).decode()
    journal.close()
    families = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(text)
    }

    assert families == set(rows("Metrics"))


def test_every_event_of_the_flow_stands_on_the_page() -> None:
    """Whoever reads a log line must find out what it means."""
    source = "".join(path.read_text() for path in (ROOT / "engine/faxrouter/workflow").glob("*.py"))
    said = set(re.findall(r'observe\(\s*"([a-z ]+)"', source))
    shown = {event for names in rows("Logs") for event in re.findall(r"[a-z ]+[a-z]", names.replace("`", ""))}

    assert said
    assert said - {"received", "filed", "acknowledged"} <= {event.strip() for event in shown}
