"""Sample faxes put into a drop folder, each once: what `make run` shows the router with."""

import hashlib
import json
from pathlib import Path

from faxrouter.app.sidecars import is_sidecar, sidecars_of
from faxrouter.model.failure import Unavailable
from faxrouter.settings import ConnectorEntry, Settings


def drop_samples(samples: Path, settings: Settings) -> list[str]:
    """Copy every fax of the folder that was not copied before into the inbox, its sidecar first. The names, in order.

    Raises Unavailable when there is no such folder, or no drop folder to put them into.
    """
    if not samples.is_dir():
        raise Unavailable(f"there is no folder `{samples}` with sample faxes")
    inbox = settings.home / str(_drop_folder(settings).options.get("inbox", "var/inbox"))
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        return _drop(samples, inbox, ledger=settings.state / "samples.json")
    except OSError as err:
        raise Unavailable(f"the samples cannot be put into {inbox}: {err.strerror}") from err


def _drop(samples: Path, inbox: Path, *, ledger: Path) -> list[str]:
    given: dict[str, str] = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    dropped: list[str] = []
    for fax in sorted(path for path in samples.rglob("*") if path.is_file() and _is_fax(path)):
        mark = hashlib.sha256(fax.read_bytes()).hexdigest()
        prefix = "".join(f"{folder}-" for folder in fax.parent.relative_to(samples).parts)
        name = prefix + fax.name
        if given.get(name) == mark:
            continue
        # remembered first: what was put in and taken must not come a second time
        given[name] = mark
        _write(ledger, json.dumps(given, indent=2).encode())
        for sidecar in sidecars_of(fax).files:
            _write(inbox / (prefix + sidecar.name), sidecar.read_bytes())
        _write(inbox / name, fax.read_bytes())
        dropped.append(name)
    return dropped


def _is_fax(path: Path) -> bool:
    return not is_sidecar(path) and path.suffix.lower() != ".md" and not path.name.startswith(".")


def _drop_folder(settings: Settings) -> ConnectorEntry:
    for entry in settings.connectors:
        if entry.use == "folder" and (not entry.roles or "fax service" in entry.roles):
            return entry
    raise Unavailable("faxrouter.toml names no `folder` connector that plays the fax service")


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: the drop folder ignores what is still being written."""
    writing = target.with_name(target.name + ".part")
    writing.write_bytes(content)
    writing.replace(target)
