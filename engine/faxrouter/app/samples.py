"""Sample faxes put into a drop folder, each once: what `make run` shows the router with."""

import hashlib
import json
import shutil
from pathlib import Path

from faxrouter.model.failure import Unavailable
from faxrouter.settings import ConnectorEntry, Settings

_SIDECARS = (".json", ".xml")
_NOT_FAXES = (*_SIDECARS, ".md")


def drop_samples(samples: Path, settings: Settings) -> list[str]:
    """Copy every fax of the folder that was not copied before into the inbox, its sidecar first. The names, in order.

    Raises Unavailable when there is no such folder, or no drop folder to put them into.
    """
    if not samples.is_dir():
        raise Unavailable(f"there is no folder `{samples}` with sample faxes")
    inbox = settings.home / str(_drop_folder(settings).options.get("inbox", "var/inbox"))
    inbox.mkdir(parents=True, exist_ok=True)
    ledger = settings.state / "samples.json"
    given: dict[str, str] = json.loads(ledger.read_text()) if ledger.exists() else {}
    dropped: list[str] = []
    for fax in sorted(path for path in samples.rglob("*") if path.is_file() and path.suffix not in _NOT_FAXES):
        mark = hashlib.sha256(fax.read_bytes()).hexdigest()
        name = fax.relative_to(samples).as_posix().replace("/", "-")
        if given.get(name) == mark:
            continue
        for sidecar in (fax.with_suffix(suffix) for suffix in _SIDECARS):
            if sidecar.is_file():
                _put(sidecar, inbox / Path(name).with_suffix(sidecar.suffix))
        _put(fax, inbox / name)
        given[name] = mark
        dropped.append(name)
        ledger.write_text(json.dumps(given, indent=2))
    return dropped


def _drop_folder(settings: Settings) -> ConnectorEntry:
    for entry in settings.connectors:
        if entry.use == "folder" and (not entry.roles or "fax service" in entry.roles):
            return entry
    raise Unavailable("faxrouter.toml names no `folder` connector that plays the fax service")


def _put(source: Path, target: Path) -> None:
    """Whole or not at all: the drop folder ignores what is still being written."""
    writing = target.with_name(target.name + ".part")
    shutil.copyfile(source, writing)
    writing.rename(target)
